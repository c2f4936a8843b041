"""How readers write notes where ``seealso serve --notes`` allows it: who may, by which forms, and what is answered."""
