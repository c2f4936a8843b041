"""What can be read of a body as it was sent: the payload, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crawler.errors import BadValue, PayloadTooLarge
from crawler.items import Failure
from crawler.warc.content_encoding import MAX_CONTENT_SIZE, content_encodings, decode_content


class Payload(NamedTuple):
    """A body with its content encoding undone; where it is not to be read, why: for programs, and in words."""

    body: bytes
    failure: Failure | None = None
    error: str | None = None


def decode_payload(
    body: bytes, headers: Sequence[tuple[str, str]], *, cut_off: bool, max_size: int = MAX_CONTENT_SIZE
) -> Payload:
    """Return the payload of a body. ``cut_off`` tells that the transfer broke off: what came of it is given."""
    why = (Failure.CUT_OFF, "the transfer broke off") if cut_off else (None, None)
    try:
        return Payload(decode_content(body, content_encodings(headers), max_size), *why)
    except BadValue as problem:
        if cut_off:
            return Payload(b"", *why)
        failure = Failure.TOO_LARGE if isinstance(problem, PayloadTooLarge) else Failure.BAD_ENCODING
        return Payload(b"", failure, str(problem))
