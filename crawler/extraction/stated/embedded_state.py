"""Finds the object of an article in the state that a page carries for its scripts, and what it says of it.

Frameworks put what their scripts will show into the page as JSON: ``__NEXT_DATA__``, ``Fusion.globalContent = …``. The
article is the object that has a headline and the most prose under one of its keys: HTML, paragraphs, or blocks of text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from crawler.extraction.layout.labels import PROSE, ends_sentence, measure_prose
from crawler.extraction.layout.lines import read_lines
from crawler.extraction.parsing.json_mending import mend_json
from crawler.extraction.parsing.jsonld import Thing
from crawler.extraction.parsing.markup import Hint
from crawler.extraction.parsing.tree import read_tree
from crawler.normalisation.words.entities import unescape
from crawler.normalisation.words.text import clean

LEAST_PROSE: Final = 500
"""Letters in paragraphs that an object, or a string, must have to be an article."""
SOURCE: Final = "script:state"
_MAX_LENGTH: Final = 2_000_000
"""Characters of one script that are read as JSON."""
_MAX_MENDED: Final = 500_000
"""Characters of a script whose objects are read as a script's: names without quotation marks, variables for values."""
_STATE: Final = re.compile(r"\b__[A-Z_]{3,30}__\b|\b(?:window|self|globalThis)\.\w{0,30}[sS]tate\b")
"""How frameworks name what they assign the state to: ``window.__NUXT__``, ``window.__INITIAL_STATE__``."""
_BEFORE_STATE: Final = 3_000
"""Characters between that name and the object: a function's variables may stand there."""
_MAX_VALUES: Final = 20
_MAX_DEPTH: Final = 60
_MAX_NODES: Final = 100_000
_MAX_TEXT: Final = 400_000
_LARGER: Final = 1.1
"""So many times the prose an outer object must have to be the article in place of an inner one."""
_SCRIPT: Final = re.compile("<[sS][cC][rR][iI][pP][tT]")
_END_OF_SCRIPT: Final = re.compile("</[sS][cC][rR][iI][pP][tT]")
"""Spelt out: a pattern without regard to case would look at every character."""
_STATE_IN_ATTRIBUTE: Final = re.compile(
    r"""data-(?<=\sdata-)(?:page|props|state|initial-state|react-props|component-props|article|story)\s?=\s?"""
    r"""(?:"([^"]{500,})"|'([^']{500,})')"""
)
"""Where systems that put the state beside an element leave it: ``data-page``, ``data-react-props``. A search jumps to
what a pattern begins with."""
_ASSIGNED: Final = re.compile(r"=\s*(?=[\[{])|\bJSON\.parse\(\s*(?=\")|\breturn\s*(?=\{)")
_MARKUP: Final = re.compile(r"<[a-z!/]", re.I)
_BLOCK: Final = re.compile(
    r"(?:core/)?(?:p|par|paragraph|text|raw_html|h[1-6]|head(?:ing|er)(?:[-_]?\d)?|quote|blockquote|block|list[-_]?item|li)",
    re.I,
)
_BESIDE: Final = re.compile(
    r"(?:related|recommend|comment|author|byline|tag|image|photo|video|promo|newsletter|footer|nav|menu|advert|seo|meta|"
    r"caption|credit|alt|url|href|slug|id|bio|teaser|summary|excerpt|abstract|deck|dek|standfirst|description|subtitle|"
    r"subheadline|headline|title|copyright|breadcrumb)(?:s|_.*|[A-Z].*|text|html|data)?$|.*(?:URL|Url|Id|ID|Caption|Credit)$"
)
"""Keys under which something else stands than the text."""
_HEADLINES: Final = ("headline", "headlines", "title", "heading")
_PUBLISHED: Final = (
    *("datepublished", "publishedat", "published_at", "publishdate", "publish_date", "publisheddate", "published_date"),
    *("firstpublished", "firstpublishedat", "first_publish_date", "publicationdate", "publication_date", "pubdate"),
    *("publisheddatetime", "published_datetime", "publishdatetime", "publishedon", "published_on", "publishtime"),
    *("publish_time", "first_published_at", "firstpublicationdate", "firstpublisheddate", "pub_date"),
    *("display_date", "displaydate", "published", "date"),
)
_MODIFIED: Final = (
    *("datemodified", "modifiedat", "updatedat", "updated_at", "last_updated_date", "modified", "updated"),
    "updateddatetime",
)
_WRITERS: Final = ("author", "authors", "byline", "bylines", "writers", "writer", "contributors")
_DESCRIPTIONS: Final = ("description", "standfirst", "subheadline", "dek", "deck", "summary", "excerpt", "lead")
_ADDRESSES: Final = frozenset(("url", "href", "slug", "link", "canonical_url", "canonicalurl", "path", "website_url"))


