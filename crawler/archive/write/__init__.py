"""The writing half of the archive; readers load none of it."""
