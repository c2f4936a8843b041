"""``seealso timeline``: counts the hits of a query by day, month or year, beside their denominators."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import common_options, is_given
from crawler.cli.help_sections import SectionedCommand
from crawler.cli.options.paths import refuse_archive_file
from crawler.cli.options.picture import find_caption_title, png_option, svg_option, write_plot, write_svg
from crawler.cli.options.selection import QUERY_LANGUAGE_HELP, check_selections, make_selection, selection_options
from crawler.cli.options.table import OutputFormat, table_options
from crawler.cli.options.types import open_existing_archive
from crawler.cli.output import format_count, say, strip_controls, style_bold, to_one_line
from crawler.cli.text_layout import PIPE_COLUMNS, measure_terminal, wrap_paragraph

if TYPE_CHECKING:
    from crawler.archive import Archive
    from crawler.archive.health.gaps import MonthGap
    from crawler.archive.search.selection import Selection
    from crawler.research.timeline import Share, Timeline, TimelineStep

TIMELINE_COLUMNS = (
    "query",
    "period",
    "count",
    "articles",
    "words",
    "languages",
    "unit",
    "per_thousand",
    "per_million",
    "waiting",
    "never_asked",
)
COLUMN_GAP = "  "


@click.command(
    cls=SectionedCommand, epilog=QUERY_LANGUAGE_HELP + "seealso timeline --by year -- '-\"peace prize\" peace'."
)
@click.argument("query", nargs=-1)
@click.option("--vs", "others", multiple=True, metavar="QUERY", help="Count this too, side by side; may be repeated.")
@click.option(
    "--by",
    "parts",
    type=click.Choice(["day", "week", "month", "quarter", "year", "site"]),
    multiple=True,
    help="The period (by default month, beyond 40 of them year); site counts each for itself; may be repeated: "
    "a period and site.",
)
@click.option(
    "--count",
    "counted",
    type=click.Choice(["articles", "hits"]),
    default="articles",
    show_default=True,
    help="Articles, or every place that kwic would show (slower).",
)
@click.option("--plot", is_flag=True, help="Draw it in the terminal instead of a table.")
@svg_option
@png_option
@click.option(
    "--measure",
    type=click.Choice(["count", "per-thousand", "per-million"]),
    default="per-thousand",
    show_default=True,
    help="What plots show: counts, per 1,000 articles, per million words.",
)
@selection_options
@table_options(TIMELINE_COLUMNS)
@common_options
def timeline(
    query: tuple[str, ...],
    others: tuple[str, ...],
    parts: tuple[str, ...],
    counted: Any,
    plot: bool,
    svg: Path | None,
    png: Path | None,
    measure: Any,
    filters: dict[str, Any],
    output_format: OutputFormat,
) -> None:
    """Count what a query finds in every day, month or year.

    Without a query, all articles. Beside each count stand its denominators, the articles and words of the same
    languages, sites, days and snapshot, and what the archive knows that it lacks. Options narrow all queries alike.
    """
    from crawler.research.longer_periods import PARTS, join_periods
    from crawler.research.timeline import choose_step
    from crawler.research.timeline import timeline as count_timeline

    steps: list[Any] = [part for part in dict.fromkeys(parts) if part != "site"]
    if len(steps) > 1:
        raise click.UsageError(f"--by {steps[0]} and --by {steps[1]} are two periods: take one")
    if is_given("--measure") and not (plot or svg or png):
        raise click.UsageError("--measure is for --plot, --svg and --png")
    if plot and not output_format.for_people:
        raise click.UsageError("--plot is for people, --csv, --json and --jsonl for programs: take one")
    selections = [make_selection(query, filters), *(make_selection(other, filters) for other in others)]
    with open_existing_archive() as archive, archive.moment():
        refuse_archive_file(archive.path, svg, png)
        check_selections(archive, *selections)
        if "site" in parts:
            selections = _split_by_site(archive, selections)
        named: Any = steps[0] if steps else choose_step(archive, selections)
        step: TimelineStep = PARTS.get(named, named)
        result = count_timeline(
            archive, selections, step, counted, _find_month_gaps(archive) if step != "day" else None
        )
        result = join_periods(result, named) if named in PARTS else result
        title = find_caption_title(archive) if svg is not None else ""
    if svg is not None:
        from crawler.research.plots.timeline_source import timeline_svg

        write_svg(svg, timeline_svg(result, measure, title))
    if png is not None:
        from crawler.research.plots import write_png

        write_plot(png, lambda unfinished: write_png(result, unfinished, measure))
    if not output_format.for_people:
        output_format.print(TIMELINE_COLUMNS, _iter_rows(result))
    elif plot:
        from crawler.research.plots import draw_blocks

        for line in draw_blocks(result, measure, measure_terminal() or PIPE_COLUMNS, _can_show_blocks()):
            click.echo(strip_controls(line))
    elif svg is None and png is None:
        for line in _iter_table_lines(result):
            click.echo(line)
    if not result.periods:
        say("there is no dated article to count")


def _split_by_site(archive: Archive, selections: Sequence[Selection]) -> list[Selection]:
    """Return each selection once for each site that it finds articles of; as it is where it finds none."""
    from crawler.archive.database import translate_errors
    from crawler.archive.search.facets import count_facets

    parts: list[Selection] = []
    with translate_errors(archive.path):
        for selection in selections:
            values = count_facets(archive.db, selection, ("site",), None)["site"]
            parts += [replace(selection, site=name) for name in sorted(value.value for value in values)] or [selection]
    return parts


def _find_month_gaps(archive: Archive) -> dict[str, tuple[MonthGap, ...]]:
    """Return the gaps by month of the archived sites that this installation knows."""
    from crawler.archive.health.gaps import find_month_gaps
    from crawler.archive.health.holdings import list_article_sites
    from crawler.sites.registry import load_sites

    archived_sites = list_article_sites(archive.db)
    sites = load_sites(*archive.adopted_sites)
    return {site.name: find_month_gaps(archive.db, site) for site in sites if site.name in archived_sites}


def _can_show_blocks() -> bool:
    """Return True if stdout's encoding has the block characters and the terminal shows more than ASCII."""
    try:
        "█░─".encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return os.environ.get("TERM") not in ("linux", "dumb", "vt100")


