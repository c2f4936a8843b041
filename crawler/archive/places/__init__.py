"""The places of an archive: looked up in a gazetteer, decided by people, listed with their articles."""
