"""What a page states beside what it prints: dates, writers and texts in its data."""
