"""Which place a name means: parts of datelines, names of countries, a gazetteer, and which choice is certain."""
