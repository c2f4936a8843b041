"""``seealso forget``: erase an article everywhere, for good."""

from __future__ import annotations

import click

from crawler.cli.app import common, common_options
from crawler.cli.options.types import confirmed
from crawler.cli.output import as_data, json_option, number, one_line, print_json, say


@click.command(
    short_help="Erase an article everywhere, for good.",
    epilog="Pages of other articles that print its headline under See also stay in the WARC files as they were sent.",
)
@click.argument("article", metavar="ADDRESS|ID")
@click.option("--why", required=True, metavar="TEXT", help="The reason; it is kept with the tombstone.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@common_options
def forget(article: str, why: str, yes: bool, as_json: bool) -> int:
    """Erase an article: its rows, versions, links, search words and WARC records. There is no undo.

    What stays is a tombstone without words of the article, so that no crawl fetches it again.
    """
    from crawler.operations.forget import ToForget
    from crawler.operations.forget import forget as erase

    def agree(found: ToForget) -> bool:
        for url in found.copies:
            say(f"not erased, forget it too if it must go: {url}")
        what = f"“{one_line(found.headline)}”" if found.headline else f"{found.keys[0]} (nothing of it is archived)"
        return yes or confirmed(f"Erase {what} for good?")

    report = erase(common().archive, article, one_line(why)[:500], agree)
    if report is None:
        say("seealso: nothing was erased (--yes does not ask)")
        return 1
    if as_json:
        print_json({**as_data(report.forgotten), "records": report.records})
        return 0
    gone = report.forgotten
    click.echo(
        f"Forgotten: {', '.join(gone.keys)}: {number(gone.revisions, 'version')}, {number(gone.captures, 'capture')}, "
        f"{number(gone.links, 'link')} from other articles, {number(report.records, 'WARC record')}"
    )
    return 0
