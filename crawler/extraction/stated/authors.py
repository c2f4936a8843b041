"""Reads the writers that a page's structured data names: JSON-LD by value and by reference, and meta tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final
from urllib.parse import unquote_plus

from crawler.extraction.parsing.jsonld import Thing, iter_texts, read_things
from crawler.extraction.parsing.metatags import WRITER, Head
from crawler.extraction.parsing.twice_encoded import decode_name
from crawler.extraction.stated.texts import strip_markup
from crawler.items import FoundAuthor
from crawler.normalisation.bylines.byline import joins_names
from crawler.normalisation.bylines.names import is_listed_given_name
from crawler.normalisation.words.text import clean, fold
from crawler.normalisation.words.word_tables import load_words, make_word_key

MAX_NAMES: Final = 50
MAX_NAME: Final = 200
_MOST_IN_MICRODATA: Final = 3
"""Names in hidden microdata; further down stand those of other articles."""

_META_NAMES: Final = (
    ("author", "article:author", "article:author:name", "og:article:author"),
    (
        *("dc.creator", "dcterms.creator", "dc:creator", "citation_author", "citation_authors"),
        *("parsely-author", "sailthru.author"),
    ),
    (
        "dcsext.author",
        "dcsext.wt.author",
        "byl",
        "byline",
        "authors",
        "article.author",
        "cxenseparse:author",
        "vr:author",
        "article:author_name",
        "article-author",
        "articleauthor",
        "news_author",
        "og:author",
        "bt:author",
        "rnews:author",
        "rbauthors",
        "lp.article:author",
        "shareaholic:article_author_name",
    ),
)

_FAMILY_NAME_FIRST: Final = ("dc.creator", "dcterms.creator", "dc:creator", "citation_author")


def find_stated_authors(
    thing: Thing | None, head: Head, is_own_name: Callable[[str], bool], names_site: Callable[[str], bool]
) -> list[FoundAuthor]:
    """Return the writers that structured data names, those of the first source that names any.

    The publication itself, which ``is_own_name`` knows, is no writer; nor is what ``names_site`` knows behind the comma
    of a name: "Ann Lee, Valley Post". The publisher that a node names is an agency, whatever it calls the author.

    Sources, in order: JSON-LD, the usual meta tags, labelled pairs ("Written by" beside a name), other meta tags. A
    name that a later source has whole ("Ann" and "Ann Lee") is taken from there.
    """
    groups = [_read_thing(thing) if thing is not None else []]
    groups.append(_read_metas(head, _META_NAMES[0]))
    groups.append(_read_metas(head, (WRITER,))[:_MOST_IN_MICRODATA])
    groups.append(_read_labelled(head))
    groups.extend(_read_metas(head, names) for names in _META_NAMES[1:])
    groups.append(_read_parsely(head))
    groups.append(_read_other_metas(head))
    usable = [group for group in (_choose(group, is_own_name) for group in groups) if group]
    usable = [[_strip_paper(author, names_site) for author in group] for group in usable]
    if not usable:
        return []
    publishers = _list_publishers(thing)
    return [
        replace(author, kind="agency")
        if fold(author.value).replace(" ", "") in publishers and not is_listed_given_name(author.value.split(" ")[0])
        else _find_whole_name(author, usable[1:])
        for author in usable[0][:MAX_NAMES]
    ]


def states_keeper(thing: Thing | None, head: Head) -> bool:
    """Does structured data name as the writer who keeps the site, or nobody, as it does of articles: "admin"?"""
    stated = [*(_read_thing(thing) if thing is not None else ()), *_read_metas(head, _META_NAMES[0])]
    return any(_is_nobody(author.value) for author in stated)


def _is_nobody(name: str) -> bool:
    """Return True for what programs state where they know no writer, and for how they call their own keepers."""
    return _NOBODY.fullmatch(name) is not None or make_word_key(name) in load_words("byline_words", "nobody", "words")


def _list_publishers(thing: Thing | None) -> frozenset[str]:
    """Return the names of the publisher that a node of JSON-LD states, folded, without spaces."""
    publisher = thing.properties.get("publisher") if thing is not None else None
    return frozenset(fold(clean(name[:MAX_NAME])).replace(" ", "") for name in islice(iter_texts(publisher), 2))


def _read_thing(thing: Thing) -> list[FoundAuthor]:
    """Return the authors of a node of JSON-LD, with their nodes elsewhere in the graph."""
    return [
        FoundAuthor(
            value=_turn(name) if author.type == "person" and is_listed_given_name(_read_given(name)) else name,
            source=f"{thing.source}:author",
            kind="agency" if author.type == "organization" else None,
        )
        for author in thing.authors[:MAX_NAMES]
        if (name := _clean_name(author.name))
    ]


def _clean_name(stated: str) -> str:
    """Return a name without what programs left around it: markup, escapes, an address of mail.

    >>> _clean_name("&lt;b&gt;Ann O&amp;#039;Lee&lt;/b&gt;"), _clean_name("ann@post.example (Ann Lee)")
    ("Ann O'Lee", 'Ann Lee')
    """
    text = strip_markup(clean(stated[: MAX_NAME * 4]))[: MAX_NAME * 2]
    if "Ã" in text or "â€" in text:
        text = decode_name(text)
    if " " not in text and _BETWEEN_WORDS.search(text):
        text = clean(unquote_plus(text))
    if "@" not in text:
        return text
    text = _MAIL_BEHIND.sub("", _HANDLE.sub("", text))
    beside = _MAIL_AND_NAME.fullmatch(text)
    return (beside["behind"] or beside["before"]).strip() if beside is not None else text


_BETWEEN_WORDS: Final = re.compile(r"(?<=[^\W\d_])(?:%20|\+)(?=[^\W\d_]|%)")
"""A space as addresses write it: "Ann%20Lee"."""
_HANDLE: Final = re.compile(r"(?<=[^\s@])\s\(?@\w{1,50}\)?$")
"""Behind a name, what somebody is called on networks: "Ann Lee (@annlee)"."""
_MAIL: Final = r"[\w.+-]{1,60}@[\w.-]{1,80}"
_MAIL_BEHIND: Final = re.compile(rf"(?<=\w)[,;]?\s(?:mailto:)?{_MAIL}$")
_MAIL_AND_NAME: Final = re.compile(rf"{_MAIL}\s?\((?P<behind>[^()@]+)\)|(?P<before>[^<>@]+)\s?[<(]{_MAIL}[>)]")
_NOBODY: Final = re.compile(
    r"\(?(?:null|undefined|none|n/a|nan|true|false|array|object|unknown|lorem ipsum|"
    r"not (?:set|available|specified)|no ?author|default|anonymous|"
    r"(?:unknown |the )?author|(?:author|your|first|full) ?name|first ?name last ?name|(?:wp|site)?[- ]?admin\d*|"
    r"administrator|web ?master|super ?user|user ?\d*|root|guest|test)\)?|\[object object\]|.{0,20}\{\{.*|"
    r"[%$#][\w{.]+[%}]",
    re.I,
)


def _read_metas(head: Head, names: Sequence[str]) -> list[FoundAuthor]:
    return [
        FoundAuthor(value=_turn(value) if name in _FAMILY_NAME_FIRST else value, source=f"meta:{name}")
        for name in names
        for content in head.metas.get(name, ())[:20]
        for stated in _part_lists(content)
        for value in _part_names_of_catalogues(_clean_name(stated))
        if value
    ]


def _part_lists(content: str) -> list[str]:
    r"""Return the names of a content that programs wrote as a list or an object of theirs, or on lines of their own.

    >>> _part_lists("['Ann Lee', 'Bo Ray']"), _part_lists("Ann Lee\nBo Ray"), _part_lists("Ann\nLee")
    (['Ann Lee', 'Bo Ray'], ['Ann Lee', 'Bo Ray'], ['Ann\nLee'])
    """
    if content[:1] in "[{" and (names := _NAMED.findall(content) or _IN_QUOTES.findall(content)):
        return names
    lines = [line for line in map(clean, content.splitlines()) if line]
    are_names = len(lines) > 1 and all(" " in line for line in lines)
    goes_on = any(line[-1] in ",;&" or joins_names(line.split()[0]) for line in lines)
    return lines if are_names and not goes_on else [content]


_NAMED: Final = re.compile(r"[\"']name[\"']\s?:\s?[\"']([^\"'{}\[\]]{2,100})[\"']")
_IN_QUOTES: Final = re.compile(r"(?<=[\[,])\s?[\"']([^\"'{}\[\]]{2,100})[\"']")


def _part_names_of_catalogues(stated: str) -> list[str]:
    """Return each of the names that semicolons part with the family name behind the given one; else all as one.

    >>> _part_names_of_catalogues("Lee, Ann; Ray, Bo"), _part_names_of_catalogues("Ann Lee, Bo Ray")
    (['Ann Lee', 'Bo Ray'], ['Ann Lee, Bo Ray'])
    """
    names = [name.strip() for name in stated.split(";") if name.strip()]
    turned = [_turn(name) for name in names]
    are_turned = len(names) > 1 and all(name != other for name, other in zip(names, turned, strict=True))
    return turned if are_turned else [stated]


def _read_parsely(head: Head) -> list[FoundAuthor]:
    """Return the writers that the analytics service Parse.ly is told, in JSON in a meta of its own."""
    things = read_things(head.metas.get("parsely-page", ())[:1])
    names = [name for thing in things[:1] for key in ("author", "authors") for name in thing.list_texts(key)]
    return [FoundAuthor(value=_clean_name(name), source="meta:parsely-page") for name in names]


def _read_other_metas(head: Head) -> list[FoundAuthor]:
    """Return the names, of two words or more, of the first meta whose own name ends as that of a writer's."""
    for name in head.metas:
        if _ENDS_AS_AUTHOR.search(name) and not _OTHERS_AUTHOR.search(name):
            authors = [
                author for author in _read_metas(head, (name,)) if " " in author.value or not author.value.isascii()
            ]
            if authors:
                return authors
    return []


