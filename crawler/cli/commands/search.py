"""``seealso search``: prints ranked hits with the matched words marked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import common_options
from crawler.cli.help_sections import SectionedCommand
from crawler.cli.options.renamed import RenamedOption
from crawler.cli.options.sample import sample_options
from crawler.cli.options.selection import QUERY_LANGUAGE_HELP, check_selections, make_selection, selection_options
from crawler.cli.options.table import OutputFormat, table_options
from crawler.cli.options.types import CountType, open_existing_archive
from crawler.cli.output import format_count, print_json, say, strip_controls, style_bold, style_faint, to_one_line
from crawler.cli.text_layout import measure_terminal, wrap_paragraph

if TYPE_CHECKING:
    from crawler.archive import Archive
    from crawler.archive.search.facets import FacetCounts
    from crawler.archive.search.ranking import Hit
    from crawler.archive.search.selection import Selection
    from crawler.archive.search.units import Unit
    from crawler.research.samples import Sample

MAX_QUERY_LETTERS = 60
DEFAULT_LIMIT = 10
"""Hits that a person sees without ``--limit``; programs get all."""
ALL_HITS = 2**40
HIT_COLUMNS = (
    *("id", "site", "language", "site_key", "url", "published_on", "published_at", "headline", "byline"),
    *("dateline_place", "status", "other_prints", "other_translations", "score", "snippet"),
)
"""Columns of CSV."""
INDENT = " " * 8
_TIE = "\ue000"
"""Stands for a space at which no line ends."""


@click.command(cls=SectionedCommand, epilog=QUERY_LANGUAGE_HELP + "seealso search -- '-war \"peace talks\"'.")
@click.argument("query", nargs=-1)
@selection_options
@sample_options
@click.option(
    "--limit",
    type=CountType(),
    metavar="N",
    help=f"Print at most N hits.  [default: {DEFAULT_LIMIT}; all with --json, --jsonl, --csv]",
)
@click.option(
    "--order",
    cls=RenamedOption,
    old_names=("--sort",),
    type=click.Choice(["rank", "newest", "oldest"]),
    default="rank",
    show_default=True,
    help="Sort by how well they match, or by day.",
)
@click.option(
    "--facets",
    "with_facets",
    is_flag=True,
    help="Count all that is found by language, place, country, author, kicker, year, month and site, too.",
)
@table_options(HIT_COLUMNS)
@common_options
def search(
    query: tuple[str, ...],
    filters: dict[str, Any],
    sample: Sample | None,
    limit: int | None,
    order: Any,
    with_facets: bool,
    output_format: OutputFormat,
) -> None:
    """Search the archive.

    With filters alone it lists all that they leave, and with '' all articles, the newest first. Programs get every hit,
    people the first ones.
    """
    if not query and sample is None and not any(value for name, value in filters.items() if name != "unit"):
        raise click.UsageError("Missing argument 'QUERY...'")
    if with_facets and (output_format.jsonl or output_format.csv):
        raise click.UsageError(
            f"--{'jsonl' if output_format.jsonl else 'csv'} prints hits only; --facets goes with --json"
        )
    if with_facets and output_format.columns:
        raise click.UsageError("--facets and --columns exclude each other")
    if limit is None:
        limit = DEFAULT_LIMIT if output_format.for_people else ALL_HITS
    selection = make_selection(query, filters)
    with open_existing_archive() as archive, archive.moment():
        from crawler.archive.database import translate_errors
        from crawler.archive.health.holdings import list_article_sites
        from crawler.archive.search.ranking import iter_hits

        check_selections(archive, selection, names_in_query=False)
        if sample is not None:
            from crawler.research.samples import sampled

            selection = sampled(archive.db, selection, sample)
        facet_counts, remark = None, ""
        hits: list[Hit] = []
        with translate_errors(archive.path):
            if output_format.for_people or with_facets:
                hits = archive.search(selection, limit=limit, order=order)
                shown = len(hits)
            else:
                shown = _print_rows(iter_hits(archive.db, selection, limit, 0, order), output_format)
            has_sites = len(list_article_sites(archive.db)) > 1
            if with_facets:
                facet_counts = _count_facets(archive, selection, has_sites=has_sites)
            if not shown:
                remark = _explain_nothing(archive, selection)
        total = shown
        if facet_counts is not None:
            total = facet_counts.total
        elif total == limit:
            total = archive.count(selection)
    if facet_counts is not None and output_format.json:
        print_json({"total": total, "facets": facet_counts.facets, "values": facet_counts.values, "hits": hits})
    elif output_format.for_people:
        _print_hits(hits, selection, with_site=has_sites)
        if facet_counts is not None and total:
            print_facets(facet_counts, selection.unit)
    _say_how_many(selection, shown, total, remark)


def _count_facets(archive: Archive, selection: Selection, *, has_sites: bool) -> FacetCounts:
    """Count what is found by every facet that can tell apart anything in this archive."""
    from crawler.archive.search.facets import FACETS, Facet, tally
    from crawler.archive.search.places import has_located_places

    names: list[Facet] = [*FACETS, *(("site",) if has_sites else ())]
    if has_located_places(archive.db.conn):
        names.append("country")
    return tally(archive.db, selection, names)


def _print_hits(hits: Sequence[Hit], selection: Selection, *, with_site: bool) -> None:
    """Print hits for people, with what the query means marked in headlines, bylines and snippets."""
    from crawler.archive.search.snippets import find_spans, find_stated_spans, list_marked_terms

    terms = list_marked_terms(selection.parse().node)
    in_byline = [term for term in terms if term.column in (None, "byline")]
    for hit in hits:
        stated_spans = find_stated_spans(hit.headline, hit.headline_meta, terms)
        print_hit(hit, find_spans(hit.byline or "", in_byline), stated_spans, with_site=with_site)


def _explain_nothing(archive: Archive, selection: Selection) -> str:
    """Return what to add where nothing was found: that no articles are there, or a query that finds some."""
    from crawler.archive.search.spelling import suggest_query
    from crawler.archive.search.unknown_values import is_empty

    if not selection.filters() and is_empty(archive.db):
        return ": the archive holds no articles yet"
    options = " with these options" if selection.filters() else ""
    suggestion = suggest_query(archive.db, selection)
    return options + (f"; did you mean {format_query(suggestion)}?" if suggestion else "")


def _say_how_many(selection: Selection, shown: int, total: int, remark: str) -> None:
    """Say that nothing was found, with a remark, or how many of how many hits were shown; nothing where that is all."""
    from crawler.archive.search.units import UNIT_NOUNS

    if not shown:
        say(f"nothing found for {format_query(selection.query)}{remark}")
    elif total > shown:
        has_question = selection.query.strip() or selection.filters()
        everything = "" if has_question else "no word to search for, so all articles: "
        say(f"{everything}{shown:,} of {format_count(total, *UNIT_NOUNS[selection.unit])}; --limit {total} shows all")


def _print_rows(hits: Iterator[Hit], output_format: OutputFormat) -> int:
    """Print hits for programs as they are found, and return how many there were."""
    numbers = count()
    output_format.print_records((hit for hit, _ in zip(hits, numbers, strict=False)), HIT_COLUMNS, _flatten_hit)
    return next(numbers)


def _flatten_hit(hit: Hit) -> dict[str, Any]:
    """Return a hit as a row of :data:`HIT_COLUMNS`: its passage as text, without the places of what matched."""
    return {name: hit.snippet.text if name == "snippet" else getattr(hit, name) for name in HIT_COLUMNS}


def print_facets(facet_counts: FacetCounts, unit: Unit) -> None:
    """Print the facets of the hits: for each a line or a few of values with their counts."""
    from crawler.archive.search.units import UNIT_NOUNS

    click.echo("")
    click.echo(style_bold(f"Of all {format_count(facet_counts.total, *UNIT_NOUNS[unit])}"))
    columns = measure_terminal()
    name_width = max(map(len, facet_counts.facets))
    for name, values in facet_counts.facets.items():
        pieces = [f"{to_one_line(value.label)} {value.count:,}".replace(" ", _TIE) for value in values]
        if hidden := facet_counts.values[name] - len(values):
            pieces.append(f"and {hidden:,} more".replace(" ", _TIE))
        for index, line in enumerate(
            wrap_paragraph(" · ".join(pieces) or "–", columns - name_width - 2 if columns else None)
        ):
            click.echo(f"{style_faint(f'{name if index == 0 else str():<{name_width}}')}  {line.replace(_TIE, ' ')}")


def print_hit(
    hit: Hit,
    byline_spans: Sequence[tuple[int, int]] = (),
    stated_spans: Sequence[tuple[int, int]] = (),
    *,
    with_site: bool = False,
) -> None:
    """Print one hit: headline, day, language, site, byline, place, other prints, passage and address.

    The stated headline has a line of its own if it has ``stated_spans``.
    """
    facts = " · ".join(
        fact
        for fact in (
            hit.published_on or "no date",
            hit.language,
            hit.site if with_site else "",
            "".join(mark_lines(hit.byline or "", byline_spans)),
            to_one_line(hit.dateline_place or ""),
            "gone from the site" if hit.status == "gone" else "",
            format_other_prints(hit.other_prints),
            format_count(hit.other_translations, "translation") if hit.other_translations else "",
        )
        if fact
    )
    columns = measure_terminal()
    room = columns - len(INDENT) if columns else None
    for index, line in enumerate(mark_lines(hit.headline, hit.headline_spans, room)):
        click.echo(f"{hit.id:>6}  {line}" if index == 0 else INDENT + line)
    if stated_spans:
        from crawler.archive.schema.fields import LABELLED_FIELDS

        label = LABELLED_FIELDS["headline_meta"]
        lines = mark_lines(hit.headline_meta or "", stated_spans, room and max(room - len(label) - 2, 1))
        for index, line in enumerate(lines):
            click.echo(INDENT + (style_faint(f"{label}: ") if index == 0 else "") + line)
    click.echo(INDENT + facts)
    for line in mark_lines(hit.snippet.text, hit.snippet.spans, room):
        click.echo(INDENT + line)
    click.echo(INDENT + style_faint(to_one_line(hit.url)))


def format_other_prints(other_prints: int | None) -> str:
    """Return how many copies a hit has, in words; an empty text for none, and where they were not counted."""
    return format_count(other_prints, "other print") if other_prints else ""


def mark_lines(
    text: str, spans: Sequence[tuple[int, int]], columns: int | None = None, mark: Callable[[str], str] = style_bold
) -> Iterator[str]:
    """Yield text as lines of at most so many columns (None: one line), safe for a terminal, with the spans marked."""
    for start, end in _find_breaks(text, columns):
        pieces, position = [], start
        for first, last in spans:
            first, last = max(first, start), min(last, end)
            if first < last:
                pieces += [_flatten(text[position:first]), mark(_flatten(text[first:last]))]
                position = last
        yield "".join([*pieces, _flatten(text[position:end])])


def _find_breaks(text: str, columns: int | None) -> Iterator[tuple[int, int]]:
    """Yield where lines begin and end: at spaces, or between two wide letters, which need none."""
    start = 0
    if columns is not None:
        from rich.cells import cell_len

        width, space = 0, 0
        for index, letter in enumerate(text):
            letter_width = cell_len(letter)
            if letter.isspace():
                space = index
            if width + letter_width > columns:
                end = space if space > start else index
                yield start, end
                start = end + 1 if text[end].isspace() else end
                width = cell_len(text[start:index])
            width += letter_width
    if start < len(text):
        yield start, len(text)


def _flatten(text: str) -> str:
    # Not to_one_line: the spaces at the edges of a piece separate words.
    return strip_controls(text).replace("\n", " ").replace("\t", " ")


def format_query(text: str) -> str:
    """Return a query as a message names it."""
    flat = to_one_line(text)
    return f"“{flat if len(flat) <= MAX_QUERY_LETTERS else flat[:MAX_QUERY_LETTERS] + '…'}”"
