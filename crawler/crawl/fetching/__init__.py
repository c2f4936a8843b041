"""How a page is fetched: the spider, the middlewares between it and the network, and what they share."""
