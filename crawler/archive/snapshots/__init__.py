"""Results that were frozen: what was found, in which version, and what has changed since."""
