"""The command group: lists the commands, and turns every failure into one line and an exit code.

Exit codes: 0 all well; 1 usage or unexpected error; 2 finished, but with problems that need a person; 3 another run
holds the archive; 4 the site refused us; 5 the site could not be reached; 6 layout alarm; 130 interrupted; 141 the
reader of a pipe left.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import click

from crawler.cli.common import EXIT_NEEDS_PERSON, INTERRUPTED, SuggestingGroup, add_common_options
from crawler.cli.output import complain, complain_of_warnings, set_log_format, to_one_line
from crawler.errors import BadQuery, BadSiteFile, CrawlerError
from crawler.system.full_disk import FULL_DISK_ERRORS
from crawler.system.interruption import raise_on_signal, was_interrupted

BROKEN_PIPE = 141
"""What a shell reports for a program that a closed pipe ended."""


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command as the help of the group shows it, so that ``--help`` imports none."""

    name: str
    """Name of the command and of its function."""
    module: str
    """Name of its module in :mod:`crawler.cli.commands`."""
    short_help: str
    """The same as the command's own; a test compares them."""


SECTIONS = {
    "Grow an archive": (
        CommandEntry("demo", "demo", "Crawl a small practice site on this machine."),
        CommandEntry("crawl", "crawl", "Crawl a site into the archive."),
        CommandEntry("schedule", "schedule", "Crawl every so often, by cron or systemd."),
        CommandEntry("ingest", "ingest", "Take pages from WARC, WACZ and other saved files."),
        CommandEntry("gaps", "gaps", "Show what the archive lacks of a site, and how to fill it."),
        CommandEntry("site", "site", "Make, check and test the file of a site."),
        CommandEntry("sites", "sites", "List the sites known, and how they do."),
    ),
    "Read it": (
        CommandEntry("search", "search", "Search the archive."),
        CommandEntry("show", "show", "Show one article, its printed words and its links."),
        CommandEntry("read", "read", "Show how one page is read; archive nothing."),
        CommandEntry("serve", "serve", "Browse the archive with Datasette."),
        CommandEntry("searches", "searches", "Offer searches, each with a feed, on the first page."),
    ),
    "Study it": (
        CommandEntry("kwic", "kwic", "Show every occurrence of a query in its context."),
        CommandEntry("timeline", "timeline", "Count what a query finds in every day, month or year."),
        CommandEntry("words", "words", "List the words of a query's articles."),
        CommandEntry("collocations", "vocabulary", "Show the words that stand around a query's hits."),
        CommandEntry("keyness", "vocabulary", "Show the words that a query's articles use more than others."),
        CommandEntry("names", "names", "List names in texts, and which are named together."),
        CommandEntry("copies", "copies", "List who has whose text: copies, near copies, shared text."),
        CommandEntry("graph", "graph", "Follow See also links; export the graph."),
        CommandEntry("export", "export", "Write articles for other programs."),
        CommandEntry("snapshot", "snapshot", "Freeze a result, and see later what has changed."),
        CommandEntry("notes", "notes", "Write notes on articles and passages."),
        CommandEntry("tags", "tags", "List and rename the tags of notes."),
        CommandEntry("codes", "codes", "Code articles: codebook, sheets, agreement."),
        CommandEntry("cite", "cite", "Cite an article, a version of it, or a snapshot."),
    ),
    "Look after it": (
        CommandEntry("status", "status", "Show runs, queue, coverage, filled fields, problems."),
        CommandEntry("verify", "verify", "Check the archive end to end."),
        CommandEntry("doctor", "doctor", "Find what is wrong with the installation or archive."),
        CommandEntry("backup", "backup", "Copy the archive and its WARC files, even while a crawl runs."),
        CommandEntry("rebuild", "rebuild", "Make a lost archive anew from its WARC files."),
        CommandEntry("archive", "archive", "Make one archive of several, or split one by sites."),
        CommandEntry("authors", "authors", "List the authors; merge, split and rename them."),
        CommandEntry("places", "places", "List the places; locate, merge, split and rename them."),
        CommandEntry("reread", "reread", "Read stored pages again with today's rules."),
        CommandEntry("forget", "forget", "Erase an article everywhere, for good."),
    ),
}
"""Heading of the help → its commands, in the order in which they are shown."""
COMMANDS = {entry.name: entry for section in SECTIONS.values() for entry in section}
OTHER_NAMES = {
    "snapshots": "snapshot",
    "author": "authors",
    "schedules": "schedule",
    "archives": "archive",
    "concordance": "kwic",
    "collocates": "collocations",
    "keywords": "keyness",
}
"""What is also understood, and shown nowhere: one and several of the same thing, and what the browser calls it."""

RESUMABLE_COMMANDS = ("demo", "crawl", "reread", "ingest")
"""Commands that keep what they have done when they are interrupted, and do the rest when they are called again."""


class PipeClosed(Exception):
    """The reader of a pipe has closed it: nothing can be printed."""


class Interrupted(Exception):
    """A resumable command was interrupted: the same command goes on from there."""


