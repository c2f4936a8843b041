"""The desk of words: lists, what stands around a query, what marks its articles."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from crawler.archive.search.selection import Selection
from crawler.browse.cache import count_once
from crawler.browse.page import PageRequest, PageResponse, page
from crawler.browse.study import (
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
)
from crawler.browse.word_index import find_forward_index
from crawler.errors import BadQuery
from crawler.research.plots import collocates_svg, keywords_svg, word_list_svg
from crawler.research.titles import find_archive_title
from crawler.research.words.association import MEASURES, Measure
from crawler.research.words.collocations import Collocations, collocations
from crawler.research.words.figures import WordList
from crawler.research.words.keyness import Keywords
from crawler.research.words.keyness import keywords as find_keywords
from crawler.research.words.tokens import MOST_WORDS, TokenRule
from crawler.research.words.word_list import list_words

WORDS_SHOWN: Final = 100
"""Words of a language on a page; its CSV file has all of them."""
_OPTIONS: Final = ("ngrams", "min")
_WORD_COLUMNS: Final = ("count", "per_million", "articles", "dispersion")
_COLLOCATE_COLUMNS: Final = ("near", "expected", "frequency", "articles", "score", "q_value")
_KEYWORD_COLUMNS: Final = (
    *("count", "per_million", "articles", "other_count", "other_per_million", "score", "log_ratio", "q_value"),
)
_Tables = list[tuple[str, str, int, Sequence[Any]]]
"""Of each language its code, a line about it, the number of its words, and as many of them as are needed."""
_Result = TypeVar("_Result")
_LABELS: Final = {
    "count": "found",
    "per_million": "per million",
    "articles": "articles",
    "dispersion": "dispersion",
    "near": "near",
    "expected": "by chance",
    "frequency": "in all",
    "score": "score",
    "q_value": "q",
    "other_count": "elsewhere",
    "other_per_million": "per million there",
    "log_ratio": "log ratio",
}


@page(r"words(?P<form>\.csv|\.svg)?", section="timeline", pool="asking")
def words(request: PageRequest) -> PageResponse:
    """List the words of what a query finds."""
    try:
        study_request = read_study_request(request, (*_OPTIONS, "clusters"))
        clusters = read_choice(study_request, "clusters", ("no", "yes")) == "yes"
        rule, minimum = _read_rule(study_request), _read_minimum(study_request)
        selection, surface = study_request.search.selection, read_surface(request)
        results = _list_words(request, selection, rule, minimum, clusters)
    except BadQuery as error:
        return refuse(request, "words.html", "words", error)
    if request.route.get("form") == ".svg":
        return make_picture(word_list_svg(results, selection, find_archive_title(request.archive), surface))
    tables: _Tables = []
    for result in results:
        about = f"{result.size:,} words, {result.types:,} different ones, in {result.articles:,} articles"
        tables.append((result.language, about, result.total, result.words))
    command = "seealso words" + " --clusters" * clusters
    return _show(request, "words", study_request, _WORD_COLUMNS, "count", tables, command)


def _list_words(
    request: PageRequest, selection: Selection, rule: TokenRule, minimum: int, clusters: bool
) -> tuple[WordList, ...]:
    """Return the first words, which are kept for who asks again; all of them for a CSV file."""

    def count(limit: int | None) -> tuple[WordList, ...]:
        index = find_forward_index(request)
        return list_words(request.archive, selection, rule, minimum, clusters=clusters, limit=limit, index=index)

    return _count_first(request, f"words {selection} {rule} {minimum} {clusters}", count)


def _count_first(
    request: PageRequest, name: str, count: Callable[[int | None], tuple[_Result, ...]]
) -> tuple[_Result, ...]:
    """Return what ``count`` gives for the words of a page, kept by its name; for a CSV file all words."""
    if request.route.get("form") == ".csv":
        return count(None)
    return count_once(request.file_state, name, lambda: count(WORDS_SHOWN)).value


@page(r"collocates(?P<form>\.csv|\.svg)?", section="timeline", pool="asking")
def collocates(request: PageRequest) -> PageResponse:
    """Show the words that stand around a query."""
    try:
        study_request = read_study_request(request, (*_OPTIONS, "window", "measure"))
        window = read_number(study_request, "window", 5, 1, 100)
        measure, rule = _read_measure(study_request), _read_rule(study_request)
        selection, surface = study_request.search.selection, read_surface(request)
        minimum = _read_minimum(study_request)
        results = _find_collocates(request, selection, window, measure, minimum, rule) if selection.query else ()
    except BadQuery as error:
        return refuse(request, "words.html", "collocates", error)
    if request.route.get("form") == ".svg":
        return make_picture(collocates_svg(results, selection, find_archive_title(request.archive), surface))
    tables: _Tables = []
    for result in results:
        about = f"{result.hits:,} hits in {result.articles:,} articles, {result.near:,} words around them"
        tables.append((result.language, about, result.total, result.collocates))
    command = f"seealso collocations --window {window} --measure {measure}"
    return _show(request, "collocates", study_request, _COLLOCATE_COLUMNS, "score", tables, command)


def _find_collocates(
    request: PageRequest, selection: Selection, window: int, measure: Measure, minimum: int, rule: TokenRule
) -> tuple[Collocations, ...]:
    def count(limit: int | None) -> tuple[Collocations, ...]:
        index = find_forward_index(request)
        return collocations(request.archive, selection, window, measure, minimum, rule=rule, limit=limit, index=index)

    return _count_first(request, f"collocates {selection} {window} {measure} {minimum} {rule}", count)


@page(r"keywords(?P<form>\.csv|\.svg)?", section="timeline", pool="asking")
def keywords(request: PageRequest) -> PageResponse:
    """Show the words that mark what a query finds against all other articles."""
    try:
        study_request = read_study_request(request, (*_OPTIONS, "measure", "less"))
        less = read_choice(study_request, "less", ("no", "yes")) == "yes"
        measure, rule = _read_measure(study_request), _read_rule(study_request)
        selection, surface = study_request.search.selection, read_surface(request)
        minimum = _read_minimum(study_request)
        is_asked = bool(study_request.search.parameters)
        results = _find_keywords(request, selection, measure, minimum, less, rule) if is_asked else ()
    except BadQuery as error:
        return refuse(request, "words.html", "keywords", error)
    if request.route.get("form") == ".svg":
        return make_picture(keywords_svg(results, selection, find_archive_title(request.archive), surface))
    tables: _Tables = []
    for result in results:
        here, there = f"{result.words:,} words of {result.articles:,} articles", f"{result.other_words:,}"
        about = f"{here}, against {there} of {result.other_articles:,}"
        tables.append((result.language, about, result.total, result.keywords))
    command = f"seealso keyness --exclude-query-words --measure {measure}" + " --less" * less
    return _show(request, "keywords", study_request, _KEYWORD_COLUMNS, "score", tables, command)


def _find_keywords(
    request: PageRequest, selection: Selection, measure: Measure, minimum: int, less: bool, rule: TokenRule
) -> tuple[Keywords, ...]:
    def count(limit: int | None) -> tuple[Keywords, ...]:
        return find_keywords(
            request.archive,
            selection,
            measure=measure,
            minimum=minimum,
            less=less,
            exclude_query_words=True,
            rule=rule,
            limit=limit,
            index=find_forward_index(request),
        )

    return _count_first(request, f"keywords {selection} {measure} {minimum} {less} {rule}", count)


def _read_rule(study_request: StudyRequest) -> TokenRule:
    number = read_number(study_request, "ngrams", 0, 0, MOST_WORDS)
    return TokenRule(ngrams=number or None)


def _read_minimum(study_request: StudyRequest) -> int:
    return read_number(study_request, "min", 3, 1, 1_000_000)


def _read_measure(study_request: StudyRequest) -> Measure:
    return read_choice(study_request, "measure", tuple(MEASURES))


def _show(
    request: PageRequest,
    name: str,
    study_request: StudyRequest,
    columns: Sequence[str],
    drawn: str,
    tables: _Tables,
    command: str,
) -> PageResponse:
    """Return a page with a table for each language, or all of them as one CSV file.

    ``drawn`` is the column that has bars.
    """
    figures = "; ".join(f"{language}: {about}" for language, about, *_ in tables)
    if request.route.get("form"):
        rows = (
            {"language": language, "word": word.word, **{column: getattr(word, column) for column in columns}}
            for language, _, _, listed in tables
            for word in listed
        )
        return make_csv(("language", "word", *columns), rows)
    for option, flag in (("ngrams", "--ngrams"), ("min", "--min")):
        if study_request.options.get(option, "0") != "0":
            command += f" {flag} {shlex.quote(study_request.options[option])}"
    return PageResponse(
        template="words.html",
        context=make_study_context(request, name, study_request, command)
        | {
            "name": name,
            "columns": [_LABELS[column] for column in columns],
            "tables": [
                (language, about, total, _list_rows(request, study_request, language, listed, columns, drawn))
                for language, about, total, listed in tables
            ],
        }
        | make_picture_context(request, name, study_request, figures),
    )


def _list_rows(
    request: PageRequest,
    study_request: StudyRequest,
    language: str,
    listed: Sequence[Any],
    columns: Sequence[str],
    drawn: str,
) -> list[tuple[str, str, list[str], float]]:
    """Return the first words with the address of their concordance, their figures, and the length of their bar."""
    shown = listed[:WORDS_SHOWN]
    heights = [getattr(word, drawn) for word in shown]
    rows = []
    for word in shown:
        parameters = {**study_request.search.parameters, "q": _quote(word.word), "language": language}
        figures = [_format(getattr(word, column)) for column in columns]
        href = request.links.page("concordance", **parameters)
        rows.append((word.word, href, figures, _measure_bar(getattr(word, drawn), heights)))
    return rows


def _quote(word: str) -> str:
    return f'"{word}"' if " " in word or not word.isascii() else word


def _format(value: float | None) -> str:
    if value is None or abs(value) == float("inf"):
        return "–"
    if isinstance(value, int):
        return f"{value:,}"
    if value == 0:
        return "0"
    if 0 < value < 0.001:
        return "<0.001"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.3f}"


def _measure_bar(value: float, values: Sequence[float]) -> float:
    """Return how long a word's bar is, of 100."""
    finite = [abs(other) for other in values if abs(other) != float("inf")]
    highest = max(finite, default=0.0)
    return round(100 * min(abs(value), highest) / highest, 1) if highest else 0.0
