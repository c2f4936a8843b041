"""Forgets an article: erases it from tables, search index and WARC files, and marks it never to be fetched again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from crawler.archive import Archive
from crawler.archive.articles.addresses import list_article_addresses
from crawler.archive.articles.forgotten import (
    CaptureScope,
    UnerasedPart,
    find_article_key,
    find_keys,
    list_headlines,
    list_mentions,
    list_texts,
    list_unerased,
    list_urls,
)
from crawler.archive.forgetting.erasures import ask_for_captures, give_up_missing
from crawler.archive.lock import SiteLock
from crawler.archive.write.tombstones import ForgetResult, Traces
from crawler.comparison.word_runs import WordRun, list_word_runs
from crawler.crawl.erasure.erasing import ErasureReport, erase_listed, list_scan_files, make_parts
from crawler.crawl.erasure.traces import TraceFinder
from crawler.crawl.monitoring.saved_cases import list_cases
from crawler.errors import BadAddress, CrawlerError
from crawler.normalisation.addresses.hosts import list_sites_of_address
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.words.digits import parse_digits
from crawler.notes.erasing import NotesErased, erase_article
from crawler.notes.notes_file import NotesFile
from crawler.sites.registry import load_sites


class NothingToForget(CrawlerError):
    """Neither an article of the archive nor an article's address of a known site: check what was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetTarget:
    """The article that forgetting an id or address would erase."""

    site: str
    keys: tuple[str, ...]
    headline: str | None
    """None when no article is archived: then only tombstones are inserted."""
    copies: tuple[str, ...] = ()
    """Addresses of other articles with the same or nearly the same text, and of translations: they are not erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetReport:
    """What was erased, and what is left."""

    forgotten: ForgetResult
    records: int
    """WARC records that were erased."""
    unerased: list[UnerasedPart]
    """What of this and other forgotten articles is still to be erased."""
    mentions: list[UnerasedPart]
    """Captures of other pages that print words of the article, and stay as they were sent."""
    notes: NotesErased | None = None
    """What was erased of people's notes; None where no file of notes was given."""


def forget(
    path: Path,
    article: str,
    reason: str,
    agree: Callable[[ForgetTarget], bool],
    now: datetime | None = None,
    *,
    captures: CaptureScope | None = None,
    missing_is_lost: bool = False,
    notes: Path | None = None,
    note_step: Callable[[], None] = lambda: None,
) -> ForgetReport | None:
    """Erase the article of an id or address everywhere if ``agree`` returns True for it; return None if it does not.

    ``captures`` says which captures of other pages that print its words are erased too; with ``missing_is_lost``
    WARC files that are away are taken for lost, and not spoken of any more. Of a file of ``notes`` quotations of the
    article go, and what else repeats its words. What cannot be erased now is in the report, and stays on a list. A
    second call is harmless, and erases what a killed one left. ``note_step`` is called between any two steps that a
    kill may part. Raises NothingToForget, and ArchiveBusy while a crawl runs.
    """
    now = now or datetime.now(UTC)
    with ExitStack() as stack:
        archive = stack.enter_context(Archive(path, "write"))
        target = _find_target(archive, article.strip())
        stack.callback(SiteLock(path, target.site).release)
        if not agree(target):
            return None
        traces = _find_traces(archive, target, captures)
        note_step()
        # First: once the article is gone nobody knows its words.
        notes_erased = _erase_notes(archive, target, notes) if notes is not None else None
        note_step()
        forgotten = archive.forget(target.keys, reason, now, traces)
        note_step()
        if captures is not None:
            ask_for_captures(archive, target.keys, captures)
        erased: ErasureReport = erase_listed(archive, now, own_sites=(target.site,), note_step=note_step)
        unerased = erased.remainder
        if missing_is_lost:
            give_up_missing(archive, target.keys)
            unerased = list_unerased(archive.db)
        article_key = find_article_key(archive.db.conn, target.keys[0]) or target.keys[0]
        mentions = list_mentions(archive.db, article_key)
    return ForgetReport(
        forgotten=forgotten, records=erased.records, unerased=unerased, mentions=mentions, notes=notes_erased
    )


