"""Extraction: bytes in, what the page says out. Nothing is interpreted here; each value carries its source."""
