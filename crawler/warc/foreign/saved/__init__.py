"""Saved pages as records: HTML that browsers and mirroring tools saved, MHTML, HAR, and web archives of Safari."""
