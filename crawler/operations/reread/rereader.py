"""Rereading one article: its stored captures go in, today's reading of them comes out, or why there is none.

Nothing is written here. What the site changed and what we read better are told apart by the captures: every revision is
read again from the capture that it came from, so a better rule betters the whole history and adds nothing to it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from crawler.archive.articles.addresses import find_address
from crawler.archive.articles.readings import (
    FirstReading,
    Reading,
    RereadChange,
    Revision,
    SeeAlsoRow,
    TranslationRow,
    compare_readings,
    load_reading,
)
from crawler.archive.articles.stored_pages import (
    StoredArticle,
    StoredCapture,
    find_stored_article,
    list_address_captures,
    list_article_captures,
)
from crawler.archive.articles.surrogates import replace_surrogates
from crawler.archive.articles.truncation import ArchivedTexts, explain_truncation
from crawler.archive.schema.fields import FIELD_GROUPS, VERSION_FIELDS, make_columns, make_headline_key
from crawler.discovery.article_links import list_article_links
from crawler.errors import CrawlerError
from crawler.extraction.page import ArticlePage
from crawler.extraction.paywall import find_wall_phrase
from crawler.items import Address, Article, Author
from crawler.normalisation.digest import compute_digest
from crawler.normalisation.text import count_words
from crawler.normalisation.urls import read_address
from crawler.process import process
from crawler.site import Site
from crawler.warc import read_capture

MOST_EARLIER: Final = 20
"""Earlier captures of an article that are looked at for what its newest page does not print."""
Publications = Mapping[str, tuple[Site, Sequence[type[ArticlePage]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LostArticle:
    """An archived article whose stored page is not read as that article any more; it stays as it is."""

    article_id: int
    url: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedArticle:
    """A change, and the fields in which it differs from what is archived."""

    change: RereadChange
    url: str
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _KnownArticle(StoredArticle):
    """The archived article: what may not change, and what is read of it now."""

    reading: Reading


@dataclass(slots=True)
class Rereader:
    """Reads articles of one archive again; has no state but a connection that only reads."""

    conn: sqlite3.Connection
    warc_folder: Path
    publications: Publications
    forgotten: frozenset[str] = frozenset()
    """Identities of which no link is kept."""
    _clean: Callable[[Article], Article] = field(default=lambda article: article)

    def article(self, article_id: int) -> ChangedArticle | LostArticle | None:
        """Read an archived article again; None when it reads as it is archived (or has been erased meanwhile)."""
        try:
            return self._article(article_id)
        except UnicodeEncodeError:  # half of a surrogate pair, which no database can store
            storing = Rereader(self.conn, self.warc_folder, self.publications, self.forgotten, replace_surrogates)
            return storing._article(article_id)

    def read_unknown(self, url_key: str) -> FirstReading | None:
        """Read the newest stored page of an address that no article was found at."""
        known = find_address(self.conn, url_key)
        if known is None or known.site not in self.publications:
            return None
        for row in list_address_captures(self.conn, url_key):
            address, article = self.read(row, *self.publications[known.site])
            if not isinstance(article, Article) or not article.complete or _has_other_identity(article, address):
                return None
            article = replace_surrogates(article)
            return FirstReading(
                url_key=url_key,
                capture_id=row.id,
                captured_at=row.fetched_at,
                article=article,
                links=list_article_links(article, known.depth),
            )
        return None

    def _article(self, article_id: int) -> ChangedArticle | LostArticle | None:
        known = self._known(article_id)
        if known is None:
            return None
        if known.site not in self.publications:
            return LostArticle(
                article_id=article_id, url=known.url, reason=f"no spider of the site {known.site} is here"
            )
        pages = _StoredPages(self, known, list_article_captures(self.conn, article_id))
        newest = pages.newest()
        if isinstance(newest, str):
            return LostArticle(article_id=article_id, url=known.url, reason=newest)
        row, article = newest
        reading = _reading(known, pages, row, article)
        if reading == known.reading:
            return None
        reading.to_json().encode()  # raises UnicodeEncodeError for what cannot be stored
        had = {entry.target_key for entry in known.reading.see_also}
        had.update(translation.target_key for translation in known.reading.translations)
        links = tuple(link for link in list_article_links(article, known.depth) if link.address.url_key not in had)
        change = RereadChange(
            article_id=article_id, site=known.site, reading=reading, links=links, problems=article.problems
        )
        return ChangedArticle(change=change, url=known.url, fields=tuple(compare_readings(known.reading, reading)))

    def _known(self, article_id: int) -> _KnownArticle | None:
        reading = load_reading(self.conn, article_id)
        if reading is None:
            return None
        stored = find_stored_article(self.conn, article_id)
        return None if stored is None else _KnownArticle(**asdict(stored), reading=reading)

    def read(
        self, row: StoredCapture, site: Site, pages: Sequence[type[ArticlePage]]
    ) -> tuple[Address | None, Article | str]:
        """Read one capture: the article, or why it is none."""
        try:
            capture = read_capture(self.warc_folder, row.file, row.offset, row.length)
            address = read_address(capture.url, site)
            return address, self._clean(self._drop_forgotten(process(capture, site, pages, address)))
        except CrawlerError as problem:
            return None, str(problem) or type(problem).__name__
        except Exception as problem:  # an error of ours on one page must not end the rereading of all others
            return None, f"reading failed with {type(problem).__name__}: {str(problem)[:200]}"

    def _drop_forgotten(self, article: Article) -> Article:
        if not self.forgotten:
            return article
        entries = tuple(link for link in article.see_also if link.address.url_key not in self.forgotten)
        others = tuple(translation for translation in article.translations if translation.url_key not in self.forgotten)
        return replace(article, see_also=entries, translations=others)


@dataclass(slots=True)
class _StoredPages:
    """The stored pages of one article; each is read once, when it is asked for."""

    rereader: Rereader
    known: _KnownArticle
    rows: list[StoredCapture]
    _read: dict[int, Article | str] = field(default_factory=dict)

    def read(self, row: StoredCapture) -> Article | str:
        """Read one page as this article: the article, or why it is not."""
        if row.id not in self._read:
            self._read[row.id] = self._read_as_this_article(row)
        return self._read[row.id]

    def newest(self) -> tuple[StoredCapture, Article] | str:
        """Return the page that the present reading comes from, read again; or why there is none."""
        why: str | None = None
        since = self.known.reading.revisions[-1].captured_at if self.known.reading.revisions else ""
        for row in self.rows:
            if since <= row.fetched_at <= self.known.last_seen_at:
                article = self.read(row)
                refusal = article if isinstance(article, str) else self._find_refusal(row, article)
                if refusal is None:
                    assert isinstance(article, Article)
                    return row, article
                why = why or refusal
        return why or "no page of it is stored"

    def _find_refusal(self, row: StoredCapture, article: Article) -> str | None:
        """Say why a crawl would not let this page replace the archived text: it breaks off, or a wall keeps it back."""
        stored = self.known.reading
        old = stored.columns
        if not article.complete and old["complete"]:
            return "the page breaks off by today's rules"
        if article.digest == old["digest"] or row.id == stored.revisions[-1].capture_id:
            return None
        archived = ArchivedTexts(
            lead=old["lead"],
            body=old["body"],
            byline=old["byline"],
            dateline=old["dateline"],
            see_also=sum(entry.last_seen_at == self.known.last_seen_at for entry in stored.see_also),
        )
        capture = read_capture(self.rereader.warc_folder, row.file, row.offset, row.length)
        return explain_truncation(archived, article, find_wall_phrase(capture, self.known.language))

    def of(self, revision: Revision) -> Article | None:
        """Return the page that a revision came from, read again; None when it cannot be."""
        row = next((row for row in self.rows if row.id == revision.capture_id), None)
        article = self.read(row) if row is not None else None
        return article if isinstance(article, Article) else None

    def iter_earlier(self, than: StoredCapture) -> Iterator[Article]:
        """Yield older pages, newest first."""
        older = [row for row in self.rows if (row.fetched_at, row.id) < (than.fetched_at, than.id)]
        for row in older[:MOST_EARLIER]:
            article = self.read(row)
            if isinstance(article, Article):
                yield article

    def _read_as_this_article(self, row: StoredCapture) -> Article | str:
        _, article = self.rereader.read(row, *self.rereader.publications[self.known.site])
        if isinstance(article, str):
            return article
        known = self.known
        another = _is_number(article.site_key) and article.site_key != known.site_key and _is_number(known.site_key)
        if article.language != known.language or another:
            return f"the page is article {article.language} {article.site_key} by today's rules"
        return article


def _reading(known: _KnownArticle, pages: _StoredPages, row: StoredCapture, article: Article) -> Reading:
    """Put together what a crawl by today's rules would have made of the stored pages."""
    old = known.reading
    revisions = _revisions(known, pages, row, article)
    columns = {**make_columns(article), "story": old.columns["story"] or article.story}
    for first, names in FIELD_GROUPS.items():
        if columns[first] is None and old.columns[first] is not None:
            earlier = (make_columns(page) for page in pages.iter_earlier(row))
            found = next((version for version in earlier if version[first] is not None), columns)
            columns |= {name: found[name] for name in names}
    text = revisions[-1]
    columns |= {name: getattr(text, name) for name in VERSION_FIELDS}
    columns |= {
        "digest": text.digest,
        "word_count": count_words(text.body),
        "headline_key": make_headline_key(text.headline),
    }
    return Reading(
        columns={name: columns[name] for name in old.columns},
        revisions=revisions,
        authors=_authors(old, pages, row, article),
        see_also=_entries(known, row, article),
        translations=_translations(old, pages, row, article),
    )


