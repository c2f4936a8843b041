"""One page of everything: what a reader sees first of a question, each panel with the way to the whole of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crawler.archive.search.facets import Facet, FacetCounts, tally
from crawler.archive.search.matching import list_wanted
from crawler.archive.search.selection import Selection
from crawler.archive.search.units import UNIT_NOUNS
from crawler.browse.drawing import formatting
from crawler.browse.executor import NotReady
from crawler.browse.page import PageRequest, PageResponse, page
from crawler.browse.parts.kwic_lines import LINE_COLUMNS, cut_at_words, link_line
from crawler.browse.parts.search_request import format_command
from crawler.browse.parts.study import (
    StudyRequest,
    make_picture_context,
    make_study_context,
    read_study_request,
    refuse,
)
from crawler.browse.parts.word_index import find_forward_index
from crawler.browse.parts.word_questions import WordQuestion, ask_collocates, ask_keywords, ask_words
from crawler.browse.parts.word_rows import WordRow, list_word_rows
from crawler.errors import BadQuery
from crawler.research.kwic import KwicLine, LineRange, read_lines
from crawler.research.plots.scale import format_figure
from crawler.research.plots.timeline_source import describe_corpus
from crawler.research.timeline import choose_step, timeline
from crawler.research.words.tokens import TokenRule

if TYPE_CHECKING:
    from crawler.research.forward_index.index import ForwardIndex

LINES_SHOWN: Final = 8
LINES_READ: Final = 60
"""Lines among which the first of each article is looked for: several of one say less."""
VALUES_SHOWN: Final = 8
WORDS_IN_PANEL: Final = 12
"""Of all its languages together."""
LANGUAGES_IN_PANEL: Final = 2
"""The full page has the other languages."""
FEW_ARTICLES: Final = 1_000
"""The words of so many are counted in any case, also where there is no forward index."""
PART_SECONDS: Final = 1.0
"""A page without a part in time is better than none."""
WORD_SECONDS: Final = 0.2
"""Words that are not counted yet are counted for the page until so much of its time is gone; then pictures of them are
shown, which the browser asks for later."""
FACETS: Final[tuple[tuple[Facet, str], ...]] = (
    ("language", "Languages"),
    ("place", "Places"),
    ("author", "Authors"),
    ("kicker", "Kickers"),
    ("site", "Publications"),
)


_WORD_PANELS: Final = {
    "keywords": ("Words that mark it", "score", "keyness --exclude-query-words"),
    "collocates": ("Words around it", "score", "collocations"),
    "words": ("Most frequent words", "count", "words"),
}
"""Page → title, figure and command of its panel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPanel:
    """Words of a question, or where the picture of them is."""

    name: str
    """The page that has all of them."""
    title: str
    figure: str
    """What the number beside a word is."""
    command: str
    parts: Sequence[tuple[str, int, Sequence[WordRow]]] | None
    """Of each language its code, the articles, and the words; None where they are counted later."""
    others: int = 0
    """Languages beside those."""


@page("overview", menu="Study", pool="asking")
def show_overview(request: PageRequest) -> PageResponse:
    """Show the count, the time, the words, the lines and the sources of what a question finds."""
    began = time.monotonic()
    try:
        study_request = read_study_request(request)
        selection = study_request.search.selection
        step = choose_step(request.archive, [selection], request.keep)
        result = timeline(request.archive, [selection], step, keep=request.keep)
    except BadQuery as error:
        return refuse(request, "overview.html", "overview", error)
    has_words = bool(list_wanted(selection.parse().node))
    total = result.series[0].total
    lines: Sequence[KwicLine] = ()
    line_count, waiting = 0, ""
    word_panels: list[WordPanel] = []
    try:
        index = find_forward_index(request)
    except NotReady as error:
        waiting = str(error)
    else:
        line_range = _read_lines(request, selection, index) if has_words and total.count else None
        if line_range is not None:
            lines, line_count = _choose_lines(line_range.lines), line_range.total
        seconds = PART_SECONDS if total.articles <= FEW_ARTICLES else WORD_SECONDS if index is not None else 0.0
        word_panels = _make_word_panels(request, study_request, has_words, total.count, began + seconds)
    counts = request.time_limit.try_within(PART_SECONDS, lambda: _count_facets(request, selection))
    caption = make_picture_context(request, "timeline", study_request, describe_corpus(result))
    return PageResponse(
        template="overview.html",
        context=make_study_context(request, "overview", study_request)
        | {
            "total": total,
            "figure": format_figure,
            "noun": UNIT_NOUNS[selection.unit],
            "corpus": describe_corpus(result),
            "is_all": total.count == total.articles,
            "step": step,
            "lines": [
                (line, *cut_at_words(line, selection), link_line(request, study_request, line)) for line in lines
            ],
            "line_count": line_count,
            "word_panels": word_panels,
            "waiting": waiting,
            "facets": _list_facets(request, study_request, counts) if counts is not None else (),
            "slow": counts is None,
            "lines_differ": len({line.article_id for line in lines}) == len(lines),
            "asks": format_command(study_request.search),
            "parameters": study_request.search.parameters,
        }
        | caption,
        headers={"Refresh": "10"} if waiting else {},
    )


