"""Rereads one article: reads its stored captures by today's rules, and returns what differs, or why it is lost.

Nothing is written here. Captures distinguish a change of the site from a change of our rules: every revision is read
again from the capture that it came from, so a better rule improves the whole history and adds no revision to it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
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
"""The most earlier captures of an article that are searched for values that its newest page does not print."""
Publications = Mapping[str, tuple[Site, Sequence[type[ArticlePage]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LostArticle:
    """An archived article whose stored page is not read as that article any more; it is not changed."""

    article_id: int
    url: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedArticle:
    """A change of an article, and its fields that differ: name, archived value, new value."""

    change: RereadChange
    url: str
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _ArchivedArticle(StoredArticle):
    """An archived article: the values that may not change, and its present reading."""

    reading: Reading


@dataclass(slots=True)
class Rereader:
    """Reads articles of one archive again; its only state is a connection that only reads."""

    conn: sqlite3.Connection
    warc_folder: Path
    publications: Publications
    forgotten: Set[str] = frozenset()
    """Identities to which no links are kept."""
    _clean: Callable[[Article], Article] = field(default=lambda article: article)

    def read_article(self, article_id: int) -> ChangedArticle | LostArticle | None:
        """Read an archived article again; return None when its reading has not changed, or it has been erased."""
        try:
            return self._read_article(article_id)
        except UnicodeEncodeError:  # half of a surrogate pair, which no database can store
            storing_rereader = Rereader(
                self.conn, self.warc_folder, self.publications, self.forgotten, replace_surrogates
            )
            return storing_rereader._read_article(article_id)

    def read_unknown(self, url_key: str) -> FirstReading | None:
        """Read the newest stored page of an address without an article; return None when it is no article."""
        row = find_address(self.conn, url_key)
        if row is None or row.site not in self.publications:
            return None
        for capture in list_address_captures(self.conn, url_key):
            address, article = self.read(capture, *self.publications[row.site])
            if not isinstance(article, Article) or not article.complete or _has_other_identity(article, address):
                return None
            article = replace_surrogates(article)
            return FirstReading(
                url_key=url_key,
                capture_id=capture.id,
                captured_at=capture.fetched_at,
                article=article,
                links=list_article_links(article, row.depth),
            )
        return None

    def _read_article(self, article_id: int) -> ChangedArticle | LostArticle | None:
        archived = self._find_archived(article_id)
        if archived is None:
            return None
        if archived.site not in self.publications:
            return LostArticle(
                article_id=article_id, url=archived.url, reason=f"no spider of the site {archived.site} is here"
            )
        pages = _StoredPages(self, archived, list_article_captures(self.conn, article_id))
        newest = pages.find_newest()
        if isinstance(newest, str):
            return LostArticle(article_id=article_id, url=archived.url, reason=newest)
        capture, article = newest
        reading = _make_reading(archived, pages, capture, article)
        if reading == archived.reading:
            return None
        reading.to_json().encode()  # raises UnicodeEncodeError for what cannot be stored
        linked_keys = {entry.target_key for entry in archived.reading.see_also}
        linked_keys.update(translation.target_key for translation in archived.reading.translations)
        links = tuple(
            link for link in list_article_links(article, archived.depth) if link.address.url_key not in linked_keys
        )
        change = RereadChange(
            article_id=article_id, site=archived.site, reading=reading, links=links, problems=article.problems
        )
        return ChangedArticle(
            change=change, url=archived.url, fields=tuple(compare_readings(archived.reading, reading))
        )

    def _find_archived(self, article_id: int) -> _ArchivedArticle | None:
        reading = load_reading(self.conn, article_id)
        if reading is None:
            return None
        stored = find_stored_article(self.conn, article_id)
        return None if stored is None else _ArchivedArticle(**asdict(stored), reading=reading)

    def read(
        self, stored: StoredCapture, site: Site, pages: Sequence[type[ArticlePage]]
    ) -> tuple[Address | None, Article | str]:
        """Read one capture; return its address and the article, or the reason why it is none."""
        try:
            capture = read_capture(self.warc_folder, stored.file, stored.offset, stored.length)
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
        translations = tuple(
            translation for translation in article.translations if translation.url_key not in self.forgotten
        )
        return replace(article, see_also=entries, translations=translations)


@dataclass(slots=True)
class _StoredPages:
    """The stored pages of one article; each is read at most once."""

    rereader: Rereader
    archived: _ArchivedArticle
    rows: list[StoredCapture]
    _read: dict[int, Article | str] = field(default_factory=dict)

    def read(self, row: StoredCapture) -> Article | str:
        """Read one page as this article; return the article, or the reason why it is not this one."""
        if row.id not in self._read:
            self._read[row.id] = self._read_as_this_article(row)
        return self._read[row.id]

    def find_newest(self) -> tuple[StoredCapture, Article] | str:
        """Return the page that the present reading comes from, read again; or the reason why there is none."""
        first_refusal: str | None = None
        since = self.archived.reading.revisions[-1].captured_at if self.archived.reading.revisions else ""
        for row in self.rows:
            if since <= row.fetched_at <= self.archived.last_seen_at:
                article = self.read(row)
                refusal = article if isinstance(article, str) else self._find_refusal(row, article)
                if refusal is None:
                    assert isinstance(article, Article)
                    return row, article
                first_refusal = first_refusal or refusal
        return first_refusal or "no page of it is stored"

    def _find_refusal(self, row: StoredCapture, article: Article) -> str | None:
        """Return why a crawl would not replace the archived text by this page's (cut off, paywalled), or None."""
        stored = self.archived.reading
        old = stored.columns
        if not article.complete and old["complete"]:
            return "the page breaks off by today's rules"
        if article.digest == old["digest"] or row.id == stored.revisions[-1].capture_id:
            return None
        texts = ArchivedTexts(
            lead=old["lead"],
            body=old["body"],
            byline=old["byline"],
            dateline=old["dateline"],
            see_also=sum(entry.last_seen_at == self.archived.last_seen_at for entry in stored.see_also),
        )
        capture = read_capture(self.rereader.warc_folder, row.file, row.offset, row.length)
        return explain_truncation(texts, article, find_wall_phrase(capture, self.archived.language))

    def read_revision(self, revision: Revision) -> Article | None:
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
        _, article = self.rereader.read(row, *self.rereader.publications[self.archived.site])
        if isinstance(article, str):
            return article
        archived = self.archived
        is_another = (
            _is_number(article.site_key) and article.site_key != archived.site_key and _is_number(archived.site_key)
        )
        if article.language != archived.language or is_another:
            return f"the page is article {article.language} {article.site_key} by today's rules"
        return article


