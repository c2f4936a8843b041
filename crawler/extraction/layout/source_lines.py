"""Reads what line breaks in the source of a text mean: next to nothing, or paragraphs that a style sheet shows."""

from __future__ import annotations

import re
from typing import Final

from crawler.normalisation.words.scripts import CJK

LEAST_PARAGRAPH: Final = 40
"""Characters of a paragraph that a blank line parts from another."""
CJK_BREAK: Final = re.compile(rf"(?<=[{CJK}])[ \t]*[\r\n]\s*(?=[{CJK}])")
"""A line break between ideographs, where no space is shown."""
_BLANK_LINE: Final = re.compile(
    r"(?<=[.!?\u2026\u201d\"\u00bb\u3002\uff01\uff1f\u0964\u06d4)])[ \t]*\r?\n[ \t]*\r?\n\s*(?=\S)"
)
"""A blank line behind the end of a sentence."""


def part_by_blank_lines(text: str) -> str | None:
    """Return a text with its paragraphs on lines of their own, where blank lines part them; None where none do.

    Templates leave blank lines around elements, but hardly within a text: there somebody wrote paragraphs, which the
    page shows by a style sheet. Each of them is long, and none begins with a small letter.
    """
    if len(text) < 2 * LEAST_PARAGRAPH or "\n" not in text.strip():
        return None
    parts = _BLANK_LINE.split(text)
    if len(parts) < 2 or any(len(part.strip()) < LEAST_PARAGRAPH or part.strip()[0].islower() for part in parts[1:]):
        return None
    if len(parts[0].strip()) < LEAST_PARAGRAPH:
        return None
    return "\n\n".join(CJK_BREAK.sub("", part).replace("\n", " ") for part in parts)
