"""Datasette's own pages in the dress of the front."""
