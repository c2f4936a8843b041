"""Makes what a tombstone is known by: the identity of an address, or its hash where the identity holds words."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

HASHED: Final = "sha256:"
"""What the key of a tombstone begins with where it is a hash."""
_WITHOUT_WORDS = re.compile(r"[^/]+/[^/]+/[0-9]+")
"""Site, language and number: ``asianews/en/55331``."""


def make_tombstone_key(url_key: str) -> str:
    """Return the identity of an address as a tombstone keeps it: paths of headlines are hashed, numbers stay.

    The key of a tombstone is returned unchanged.
    """
    if url_key.startswith(HASHED) or _WITHOUT_WORDS.fullmatch(url_key):
        return url_key
    return HASHED + sha256(url_key.encode("utf-8", "surrogatepass")).hexdigest()
