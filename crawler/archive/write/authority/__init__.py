"""Who and where printed names stand for, as it is written with articles: credits, places, and edits of people."""
