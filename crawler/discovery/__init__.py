"""Addresses found in feeds, listings and articles, and ranges of them that nobody links to."""
