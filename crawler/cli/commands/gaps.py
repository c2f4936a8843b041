"""``seealso gaps``: shows what the archive lacks of a site, how that is known, and a walk to fill it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import common_options, get_common_options
from crawler.cli.crawl_summary import format_shared_options
from crawler.cli.options.types import NumberType, open_existing_archive
from crawler.cli.output import format_count, json_option, print_json, style_bold, to_plain_data
from crawler.cli.text_layout import PIPE_COLUMNS, measure_terminal, wrap_paragraph

if TYPE_CHECKING:
    from crawler.archive.health.capture_recapture import Estimate
    from crawler.archive.health.crawl_proposal import CrawlProposal
    from crawler.archive.health.gaps import Gaps, LanguageGap, MonthGap
    from crawler.archive.health.sitemap_coverage import SitemapCoverage


@click.command(short_help="Show what the archive lacks of a site, and how to fill it.")
@click.argument("site", required=False)
@click.option(
    "--months",
    type=NumberType(min=0),
    default=12,
    show_default=True,
    metavar="N",
    help="Show the N months that lack most; JSON has them all.",
)
@json_option
@common_options
def gaps(site: str | None, months: int, as_json: bool) -> None:
    """Compare the articles of SITE with what its sitemaps name, and its numbers and days, per language and month.

    Say how much of the site the archive holds and how that is known, estimate what was never met, and name the walk
    that fills the largest gap. Without SITE, all sites of the archive.
    """
    from crawler.archive.health.holdings import list_article_sites
    from crawler.sites.registry import find_site, load_sites

    with open_existing_archive() as archive:
        adopted_sites = archive.adopted_sites
        sites = [find_site(site, *adopted_sites)] if site is not None else list(load_sites(*adopted_sites))
        if site is None:
            archived_sites = list_article_sites(archive.db)
            sites = [known_site for known_site in sites if known_site.name in archived_sites]
        all_gaps = [archive.gaps(known_site) for known_site in sites]
    if as_json:
        print_json({"sites": [_make_data(site_gaps) for site_gaps in all_gaps]})
        return
    if not all_gaps:
        click.echo("no articles yet: make some with seealso crawl SITE")
    for index, site_gaps in enumerate(all_gaps):
        if index:
            click.echo()
        for line in _iter_lines(site_gaps, months):
            click.echo(line)


def _make_data(site_gaps: Gaps) -> dict[str, Any]:
    data: dict[str, Any] = to_plain_data(site_gaps)
    for row, language in zip(data["languages"], site_gaps.languages, strict=True):
        row["holds_at_least"] = language.at_least
        row["holds_likely"] = language.likely
    if site_gaps.sitemaps is None:
        del data["sitemaps"]
    else:
        data["sitemaps"]["total"]["share"] = site_gaps.sitemaps.total.share
        for row, month in zip(data["sitemaps"]["months"], site_gaps.sitemaps.months, strict=True):
            row["share"] = month.share
    if site_gaps.proposal is not None:
        data["proposal"]["command"] = _format_command(site_gaps.site, site_gaps.proposal)
    return data


def _iter_lines(site_gaps: Gaps, months: int) -> Iterator[str]:
    if site_gaps.sitemaps is not None:
        yield from _iter_sitemap_lines(site_gaps, site_gaps.sitemaps, months)
        if not site_gaps.languages:
            return
        yield ""
    elif not site_gaps.languages:
        yield from _wrap(
            f"{site_gaps.site}: {format_count(site_gaps.articles, 'article')}, and none with both a number and a date: "
            "there is nothing to compare with"
        )
        return
    yield style_bold(
        f"{site_gaps.site}: {format_count(site_gaps.articles, 'article')}, "
        f"numbers {site_gaps.first_id} to {site_gaps.last_id}, {site_gaps.first_day} to {site_gaps.last_day}"
    )
    yield ""
    yield "language  since       numbers  archived   holes  waiting  never asked  at least"
    for gap in site_gaps.languages:
        yield (
            f"{gap.language:<8}  {(gap.since or '?')[:7]:<7}  {gap.numbers:>10,}  {gap.archived:>8,}"
            f"  {gap.holes:>6,}  {gap.waiting:>7,}  {gap.never_asked:>11,}  {_format_share(gap.at_least):>8}"
        )
    yield ""
    yield style_bold("How that is known")
    for text in _iter_reasons(site_gaps):
        yield from _wrap(text, "  ")
    yield ""
    yield style_bold("Estimate by capture and recapture (Chapman)")
    for text in _iter_estimates(site_gaps):
        yield from _wrap(text, "  ")
    worst = sorted(site_gaps.months, key=lambda gap: (-gap.never_asked - gap.waiting, gap.month, gap.language))
    worst_gaps = [gap for gap in worst[:months] if gap.never_asked or gap.waiting]
    if worst_gaps:
        yield ""
        yield style_bold("The months that lack most")
        yield "month    language  numbers         archived  holes  waiting  never asked   days"
        yield from (_format_month(gap) for gap in worst_gaps)
    yield ""
    yield from _iter_advice(site_gaps)


def _iter_sitemap_lines(site_gaps: Gaps, coverage: SitemapCoverage, months: int) -> Iterator[str]:
    total = coverage.total
    yield style_bold(
        f"{site_gaps.site}: {format_count(site_gaps.articles, 'article')}, {_format_share(total.share)} of the"
        f" {format_count(total.named, 'address', 'addresses')} in its sitemaps"
    )
    lacking = sorted(coverage.months, key=lambda month: month.archived + month.absent - month.named)[:months]
    if not lacking:
        return
    yield ""
    yield "month      named  archived  no article    share"
    for month in lacking:
        yield (
            f"{month.month or 'unknown':<7}  {month.named:>7,}  {month.archived:>8,}  {month.absent:>10,}"
            f"  {_format_share(month.share):>7}"
        )


def _format_month(gap: MonthGap) -> str:
    bounds = f"{gap.first_id}..{gap.last_id}"
    days = f"{gap.days_read}/{gap.days}"
    return (
        f"{gap.month:<7}  {gap.language:<8}  {bounds:<14}  {gap.archived:>8,}  {gap.holes:>5,}  {gap.waiting:>7,}"
        f"  {gap.never_asked:>11,}  {days:>5}"
    )


def _iter_reasons(site_gaps: Gaps) -> Iterator[str]:
    remark = (
        f" ({format_count(site_gaps.out_of_order, 'date')} out of order passed over)" if site_gaps.out_of_order else ""
    )
    yield (
        f"Numbers and dates rise together: {format_count(site_gaps.anchors, 'dated number')}{remark} say in which "
        "month each number between them was given out. A language counts from its first article here to number "
        f"{site_gaps.last_id}, the last one seen. A hole was asked for and is no article. What was never asked for may "
        "be either: “at least” takes it all for articles."
    )
    for gap in site_gaps.languages:
        if gap.likely is not None:
            yield (
                f"{gap.language}: of {format_count(gap.tried, 'number')} that walks asked for "
                f"{gap.tried_articles:,} are "
                f"articles ({gap.tried_articles / gap.tried:.0%}). If the others are so as often, the archive holds "
                f"{_format_share(gap.likely)}."
            )
    untried = [gap.language for gap in site_gaps.languages if gap.likely is None]
    if untried:
        yield f"{', '.join(untried)}: too few numbers were walked over to say how many of the others are holes."
    days, days_read = sum(gap.days for gap in site_gaps.months), sum(gap.days_read for gap in site_gaps.months)
    yield f"Listings of days that walks read: {days_read:,} of {days:,}, counting each language."
    outside = sum(gap.without_number for gap in site_gaps.languages)
    if outside:
        yield (
            f"{format_count(outside, 'article')} without a number cannot be counted so, and stand only in the estimate."
        )


def _iter_estimates(site_gaps: Gaps) -> Iterator[str]:
    uncounted = []
    for gap in site_gaps.languages:
        if gap.estimate is None:
            uncounted.append(f"{gap.language} {gap.both}")
        else:
            yield f"{gap.language}: {_list_vias(gap)}: about {_format_range(gap.estimate)}."
    if site_gaps.estimate is not None:
        if len([gap for gap in site_gaps.languages if gap.estimate is not None]) > 1:
            yield f"Together about {_format_range(site_gaps.estimate)}, {site_gaps.estimate.met:,} of them met here."
        yield (
            "Rather more than that, if anything: See also, feeds and listings favour the same recent articles, and the "
            "formula takes them for independent."
        )
    if uncounted:
        yield f"Too few articles were met both ways for an estimate (seven are needed): {', '.join(uncounted)}."


def _list_vias(gap: LanguageGap) -> str:
    return (
        f"See also named {gap.see_also:,} of the articles here, feeds, listings and walks {gap.other_ways:,}, "
        f"both {gap.both:,}"
    )


def _format_range(estimate: Estimate) -> str:
    # Rounded outwards: an interval must not become narrower.
    return f"{estimate.total:,.0f} articles (95%: {math.floor(estimate.low):,} to {math.ceil(estimate.high):,})"


def _iter_advice(site_gaps: Gaps) -> Iterator[str]:
    waiting = sum(gap.waiting for gap in site_gaps.languages)
    if site_gaps.proposal is None:
        yield "Every number was asked for." if not waiting else "Every number was met."
        if waiting:
            option = format_shared_options(get_common_options())
            yield f"Next: seealso crawl {site_gaps.site}{option}   # {waiting:,} wait"
        return
    proposal = site_gaps.proposal
    yield from _wrap(
        f"Largest gap: {'numbers' if proposal.option == '--ids' else 'days'} {proposal.range}, "
        f"{proposal.requests:,} never asked for in {', '.join(proposal.languages)}. "
        f"At the site's pace that takes {_format_time(proposal.seconds)}; it may be stopped at any time, and the same "
        "command goes on."
    )
    yield f"Next: {_format_command(site_gaps.site, proposal)}"


def _format_command(site: str, plan: CrawlProposal) -> str:
    languages = ",".join(plan.languages)
    option = format_shared_options(get_common_options())
    return f"seealso crawl {site}{option} {plan.option} {plan.range} --languages {languages}"


def _format_share(value: float) -> str:
    """Return a share in per cent, never rounded up to 100 nor down to 0."""
    if 0 < value < 0.001:
        return "< 0.1%"
    return f"{math.floor(value * 1000) / 10:.1f}%"


def _format_time(seconds: float) -> str:
    for unit, size in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} seconds"


def _wrap(text: str, indent: str = "") -> Iterator[str]:
    columns = min(PIPE_COLUMNS, measure_terminal() or PIPE_COLUMNS) - len(indent)
    yield from (indent + line for line in wrap_paragraph(text, columns))
