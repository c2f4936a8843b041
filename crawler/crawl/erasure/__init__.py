"""What forgotten articles have left outside of the tables: how it is found and erased."""
