"""Finds the object of an article in the state that a page carries for its scripts, and what it says of it.

Frameworks put what their scripts will show into the page as JSON: ``__NEXT_DATA__``, ``Fusion.globalContent = …``. The
article is the object that has a headline and the most prose under one of its keys: HTML, paragraphs, or blocks of text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote

from crawler.extraction.layout.labels import PROSE, ends_sentence
from crawler.extraction.parsing.jsonld import Thing
from crawler.extraction.stated.state_references import resolve_references
from crawler.extraction.stated.state_scripts import LEAST_PROSE, iter_state_values
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
_HEADLINES: Final = ("headline", "headlines", "title", "heading")
_PUBLISHED: Final = (
    *("datepublished", "publishedat", "publishdate", "publisheddate", "firstpublished", "firstpublishedat"),
    *("firstpublishdate", "publicationdate", "pubdate", "publisheddatetime", "publishdatetime", "publishedon"),
    *("publishtime", "firstpublicationdate", "firstpublisheddate", "displaydate", "published", "date", "createdat"),
    *("created", "datecreated"),
)
_MODIFIED: Final = (
    *("datemodified", "modifiedat", "updatedat", "lastupdateddate", "modified", "updated", "updateddatetime"),
)
_WRITERS: Final = (
    *("author", "authors", "byline", "bylines", "writers", "writer", "contributors", "primaryauthor", "authorname"),
    *("authornames", "writtenby"),
)
"""Names of properties, here and above as :func:`_squeeze` leaves them."""
_DESCRIPTIONS: Final = ("description", "standfirst", "subheadline", "dek", "deck", "summary", "excerpt", "lead")
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


def find_embedded_article(source: str, url: str) -> EmbeddedArticle | None:
    """Return the article in the state of the page at an address, from its source; None where no object holds one."""
    search = _Search(_Identity(url))
    for value in iter_state_values(source):
        search.read(value)
    if search.best is None:
        return None
    thing = Thing(_name_properties(search.best), source=SOURCE)
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
        has_headline = any(name in _HEADLINES for name in map(str.lower, value))
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
        if sum(bool(texts) for _, texts in parts) > 1:
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


def _is_teaser(item: Any) -> bool:
    keys = {key.lower() for key in item} if isinstance(item, dict) else set()
    return not keys.isdisjoint(_HEADLINES) and not keys.isdisjoint(_ADDRESSES)


def _name_properties(article: dict[str, Any]) -> dict[str, Any]:
    """Return what an object says under the names of schema.org, in lower case as :class:`Thing` has them."""
    own = {_squeeze(key): _unwrap(value) for key, value in article.items()}
    named = {
        "headline": _find_text(own, _HEADLINES),
        "datepublished": _find_date(own, _PUBLISHED),
        "datemodified": _find_date(own, _MODIFIED),
        "description": _find_text(own, _DESCRIPTIONS),
        "author": _name_writers(_find_writers(own)),
    }
    return {"@type": "Article"} | {name: value for name, value in named.items() if value is not None}


def _squeeze(key: str) -> str:
    """Return the name of a property in the form that spellings of it share: ``published_at``, ``field_author``."""
    return key.lower().replace("_", "").replace("-", "").removeprefix("field")


def _unwrap(value: Any) -> Any:
    """Return the value of a field that Drupal keeps as a list of one."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) and "value" in value[0]:
        return value[0]["value"]
    return value


def _find_writers(own: dict[str, Any]) -> Any:
    """Return what names the writers: a number is the key of one that stands elsewhere."""
    for name, key in (("credits", "by"), ("embedded", "author")):
        inner = own.get(name)
        if isinstance(inner, dict) and inner.get(key) and not isinstance(own.get("author"), (str, dict, list)):
            return inner[key]
    return next((own[name] for name in _WRITERS if isinstance(own.get(name), (str, dict, list)) and own[name]), None)


def _name_writers(value: Any) -> Any:
    """Return writers with their whole names under ``name``, as schema.org has them."""
    if isinstance(value, list):
        return [_name_writers(item) for item in value[:50]]
    if not isinstance(value, dict) or value.get("name"):
        return value
    name = next((value[key] for key in _WHOLE_NAMES if isinstance(value.get(key), str) and value[key]), None)
    return value if name is None else {**value, "name": name}


_WHOLE_NAMES: Final = ("fullName", "full_name", "fullname", "displayName", "display_name", "byline", "title")


def _find_text(own: dict[str, Any], names: tuple[str, ...]) -> str | None:
    """Return the first text under these names, or under the usual names of its forms."""
    for name in names:
        value = own.get(name)
        if isinstance(value, dict):
            value = next((value[key] for key in ("basic", "rendered", "main", "text", "value") if value.get(key)), None)
        if isinstance(value, str) and (text := " ".join(split_paragraphs(value[:2000]))):
            return text
    return None


def _find_date(own: dict[str, Any], names: tuple[str, ...]) -> str | None:
    """Return the first date: a text, or milliseconds or seconds since 1970."""
    for name in names:
        value = own.get(name)
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, int | float) and not isinstance(value, bool) and 10**8 < value < 10**13:
            seconds = value / 1000 if value >= 10**11 else value
            return datetime.fromtimestamp(seconds, UTC).isoformat()
    return None
