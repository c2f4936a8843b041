"""What is written of addresses: the queue, by which ways each was met, and what became of its captures."""
