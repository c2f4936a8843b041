"""Reads what publishers say against keeping, indexing and mining a page: robots headers and metas, TDM reservations.

Only what is said to everybody or to our product token counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from crawler.extraction.parsing.shown_source import drop_hidden
from crawler.items import Capture, Reservation, ReservationKind, ReservationSource
from crawler.normalisation.words.entities import unescape

OUR_NAME: Final = "seealso"
TDM_PATH: Final = "/.well-known/tdmrep.json"
"""Where a host keeps its file of TDM reservations (TDMRep of the W3C community group)."""
MOST_TDM_RULES: Final = 1000
"""The most rules of such a file that are read."""

_KINDS: Final[dict[str, ReservationKind]] = {"noarchive": "noarchive", "noindex": "noindex", "none": "none"}
_WITH_VALUES: Final = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
_META: Final = re.compile(r"<meta\b[^>]{0,2000}>", re.I)
_ATTRIBUTE: Final = re.compile(r"([a-z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)
_NAMES: Final = (b"robots", OUR_NAME.encode(), b"tdm-")
_MARK: Final = re.compile(rb"name\s*=\s*[\"']?\s*(?:%b)" % b"|".join(_NAMES))
"""What stands in a meta of ours, in small letters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TdmRule:
    """A rule of a file of TDM reservations: for which paths, whether mining is reserved, and by which policy."""

    location: str
    is_reserved: bool
    policy: str | None = None

    def matches(self, path: str) -> bool:
        """Return True if the rule is about a path; ``*`` and ``$`` mean what they mean in robots.txt."""
        pattern = re.escape(self.location.removesuffix("$")).replace(r"\*", ".*")
        return re.match(pattern + ("$" if self.location.endswith("$") else ""), path) is not None


def read_tdm_file(body: bytes) -> tuple[TdmRule, ...]:
    """Return the rules of a file of TDM reservations; what cannot be understood is left out."""
    try:
        entries = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return ()
    rules: list[TdmRule] = []
    for entry in (entries if isinstance(entries, list) else [entries])[:MOST_TDM_RULES]:
        location = entry.get("location") if isinstance(entry, dict) else None
        if isinstance(location, str) and 0 < len(location) <= 500 and location.count("*") <= 10:
            policy = entry.get("tdm-policy")
            rules.append(
                TdmRule(
                    location=location,
                    is_reserved=str(entry.get("tdm-reservation")).strip() == "1",
                    policy=policy[:500] if isinstance(policy, str) else None,
                )
            )
    return tuple(rules)


def find_reservations(answer: Capture, tdm_rules: tuple[TdmRule, ...] = ()) -> tuple[Reservation, ...]:
    """Return what an answer of status 200 and the file of its host reserve, each kind once for each source."""
    if not 200 <= answer.status < 300:
        return ()
    reservations: dict[tuple[str, str], Reservation] = {}
    for reservation in (*_iter_headers(answer), *_iter_metas(answer), *_iter_file(answer.url, tdm_rules)):
        reservations.setdefault((reservation.kind, reservation.source), reservation)
    return tuple(reservations.values())


def _iter_headers(answer: Capture) -> Iterator[Reservation]:
    for name, value in answer.headers:
        if name.lower() == "x-robots-tag":
            yield from _iter_robots(value, "header")
    yield from _iter_tdm(answer.header("tdm-reservation"), answer.header("tdm-policy"), "header")


def _iter_metas(answer: Capture) -> Iterator[Reservation]:
    contents: dict[str, str] = {}
    for tag in _META.findall(_read_shown(answer.body[:200_000])):
        values = {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(tag)}
        name, content = values.get("name", "").strip().lower(), unescape(values.get("content", ""))
        if name in ("robots", OUR_NAME):
            yield from _iter_robots(content, "meta")
        elif name.startswith("tdm-"):
            contents.setdefault(name, content)
    yield from _iter_tdm(contents.get("tdm-reservation"), contents.get("tdm-policy"), "meta")


def _read_shown(head: bytes) -> str:
    """Return the part of a page that may hold metas of ours, as it is shown; nothing where there is none."""
    lower_head = head.lower()
    if not any(name in lower_head for name in _NAMES) or _MARK.search(lower_head) is None:  # names are found sooner
        return ""
    return drop_hidden(head.decode("utf-8", "replace"), ("script", "style"))


def _iter_file(url: str, rules: tuple[TdmRule, ...]) -> Iterator[Reservation]:
    """Yield what the rule with the longest location for the address reserves."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    matching = [rule for rule in rules if rule.matches(path)]
    if matching:
        rule = max(matching, key=lambda rule: (len(rule.location), rule.is_reserved))
        yield from _iter_tdm("1" if rule.is_reserved else "0", rule.policy, "file")


def _iter_robots(value: str, source: ReservationSource) -> Iterator[Reservation]:
    """Yield the kinds in a list such as ``noindex, otherbot: noarchive``; what is said to other robots is left out."""
    is_ours = True
    for item in value[:2000].split(","):
        name, colon, directive = item.partition(":")
        if colon and name.strip().lower() not in _WITH_VALUES:
            is_ours = name.strip().lower().partition("/")[0] in ("*", "robots", OUR_NAME)
            item = directive
        kind = _KINDS.get(item.strip().lower())
        if kind is not None and is_ours:
            yield Reservation(kind=kind, source=source, value=value.strip()[:500])


def _iter_tdm(reservation: str | None, policy: str | None, source: ReservationSource) -> Iterator[Reservation]:
    if (reservation or "").strip() == "1":
        yield Reservation(kind="tdm", source=source, value=(policy or "").strip()[:500] or "1")