def _read_lines(request: PageRequest, selection: Selection, index: ForwardIndex | None) -> LineRange | None:
    return request.time_limit.try_within(
        PART_SECONDS, lambda: read_lines(request.archive, selection, LINES_READ, LINE_COLUMNS, "position", index, 0)
    )


def _count_facets(request: PageRequest, selection: Selection) -> FacetCounts:
    names = [name for name, _ in FACETS]
    return request.keep(f"overview {selection}", lambda: tally(request.archive.db, selection, names, VALUES_SHOWN))


def _choose_lines(lines: Sequence[KwicLine]) -> list[KwicLine]:
    """Return the first line of each article, and others where these are few."""
    articles: set[int] = set()
    firsts: list[KwicLine] = []
    others: list[KwicLine] = []
    for line in lines:
        (others if line.article_id in articles else firsts).append(line)
        articles.add(line.article_id)
    return (firsts + others)[:LINES_SHOWN]


def _make_word_panels(
    request: PageRequest, study_request: StudyRequest, has_words: bool, article_count: int, until: float
) -> list[WordPanel]:
    selection, rule = study_request.search.selection, TokenRule()
    if not article_count:
        return []
    questions: dict[str, WordQuestion[Any]] = {}
    if study_request.search.parameters.keys() - {"unit"}:  # there are others to compare with
        questions["keywords"] = ask_keywords(request, selection, rule)
    if has_words:
        questions["collocates"] = ask_collocates(request, selection, rule)
    questions["words"] = ask_words(request, selection, rule)
    panels = []
    for name, question in questions.items():
        is_in_time = question.is_answered() or time.monotonic() < until
        results = request.time_limit.try_within(PART_SECONDS, question.list_first) if is_in_time else None
        panels.append(_make_word_panel(request, study_request, name, results))
    return panels


def _make_word_panel(
    request: PageRequest, study_request: StudyRequest, name: str, results: Sequence[Any] | None
) -> WordPanel:
    title, column, command = _WORD_PANELS[name]
    figure = "times" if column == "count" else column
    if results is None:
        return WordPanel(name=name, title=title, figure=figure, command=command, parts=None)
    parts = []
    chosen = sorted(results, key=lambda result: -result.articles)[:LANGUAGES_IN_PANEL]
    for result in chosen:
        listed, limit = getattr(result, name), WORDS_IN_PANEL // len(chosen)
        rows = list_word_rows(request, study_request, result.language, listed, (column,), column, limit)
        parts.append((result.language, result.articles, rows))
    others = max(len(results) - LANGUAGES_IN_PANEL, 0)
    return WordPanel(name=name, title=title, figure=figure, command=command, parts=parts, others=others)


def _list_facets(
    request: PageRequest, study_request: StudyRequest, counts: FacetCounts
) -> list[tuple[Facet, str, list[tuple[str, int, str]], int]]:
    """Return the name, title, values and number of all values of each facet that has several."""
    facets = []
    for name, title in FACETS:
        make_label = {"language": formatting.language, "site": request.find_title}.get(name, str)
        values = [
            (
                make_label(value.label),
                value.count,
                request.links.page("overview", **{**study_request.search.parameters, name: value.value}),
            )
            for value in counts.facets[name]
        ]
        if len(values) > 1 or (values and name not in ("language", "site")):
            facets.append((name, title, values, counts.values[name]))
    return facets
