"""Runs of crawls and ingests: their counts, their fields, and how those deviate."""
