"""An extraction in, an article out: every value normalised, or a problem recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from crawler.errors import BadAddress, BadValue, NotAnArticle, PageUnreadable
from crawler.items import (
    Address,
    Article,
    Author,
    Capture,
    Dateline,
    Extraction,
    Found,
    FoundLink,
    Moment,
    Problem,
    SeeAlso,
)
from crawler.normalisation.bylines import split_byline
from crawler.normalisation.datelines import split_dateline
from crawler.normalisation.dates import read_date, read_instant
from crawler.normalisation.digest import compute_digest
from crawler.normalisation.text import clean, count_words
from crawler.normalisation.urls import preferred_spelling, read_address
from crawler.site import Site

MAX_BODY: Final = 2_000_000
"""Characters of body that are kept; no article comes near."""
MAX_FIELDS: Final = {"headline": 1000, "kicker": 200, "byline": 1000, "lead": 20_000, "dateline": 300}
MAX_VALUE: Final = 500
MAX_PROBLEMS: Final = 50


def normalise(extraction: Extraction, capture: Capture, site: Site, address: Address) -> Article:
    """Decide what a page's printed words mean.

    Raises :class:`NotAnArticle` when neither address nor page tells which article this is, :class:`PageUnreadable` when
    nothing readable is left of headline or body. Everything else that is wrong becomes a :class:`Problem`.
    """
    return _Normaliser(extraction, capture, site, address).article()


class _Normaliser:
    """One page on its way to an article; collects problems and sources."""

    def __init__(self, extraction: Extraction, capture: Capture, site: Site, address: Address) -> None:
        self.extraction = extraction
        self.capture = capture
        self.site = site
        self.address = address
        self.problems: list[Problem] = []
        self.sources: dict[str, str] = {}
        self.stated = self._stated_address()
        self.language = self._language()

    def article(self) -> Article:
        page = self.extraction
        site_key, story = self._identity()
        headline = self._text("headline", page.headline)
        dateline, paragraphs = self._paragraphs()
        body = "\n\n".join(paragraphs)
        if not headline or not body:
            raise PageUnreadable("nothing readable is left of the headline or the body")
        if len(body) > MAX_BODY:
            self._problem("body", body, f"longer than {MAX_BODY:,} characters; the rest was cut off")
            body = body[:MAX_BODY].rsplit("\n\n", 1)[0] if "\n\n" in body[:MAX_BODY] else body[:MAX_BODY]
        self._source("body", page.body_source)
        lead = self._text("lead", page.lead)
        byline = self._text("byline", page.byline)
        published = self._published()
        modified = self._instant("modified", page.modified)
        if not page.complete:
            self._problem("page", None, "the page breaks off before its end")
        place = dateline and dateline.place
        return Article(
            site=self.site.name,
            language=self.language,
            site_key=site_key,
            story=story,
            url=self._url(),
            headline=headline,
            kicker=self._text("kicker", page.kicker),
            lead=lead,
            byline=byline,
            authors=self._authors(byline),
            dateline=self._truncate("dateline", dateline.printed) if dateline else None,
            dateline_place=place or None,
            dateline_agencies=dateline.agencies if dateline else (),
            body=body,
            word_count=count_words(body),
            digest=compute_digest(headline, lead, byline, body, self.language),
            published=published,
            modified=modified,
            see_also=self._see_also(),
            translations=self._translations(story or site_key),
            sources=tuple(self.sources.items()),
            problems=tuple(self.problems[:MAX_PROBLEMS]),
            complete=page.complete,
        )

    # Which article.

    def _stated_address(self) -> Address | None:
        found = self.extraction.canonical
        if found is None:
            return None
        try:
            stated = read_address(found.value, self.site, self.capture.url)
        except BadAddress:
            return None
        return stated if stated.kind == "article" else None

    def _language(self) -> str:
        if self.address.language:
            return self.address.language
        if self.extraction.language is not None:
            self._source("language", self.extraction.language.source)
            return self.extraction.language.value
        if self.stated is not None and self.stated.language:
            return self.stated.language
        if len(self.site.languages) == 1:
            return self.site.languages[0]
        raise NotAnArticle("neither the address nor the page tells the language")

    def _identity(self) -> tuple[str, str | None]:
        """Return key and story. The number that the page states replaces the path of an address without a number."""
        own, stated = self.address, self.stated
        if stated is not None and stated.site_key and stated.language in (None, self.language):
            if own.site_key is None or (own.story is None and stated.story is not None):
                self._source("site_key", self.extraction.canonical.source if self.extraction.canonical else None)
                return stated.site_key, stated.story
            if own.site_key != stated.site_key and own.story is not None and stated.story is not None:
                self._problem("site_key", stated.url, "the page states another number beside its own")
        if own.site_key is None:
            raise NotAnArticle("neither the address nor the page tells which article this is")
        return own.site_key, own.story

    def _url(self) -> str:
        if self.stated is None or self.stated.language != self.language:
            return self.address.url
        if self.address.kind != "article":
            return self.stated.url
        same = self.stated.url_key == self.address.url_key or (
            self.address.story is None and self.stated.story is not None
        )
        return preferred_spelling(self.site, self.address.url, self.stated.url) if same else self.address.url

    # Texts.

    def _paragraphs(self) -> tuple[Dateline | None, list[str]]:
        paragraphs = [text for paragraph in self.extraction.paragraphs if (text := clean(paragraph))]
        if not paragraphs:
            return None, []
        dateline, rest = split_dateline(paragraphs[0], self.site)
        if dateline is None:
            return None, paragraphs
        self._source("dateline", "anatomy:dateline")
        first = clean(rest)
        return dateline, [first, *paragraphs[1:]] if first else paragraphs[1:]

    def _text(self, field: str, found: Found | None) -> str | None:
        if found is None:
            return None
        value = clean(found.value)
        if not value:
            self._problem(field, found.value, "nothing readable in it")
            return None
        self._source(field, found.source)
        return self._truncate(field, value)

    def _truncate(self, field: str, value: str) -> str:
        limit = MAX_FIELDS[field]
        if len(value) <= limit:
            return value
        self._problem(field, value, f"longer than {limit:,} characters; the rest was cut off")
        return value[:limit].rstrip()

    def _authors(self, byline: str | None) -> tuple[Author, ...]:
        printed = (
            [(byline, "byline")]
            if byline
            else [(clean(name.value), name.source) for name in self.extraction.author_names]
        )
        authors: list[Author] = []
        for words, source in printed:
            try:
                found = split_byline(words, self.language, self.site.agencies)
            except BadValue as error:
                self._problem("byline" if byline else "authors", words, str(error))
                continue
            if not byline:
                self._source("authors", source)
            authors.extend(author for author in found if all(author.name != known.name for known in authors))
        return tuple(authors)

    # Dates.

    def _published(self) -> Moment | None:
        """Return when it was published: as printed; what structured data adds to a day without a time is taken."""
        printed, stated = self.extraction.published, self._instant("published", self.extraction.published_meta)
        if printed is None:
            if stated is not None and self.extraction.published_meta is not None:
                self._source("published", self.extraction.published_meta.source)
            return stated
        raw = clean(printed.value)
        self._source("published", printed.source)
        try:
            moment = read_date(raw, self.site, self.language, "header")
        except BadValue as error:
            self._problem("published", raw, str(error))
            return replace(stated, raw=raw) if stated is not None else None
        moment = replace(moment, raw=raw)
        if stated is None:
            return moment
        if stated.on != moment.on:
            reason = f"printed {moment.on}, structured data says {stated.on}"
            if moment.guessed:
                self._problem(
                    "published", raw, f"{reason}; the printed form is not a declared one, so structured data was taken"
                )
                return replace(stated, raw=raw)
            self._problem("published", raw, f"{reason}; the printed date, in a form the site declares, was taken")
            return moment
        return replace(stated, raw=raw) if moment.precision == "day" and stated.precision != "day" else moment

    def _instant(self, field: str, found: Found | None) -> Moment | None:
        if found is None:
            return None
        try:
            moment = read_instant(clean(found.value), self.site)
        except BadValue as error:
            self._problem(field, found.value, str(error))
            return None
        if field != "published":
            self._source(field, found.source)
        return moment

    # Links.

    def _see_also(self) -> tuple[SeeAlso, ...]:
        entries: list[SeeAlso] = []
        for link in self.extraction.see_also:
            address = self._address("see_also", link)
            if address is None:
                continue
            moment = None
            raw = clean(link.published_raw) if link.published_raw else None
            if raw:
                try:
                    moment = read_date(raw, self.site, self.language, "see_also")
                except BadValue as error:
                    self._problem("see_also", raw, str(error))
            headline = clean(link.headline[: MAX_FIELDS["headline"]]) if link.headline else None
            entries.append(
                SeeAlso(
                    position=len(entries) + 1,
                    address=address,
                    headline=headline or None,
                    published=moment,
                    published_raw=raw or None,
                )
            )
        if entries:
            self._source("see_also", "anatomy:see_also")
        return tuple(entries)

    def _translations(self, story: str) -> tuple[Address, ...]:
        found: dict[str, Address] = {}
        for link in self.extraction.translations:
            address = self._address("translations", link)
            if address is None or address.language in (None, self.language):
                continue
            if address.story is not None and address.story != story and story.isdigit():
                self._problem("translations", link.url, "another number than this article's")
                continue
            found.setdefault(address.url_key, address)
        return tuple(found.values())

    def _address(self, field: str, link: FoundLink) -> Address | None:
        try:
            return read_address(link.url, self.site, self.capture.url)
        except BadAddress as error:
            self._problem(field, link.url, str(error))
            return None

    def _source(self, field: str, source: str | None) -> None:
        if source:
            self.sources[field] = source

    def _problem(self, field: str, value: str | None, reason: str) -> None:
        cut = clean(value[: MAX_VALUE * 2])[:MAX_VALUE] if value else None
        self.problems.append(Problem(url=self.address.url, field=field, value=cut, reason=reason[:MAX_VALUE]))
