"""Words that edits of authors and of places are described with."""

from __future__ import annotations

from collections.abc import Sequence


def describe_split(source: str, target: str, printed: Sequence[str], articles: Sequence[str]) -> str:
    """Return a split in words, with what it is limited to: ``split “A” (“a”, x/en/1) as “B”``."""
    where = [f"“{spelling}”" for spelling in printed] + list(articles[:3])
    more = f" and {len(articles) - 3} more" if len(articles) > 3 else ""
    return f"split “{source}” ({', '.join(where)}{more}) as “{target}”"
