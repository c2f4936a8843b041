"""Computes the SHA-256 of an article's texts, which a change of decoration alone does not change.

The texts are normalised first, so that quotes, dashes and spaces in another shape make no difference. How much two
different texts have in common is estimated by :mod:`crawler.comparison.minhash`.
"""

from __future__ import annotations

import hashlib

from crawler.normalisation.bylines.byline import strip_prefix
from crawler.normalisation.words.text import for_digest


def compute_digest(headline: str, lead: str | None, byline: str | None, body: str, language: str) -> str:
    """Return the SHA-256 of the four texts that make an article of that language, as 64 hexadecimal digits.

    The four are parted by a character that normalisation removes, so that words moved from the lead to the body
    do change the digest. None and an empty text are the same. A byline's prefix ("by") is left out: a layout that
    prints it makes no revision of an article read from one that does not.
    """
    bare = strip_prefix(byline, language) if byline else None
    parts = (for_digest(text) if text else "" for text in (headline, lead, bare, body))
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
