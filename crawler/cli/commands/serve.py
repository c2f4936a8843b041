"""``seealso serve``: serves the archive with Datasette."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from crawler.cli.common import INTERRUPTED, common_options, get_common_options
from crawler.cli.options.paths import PathType
from crawler.cli.options.types import NumberType, open_existing_archive
from crawler.cli.output import complain, say

if TYPE_CHECKING:
    from crawler.browse.serving.public_address import PublicAddress

LOG_LEVELS = ("warning", "info", "debug")


def _normalise_names(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    from crawler.browse.gates.hosts import normalise_host

    names = []
    for value in values:
        name = normalise_host(value)
        if name is None:
            raise click.BadParameter(f"{value[:100]!r} is no host: give a name or an address alone", ctx, parameter)
        names.append(name)
    return tuple(names)


def _read_public_address(ctx: click.Context, parameter: click.Parameter, value: str | None) -> PublicAddress | None:
    from crawler.browse.serving.public_address import read_public_address

    address = read_public_address(value) if value is not None else None
    if value is not None and address is None:
        raise click.BadParameter(
            f"{value[:100]!r} is no address of a page: give it like https://papers.example.org/news/", ctx, parameter
        )
    return address


@click.command(short_help="Browse the archive with Datasette.")
@click.argument("named_path", metavar="[ARCHIVE]", required=False, type=PathType())
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Listen at this address.")
@click.option(
    "--port",
    metavar="PORT",
    type=NumberType(0, 65535),
    default=8001,
    show_default=True,
    help="Listen at this port; 0: any.",
)
@click.option("--open/--no-open", "open_browser", default=False, help="Open a browser.  [default: no]")
@click.option(
    "--public-name",
    "public_names",
    metavar="HOST",
    multiple=True,
    callback=_normalise_names,
    help="Answer requests for this host, too, such as a proxy passes on. May be repeated.",
)
@click.option(
    "--public-url",
    "public",
    metavar="URL",
    callback=_read_public_address,
    help="Where a proxy shows the archive, https://papers.example.org/news/ for instance.",
)
@click.option("--cors", is_flag=True, help="Let pages of other sites read tables, feeds and files, as notebooks do.")
@click.option(
    "--notes",
    type=PathType(dir_okay=False),
    metavar="FILE",
    help="Show the notes, tags and codes of this file, and let readers write them; it is made when there is none.",
)
@click.option("--raw", is_flag=True, help="Show captures, problems and addresses too; allow free SQL and the download.")
@common_options
def serve(
    named_path: Path | None,
    host: str,
    port: int,
    open_browser: bool,
    public_names: tuple[str, ...],
    public: PublicAddress | None,
    cors: bool,
    notes: Path | None,
    raw: bool,
) -> int:
    """Browse the archive with Datasette, on this machine only unless --host says otherwise. Stop with Ctrl-C.

    The archive may be named as for every command, --archive PATH, or alone: seealso serve PATH.

    Requests are answered for this machine's own names (localhost), --host, each --public-name and the host of
    --public-url; others get 400. With --notes FILE its notes, tags and codes are shown, and whoever reaches the server
    may write to it.
    """
    from crawler.cli.datasette_plugins import explain_broken_plugins
    from crawler.notes.notes_file import find_notes_path

    with explain_broken_plugins():
        from crawler.browse.gates.hosts import normalise_host
        from crawler.browse.serving.server import bind_socket, is_wildcard, make_application
        from crawler.browse.serving.server import serve as answer

    if named_path is not None:
        _use_archive(named_path)
    with open_existing_archive() as archive:
        path = archive.path
    if notes is not None:
        from crawler.notes.notes_file import NotesFile

        NotesFile(notes, "write", archive=path).close()
    listener = bind_socket(host, port)
    if is_wildcard(listener) and not public_names and public is None:
        listener.close()
        raise click.UsageError(f"with --host {host} name each host that readers ask for, with --public-name HOST")
    own_name = normalise_host(host)
    url = f"http://{'[' + host + ']' if ':' in host else host}:{listener.getsockname()[1]}/"
    if not _is_this_machine(host):
        complain(f"everyone who reaches {host} can read this archive{' and write notes' if notes else ''}")

    names = {*public_names, *((own_name,) if own_name else ())}

    def announce() -> None:
        say(f"{path} is open at {url}{f', for readers at {public}' if public else ''} (Ctrl-C stops)")
        beside = find_notes_path(path)
        if notes is None and beside.exists():
            say(f"notes are not shown; to show and write them: --notes {beside}")
        if open_browser:
            click.launch(url)

    try:
        with explain_broken_plugins():
            application = make_application(path, raw=raw, cors=cors, names=names, public=public, notes=notes)
        answer(application, listener, log_level=LOG_LEVELS[min(get_common_options().verbose, 2)], ready=announce)
    except KeyboardInterrupt:  # how this command is meant to end: no line says so
        return INTERRUPTED
    finally:
        listener.close()
    return 0


def _use_archive(path: Path) -> None:
    """Take the archive that is named without ``--archive``. Raises UsageError where that names one, too."""
    context: click.Context | None = click.get_current_context()
    while context is not None:
        if context.get_parameter_source("archive") is ParameterSource.COMMANDLINE:
            raise click.UsageError("the archive is named twice: give --archive PATH or the path alone, not both")
        context = context.parent
    get_common_options().archive = path


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
