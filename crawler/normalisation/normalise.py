"""Makes an article of an extraction: every value is normalised, or a problem recorded."""

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
from crawler.normalisation.addresses.urls import preferred_spelling, read_address
from crawler.normalisation.bylines.authors import read_authors
from crawler.normalisation.datelines import split_dateline
from crawler.normalisation.dates.date_words import UPDATED
from crawler.normalisation.dates.moments import find_doubtful_zone, is_sure_day, read_date, read_instant
from crawler.normalisation.dates.printed_and_stated import (
    are_neighbours,
    is_day_elsewhere,
    is_day_to_come,
    lacks_year,
    tells_instant,
)
from crawler.normalisation.digest import compute_digest
from crawler.normalisation.words.entities import unescape_whole
from crawler.normalisation.words.language_words import is_in_letters_of_a_font
from crawler.normalisation.words.text import clean, count_words, for_digest
from crawler.site import Site

MAX_BODY: Final = 2_000_000
"""Characters of body that are kept; no article comes near."""
MAX_FIELDS: Final = {
    "headline": 1000,
    "headline_meta": 1000,
    "kicker": 200,
    "byline": 1000,
    "lead": 20_000,
    "dateline": 300,
}
MAX_VALUE: Final = 500
_DOUBTFUL_ZONE: Final = "it is not certain which time zone {zone!a} is; the day alone was taken"
MAX_PROBLEMS: Final = 50


def normalise(extraction: Extraction, capture: Capture, site: Site, address: Address) -> Article:
    """Decide what a page's printed words mean.

    Raises :class:`NotAnArticle` when neither address nor page tells which article this is, :class:`PageUnreadable` when
    nothing readable is left of headline or body. Everything else that is wrong becomes a :class:`Problem`.
    """
    return _Normaliser(extraction, capture, site, address).make_article()


def normalise_see_also(extraction: Extraction, capture: Capture, site: Site, address: Address) -> tuple[SeeAlso, ...]:
    """Return the See also entries of a page that is read for nothing else. Raises NotAnArticle as :func:`normalise`."""
    return _Normaliser(extraction, capture, site, address).read_see_also()


