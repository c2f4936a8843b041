"""The rules by which parts are read, as a digest: shards that were read by other rules have other names."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path

from crawler.shards.code_digest import compute_code_digest
from crawler.shards.publications import Publication
from crawler.sites.values_digest import compute_values_digest


def compute_rules_digest(
    publications: Sequence[Publication], versions: Mapping[str, str], forgotten: Set[str], *, copies: bool
) -> str:
    """Return the SHA-256 of versions, code, sites, forgotten identities, and of whether records are copied."""
    sites = [
        [
            publication.site.name,
            compute_values_digest(publication.site),
            [_digest_class(page) for page in publication.pages],
        ]
        for publication in publications
    ]
    parts = [dict(versions), compute_code_digest(), sites, hash_texts(sorted(forgotten)), copies]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def hash_texts(texts: Iterable[str]) -> str:
    """Return the SHA-256 of texts in their order."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(f"{len(text)}:{text}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _digest_class(page: type) -> str:
    """Return the name of a page class with the SHA-256 of the file that defines it."""
    file = getattr(sys.modules.get(page.__module__), "__file__", None)
    content = Path(file).read_bytes() if file and Path(file).is_file() else b""
    return f"{page.__module__}.{page.__qualname__} {hashlib.sha256(content).hexdigest()}"