def _revisions(known: _KnownArticle, pages: _StoredPages, row: StoredCapture, article: Article) -> tuple[Revision, ...]:
    """Read each revision from its own capture; those that today's rules find equal to the one before are one."""
    revisions: list[Revision] = []
    read_again = False
    for revision in known.reading.revisions:
        own = pages.of(revision)
        last = revision is known.reading.revisions[-1]
        if own is not None and last and known.reading.columns["complete"] and not own.complete:
            own = None
        read_again = own is not None
        new = _set_text(revision, own, known.language) if own else _set_digest(revision, known.language)
        if not revisions or revisions[-1].digest != new.digest:
            revisions.append(new)
    if revisions[-1].digest != article.digest:
        if read_again:  # both pages by the same rules, and they differ: an edit that former rules did not see
            new = revisions[-1]._replace(captured_at=row.fetched_at, capture_id=row.id)
            revisions.append(_set_text(new, article, known.language))
        else:
            revisions[-1] = _set_text(revisions[-1], article, known.language)
    return tuple(revisions)


def _set_text(revision: Revision, article: Article, language: str) -> Revision:
    text = revision._replace(headline=article.headline, lead=article.lead, byline=article.byline, body=article.body)
    return _set_digest(text, language)


def _set_digest(revision: Revision, language: str) -> Revision:
    text = (revision.headline, revision.lead, revision.byline, revision.body)
    return revision._replace(digest=compute_digest(*text, language))


