"""How a crawl begins: Scrapy with our components, one site or several, a reactor that can run again."""
