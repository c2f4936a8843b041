"""Declares the fields of an archived article once, for columns, readings, records, exports and descriptions.

``docs/extending.md`` says how to add one.
"""

# No postponed annotations here: the declarations below are read from the annotations themselves.

import json
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, get_args

from crawler.items import Article
from crawler.normalisation.words.text import fold
from crawler.normalisation.words.tokenizer import make_search_text

FieldKind = Literal["text", "integer", "boolean", "date", "instant", "list", "object"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The description of one column of ``articles``."""

    about: str
    """What the column holds, in one sentence, for readers of the tables."""
    kind: FieldKind = "text"
    """The kind of its values; lists and objects are stored as JSON, booleans as 0 and 1."""
    read: Callable[[Article], Any] | None = None
    """Returns its value from a reading of a page; None for a column that identity or visits fill."""
    in_digest: bool = False
    """True for the four texts, which are part of the digest, of every version and of the search index."""
    follows: tuple[str, ...] = ()
    """The fields that it is computed from: it counts as changed only when those are equal."""
    group: str | None = None
    """The field whose absence means that a page omits this one too: then the whole group keeps its archived values."""
    kept: bool = False
    """True when a later page that omits the field leaves the archived value, even where others of its group changed."""
    label: str | None = None
    """The label beside the printed value in a record of all fields; None for a field that has a place of its own."""
    metadata: int | None = None
    """Its position in the metadata digest of snapshots. Moving or adding a position would change every digest."""


def _make_text_column(about: str, read: Callable[[Article], Any], *, metadata: int | None = None) -> Column:
    return Column(about=about, read=read, in_digest=True, metadata=metadata)


def _make_published_reader(name: str) -> Callable[[Article], Any]:
    """Return a function that reads a value of the first publication; the value is None without one."""
    return lambda article: getattr(article.published, name) if article.published else None


def _make_modified_reader(name: str) -> Callable[[Article], Any]:
    return lambda article: getattr(article.modified, name) if article.modified else None


def make_headline_key(headline: str) -> str:
    """Return a headline folded for comparing."""
    return " ".join(fold(headline).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFields:
    """The fields of an archived article, in the order of records and exports."""

    id: Annotated[int, Column(about="Number of the article in this archive", kind="integer")]
    site: Annotated[str, Column(about="Publication, by the name of its spider")]
    language: Annotated[str, Column(about="Language of the edition, as a two-letter code")]
    site_key: Annotated[
        str, Column(about="The site's own key of the article; with site and language it is the article's identity")
    ]
    story: Annotated[str | None, Column(about="What the translations of one article share", read=attrgetter("story"))]
    url: Annotated[str, Column(about="The site's own address, to cite")]
    headline: Annotated[str, _make_text_column("Headline", attrgetter("headline"), metadata=0)]
    kicker: Annotated[
        str | None,
        Column(
            about="Line printed above the headline: a country or a section",
            read=attrgetter("kicker"),
            group="kicker",
            kept=True,
            label="kicker",
            metadata=2,
        ),
    ]
    lead: Annotated[str | None, _make_text_column("Paragraph printed between headline and body", attrgetter("lead"))]
    byline: Annotated[str | None, _make_text_column("Who wrote it, as printed", attrgetter("byline"), metadata=1)]
    dateline: Annotated[
        str | None,
        Column(
            about="First words of the body, where and by which agencies, as printed",
            read=attrgetter("dateline"),
            group="dateline",
            kept=True,
            metadata=3,
        ),
    ]
    dateline_place: Annotated[
        str | None,
        Column(
            about="The place that the dateline names",
            read=attrgetter("dateline_place"),
            group="dateline",
            kept=True,
            metadata=4,
        ),
    ]
    dateline_agencies: Annotated[
        tuple[str, ...],
        Column(
            about="The agencies that the dateline names, as a JSON list",
            kind="list",
            read=attrgetter("dateline_agencies"),
            group="dateline",
            metadata=5,
        ),
    ]
    body: Annotated[
        str, _make_text_column("Text after the dateline; paragraphs parted by one empty line", attrgetter("body"))
    ]
    word_count: Annotated[
        int,
        Column(
            about="Words of the body; each Han or kana character counts as one",
            kind="integer",
            read=attrgetter("word_count"),
            follows=("body",),
        ),
    ]
    published_at: Annotated[
        str | None,
        Column(
            about="First publication: an instant in UTC, or a calendar day when no time is known",
            kind="instant",
            read=_make_published_reader("value"),
            group="published_at",
            metadata=6,
        ),
    ]
    published_on: Annotated[
        str | None,
        Column(
            about="Calendar day of publication in the site's own time zone",
            kind="date",
            read=_make_published_reader("on"),
            group="published_at",
            metadata=7,
        ),
    ]
    published_precision: Annotated[
        str | None,
        Column(
            about="How exact the printed date is: second, minute or day",
            read=_make_published_reader("precision"),
            group="published_at",
            metadata=8,
        ),
    ]
    published_raw: Annotated[
        str | None, Column(about="The date as printed", read=_make_published_reader("raw"), group="published_at")
    ]
    published_guessed: Annotated[
        bool,
        Column(
            about="1 when no declared format fitted the printed date and it was guessed",
            kind="boolean",
            read=_make_published_reader("guessed"),
            group="published_at",
        ),
    ]
    modified_at: Annotated[
        str | None,
        Column(
            about="Last change, as the page states it",
            read=_make_modified_reader("value"),
            group="modified_at",
            kept=True,
        ),
    ]
    modified_raw: Annotated[
        str | None,
        Column(
            about="The date of the last change as printed",
            read=_make_modified_reader("raw"),
            group="modified_at",
            kept=True,
        ),
    ]
    digest: Annotated[
        str,
        Column(
            about="SHA-256 over headline, lead, byline and body after text normalisation",
            read=attrgetter("digest"),
            follows=("headline", "lead", "byline", "body"),
        ),
    ]
    first_seen_at: Annotated[str, Column(about="When the archive first read the article", kind="instant")]
    last_seen_at: Annotated[str, Column(about="When the archive last found the article on the site", kind="instant")]
    status: Annotated[str, Column(about="live, or gone when the site no longer serves it")]
    complete: Annotated[
        bool, Column(about="0 when the page visibly broke off", kind="boolean", read=attrgetter("complete"))
    ]
    headline_meta: Annotated[
        str | None,
        Column(
            about="Headline that structured data states, where it is worded otherwise than the printed one",
            read=attrgetter("headline_meta"),
            label="stated headline",
        ),
    ] = None


_OTHER_COLUMNS: Final = {
    "revisions": Column(about="How many versions are kept", kind="integer"),
    "sources": Column(
        about="Where on the page each value was read, as a JSON object",
        kind="object",
        read=lambda article: dict(article.sources),
    ),
    "headline_key": Column(
        about="The headline folded for comparing",
        read=lambda article: make_headline_key(article.headline),
        follows=("headline",),
    ),
    "place_key": Column(
        about="The place folded for comparing",
        read=lambda article: make_search_text(article.dateline_place) or None,
        follows=("dateline_place",),
        group="dateline",
    ),
    "kicker_key": Column(
        about="The kicker folded for comparing",
        read=lambda article: make_search_text(article.kicker) or None,
        follows=("kicker",),
        group="kicker",
    ),
}
"""Columns that records and exports omit, or have in another form."""

ARTICLE_COLUMNS: Final = MappingProxyType(
    {name: get_args(kind)[1] for name, kind in ArticleFields.__annotations__.items()} | _OTHER_COLUMNS
)
"""Column of ``articles`` → its description."""
_READ: Final = {name: column.read for name, column in ARTICLE_COLUMNS.items() if column.read is not None}
READING_COLUMNS: Final = (
    *(name for name in _READ if not ARTICLE_COLUMNS[name].follows),
    *(name for name in _READ if ARTICLE_COLUMNS[name].follows),
)
"""The columns that a reading of a page fills; those that are computed from others come last."""
VERSION_FIELDS: Final = tuple(name for name, column in ARTICLE_COLUMNS.items() if column.in_digest)
"""The fields that make a version, in the order of the digest."""
METADATA_FIELDS: Final = tuple(
    sorted(
        (name for name, column in ARTICLE_COLUMNS.items() if column.metadata is not None),
        key=lambda name: ARTICLE_COLUMNS[name].metadata or 0,
    )
)
"""The fields of the metadata digest of snapshots, in its order."""


LABELLED_FIELDS: Final = {name: column.label for name, column in ARTICLE_COLUMNS.items() if column.label is not None}
"""Field → label, for the fields that are shown in a list."""
FIELD_GROUPS: Final = MappingProxyType(
    {
        first: tuple(name for name, column in ARTICLE_COLUMNS.items() if column.group == first)
        for first in dict.fromkeys(column.group for column in ARTICLE_COLUMNS.values() if column.group is not None)
    }
)
"""The field that leads a group → the fields that a page prints or omits together."""


_to_json: Final = json.JSONEncoder(ensure_ascii=False).encode

_STORAGE: Final[dict[FieldKind, Callable[[Any], Any]]] = {
    "boolean": lambda value: int(value or False),
    "list": lambda value: "[]" if value == () else _to_json(value),  # of most pages, and ten times as fast
    "object": _to_json,
}
_STORED: Final = {name: _STORAGE[kind] for name in _READ if (kind := ARTICLE_COLUMNS[name].kind) in _STORAGE}


def make_columns(article: Article) -> dict[str, Any]:
    """Return the columns that a reading fills in the row of its article, as they are stored."""
    columns = {name: read(article) for name, read in _READ.items()}
    for name, store in _STORED.items():
        columns[name] = store(columns[name])
    return columns


_CONVERSIONS: Final[dict[FieldKind, Callable[[Any], Any]]] = {
    "boolean": bool,
    "list": lambda text: tuple(json.loads(text)),
    "object": json.loads,
}
_CONVERTED: Final = {
    name: _CONVERSIONS[column.kind] for name, column in ARTICLE_COLUMNS.items() if column.kind in _CONVERSIONS
}


def from_stored(row: dict[str, Any]) -> dict[str, Any]:
    """Turn the stored values of a row of ``articles`` into those of records, in place, and return the row."""
    for name, convert in _CONVERTED.items():
        if name in row:
            row[name] = convert(row[name])
    return row
