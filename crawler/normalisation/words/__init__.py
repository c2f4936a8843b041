"""Words and their characters in one spelling: for keeping, comparing, searching and counting, in every script."""
