"""Finds the object of an article in the state that a page carries for its scripts, and what it says of it.

Frameworks put what their scripts will show into the page as JSON: ``__NEXT_DATA__``, ``Fusion.globalContent = …``. The
article is the object that has a headline and the most prose under one of its keys: HTML, paragraphs, or blocks of text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from crawler.extraction.layout.labels import PROSE, ends_sentence
from crawler.extraction.parsing.jsonld import Thing
from crawler.extraction.stated.state_properties import HEADLINES, name_properties
from crawler.extraction.stated.state_references import resolve_references
from crawler.extraction.stated.state_scripts import LEAST_PROSE, iter_attribute_values, iter_state_values
from crawler.extraction.stated.text_blocks import measure_paragraphs, read_blocks, read_text, split_paragraphs

SOURCE: Final = "script:state"
_MAX_DEPTH: Final = 60
_MAX_NODES: Final = 100_000
_MAX_TEXT: Final = 400_000
_LARGER: Final = 1.1
"""So many times the prose an outer object must have to be the article in place of an inner one."""
_BESIDE: Final = re.compile(
    r"(?:related|recommend|comment|author|byline|tag|image|photo|video|promo|newsletter|footer|nav|menu|advert|seo|meta|"
    r"caption|credit|alt|url|href|slug|id|bio|teaser|summary|excerpt|abstract|deck|dek|standfirst|description|subtitle|"
    r"subheadline|headline|title|copyright|breadcrumb)(?:s|_.*|[A-Z].*|text|html|data)?$|.*(?:URL|Url|Id|ID|Caption|Credit)$"
)
"""Keys under which something else stands than the text."""
_PARTS: Final = ("frontmatter", "frontMatter", "meta", "metadata")
"""Keys under which what is said of a text stands, where the text stands beside it."""
_LANGUAGE: Final = re.compile(r"<html\b[^<>]{0,500}?\slang\s*=\s*[\"']?([a-zA-Z]{2})", re.I)
_HEAD: Final = 5_000
_CODE: Final = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2})?")
_OWN_IDS: Final = ("id", "_id", "nid", "uuid", "articleid", "articleId", "contentId")
_SHORTEST_ID: Final = 4
_PLACE: Final = re.compile(r"(?:https?:)?//[^/?#]{1,200}|[?#].*", re.S)
"""What is taken off an address to leave its path."""
_EXTENSION: Final = re.compile(r"\.[a-z]{3,5}$", re.I)
_PARTS_OF_PATH: Final = re.compile(r"[/._,-]+")
_ADDRESSES: Final = frozenset(("url", "href", "slug", "link", "canonical_url", "canonicalurl", "path", "website_url"))


@dataclass(frozen=True, slots=True)
class EmbeddedArticle:
    """The article that a page's state holds."""

    paragraphs: tuple[str, ...] = ()
    """None where the state holds the article of another page."""
    thing: Thing | None = None
    """What the object says of the article, under the names of schema.org."""
    is_own: bool | None = None
    """Does it state the page's address or identity, or others than these? None where it states none."""


def find_embedded_article(source: str, url: str, *, in_attributes: bool = False) -> EmbeddedArticle | None:
    """Return the article in the state of the page at an address, from its source; None where no object holds one.

    ``in_attributes``: may it be the value of any attribute, as where the page prints nothing?
    """
    language = _LANGUAGE.search(source, 0, _HEAD)
    search = _Search(_Identity(url), language[1].lower() if language is not None else "")
    for value in iter_state_values(source):
        search.read(value)
    for value in iter_attribute_values(source) if search.best is None and in_attributes else ():
        search.read(value)
    if search.best is None:
        return None
    thing = Thing(name_properties(search.best, search.language), source=SOURCE)
    return EmbeddedArticle(search.paragraphs, thing, search.identity.compare(search.best))


class _Identity:
    """What the address of a page tells of the identity of its article."""

    def __init__(self, url: str) -> None:
        path = _PLACE.sub("", url)
        self._name = _find_name(path)
        self._parts = frozenset(_PARTS_OF_PATH.split(path))

    def compare(self, value: dict[str, Any]) -> bool | None:
        """Return True for an object that states the page's own address or identity, None for one that states none."""
        ids = [str(value[key]) for key in _OWN_IDS if isinstance(value.get(key), (str, int))]
        if any(len(text) > _SHORTEST_ID and text in self._parts for text in ids):
            return True
        addresses = (child for key, child in value.items() if key.lower() in _ADDRESSES and isinstance(child, str))
        names = [name for address in addresses if (name := _find_name(_PLACE.sub("", address)))]
        return any(self._name.startswith(name) or name.startswith(self._name) for name in names) if names else None


