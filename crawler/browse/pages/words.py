"""The desk of words: lists, what stands around a query, what marks its articles."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any, Final, TypeVar

from crawler.browse.page import PageRequest, PageResponse, page
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
)
from crawler.browse.parts.word_questions import MINIMUM, WINDOW, WordQuestion, ask_collocates, ask_keywords, ask_words
from crawler.browse.parts.word_rows import list_word_rows
from crawler.errors import BadQuery
from crawler.research.plots import collocates_svg, keywords_svg, word_list_svg
from crawler.research.titles import find_archive_title
from crawler.research.words.association import MEASURES, Measure
from crawler.research.words.tokens import MOST_WORDS, TokenRule

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


@page(r"words(?P<form>\.csv|\.svg)?", section="overview", pool="asking")
def words(request: PageRequest) -> PageResponse:
    """List the words of what a query finds."""
    try:
        study_request = read_study_request(request, (*_OPTIONS, "clusters"))
        clusters = read_choice(study_request, "clusters", ("no", "yes")) == "yes"
        rule, minimum = _read_rule(study_request), _read_minimum(study_request)
        selection, surface = study_request.search.selection, read_surface(request)
        results = _list(request, ask_words(request, selection, rule, minimum, clusters))
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


@page(r"collocates(?P<form>\.csv|\.svg)?", section="overview", pool="asking")
def collocates(request: PageRequest) -> PageResponse:
    """Show the words that stand around a query."""
    try:
        study_request = read_study_request(request, (*_OPTIONS, "window", "measure"))
        window = read_number(study_request, "window", WINDOW, 1, 100)
        measure, rule = _read_measure(study_request), _read_rule(study_request)
        selection, surface = study_request.search.selection, read_surface(request)
        minimum = _read_minimum(study_request)
        question = ask_collocates(request, selection, rule, minimum, measure, window)
        results = _list(request, question) if selection.query else ()
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


@page(r"keywords(?P<form>\.csv|\.svg)?", section="overview", pool="asking")
def keywords(request: PageRequest) -> PageResponse:
    """Show the words that mark what a query finds against all other articles."""
    try:
        study_request = read_study_request(request, (*_OPTIONS, "measure", "less"))
        less = read_choice(study_request, "less", ("no", "yes")) == "yes"
        measure, rule = _read_measure(study_request), _read_rule(study_request)
        selection, surface = study_request.search.selection, read_surface(request)
        minimum = _read_minimum(study_request)
        question = ask_keywords(request, selection, rule, minimum, measure, less)
        results = _list(request, question) if study_request.search.parameters else ()
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


def _list(request: PageRequest, question: WordQuestion[_Result]) -> tuple[_Result, ...]:
    return question.list_all() if request.route.get("form") == ".csv" else question.list_first()


def _read_rule(study_request: StudyRequest) -> TokenRule:
    number = read_number(study_request, "ngrams", 0, 0, MOST_WORDS)
    return TokenRule(ngrams=number or None)


def _read_minimum(study_request: StudyRequest) -> int:
    return read_number(study_request, "min", MINIMUM, 1, 1_000_000)


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
                (language, about, total, list_word_rows(request, study_request, language, listed, columns, drawn))
                for language, about, total, listed in tables
            ],
        }
        | make_picture_context(request, name, study_request, figures),
    )
