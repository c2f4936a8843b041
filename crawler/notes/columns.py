"""The columns of tables of notes and answers, the same on the command line and in the browser."""

from __future__ import annotations

from typing import Final

NOTE_COLUMNS: Final = (
    *("uid", "site", "language", "site_key", "identity", "article_id", "published_on", "headline", "coder", "made_at"),
    *("changed_at", "version", "tags", "text", "state", "field", "quote"),
)
"""A note beside its article; in CSV its tags are parted by semicolons, in JSON they are a list."""
ANSWER_COLUMNS: Final = (
    *("code", "value", "coder", "site", "language", "site_key", "note_uid", "revision", "changed_at", "version"),
    "code_version",
)
"""What a coder answered to a code."""
