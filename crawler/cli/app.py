"""The command group: which commands there are, the options they share, and how every failure becomes one line.

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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from crawler import __version__
from crawler.cli.output import complain, one_line, set_log_format
from crawler.errors import BadQuery, CrawlerError

INTERRUPTED = 130
BROKEN_PIPE = 141
"""What a shell reports for a program that a closed pipe ended."""

SECTIONS = {
    "Grow an archive": {
        "demo": "demo:demo",
        "crawl": "crawl:crawl",
        "schedule": "schedule:schedule",
        "ingest": "ingest:ingest",
        "gaps": "gaps:gaps",
        "sites": "status:sites",
    },
    "Read it": {
        "search": "search:search",
        "show": "show:show",
        "serve": "serve:serve",
        "searches": "searches:searches",
    },
    "Study it": {
        "kwic": "kwic:kwic",
        "timeline": "timeline:timeline",
        "collocations": "vocabulary:collocations",
        "keyness": "vocabulary:keyness",
        "graph": "graph:graph",
        "export": "export:export",
        "snapshot": "snapshot:snapshot",
        "cite": "cite:cite",
    },
    "Look after it": {
        "status": "status:status",
        "verify": "status:verify",
        "doctor": "doctor:doctor",
        "authors": "authors:authors",
        "reread": "reread:reread",
        "forget": "forget:forget",
    },
}
"""Heading of the help → command → module and name."""
COMMANDS = {name: place for section in SECTIONS.values() for name, place in section.items()}

RESUMABLE_COMMANDS = ("demo", "crawl", "reread", "ingest")
"""Those that keep what they have done when they are broken off, and do the rest when they are called again."""

CommandT = TypeVar("CommandT", bound=Callable[..., Any])


@dataclass(slots=True)
class CommonOptions:
    """What was asked for before the command's name, or by a command's own ``--archive`` and ``-v``."""

    archive: Path = Path("archive.db")
    verbose: int = 0


class PipeClosed(Exception):
    """Whoever read our output has left; there is nobody to tell."""


class Interrupted(Exception):
    """A command was broken off that goes on from there when it is called again."""


class CommandGroup(click.Group):
    """The group: loads a command when it is called, and ends the process with the project's own exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, section in SECTIONS.items():
            named = {name: self.get_command(ctx, name) for name in section}
            with formatter.section(heading):
                formatter.write_dl(
                    [(name, command.get_short_help_str(60)) for name, command in named.items() if command]
                )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command = getattr(importlib.import_module(f"crawler.cli.commands.{module}"), name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as problem:  # click would end the process itself, with 1
            raise PipeClosed from problem
        except (click.Abort, KeyboardInterrupt) as problem:
            if ctx.invoked_subcommand in RESUMABLE_COMMANDS:
                raise Interrupted from problem
            raise

    # click's own has more parameters, and returns when told to; nobody tells ours
    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        """Run one command and exit; no exception leaves this function but SystemExit."""
        sys.exit(self._run(args, prog_name or "seealso", extra))

    def _run(self, args: Sequence[str] | None, prog_name: str, extra: dict[str, Any]) -> int:
        extra.pop("standalone_mode", None)
        set_log_format("text")
        try:
            _make_streams_lenient()
            outcome = super().main(args=args, prog_name=prog_name, standalone_mode=False, **extra)
            sys.stdout.flush()
        except (click.Abort, KeyboardInterrupt):
            complain("interrupted")
            return INTERRUPTED
        except Interrupted:
            click.echo(err=True)  # as click does it, after the terminal's ^C
            complain("interrupted; everything kept so far is kept, and the same command goes on from there")
            return INTERRUPTED
        except click.ClickException as problem:
            return _report_usage_error(problem)
        except CrawlerError as problem:
            complain(str(problem), problem.below if isinstance(problem, BadQuery) else ())
            return problem.exit_code
        except (PipeClosed, BrokenPipeError):
            _silence_broken_pipe()
            return BROKEN_PIPE
        except Exception as problem:  # the contract: no traceback ever reaches a user
            return _report_unexpected(problem)
        return outcome if isinstance(outcome, int) else 0


def _report_usage_error(problem: click.ClickException) -> int:
    context = getattr(problem, "ctx", None)
    if isinstance(problem, click.exceptions.NoArgsIsHelpError):
        click.echo(problem.format_message(), err=True)
        return 1
    advice = f" (see {context.command_path} --help)" if isinstance(context, click.Context) else ""
    complain(one_line(problem.format_message()).rstrip(".") + advice)
    return 1


def _report_unexpected(problem: Exception) -> int:
    if os.environ.get("SEEALSO_DEBUG", "") not in ("", "0"):
        traceback.print_exc()
        return 1
    if isinstance(problem, OSError) and problem.strerror:
        what = f"{problem.strerror}: {problem.filename}" if problem.filename else problem.strerror
        complain(what)
    else:
        complain(f"unexpected {type(problem).__name__}: {problem} (SEEALSO_DEBUG=1 shows where)")
    return 1


def _make_streams_lenient() -> None:
    # Where standard output was closed (>&-), what is printed goes nowhere, and no file takes its number.
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


def _store_archive(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(CommonOptions).archive = value


def _store_verbose(ctx: click.Context, _: click.Parameter, value: int) -> None:
    ctx.ensure_object(CommonOptions).verbose += value


_archive_path = click.Path(path_type=Path, dir_okay=True)


def common_options(command: CommandT) -> CommandT:
    """Give a command ``--archive`` and ``-v``, which it reads with :func:`common`."""
    add_archive = click.option(
        "--archive",
        type=_archive_path,
        metavar="PATH",
        expose_value=False,
        callback=_store_archive,
        help="The archive to use.  [default: $SEEALSO_ARCHIVE or archive.db]",
    )
    add_verbose = click.option(
        "-v", "--verbose", count=True, expose_value=False, callback=_store_verbose, help="Say more; twice: everything."
    )
    return add_archive(add_verbose(command))


def common() -> CommonOptions:
    """Return what the shared options of the running command say."""
    return click.get_current_context().ensure_object(CommonOptions)


@click.group(
    cls=CommandGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 all well; 1 usage or unexpected error; 2 finished, with problems that need a person; "
    "3 another run holds the archive; 4 the site refused us; 5 the site could not be reached; "
    "6 pages came, articles did not.",
)
@click.option(
    "--archive",
    type=_archive_path,
    metavar="PATH",
    envvar="SEEALSO_ARCHIVE",
    expose_value=False,
    callback=_store_archive,
    help="The archive to use.  [default: $SEEALSO_ARCHIVE or archive.db]",
)
@click.option(
    "-v", "--verbose", count=True, expose_value=False, callback=_store_verbose, help="Say more; twice: everything."
)
@click.version_option(__version__, "-V", "--version", prog_name="seealso", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Grow a news archive along "See also" links, and read it."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
