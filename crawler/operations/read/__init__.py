"""Reading one page outside of any archive: where it comes from, and what is read on it."""
