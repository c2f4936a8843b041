"""What is fetched next: the queue of the archive, and all that puts addresses into it."""
