"""Stored captures read again with today's rules."""
