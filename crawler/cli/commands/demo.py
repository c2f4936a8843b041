"""``seealso demo``: runs a whole crawl of the practice site, on this machine and without the internet."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.commands.crawl import LOG_LEVELS
from crawler.cli.common import EXIT_NEEDS_PERSON, common_options, get_common_options
from crawler.cli.crawl_summary import format_archive_option, iter_summary_lines
from crawler.cli.mixing import refuse_demo
from crawler.cli.output import complain, format_count, say
from crawler.cli.progress import show_progress
from crawler.cli.text_layout import measure_room, wrap_paragraph

if TYPE_CHECKING:
    from crawler.archive import Archive
    from crawler.crawl.options import CrawlOptions
    from crawler.crawl.running.report import CrawlReport
    from crawler.practice import PracticeServer

PRACTICE_SITE = "asianews"
"""The site that the practice site stands in for."""
DEMO_CONTACT = "seealso demo, the practice site"
EXAMPLE_SEARCHES = ("harbour", "香港", '"tea garden"', "boat* -school", "author:carvalho")
"""Queries to try, in several scripts; those with hits are suggested."""
BROKEN_ON_PURPOSE = (
    "Some pages of the practice site are broken on purpose, as those of real sites are: a redirect loop, a transfer "
    "that breaks off, an error that never heals, addresses without an article. They are counted above."
)


@click.command(short_help="Crawl a small practice site on this machine.")
@click.option("--later", is_flag=True, help="Serve the site as it is a week later: edited, withdrawn and new articles.")
@click.option("--world", is_flag=True, help="Crawl five neighbours of the site too, each by the address of an article.")
@common_options
def demo(later: bool, world: bool) -> int:
    """Crawl a small practice site, served on this machine, and show what to try next.

    Nothing is fetched from the internet. The articles are invented; the addresses they are kept under look like those
    of a real site, so an archive with other articles in it is refused.
    """
    from crawler.crawl.options import CrawlOptions
    from crawler.crawl.starting.launch import run_crawl

    common = get_common_options()
    refuse_demo(common.archive)
    with make_server(2 if later else 1, world=world) as server:
        say(f"The practice site, invented articles on this machine: {server.url}")
        options = CrawlOptions(
            site=PRACTICE_SITE,
            archive=common.archive,
            mirror=server.mirror,
            refresh=True if later else None,
            contact=DEMO_CONTACT,
            kind="demo",
            log_level=LOG_LEVELS[min(common.verbose, 2)],
        )
        with show_progress() as progress:
            report = run_crawl(options, progress)
        for line in iter_summary_lines(report):
            click.echo(line)
        shares = crawl_neighbours(options) if world and report.outcome != "interrupted" else []
    code = _check_result(report, common.archive, 2 if later else 1)
    if code:
        for message in report.messages:
            complain(message)
        return code
    from crawler.archive import Archive

    click.echo("\n" + "\n".join(wrap_paragraph(BROKEN_ON_PURPOSE, measure_room())) + "\n")
    for line in shares:
        click.echo(line)
    with Archive(common.archive) as archive:
        for line in wrap_paragraph(_describe_holdings(archive), measure_room()):
            click.echo(line)
        click.echo("\nTry next:")
        for line in _iter_suggestions(archive, common.archive, later=later, world=world):
            click.echo(f"  {line}")
    return 0


def make_server(phase: int, *, world: bool) -> PracticeServer:
    """Return the server of the practice site, or of the world that it is part of."""
    if world:
        from crawler.practice.world import WorldServer

        return WorldServer(phase)
    from crawler.practice import PracticeServer

    return PracticeServer(phase=phase)


def crawl_neighbours(options: CrawlOptions) -> list[str]:
    """Crawl the neighbours of the practice site, each by one address; return lines that say what share is held."""
    from crawler.archive import Archive, Selection
    from crawler.archive.articles.selected import ArticleRows
    from crawler.crawl.starting.launch import run_crawl
    from crawler.operations.sites.adoption import add_small_defaults, adopt_site, find_site_for
    from crawler.practice.world import compare_addresses, load_papers

    lines = []
    for paper in load_papers():
        known_site = find_site_for(paper.start, options) or adopt_site(paper.start, options)
        paper_options = add_small_defaults(replace(options, site=known_site.name, urls=(paper.start,)), known_site)
        with show_progress() as progress:
            report = run_crawl(paper_options, progress)
        for line in iter_summary_lines(report):
            click.echo(line)
        with Archive(options.archive) as archive:
            rows = ArticleRows(archive.db, Selection(site=known_site.name))
            score = compare_addresses(paper, [row.url for row in rows])
        line = (
            f"{paper.title}: {len(score.held)} of {format_count(len(paper.articles), 'article')}, by the address of one"
        )
        wrong = len(score.repeated) + len(score.strange)
        lines.append(line + (f"; {wrong} more than it has" if wrong else ""))
        if report.outcome == "interrupted":
            break
    return [*lines, ""]


def _check_result(report: CrawlReport, path: Path, phase: int) -> int:
    """Return 0 when the archive holds the articles of the practice site, else print the reason and return an exit code.

    The crawl itself ends with "needs a person", because of the pages that are broken on purpose.
    """
    if report.exit_code not in (0, EXIT_NEEDS_PERSON) or report.outcome == "interrupted":
        return report.exit_code or EXIT_NEEDS_PERSON
    from crawler.archive import Archive
    from crawler.archive.articles.identities import iter_identities
    from crawler.practice.truth import make_truth

    with Archive(path) as archive:
        archived = {
            (article.language, article.site_key)
            for article in iter_identities(archive.db)
            if article.site == PRACTICE_SITE
        }
    first_truth, truth = make_truth(1), make_truth(phase)
    expected = set(first_truth.articles) | set(make_truth(2).articles)  # an archive may have seen the later week before
    # What failed in the first week is asked for again only after a while, so it may be missing.
    required = {
        key
        for key, article in truth.articles.items()
        if article.status == "live" and article.url_key not in first_truth.failed
    }
    missing = required - archived
    for label, keys in (("missing", missing), ("too many", archived - expected)):
        if keys:
            complain(
                f"{label}: {format_count(len(keys), 'article')} of the practice site, "
                f"such as {'/'.join(sorted(keys)[0])}"
            )
    return (report.exit_code or EXIT_NEEDS_PERSON) if missing or archived - expected else 0


def _describe_holdings(archive: Archive) -> str:
    """Return the counts of what the archive holds, in one sentence."""
    from crawler.archive.health.holdings import count_by_language, read_holdings

    holdings = read_holdings(archive.db)
    counts = ", ".join(f"{total.articles} {total.language}" for total in count_by_language(archive.db))
    return (
        f"{archive.path} holds {format_count(holdings.articles, 'invented article')} ({counts}), "
        f"{format_count(holdings.authors, 'author')}, {format_count(holdings.see_also, 'See also link')}, "
        f"{format_count(holdings.revisions, 'revision')}, "
        f"{format_count(holdings.duplicates + holdings.near_copies, 'pair')} of copies; "
        f"the answers of the server are in {archive.warc_folder}."
    )


def _iter_suggestions(archive: Archive, path: Path, *, later: bool, world: bool) -> Iterator[str]:
    """Yield commands that have results in this archive."""
    option = format_archive_option(path)
    seealso = _find_program()
    example_id = None
    for query in EXAMPLE_SEARCHES:
        if count := archive.count(query):
            example_id = example_id or archive.search(query, limit=1)[0].id
            yield f"{seealso} search{option} {_quote(query)}   # {format_count(count, 'article')}"
    if example_id is not None:
        yield f"{seealso} show{option} {example_id}"
    yield f"{seealso} status{option}"
    yield f"{seealso} serve{option}   # browse at http://127.0.0.1:8001/"
    if not later:
        option += " --world" if world else ""
        yield f"{seealso} demo{option} --later   # the same site a week later: see what changed"


def _find_program() -> str:
    """Return the command by which a person in this folder calls the program: its name if on the PATH, else its path."""
    installed = Path(sys.executable).parent / "seealso"
    if shutil.which("seealso") or not installed.exists():
        return "seealso"
    folder = Path.cwd()
    return str(installed.relative_to(folder) if installed.is_relative_to(folder) else installed)


def _quote(text: str) -> str:
    # shlex.quote quotes every letter outside ASCII.
    return text if re.fullmatch(r"[\w:]+", text) else shlex.quote(text)
