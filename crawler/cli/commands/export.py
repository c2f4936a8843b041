"""``seealso export``: every article of a selection, in a format for other programs."""

from __future__ import annotations

import codecs
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from crawler.cli.app import common_options
from crawler.cli.counting import shown_count
from crawler.cli.options.sample import sample_options
from crawler.cli.options.selection import LANGUAGE_OF_QUERIES, selected, selection_options
from crawler.cli.options.types import existing_archive
from crawler.cli.output import complain, number, one_line, plain, say

if TYPE_CHECKING:
    from crawler.archive.search.selection import Selection
    from crawler.research.exports.manifest import Manifest
    from crawler.research.exports.streams import Sink
    from crawler.research.samples import Sample

FORMATS = (
    *("csv", "jsonl", "parquet", "sqlite", "bibtex", "ris", "csl-json", "text", "tei", "warc", "wacz"),
    *("gexf", "graphml"),
)
"""Those of :mod:`crawler.research.exports.formats`, which is loaded when one is asked for."""
MOST_TOLD = 10
"""Lines about what could not be written; the manifest has them all."""
INCOMPLETE = 2
"""Exit code when the archive did not give everything that was asked for."""
STDOUT = "-"


@click.command(
    short_help="Write articles for other programs.",
    epilog=LANGUAGE_OF_QUERIES + "seealso export --format csv --to peace.csv -- '-war peace'.",
)
@click.argument("query", nargs=-1)
@click.option(
    "--format", "format_", type=click.Choice(FORMATS, case_sensitive=False), required=True, metavar="FORMAT",
    help=f"One of {', '.join(FORMATS)}.",
)  # fmt: skip
@click.option(
    "--to", required=True, metavar="PATH", help="The file or folder to make; - prints a format that is one text."
)
@selection_options
@sample_options
@click.option("--safe", is_flag=True, help="csv, text: no cell begins like a formula.")
@click.option("--bom", is_flag=True, help="csv, text: begin with a byte order mark, for Excel.")
@click.option("--split", is_flag=True, help="tei: a file for each article.")
@click.option("--force", is_flag=True, help="Replace an earlier export.")
@common_options
def export(
    query: tuple[str, ...],
    format_: str,
    to: str,
    filters: dict[str, Any],
    sample: Sample | None,
    force: bool,
    **options: bool,
) -> int:
    """Write every article found, in a format for other programs; all articles without a query."""
    made = exported(selected(query, filters), format_, to, options, force=force, sample=sample)
    if to != STDOUT:
        say(f"{number(made.articles, 'article')} in {one_line(to)}")
    return INCOMPLETE if made.problems else 0


def exported(
    asked: Selection, format_: str, to: str, options: dict[str, bool], *, force: bool, sample: Sample | None = None
) -> Manifest:
    """Write an export to a path or to stdout, tell what the archive did not give, and return its manifest."""
    from crawler.crawl.spider_loader import titles
    from crawler.research.exports import Options
    from crawler.research.exports import export as write
    from crawler.research.samples import sampled

    # A bar would be drawn across what is printed to the same terminal.
    bar = nullcontext() if to == STDOUT and sys.stdout.isatty() else shown_count("writing")
    with existing_archive() as archive, archive.moment(), bar as shown:
        made = write(
            archive,
            sampled(archive.db, asked, sample),
            format_,
            _stdout() if to == STDOUT else Path(to),
            made_at=datetime.now(UTC),
            options=Options(**options),
            force=force,
            sample=sample.as_dict() if sample is not None else None,
            publications=titles(),
            progress=shown,
        )
    for problem in made.problems[:MOST_TOLD]:
        complain(one_line(problem))
    if len(made.problems) > MOST_TOLD:
        complain(f"and {len(made.problems) - MOST_TOLD:,} more of the kind; the manifest names them all")
    if to == STDOUT and not made.articles:
        say("no article was found")
    return made


def _stdout() -> Sink:
    """Return where a printed export goes: to a program as it is, to a terminal without what could command it."""
    out = sys.stdout.buffer
    return _Terminal(out) if sys.stdout.isatty() else out


class _Terminal:
    """Passes UTF-8 on to a terminal, as :func:`plain` text."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def write(self, data: bytes, /) -> None:
        self._out.write(plain(self._decode(data)).encode())

    def flush(self) -> None:
        self._out.flush()