class CommandGroup(SuggestingGroup):
    """Loads a command when it is called, and ends the process with the project's own exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, section in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(entry.name, entry.short_help) for entry in section])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(OTHER_NAMES.get(cmd_name, cmd_name))
        if entry is None:
            return None
        command = getattr(importlib.import_module(f"crawler.cli.commands.{entry.module}"), entry.name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:  # click would end the process itself, with 1
            raise PipeClosed from error
        except (click.Abort, KeyboardInterrupt) as error:
            if ctx.invoked_subcommand in RESUMABLE_COMMANDS:
                raise Interrupted from error
            raise

    # click's own has more parameters, and returns when standalone_mode is off; this one always exits
    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        """Run one command and exit; raises SystemExit and no other exception."""
        sys.exit(self._run(args, prog_name or "seealso", extra))

    def _run(self, args: Sequence[str] | None, prog_name: str, extra: dict[str, Any]) -> int:
        extra.pop("standalone_mode", None)
        set_log_format("text")
        try:
            _make_streams_lenient()
            with raise_on_signal(), complain_of_warnings("crawler.sites"):
                outcome = super().main(args=args, prog_name=prog_name, standalone_mode=False, **extra)
                sys.stdout.flush()
        except (click.Abort, KeyboardInterrupt):
            complain("interrupted")
            return INTERRUPTED
        except Interrupted:
            click.echo(err=True)  # as click does it, after the terminal's ^C
            complain("interrupted; everything kept so far is kept, and the same command goes on from there")
            return INTERRUPTED
        except Exception as error:  # the contract: no traceback ever reaches a user
            if was_interrupted():  # a library took the interruption for an error of its own
                complain("interrupted")
                return INTERRUPTED
            return _report_error(error)
        if was_interrupted() and outcome in (None, 0, EXIT_NEEDS_PERSON):
            return INTERRUPTED
        return outcome if isinstance(outcome, int) else 0


def _report_error(error: Exception) -> int:
    """Print one line about an error that ended a command, and return the exit code."""
    if isinstance(error, click.ClickException):
        return _report_usage_error(error)
    if isinstance(error, CrawlerError):
        complain(str(error), error.below if isinstance(error, BadQuery | BadSiteFile) else ())
        return error.exit_code
    if isinstance(error, PipeClosed | BrokenPipeError):
        _silence_broken_pipe()
        return BROKEN_PIPE
    return _report_unexpected(error)


def _report_usage_error(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return 1
    advice = f" (see {context.command_path} --help)" if isinstance(context, click.Context) else ""
    if isinstance(error, click.NoSuchOption) and context is not None and _takes_query(context.command, error):
        advice = f"; a query that begins with a minus sign comes after two dashes: {context.command_path} -- …{advice}"
    complain(to_one_line(error.format_message()).rstrip(".") + advice)
    return 1


def _takes_query(command: click.Command, error: click.NoSuchOption) -> bool:
    """Return True if what was taken for an option of one dash may have been the beginning of a query."""
    one_dash = not error.option_name.startswith("--")
    return one_dash and any(parameter.name == "query" for parameter in command.params)


def _report_unexpected(error: Exception) -> int:
    if os.environ.get("SEEALSO_DEBUG", "") not in ("", "0"):
        traceback.print_exc()
        return 1
    if isinstance(error, OSError) and error.strerror:
        complain(_describe_os_error(error))
    else:
        complain(f"unexpected {type(error).__name__}: {error} (SEEALSO_DEBUG=1 shows where)")
    return 1


def _describe_os_error(error: OSError) -> str:
    reason = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    if isinstance(error, FileNotFoundError) and _is_folder_gone():
        return "the folder that this was started in is gone: change into another one (cd), then try again"
    return f"{reason}: make room, then try again" if error.errno in FULL_DISK_ERRORS else str(reason)


def _is_folder_gone() -> bool:
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


def _make_streams_lenient() -> None:
    # Where standard input was closed (<&-), nothing is read, and no file takes its number.
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115  # until the process ends
    # Where standard output was closed (>&-), what is printed goes nowhere.
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # until the process ends
    # A terminal that cannot show a letter gets its code, not a failure (PYTHONIOENCODING=ascii, old consoles).
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _silence_broken_pipe() -> None:
    # The interpreter flushes standard output once more when it ends, and would complain about the same closed pipe.
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, io.UnsupportedOperation):
        return


def _show_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from crawler import __version__  # looked up among the installed distributions: only when it is asked for

        click.echo(f"seealso {__version__}")
        ctx.exit()


@click.group(
    cls=CommandGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 all well; 1 usage or unexpected error; 2 finished, with problems that need a person; "
    "3 another run holds the archive; 4 the site refused us; 5 the site could not be reached; "
    "6 pages came, articles did not; 130 stopped by Ctrl-C or a signal; 141 the reader of a pipe left.",
)
@add_common_options(envvar="SEEALSO_ARCHIVE")
@click.option(
    "-V",
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Grow a news archive along "See also" links, and read it."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
