"""Prints tables of words, one for each language: figures in columns and the word last, or rows for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import click

from crawler.cli.options.table import OutputFormat
from crawler.cli.output import say, style_bold, to_one_line
from crawler.cli.text_layout import measure_terminal, wrap_paragraph

DEFAULT_LIMIT: Final = 30
"""Words of a language that a person sees without ``--limit``; programs get all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageWords:
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


def print_words(
    output_format: OutputFormat,
    columns: Sequence[str],
    head: Sequence[str],
    tables: Sequence[LanguageWords],
    limit: int | None,
) -> None:
    """Print the tables of all languages, at most so many words of each; programs get ``columns``, people ``head``."""
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


_SMALL: Final = 0.001
"""What is smaller has six significant digits, not six decimals."""


def _select_fields(word: Any, names: Iterable[str]) -> dict[str, Any]:
    values = {name: getattr(word, name) for name in names if hasattr(word, name)}
    return {name: _to_exact(value) for name, value in values.items()}


def _to_exact(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    if abs(value) == float("inf"):  # the score of a word that one side never uses; JSON has none
        return None
    return float(f"{value:.6g}") if abs(value) < _SMALL else round(value, 6)  # a p-value of 1e-15 is no 0


def format_times(count: int) -> str:
    """Return a least number of times in words."""
    return f"{'once' if count == 1 else f'{count:,} times'} or more"


def format_score(value: float, measure: str) -> str:
    """Return a score with two decimals; Dice, which is never above 1, with four."""
    return f"{value:.4f}" if measure == "dice" else f"{value:,.2f}"


def format_effect(value: float | None, digits: int) -> str:
    """Return an effect size with its sign; a dash where there is none."""
    return "–" if value is None else f"{value:+,.{digits}f}"


def _print_table(head: Sequence[str], rows: Sequence[tuple[str, ...]], without: str) -> None:
    for line in _iter_table_lines(head, rows) if rows else (f"  {without}", ""):
        click.echo(line)


def _iter_table_lines(head: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
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
    if len(counts) > 1:
        say(f"{len(counts)} languages, that of most articles first: {', '.join(map(to_one_line, counts))}")
    shortened = [
        f"{limit:,} of {count:,} ({language})" for language, count in counts.items() if limit and count > limit
    ]
    if shortened:
        for line in wrap_paragraph(
            f"shown: {', '.join(shortened)}; --limit {max(counts.values())} shows all", measure_terminal()
        ):
            say(line)