def _authors(old: Reading, pages: _StoredPages, row: StoredCapture, article: Article) -> tuple[Author, ...]:
    authors = article.authors
    if not authors and old.authors:  # a later page with the same text may omit them
        same = (page for page in pages.iter_earlier(row) if page.digest == article.digest and page.authors)
        authors = next((page.authors for page in same), ())
    sorted_by = {(author.kind, author.name): author.sort_name for author in old.authors}
    return tuple(
        replace(author, sort_name=min(author.sort_name, sorted_by.get((author.kind, author.name), author.sort_name)))
        for author in authors
    )


def _entries(known: _KnownArticle, row: StoredCapture, article: Article) -> tuple[SeeAlsoRow, ...]:
    """Return the entries that the newest page prints, and those that had left the page before it."""
    stored = {stored_entry.target_key: stored_entry for stored_entry in known.reading.see_also}
    entries = {
        key: stored_entry for key, stored_entry in stored.items() if stored_entry.last_seen_at != known.last_seen_at
    }
    met = set()
    for entry in article.see_also:
        key = entry.address.url_key
        if key in met:
            continue
        met.add(key)
        moment, before = entry.published, stored.get(key)
        new = SeeAlsoRow(
            key,
            entry.position,
            entry.address.url,
            entry.headline,
            moment.value if moment else None,
            entry.published_raw,
            moment.on if moment else None,
            row.fetched_at,
            known.last_seen_at,
        )
        if before is not None:
            new = new._replace(
                headline=new.headline or before.headline,
                published_at=new.published_at or before.published_at,
                published_raw=new.published_raw or before.published_raw,
                published_on=new.published_on or before.published_on,
                first_seen_at=before.first_seen_at,
            )
        entries[key] = new
    return tuple(entries[key] for key in sorted(entries))


def _translations(
    old: Reading, pages: _StoredPages, row: StoredCapture, article: Article
) -> tuple[TranslationRow, ...]:
    def of(page: Article) -> dict[str, TranslationRow]:
        return {
            translation.url_key: TranslationRow(translation.url_key, translation.url, translation.language)
            for translation in page.translations
        }

    found = of(article)
    missing = {translation.target_key for translation in old.translations} - found.keys()
    if missing:
        for page in pages.iter_earlier(row):
            found = of(page) | found
            if not missing - found.keys():
                break
    stored = {translation.target_key: translation for translation in old.translations}
    return tuple(stored.get(key, found[key]) for key in sorted(found))


def _has_other_identity(article: Article, address: Address | None) -> bool:
    return bool(
        address and address.story and (address.site_key, address.language) != (article.site_key, article.language)
    )


def _is_number(site_key: str) -> bool:
    return site_key.isascii() and site_key.isdecimal()
