"""Names in texts: capitalised sequences, counted, and which of them are named together."""
