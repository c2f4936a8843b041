"""Articles as they are archived: looked up, listed, as they were frozen, as data frames."""
