"""Outcomes: reads the answer of a server into an article, links, or the failure, and settles it as a visit."""