def _find_name(path: str) -> str:
    """Return the last part of a path, without what its kind of file adds."""
    return unquote(_EXTENSION.sub("", path.rstrip("/").rpartition("/")[2])).lower()


@dataclass(slots=True)
class _Search:
    """The search for the object with the most prose."""

    identity: _Identity
    language: str
    best: dict[str, Any] | None = None
    paragraphs: tuple[str, ...] = ()
    prose: int = 0
    rank: tuple[bool, bool] = (False, False)
    """Is the best one the page's own by its address, and none of several in a list? More of it is better."""
    left: int = _MAX_NODES
    lists: int = 0
    """Lists of several articles that the value being read stands in."""

    def read(self, value: Any, depth: int = 0) -> list[str]:
        """Return the paragraphs below a value, inner objects looked at first."""
        self.left -= 1
        if depth > _MAX_DEPTH or self.left < 0:
            return []
        if isinstance(value, str):
            return self._read_string(value, depth)
        value = resolve_references(value)
        if isinstance(value, list):
            return self._read_list(value, depth)
        if not isinstance(value, dict):
            return []
        if self.language in value and all(map(_CODE.fullmatch, value)):
            return self.read(value[self.language], depth + 1)  # the same in several languages
        part = next((child for name in _PARTS if _has_headline(child := value.get(name))), None)
        if part is not None and not _has_headline(value):  # what is said of a text stands beside it
            value = part | value
        has_headline = _has_headline(value)
        paragraphs = read_blocks(value, may_be_runs=not has_headline)
        if paragraphs is not None:
            return paragraphs
        # Several objects with a headline and an address each, by their names, are a list of articles, too.
        is_list = sum(map(_is_teaser, value.values())) > 1
        self.lists += is_list
        by_key = {key: self.read(child, depth + 1) for key, child in value.items()}
        self.lists -= is_list
        parts = [texts for key, texts in by_key.items() if not _BESIDE.match(key) and not _is_teaser(value[key])]
        if has_headline:
            self._offer(value, max(parts, key=measure_paragraphs, default=[]))
        return [text for texts in parts for text in texts]

    def _read_string(self, text: str, depth: int) -> list[str]:
        if text[:1] in ("{", "[") and len(text) >= LEAST_PROSE:
            try:
                return self.read(json.loads(text, strict=False), depth + 1)
            except (ValueError, RecursionError):
                pass
        return read_text(text, _MAX_TEXT)

    def _read_list(self, items: list[Any], depth: int) -> list[str]:
        paragraphs = read_blocks(items)
        if paragraphs is not None:
            return paragraphs
        # A list of objects with a headline and an address each is one of other articles.
        is_list = sum(map(_is_teaser, items)) > 1
        self.lists += is_list
        parts = [(item, self.read(item, depth + 1)) for item in items]
        if sum(bool(texts) for _, texts in parts) > any(isinstance(item, dict) for item in items):
            parts = [(item, texts or _read_short(item)) for item, texts in parts]
        self.lists -= is_list
        return [text for item, texts in parts if not _is_teaser(item) for text in texts]

    def _offer(self, value: dict[str, Any], paragraphs: list[str]) -> None:
        """Take an object as the article, where it is more the page's own than the best so far, or has more prose."""
        prose = measure_paragraphs(paragraphs)
        if prose < LEAST_PROSE:
            return
        rank = (self.identity.compare(value) is True, self.lists == 0)
        if self.best is None or rank > self.rank or (rank == self.rank and prose > self.prose * _LARGER):
            self.best, self.paragraphs, self.prose, self.rank = value, tuple(paragraphs), prose, rank


def _read_short(item: Any) -> list[str]:
    """Return the sentence, however short, that stands among paragraphs: as they do, or under the only key of a text."""
    if isinstance(item, dict) and not _is_teaser(item):
        texts = [
            child for key, child in item.items() if isinstance(child, str) and " " in child and not _BESIDE.match(key)
        ]
        item = texts[0] if len(texts) == 1 else ""
    is_sentence = isinstance(item, str) and len(item) < PROSE and " " in item and ends_sentence(item)
    return list(split_paragraphs(item)) if is_sentence else []


def _has_headline(value: Any) -> bool:
    return isinstance(value, dict) and any(key.lower() in HEADLINES for key in value)


def _is_teaser(item: Any) -> bool:
    keys = {key.lower() for key in item} if isinstance(item, dict) else set()
    return not keys.isdisjoint(HEADLINES) and not keys.isdisjoint(_ADDRESSES)
