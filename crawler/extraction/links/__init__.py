"""Where the links of a page lead, and which of them it names as related."""
