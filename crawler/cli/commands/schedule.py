"""``seealso schedule``: installs, lists and removes schedules of cron or systemd that crawl."""

from __future__ import annotations

import re
import shlex
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import SuggestingGroup, common_options, get_common_options
from crawler.cli.options.unattended import IntervalType
from crawler.cli.output import complain, print_rows, row_options, say, set_log_format, to_one_line
from crawler.cli.text_layout import format_instant
from crawler.errors import CrawlerError
from crawler.operations.schedule.interval import format_interval

if TYPE_CHECKING:
    from crawler.operations.schedule.plan import CrawlSchedule, Variable

RESERVED_OPTIONS = ("--archive", "--sites", "--if-due")
"""Options of the crawl that the schedule sets itself."""
PASSWORD_IN_ADDRESS = re.compile(r"//[^/\s@]*:[^/\s@]*@")
CHECKED_OPTIONS = (
    *("max_articles", "max_depth", "since", "delay", "mirror", "refresh", "revisits"),
    *("by_day", "ids", "quiet_hours", "daily_cap"),
)
"""Options of the crawl that are tried out when it is scheduled."""


@click.group(cls=SuggestingGroup, short_help="Crawl every so often, by cron or systemd.")
@common_options
def schedule() -> None:
    """Crawl every so often, by cron or by systemd's user timers."""


@schedule.command(short_help="Write a schedule, or change it.")
@click.argument("site", required=False)
@click.argument("options", metavar="[-- CRAWL OPTIONS]", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--every", type=IntervalType(), default="6h", show_default=True, metavar="6h", help="Crawl so often: 30m, 1d, 1w."
)
@click.option(
    "--with",
    "using",
    type=click.Choice(["cron", "systemd"]),
    help="Use this one.  [default: cron where there is one, else systemd]",
)
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
@common_options
def install(site: str | None, options: tuple[str, ...], every: timedelta, using: str | None, dry_run: bool) -> None:
    """Have SITE crawled into the archive every so often; SITE may be left out while the archive has only one.

    The same command again changes nothing; with another --every it changes that. What stands after -- is given to
    seealso crawl, as in: seealso schedule install asianews --every 6h -- --max-articles 500 --notify 'CMD'.
    """
    from crawler.operations.schedule.environment import read_environment
    from crawler.operations.schedule.plan import CannotSchedule, CrawlSchedule
    from crawler.sites.sources import list_chosen_folders

    if site is not None and site.startswith("-"):  # it was left out before --
        options, site = (site, *options), None
    _refuse_list(options, every)
    name = _find_site(site)
    plan = CrawlSchedule(
        site=name,
        archive=get_common_options().archive.absolute(),
        every=every,
        folder=Path.cwd(),
        site_folders=list_chosen_folders(),
        options=_check_crawl_options(name, options),
        environment=read_environment(),
    )
    mirrored = any(word.split("=")[0] == "--mirror" for word in options)
    scheduler = _find_scheduler(using)
    missing = "neither cron (crontab) nor systemd user timers are" if using is None else f"{using} is not"
    advice = f"{missing} here: install cron, or have another scheduler run every hour: {shlex.join(plan.command)}"
    if dry_run:
        if scheduler is None:
            complain(advice)
        shown = scheduler or using or "cron"
        _print_plan(plan, shown)
        _warn(plan, shown, mirrored)
        return
    if scheduler is None:
        raise CannotSchedule(advice)
    _install(plan, scheduler)
    _warn(plan, scheduler, mirrored)
    if scheduler == "systemd":
        say("User timers run while you are logged in; for always: loginctl enable-linger")


def _find_scheduler(using: str | None) -> str | None:
    """Return the scheduler that is asked for, else the first one, if it is on this machine; None where it is not."""
    from crawler.operations.schedule import cron, systemd

    if using != "systemd" and cron.is_available():
        return "cron"
    if using != "cron" and systemd.is_available():
        return "systemd"
    return None


def _install(plan: CrawlSchedule, scheduler: str) -> None:
    """Write a schedule, take a former one by the other scheduler away, and say so."""
    from crawler.operations.schedule import cron, systemd

    if scheduler == "cron":
        is_changed = cron.install(plan)
        other, is_removed = "systemd", systemd.remove(plan.name)
    else:
        is_changed = systemd.install(plan)
        other, is_removed = "cron", cron.is_available() and cron.remove(plan.name)
    if is_removed:
        say(f"the former schedule by {other} was taken away")
    click.echo(
        f"{plan.site} is crawled into {plan.archive} every {format_interval(plan.every)}, by {scheduler}"
        + ("" if is_changed else ": it was so already")
    )