def _iter_rows(timeline_result: Timeline) -> Iterator[dict[str, Any]]:
    from crawler.research.plots.scale import iter_rows

    for row in iter_rows(timeline_result):
        yield {name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}


# The table for people: columns side by side as far as the terminal is wide, then the rest below.


def _iter_table_lines(timeline_result: Timeline) -> Iterator[str]:
    from crawler.research.plots.scale import name_series

    names = [to_one_line(name_series(series)) for series in timeline_result.series]
    single = len(timeline_result.series) == 1
    letters = [""] if single else [_make_letter(index) for index in range(len(names))]
    for letter, name in zip(letters, names, strict=True):
        yield style_bold(f"{letter}  {name}" if letter else name)
    yield ""
    groups = _group_columns(timeline_result, letters)
    labels = [timeline_result.step, *timeline_result.periods, "no date", "together"]
    room = (measure_terminal() or PIPE_COLUMNS) - _measure_column(labels)
    while groups:
        line_groups = [groups.pop(0)]
        while groups and sum(map(_measure_group, [*line_groups, groups[0]])) <= room:
            line_groups.append(groups.pop(0))
        columns = [column for group in line_groups for column in group]
        widths = [_measure_column(column) for column in columns]
        for index, label in enumerate(labels):
            cells = (f"{column[index]:>{size}}" for column, size in zip(columns, widths, strict=True))
            yield f"{label:<{_measure_column(labels)}}{COLUMN_GAP}{COLUMN_GAP.join(cells)}"
        yield ""
    yield from _iter_notes(timeline_result, letters, single)


