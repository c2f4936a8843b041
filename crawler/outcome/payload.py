"""Decodes a body as it was sent into its payload, or into the failure that prevents it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crawler.errors import BadValue, PayloadTooLarge
from crawler.items import Failure
from crawler.warc.content_encoding import MAX_CONTENT_SIZE, list_encodings, read_content


class Payload(NamedTuple):
    """A body with its content encoding undone; where it is not to be read, the failure, as a kind and in words."""

    body: bytes
    failure: Failure | None = None
    error: str | None = None
    damage: str | None = None
    """What is wrong with a compressed body that can be read all the same."""


def decode_payload(
    body: bytes, headers: Sequence[tuple[str, str]], *, cut_off: bool, max_size: int = MAX_CONTENT_SIZE
) -> Payload:
    """Return the payload of a body of at most ``max_size`` bytes. Raises nothing.

    ``headers`` are those of the answer. With ``cut_off`` the body is the part that came before the transfer broke off.
    """
    cause = (Failure.CUT_OFF, "the transfer broke off") if cut_off else (None, None)
    try:
        content = read_content(body, list_encodings(headers), max_size)
        return Payload(content.body, *cause) if cut_off else Payload(content.body, damage=content.damage)
    except BadValue as problem:
        if cut_off:
            return Payload(b"", *cause)
        failure = Failure.TOO_LARGE if isinstance(problem, PayloadTooLarge) else Failure.BAD_ENCODING
        return Payload(b"", failure, str(problem))
