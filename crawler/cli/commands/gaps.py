"""``seealso gaps``: what the archive lacks of a site, how that is known, and which walk would fill the largest gap."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import common, common_options
from crawler.cli.crawl_summary import archive_option
from crawler.cli.options.types import open_existing_archive
from crawler.cli.output import bold, format_count, json_option, print_json, to_plain_data
from crawler.cli.text_layout import PIPE_COLUMNS, terminal_width, wrap_paragraph

if TYPE_CHECKING:
    from crawler.archive.health.capture_recapture import Estimate
    from crawler.archive.health.gaps import Gaps, LanguageGap, MonthGap, Proposal


@click.command(short_help="Show what the archive lacks of a site, and how to fill it.")
@click.argument("site", required=False)
@click.option(
    "--months",
    type=click.IntRange(min=0),
    default=12,
    show_default=True,
    metavar="N",
    help="Show the N months that lack most; JSON has them all.",
)
@json_option
@common_options
def gaps(site: str | None, months: int, as_json: bool) -> None:
    """Compare the numbers and days seen of SITE with what should exist, per language and month.

    Say how much of the site the archive holds and how that is known, estimate what was never met, and name the walk
    that fills the largest gap. Without SITE, all sites of the archive.
    """
    from crawler.archive.health.holdings import list_article_sites
    from crawler.sites.registry import find_site, load_sites

    wanted = [find_site(site)] if site is not None else list(load_sites())
    with open_existing_archive() as archive:
        if site is None:
            here = list_article_sites(archive.db)
            wanted = [wanted_site for wanted_site in wanted if wanted_site.name in here]
        found = [archive.gaps(wanted_site) for wanted_site in wanted]
    if as_json:
        print_json({"sites": [_make_data(site_gaps) for site_gaps in found]})
        return
    if not found:
        click.echo("no articles yet: make some with seealso crawl SITE")
    for place, site_gaps in enumerate(found):
        if place:
            click.echo()
        for line in _list_lines(site_gaps, months):
            click.echo(line)


def _make_data(found: Gaps) -> dict[str, Any]:
    data: dict[str, Any] = to_plain_data(found)
    for row, language in zip(data["languages"], found.languages, strict=True):
        row["holds_at_least"] = language.at_least
        row["holds_likely"] = language.likely
    if found.proposal is not None:
        data["proposal"]["command"] = _format_command(found.site, found.proposal)
    return data


def _list_lines(found: Gaps, months: int) -> Iterator[str]:
    if not found.languages:
        yield from _wrap(
            f"{found.site}: {format_count(found.articles, 'article')}, and none with both a number and a date: "
            "there is nothing to compare with"
        )
        return
    yield bold(
        f"{found.site}: {format_count(found.articles, 'article')}, numbers {found.first_id} to {found.last_id}, "
        f"{found.first_day} to {found.last_day}"
    )
    yield ""
    yield "language  since       numbers  archived   holes  waiting  never asked  at least"
    for gap in found.languages:
        yield (
            f"{gap.language:<8}  {(gap.since or '?')[:7]:<7}  {gap.numbers:>10,}  {gap.archived:>8,}"
            f"  {gap.holes:>6,}  {gap.waiting:>7,}  {gap.never_asked:>11,}  {_format_share(gap.at_least):>8}"
        )
    yield ""
    yield bold("How that is known")
    for text in _list_reasons(found):
        yield from _wrap(text, "  ")
    yield ""
    yield bold("Estimate by capture and recapture (Chapman)")
    for text in _list_estimates(found):
        yield from _wrap(text, "  ")
    worst = sorted(found.months, key=lambda gap: (-gap.never_asked - gap.waiting, gap.month, gap.language))
    shown = [gap for gap in worst[:months] if gap.never_asked or gap.waiting]
    if shown:
        yield ""
        yield bold("The months that lack most")
        yield "month    language  numbers         archived  holes  waiting  never asked   days"
        yield from (_format_month(gap) for gap in shown)
    yield ""
    yield from _list_advice(found)


def _format_month(gap: MonthGap) -> str:
    bounds = f"{gap.first_id}..{gap.last_id}"
    days = f"{gap.days_read}/{gap.days}"
    return (
        f"{gap.month:<7}  {gap.language:<8}  {bounds:<14}  {gap.archived:>8,}  {gap.holes:>5,}  {gap.waiting:>7,}"
        f"  {gap.never_asked:>11,}  {days:>5}"
    )


def _list_reasons(found: Gaps) -> Iterator[str]:
    passed = f" ({format_count(found.out_of_order, 'date')} out of order passed over)" if found.out_of_order else ""
    yield (
        f"Numbers and dates rise together: {format_count(found.anchors, 'dated number')}{passed} say in which month "
        f"each "
        f"number between them was given out. A language counts from its first article here to number {found.last_id}, "
        "the last one seen. A hole was asked for and is no article. What was never asked for may be either: “at least” "
        "takes it all for articles."
    )
    for gap in found.languages:
        if gap.likely is not None:
            yield (
                f"{gap.language}: of {format_count(gap.tried, 'number')} that walks asked for "
                f"{gap.tried_articles:,} are "
                f"articles ({gap.tried_articles / gap.tried:.0%}). If the others are so as often, the archive holds "
                f"{_format_share(gap.likely)}."
            )
    untried = [gap.language for gap in found.languages if gap.likely is None]
    if untried:
        yield f"{', '.join(untried)}: too few numbers were walked over to say how many of the others are holes."
    days, read = sum(gap.days for gap in found.months), sum(gap.days_read for gap in found.months)
    yield f"Listings of days that walks read: {read:,} of {days:,}, counting each language."
    outside = sum(gap.without_number for gap in found.languages)
    if outside:
        yield (
            f"{format_count(outside, 'article')} without a number cannot be counted so, and stand only in the estimate."
        )


def _list_estimates(found: Gaps) -> Iterator[str]:
    few = []
    for gap in found.languages:
        if gap.estimate is None:
            few.append(f"{gap.language} {gap.both}")
        else:
            yield f"{gap.language}: {_list_vias(gap)}: about {_format_range(gap.estimate)}."
    if found.estimate is not None:
        if len([gap for gap in found.languages if gap.estimate is not None]) > 1:
            yield f"Together about {_format_range(found.estimate)}, {found.estimate.met:,} of them met here."
        yield (
            "Rather more than that, if anything: See also, feeds and listings favour the same recent articles, and the "
            "formula takes them for independent."
        )
    if few:
        yield f"Too few articles were met both ways for an estimate (seven are needed): {', '.join(few)}."


def _list_vias(gap: LanguageGap) -> str:
    return (
        f"See also named {gap.see_also:,} of the articles here, feeds, listings and walks {gap.other_ways:,}, "
        f"both {gap.both:,}"
    )


def _format_range(estimate: Estimate) -> str:
    # Rounded outwards: an interval must not become narrower than it is.
    return f"{estimate.total:,.0f} articles (95 %: {math.floor(estimate.low):,} to {math.ceil(estimate.high):,})"


def _list_advice(found: Gaps) -> Iterator[str]:
    waiting = sum(gap.waiting for gap in found.languages)
    if found.proposal is None:
        yield "Every number was asked for." if not waiting else "Every number was met."
        if waiting:
            yield f"Next: seealso crawl {found.site}{archive_option(common().archive)}   # {waiting:,} wait"
        return
    plan = found.proposal
    yield from _wrap(
        f"Largest gap: {'numbers' if plan.option == '--ids' else 'days'} {plan.range}, {plan.requests:,} never asked "
        f"for in {', '.join(plan.languages)}. At the site's pace that takes {_format_time(plan.seconds)}; it may be "
        f"stopped "
        "at any time, and the same command goes on."
    )
    yield f"Next: {_format_command(found.site, plan)}"


def _format_command(site: str, plan: Proposal) -> str:
    languages = ",".join(plan.languages)
    return f"seealso crawl {site}{archive_option(common().archive)} {plan.option} {plan.range} --languages {languages}"


def _format_share(value: float) -> str:
    """Return a share in per cent, never rounded up to all of it nor down to nothing."""
    if 0 < value < 0.001:
        return "< 0.1 %"
    return f"{math.floor(value * 1000) / 10:.1f} %"


def _format_time(seconds: float) -> str:
    for unit, size in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} seconds"


def _wrap(text: str, indent: str = "") -> Iterator[str]:
    columns = min(PIPE_COLUMNS, terminal_width() or PIPE_COLUMNS) - len(indent)
    yield from (indent + line for line in wrap_paragraph(text, columns))
