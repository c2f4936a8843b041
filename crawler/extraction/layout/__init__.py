"""A page as its reader sees it: lines in blocks, and what their words and places tell of them."""
