"""The options of a crawl of many sites, each into an archive of its own."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
from click.core import ParameterSource

from crawler.cli.common import CommandT, get_common_options
from crawler.cli.many_sites import crawl_listed_sites, list_plain_sites
from crawler.cli.options.engine import ENGINE_NAMES, WHERE, refuse_scheduler, scheduler_option
from crawler.cli.options.paths import PathType
from crawler.cli.options.types import NumberType
from crawler.engines.choice import EngineChoice
from crawler.operations.schedule.interval import format_interval

if TYPE_CHECKING:
    from crawler.engines import EngineName

OF_THE_LIST = ("site_list", "work", "engine", "jobs", "scheduler", "again", "together", "as_json")
"""Parameters that say how the list is crawled; all others are handed on to the crawl of each site."""
REFUSED = {
    "metrics": "each archive has its own: seealso status --metrics FILE --archive DIR/SITE/archive.db",
    "log_file": "each site has its own, DIR/SITE/crawl.log",
}


def many_sites_options(command: CommandT) -> CommandT:
    """Give a crawl ``--list`` and the options that go with it; with a list, the command itself is not called."""

    @functools.wraps(command)
    def crawl_one_or_many(
        *positional: Any,
        site: str | None,
        urls: tuple[str, ...],
        site_list: str | None,
        work: Path | None,
        engine: EngineName | None,
        jobs: int | None,
        scheduler: str | None,
        again: bool,
        as_json: bool,
        **options: Any,
    ) -> Any:
        context = click.get_current_context()
        if options["together"] is not None:
            _refuse(context, ("if_due",), "is for one site, or for --work")
        if site_list is None:
            _refuse(context, ("work", "engine", "jobs", "scheduler", "again"), "is for --list")
            if site is None:
                raise click.MissingParameter(ctx=context, param=_find_parameter(context, "site"))
            return command(*positional, site=site, urls=urls, as_json=as_json, **options)
        if site is not None:
            raise click.UsageError("--list names the sites: give no other")
        if work is None:
            if options["together"] is None:
                raise click.UsageError("--list needs --work DIR, the folder of the archives, or --together N")
            _refuse(context, ("engine", "jobs", "scheduler", "again"), "is for --work DIR")
            site, *others = list_plain_sites(site_list)
            return command(*positional, site=site, urls=tuple(others), as_json=as_json, **options)
        _refuse(context, ("together",), "is for one archive: give no --work")
        refuse_scheduler(engine or "local", scheduler, jobs)
        for name, advice in REFUSED.items():
            _refuse(context, (name,), f"is not for --list: {advice}")
        return crawl_listed_sites(
            context.command,
            site_list,
            work,
            list(_iter_arguments(context)),
            engine=EngineChoice(name=engine or "local", jobs=jobs, scheduler=scheduler),
            again=again,
            may_be_due=options.get("if_due") is not None,
            asks_contact=options.get("contact") is None and options.get("mirror") is None,
            as_json=as_json,
        )

    command_with_options: Any = crawl_one_or_many
    for option in (
        click.option(
            "--together",
            type=NumberType(1, 20),
            metavar="N",
            help="Crawl several sites, names and addresses, into one archive, N of them at a time, in this process.",
        ),
        click.option("--again", is_flag=True, help="With --list: crawl sites again that are finished."),
        scheduler_option,
        click.option(
            "--jobs",
            type=NumberType(1, 1000),
            metavar="N",
            help="With --list: crawl N sites at a time.  [default: as many as there are cores]",
        ),
        click.option("--engine", type=ENGINE_NAMES, help=f"With --list: crawl {WHERE}"),
        click.option(
            "--work",
            type=PathType(file_okay=False),
            metavar="DIR",
            help="With --list: the folder of the archives, DIR/SITE/archive.db, on a disk that all machines share.",
        ),
        click.option(
            "--list",
            "site_list",
            metavar="FILE",
            help="Crawl many sites, each into an archive of its own: a file with a site a line, or NAME,NAME.",
        ),
    ):
        command_with_options = option(command_with_options)
    return cast(CommandT, command_with_options)


def _iter_arguments(context: click.Context) -> Iterator[str]:
    """Yield the options that were given, as the crawl of one site takes them."""
    for folder in get_common_options().site_folders:
        yield from ("--sites", str(folder.resolve()))
    yield from ["-v"] * get_common_options().verbose
    for parameter in context.command.params:
        name, value = parameter.name or "", context.params.get(parameter.name or "")
        is_set = context.get_parameter_source(name) in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
        if not isinstance(parameter, click.Option) or name in OF_THE_LIST or value is None or not is_set:
            continue
        if parameter.is_flag:
            yield parameter.opts[0] if value else parameter.secondary_opts[0]
        else:
            yield from (parameter.opts[0], format_interval(value) if name == "if_due" else str(value))


def _refuse(context: click.Context, names: tuple[str, ...], reason: str) -> None:
    for name in names:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{_find_parameter(context, name).opts[0]} {reason}")


def _find_parameter(context: click.Context, name: str) -> click.Parameter:
    return next(parameter for parameter in context.command.params if parameter.name == name)
