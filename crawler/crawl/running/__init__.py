"""One run of one site: what it opens, hands from queue to archive, and reports at its end."""
