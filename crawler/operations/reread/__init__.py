"""Reread: reads stored captures again by today's rules, and applies the differences."""
