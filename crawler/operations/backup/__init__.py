"""Backups: a copy of an archive and its WARC files at one moment, with a list that it is verified against."""
