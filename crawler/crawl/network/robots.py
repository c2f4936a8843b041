"""robots.txt by RFC 9309: turns the answer to ``/robots.txt`` into the rules of its host. No network.

The rules say which addresses may be fetched, and with what delay. Which group of rules is ours is decided here, because
protego compares names by their beginnings; protego matches the paths of that group.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final
from urllib.parse import quote

from protego import Protego

from crawler.errors import BadValue
from crawler.items import RobotsVerdict
from crawler.warc.compression import GZIP_MAGIC
from crawler.warc.content_encoding import decode_content

ROBOTS_TOKEN: Final = "seealso"
"""Our product token: robots.txt addresses us by it."""
EVERYBODY: Final = "*"
MAX_ROBOTS_SIZE: Final = 500 * 1024
"""Bytes of robots.txt that are read, the least RFC 9309 asks for."""
LONGEST_CRAWL_DELAY: Final = 3600.0
"""Seconds. A longer Crawl-delay counts as this one."""
MOST_SITEMAPS: Final = 1000
"""The most sitemaps of one robots.txt that are kept."""

_NAME: Final = (
    r"(user[-_ ]?agents?|diss?[- ]?all?ow|diasllow|disallaw|allow|crawl[-_ ]?delay|request-rate|"
    r"site-?maps?(?:[-_ ](?!https?:)\w+(?=\s*:))?)"
)
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_RECORD_END: Final = re.compile(rf"(?:\\n|(?<![ \t])[ \t]{{1,64}})(?={_NAME}[ \t]{{0,9}}:[ \t]{{0,9}}[/*\w])", re.I)
"""What stands before the next record on the same line: spaces, or the sign for a line end in place of one."""
_TAG: Final = re.compile(r"</?[a-z!][^<>]{0,200}>", re.I)
_MARKUP: Final = re.compile(r"<(?:!doctype\s|html|body|pre|p|br)\b", re.I)
_RECORD: Final = re.compile(rf"{_NAME}(?:\s*[:：=]\s*|\s+|$)(.*)", re.I)
"""A record of ours: usual misspellings count, and a space, a sign of equality or a wide colon in place of the colon."""
_NAMES_IN_LINE: Final = re.compile(r"[ \t]{0,9}[,|][ \t]{0,9}(?=[*\w])")
"""What stands between several names in one line, which the RFC does not know: each of them is meant."""
_EVERYBODY_ALONE: Final = re.compile(r"\*(?:/\*|:)?(?:\s|$)")
_INVISIBLE: Final = "\ufeff\0\u200b\u200c\u200d\u2060"
_QUOTES: Final = "\"'“”‘’"
_PATH_OF_ADDRESS: Final = re.compile(r"https?://[^/\s]+(?=/|$)", re.I)
_PATHS: Final = re.compile(r"(?<!\s)(?:\s{0,9},)?\s{1,64}(?=/)")
_ADDRESSES: Final = re.compile(r"(?<![\s,])[\s,]{1,64}(?=https?://)", re.I)
_PRODUCT_TOKEN: Final = re.compile(r"[A-Za-z_-]*")
_SECONDS: Final = re.compile(
    r"\+?(\d{1,300}(?:[.,]\d{0,300})?|[.,]\d{1,300})\s*(?:(?:s|secs?|seconds?)\.?|(mins?|minutes?)\.?)?",
    re.I | re.ASCII,
)
_RATE: Final = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6})\s*([smh]?)", re.I | re.ASCII)
"""Pages in a time, with hours behind it that do not count here."""
_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600}
_NAMES: Final = {"us": "user-agent", "di": "disallow", "al": "allow", "cr": "crawl-delay", "re": "crawl-delay"}
"""The first two letters of a record's name → the record; others name a sitemap."""
_OPENING: Final = 2_000
"""Characters in which the markup of a robots.txt that is a page begins."""
_WIDE_SPAN: Final = 32
"""Bytes at the beginning of which every second one is zero in UTF-16."""
_OTHER_LINE_ENDS: Final = re.compile(r"[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


class RobotsRules:
    """The rules of one host.

    Attributes:
        crawl_delay: seconds between requests that robots.txt asks of us, at most an hour; None where it asks for none.
        sitemaps: the sitemaps that it names, in order, each once.

    """

    def __init__(self, text: str | None, *, closed: bool = False) -> None:
        self._closed = closed
        self._rules: Protego | None = None
        self.crawl_delay: float | None = None
        self.sitemaps: tuple[str, ...] = ()
        if not text:
            return
        records = list(_iter_records(text))
        named = (url for key, value in records if key == "sitemap" for url in _ADDRESSES.split(value))
        sitemaps = (url.strip("<>\"'") for url in named)
        self.sitemaps = tuple(dict.fromkeys(filter(None, sitemaps)))[:MOST_SITEMAPS]
        group = _select_group(records)
        self.crawl_delay = _read_crawl_delay([value for key, value in group if key == "crawl-delay"])
        lines = [f"{key}: {value}" for key, value in group if key != "crawl-delay" and value]
        self._rules = Protego.parse("\n".join(("User-agent: *", *lines)))

    @classmethod
    def from_response(cls, status: int, body: bytes) -> RobotsRules:
        """Return the rules that follow from an answer (RFC 9309, section 2.3.1).

        The body of a 2xx is read. A client error (4xx) means that there are no rules. A server error forbids
        everything, and so does 429: the RFC allows to take it for "no rules", but it asks us to stay away. A redirect
        that is not followed any further forbids everything too, because what it leads to is not known.
        """
        if 200 <= status < 300:
            return cls(_read_text(body))
        if 400 <= status < 500 and status != 429:
            return cls(None)
        return cls.forbid_all()

    @classmethod
    def forbid_all(cls) -> RobotsRules:
        """Return rules that forbid everything, for a robots.txt that could not be fetched."""
        return cls(None, closed=True)

    @property
    def is_closed(self) -> bool:
        """True when everything is forbidden because the rules are not known."""
        return self._closed

    def find_verdict(self, url: str) -> RobotsVerdict:
        """Return ``forbidden``, ``allowed``, or ``no_rules`` where the host has none, for an address of this host."""
        if self._closed:
            return "forbidden"
        if self._rules is None:
            return "no_rules"
        return "allowed" if self._rules.can_fetch(url, ROBOTS_TOKEN) else "forbidden"

    def allows(self, url: str) -> bool:
        """Return True if we may fetch an address of this host."""
        return self.find_verdict(url) != "forbidden"


def _read_text(body: bytes) -> str:
    """Return the part of a body that counts. A line that the limit cuts is left out: half a path is another path.

    A gzip file that was sent as it is, is unpacked: what it forbids was meant to be read.
    """
    if body.startswith(GZIP_MAGIC):
        with suppress(BadValue):
            body = decode_content(body, ["gzip"])
    text = body[:MAX_ROBOTS_SIZE].decode(_find_codec(body), "replace")
    if len(body) <= MAX_ROBOTS_SIZE or body[MAX_ROBOTS_SIZE : MAX_ROBOTS_SIZE + 1] in (b"\r", b"\n"):
        return text
    end = max(text.rfind("\n"), text.rfind("\r"))
    return text[: end + 1]


def _find_codec(body: bytes) -> str:
    """Return the codec of robots.txt: UTF-8, as the RFC has it, or UTF-16, which its mark or its zeros tell."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    opening = body[:_WIDE_SPAN]
    if len(opening) >= 8 and opening.count(0) == len(opening) // 2 and not any(opening[1::2]):
        return "utf-16-le"
    if len(opening) >= 8 and opening.count(0) == (len(opening) + 1) // 2 and not any(opening[::2]):
        return "utf-16-be"
    return "utf-8-sig"


def _iter_records(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and value of each record: user-agent, allow, disallow, crawl-delay or sitemap.

    Other lines do not count, and end no group.
    """
    if _MARKUP.search(text, 0, _OPENING):
        text = _TAG.sub("\n", text)
    contents = (line.partition("#")[0] for line in _LINE_END.split(text))
    for part in (part for content in contents for part in _split_records(content)):
        content = part.strip().strip(_INVISIBLE).strip()
        record = _RECORD.fullmatch(content)
        if record is None:
            continue
        name = _NAMES.get(record[1][:2].lower(), "sitemap")
        value = _OTHER_LINE_ENDS.sub(lambda line_end: quote(line_end[0]), record[2].strip().strip(_QUOTES))
        if name in ("allow", "disallow"):
            yield from ((name, _complete_path(path)) for path in _PATHS.split(value))
        else:
            yield name, value


def _split_records(content: str) -> Iterator[str]:
    """Yield the records of a line, which usually has one."""
    start = 0
    for record_end in _RECORD_END.finditer(content):
        yield content[start : record_end.start()]
        start = record_end.end()
    yield content[start:]


def _complete_path(path: str) -> str:
    """Return the path that a rule means: that of a whole address, or one whose first slash was left out."""
    path = _PATH_OF_ADDRESS.sub("", path) or ("/" if path else "")
    if not path or path[0] in "/*$":
        return path
    return f"*{path}" if path[0] in "?&=;." else f"/{path}"


def _select_group(records: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the rules of all groups that name us, else those of all groups for everybody.

    A group begins with one or several names. A name counts up to the first character that no product token has, so that
    ``SeeAlso/1.0`` names us; the rest has to be our token in full, in any case.
    """
    ours: list[tuple[str, str]] = []
    general: list[tuple[str, str]] = []
    names: set[str] = set()
    is_named = is_naming = False
    for key, value in records:
        if key == "user-agent":
            if not is_naming:
                names = set()
            is_naming = True
            names.update(map(_read_token, _NAMES_IN_LINE.split(value)))
            is_named = is_named or ROBOTS_TOKEN in names
        elif key != "sitemap":
            is_naming = False
            if ROBOTS_TOKEN in names:
                ours.append((key, value))
            if EVERYBODY in names:
                general.append((key, value))
    return ours if is_named else general


def _read_token(name: str) -> str:
    """Return the product token that a name begins with, in small letters; ``*`` for everybody."""
    if _EVERYBODY_ALONE.match(name):
        return EVERYBODY
    token = _PRODUCT_TOKEN.match(name)
    return token[0].lower() if token is not None else ""


def _read_crawl_delay(values: list[str]) -> float | None:
    """Return the longest of several delays; what is no positive number of seconds does not count."""
    delays: list[float] = []
    for value in values:
        rate = _RATE.match(value)
        match = _SECONDS.fullmatch(value)
        if rate is not None and int(rate[1]):
            delay = int(rate[2]) * _UNITS[rate[3].lower()] / int(rate[1])
        elif match is not None:
            delay = float(match[1].replace(",", ".")) * (60 if match[2] else 1)
        else:
            continue
        if math.isfinite(delay) and delay > 0:
            delays.append(min(delay, LONGEST_CRAWL_DELAY))
    return max(delays, default=None)
