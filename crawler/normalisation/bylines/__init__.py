"""Bylines: who wrote an article, by the printed line and by names that structured data states."""
