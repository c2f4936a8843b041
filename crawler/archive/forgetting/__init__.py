"""What is still to be erased of forgotten articles."""
