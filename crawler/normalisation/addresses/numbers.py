"""Makes a number that stands for an address, where millions of addresses are remembered and none is read back."""

from __future__ import annotations

from hashlib import blake2b


def make_address_number(url_key: str) -> int:
    """Return 64 bits of a hash of an identity, with sign, as SQLite has integers.

    >>> make_address_number("asianews/en/55331") == make_address_number("asianews/en/55331")
    True
    """
    return int.from_bytes(blake2b(url_key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)
