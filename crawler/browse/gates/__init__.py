"""What stands before Datasette: which requests pass, what the browser may do, and what failures are answered with."""
