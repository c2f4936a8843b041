"""``seealso collocations`` and ``seealso keyness``: the words around a query's hits, and those of its articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from crawler.cli.common import common_options
from crawler.cli.options.selection import QUERY_LANGUAGE_HELP, check_selections, make_selection, selection_options
from crawler.cli.options.table import OutputFormat, table_options
from crawler.cli.options.types import open_existing_archive
from crawler.cli.output import format_count, say, style_bold, to_one_line
from crawler.cli.text_layout import measure_terminal, wrap_paragraph

DEFAULT_LIMIT = 30
"""Words that a person sees without ``--limit``; programs get all."""
MEASURE_NAMES: Final = {"ll": "log-likelihood", "mi": "mutual information (bits)", "dice": "Dice"}
COLLOCATE_COLUMNS = (
    "language",
    "word",
    "near",
    "expected",
    "frequency",
    "articles",
    "score",
    "hits",
    "near_words",
    "words",
)
KEYWORD_COLUMNS = (
    "language",
    "word",
    "count",
    "per_million",
    "other_count",
    "other_per_million",
    "expected",
    "articles",
    "score",
    "log_ratio",
    "percent_difference",
    "words",
    "other_words",
)


def _word_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--measure``, ``--min``, ``--limit`` and ``--stop-words``."""
    options = (
        click.option(
            "--measure",
            type=click.Choice(list(MEASURE_NAMES)),
            default="ll",
            show_default=True,
            help="Sort by log-likelihood, mutual information or Dice.",
        ),
        click.option(
            "--min",
            "minimum",
            type=click.IntRange(min=1),
            default=3,
            show_default=True,
            metavar="N",
            help="Leave out words seen less often.",
        ),
        click.option(
            "--limit",
            type=click.IntRange(min=1),
            metavar="N",
            help=f"Show at most N words of a language.  [default: {DEFAULT_LIMIT}; all with --json, --jsonl, --csv]",
        ),
        click.option(
            "--stop-words",
            "stop_file",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Leave out the words in this file; without it none is.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(epilog=QUERY_LANGUAGE_HELP + "seealso collocations --measure mi -- '-war \"peace talks\"'.")
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--window", type=click.IntRange(1, 100), default=5, show_default=True, metavar="N", help="Words on each side."
)
@_word_options
@selection_options
@table_options
@common_options
def collocations(
    query: tuple[str, ...],
    window: int,
    measure: Any,
    minimum: int,
    limit: int | None,
    stop_file: Path | None,
    filters: dict[str, Any],
    output_format: OutputFormat,
) -> None:
    """Show the words that stand around a query's hits.

    Only those that stand there more often than by chance, language by language, with their frequencies. Words are
    those of the search index: without capitals and accents, single characters in Chinese and its like.
    """
    from crawler.research.words.collocations import collocations as find

    selection = make_selection(query, filters)
    stop = _read_stop_words(stop_file)
    with open_existing_archive() as archive, archive.moment():
        check_selections(archive, selection)
        results = find(archive, selection, window, measure, minimum, stop)
    _print_words(
        output_format,
        COLLOCATE_COLUMNS,
        (MEASURE_NAMES[measure], "near", "expected", "in all", "articles"),
        [
            _LanguageWords(
                language=result.language,
                about=f"{format_count(result.hits, 'hit')} in {format_count(result.articles, 'article')}; "
                f"{format_count(result.near, 'word')} around them, {result.words:,} in all outside the hits",
                totals={"hits": result.hits, "near_words": result.near, "words": result.words},
                words=result.collocates,
                cells=lambda word: (
                    _format_score(word.score),
                    f"{word.near:,}",
                    f"{word.expected:,.2f}",
                    f"{word.frequency:,}",
                    f"{word.articles:,}",
                ),
                nothing=f"of the words that stand there {_format_times(minimum)}, none does more often than by chance",
            )
            for result in results
        ],
        limit,
    )


@click.command(epilog=QUERY_LANGUAGE_HELP + "seealso keyness --against school -- '-ferry boat*'.")
@click.argument("query", nargs=-1, required=True)
@click.option("--against", metavar="QUERY", help="Compare with what this finds.  [default: all other articles]")
@click.option("--less", is_flag=True, help="Show the words that are used less.")
@click.option("--exclude-query-words", is_flag=True, help="Leave out the words that the queries ask for.")
@_word_options
@selection_options
@table_options
@common_options
def keyness(
    query: tuple[str, ...],
    against: str | None,
    less: bool,
    exclude_query_words: bool,
    measure: Any,
    minimum: int,
    limit: int | None,
    stop_file: Path | None,
    filters: dict[str, Any],
    output_format: OutputFormat,
) -> None:
    """Show the words that a query's articles use more than others.

    Others are all articles of the same languages, sites, days and snapshot that it does not find, whoever wrote them
    and wherever; or those of --against, which all options narrow, too. Language by language, with the frequencies on
    both sides and how large the difference is: the log ratio (1 is twice as frequent) and %DIFF.
    """
    from crawler.research.words.keyness import keywords

    selection = make_selection(query, filters)
    other = make_selection(against, filters) if against is not None else None
    stop = _read_stop_words(stop_file)
    with open_existing_archive() as archive, archive.moment():
        check_selections(archive, selection, *([other] if other is not None else []))
        results = keywords(archive, selection, other, measure, minimum, stop, less, exclude_query_words)
    _print_words(
        output_format,
        KEYWORD_COLUMNS,
        (MEASURE_NAMES[measure], "log ratio", "%DIFF", "found", "/million", "others", "/million", "articles"),
        [
            _LanguageWords(
                language=result.language,
                about=f"{result.words:,} words of {format_count(result.articles, 'article')}, "
                f"against {result.other_words:,} of {result.other_articles:,}",
                totals={"words": result.words, "other_words": result.other_words},
                words=result.keywords,
                cells=lambda word: (
                    _format_score(word.score),
                    _format_effect(word.log_ratio, 2),
                    _format_effect(word.percent_difference, 0),
                    f"{word.count:,}",
                    f"{word.per_million:,.1f}",
                    f"{word.other_count:,}",
                    f"{word.other_per_million:,.1f}",
                    f"{word.articles:,}",
                ),
                nothing=f"of the words seen {_format_times(minimum)}, none is used {'less' if less else 'more'}"
                if result.other_words
                else "there is nothing to compare with",
            )
            for result in results
        ],
        limit,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _LanguageWords:
    """The words of one language, for people and for programs."""

    language: str
    about: str
    """The line above the table."""
    totals: dict[str, int]
    """Columns that are the same in every row for programs."""
    words: Sequence[Any]
    cells: Callable[[Any], tuple[str, ...]]
    """The figures of a word, as they are printed."""
    nothing: str
    """The line in place of the table when there are no words."""


def _print_words(
    output_format: OutputFormat,
    columns: Sequence[str],
    head: Sequence[str],
    tables: Sequence[_LanguageWords],
    limit: int | None,
) -> None:
    if output_format.for_people:
        limit = limit or DEFAULT_LIMIT
        for table in tables:
            for line in wrap_paragraph(f"{to_one_line(table.language)}: {table.about}", measure_terminal()):
                click.echo(style_bold(line))
            _print_table(head, [(*table.cells(word), word.word) for word in table.words[:limit]], table.nothing)
    else:
        rows = (
            {"language": table.language, **_select_fields(word, columns), **table.totals}
            for table in tables
            for word in table.words[:limit]
        )
        output_format.print(columns, rows)
    _print_counts({table.language: len(table.words) for table in tables}, limit)


def _select_fields(word: Any, names: Iterable[str]) -> dict[str, Any]:
    values = {name: getattr(word, name) for name in names if hasattr(word, name)}
    return {name: _to_exact(value) for name, value in values.items()}


def _to_exact(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    # JSON has no infinity, the score of a word that one side never uses.
    return round(value, 6) if abs(value) != float("inf") else None


def _format_times(count: int) -> str:
    return f"{'once' if count == 1 else f'{count:,} times'} or more"


def _format_score(value: float) -> str:
    return f"{value:,.2f}" if abs(value) >= 1 else f"{value:.4f}"


def _format_effect(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:+,.{digits}f}"


def _read_stop_words(path: Path | None) -> frozenset[str]:
    from crawler.research.words.frequencies import read_stop_words

    if path is None:
        return frozenset()
    try:
        words = read_stop_words(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path} is no list of words: it is not UTF-8 text") from error
    say(f"left out: {format_count(len(words), 'word')} of {path}")
    return words


def _print_table(head: Sequence[str], rows: Sequence[tuple[str, ...]], without: str) -> None:
    for line in _list_table_lines(head, rows) if rows else (f"  {without}", ""):
        click.echo(line)


def _list_table_lines(head: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield numbers in columns and the word last, where its script and direction shift nothing."""
    widths = [max(len(cell) for cell in column) for column in zip(head, *(row[:-1] for row in rows), strict=True)]
    yield "  ".join(f"{heading:>{size}}" for heading, size in zip(head, widths, strict=True)) + "  word"
    for *figures, word in rows:
        yield (
            "  ".join(f"{figure:>{size}}" for figure, size in zip(figures, widths, strict=True))
            + f"  {to_one_line(word)}"
        )
    yield ""


def _print_counts(counts: dict[str, int], limit: int | None) -> None:
    if not counts:
        say("nothing was found")
    shortened = [
        f"{limit:,} of {count:,} ({language})" for language, count in counts.items() if limit and count > limit
    ]
    if shortened:
        for line in wrap_paragraph(
            f"shown: {', '.join(shortened)}; --limit {max(counts.values())} shows all", measure_terminal()
        ):
            say(line)