_ENDS_AS_AUTHOR: Final = re.compile(r"(?<![a-z])(?:authors?|author[_-]?names?|byline|creators?[_-]names?)$")
_OTHERS_AUTHOR: Final = re.compile(
    r"web[_-]?author|build|theme|template|plugin|site|image|photo|video|media|comment|quote|book|review|app|banner|copyright|generator"
)
"""In the name of a meta: who made the page, a picture or something else than the text."""


def _turn(name: str) -> str:
    """Return "Lee, Ann" as "Ann Lee", and "Lee, Ann, Jr." as "Ann Lee Jr.", as catalogues of libraries write names."""
    parts = [part.strip() for part in name.split(",")]
    suffixes = [part for part in parts[1:] if make_word_key(part) in load_words("bylines", "orders", "suffixes")]
    if len(parts) == 3 and len(suffixes) == 1:
        parts.remove(suffixes[0])
    elif suffixes or len(parts) != 2:
        return name
    family, given = parts
    are_two = " " in family and is_listed_given_name(family.split()[0])  # "Ann Lee, Bo Ray"
    is_name = given and len(family.split()) <= 3 and len(given.split()) <= 3 and not are_two
    return " ".join((given, family, *suffixes)) if is_name else name


def _read_given(name: str) -> str:
    """Return the first word behind the comma of a name of one word before it: "Ann" of "Lee, Ann"."""
    family, _, given = name.partition(", ")
    return given.partition(" ")[0] if " " not in family else ""


