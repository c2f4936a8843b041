"""Crawls of many sites: each a task with a folder of its own, run by an engine on one machine or on several."""
