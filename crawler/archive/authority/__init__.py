"""Authors under one name: what a person decided about spellings, and what may be one person."""