@schedule.command(short_help="Show the schedules of this user.")
@row_options
@common_options
def show(as_json: bool, as_jsonl: bool) -> None:
    """Show the schedules of this user, when each crawled last, and whether one that was expected did not begin."""
    from crawler.operations.schedule import cron, systemd
    from crawler.operations.schedule.missed_crawls import list_scheduled_crawls, select_overdue

    plans = [*(cron.list_installed() if cron.is_available() else []), *systemd.list_installed()]
    rows: list[dict[str, Any]] = []
    now = datetime.now(UTC)
    for plan in plans:
        archive, every = plan.find_option_value("--archive"), plan.find_option_value("--if-due")
        site = plan.site
        crawls = list_scheduled_crawls(Path(archive), now) if archive else []
        overdue_since = [crawl.expected_by for crawl in select_overdue(crawls) if crawl.site == site]
        last = _describe_last_run(Path(archive), site) if archive else None
        rows.append(
            {"name": plan.name, "by": plan.by, "site": site, "every": every, "archive": archive}
            | {"last_run": last, "overdue_since": next(iter(overdue_since), None), "command": plan.command}
        )
    if print_rows(rows, as_json=as_json, as_jsonl=as_jsonl):
        return
    for row in rows:
        last = f"last crawl {format_instant(row['last_run'])}" if row["last_run"] else "never crawled yet"
        if row["overdue_since"]:
            last += f"; OVERDUE, expected by {format_instant(row['overdue_since'])}"
        click.echo(
            f"{row['site']}  every {row['every']} into {to_one_line(row['archive'] or '?')}, by {row['by']}; {last}"
        )
        click.echo(f"  {to_one_line(row['command'])}")
    if not rows:
        say("nothing is scheduled; seealso schedule install SITE --every 6h does it")


@schedule.command(short_help="Take a schedule away.")
@click.argument("site", required=False)
@click.option("--dry-run", is_flag=True, help="Print what would be taken away, and change nothing.")
@common_options
def remove(site: str | None, dry_run: bool) -> None:
    """Take the schedule of SITE into the archive away; nothing else in the crontab or among the units is touched.

    SITE may be left out while the archive has only one.
    """
    from crawler.operations.schedule import cron, systemd
    from crawler.operations.schedule.plan import make_schedule_name

    site = _find_site(site)
    archive = get_common_options().archive.absolute()
    name = make_schedule_name(site, archive)
    if dry_run:
        plans = [*(cron.list_installed() if cron.is_available() else []), *systemd.list_installed()]
        messages = [f"{plan.by}: {to_one_line(plan.command)}" for plan in plans if plan.name == name]
    else:
        removals = {"cron": cron.is_available() and cron.remove(name), "systemd": systemd.remove(name)}
        messages = [f"the schedule of {site} into {archive} by {by} was taken away" for by in removals if removals[by]]
    for message in messages:
        click.echo(message)
    if not messages:
        say(f"nothing is scheduled for {site} into {archive}; seealso schedule show lists what is")


def _find_site(name: str | None) -> str:
    """Return the site of that name; without one, the only site of the archive, or the only one that is known."""
    from crawler.archive.runs.adopted_sites import read_adopted_sites
    from crawler.operations.schedule.only_site import list_archive_sites
    from crawler.sites.registry import find_site, load_known_sites

    archive = get_common_options().archive
    if name is None:
        names = list_archive_sites(archive.absolute()) or list(load_known_sites())
        if len(names) != 1:
            raise click.UsageError(
                f"name a site, {to_one_line(str(archive))} has not exactly one: {', '.join(names) or 'none is known'}"
            )
        name = names[0]
    return find_site(name, *read_adopted_sites(archive)).name


def _refuse_list(words: Sequence[str], every: timedelta) -> None:
    """Raise CannotSchedule for a crawl of a list, with the line for a scheduler, and UsageError for its options."""
    from crawler.operations.schedule.plan import CannotSchedule, find_program

    names = {word.split("=")[0] for word in words}
    if "--list" in names:
        command = shlex.join([*find_program(), "crawl", *words, "--if-due", format_interval(every)])
        command = f"cd {shlex.quote(str(Path.cwd()))} && {command}"
        raise CannotSchedule(
            f"a schedule is of one site; a list needs none: let cron or a timer run this once an hour: {command}"
        )
    if of_lists := names & {"--together", "--work", "--again", "--engine", "--jobs", "--scheduler"}:
        raise click.UsageError(f"{min(of_lists)} is for crawls of many sites, and a schedule is of one")


