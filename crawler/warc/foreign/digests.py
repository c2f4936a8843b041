"""Spells the payload digests of other software as ours are spelt, so that they can be compared."""

from __future__ import annotations

import base64
import re
from typing import Final

_DIGEST: Final = re.compile(r"(?:(?P<algorithm>[A-Za-z0-9-]{2,12})[:=])?(?P<value>[A-Za-z0-9+/=_-]{8,140})")
_HEX_SHA1: Final = re.compile(r"[0-9a-fA-F]{40}")
_BASE32_SHA1: Final = re.compile(r"[A-Za-z2-7]{32}")


def normalise_digest(text: str | None) -> str | None:
    """Return a digest as algorithm, colon and value, SHA-1 in base 32; None for what is no digest."""
    match = _DIGEST.fullmatch(text.strip()) if text else None
    if match is None:
        return None
    algorithm = (match["algorithm"] or "sha1").lower().replace("-", "")
    value = match["value"]
    if algorithm == "sha1" and _HEX_SHA1.fullmatch(value):
        value = base64.b32encode(bytes.fromhex(value)).decode("ascii")
    elif algorithm == "sha1" and _BASE32_SHA1.fullmatch(value):
        value = value.upper()
    elif re.fullmatch(r"[0-9A-F]+", value):
        value = value.lower()
    return f"{algorithm}:{value}"
