"""Reads the answers in a HAR file, as the developer tools of browsers export them (HTTP Archive 1.2).

The text of an answer is unpacked and decoded in it: what its head says of codings no longer holds.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from crawler.warc.foreign.dates import read_date
from crawler.warc.foreign.saved.records import SavedPage

_UNDONE: Final = frozenset({"content-encoding", "transfer-encoding", "content-length", "content-type"})
_NO_PAGE: Final = re.compile(
    r"(?:image|video|audio|font)/|text/css|(?:text|application)/(?:x-)?(?:javascript|ecmascript)|application/font", re.I
)
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_LINE_BREAKS: Final = re.compile(r"[\r\n\0]+")


class _Log(msgspec.Struct):
    entries: list[msgspec.Raw] = []


class _Har(msgspec.Struct):
    log: _Log


class HarDamaged(ValueError):
    """The file is no whole HAR file."""


def iter_har_answers(content: bytes) -> Iterator[SavedPage]:
    """Yield the answers to requests of GET that may be pages. Raises HarDamaged for what is no whole HAR file."""
    try:
        entries = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf").strip(b"\0"), type=_Har).log.entries
    except (msgspec.DecodeError, RecursionError):
        raise HarDamaged from None
    for raw in entries:
        page = _read_entry(_decode(bytes(raw)))
        if page is not None:
            yield page


def _decode(raw: bytes) -> Any:
    try:
        return json.loads(raw, strict=False)  # it reads lone surrogates
    except (ValueError, RecursionError):
        return None


def _read_entry(entry: Any) -> SavedPage | None:
    request, answer = _read_dict(entry, "request"), _read_dict(entry, "response")
    status, url = answer.get("status"), request.get("url")
    saved_at = read_date(str(entry.get("startedDateTime"))) if isinstance(entry, dict) else None
    if str(request.get("method", "GET")).upper() != "GET" or not isinstance(url, str) or saved_at is None:
        return None
    if not isinstance(status, int) or not 100 <= status <= 599:  # 0: nothing came
        return None
    content = _read_dict(answer, "content")
    media_type = str(content.get("mimeType") or "").strip()
    if _NO_PAGE.match(media_type):
        return None
    body, is_cut, is_text = _read_body(content)
    head = _make_head(answer, status, media_type, is_text=is_text)
    return SavedPage(url=url.partition("#")[0], saved_at=saved_at, content=head + body, is_answer=True, is_cut=is_cut)


def _read_body(content: dict[str, Any]) -> tuple[bytes, bool, bool]:
    """Return the body, True if there was more of it, and True if it was kept as text."""
    text, size = content.get("text"), content.get("size")
    if not isinstance(text, str):
        return b"", isinstance(size, int) and size > 0, False
    if str(content.get("encoding", "")).lower() == "base64":
        try:
            return base64.b64decode(text), False, False
        except (binascii.Error, ValueError):
            return b"", True, False
    return text.encode("utf-8", "replace"), False, True


def _make_head(answer: dict[str, Any], status: int, media_type: str, *, is_text: bool) -> bytes:
    lines = [f"HTTP/1.1 {status} {_LINE_BREAKS.sub(' ', str(answer.get('statusText') or ''))}".rstrip()]
    fields = answer.get("headers")
    names = set()
    for field in fields if isinstance(fields, list) else ():
        name, value = (str(field.get(key, "")) for key in ("name", "value")) if isinstance(field, dict) else ("", "")
        if name.lower() not in _UNDONE and _NAME.fullmatch(name):
            names.add(name.lower())
            lines.append(f"{name}: {_LINE_BREAKS.sub(' ', value)}")
    if "location" not in names and (target := answer.get("redirectURL")):
        lines.append(f"Location: {_LINE_BREAKS.sub('', str(target))}")
    if media_type:
        bare = media_type.partition(";")[0].strip()
        lines.append(f"Content-Type: {_LINE_BREAKS.sub('', f'{bare}; charset=utf-8' if is_text else media_type)}")
    return "\r\n".join((*lines, "", "")).encode("utf-8", "replace")


def _read_dict(parent: Any, name: str) -> dict[str, Any]:
    value = parent.get(name) if isinstance(parent, dict) else None
    return value if isinstance(value, dict) else {}