def _group_columns(timeline_result: Timeline, letters: Sequence[str]) -> list[list[list[str]]]:
    """Return groups of columns: a series' figures, and its denominators, once when all series share them."""
    rows = [[*series.shares, series.undated, series.total] for series in timeline_result.series]
    denominators = [
        [
            [timeline_result.plural, *(f"{share.articles:,}" for share in shares)],
            ["words", *(f"{share.words:,}" for share in shares)],
            ["lacks", *(_format_lacks(share) for share in shares)],
        ]
        for shares in rows
    ]
    shared = all(denominator == denominators[0] for denominator in denominators)
    figures = [
        _format_figures(shares, letter, timeline_result.unit) for shares, letter in zip(rows, letters, strict=True)
    ]
    if shared:
        return [denominators[0], *figures] if len(rows) > 1 else [figures[0], denominators[0]]
    return [
        [*own_columns, *denominator_columns]
        for own_columns, denominator_columns in zip(figures, denominators, strict=True)
    ]


def _format_figures(shares: Sequence[Share], letter: str, unit: str) -> list[list[str]]:
    from crawler.research.plots.scale import format_figure

    return [
        [letter or ("found" if unit == "articles" else "hits"), *(f"{share.count:,}" for share in shares)],
        [f"{letter}/1k" if letter else "per 1,000", *(format_figure(share.per_thousand) for share in shares)],
        [f"{letter}/1M" if letter else "per million", *(format_figure(share.per_million) for share in shares)],
    ]


def _format_lacks(share: Share) -> str:
    return f"{share.waiting + (share.never_asked or 0):,}"


def _iter_notes(timeline_result: Timeline, letters: Sequence[str], single: bool) -> Iterator[str]:
    columns = measure_terminal()
    plural = timeline_result.plural
    noun = f"{plural.capitalize()} found" if timeline_result.unit == "articles" else "Hits"
    snapshot = any(series.selection.snapshot is not None for series in timeline_result.series)
    thousand, million = ("", "") if single else (" (/1k)", " (/1M)")
    yield from wrap_paragraph(
        f"{noun}, per 1,000 {plural}{thousand} and per million words{million} of the corpus: the {plural} of the same "
        f"languages, sites{', days and snapshot' if snapshot else ' and days'}. Words are those of the bodies.",
        columns,
    )
    yield from _iter_language_notes(timeline_result, letters, single, columns)
    has_numbers = any(share.never_asked is not None for series in timeline_result.series for share in series.shares)
    numbers = (
        ", and numbers given out then that were never asked for, article or not (seealso gaps)" if has_numbers else ""
    )
    yield from wrap_paragraph(f"Lacks: articles known by address and not archived{numbers}.", columns)
    for letter, series in zip(letters, timeline_result.series, strict=True):
        if series.undated.count:
            prefix = "" if single else f"{letter}: "
            yield from wrap_paragraph(f"{prefix}{series.undated.count:,} without a date, in no period.", columns)


def _iter_language_notes(
    timeline_result: Timeline, letters: Sequence[str], single: bool, columns: int | None
) -> Iterator[str]:
    """Yield of what languages the denominators are, where that may mislead."""
    corpora = list(dict.fromkeys(series.languages for series in timeline_result.series if series.languages))
    for languages in corpora:
        of = [
            letter
            for letter, series in zip(letters, timeline_result.series, strict=True)
            if series.languages == languages
        ]
        prefix = "" if single or len(corpora) == 1 else f"{', '.join(of)}: "
        narrows = "; --language narrows" if len(languages) > 1 else ""
        noun = format_count(len(languages), "language")
        yield from wrap_paragraph(
            f"{prefix}Of {timeline_result.plural} in {noun} ({', '.join(languages)}){narrows}.", columns
        )
    for letter, series in zip(letters, timeline_result.series, strict=True):
        if len(series.languages) > 1 and len(series.found_languages) == 1:
            (language,) = series.found_languages
            prefix = "" if single else f"{letter}: "
            yield from wrap_paragraph(
                f"{prefix}All that was found is in {language}: --language {language} measures it against that alone.",
                columns,
            )


def _make_letter(index: int) -> str:
    return chr(ord("A") + index) if index < 26 else f"Q{index + 1}"


def _measure_column(column: Sequence[str]) -> int:
    return max(map(len, column))


def _measure_group(group: Sequence[Sequence[str]]) -> int:
    return sum(len(COLUMN_GAP) + _measure_column(column) for column in group)
