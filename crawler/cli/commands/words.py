"""``seealso words``: the words of a query's articles, how often, in how many and how evenly they occur."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from crawler.cli.common import common_options
from crawler.cli.help_sections import SectionedCommand
from crawler.cli.options.paths import refuse_archive_file
from crawler.cli.options.picture import find_caption_title, write_svg
from crawler.cli.options.selection import QUERY_LANGUAGE_HELP, check_selections, make_selection, selection_options
from crawler.cli.options.table import OutputFormat, table_options
from crawler.cli.options.types import open_existing_archive
from crawler.cli.options.words import word_options
from crawler.cli.output import format_count
from crawler.cli.word_table import LanguageWords, format_times, print_words

if TYPE_CHECKING:
    from crawler.research.words.figures import Word
    from crawler.research.words.stop_words import StopLists
    from crawler.research.words.tokens import TokenRule

WORD_COLUMNS = ("language", "word", "count", "per_million", "articles", "dispersion", "size", "types")
_ORDERS: Final[Mapping[str, Callable[[Word], Any]]] = {
    "count": lambda word: (-word.count, -word.articles, word.word),
    "articles": lambda word: (-word.articles, -word.count, word.word),
    "dispersion": lambda word: (word.dispersion, -word.count, word.word),
    "word": lambda word: word.word,
}


@click.command(
    cls=SectionedCommand,
    short_help="List the words of a query's articles.",
    epilog=QUERY_LANGUAGE_HELP + "seealso words --ngrams 3 --clusters -- '-war boat'.",
)
@click.argument("query", nargs=-1)
@click.option(
    "--clusters", is_flag=True, help="Only what has a hit of the query in it; with --ngrams what stands around it."
)
@click.option(
    "--order",
    type=click.Choice(list(_ORDERS)),
    default="count",
    show_default=True,
    help="Sort by frequency, by range, by how evenly they are spread, or by the word.",
)
@word_options
@selection_options
@table_options(WORD_COLUMNS)
@common_options
def words(
    query: tuple[str, ...],
    clusters: bool,
    order: str,
    minimum: int,
    limit: int | None,
    stop: StopLists,
    rule: TokenRule,
    svg: Path | None,
    filters: dict[str, Any],
    output_format: OutputFormat,
) -> None:
    """List the words of the articles that a query finds, of all articles without one.

    Language by language: how often each occurs, also per million, in how many articles (its range), and how evenly
    (Gries's deviation of proportions: near 0 everywhere alike, near 1 in one place). Words are those of the search
    index, without capitals and accents; in Chinese and its like pairs of characters.
    """
    from crawler.research.words.word_list import list_words

    selection = make_selection(query, filters)
    with open_existing_archive() as archive, archive.moment():
        refuse_archive_file(archive.path, svg)
        check_selections(archive, selection)
        word_lists = list_words(archive, selection, rule, minimum, stop, clusters)
        if svg is not None:
            from crawler.research.plots import word_list_svg

            write_svg(svg, word_list_svg(word_lists, selection, find_caption_title(archive)))
    counted = f"runs of {rule.ngrams} words" if (rule.ngrams or 1) > 1 else "words"
    print_words(
        output_format,
        WORD_COLUMNS,
        ("count", "/million", "articles", "dispersion"),
        [
            LanguageWords(
                language=word_list.language,
                about=f"{word_list.size:,} {counted}, {format_count(word_list.types, 'different one')}, "
                f"in {format_count(word_list.articles, 'article')}",
                totals={"size": word_list.size, "types": word_list.types},
                words=sorted(word_list.words, key=_ORDERS[order]),
                cells=lambda word: (
                    f"{word.count:,}",
                    f"{word.per_million:,.1f}",
                    f"{word.articles:,}",
                    f"{word.dispersion:.3f}",
                ),
                nothing=f"no word is seen {format_times(minimum)}",
            )
            for word_list in word_lists
        ],
        limit,
    )
