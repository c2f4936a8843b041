"""Tells what saved searches find that is new since they were run the last time."""
