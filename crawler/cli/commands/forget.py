"""``seealso forget``: erases an article everywhere, for good."""

from __future__ import annotations

import click

from crawler.cli.common import common_options, get_common_options
from crawler.cli.options.types import confirm
from crawler.cli.output import format_count, json_option, print_json, say, to_one_line, to_plain_data


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
    from crawler.operations.forget import ForgetTarget
    from crawler.operations.forget import forget as erase

    def agree(target: ForgetTarget) -> bool:
        for url in target.copies:
            say(f"not erased, forget it too if it must go: {url}")
        subject = (
            f"“{to_one_line(target.headline)}”" if target.headline else f"{target.keys[0]} (nothing of it is archived)"
        )
        return yes or confirm(f"Erase {subject} for good?")

    report = erase(get_common_options().archive, article, to_one_line(why)[:500], agree)
    if report is None:
        say("seealso: nothing was erased (--yes does not ask)")
        return 1
    if as_json:
        print_json({**to_plain_data(report.forgotten), "records": report.records})
        return 0
    forgotten = report.forgotten
    click.echo(
        f"Forgotten: {', '.join(forgotten.keys)}: {format_count(forgotten.revisions, 'version')}, "
        f"{format_count(forgotten.captures, 'capture')}, "
        f"{format_count(forgotten.links, 'link')} from other articles, {format_count(report.records, 'WARC record')}"
    )
    return 0