def _read_labelled(head: Head) -> list[FoundAuthor]:
    """Return the names that ``twitter:data1`` gives where ``twitter:label1`` says "Written by"."""
    labels = load_words("byline_words", "labels", "written_by")
    authors: list[FoundAuthor] = []
    for number in (1, 2):
        names = head.metas.get(f"twitter:data{number}", ())
        for label, name in zip(head.metas.get(f"twitter:label{number}", ())[:1], names[:1], strict=False):
            if make_word_key(label.strip(" :：")) in labels:
                authors.append(FoundAuthor(value=_clean_name(name), source=f"meta:twitter:data{number}"))
    return authors


def _choose(authors: list[FoundAuthor], is_own_name: Callable[[str], bool]) -> list[FoundAuthor]:
    """Return the authors without addresses, the publication, nobody, and what is too long for a name; each once."""
    unique: dict[str, FoundAuthor] = {}
    for author in authors:
        if (
            author.value
            and len(author.value) <= MAX_NAME
            and "@" not in author.value
            and not _ADDRESS.match(author.value)
            and not _is_nobody(author.value)
            and not is_own_name(author.value)
        ):
            unique.setdefault(fold(author.value), author)
    return list(unique.values())


_ADDRESS: Final = re.compile(r"https?:|www\.|/|(?:[\w-]{1,60}\.){1,4}[a-z]{2,12}/", re.I)


def _strip_paper(author: FoundAuthor, names_site: Callable[[str], bool]) -> FoundAuthor:
    name, comma, paper = author.value.rpartition(",")
    is_paper = comma and author.kind is None and " " in name.strip() and names_site(paper.strip())
    return replace(author, value=name.strip()) if is_paper else author


def _find_whole_name(author: FoundAuthor, others: Sequence[Sequence[FoundAuthor]]) -> FoundAuthor:
    if len(author.value.split()) > 1 or author.kind is not None:
        return author
    name = fold(author.value)

    def is_whole(other: str) -> bool:
        return other.startswith(f"{name} ") or (" " in other and other.replace(" ", "") == name)

    return next((other for group in others for other in group if is_whole(fold(other.value))), author)
