"""Whether a page is an article, and what says so."""
