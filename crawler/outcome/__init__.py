"""What an answer of the server tells: an article, links, or why there is neither."""