@dataclass(frozen=True, slots=True)
class EmbeddedArticle:
    """The article that a page's state holds."""

    paragraphs: tuple[str, ...]
    thing: Thing
    """What the object says of the article, under the names of schema.org."""


def find_embedded_article(source: str) -> EmbeddedArticle | None:
    """Return the article in the state of a page, from the page's source; None where no object holds one."""
    search = _Search()
    for value in _iter_values(source):
        search.read(value)
    if search.best is None:
        return None
    return EmbeddedArticle(search.paragraphs, Thing(_name_properties(search.best), source=SOURCE))


def iter_scripts(source: str) -> Iterator[str]:
    """Yield the text of each script of a page, JSON-LD's left out."""
    end = 0
    while begin := _SCRIPT.search(source, end):
        closing = _END_OF_SCRIPT.search(source, begin.end())
        end = len(source) if closing is None else closing.start()
        attributes, _, script = source[begin.start() : end].partition(">")
        if "ld+json" not in attributes.lower():
            yield script
    for match in _STATE_IN_ATTRIBUTE.finditer(source):
        yield unescape(match[1] or match[2])


def split_paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text: the lines of HTML that are no menu, or lines of plain text."""
    if not _MARKUP.search(text):
        return tuple(paragraph for line in text.split("\n") if (paragraph := clean(line)))
    tree = read_tree(f"<div>{text}</div>")
    if tree is None:
        return ()
    return tuple(line.text for line in read_lines(tree) if not line.hints & Hint.CHROME)


def measure_paragraphs(paragraphs: Sequence[str]) -> int:
    """Return the letters of those paragraphs that are long enough for prose."""
    return sum(size for paragraph in paragraphs if (size := measure_prose(paragraph)) >= PROSE)


def _iter_values(source: str) -> Iterator[Any]:
    """Yield the JSON in the scripts of a page: whole scripts, and what is assigned."""
    decoder = json.JSONDecoder(strict=False)
    count = 0
    for script in iter_scripts(source):
        if not LEAST_PROSE <= len(script) <= _MAX_LENGTH:
            continue
        start = len(script) - len(script.lstrip())
        is_whole = script[start : start + 1] in ("{", "[")
        place = start if is_whole else _find_assigned(script, 0)
        while place is not None and count < _MAX_VALUES:
            count += 1
            try:
                value, end = decoder.raw_decode(script, place)
                if isinstance(value, str):
                    value = json.loads(value, strict=False)
            except (ValueError, RecursionError):
                end = place + 1
                if _STATE.search(script, max(0, place - _BEFORE_STATE), place) and len(script) <= _MAX_MENDED:
                    yield from mend_json(script[place:])[:1]
            else:
                yield value
            place = None if is_whole else _find_assigned(script, end)


def _find_assigned(script: str, start: int) -> int | None:
    match = _ASSIGNED.search(script, start)
    return None if match is None else match.end()


@dataclass(slots=True)
class _Search:
    """The search for the object with the most prose."""

    best: dict[str, Any] | None = None
    paragraphs: tuple[str, ...] = ()
    prose: int = 0
    is_listed: bool = True
    """Is the best one of several in a list? Any that is not is better."""
    left: int = _MAX_NODES
    lists: int = 0
    """Lists of several articles that the value being read stands in."""

    def read(self, value: Any, depth: int = 0) -> list[str]:
        """Return the paragraphs below a value, inner objects looked at first."""
        self.left -= 1
        if depth > _MAX_DEPTH or self.left < 0:
            return []
        if isinstance(value, str):
            return _read_text(value)
        if isinstance(value, list):
            # A list of objects with a headline and an address each is one of other articles.
            is_list = sum(map(_is_teaser, value)) > 1
            self.lists += is_list
            parts = [(item, self.read(item, depth + 1)) for item in value]
            if sum(bool(texts) for _, texts in parts) > 1:
                parts = [(item, texts or _read_short(item)) for item, texts in parts]
            self.lists -= is_list
            return [text for item, texts in parts if not _is_teaser(item) for text in texts]
        if not isinstance(value, dict):
            return []
        if _BLOCK.fullmatch(str(value.get("type") or value.get("nodeType") or value.get("_type") or "")):
            runs = "".join(_iter_runs(value, 0))
            return list(split_paragraphs(runs)) if runs.strip() else []
        by_key = {key: self.read(child, depth + 1) for key, child in value.items()}
        texts = [text for key, inner in by_key.items() if not _BESIDE.match(key) for text in inner]
        if any(name in _HEADLINES for name in map(str.lower, value)):
            own = max(
                (texts for key, texts in by_key.items() if not _BESIDE.match(key)), key=measure_paragraphs, default=[]
            )
            self._offer(value, own)
        return texts

    def _offer(self, value: dict[str, Any], paragraphs: list[str]) -> None:
        """Take an object as the article, where it has more prose than the best so far, or alone is in no list."""
        prose, is_listed = measure_paragraphs(paragraphs), self.lists > 0
        is_better = self.is_listed and not is_listed and self.best is not None
        if is_listed and not self.is_listed:
            return
        if prose >= LEAST_PROSE and (is_better or self.best is None or prose > self.prose * _LARGER):
            self.best, self.paragraphs, self.prose, self.is_listed = value, tuple(paragraphs), prose, is_listed


def _read_text(text: str) -> list[str]:
    if len(text) < PROSE or len(text) > _MAX_TEXT:
        return []
    if _MARKUP.search(text):
        return list(split_paragraphs(text))
    return list(split_paragraphs(text)) if ends_sentence(text) or "\n" in text else []


def _read_short(item: Any) -> list[str]:
    """Return the sentence, however short, that stands among paragraphs: as they do, or under the only key of a text."""
    if isinstance(item, dict) and not _is_teaser(item):
        texts = [
            child for key, child in item.items() if isinstance(child, str) and " " in child and not _BESIDE.match(key)
        ]
        item = texts[0] if len(texts) == 1 else ""
    is_sentence = isinstance(item, str) and len(item) < PROSE and " " in item and ends_sentence(item)
    return list(split_paragraphs(item)) if is_sentence else []


def _iter_runs(value: Any, depth: int) -> Iterator[str]:
    """Yield the runs of text in a block, in order."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value[:1000]:
            yield from (item,) if isinstance(item, str) else _iter_runs(item, depth + 1)
    elif isinstance(value, dict):
        for key in ("text", "content", "value", "children", "html", "data", "body"):
            child = value.get(key)
            if isinstance(child, str):
                yield child
                return
            if isinstance(child, (list, dict)):
                yield from _iter_runs(child, depth + 1)
                return


def _is_teaser(item: Any) -> bool:
    keys = {key.lower() for key in item} if isinstance(item, dict) else set()
    return not keys.isdisjoint(_HEADLINES) and not keys.isdisjoint(_ADDRESSES)


def _name_properties(article: dict[str, Any]) -> dict[str, Any]:
    """Return what an object says under the names of schema.org, in lower case as :class:`Thing` has them."""
    own = {key.lower(): value for key, value in article.items()}
    credits = own.get("credits")
    writers = own.get("author") or (credits.get("by") if isinstance(credits, dict) else None)
    named = {
        "headline": _find_text(own, _HEADLINES),
        "datepublished": _find_date(own, _PUBLISHED),
        "datemodified": _find_date(own, _MODIFIED),
        "description": _find_text(own, _DESCRIPTIONS),
        "author": _name_writers(writers or next((own[name] for name in _WRITERS if own.get(name)), None)),
    }
    return {"@type": "Article"} | {name: value for name, value in named.items() if value is not None}


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
            value = next((value[key] for key in ("basic", "rendered", "main", "text") if value.get(key)), None)
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
