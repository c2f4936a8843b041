"""``seealso read``: shows how one page is read; nothing is archived."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import common_options, get_common_options
from crawler.cli.options.paths import PathType
from crawler.cli.output import complain, print_jsonl, to_plain_data
from crawler.errors import CrawlerError, WarcDamaged

if TYPE_CHECKING:
    from crawler.items import Capture
    from crawler.operations.read.reading import PageReading
    from crawler.sites.adopted import AdoptedSite

PROBLEMS = 2
"""Exit code when some of the pages were read as articles and others were not."""
NO_ARTICLES = 6
"""Exit code when pages came, articles did not."""


@click.command(short_help="Show how one page is read; archive nothing.")
@click.argument("pages", metavar="URL|FILE...", nargs=-1, required=True)
@click.option("--url", metavar="URL", help="The address of a saved page or of a copy; of a WARC file, the page wanted.")
@click.option("--site", "site_name", metavar="NAME|FILE", help="Read it as a page of this site, or of this file's.")
@click.option(
    "--keep",
    type=PathType(dir_okay=False),
    metavar="FILE.warc.gz",
    help="Keep what was fetched, requests and answers, in a new WARC file.",
)
@click.option(
    "--contact",
    envvar="SEEALSO_CONTACT",
    metavar="ADDRESS",
    help="Tell the site how to reach you: a web or mail address.  [default: $SEEALSO_CONTACT]",
)
@click.option("--why", is_flag=True, help="Print each line with its chance of being body, and the largest reasons.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each page, one a line.")
@common_options
def read(
    pages: tuple[str, ...],
    url: str | None,
    site_name: str | None,
    keep: Path | None,
    contact: str | None,
    why: bool,
    as_json: bool,
) -> int:
    """Show how a page is read: each field with its source, what else was found, and what is doubtful.

    A page is an address, which is fetched as robots.txt allows; a saved page; or a WARC, ARC or WACZ file, whose pages
    are all read. Ends with 6 when no page is an article, with 2 when some are not.
    """
    from crawler.operations.read.reading import explain_page
    from crawler.operations.read.sources import is_address
    from crawler.sites.named_site import find_named_site
    from crawler.sites.registry import find_site_of_address

    if keep is not None and (len(pages) != 1 or not is_address(pages[0])):
        raise click.UsageError("--keep goes with one address")
    if url is not None and len(pages) != 1:
        raise click.UsageError("--url goes with one page")
    adopted_sites = _list_adopted_sites()
    known_site = find_named_site(site_name, *adopted_sites) if site_name is not None else None
    codes: list[int] = []
    for page in pages:
        try:
            for capture in _iter_captures(page, url, contact, keep):
                site = known_site or find_site_of_address(capture.url, *adopted_sites)
                reading = explain_page(capture, site, with_lines=why)
                _print_reading(reading, as_json=as_json, is_first=not codes)
                codes.append(0 if reading.article is not None else NO_ARTICLES)
        except CrawlerError as problem:
            complain(str(problem))
            codes.append(PROBLEMS if isinstance(problem, WarcDamaged) and codes else problem.exit_code)
    return codes[0] if len(set(codes)) == 1 else PROBLEMS


def _list_adopted_sites() -> tuple[AdoptedSite, ...]:
    """Return the sites that the archive has adopted; no archive needs to be there."""
    path = get_common_options().archive
    if not path.is_file():
        return ()
    from crawler.archive.runs.adopted_sites import read_adopted_sites

    return read_adopted_sites(path)


def _iter_captures(page: str, url: str | None, contact: str | None, keep: Path | None) -> Iterator[Capture]:
    from crawler.operations.read.sources import fetch_page, is_address, read_file

    if is_address(page):
        capture = fetch_page(page, contact=contact, keep=keep)
        yield capture if url is None else replace(capture, url=url)
    else:
        yield from read_file(Path(page), url)


def _print_reading(reading: PageReading, *, as_json: bool, is_first: bool) -> None:
    if as_json:
        print_jsonl([_make_data(reading)])
        return
    from crawler.cli.page_report import iter_reading_lines

    if not is_first:
        click.echo("")
    for line in iter_reading_lines(reading):
        click.echo(line)


def _make_data(reading: PageReading) -> dict[str, Any]:
    data: dict[str, Any] = to_plain_data(reading)
    if not reading.lines:
        del data["lines"]
    return data
