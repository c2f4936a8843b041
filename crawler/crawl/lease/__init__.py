"""Leases: of all machines that share a folder, one at a time may crawl into the archive that lies there."""
