"""Computes the SHA-256 of a site's values, by which a run tells what it knew of the site."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache

from crawler.site import Site
from crawler.sites.values import make_values


@lru_cache(maxsize=64)  # a run asks twice, and each of many runs of a process again
def compute_values_digest(site: Site) -> str:
    """Return the SHA-256 of the values of a site as 64 hexadecimal digits, whatever file they were read from.

    The values are written as JSON (UTF-8, keys sorted, no spaces), without those that are the defaults: a key that a
    later version adds leaves the digest as it is. Page classes do not count.
    """
    text = json.dumps(make_values(site), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
