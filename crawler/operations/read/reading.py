"""Reads one page and tells how: each field with its printed words, its source, and the candidates that lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar

from crawler.errors import NotAnArticle, PageUnreadable
from crawler.extraction.body.body_model import load_body_model
from crawler.extraction.evidence.page_model import Verdict
from crawler.extraction.page import ArticlePage
from crawler.extraction.parsing.markup import Hint
from crawler.items import Article, Capture, Found, Moment, Problem
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.normalise import normalise
from crawler.normalisation.words.text import fold
from crawler.outcome.obstacles import refuse_obstacles
from crawler.process import choose_page
from crawler.site import Site
from crawler.sitekit.doubts import PageDoubt, find_doubts
from crawler.sites.generic import drop_port, make_site, read_page_address
from crawler.sites.known_site import KnownSite
from crawler.sites.registry import find_known_site, find_site_of_address

MOST_HEADINGS: Final = 5
"""Printed headings that are told of beside the headline."""
PART_LENGTH: Final = 30
"""Characters from which a line is known again as part of a paragraph."""
_SAME: Final = "says the same"
Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A value that was found for a field and not taken, and why."""

    value: str
    source: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldReading:
    """One field of a page: the value taken, None where there is none, and the other candidates."""

    name: str
    value: str | None
    printed: str | None = None
    """The printed words, where they differ from the value."""
    source: str | None = None
    others: tuple[Candidate, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LineReading:
    """One line of a page, its chance of being lead or body, and the names of what moved the chance most."""

    index: int
    text: str
    tag: str
    chance: float
    reasons: tuple[tuple[str, float], ...]
    taken: bool
    """True where its words are in lead or body."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageReading:
    """How a page was read."""

    url: str
    site: str
    fetched_at: datetime
    article: Article | None
    refusal: str | None
    """Why the page is not read as an article; None where it is."""
    unreadable: bool
    """True where the page is an article in an unknown layout."""
    fields: tuple[FieldReading, ...]
    problems: tuple[Problem, ...]
    verdict: Verdict | None
    address_decides: bool
    """True where the site declares the forms of its addresses, which count before the verdict."""
    doubts: tuple[PageDoubt, ...] = ()
    """What a person should look at, but for what is a problem already."""
    lines: tuple[LineReading, ...] = ()


def explain_page(capture: Capture, site: KnownSite | str | None = None, *, with_lines: bool = False) -> PageReading:
    """Read a page as a crawl would, and return how; a page that is no article has a refusal.

    ``site`` is the site that reads it, or its name; without it the one that knows the address, or one made from the
    page. Raises UnknownSite, and BadAddress for an address that is malformed or not the site's.
    """
    known_site = find_known_site(site) if isinstance(site, str) else site or find_site_of_address(capture.url)
    values, page = _make_page(capture, known_site)
    article, refusal, unreadable = None, None, False
    try:
        refuse_obstacles(capture)
        if page.address.kind in ("feed", "sitemap", "home", "listing"):
            raise NotAnArticle(f"the address is that of a {page.address.kind} page")
        article = normalise(page.extract(), capture, values, page.address)
    except NotAnArticle as reason:
        refusal = str(reason)
    except PageUnreadable as reason:
        refusal, unreadable = str(reason), True
    except Exception as problem:  # a mistake of ours on one page: it has no reading
        refusal, unreadable = f"reading failed with {type(problem).__name__}: {str(problem)[:300]}", True
    problems = list(article.problems) if article is not None else []
    if (decoding := _try(lambda: page.decoded.find_problem(capture.url))) is not None:
        problems.append(decoding)
    return PageReading(
        url=capture.url,
        site=values.name,
        fetched_at=capture.fetched_at,
        article=article,
        refusal=refusal,
        unreadable=unreadable,
        fields=tuple(_try(lambda: list(_read_fields(page, article))) or ()),
        problems=tuple(problems),
        verdict=_try(lambda: page.examination.verdict),
        address_decides=bool(values.addresses),
        doubts=(_try(lambda: find_doubts(page, article)) or ()) if article is not None else (),
        lines=tuple(_try(lambda: list(_read_lines(page))) or ()) if with_lines else (),
    )


def _make_page(capture: Capture, known_site: KnownSite | None) -> tuple[Site, ArticlePage]:
    if known_site is None:
        capture = replace(capture, url=drop_port(capture.url))
        site = make_site(capture)
        return site, ArticlePage(capture, site, read_page_address(capture.url, site))
    site = known_site.site
    page_class = choose_page(known_site.pages or (ArticlePage,), capture.fetched_at.date())
    return site, page_class(capture, site, read_address(capture.url, site))


def _try(read: Callable[[], Result]) -> Result | None:
    """Return what a part of a refused page reads as; None where even that fails, as on bytes that are no page."""
    try:
        return read()
    except Exception:  # the refusal says already why the page cannot be read
        return None


def _read_fields(page: ArticlePage, article: Article | None) -> Iterator[FieldReading]:
    sources = dict(article.sources) if article is not None else {}
    headline = page.headline
    yield FieldReading(
        name="headline",
        value=article.headline if article else headline.value if headline else None,
        source=headline.source if headline else None,
        others=tuple(_iter_other_headlines(page, headline)),
    )
    yield _make_field("kicker", page.kicker, article.kicker if article else None)
    yield _make_field("byline", page.byline or page.signature, article.byline if article else None)
    yield _read_authors(page, article)
    yield _read_published(page, article, sources)
    modified = page.modified
    yield _make_field("modified", modified, _format_moment(article.modified) if article else None)
    yield _make_field("language", page.language, article.language if article else None)
    yield _read_canonical(page)
    if article is not None:
        yield FieldReading(name="dateline", value=article.dateline, source=sources.get("dateline"))
    yield _make_field("lead", page.lead, article.lead if article else None)
    words = f"{article.word_count:,} words in" if article else "text in"
    body = f"{words} {len(page.paragraphs)} paragraph{'' if len(page.paragraphs) == 1 else 's'}"
    yield FieldReading(name="body", value=body if page.paragraphs else None, source=page.body.source)
    see_also = page.see_also
    yield FieldReading(name="see also", value=f"{len(see_also)} links" if see_also else None)
    translations = page.translations
    yield FieldReading(name="translations", value=f"{len(translations)} links" if translations else None)


def _make_field(name: str, reading: Found | None, value: str | None) -> FieldReading:
    if reading is None:
        return FieldReading(name=name, value=value)
    printed = reading.value if value is not None and fold(reading.value) != fold(value) else None
    return FieldReading(name=name, value=value or reading.value, printed=printed, source=reading.source)


def _iter_other_headlines(page: ArticlePage, headline: Found | None) -> Iterator[Candidate]:
    taken = fold(headline.value) if headline else ""
    is_printed = headline is not None and headline is page.header.headline
    for anchor in page.clues.anchors:
        if headline is not None and anchor.source == headline.source and fold(anchor.value) == taken:
            continue
        if fold(anchor.value) == taken:
            reason = _SAME
        elif is_printed:
            reason = "worded otherwise: the printed words are kept"
        else:
            reason = "a source before it is trusted more"
        yield Candidate(value=anchor.value, source=anchor.source, reason=reason)
    own_line = page.header.line
    headings = [line for line in page.lines if line.heading in (1, 2) and line is not own_line]
    headings.sort(key=lambda line: line.heading)
    is_confirmed = headline is not None and "+" in headline.source
    for line in headings[:MOST_HEADINGS]:
        if fold(line.text) == taken:
            reason = _SAME
        elif line.hints & Hint.CHROME:
            reason = "stands in a menu, header or footer"
        elif is_confirmed:
            reason = "what the page states of its headline has other words"
        elif own_line is None:
            reason = "does not read as a headline"
        elif line.index > own_line.index:
            reason = "stands below the headline"
        else:
            reason = "ranks lower by its level, its words or its place"
        yield Candidate(value=line.text[:300], source=f"h{line.heading}", reason=reason)


def _read_authors(page: ArticlePage, article: Article | None) -> FieldReading:
    authors = article.authors if article is not None else ()
    names = {fold(author.name) for author in authors}
    printed = page.byline or page.signature
    stated_names = page.author_names
    sources = dict(article.sources) if article is not None else {}
    others = []
    for name in stated_names:
        if fold(name.value) in names:
            in_byline = printed is not None and fold(name.value) in fold(printed.value)
            reason = "confirms the byline" if in_byline else "taken, though the byline does not print it"
            reason = reason if printed is not None else "taken, as no byline is printed"
        elif article is None:
            reason = "the page is not read as an article"
        else:
            reason = "is not in the printed byline" if printed else "reads as no name of a person or agency"
        others.append(Candidate(value=name.value, source=name.source, reason=reason))
    value = ", ".join(author.name + ("" if author.kind == "person" else f" ({author.kind})") for author in authors)
    words = printed.value if printed is not None and fold(printed.value) != fold(value) else None
    first = printed or (stated_names[0] if stated_names else None)
    source = sources.get("authors") or (first.source if first and value else None)
    return FieldReading(name="authors", value=value or None, printed=words, source=source, others=tuple(others))


def _read_published(page: ArticlePage, article: Article | None, sources: dict[str, str]) -> FieldReading:
    printed, stated = page.published, page.published_meta
    moment = article.published if article is not None else None
    source = sources.get("published") or next((day.source for day in (printed, stated) if day), None)
    dates = tuple(day for day in (printed, stated) if day is not None)
    others = []
    for day in dates:
        if day.source == source:
            continue
        is_same_day = moment is not None and moment.on == day.value[:10]
        if day is printed:
            reason = "the stated date is taken" if stated else "cannot be read as a date"
        elif is_same_day:
            reason = "says the same day"
        elif moment is None:
            reason = "the page is not read as an article" if article is None else "no date was read"
        else:
            reason = "the printed date goes before the stated one"
        others.append(Candidate(value=day.value, source=day.source, reason=reason))
    fallback = next((day.value for day in dates if day.source == source), None)
    value = _format_moment(moment) or (fallback if article is None else None)
    printed_words = moment.raw if moment is not None and moment.raw != value else None
    return FieldReading(
        name="published", value=value, printed=printed_words, source=source if value else None, others=tuple(others)
    )


def _format_moment(moment: Moment | None) -> str | None:
    if moment is None:
        return None
    return f"{moment.value} (to the {moment.precision}{', a guess' if moment.guessed else ''})"


def _read_canonical(page: ArticlePage) -> FieldReading:
    canonical = page.canonical
    others = tuple(
        Candidate(
            value=url.value,
            source=url.source,
            reason=_SAME
            if canonical is not None and url.value == canonical.value
            else "a source before it is trusted more",
        )
        for url in page.iter_own_urls()
        if canonical is None or url.source != canonical.source
    )
    return FieldReading(
        name="canonical",
        value=canonical.value if canonical else None,
        source=canonical.source if canonical else None,
        others=others[:MOST_HEADINGS],
    )


def _read_lines(page: ArticlePage) -> Iterator[LineReading]:
    paragraphs = {fold(text) for text in (page.lead.value if page.lead else "", *page.paragraphs)}
    text = " ".join(paragraphs)
    explained = load_body_model().explain_chances(page.lines, page.page_texts)
    for line, reasons in zip(page.lines, explained, strict=True):
        yield LineReading(
            index=line.index,
            text=line.text,
            tag=f"h{line.heading}" if line.heading else line.block.tag,
            chance=reasons.chance,
            reasons=reasons.reasons,
            taken=line.folded in paragraphs or (len(line.folded) >= PART_LENGTH and line.folded in text),
        )
