"""Makes one archive of several, and a new archive of some sites of one."""
