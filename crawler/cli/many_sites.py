"""Crawls the sites of a list: orders go to the engine, a line on stderr for each that ends, a table at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.output import complain, format_count, print_json, say, to_one_line, to_plain_data

if TYPE_CHECKING:
    from crawler.engines.choice import EngineChoice
    from crawler.operations.crawls.work_folder import CrawlRecord

NOT_IN_LINES = {
    "site_list",
    "work",
    "engine",
    "jobs",
    "scheduler",
    "again",
    "as_json",
    "metrics",
    "log_file",
    "log_format",
    "archive",
    "sites",
    "end_with_stdin",
    "together",
}
"""Parameters of a crawl that a line of a list cannot have."""


def crawl_listed_sites(
    crawl: click.Command,
    text: str,
    work: Path,
    arguments: list[str],
    *,
    engine: EngineChoice,
    again: bool,
    may_be_due: bool,
    asks_contact: bool,
    as_json: bool,
) -> int:
    """Crawl the sites of a file, or of names parted by commas, below ``work``; return the gravest exit code.

    ``crawl`` is the command whose options lines may have. ``arguments`` are those of each crawl; those of its line come
    after them, and count before them. A site that is finished with the same arguments is crawled again only with
    ``again``, and with ``may_be_due``, where its crawl decides. Raises BadSiteList.
    """
    from crawler.operations.crawls.job import choose_gravest, crawl_sites, select_unfinished
    from crawler.operations.crawls.site_list import name_folders, read_site_list
    from crawler.operations.crawls.work_folder import CrawlOrder

    work = work.resolve()
    sites = name_folders(read_site_list(text), work)
    for site in sites.values():
        refuse_bad_options(crawl, site.arguments[1:], site.place)
    if asks_contact:
        arguments = [*arguments, *_ask_contact(sites, work)]
    orders = {
        name: CrawlOrder(arguments=(*arguments, *site.arguments), again=again, if_due=may_be_due)
        for name, site in sites.items()
    }
    waiting, finished = select_unfinished(work, orders)
    ended = 0

    def note(record: CrawlRecord) -> None:
        nonlocal ended
        ended += 1
        say(f"{ended} of {len(waiting)}: {record.site} {record.outcome}{f', {m}' if (m := record.message) else ''}")

    records = (
        crawl_sites(work, waiting, engine=replace(engine, jobs=min(engine.job_count, len(waiting))), on_end=note)
        if waiting
        else []
    )
    all_records = {**finished, **{record.site: record for record in records}}
    rows = [all_records[name] for name in sites if name in all_records]
    code = choose_gravest(record.exit_code for record in rows)
    if as_json:
        print_json({"crawls": to_plain_data(rows), "exit_code": code})
    else:
        for line in list_table_lines(rows):
            click.echo(line)
        if finished:
            complain(f"{format_count(len(finished), 'site')} finished before: --again crawls what is finished, too")
    return code


def list_plain_sites(text: str) -> list[str]:
    """Return the names and addresses of a list whose lines have no options. Raises BadSiteList."""
    from crawler.operations.crawls.site_list import BadSiteList, read_site_list

    words = []
    for site in read_site_list(text):
        for word in site.arguments:
            if word.startswith("-"):
                raise BadSiteList(f"{site.place}: options of one site need --work, an archive for each")
            words.append(word)
    return words


def refuse_bad_options(crawl: click.Command, arguments: Sequence[str], place: str) -> None:
    """Raise BadSiteList for options in a line that a crawl does not know, or that belong to the list."""
    from crawler.operations.crawls.site_list import BadSiteList

    context = click.Context(crawl, info_name="crawl")
    try:
        options, _, _ = crawl.make_parser(context).parse_args(list(arguments))
    except click.UsageError as problem:
        raise BadSiteList(f"{place}: {to_one_line(problem.format_message()).rstrip('.')}") from None
    for name in options:
        if name in NOT_IN_LINES:
            raise BadSiteList(f"{place}: --{name.removeprefix('as_').replace('_', '-')} is not for one site of a list")


def list_table_lines(records: Iterable[CrawlRecord]) -> list[str]:
    """Return a table of crawls, one line a site."""
    rows: list[tuple[str, ...]] = [("site", "outcome", "exit", "run", "pages", "articles", "waiting", "")]
    for record in records:
        numbers = (record.exit_code, record.run, record.pages, record.articles, record.queue)
        cells = ("" if number is None else f"{number:,}" for number in numbers)
        rows.append((record.site, record.outcome, *cells, record.message or ""))
    return align_columns(rows, left=(0, 1, 7))


def align_columns(rows: Sequence[Sequence[str]], left: Sequence[int]) -> list[str]:
    """Return rows as lines of aligned columns: texts to the left, numbers to the right."""
    rows = [[to_one_line(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _ask_contact(sites: Iterable[str], work: Path) -> list[str]:
    """Return the option that tells the sites' people whom to ask, where an archive lacks it and a person is there."""
    from crawler.crawl.fetching.contact import find_contact

    if not sys.stdin.isatty() or all(find_contact(work / site / "archive.db") is not None for site in sites):
        return []
    complain("The sites should know whom to ask about these crawls; their archives remember the answer")
    return ["--contact", str(click.prompt("Your web or mail address", err=True)).strip()]
