"""The Datasette of ``seealso serve``: what it serves, under which address, and what it allows."""
