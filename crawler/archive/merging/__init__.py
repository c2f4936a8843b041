"""Brings the rows of other archives into an archive, or those of some sites into a new one."""
