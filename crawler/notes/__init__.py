"""Notes, tags and codes of people on articles and passages, in a file of their own beside the archive."""
