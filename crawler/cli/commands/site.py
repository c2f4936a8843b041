"""``seealso site``: makes, checks and tests the file of a site, and reports how its fields are found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from crawler.cli.common import EXIT_NEEDS_PERSON, SuggestingGroup, common_options, get_common_options
from crawler.cli.options.paths import PathType
from crawler.cli.options.types import open_existing_archive
from crawler.cli.output import json_option, print_json, print_rows, row_options, say, style_bold
from crawler.cli.text_layout import measure_room, wrap_paragraph

if TYPE_CHECKING:
    from crawler.archive.health.field_shares import MonthFields
    from crawler.items import Capture
    from crawler.operations.sites.kept_cases import KeptCase
    from crawler.operations.sites.new_site import NewSite

MAX_CASES_SHOWN = 5
"""Cases that the command to accept them names; each takes half a line."""

_CONTACT = click.option(
    "--contact",
    envvar="SEEALSO_CONTACT",
    metavar="ADDRESS",
    help="Tell the site how to reach you: a web or mail address.  [default: $SEEALSO_CONTACT]",
)
_FROM = click.option(
    "--from",
    "files",
    multiple=True,
    type=PathType(exists=True, dir_okay=False),
    metavar="FILE",
    help="A saved page for each address, in their order, or a WARC file; nothing is fetched. May be repeated.",
)

_HEADINGS: Final = {"published": "dated", "complete": "whole"}
"""Fields whose names are too long for a table of 80 columns."""


@click.group(cls=SuggestingGroup, short_help="Make, check and test the file of a site.")
@common_options
def site() -> None:
    """Make the file of a publication from a few of its pages, check it, and test it by saved pages.

    A file of values is all that a site needs: NAME.toml. `seealso site new` writes it.
    """


@site.command(short_help="Make the file of a site from a few of its pages.")
@click.argument("name")
@click.argument("urls", metavar="URL...", nargs=-1)
@_FROM
@click.option(
    "--dir",
    "folder",
    type=PathType(file_okay=False),
    metavar="FOLDER",
    help="Where NAME.toml goes.  [default: the folder of sites of your configuration]",
)
@click.option(
    "--from-archive", is_flag=True, help="Write the site that the archive has adopted under NAME; nothing is fetched."
)
@click.option("--force", is_flag=True, help="Replace a file.")
@_CONTACT
@common_options
def new(
    name: str,
    urls: tuple[str, ...],
    files: tuple[Path, ...],
    folder: Path | None,
    from_archive: bool,
    force: bool,
    contact: str | None,
) -> int:
    """Make NAME.toml from articles of a site, with what speaks for each value as comments.

    Two or three articles of different sections and years tell most. They are fetched as robots.txt allows, and kept in
    NAME.warc.gz beside the file; each is saved as a case, in the folder NAME. Ends with 2 when the file has errors, or
    no page is read as an article.
    """
    from crawler.operations.sites.new_site import check_name, make_new_site
    from crawler.sites.checking import check_site
    from crawler.sites.sources import find_user_sites

    if from_archive:
        if urls or files:
            raise click.UsageError("--from-archive goes with the name of an adopted site alone")
        _save_adopted(name, folder or find_user_sites() or Path(), force=force)
        return 0
    if not urls and not files:
        raise click.UsageError("give the address of an article, or saved pages with --from")
    place = folder or find_user_sites() or Path()
    check_name(name, place, force=force)
    captures, rules = _collect_pages(urls, files, contact, place / f"{name}.warc.gz", force=force)
    new_site = make_new_site(name, captures, rules, place, force=force)
    faults = check_site(new_site.inferred.site)
    _print_new_site(new_site)
    if faults:
        from crawler.cli.site_layout import iter_fault_lines

        _print_lines(["", style_bold("What the check says"), *iter_fault_lines(faults)])
    _print_lines(_list_next_steps(new_site, is_found=folder is None))
    is_read = any(reading.article is not None for reading in new_site.readings)
    return EXIT_NEEDS_PERSON if any(fault.is_error for fault in faults) or not is_read else 0


@site.command(short_help="Check a site's values and all its saved cases.")
@click.argument("name", metavar="NAME|FILE")
@json_option
@common_options
def check(name: str, as_json: bool) -> int:
    """Check the values of a site, and whether it reads its saved cases as expected, field by field.

    Nothing is fetched. Ends with 2 when something is wrong.
    """
    from crawler.operations.sites.checked_site import check_known_site, make_plain_row
    from crawler.sites.named_site import find_named_site

    checked = check_known_site(find_named_site(name))
    if as_json:
        print_json(
            {
                "site": checked.known_site.name,
                "place": checked.known_site.place,
                "faults": checked.faults,
                "cases": [make_plain_row(case) for case in checked.cases],
            }
        )
    else:
        from crawler.cli.site_layout import iter_check_lines

        _print_lines(iter_check_lines(checked))
    return EXIT_NEEDS_PERSON if checked.has_errors else 0


@site.command(short_help="Save pages of a site as cases.")
@click.argument("name", metavar="NAME|FILE")
@click.argument("pages", metavar="URL|PAGE...", nargs=-1, required=True)
@_CONTACT
@common_options
def save(name: str, pages: tuple[str, ...], contact: str | None) -> int:
    """Save pages as cases of a site: what they are read as now, for a person to look at.

    A page is an address, a saved page that states its address, or a WARC file. Ends with 2 when one is not read as an
    article.
    """
    from crawler.operations.read.sources import fetch_pages, is_address
    from crawler.operations.sites.given_files import read_given_files
    from crawler.operations.sites.kept_cases import save_pages
    from crawler.sites.named_site import find_named_site

    known_site = find_named_site(name)
    urls = [page for page in pages if is_address(page)]
    files = [Path(page) for page in pages if not is_address(page)]
    captures = [*(fetch_pages(urls, contact=contact).pages if urls else ()), *read_given_files(files, ())]
    kept = save_pages(known_site, captures)
    _print_cases(kept)
    say(f"look at each page, then: seealso site accept {name} CASE")
    return EXIT_NEEDS_PERSON if any(row.reading.article is None for row in kept) else 0


@site.command(short_help="Accept cases that a person has looked at.")
@click.argument("name", metavar="NAME|FILE")
@click.argument("cases", metavar="CASE...", nargs=-1, required=True)
@click.option(
    "--field",
    "corrections",
    multiple=True,
    metavar="FIELD=VALUE",
    help="What a reader sees in place of what was read; may be repeated.",
)
@common_options
def accept(name: str, cases: tuple[str, ...], corrections: tuple[str, ...]) -> None:
    """Accept what a site reads on saved cases as what should be read, but for corrections.

    The reading is printed first, to be held against the page. A corrected field fails `seealso site check` until the
    site reads it so.
    """
    from crawler.operations.sites.kept_cases import accept_cases
    from crawler.sitekit.cases import read_correction
    from crawler.sites.named_site import find_named_site

    kept = accept_cases(find_named_site(name), cases, dict(map(read_correction, corrections)))
    _print_cases(kept)


@site.command(short_help="Show on what share of a site's articles each field is found.")
@click.argument("name", metavar="NAME|FILE")
@row_options
@common_options
def report(name: str, as_json: bool, as_jsonl: bool) -> None:
    """Show, month by month, on what share of a site's archived articles each field is found.

    A site of which the archive holds articles need not be known any more.
    """
    from crawler.archive.health.field_shares import read_field_shares
    from crawler.archive.runs.adopted_sites import read_adopted_sites
    from crawler.sites.named_site import find_named_site, names_file

    site_name = find_named_site(name).name if names_file(name) else name
    with open_existing_archive() as archive:
        months = read_field_shares(archive.db, site_name)
    if not months:
        find_named_site(name, *read_adopted_sites(get_common_options().archive))
    if print_rows(months, as_json=as_json, as_jsonl=as_jsonl):
        return
    if not months:
        say(f"the archive holds no article of {site_name}")
        return
    _print_lines(_list_months(months))


def _save_adopted(name: str, folder: Path, *, force: bool) -> None:
    from crawler.operations.sites.from_archive import save_adopted_site

    path = save_adopted_site(name, get_common_options().archive, folder, force=force)
    click.echo(f"{path}: as the archive has adopted it, with the same keys")


def _collect_pages(
    urls: Sequence[str], files: Sequence[Path], contact: str | None, keep: Path, *, force: bool
) -> tuple[Sequence[Capture], Sequence[Capture]]:
    """Return the pages and the rules of their hosts, from files or fetched."""
    from crawler.operations.read.sources import PageUnavailable, fetch_pages
    from crawler.operations.sites.given_files import read_given_files

    if files:
        return read_given_files(files, urls), ()
    if force:
        keep.unlink(missing_ok=True)
    try:
        keep.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise PageUnavailable(f"{keep.parent} cannot be made: {problem.strerror or problem}") from None
    fetched = fetch_pages(urls, contact=contact, keep=keep)
    return fetched.pages, fetched.rules


def _print_new_site(new_site: NewSite) -> None:
    from crawler.cli.site_layout import iter_doubt_lines, iter_reading_lines, iter_value_lines

    click.echo(style_bold(str(new_site.path)))
    click.echo("")
    _print_lines(iter_value_lines(new_site.inferred))
    _print_lines(iter_doubt_lines(new_site.inferred))
    click.echo("")
    click.echo(style_bold("How it reads the pages"))
    for number, (reading, case) in enumerate(zip(new_site.readings, new_site.cases, strict=True), 1):
        _print_lines(iter_reading_lines(number, reading, case))


def _list_next_steps(new_site: NewSite, *, is_found: bool) -> list[str]:
    name = new_site.known_site.name if is_found else str(new_site.path)
    crawl = (
        f"seealso crawl {new_site.known_site.name}"
        if is_found
        else f"seealso --sites {new_site.path.parent} crawl {new_site.known_site.name}"
    )
    steps = [
        f"hold what was read against the pages, and correct {new_site.path.name} where it is wrong",
        f"seealso site check {name}",
        f"seealso site accept {name} {' '.join(case.name for case in new_site.cases[:MAX_CASES_SHOWN]) or 'CASE'}",
        f"{crawl} --max-articles 20",
        f"seealso site report {name}",
    ]
    room = measure_room(6)
    lines = ["", style_bold("What to do next")]
    for number, step in enumerate(steps, 1):
        for part, line in enumerate(wrap_paragraph(step, room) if number == 1 else [step]):
            lines.append(f"  {'' if part else number:>1}  {line}")
    return lines


def _print_cases(kept: Sequence[KeptCase]) -> None:
    from crawler.cli.site_layout import iter_reading_lines

    for number, row in enumerate(kept, 1):
        _print_lines(iter_reading_lines(number, row.reading, row.case))


def _list_months(months: Sequence[MonthFields]) -> list[str]:
    headings = {field: _HEADINGS.get(field, field.replace("_", " ")) for field in months[0].counts}
    widths = {field: max(5, len(heading) + 1) for field, heading in headings.items()}
    head = f"{'month':<7}{'articles':>9}{'words':>6}" + "".join(
        f"{heading:>{widths[field]}}" for field, heading in headings.items()
    )
    lines = [style_bold(head)]
    for month in months:
        cells = "".join(f"{f'{month.counts[field] / month.articles:.0%}':>{width}}" for field, width in widths.items())
        lines.append(f"{month.month or 'undated':<7}{month.articles:>9,}{month.words:>6,}{cells}")
    return lines


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
