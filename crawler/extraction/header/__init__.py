"""Headline, kicker, byline, dateline and date, as they are printed above a text."""