def _make_reading(archived: _ArchivedArticle, pages: _StoredPages, row: StoredCapture, article: Article) -> Reading:
    """Return the reading that a crawl by today's rules would have made from the stored pages."""
    old = archived.reading
    revisions = _read_revisions(archived, pages, row, article)
    columns = {**make_columns(article), "story": old.columns["story"] or article.story}
    for first, names in FIELD_GROUPS.items():
        if columns[first] is None and old.columns[first] is not None:
            earlier_columns = (make_columns(page) for page in pages.iter_earlier(row))
            source = next((version for version in earlier_columns if version[first] is not None), columns)
            columns |= {name: source[name] for name in names}
    last_revision = revisions[-1]
    columns |= {name: getattr(last_revision, name) for name in VERSION_FIELDS}
    columns |= {
        "digest": last_revision.digest,
        "word_count": count_words(last_revision.body),
        "headline_key": make_headline_key(last_revision.headline),
    }
    return Reading(
        columns={name: columns[name] for name in old.columns},
        revisions=revisions,
        authors=_read_authors(old, pages, row, article),
        see_also=_merge_see_also(archived, row, article),
        translations=_merge_translations(old, pages, row, article),
    )


def _read_revisions(
    archived: _ArchivedArticle, pages: _StoredPages, row: StoredCapture, article: Article
) -> tuple[Revision, ...]:
    """Read each revision from its own capture; merge those that are equal to the one before by today's rules."""
    revisions: list[Revision] = []
    read_again = False
    for revision in archived.reading.revisions:
        own = pages.read_revision(revision)
        last = revision is archived.reading.revisions[-1]
        if own is not None and last and archived.reading.columns["complete"] and not own.complete:
            own = None
        read_again = own is not None
        new = _set_text(revision, own, archived.language) if own else _set_digest(revision, archived.language)
        if not revisions or revisions[-1].digest != new.digest:
            revisions.append(new)
    if revisions[-1].digest != article.digest:
        if read_again:  # the same rules read the two pages differently: an edit that former rules did not see
            new = revisions[-1]._replace(captured_at=row.fetched_at, capture_id=row.id)
            revisions.append(_set_text(new, article, archived.language))
        else:
            revisions[-1] = _set_text(revisions[-1], article, archived.language)
    return tuple(revisions)


