"""Other people's WARC files read into the archive."""
