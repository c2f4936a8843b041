"""The query language, and everything it finds: hits, facets, snippets, suggestions."""
