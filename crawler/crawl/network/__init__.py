"""What stands between a crawl and the network: mirror, robots.txt, addresses that are not fetched."""
