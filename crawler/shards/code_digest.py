"""The digest of the program that reads pages: another version, or a checkout that was changed, has another one."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

import crawler

_ROOMS: Final = (
    *("extraction", "comparison", "discovery", "normalisation", "outcome", "sites", "shards", "warc", "rereading"),
    "",
)
"""The folders of this package that decide what a page is read as; the last one stands for the modules beside them."""


@cache
def compute_code_digest() -> str:
    """Return the SHA-256 of our modules and tables: a checkout changes without a new version."""
    package = Path(crawler.__file__).parent
    digest = hashlib.sha256()
    for room in _ROOMS:
        folder = package / room
        for path in sorted(folder.rglob("*") if room else folder.glob("*")):
            if path.suffix in (".py", ".toml", ".json"):
                digest.update(f"{path.relative_to(package).as_posix()}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
