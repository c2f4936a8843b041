"""Spells the payload digests of other software as ours are spelt, so that they can be compared."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

_DIGEST: Final = re.compile(
    r"(?:urn:)?(?:(?P<algorithm>[A-Za-z0-9-]{2,12})(?:[:=]|=:))?(?P<value>[A-Za-z0-9+/_-]{8,140}=*):?"
)
_SIZES: Final = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}
"""Algorithm → bytes of its digests, by which hexadecimal, base 32 and base 64 are told apart."""


def normalise_digest(text: str | None) -> str | None:
    """Return a digest as algorithm, colon and value, in base 32; None for what is no digest.

    Tools write the same bytes hexadecimal, in base 32 or base 64, in letters of either case, with padding and without.
    """
    match = _DIGEST.fullmatch(text.strip().strip("'\"")) if text else None
    if match is None:
        return None
    algorithm = (match["algorithm"] or "sha1").lower().replace("-", "")
    content = _decode(match["value"].rstrip("="), _SIZES.get(algorithm, 0))
    return f"{algorithm}:{match['value'] if content is None else base64.b32encode(content).decode('ascii')}"


def _decode(value: str, size: int) -> bytes | None:
    """Return the bytes of a digest of ``size`` bytes; None where none of the three ways of writing has that length."""
    try:
        if len(value) == 2 * size:
            return bytes.fromhex(value)
        if len(value) == -(-size * 8 // 5):
            return base64.b32decode(value.upper() + "=" * (-len(value) % 8))
        if len(value) == -(-size * 8 // 6):
            return base64.b64decode(value.translate({45: 43, 95: 47}) + "=" * (-len(value) % 4), validate=True)
    except (ValueError, binascii.Error):
        pass
    return None
