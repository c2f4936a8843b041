"""Snapshots: freezes the articles of a result with their versions, and compares them with the archive of today."""
