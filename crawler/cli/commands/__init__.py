"""The commands; each has a module."""
