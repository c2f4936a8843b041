"""The desk over time and in context: how often, when, and every occurrence."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal, get_args

from crawler.archive.search.selection import Selection
from crawler.browse.drawing.formatting import figures as format_figures
from crawler.browse.page import PageRequest, PageResponse, page
from crawler.browse.parts.kwic_lines import (
    LEVELS,
    LINE_COLUMNS,
    SORT_OPTIONS,
    cut_at_words,
    link_line,
    list_order_fields,
    mark_sorted_words,
    read_order,
)
from crawler.browse.parts.pagination import MAX_PAGES, paginate, read_page_number
from crawler.browse.parts.study import (
    StudyRequest,
    make_csv,
    make_picture,
    make_picture_context,
    make_study_context,
    read_choice,
    read_number,
    read_study_request,
    read_surface,
    refuse,
    refuse_faults,
)
from crawler.browse.parts.word_index import find_forward_index
from crawler.errors import BadQuery
from crawler.normalisation.dates.periods import read_period
from crawler.research.kwic import KwicLine, LineRange, concordance, read_lines
from crawler.research.line_order import format_line_order
from crawler.research.longer_periods import PARTS, LongerStep, find_period_bounds, join_periods
from crawler.research.plots import dispersion_svg
from crawler.research.plots.scale import Measure, iter_rows, name_series
from crawler.research.plots.svg_picture import list_plot_margins
from crawler.research.plots.timeline_source import describe_corpus, name_queries, timeline_svg
from crawler.research.samples import draw_lines
from crawler.research.timeline import Series, Timeline, TimelineStep, TimelineUnit, choose_step
from crawler.research.timeline import timeline as count_timeline
from crawler.research.titles import find_archive_title

MAX_QUERIES: Final = 4
LINES_PER_PAGE: Final = 100
"""Lines of a concordance on each of its pages; all of them are counted."""
PERIODS_SHOWN: Final = 500
"""Periods of a timeline in the table of its page; its CSV file has all."""
MAX_CSV_LINES: Final = 20_000
MAX_DRAWN_LINES: Final = 500
MAX_DRAWN_FROM: Final = 5_000
"""Lines that some are drawn of: each has to be made, which takes a fifth of a millisecond."""
MAX_SEED: Final = 100
_DEFAULT_SEED: Final = "0"
"""That of the command line."""
_DRAWN_OPTIONS: Final = ("lines", "seed")
_OTHERS: Final = tuple(f"q{number}" for number in range(2, MAX_QUERIES + 1))
_OF_CORPUS: Final = frozenset(("since", "until", "language", "site", "unit"))
"""Parameters that choose what articles are compared with, too."""
_TIMELINE_OPTIONS: Final = (*_OTHERS, "step", "measure", "count")
# Of each the first is shown where none is chosen.
_MEASURES: Final[tuple[Measure, ...]] = ("per-thousand", "per-million", "count")
_STEPS: Final[tuple[TimelineStep | LongerStep | Literal[""], ...]] = (
    *("", *get_args(TimelineStep)),
    *get_args(LongerStep),
)
_COUNTED: Final[tuple[TimelineUnit, ...]] = get_args(TimelineUnit)
_TIMELINE_COLUMNS: Final = (
    *("query", "period", "count", "articles", "words", "per_thousand", "per_million", "waiting", "never_asked", "unit"),
)
_LINE_COLUMNS: Final = ("article_id", "site", "language", "published_on", "field", "left", "key", "right", "url")


@page(r"timeline(?P<form>\.csv|\.svg)?", section="overview", pool="asking")
def timeline(request: PageRequest) -> PageResponse:
    """Show how often queries are found in each period, and what that is a share of."""
    try:
        study_request = read_study_request(request, _TIMELINE_OPTIONS)
        measure = _read_measure(study_request)
        surface = read_surface(request)
        result = _count(request, study_request)
    except BadQuery as error:
        return refuse(request, "timeline.html", "timeline", error)
    names = [name_series(series) for series in result.series]
    pictured = make_picture_context(request, "timeline", study_request, describe_corpus(result), name_queries(result))
    match request.route.get("form"):
        case ".csv":
            return make_csv(_TIMELINE_COLUMNS, iter_rows(result))
        case ".svg":
            return make_picture(timeline_svg(result, measure, find_archive_title(request.archive), surface))
    given = study_request.options
    options = "".join(f" --vs {shlex.quote(given[name])}" for name in _OTHERS if name in given)
    if "count" in given:
        options += f" --count {given['count']}"
    command = f"seealso timeline --by {result.step}{options}"
    periods, bounds = _list_periods(result), _list_bounds(study_request, result)
    indexes = periods[:PERIODS_SHOWN]
    rates = [_format_rates(series, measure, indexes) for series in result.series]
    return PageResponse(
        template="timeline.html",
        context=make_study_context(request, "timeline", study_request, command)
        | {
            "result": result,
            "measure": measure,
            "is_all": _asks_for_all(study_request),
            "names": names,
            "rows": _list_table_rows(request, study_request, result, rates, bounds, indexes),
            "total_rates": [column[-1] for column in rates],
            "begins": [since for since, _ in bounds],
            "ends": [until for _, until in bounds],
            "periods": len(periods),
            "range_href": request.links.page("timeline", **_take_off_days(study_request.parameters)),
            "plot_margins": list_plot_margins(),
            "others": _OTHERS,
        }
        | pictured,
    )


@page(r"concordance(?P<form>\.csv|\.svg)?", section="overview", pool="asking")
def show_concordance(request: PageRequest) -> PageResponse:
    """Show every occurrence of a query in its context, sorted by the words beside it."""
    try:
        study_request = read_study_request(request, (*SORT_OPTIONS, *_DRAWN_OPTIONS))
        order = read_order(study_request)
        selection = study_request.search.selection
        if not selection.query:
            context = make_study_context(request, "concordance", study_request) | {"levels": LEVELS}
            return PageResponse(template="concordance.html", context=context)
        if request.route.get("form") == ".svg":
            return _draw_dispersion(request, study_request)
        drawn = read_number(study_request, "lines", 0, 0, MAX_DRAWN_LINES)
        if request.route.get("form"):
            return make_csv(_LINE_COLUMNS, _iter_line_rows(_list_lines(request, study_request, MAX_CSV_LINES).lines))
        offset = (min(read_page_number(request.arguments), MAX_PAGES) - 1) * LINES_PER_PAGE
        shown = _list_lines(request, study_request, LINES_PER_PAGE, offset)
        pages = paginate(
            request.arguments,
            0 if drawn else shown.total,
            lambda to: request.links.page("concordance", **study_request.parameters, page=to),
            per_page=LINES_PER_PAGE,
        )
    except BadQuery as error:
        return refuse(request, "concordance.html", "concordance", error, {"levels": LEVELS})
    command = f"seealso kwic --order {format_line_order(order)}"
    if drawn:
        command += f" --lines {drawn} --seed {shlex.quote(_read_seed(study_request))}"
    return PageResponse(
        template="concordance.html",
        context=make_study_context(request, "concordance", study_request, command)
        | {
            "given": {**study_request.parameters, **list_order_fields(order)},
            "levels": LEVELS,
            "lines": [
                (
                    line,
                    *mark_sorted_words(*cut_at_words(line, selection), order),
                    link_line(request, study_request, line),
                )
                for line in shown.lines
            ],
            "total": shown.total,
            "drawn": len(shown.lines) if drawn else 0,
            "turn": pages,
            "max_csv": MAX_CSV_LINES,
        }
        | make_picture_context(request, "concordance", study_request, f"{shown.total:,} lines"),
    )


def _list_lines(request: PageRequest, study_request: StudyRequest, limit: int, offset: int = 0) -> LineRange:
    """Return some lines, or those that ``seealso kwic --lines`` draws; raises BadQuery if too many are drawn of."""
    archive, selection, index = request.archive, study_request.search.selection, find_forward_index(request)
    order, size = read_order(study_request), read_number(study_request, "lines", 0, 0, MAX_DRAWN_LINES)
    if not size:
        return read_lines(archive, selection, limit, LINE_COLUMNS, order, index, offset)
    total = read_lines(archive, selection, 0, LINE_COLUMNS, "position", index).total
    if total > MAX_DRAWN_FROM:
        raise BadQuery(
            f"lines are drawn here of up to {MAX_DRAWN_FROM:,}, and these are {total:,}: choose fewer years, a language"
            " or a rarer word; the command line draws of all"
        )
    lines, _ = draw_lines(concordance(archive, selection, LINE_COLUMNS, order), size, _read_seed(study_request))
    return LineRange(lines=tuple(lines), total=total)


def _read_seed(study_request: StudyRequest) -> str:
    return study_request.options.get("seed", _DEFAULT_SEED)[:MAX_SEED]


def _draw_dispersion(request: PageRequest, study_request: StudyRequest) -> PageResponse:
    """Return the picture of the days on which a query stands."""
    selection = study_request.search.selection
    surface = read_surface(request)
    result = count_timeline(
        request.archive, [selection], "day", "hits", index=find_forward_index(request), keep=request.keep
    )
    pictured = make_picture_context(request, "concordance", study_request, describe_corpus(result))
    return make_picture(dispersion_svg(result, pictured["caption"], surface))


def _read_measure(study_request: StudyRequest) -> Measure:
    """Return what is shown; of all articles, which are 1,000 of 1,000, the counts where nothing else is asked for."""
    if _asks_for_all(study_request) and "measure" not in study_request.options:
        return "count"
    return read_choice(study_request, "measure", _MEASURES)


def _asks_for_all(study_request: StudyRequest) -> bool:
    """Return True if what is found is what it is compared with."""
    has_others = not study_request.options.keys().isdisjoint(_OTHERS)
    return not has_others and study_request.search.parameters.keys() <= _OF_CORPUS


def _take_off_days(parameters: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if name not in ("since", "until")}


def _count(request: PageRequest, study_request: StudyRequest) -> Timeline:
    selection = study_request.search.selection
    others = [
        _ask_instead(selection, study_request.options[name], f"query {number}")
        for number, name in enumerate(_OTHERS, 2)
        if name in study_request.options
    ]
    selections = [selection, *others]
    named = read_choice(study_request, "step", _STEPS) or choose_step(request.archive, selections, request.keep)
    unit = read_choice(study_request, "count", _COUNTED)
    index = find_forward_index(request) if unit == "hits" else None
    if named == "week" or named == "quarter":
        parts = count_timeline(request.archive, selections, PARTS[named], unit, index=index, keep=request.keep)
        return join_periods(parts, named)
    return count_timeline(request.archive, selections, named, unit, index=index, keep=request.keep)


def _ask_instead(selection: Selection, query: str, name: str) -> Selection:
    other = replace(selection, query=query)
    refuse_faults(other, name)
    return other


def _list_periods(result: Timeline) -> list[int]:
    """Return the places of the periods with anything in them."""
    columns = zip(*(series.shares for series in result.series), strict=True)
    return [index for index, shares in enumerate(columns) if any(share.articles or share.count for share in shares)]


def _format_rates(series: Series, measure: Measure, indexes: Sequence[int]) -> list[str]:
    """Return the rates of a query in some periods, and after them that of all."""
    shares = [*(series.shares[index] for index in indexes), series.total]
    return format_figures([share.per_million if measure == "per-million" else share.per_thousand for share in shares])


def _list_table_rows(
    request: PageRequest,
    study_request: StudyRequest,
    result: Timeline,
    rates: Sequence[Sequence[str]],
    bounds: Sequence[tuple[str, str]],
    indexes: Sequence[int],
) -> list[tuple[str, list[tuple[str, str, str]], str, str]]:
    """Return, for each of some periods, its name, (count, rate, address) of each query, articles, words."""
    rows = []
    for row, index in enumerate(indexes):
        period, shares = result.periods[index], [series.shares[index] for series in result.series]
        since, until = bounds[index]
        cells = [
            (
                f"{share.count:,}",
                column[row],
                request.links.search(
                    **{**study_request.search.parameters, "q": series.selection.query, "since": since, "until": until}
                ),
            )
            for series, share, column in zip(result.series, shares, rates, strict=True)
        ]
        rows.append((period, cells, f"{shares[0].articles:,}", f"{shares[0].words:,}"))
    return rows


def _list_bounds(study_request: StudyRequest, result: Timeline) -> list[tuple[str, str]]:
    """Return of each period what ``since`` and ``until`` select it; the question's own if it begins or ends in it."""
    given = study_request.search.parameters
    bounds = []
    for period in result.periods:
        since, until = find_period_bounds(period)
        if "since" in given and read_period(given["since"])[0] > read_period(since)[0]:
            since = given["since"]
        if "until" in given and read_period(given["until"])[1] < read_period(until)[1]:
            until = given["until"]
        bounds.append((since, until))
    return bounds


def _iter_line_rows(lines: Iterable[KwicLine]) -> Iterator[dict[str, Any]]:
    for line in lines:
        yield {name: getattr(line, name) for name in _LINE_COLUMNS}