def _find_target(archive: Archive, article: str) -> ForgetTarget:
    sites = load_sites(*archive.adopted_sites)
    number = parse_digits(article)
    record = archive.article(number) if number is not None else archive.find(article, sites)
    if record is not None:
        own = f"{record.site}/{record.language}/{record.site_key}"
        return ForgetTarget(
            site=record.site,
            keys=tuple(sorted({own, *list_article_addresses(archive.db, record.id)})),
            headline=record.headline,
            copies=tuple(related.url for related in (*record.copies, *record.translations)),
        )
    for site in list_sites_of_address(article, sites) if number is None else ():
        try:
            address = read_address(article, site)
        except BadAddress:
            continue
        if address.kind == "article":
            return ForgetTarget(site=site.name, keys=find_keys(archive.db.conn, address.url_key), headline=None)
    raise NothingToForget(f"no article {article[:200]} in {archive.path}, and no address of an article of a known site")


def _erase_notes(archive: Archive, target: ForgetTarget, path: Path) -> NotesErased:
    with NotesFile(path, "write", archive=archive.path) as file:
        return erase_article(file, target.keys, _list_runs(archive, target), _make_telling(archive))


def _list_runs(archive: Archive, target: ForgetTarget) -> set[WordRun]:
    """Return every run of five words of the article's texts, of all its versions."""
    return set().union(*map(list_word_runs, list_texts(archive.db.conn, target.keys)))


def _make_telling(archive: Archive) -> Callable[[WordRun], bool]:
    """Return the function that tells whether a run of words stands in one article alone."""
    return lambda run: archive.count(f'"{" ".join(run)}"') < 2


def _find_traces(archive: Archive, target: ForgetTarget, captures: CaptureScope | None) -> Traces:
    """Search all WARC files and saved pages for the article; a file that cannot be read is listed to be read later."""
    runs = _list_runs(archive, target)
    finder = TraceFinder(
        sites=load_sites(*archive.adopted_sites),
        is_target=frozenset(target.keys).__contains__,
        runs=runs,
        is_telling=_make_telling(archive),
        hints=_list_hints(target.keys, list_urls(archive.db.conn, target.keys)),
    )
    parts: list[UnerasedPart] = []
    for file, needed in list_scan_files(archive).items():
        path = archive.warc_folder / file
        try:
            is_whole = path.stat().st_size >= needed
            parts.extend(part for _, part in make_parts(archive, file, finder.iter_traces(path)))
        except OSError:
            is_whole = False
        if not is_whole:
            parts.append(UnerasedPart(article_key="", kind="file", file=file))
    headlines = (list_word_runs(text) for text in list_headlines(archive.db.conn, target.keys))
    # See also of other articles prints the headline: a page saved of them goes with their captures, where these go.
    finder_of_text = replace(finder, runs=runs.difference(*headlines))
    is_mention = finder.is_mention if captures == "all" else finder_of_text.has_words
    cases = list_cases(archive.path, finder.is_own_url, is_mention)
    parts.extend(UnerasedPart(article_key="", kind="case", file=name) for name in cases)
    return Traces(parts=parts, is_own=finder.is_own_url, is_mention=finder.is_mention, scope=captures)


def _list_hints(keys: Iterable[str], urls: Iterable[str]) -> tuple[str, ...]:
    """Return the last parts of the addresses, in each way of escaping them: one stands in every link."""
    hints: set[str] = set()
    for address in (*keys, *urls):
        parts = urlsplit(address)
        last = parts.path.rstrip("/").rpartition("/")[2]
        hints.update((last, unquote(last)))
    return tuple(sorted(hint for hint in hints if hint))
