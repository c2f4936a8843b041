"""``seealso gaps``: what the archive lacks of a site, how that is known, and which walk would fill the largest gap."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.app import common, common_options
from crawler.cli.layout import width, wrap
from crawler.cli.output import as_data, bold, json_option, number, print_json
from crawler.cli.parameters import existing_archive
from crawler.cli.summary import archive_option

if TYPE_CHECKING:
    from crawler.archive.gaps import Gaps, LanguageGap, MonthGap, Proposal
    from crawler.archive.recapture import Estimate

COLUMNS = 80


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
    from crawler.registry import find_site, sites

    wanted = [find_site(site)] if site is not None else list(sites())
    with existing_archive() as archive:
        if site is None:
            here = {name for (name,) in archive.db.execute("SELECT DISTINCT site FROM articles")}
            wanted = [each for each in wanted if each.name in here]
        found = [archive.gaps(each) for each in wanted]
    if as_json:
        print_json({"sites": [_data(each) for each in found]})
        return
    if not found:
        click.echo("no articles yet: make some with seealso crawl SITE")
    for place, each in enumerate(found):
        if place:
            click.echo()
        for line in _lines(each, months):
            click.echo(line)


def _data(found: Gaps) -> dict[str, Any]:
    data: dict[str, Any] = as_data(found)
    for row, language in zip(data["languages"], found.languages, strict=True):
        row["holds_at_least"] = language.at_least
        row["holds_likely"] = language.likely
    if found.proposal is not None:
        data["proposal"]["command"] = _command(found.site, found.proposal)
    return data


def _lines(found: Gaps, months: int) -> Iterator[str]:
    if not found.languages:
        yield from _wrap(
            f"{found.site}: {number(found.articles, 'article')}, and none with both a number and a date: "
            "there is nothing to compare with"
        )
        return
    yield bold(
        f"{found.site}: {number(found.articles, 'article')}, numbers {found.first_id} to {found.last_id}, "
        f"{found.first_day} to {found.last_day}"
    )
    yield ""
    yield "language  since       numbers  archived   holes  waiting  never asked  at least"
    for each in found.languages:
        yield (
            f"{each.language:<8}  {(each.since or '?')[:7]:<7}  {each.numbers:>10,}  {each.archived:>8,}"
            f"  {each.holes:>6,}  {each.waiting:>7,}  {each.never_asked:>11,}  {_share(each.at_least):>8}"
        )
    yield ""
    yield bold("How that is known")
    for text in _reasons(found):
        yield from _wrap(text, "  ")
    yield ""
    yield bold("Estimate by capture and recapture (Chapman)")
    for text in _estimates(found):
        yield from _wrap(text, "  ")
    worst = sorted(found.months, key=lambda each: (-each.never_asked - each.waiting, each.month, each.language))
    shown = [each for each in worst[:months] if each.never_asked or each.waiting]
    if shown:
        yield ""
        yield bold("The months that lack most")
        yield "month    language  numbers         archived  holes  waiting  never asked   days"
        yield from (_month(each) for each in shown)
    yield ""
    yield from _advice(found)


def _month(each: MonthGap) -> str:
    bounds = f"{each.first_id}..{each.last_id}"
    days = f"{each.days_read}/{each.days}"
    return (
        f"{each.month:<7}  {each.language:<8}  {bounds:<14}  {each.archived:>8,}  {each.holes:>5,}  {each.waiting:>7,}"
        f"  {each.never_asked:>11,}  {days:>5}"
    )


def _reasons(found: Gaps) -> Iterator[str]:
    passed = f" ({number(found.out_of_order, 'date')} out of order passed over)" if found.out_of_order else ""
    yield (
        f"Numbers and dates rise together: {number(found.anchors, 'dated number')}{passed} say in which month each "
        f"number between them was given out. A language counts from its first article here to number {found.last_id}, "
        "the last one seen. A hole was asked for and is no article. What was never asked for may be either: “at least” "
        "takes it all for articles."
    )
    for each in found.languages:
        if each.likely is not None:
            yield (
                f"{each.language}: of {number(each.tried, 'number')} that walks asked for {each.tried_articles:,} are "
                f"articles ({each.tried_articles / each.tried:.0%}). If the others are so as often, the archive holds "
                f"{_share(each.likely)}."
            )
    untried = [each.language for each in found.languages if each.likely is None]
    if untried:
        yield f"{', '.join(untried)}: too few numbers were walked over to say how many of the others are holes."
    days, read = sum(each.days for each in found.months), sum(each.days_read for each in found.months)
    yield f"Listings of days that walks read: {read:,} of {days:,}, counting each language."
    outside = sum(each.without_number for each in found.languages)
    if outside:
        yield f"{number(outside, 'article')} without a number cannot be counted so, and stand only in the estimate."


def _estimates(found: Gaps) -> Iterator[str]:
    few = []
    for each in found.languages:
        if each.estimate is None:
            few.append(f"{each.language} {each.both}")
        else:
            yield f"{each.language}: {_ways(each)}: about {_range(each.estimate)}."
    if found.estimate is not None:
        if len([each for each in found.languages if each.estimate is not None]) > 1:
            yield f"Together about {_range(found.estimate)}, {found.estimate.met:,} of them met here."
        yield (
            "Rather more than that, if anything: See also, feeds and listings favour the same recent articles, and the "
            "formula takes them for independent."
        )
    if few:
        yield f"Too few articles were met both ways for an estimate (seven are needed): {', '.join(few)}."


def _ways(each: LanguageGap) -> str:
    return (
        f"See also named {each.see_also:,} of the articles here, feeds, listings and walks {each.other_ways:,}, "
        f"both {each.both:,}"
    )


def _range(estimate: Estimate) -> str:
    # Rounded outwards: an interval must not become narrower than it is.
    return f"{estimate.total:,.0f} articles (95 %: {math.floor(estimate.low):,} to {math.ceil(estimate.high):,})"


def _advice(found: Gaps) -> Iterator[str]:
    waiting = sum(each.waiting for each in found.languages)
    if found.proposal is None:
        yield "Every number was asked for." if not waiting else "Every number was met."
        if waiting:
            yield f"Next: seealso crawl {found.site}{archive_option(common().archive)}   # {waiting:,} wait"
        return
    plan = found.proposal
    yield from _wrap(
        f"Largest gap: {'numbers' if plan.option == '--ids' else 'days'} {plan.range}, {plan.requests:,} never asked "
        f"for in {', '.join(plan.languages)}. At the site's pace that takes {_time(plan.seconds)}; it may be stopped "
        "at any time, and the same command goes on."
    )
    yield f"Next: {_command(found.site, plan)}"


def _command(site: str, plan: Proposal) -> str:
    languages = ",".join(plan.languages)
    return f"seealso crawl {site}{archive_option(common().archive)} {plan.option} {plan.range} --languages {languages}"


def _share(value: float) -> str:
    """Return a share in per cent, never rounded up to all of it nor down to nothing."""
    if 0 < value < 0.001:
        return "< 0.1 %"
    return f"{math.floor(value * 1000) / 10:.1f} %"


def _time(seconds: float) -> str:
    for unit, size in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} seconds"


def _wrap(text: str, indent: str = "") -> Iterator[str]:
    columns = min(COLUMNS, width() or COLUMNS) - len(indent)
    yield from (indent + line for line in wrap(text, columns))
