"""Discovery: finds addresses in feeds, listings and articles, and makes ranges of addresses that nothing links to."""