def _check_crawl_options(site: str, options: tuple[str, ...]) -> tuple[str, ...]:
    """Return the options for ``seealso crawl``, checked, with the contact from the environment, which cron lacks.

    Raises what the crawl would raise each time: for an address of another site, a mirror that is no template, a range
    that the site does not declare, a value that means nothing.
    """
    from crawler.archive.runs.adopted_sites import read_adopted_sites
    from crawler.cli.commands.crawl import crawl
    from crawler.crawl.fetching.spider import make_start_links
    from crawler.crawl.network.mirror import Mirror
    from crawler.crawl.options import CrawlOptions, read_languages
    from crawler.sites.registry import find_site

    reserved = [word for word in options if word.split("=")[0] in RESERVED_OPTIONS]
    if reserved:
        raise click.UsageError(f"{reserved[0]} belongs before --: the schedule sets it itself")
    try:
        parameters = crawl.make_context("seealso crawl", [site, *options]).params
    finally:
        set_log_format("text")  # the option of the crawl to come, not of this command
    crawl_options = CrawlOptions(
        site=site,
        urls=tuple(parameters["urls"]),
        languages=read_languages(parameters["languages"] or ""),
        contact=parameters["contact"] or None,
        **{name: parameters[name] for name in CHECKED_OPTIONS},
    )
    known_site = find_site(site, *read_adopted_sites(get_common_options().archive))
    make_start_links(known_site, crawl_options)
    if crawl_options.mirror is not None:
        Mirror(crawl_options.mirror, known_site.origin)
    has_contact = any(word.split("=")[0] == "--contact" for word in options)
    return options if has_contact or not parameters["contact"] else (*options, "--contact", parameters["contact"])


def _warn(plan: CrawlSchedule, using: str, mirrored: bool) -> None:
    """Print a line for each reason why crawls of the live site would not begin, and for what is kept in a file."""
    from crawler.operations.schedule.environment import find_environment_file

    for line in () if mirrored else _iter_obstacles(plan):
        complain(line)
    if any(PASSWORD_IN_ADDRESS.search(word) for word in plan.options):
        complain("an option holds a password, which others on this machine see in the list of processes meanwhile")
    names = [variable.name for variable in _select_file_variables(plan, using)]
    if names:
        path = find_environment_file(plan.name)
        complain(f"{', '.join(names)} of your environment in {path}, which only you can read")


def _select_file_variables(plan: CrawlSchedule, using: str) -> tuple[Variable, ...]:
    from crawler.operations.schedule import cron, systemd

    return cron.select_file_variables(plan) if using == "cron" else systemd.select_file_variables(plan)


def _iter_obstacles(plan: CrawlSchedule) -> Iterator[str]:
    """Yield the reasons why crawls of the live site would not begin."""
    from crawler.cli.mixing import refuse_crawl
    from crawler.crawl.fetching.contact import find_contact

    has_contact = any(word.split("=")[0] == "--contact" for word in plan.options)
    if not has_contact and find_contact(plan.archive) is None:
        yield "the crawls will not begin without a contact: install it again with -- --contact ADDRESS"
    try:
        refuse_crawl(plan.archive)
    except CrawlerError as error:
        yield f"the crawls will not begin: {error}"


def _print_plan(plan: CrawlSchedule, using: str) -> None:
    from crawler.operations.schedule import cron, systemd
    from crawler.operations.schedule.environment import find_environment_file, make_file_text

    if using == "cron":
        for line in cron.preview(plan):
            click.echo(line)
    else:
        for name, text in systemd.make_units(plan).items():
            click.echo(f"# {systemd.find_unit_folder() / name}\n{text}")
    if variables := _select_file_variables(plan, using):
        text = make_file_text(plan.name, variables, is_masked=True)
        click.echo(f"# {find_environment_file(plan.name)}, for you alone:\n{text}", nl=False)


def _describe_last_run(archive: Path, site: str) -> str | None:
    from crawler.archive.opening import connect_unchecked
    from crawler.archive.runs.summary import find_last_start

    if not archive.is_file():
        return None
    try:
        with closing(connect_unchecked(archive)) as conn:
            return find_last_start(conn, site)
    except (sqlite3.Error, CrawlerError):
        return None
