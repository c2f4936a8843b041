"""What the operating system has a say in: signals that end the program, and files that others move."""
