"""What publications on one publishing system share. Base classes here have no ``name`` and are not listed as spiders."""
