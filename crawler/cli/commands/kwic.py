"""``seealso kwic``: prints every hit of a query in its context, the keywords in one column."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import common_options
from crawler.cli.help_sections import SectionedCommand
from crawler.cli.options.line_order import LineOrderType
from crawler.cli.options.renamed import RenamedOption
from crawler.cli.options.sample import line_sample_option, sample_options
from crawler.cli.options.selection import QUERY_LANGUAGE_HELP, check_selections, make_selection, selection_options
from crawler.cli.options.table import OutputFormat, table_options
from crawler.cli.options.types import NumberType, open_existing_archive
from crawler.cli.output import format_count, say, style_bold, to_one_line
from crawler.cli.text_layout import PIPE_COLUMNS, measure_terminal

if TYPE_CHECKING:
    from crawler.research.kwic import KwicLine
    from crawler.research.samples import Sample

MIN_WIDTH = 20
MAX_WIDTH = 100_000
"""More columns than the longest article has; every line for people is padded to half of it."""
CONCORDANCE_COLUMNS = (
    "article_id",
    "published_on",
    "language",
    "field",
    "start",
    "left",
    "key",
    "right",
    "site",
    "url",
)
_MARK = "\u200e"
"""Left-to-right mark: keeps the order of columns whose texts run from right to left."""


@click.command(
    cls=SectionedCommand, epilog=QUERY_LANGUAGE_HELP + "seealso kwic --order right -- '-war \"peace talks\"'."
)
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--width",
    type=NumberType(MIN_WIDTH, MAX_WIDTH),
    metavar="N",
    help="Columns for keyword and context together.  [default: what the terminal leaves]",
)
@click.option(
    "--order",
    cls=RenamedOption,
    old_names=("--sort",),
    type=LineOrderType(),
    metavar="ORDER",
    default="position",
    show_default=True,
    help="position (as archived), date (oldest first), left or right (by the words there), or the words to sort by one "
    "after another: 1R,2R,1L are the first and second right of the keyword and the first left of it, C is the keyword.",
)
@click.option(
    "--field",
    "fields",
    type=click.Choice(["headline", "lead", "body"]),
    multiple=True,
    help="Look only here; may be repeated.  [default: all three]",
)
@click.option("--limit", type=NumberType(min=1), metavar="N", help="Stop after N lines.  [default: all]")
@selection_options
@line_sample_option
@sample_options
@table_options(CONCORDANCE_COLUMNS)
@common_options
def kwic(
    query: tuple[str, ...],
    filters: dict[str, Any],
    sample: Sample | None,
    line_sample: tuple[int, str] | None,
    width: int | None,
    order: Any,
    fields: tuple[Any, ...],
    limit: int | None,
    output_format: OutputFormat,
) -> None:
    """Show every occurrence of a query in its context.

    Each word, "phrase", prefix* and NEAR(…) of the query makes lines; what is behind a minus, and filters, only choose
    articles. Beside each line stand the article's id, day and language.
    """
    from crawler.research.kwic import FIELDS, concordance
    from crawler.research.samples import draw_lines, sampled

    selection = make_selection(query, filters)
    with open_existing_archive() as archive, archive.moment():
        check_selections(archive, selection)
        selection = sampled(archive.db, selection, sample)
        left_columns = _LeftColumns.measure(archive.db)
        if width is None:
            width = max((measure_terminal() or PIPE_COLUMNS) - left_columns.columns, MIN_WIDTH)
        lines: Iterator[KwicLine] = concordance(archive, selection, width, order, fields or FIELDS)
        if line_sample is not None:
            size, seed = line_sample
            sample_lines, total = draw_lines(lines, size, seed)
            say(f"{len(sample_lines):,} of {format_count(total, 'line')} at random (seed {to_one_line(seed)})")
            lines = iter(sample_lines)
        lines = _limit_lines(lines, limit)
        if output_format.for_people:
            from crawler.research.kwic import measure_left_context

            left_width = measure_left_context(selection, width)
            for line in lines:
                click.echo(left_columns.format(line) + _format_line(line, left_width))
        else:
            output_format.print(
                CONCORDANCE_COLUMNS, ({name: getattr(line, name) for name in CONCORDANCE_COLUMNS} for line in lines)
            )


def _limit_lines(lines: Iterator[KwicLine], limit: int | None) -> Iterator[KwicLine]:
    count = 0
    for line in lines:
        if count == limit:
            say(f"stopped after {format_count(count, 'line')}; there are more")
            return
        count += 1
        yield line
    if not count:
        say("no line: nothing was found, or only in bylines and by filters")
    else:
        say(format_count(count, "line"))


class _LeftColumns:
    """The columns left of each line: id, day and language."""

    def __init__(self, id_columns: int, language_columns: int) -> None:
        self._id, self._language = id_columns, language_columns
        self.columns = id_columns + 1 + 10 + 1 + language_columns + 1

    @classmethod
    def measure(cls, db: Any) -> _LeftColumns:
        from crawler.archive.health.holdings import find_highest_id, list_languages

        return cls(len(str(find_highest_id(db))), max(map(len, list_languages(db)), default=0))

    def format(self, line: KwicLine) -> str:
        return (
            f"{line.article_id:>{self._id}} {to_one_line(line.published_on or 'no date'):<10} "
            f"{to_one_line(line.language):<{self._language}} "
        )


def _format_line(line: KwicLine, left_width: int) -> str:
    """Return a line with its keyword beginning in a fixed column."""
    from crawler.research.kwic import COLUMN_GAP, measure_columns

    left, key, right = to_one_line(line.left), to_one_line(line.key), to_one_line(line.right)
    gap = " " * COLUMN_GAP
    if not _mark_right_to_left(left + key + right):
        return (" " * (left_width - measure_columns(left)) + left + gap + style_bold(key) + gap + right).rstrip()
    # Read from the right: what comes before the keyword stands right of it, as in a printed line.
    padding = left_width - measure_columns(right)
    if padding < 0:  # the text after may be longer than the column: its end, farthest from the keyword, is cut
        right, padding = _cut_end(right, left_width)
    return " " * padding + _MARK + right + _MARK + gap + _MARK + style_bold(key) + _MARK + gap + _MARK + left + _MARK


def _cut_end(text: str, columns_wanted: int) -> tuple[str, int]:
    from crawler.research.kwic import count_columns

    width = 0
    for index, letter in enumerate(text):
        letter_width = count_columns(letter)
        if width + letter_width > columns_wanted:
            return text[:index].rstrip(), columns_wanted - width
        width += letter_width
    return text, columns_wanted - width


def _mark_right_to_left(text: str) -> bool:
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    return sum(kind in ("R", "AL") for kind in kinds) > kinds.count("L")
