"""Reads from the bytes of a page what it says, without interpreting it; each value has its source."""
