"""``seealso forget``: erases an article everywhere, for good."""

from __future__ import annotations

import shlex
from collections import Counter
from typing import TYPE_CHECKING

import click

from crawler.cli.common import EXIT_NEEDS_PERSON, common_options, get_common_options
from crawler.cli.crawl_summary import format_archive_option
from crawler.cli.options.notes import get_notes_path, notes_option
from crawler.cli.options.types import confirm
from crawler.cli.output import complain, format_count, json_option, print_json, say, to_one_line, to_plain_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.archive.articles.forgotten import CaptureScope
    from crawler.operations.forget import ForgetReport


@click.command(
    short_help="Erase an article everywhere, for good.",
    epilog="Captures of feeds, home pages, listings and other articles that print words of it are named.",
)
@click.argument("article", metavar="ADDRESS|ID")
@click.option("--why", required=True, metavar="TEXT", help="The reason; it is kept with the tombstone.")
@click.option(
    "--captures",
    type=click.Choice(["lists", "all"]),
    help="Erase captures of other pages too that print its words: of feeds, home pages and listings, or all.",
)
@click.option("--lost", is_flag=True, help="WARC files that are missing will not come back: speak of them no more.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@notes_option
@json_option
@common_options
def forget(article: str, why: str, captures: CaptureScope | None, lost: bool, yes: bool, as_json: bool) -> int:
    """Erase an article: its rows, versions, links, search words and WARC records. There is no undo.

    What stays is a tombstone without words of the article, so that no crawl fetches it again. In the notes beside the
    archive (--notes) its quotations and what repeats its words are erased, too. Ends with 2 when something could not be
    erased now; the next forget, doctor --fix or crawl that finds it erases it.
    """
    from crawler.crawl.erasure.erasing import describe_remainder
    from crawler.operations.forget import ForgetTarget
    from crawler.operations.forget import forget as erase

    def agree(target: ForgetTarget) -> bool:
        for url in target.copies:
            say(f"not erased, forget it too if it must go: {url}")
        subject = (
            f"“{to_one_line(target.headline)}”" if target.headline else f"{target.keys[0]} (nothing of it is archived)"
        )
        return yes or confirm(f"Erase {subject} for good?")

    archive, beside = get_common_options().archive, get_notes_path()
    if not beside.exists() and get_common_options().notes is not None:
        raise click.UsageError(f"there are no notes in {beside}")
    notes = beside if beside.exists() else None
    reason = to_one_line(why)[:500]
    report = erase(archive, article, reason, agree, captures=captures, missing_is_lost=lost, notes=notes)
    if report is None:
        say("seealso: nothing was erased (--yes does not ask)")
        return 1
    if as_json:
        print_json(
            {
                **to_plain_data(report.forgotten),
                "records": report.records,
                "unerased": to_plain_data(report.unerased),
                "mentions": to_plain_data(report.mentions),
                "notes": to_plain_data(report.notes),
            }
        )
    else:
        _print_report(report, article)
    if report.unerased:
        complain(
            f"{describe_remainder(report.unerased, archive)}; the next seealso forget, doctor --fix or crawl"
            f"{format_archive_option(archive)} that finds them erases them"
        )
        return EXIT_NEEDS_PERSON
    return 0


def _print_report(report: ForgetReport, article: str) -> None:
    forgotten = report.forgotten
    click.echo(
        f"Forgotten: {', '.join(forgotten.keys)}: {format_count(forgotten.revisions, 'version')}, "
        f"{format_count(forgotten.captures, 'capture')}, "
        f"{format_count(forgotten.links, 'link')} from other articles, {format_count(report.records, 'WARC record')}"
    )
    if report.notes is not None and (report.notes.passages or report.notes.texts):
        quotations = format_count(report.notes.passages, "quotation")
        click.echo(f"In notes: {quotations} and {format_count(report.notes.texts, 'text')} erased")
    for line in _iter_mention_lines(report, article):
        click.echo(line)


def _iter_mention_lines(report: ForgetReport, article: str) -> Iterator[str]:
    """Yield a heading for each kind of page that prints words of the article, with the command, and its addresses."""
    option = format_archive_option(get_common_options().archive)
    for page, scope, pages in (
        ("list", "lists", "feeds, home pages and listings"),
        ("article", "all", "other articles"),
    ):
        counts = Counter(part.url or "" for part in report.mentions if part.page == page)
        if not counts:
            continue
        yield (
            f"Its words stay in {format_count(counts.total(), 'capture')} of {pages}, as they were sent; to erase "
            f"these too: seealso forget {shlex.quote(article)} --captures {scope} --why TEXT{option}"
        )
        for url, count in sorted(counts.items()):
            yield f"  {to_one_line(url)}" + (f"  ({format_count(count, 'capture')})" if count > 1 else "")
