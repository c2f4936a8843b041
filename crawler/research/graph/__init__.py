"""The graph of See also links: neighbours, paths, communities."""
