"""Ingest: reads WARC files of other software into the archive."""
