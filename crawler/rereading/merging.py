"""Makes the reading that a crawl by today's rules would have made from the stored pages of an article."""

from __future__ import annotations

from dataclasses import replace

from crawler.archive.articles.readings import Reading, Revision, SeeAlsoRow, TranslationRow
from crawler.archive.articles.stored_pages import StoredCapture
from crawler.archive.schema.fields import FIELD_GROUPS, VERSION_FIELDS, make_columns, make_headline_key
from crawler.items import Article, Author
from crawler.normalisation.digest import compute_digest
from crawler.normalisation.words.text import count_words
from crawler.rereading.pages import ArchivedArticle, StoredPages


def make_reading(archived: ArchivedArticle, pages: StoredPages, row: StoredCapture, article: Article) -> Reading:
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
    archived: ArchivedArticle, pages: StoredPages, row: StoredCapture, article: Article
) -> tuple[Revision, ...]:
    """Read each revision from its own capture; merge those that are equal to the one before by today's rules.

    A revision that was unverified is verified once its page and that of the one before have been read again.
    """
    revisions: list[Revision] = []
    read_again = False
    for revision in archived.reading.revisions:
        read_before = read_again
        own = pages.read_revision(revision)
        last = revision is archived.reading.revisions[-1]
        if own is not None and last and archived.reading.columns["complete"] and not own.complete:
            own = None
        read_again = own is not None
        if revision.unverified and read_before and read_again:
            revision = revision._replace(unverified=0)
        new = _set_text(revision, own, archived.language) if own else _set_digest(revision, archived.language)
        if not revisions or revisions[-1].digest != new.digest:
            revisions.append(new)
    if revisions[-1].digest != article.digest:
        if read_again:  # the same rules read the two pages differently: an edit that former rules did not see
            new = revisions[-1]._replace(captured_at=row.fetched_at, capture_id=row.id, unverified=0)
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


def _read_authors(old: Reading, pages: StoredPages, row: StoredCapture, article: Article) -> tuple[Author, ...]:
    authors = article.authors
    if not authors and old.authors:  # a later page with the same text may omit them
        same = (page for page in pages.iter_earlier(row) if page.digest == article.digest and page.authors)
        authors = next((page.authors for page in same), ())
    sorted_by = {(author.kind, author.name): author.sort_name for author in old.authors}
    return tuple(
        replace(author, sort_name=min(author.sort_name, sorted_by.get((author.kind, author.name), author.sort_name)))
        for author in authors
    )


def _merge_see_also(archived: ArchivedArticle, row: StoredCapture, article: Article) -> tuple[SeeAlsoRow, ...]:
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
    old: Reading, pages: StoredPages, row: StoredCapture, article: Article
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
