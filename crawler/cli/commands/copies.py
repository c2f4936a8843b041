"""``seealso copies``: which articles have the text of which others, and which publication printed after which."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

import click

from crawler.cli.common import common_options
from crawler.cli.help_sections import SectionedCommand
from crawler.cli.options.selection import QUERY_LANGUAGE_HELP, check_selections, make_selection, selection_options
from crawler.cli.options.table import OutputFormat, table_options
from crawler.cli.options.types import CountType, DecimalType, open_existing_archive
from crawler.cli.output import say, style_bold, style_faint, to_one_line
from crawler.cli.progress import show_count
from crawler.cli.text_layout import format_instant
from crawler.normalisation.wording import format_count

if TYPE_CHECKING:
    from crawler.archive.articles.prints import PrintedArticle
    from crawler.research.copied_pairs import CopiedPair, CopiedPairs, PairKind

PAIR_COLUMNS = (
    *("kind", "language", "article_id", "site", "published_at", "headline", "url"),
    *("other_id", "other_site", "other_published_at", "other_headline", "other_url"),
    *("first_id", "similarity", "share", "other_share", "words"),
)
SITE_COLUMNS = ("site", "other_site", "is_order_known", "pairs", "duplicate", "near", "shared")
DEFAULT_LIMIT: Final = 20
KINDS: Final = ("duplicate", "near", "shared")


@click.command(
    cls=SectionedCommand,
    short_help="List who has whose text: copies, near copies, shared text.",
    epilog=QUERY_LANGUAGE_HELP + "seealso copies -- '-war peace'.",
)
@click.argument("query", nargs=-1)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(KINDS),
    help="Only the same texts, near copies, or shared text, the one that takes time; may be repeated.",
)
@click.option(
    "--min-share",
    type=DecimalType(0.5, 1),
    default=0.5,
    show_default=True,
    metavar="SHARE",
    help="Of either text, what the other one has at least; of copies, how alike they are.",
)
@click.option("--within", is_flag=True, help="Only pairs of which the query finds both articles.")
@click.option("--by", type=click.Choice(["site"]), help="Count the pairs of each two publications.")
@click.option(
    "--limit",
    type=CountType(),
    metavar="N",
    help=f"Show at most N pairs, the earliest.  [default: {DEFAULT_LIMIT}; all with --json, --csv]",
)
@selection_options
@table_options((*PAIR_COLUMNS, *(column for column in SITE_COLUMNS if column not in PAIR_COLUMNS)))
@common_options
def copies(
    query: tuple[str, ...],
    kinds: tuple[str, ...],
    min_share: float,
    within: bool,
    by: str | None,
    limit: int | None,
    filters: dict[str, Any],
    output_format: OutputFormat,
) -> None:
    """List the pairs of articles that have one text, of which a query finds one; all pairs without a query.

    Copies are alike by 0.8 and more as wholes. Of shared text, half of either article or more stands in the other:
    a text cut short, or built into a longer one. It is looked for in the texts of all articles that are found.
    """
    from crawler.research.copied_pairs import PAIR_KINDS, find_copied_pairs

    columns = PAIR_COLUMNS if by is None else SITE_COLUMNS
    for column in output_format.columns:
        if column not in columns:
            raise click.UsageError(f"there is no column {column} here; there are {', '.join(columns)}")
    selection = make_selection(query, filters)
    with open_existing_archive() as archive, archive.moment(), show_count("comparing") as progress:
        check_selections(archive, selection)
        with find_copied_pairs(
            archive,
            selection,
            kinds=cast("tuple[PairKind, ...]", kinds) or PAIR_KINDS,
            min_share=min_share,
            within=within,
            progress=progress,
        ) as pairs:
            if by is None:
                _print_pairs(pairs, limit, output_format)
            else:
                _print_sites(pairs, limit, output_format)
            if not pairs.complete:
                articles = format_count(pairs.articles, "article")
                say(f"too much to compare: shared text is known of the first {articles} alone; narrow the query")


def _print_pairs(pairs: CopiedPairs, limit: int | None, output_format: OutputFormat) -> None:
    if output_format.for_people and limit is None:
        limit = DEFAULT_LIMIT
    if output_format.print_records(islice(pairs.read(), limit), PAIR_COLUMNS, _flatten_pair):
        return
    for pair in islice(pairs.read(), limit):
        click.echo(style_bold(_describe_pair(pair)))
        for article in (pair.article, pair.other):
            click.echo(_format_article(article, is_first=article.article_id == pair.first_id))
        click.echo("")
    shown = min(limit or pairs.total, pairs.total)
    say(
        f"{format_count(pairs.total, 'pair')}"
        if shown == pairs.total
        else f"{shown:,} of {pairs.total:,} pairs; --limit N shows more, --by site counts them"
    )


def _describe_pair(pair: CopiedPair) -> str:
    if pair.kind == "duplicate":
        return "the same text"
    if pair.kind == "near":
        return f"{pair.similarity:.0%} alike"
    return f"{pair.share:.0%} of the first in the second, {pair.other_share:.0%} of the second in the first"


def _format_article(article: PrintedArticle, *, is_first: bool) -> str:
    moment = format_instant(article.published_at) or "no date"
    note = style_faint("  (first)") if is_first else ""
    return f"{article.article_id:>6}  {moment:<16}  {article.site}  {to_one_line(article.headline)}{note}"


def _flatten_pair(pair: CopiedPair) -> dict[str, Any]:
    article, other = pair.article, pair.other
    return {
        "kind": pair.kind,
        "language": pair.language,
        "article_id": article.article_id,
        "site": article.site,
        "published_at": article.published_at,
        "headline": article.headline,
        "url": article.url,
        "other_id": other.article_id,
        "other_site": other.site,
        "other_published_at": other.published_at,
        "other_headline": other.headline,
        "other_url": other.url,
        "first_id": pair.first_id,
        "similarity": pair.similarity,
        "share": pair.share,
        "other_share": pair.other_share,
        "words": pair.words,
    }


def _print_sites(pairs: CopiedPairs, limit: int | None, output_format: OutputFormat) -> None:
    sites = pairs.count_sites()[:limit]
    if output_format.print_records(sites, SITE_COLUMNS, asdict):
        return
    width = max((len(row.site) for row in sites), default=0)
    if sites:
        click.echo(f"{'pairs':>7}{'same':>7}{'near':>7}{'shared':>8}  who printed, and who after that")
    for row in sites:
        order = "then" if row.is_order_known else "and "
        click.echo(
            f"{row.pairs:>7,}{row.duplicate:>7,}{row.near:>7,}{row.shared:>8,}  {row.site:<{width}}  {order}  "
            f"{row.other_site}"
        )
    say(f"{format_count(pairs.total, 'pair')}; “and”: dates leave open who was first")
