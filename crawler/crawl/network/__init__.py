"""The network side of a crawl: mirror, robots.txt, address guard, backpressure, failures."""