class _Normaliser:
    """Normalises one extraction, and collects problems and sources."""

    def __init__(self, extraction: Extraction, capture: Capture, site: Site, address: Address) -> None:
        self.extraction = extraction
        self.capture = capture
        self.site = site
        self.address = address
        self.problems: list[Problem] = []
        self.sources: dict[str, str] = {}
        self.stated = self._read_stated_address()
        self.language = self._find_language()

    def make_article(self) -> Article:
        page = self.extraction
        site_key, story = self._find_identity()
        headline = self._clean_text("headline", page.headline)
        dateline, paragraphs = self._split_paragraphs()
        body = "\n\n".join(paragraphs)
        if not headline or not body:
            raise PageUnreadable("nothing readable is left of the headline or the body")
        if len(body) > MAX_BODY:
            self._add_problem("body", body, f"longer than {MAX_BODY:,} characters; the rest was cut off")
            body = body[:MAX_BODY].rsplit("\n\n", 1)[0] if "\n\n" in body[:MAX_BODY] else body[:MAX_BODY]
        self._add_source("body", page.body_source)
        headline_meta = self._read_headline_meta(headline)
        lead = self._clean_text("lead", page.lead)
        byline = self._clean_text("byline", page.byline)
        published = self._read_published()
        modified = self._read_modified()
        if published is not None and is_day_to_come(published, self.capture.fetched_at):
            self._add_problem("published", published.raw, "later than the day on which the page was fetched")
            published = published if self.sources.get("published") != "address" else None  # of what it tells of
        if not page.complete:
            self._add_problem("page", None, "the page breaks off before its end")
        if page.doubt is not None:
            self.problems.append(
                Problem(url=self.address.url, field="page", value=None, reason=page.doubt, kind="doubt")
            )
        if (lack := page.shortfall) is not None:
            self.problems.append(
                Problem(url=self.address.url, field="body", value=None, reason=lack.reason, kind=lack.kind)
            )
        if is_in_letters_of_a_font(body, self.language):
            self._add_problem(
                "body", body, "written for a font that draws other letters than these: nobody can read it"
            )
        place = dateline and dateline.place
        return Article(
            site=self.site.name,
            language=self.language,
            site_key=site_key,
            story=story,
            url=self._choose_url(),
            headline=headline,
            kicker=self._clean_text("kicker", page.kicker),
            lead=lead,
            byline=byline,
            authors=self._read_authors(byline),
            dateline=self._truncate("dateline", dateline.printed) if dateline else None,
            dateline_place=place or None,
            dateline_agencies=dateline.agencies if dateline else (),
            body=body,
            word_count=count_words(body),
            digest=compute_digest(headline, lead, byline, body, self.language),
            published=published,
            modified=modified,
            see_also=self.read_see_also(),
            translations=self._read_translations(story or site_key),
            sources=tuple(self.sources.items()),
            problems=tuple(self.problems[:MAX_PROBLEMS]),
            complete=page.complete,
            headline_meta=headline_meta,
            further_pages=page.further_pages,
        )

    # Which article.

    def _read_stated_address(self) -> Address | None:
        canonical = self.extraction.canonical
        if canonical is None:
            return None
        try:
            address = read_address(canonical.value, self.site, self.capture.url)
        except BadAddress:
            return None
        return address if address.kind == "article" else None

    def _find_language(self) -> str:
        if self.address.language:
            return self.address.language
        if self.extraction.language is not None:
            self._add_source("language", self.extraction.language.source)
            return self.extraction.language.value
        if self.stated is not None and self.stated.language:
            return self.stated.language
        if len(self.site.languages) == 1:
            return self.site.languages[0]
        raise NotAnArticle("neither the address nor the page tells the language")

    def _find_identity(self) -> tuple[str, str | None]:
        """Return site key and story. A number that the page states replaces the path of an address without a number."""
        own, stated = self.address, self.stated
        if stated is not None and stated.site_key and stated.language in (None, self.language):
            if own.site_key is None or (own.story is None and stated.story is not None):
                self._add_source("site_key", self.extraction.canonical.source if self.extraction.canonical else None)
                return stated.site_key, stated.story
            if own.site_key != stated.site_key and own.story is not None and stated.story is not None:
                self._add_problem("site_key", stated.url, "the page states another number beside its own")
        if own.site_key is None:
            raise NotAnArticle("neither the address nor the page tells which article this is")
        return own.site_key, own.story

    def _choose_url(self) -> str:
        if self.stated is None or self.stated.language not in (None, self.language):
            return self.address.url
        if self.address.kind != "article":
            return self.stated.url
        same = self.stated.url_key == self.address.url_key or (
            self.address.story is None and self.stated.story is not None
        )
        return preferred_spelling(self.site, self.address.url, self.stated.url) if same else self.address.url

    # Texts.

    def _split_paragraphs(self) -> tuple[Dateline | None, list[str]]:
        paragraphs = [text for paragraph in self.extraction.paragraphs if (text := clean(paragraph))]
        if not paragraphs:
            return None, []
        dateline, rest = split_dateline(paragraphs[0], self.site, paragraphs[1:])
        if dateline is None:
            return None, paragraphs
        self._add_source("dateline", "anatomy:dateline")
        first = clean(rest)
        return dateline, [first, *paragraphs[1:]] if first else paragraphs[1:]

    def _clean_text(self, field: str, printed: Found | None) -> str | None:
        if printed is None:
            return None
        value = clean(printed.value)
        if "&" in value and (decoded := clean(unescape_whole(value))) != value:
            self._add_problem(field, value, "the publisher encoded some characters twice; they are read as they were")
            value = decoded
        if not value:
            self._add_problem(field, printed.value, "nothing readable in it")
            return None
        self._add_source(field, printed.source)
        return self._truncate(field, value)

    def _read_headline_meta(self, headline: str) -> str | None:
        """Return the headline that structured data states; None where it is the printed one but for its typography."""
        stated = self.extraction.headline_meta
        if stated is None or for_digest(stated.value) == for_digest(headline):
            return None
        return self._clean_text("headline_meta", stated) if clean(stated.value) else None

    def _truncate(self, field: str, value: str) -> str:
        limit = MAX_FIELDS[field]
        if len(value) <= limit:
            return value
        self._add_problem(field, value, f"longer than {limit:,} characters; the rest was cut off")
        return value[:limit].rstrip()

    def _read_authors(self, byline: str | None) -> tuple[Author, ...]:
        reading = read_authors(byline, self.extraction.author_names, self.language, self.site.agencies)
        for field, printed, reason in reading.problems:
            self._add_problem(field, printed, reason)
        self._add_source("authors", reading.source)
        return reading.authors

    # Dates.

    def _read_published(self) -> Moment | None:
        """Return the printed date of publication; structured data adds the time where only a day is printed."""
        printed, stated = (self.extraction.published, self._read_instant("published", self.extraction.published_meta))
        if printed is None:
            if stated is not None and self.extraction.published_meta is not None:
                self._add_source("published", self.extraction.published_meta.source)
            return stated
        raw = clean(printed.value)
        self._add_source("published", printed.source)
        if printed.source == UPDATED:
            self._add_problem("published", raw, "the page says only when the story was updated; that date was taken")
        if stated is not None and lacks_year(raw, stated.on):
            return replace(stated, raw=raw)
        moment = self._read_date("published", raw)
        if moment is None or stated is None:
            return moment or (replace(stated, raw=raw) if stated is not None else None)
        if stated.on == moment.on:
            is_exact = moment.precision != "day" and (
                self.site.has_own_zone or tells_instant(moment, stated, self.site, self.language)
            )
            return replace(stated, raw=raw) if stated.precision != "day" and not is_exact else moment
        reason = f"printed {moment.on}, structured data says {stated.on}"
        if not moment.guessed and self.site.dates:
            self._add_problem("published", raw, f"{reason}; the printed date, in a form the site declares, was taken")
            return moment
        if moment.on > stated.on and self._is_day_of_update(moment.on):
            self.sources.pop("published")
            if self.extraction.published_meta is not None:
                self._add_source("published", self.extraction.published_meta.source)
            self._add_problem("published", raw, f"{reason}; the printed day is that of the update, as the data says")
            return stated
        if is_day_elsewhere(moment, stated):
            self._add_problem(
                "published", raw, f"{reason}: the same instant in another time zone; the printed day was taken"
            )
            return moment if self.site.has_own_zone else replace(stated, raw=raw, on=moment.on)
        meta = self.extraction.published_meta
        if meta is not None and meta.source == "address" and are_neighbours(moment, stated):
            # A server may count the day of its addresses in another zone.
            self._add_problem("published", raw, f"{reason}; the printed day, next to that of the address, was taken")
            return moment
        if moment.on < stated.on and is_sure_day(raw, self.language):
            # A page that is published anew has a new time in its data; nobody prints a day before the first one.
            self._add_problem("published", raw, f"{reason}; the printed date, which is the earlier one, was taken")
            return moment
        self._add_problem(
            "published", raw, f"{reason}; the printed form is not a declared one, so structured data was taken"
        )
        return replace(stated, raw=raw)

    def _is_day_of_update(self, day: str) -> bool:
        """Is a printed day the one on which structured data says that the story was updated?"""
        modified = self.extraction.modified
        return modified is not None and modified.source != UPDATED and modified.value.strip()[:10] == day

    def _read_date(self, field: str, raw: str) -> Moment | None:
        try:
            moment = read_date(raw, self.site, self.language, "header")
        except BadValue as error:
            self._add_problem(field, raw, str(error))
            return None
        if moment.precision == "day" and (zone := find_doubtful_zone(raw, self.site, self.language)) is not None:
            self._add_problem(field, raw, _DOUBTFUL_ZONE.format(zone=zone))
        return replace(moment, raw=raw)

    def _read_modified(self) -> Moment | None:
        modified = self.extraction.modified
        if modified is None or modified.source != UPDATED:
            return self._read_instant("modified", modified)
        self._add_source("modified", modified.source)
        return self._read_date("modified", clean(modified.value))

    def _read_instant(self, field: str, stated: Found | None) -> Moment | None:
        if stated is None:
            return None
        try:
            moment = self._read_stated(clean(stated.value))
        except BadValue as error:
            self._add_problem(field, stated.value, str(error))
            return None
        if moment.precision == "day" and (zone := find_doubtful_zone(stated.value, self.site, None)) is not None:
            self._add_problem(
                field, stated.value, f"it is not certain which time zone {zone!a} is; the day alone was taken"
            )
        if field != "published":
            self._add_source(field, stated.source)
        return moment

    def _read_stated(self, value: str) -> Moment:
        """Read a stated date; one in figures that programs do not write so, in the order in which the page prints."""
        try:
            return read_instant(value, self.site)
        except BadValue as error:
            if not self.site.guess_dates:
                raise
            try:
                return read_date(value, self.site, self.language, "header")
            except BadValue:
                raise error from None

    # Links.

    def read_see_also(self) -> tuple[SeeAlso, ...]:
        entries: list[SeeAlso] = []
        for link in self.extraction.see_also:
            address = self._read_address("see_also", link)
            if address is None:
                continue
            moment = None
            raw = clean(link.published_raw) if link.published_raw else None
            if raw:
                try:
                    moment = read_date(raw, self.site, self.language, "see_also")
                except BadValue as error:
                    self._add_problem("see_also", raw, str(error))
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
            self._add_source("see_also", "anatomy:see_also")
        return tuple(entries)

    def _read_translations(self, story: str) -> tuple[Address, ...]:
        addresses: dict[str, Address] = {}
        for link in self.extraction.translations:
            address = self._read_address("translations", link)
            if address is None or address.language in (None, self.language):
                continue
            if address.story is not None and address.story != story and story.isdigit():
                self._add_problem("translations", link.url, "another number than this article's")
                continue
            addresses.setdefault(address.url_key, address)
        return tuple(addresses.values())

    def _read_address(self, field: str, link: FoundLink) -> Address | None:
        try:
            return read_address(link.url, self.site, self.capture.url)
        except BadAddress as error:
            self._add_problem(field, link.url, str(error))
            return None

    def _add_source(self, field: str, source: str | None) -> None:
        if source:
            self.sources[field] = source

    def _add_problem(self, field: str, value: str | None, reason: str) -> None:
        cut = clean(value[: MAX_VALUE * 2])[:MAX_VALUE] if value else None
        self.problems.append(Problem(url=self.address.url, field=field, value=cut, reason=reason[:MAX_VALUE]))
