"""Reads the writers that a page's structured data names: JSON-LD by value and by reference, and meta tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from crawler.extraction.parsing.jsonld import Thing, iter_texts
from crawler.extraction.parsing.metatags import Head
from crawler.extraction.stated.texts import strip_markup
from crawler.items import FoundAuthor
from crawler.normalisation.bylines.names import is_listed_given_name
from crawler.normalisation.words.text import clean, fold
from crawler.normalisation.words.word_tables import load_words, make_word_key

MAX_NAMES: Final = 50
MAX_NAME: Final = 200

_META_NAMES: Final = (
    ("author", "article:author", "article:author:name", "og:article:author"),
    ("dc.creator", "dcterms.creator", "dc:creator", "citation_author", "parsely-author", "sailthru.author"),
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
    groups.append(_read_labelled(head))
    groups.extend(_read_metas(head, names) for names in _META_NAMES[1:])
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
    return any(_NOBODY.fullmatch(author.value) for author in stated)


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
    if "@" not in text:
        return text
    text = _HANDLE.sub("", text)
    beside = _MAIL_AND_NAME.fullmatch(text)
    return (beside["behind"] or beside["before"]).strip() if beside is not None else text


_HANDLE: Final = re.compile(r"(?<=[^\s@])\s\(?@\w{1,50}\)?$")
"""Behind a name, what somebody is called on networks: "Ann Lee (@annlee)"."""
_MAIL: Final = r"[\w.+-]{1,60}@[\w.-]{1,80}"
_MAIL_AND_NAME: Final = re.compile(rf"{_MAIL}\s?\((?P<behind>[^()@]+)\)|(?P<before>[^<>@]+)\s?[<(]{_MAIL}[>)]")
_NOBODY: Final = re.compile(
    r"\(?(?:null|undefined|none|n/a|nan|unknown|not (?:set|available|specified)|no ?author|default|anonymous|"
    r"(?:unknown |the )?author|(?:author|your|first|full) ?name|first ?name last ?name|(?:wp|site)?[- ]?admin\d*|"
    r"administrator|web ?master|super ?user|user ?\d*|root|guest|test)\)?|\[object object\]|.{0,20}\{\{.*|"
    r"[%$][\w{.]+[%}]",
    re.I,
)
"""What programs state where they know no writer, and how they call their own keepers."""


def _read_metas(head: Head, names: Sequence[str]) -> list[FoundAuthor]:
    return [
        FoundAuthor(value=_turn(value) if name in _FAMILY_NAME_FIRST else value, source=f"meta:{name}")
        for name in names
        for content in head.metas.get(name, ())[:20]
        if (value := _clean_name(content))
    ]


def _turn(name: str) -> str:
    """Return "Lee, Ann" as "Ann Lee", as catalogues of libraries write names."""
    family, comma, given = name.partition(", ")
    is_name = comma and "," not in given and len(family.split()) <= 3 and len(given.split()) <= 3
    return f"{given} {family}" if is_name else name


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
    unique = {
        fold(author.value): author
        for author in authors
        if author.value
        and len(author.value) <= MAX_NAME
        and "@" not in author.value
        and not _ADDRESS.match(author.value)
        and not _NOBODY.fullmatch(author.value)
        and not is_own_name(author.value)
    }
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
