"""``seealso show``: prints one article, its printed words with their sources, and what it is connected with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from crawler.cli.common import common_options
from crawler.cli.options.types import drop_surrogates, open_existing_archive
from crawler.cli.output import (
    format_count,
    json_option,
    print_json,
    style_bold,
    style_faint,
    to_one_line,
    to_plain_data,
)
from crawler.cli.text_layout import align_labels, format_instant, wrap_body
from crawler.errors import BadAddress, CrawlerError
from crawler.normalisation.words.digits import parse_digits

if TYPE_CHECKING:
    from crawler.archive import Archive
    from crawler.archive.articles.prints import Print, Prints
    from crawler.archive.articles.records import ArticleRecord, AuthorLine, EdgeOut
    from crawler.archive.articles.shared_texts import SharedText
    from crawler.archive.search.ranking import Hit

MAX_SIMILAR = 5


class NotInArchive(CrawlerError):
    """No such article is archived: search for it, or crawl its address."""


@click.command(short_help="Show one article, its printed words and its links.")
@click.argument("article", metavar="ID|URL")
@click.option(
    "--diff",
    is_flag=False,
    flag_value="",
    metavar="[N[..M]]",
    help="Show what changed instead: between versions N and M, in version N, or in all in turn.",
)
@click.option(
    "--against", metavar="ID|URL", help="Show what differs in this other article instead, a copy for instance."
)
@json_option
@common_options
def show(article: str, diff: str | None, against: str | None, as_json: bool) -> None:
    """Show one article, by its number in the archive or by any spelling of its address.

    Edits are typo, headline, correction, substance or unpublished. In a pipe, [-words-] have left and {+words+} come.
    """
    if diff is not None and against is not None:
        raise click.UsageError("--diff compares versions, --against articles: take one")
    with open_existing_archive() as archive, archive.moment():
        record = find_named_article(archive, article)
        if against is not None:
            _print_print_diff(record, find_named_article(archive, against), as_json)
            return
        similar = _find_similar(archive, record) if diff is None else []
        prints = archive.prints(record.id)
        shared = archive.find_shared_texts(record.id) if diff is None else []
    if diff is not None:
        _print_diff(record, diff, as_json)
        return
    if as_json:
        print_json(to_plain_data(record) | {"prints": prints, "shared_texts": shared, "more_like": similar})
        return
    for line in iter_article_lines(record, prints):
        click.echo(line)
    if shared:
        click.echo("")
        click.echo(style_bold("Shared text"))
        for other in shared:
            click.echo(_format_shared(other))
    if similar:
        click.echo("")
        click.echo(style_bold("More like this"))
        for hit in similar:
            click.echo(_format_other(hit.id, hit.published_on, hit.language, hit.headline))


def _print_diff(record: ArticleRecord, versions: str, as_json: bool) -> None:
    from crawler.cli.diff_text import iter_diff_lines
    from crawler.research.version_diff import diff_versions

    diff = diff_versions(record, versions)
    if as_json:
        print_json(diff)
        return
    for line in iter_diff_lines(diff, to_one_line(record.headline)):
        click.echo(line)


def _print_print_diff(record: ArticleRecord, other: ArticleRecord, as_json: bool) -> None:
    from crawler.cli.diff_text import iter_field_lines
    from crawler.research.version_diff import diff_prints

    diff = diff_prints(record, other)
    if as_json:
        print_json(diff)
        return
    for article in (record, other):
        click.echo(style_bold(to_one_line(article.headline)))
        click.echo(f"{article.id:>6}  {article.site}  {style_faint(to_one_line(article.url))}")
    for line in iter_field_lines(diff.fields):
        click.echo(line)


def _find_similar(archive: Archive, record: ArticleRecord) -> list[Hit]:
    from crawler.archive.database import translate_errors
    from crawler.archive.search.similar import more_like

    with translate_errors(archive.path):
        return more_like(archive.db, record.id, MAX_SIMILAR)


def find_named_article(archive: Archive, argument: str) -> ArticleRecord:
    """Return the article that an argument ID|URL names; raises NotInArchive."""
    name = drop_surrogates(argument).strip()
    record = _find(archive, name)
    if record is None and _is_forgotten(archive, name):
        raise NotInArchive(
            f"{name[:200]} was forgotten: its article was erased on purpose, and no crawl brings it back"
        )
    if record is None:
        raise NotInArchive(f"no article {name[:200]} in {archive.path}; find one with: seealso search WORDS")
    return record


def _find(archive: Archive, name: str) -> ArticleRecord | None:
    number = parse_digits(name)
    if number is not None:
        return archive.article(number)
    record = archive.find(name)
    if record is None:
        # An unknown spelling: the sites' own rules may understand it. To load them takes a while, so only now.
        from crawler.sites.registry import load_sites

        record = archive.find(name, load_sites(*archive.adopted_sites))
    return record


def _is_forgotten(archive: Archive, name: str) -> bool:
    """Return True for an identity, or any spelling of an address, whose article was erased on purpose."""
    if not archive.forgotten or parse_digits(name) is not None:
        return False
    from crawler.normalisation.addresses.hosts import list_sites_of_address
    from crawler.normalisation.addresses.urls import read_address
    from crawler.sites.registry import load_sites

    keys = {name.lower()}
    for site in list_sites_of_address(name, load_sites(*archive.adopted_sites)):
        with suppress(BadAddress):
            keys.add(read_address(name, site).url_key)
    return any(key in archive.forgotten for key in keys)


def iter_article_lines(record: ArticleRecord, prints: Prints | None = None) -> Iterator[str]:
    """Yield the lines of an article for people: facts, text, connections.

    ``prints`` of several sites are listed in place of the copies.
    """
    yield style_bold(to_one_line(record.headline))
    yield style_faint(to_one_line(record.url))
    yield ""
    yield from align_labels(_iter_facts(record))
    for text in (record.lead, record.body):
        if text:
            yield ""
            yield from wrap_body(text)
    for title, entries in _iter_connections(record, prints):
        if entries:
            yield ""
            yield style_bold(title)
            yield from entries


def _iter_facts(record: ArticleRecord) -> Iterator[tuple[str, str]]:
    """Yield labels and values; a value is followed by its printed words and its source."""
    from crawler.archive.schema.fields import LABELLED_FIELDS

    def format_value(value: str | None, field: str, printed: str | None = None) -> str | None:
        if value is None:
            return None
        printed_words = f", printed “{to_one_line(printed)}”" if printed else ""
        source = record.sources.get(field)
        return to_one_line(value) + printed_words + (style_faint(f"  [{to_one_line(source)}]") if source else "")

    guessed = ", a guess" if record.published_guessed else ""
    precision = f" (to the {record.published_precision}{guessed})" if record.published_precision else ""
    published = f"{format_instant(record.published_at)}{precision}" if record.published_at else None
    pairs: Iterable[tuple[str, str | None]] = (
        ("id", f"{record.id}   {record.site}/{record.language}/{record.site_key}"),
        ("status", _format_status(record)),
        (
            "published",
            format_value(published or ("unknown" if record.published_raw else None), "published", record.published_raw),
        ),
        ("modified", format_value(format_instant(record.modified_at), "modified", record.modified_raw)),
        *((label, format_value(getattr(record, name), name)) for name, label in LABELLED_FIELDS.items()),
        ("byline", format_value(record.byline, "byline")),
        *(("author", _format_author(author)) for author in record.authors),
        ("dateline", format_value(record.dateline, "dateline")),
        ("place", format_value(record.dateline_place, "dateline_place")),
        ("agencies", ", ".join(to_one_line(agency) for agency in record.dateline_agencies) or None),
        ("words", f"{record.word_count:,}"),
    )
    return ((label, value) for label, value in pairs if value)


def _format_status(record: ArticleRecord) -> str:
    parts = [record.status if record.status == "live" else "gone from the site (unpublished)"]
    parts.append(f"first seen {format_instant(record.first_seen_at)}, last {format_instant(record.last_seen_at)}")
    if not record.complete:
        parts.append("the page broke off")
    return "; ".join(parts)


def _format_author(author: AuthorLine) -> str:
    details = [
        f"{label} {to_one_line(value)}"
        for label, value in (("honorific", author.honorific), ("order", author.order_initials), ("note", author.note))
        if value
    ]
    printed = [f"printed “{to_one_line(author.printed)}”"] if author.printed != author.name else []
    kind = [] if author.kind == "person" else [author.kind]
    return ", ".join([to_one_line(author.name), *kind, *details, *printed])


def _iter_connections(record: ArticleRecord, prints: Prints | None) -> Iterator[tuple[str, list[str]]]:
    yield "See also", [_format_edge(edge) for edge in record.see_also if edge.current]
    yield "See also, at earlier visits", [_format_edge(edge) for edge in record.see_also if not edge.current]
    yield (
        "Named under See also by",
        [_format_other(edge.article_id, edge.published_on, edge.language, edge.headline) for edge in record.named_by],
    )
    yield (
        "In other languages",
        [
            _format_other(translation.article_id, translation.published_on, translation.language, translation.headline)
            for translation in record.translations
        ],
    )
    if prints is not None and prints.sites > 1:
        yield f"Printed by {prints.sites:,} sites", list(_iter_print_lines(record, prints))
    else:
        yield (
            "Copies",
            [
                _format_other(copy.article_id, copy.published_on, copy.kind or "", copy.headline)
                + (f" ({copy.similarity:.0%} alike)" if copy.kind == "near" and copy.similarity is not None else "")
                for copy in record.copies
            ],
        )
    if len(record.revisions) > 1:
        yield (
            format_count(len(record.revisions), "version"),
            [
                f"{revision.number:>6}  {format_instant(revision.captured_at)}  {revision.edit or '':<11}  "
                + to_one_line(revision.headline)
                + ("  (unverified)" if revision.unverified else "")
                for revision in record.revisions
            ],
        )


def _iter_print_lines(record: ArticleRecord, prints: Prints) -> Iterator[str]:
    site_width = max(len(copy.site) for copy in prints.prints)
    instants = [format_instant(copy.published_at) or "no date" for copy in prints.prints]
    width = max(map(len, instants))
    for copy, moment in zip(prints.prints, instants, strict=True):
        notes = ", ".join(filter(None, ["first" if copy.first else "", _describe_print(record, copy)]))
        yield (
            f"{copy.article_id:>6}  {moment:<{width}}  {copy.site:<{site_width}}  {to_one_line(copy.headline)}"
            + style_faint(f"  ({notes})")
        )
    if prints.total > len(prints.prints):
        yield f"{'':>6}  and {prints.total - len(prints.prints):,} more"


def _describe_print(record: ArticleRecord, copy: Print) -> str:
    if copy.article_id == record.id:
        return "this one"
    return "the same text" if copy.same_text else f"{copy.similarity:.0%} alike"


def _format_shared(other: SharedText) -> str:
    order = {True: "earlier, ", False: "later, ", None: ""}[other.earlier]
    notes = f"  ({order}{other.share:.0%} of this text stands there, {other.other_share:.0%} of that text here)"
    moment = format_instant(other.published_at) or "no date"
    return f"{other.article_id:>6}  {moment}  {other.site}  {to_one_line(other.headline)}" + style_faint(notes)


def _format_edge(edge: EdgeOut) -> str:
    number = f"{edge.target_id:>6}" if edge.target_id is not None else "     –"
    day = format_instant(edge.published_at) or to_one_line(edge.published_raw or "") or edge.target_on or "no date"
    text = to_one_line(edge.headline or edge.target_url)
    return f"{number}  {day}  {text}" + (
        "" if edge.target_id is not None else style_faint(f"  {to_one_line(edge.target_url)}")
    )


def _format_other(article_id: int, day: str | None, kind: str, headline: str) -> str:
    return f"{article_id:>6}  {day or 'no date':<10}  {kind}  {to_one_line(headline)}"
