"""``seealso collocations`` and ``seealso keyness``: the words around a query's hits, and those of its articles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import common_options
from crawler.cli.help_sections import SectionedCommand
from crawler.cli.options.paths import refuse_archive_file
from crawler.cli.options.picture import find_caption_title, write_svg
from crawler.cli.options.selection import QUERY_LANGUAGE_HELP, check_selections, make_selection, selection_options
from crawler.cli.options.table import OutputFormat, table_options
from crawler.cli.options.types import NumberType, open_existing_archive
from crawler.cli.options.words import MEASURE_NAMES, measure_option, word_options
from crawler.cli.output import format_count, say, to_one_line
from crawler.cli.word_table import LanguageWords, format_effect, format_score, format_times, print_words

if TYPE_CHECKING:
    from crawler.research.words.keyness import Keywords
    from crawler.research.words.stop_words import StopLists
    from crawler.research.words.tokens import TokenRule

COLLOCATE_COLUMNS = (
    "language",
    "word",
    "near",
    "expected",
    "frequency",
    "articles",
    "score",
    "p_value",
    "q_value",
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
    "p_value",
    "q_value",
    "log_ratio",
    "percent_difference",
    "words",
    "other_words",
)


@click.command(
    cls=SectionedCommand, epilog=QUERY_LANGUAGE_HELP + "seealso collocations --measure mi -- '-war \"peace talks\"'."
)
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--window", type=NumberType(1, 100), default=5, show_default=True, metavar="N", help="Words on each side."
)
@measure_option
@word_options
@selection_options
@table_options(COLLOCATE_COLUMNS)
@common_options
def collocations(
    query: tuple[str, ...],
    window: int,
    measure: Any,
    max_q: float | None,
    minimum: int,
    limit: int | None,
    stop: StopLists,
    rule: TokenRule,
    svg: Path | None,
    filters: dict[str, Any],
    output_format: OutputFormat,
) -> None:
    """Show the words that stand around a query's hits.

    Only those that stand there more often than by chance, language by language, with their frequencies and, for
    programs, how probable that is (p_value; q_value is corrected for the number of words). Words are those of the
    search index, without capitals and accents; in Chinese and its like pairs of characters.
    """
    from crawler.research.words.collocations import collocations as find

    selection = make_selection(query, filters)
    with open_existing_archive() as archive, archive.moment():
        refuse_archive_file(archive.path, svg)
        check_selections(archive, selection)
        results = find(archive, selection, window, measure, minimum, stop, rule)
        if svg is not None:
            from crawler.research.plots import collocates_svg

            write_svg(svg, collocates_svg(results, selection, find_caption_title(archive)))
    print_words(
        output_format,
        COLLOCATE_COLUMNS,
        (MEASURE_NAMES[measure], "near", "expected", "in all", "articles"),
        [
            LanguageWords(
                language=result.language,
                about=f"{format_count(result.hits, 'hit')} in {format_count(result.articles, 'article')}; "
                f"{format_count(result.near, 'word')} around them, {result.words:,} in all outside the hits",
                totals={"hits": result.hits, "near_words": result.near, "words": result.words},
                words=_keep_significant(result.collocates, max_q),
                cells=lambda word: (
                    format_score(word.score, measure),
                    f"{word.near:,}",
                    f"{word.expected:,.2f}",
                    f"{word.frequency:,}",
                    f"{word.articles:,}",
                ),
                nothing=_describe_insignificant(len(result.collocates), "stand there", max_q)
                if result.collocates and max_q is not None
                else f"of the words that stand there {format_times(minimum)}, none does more often than by chance",
            )
            for result in results
        ],
        limit,
    )


@click.command(cls=SectionedCommand, epilog=QUERY_LANGUAGE_HELP + "seealso keyness --against school -- '-ferry boat*'.")
@click.argument("query", nargs=-1, required=True)
@click.option("--against", metavar="QUERY", help="Compare with what this finds.  [default: all other articles]")
@click.option("--less", is_flag=True, help="Show the words that are used less.")
@click.option("--exclude-query-words", is_flag=True, help="Leave out the words that the queries ask for.")
@measure_option
@word_options
@selection_options
@table_options(KEYWORD_COLUMNS)
@common_options
def keyness(
    query: tuple[str, ...],
    against: str | None,
    less: bool,
    exclude_query_words: bool,
    measure: Any,
    max_q: float | None,
    minimum: int,
    limit: int | None,
    stop: StopLists,
    rule: TokenRule,
    svg: Path | None,
    filters: dict[str, Any],
    output_format: OutputFormat,
) -> None:
    """Show the words that a query's articles use more than others.

    Others are all articles of the same languages, sites, days and snapshot that it does not find, whoever wrote them
    and wherever; or those of --against, which all options narrow, too. Language by language, with the frequencies on
    both sides and how large the difference is: the log ratio (1 is twice as frequent) and %DIFF.
    """
    from crawler.research.plots.scale import format_figure
    from crawler.research.words.keyness import keywords

    selection = make_selection(query, filters)
    other = make_selection(against, filters) if against is not None else None
    with open_existing_archive() as archive, archive.moment():
        refuse_archive_file(archive.path, svg)
        check_selections(archive, selection, *([other] if other is not None else []))
        results = keywords(archive, selection, other, measure, minimum, stop, less, exclude_query_words, rule)
        if svg is not None:
            from crawler.research.plots import keywords_svg

            write_svg(svg, keywords_svg(results, selection, find_caption_title(archive)))
    counted = f"runs of {rule.ngrams} words" if (rule.ngrams or 1) > 1 else "words"
    print_words(
        output_format,
        KEYWORD_COLUMNS,
        (MEASURE_NAMES[measure], "log ratio", "%DIFF", "found", "/1M", "others", "/1M", "articles"),
        [
            LanguageWords(
                language=result.language,
                about=f"{result.words:,} {counted} of {format_count(result.articles, 'article')}, "
                f"against {result.other_words:,} of {result.other_articles:,}",
                totals={"words": result.words, "other_words": result.other_words},
                words=_keep_significant(result.keywords, max_q),
                cells=lambda word: (
                    format_score(word.score, measure),
                    format_effect(word.log_ratio, 2),
                    format_effect(word.percent_difference, 0),
                    f"{word.count:,}",
                    format_figure(word.per_million),
                    f"{word.other_count:,}",
                    format_figure(word.other_per_million),
                    f"{word.articles:,}",
                ),
                nothing=_describe_no_keywords(result, minimum, less, max_q),
            )
            for result in results
        ],
        limit,
    )
    for result in results:
        if result.shared_articles:
            say(
                f"{to_one_line(result.language)}: {format_count(result.shared_articles, 'article')} on both sides, "
                "which makes them alike: let --against find others"
            )


def _describe_no_keywords(result: Keywords, minimum: int, less: bool, max_q: float | None) -> str:
    difference = "less" if less else "more"
    if not result.other_words:
        return "there is nothing to compare with"
    if result.keywords and max_q is not None:
        return _describe_insignificant(len(result.keywords), f"are used {difference}", max_q)
    return f"of the words seen {format_times(minimum)}, none is used {difference}"


def _describe_insignificant(count: int, what: str, max_q: float) -> str:
    return f"of {format_count(count, 'word')} that {what}, none has a q of {max_q:g} or less"


def _keep_significant(words: Sequence[Any], max_q: float | None) -> Sequence[Any]:
    return words if max_q is None else tuple(word for word in words if word.q_value <= max_q)
