"""``seealso serve``: serves the archive with Datasette."""

from __future__ import annotations

import ipaddress

import click

from crawler.cli.common import INTERRUPTED, common_options, get_common_options
from crawler.cli.options.types import open_existing_archive
from crawler.cli.output import complain, say

LOG_LEVELS = ("warning", "info", "debug")


@click.command(short_help="Browse the archive with Datasette.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen at this address.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Listen at this port; 0: any."
)
@click.option("--open/--no-open", "open_browser", default=False, help="Open a browser.  [default: no]")
@click.option("--raw", is_flag=True, help="Show captures, problems and addresses too, and allow free SQL.")
@common_options
def serve(host: str, port: int, open_browser: bool, raw: bool) -> int:
    """Browse the archive with Datasette, on this machine only unless --host says otherwise. Stop with Ctrl-C."""
    from crawler.browse.server import bind_socket, make_application
    from crawler.browse.server import serve as answer

    with open_existing_archive() as archive:
        path = archive.path
    listener = bind_socket(host, port)
    url = f"http://{'[' + host + ']' if ':' in host else host}:{listener.getsockname()[1]}/"
    if not _is_this_machine(host):
        complain(f"everyone who reaches {host} can read this archive")

    def announce() -> None:
        say(f"{path} is open at {url} (Ctrl-C stops)")
        if open_browser:
            click.launch(url)

    try:
        answer(
            make_application(path, raw=raw),
            listener,
            log_level=LOG_LEVELS[min(get_common_options().verbose, 2)],
            ready=announce,
        )
    except KeyboardInterrupt:  # how this command is meant to end: no line says so
        return INTERRUPTED
    return 0


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
