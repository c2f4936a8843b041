"""From the bytes of a page to its events, and to what its head and its JSON-LD state."""
