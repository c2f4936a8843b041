"""Reads the JSON-LD of a page into nodes. Broken JSON is repaired where that is safe, else passed over."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from lxml import etree

ARTICLE_TYPES: Final = frozenset(
    [
        "article",
        "newsarticle",
        "analysisnewsarticle",
        "askpublicnewsarticle",
        "backgroundnewsarticle",
        "opinionnewsarticle",
        "reportagenewsarticle",
        "reviewnewsarticle",
        "blogposting",
        "socialmediaposting",
        "report",
        "liveblogposting",
        "scholarlyarticle",
        "techarticle",
        "satiricalarticle",
    ]
)
MAX_SCRIPTS: Final = 50
MAX_LENGTH: Final = 4_000_000
MAX_NODES: Final = 5_000

_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_LISTS = ("itemlistelement", "mainentity", "haspart", "@graph")


@dataclass(frozen=True, slots=True)
class Thing:
    """A node of JSON-LD. Its property names are in lower case."""

    properties: dict[str, Any]
    listed: bool = False
    """True for an entry of a list, which is not what the page is about."""

    @property
    def types(self) -> frozenset[str]:
        return frozenset(re.split(r"[/:#]", text)[-1].lower() for text in iter_texts(self.properties.get("@type")))

    @property
    def is_article(self) -> bool:
        return not self.types.isdisjoint(ARTICLE_TYPES)

    def find_text(self, *names: str) -> str | None:
        """Return the first text of the first property that has one."""
        return next((text for name in names for text in iter_texts(self.properties.get(name))), None)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that the node states as its own."""
        return tuple(
            address
            for name in ("url", "mainentityofpage", "@id")
            for address in iter_texts(self.properties.get(name), "@id", "url")
        )

    @property
    def author_names(self) -> tuple[str, ...]:
        return tuple(iter_texts(self.properties.get("author") or self.properties.get("creator"), "name"))


def read_things(scripts: Sequence[str]) -> tuple[Thing, ...]:
    """Return every node of the scripts, in order."""
    things: list[Thing] = []
    for script in scripts[:MAX_SCRIPTS]:
        for value in _load(script):
            things.extend(_iter_things(value, MAX_NODES - len(things)))
    return tuple(things)


def find_scripts(root: etree._Element) -> list[str]:
    """Return the text of a page's JSON-LD scripts."""
    return [
        element.text
        for element in root.iter("script")
        if element.text and "ld+json" in (element.get("type") or "").lower() and len(element.text) < MAX_LENGTH
    ]


def iter_texts(value: Any, *keys: str) -> Iterator[str]:
    """Yield the texts of a property: a text itself, each of a list, of a node its ``keys``, ``@value`` or ``name``."""
    pending = [value]
    for _ in range(200):
        if not pending:
            return
        part = pending.pop(0)
        if isinstance(part, str):
            if part.strip():
                yield unescape(part).strip()
        elif isinstance(part, list):
            pending[:0] = part[:200]
        elif isinstance(part, dict):
            folded = {str(key).lower(): inner for key, inner in part.items()}
            pending[:0] = [folded[key] for key in (*keys, "@value", "name") if key in folded][:1]


def _load(script: str) -> Iterator[Any]:
    """Yield the JSON value of a script; nothing when it cannot be read."""
    text = _WRAPPING.sub("", _WRAPPING.sub("", script)).strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            yield json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
        return
    try:  # two documents in one script, or rubbish after the first
        value, _ = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        return
    yield value


def _iter_things(value: Any, budget: int) -> Iterator[Thing]:
    """Yield the nodes of a JSON value that are on their own, in a graph or in lists, at most ``budget`` of them."""
    pending: list[tuple[Any, bool]] = [(value, False)]
    while pending and budget > 0:
        part, listed = pending.pop(0)
        if isinstance(part, list):
            pending[:0] = [(child, listed) for child in part[:500]]
        elif isinstance(part, dict):
            budget -= 1
            node = {str(key).lower(): child for key, child in part.items()}
            yield Thing(node, listed)
            for name in _LISTS:
                child = node.get(name)
                if isinstance(child, list):
                    pending.extend((entry, listed or name == "itemlistelement") for entry in child[:500])
                elif isinstance(child, dict):
                    pending.append((child, listed))
            item = node.get("item")
            if isinstance(item, dict):
                pending.append((item, True))