def _set_text(revision: Revision, article: Article, language: str) -> Revision:
    text = revision._replace(headline=article.headline, lead=article.lead, byline=article.byline, body=article.body)
    return _set_digest(text, language)


def _set_digest(revision: Revision, language: str) -> Revision:
    text = (revision.headline, revision.lead, revision.byline, revision.body)
    return revision._replace(digest=compute_digest(*text, language))


def _read_authors(old: Reading, pages: _StoredPages, row: StoredCapture, article: Article) -> tuple[Author, ...]:
    authors = article.authors
    if not authors and old.authors:  # a later page with the same text may omit them
        same = (page for page in pages.iter_earlier(row) if page.digest == article.digest and page.authors)
        authors = next((page.authors for page in same), ())
    sorted_by = {(author.kind, author.name): author.sort_name for author in old.authors}
    return tuple(
        replace(author, sort_name=min(author.sort_name, sorted_by.get((author.kind, author.name), author.sort_name)))
        for author in authors
    )


def _merge_see_also(archived: _ArchivedArticle, row: StoredCapture, article: Article) -> tuple[SeeAlsoRow, ...]:
    """Return the entries of the newest page, and the stored ones that earlier pages had dropped."""
    stored = {stored_entry.target_key: stored_entry for stored_entry in archived.reading.see_also}
    entries = {
        key: stored_entry for key, stored_entry in stored.items() if stored_entry.last_seen_at != archived.last_seen_at
    }
    keys_seen = set()
    for entry in article.see_also:
        key = entry.address.url_key
        if key in keys_seen:
            continue
        keys_seen.add(key)
        moment, former = entry.published, stored.get(key)
        row_now = SeeAlsoRow(
            key,
            entry.position,
            entry.address.url,
            entry.headline,
            moment.value if moment else None,
            entry.published_raw,
            moment.on if moment else None,
            row.fetched_at,
            archived.last_seen_at,
        )
        if former is not None:
            row_now = row_now._replace(
                headline=row_now.headline or former.headline,
                published_at=row_now.published_at or former.published_at,
                published_raw=row_now.published_raw or former.published_raw,
                published_on=row_now.published_on or former.published_on,
                first_seen_at=former.first_seen_at,
            )
        entries[key] = row_now
    return tuple(entries[key] for key in sorted(entries))


def _merge_translations(
    old: Reading, pages: _StoredPages, row: StoredCapture, article: Article
) -> tuple[TranslationRow, ...]:
    def list_rows(page: Article) -> dict[str, TranslationRow]:
        return {
            translation.url_key: TranslationRow(translation.url_key, translation.url, translation.language)
            for translation in page.translations
        }

    rows = list_rows(article)
    missing = {translation.target_key for translation in old.translations} - rows.keys()
    if missing:
        for page in pages.iter_earlier(row):
            rows = list_rows(page) | rows
            if not missing - rows.keys():
                break
    stored = {translation.target_key: translation for translation in old.translations}
    return tuple(stored.get(key, rows[key]) for key in sorted(rows))


def _has_other_identity(article: Article, address: Address | None) -> bool:
    if address is None or not address.story:
        return False
    return address.site_key != article.site_key or address.language not in (None, article.language)


def _is_number(site_key: str) -> bool:
    return site_key.isascii() and site_key.isdecimal()
