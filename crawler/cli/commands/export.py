"""``seealso export``: writes every article of a selection in a format for other programs."""

from __future__ import annotations

import codecs
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from crawler.cli.common import EXIT_NEEDS_PERSON, common_options
from crawler.cli.help_sections import SectionedCommand
from crawler.cli.options.columns import columns_option
from crawler.cli.options.notes import open_notes
from crawler.cli.options.paths import PathType
from crawler.cli.options.sample import sample_options
from crawler.cli.options.selection import QUERY_LANGUAGE_HELP, check_selections, make_selection, selection_options
from crawler.cli.options.types import open_existing_archive
from crawler.cli.output import complain, format_count, say, strip_controls, to_one_line
from crawler.cli.progress import show_count

if TYPE_CHECKING:
    from crawler.archive.search.selection import Selection
    from crawler.notes.remarks import Remarks
    from crawler.research.exports.manifest import Manifest
    from crawler.research.exports.streams import Sink
    from crawler.research.samples import Sample

EXPORT_FORMATS = (
    *("csv", "jsonl", "parquet", "ids", "sqlite", "bibtex", "ris", "csl-json", "text", "tei", "warc", "wacz"),
    *("gexf", "graphml"),
)
"""The formats of :mod:`crawler.research.exports.formats`, which is loaded only for an export."""
MAX_PROBLEMS_PRINTED = 10
"""Lines about articles that could not be written; the manifest has them all."""
STDOUT = "-"


@click.command(
    cls=SectionedCommand,
    short_help="Write articles for other programs.",
    epilog=QUERY_LANGUAGE_HELP + "seealso export --format csv --to peace.csv -- '-war peace'.",
)
@click.argument("query", nargs=-1)
@click.option(
    "--format",
    "format_",
    type=click.Choice(EXPORT_FORMATS, case_sensitive=False),
    required=True,
    metavar="FORMAT",
    help=f"One of {', '.join(EXPORT_FORMATS)}.",
)
@click.option(
    "--to", required=True, metavar="PATH", help="The file or folder to make; - prints a format that is one text."
)
@selection_options
@sample_options
@click.option("--safe", is_flag=True, help="csv, ids, text: no cell begins like a formula.")
@click.option("--bom", is_flag=True, help="csv, ids, text: begin with a byte order mark, for Excel.")
@columns_option("csv, jsonl, parquet: only these columns, in this order.")
@click.option(
    "--pseudonyms",
    type=PathType(dir_okay=False),
    metavar="KEYFILE",
    help="Replace authors by pseudonyms; KEYFILE has, or gets, the secret and the names.",
)
@click.option("--split", is_flag=True, help="tei: a file for each article.")
@click.option("--current", is_flag=True, help="gexf, graphml: only links that are there now.")
@click.option("--unarchived", is_flag=True, help="gexf, graphml: with addresses named and not archived.")
@click.option("--force", is_flag=True, help="Replace an earlier export.")
@common_options
def export(
    query: tuple[str, ...],
    format_: str,
    to: str,
    filters: dict[str, Any],
    sample: Sample | None,
    force: bool,
    **options: Any,
) -> int:
    """Write every article found, in a format for other programs; all articles without a query."""
    selection = make_selection(query, filters)
    manifest = run_export(selection, format_, to, options, force=force, sample=sample)
    if to != STDOUT:
        from crawler.archive.search.units import UNIT_NOUNS

        say(f"{format_count(manifest.articles, *UNIT_NOUNS[selection.unit])} in {to_one_line(to)}")
    return EXIT_NEEDS_PERSON if manifest.problems else 0


def run_export(
    selection: Selection, format_: str, to: str, options: dict[str, Any], *, force: bool, sample: Sample | None = None
) -> Manifest:
    """Write an export to a path or to stdout, print its problems, and return its manifest."""
    from crawler.research.exports import ExportOptions
    from crawler.research.exports import export as write
    from crawler.research.samples import sampled
    from crawler.sites.registry import load_titles

    remarks = _read_remarks(options)
    # A bar would be drawn across what is printed to the same terminal.
    bar = nullcontext() if to == STDOUT and sys.stdout.isatty() else show_count("writing")
    with open_existing_archive() as archive, archive.moment(), bar as progress:
        check_selections(archive, selection)
        manifest = write(
            archive,
            sampled(archive.db, selection, sample),
            format_,
            _open_stdout() if to == STDOUT else Path(to),
            made_at=datetime.now(UTC),
            options=ExportOptions(**options),
            force=force,
            sample=sample.as_dict() if sample is not None else None,
            publications=load_titles(*archive.adopted_sites),
            remarks=remarks,
            progress=progress,
        )
    for problem in manifest.problems[:MAX_PROBLEMS_PRINTED]:
        complain(to_one_line(problem))
    if len(manifest.problems) > MAX_PROBLEMS_PRINTED:
        complain(f"and {len(manifest.problems) - MAX_PROBLEMS_PRINTED:,} more of the kind; the manifest names them all")
    _say_what_spreadsheets_lose(manifest)
    if not manifest.articles:
        complain("no article was found: the export is empty")
    return manifest


def _read_remarks(options: dict[str, Any]) -> Remarks | None:
    """Return what people wrote on articles, where columns of it are asked for; None where they are not."""
    from crawler.notes.remarks import REMARK_COLUMNS, read_remarks

    if not {name.strip().lower() for name in options.get("columns") or ()} & set(REMARK_COLUMNS):
        return None
    if options.get("pseudonyms") is not None:
        raise click.UsageError("tags and codes are words of people, in which names may be: not with --pseudonyms")
    with open_notes() as notes:
        return read_remarks(notes)


def _say_what_spreadsheets_lose(manifest: Manifest) -> None:
    from crawler.research.exports.tabular import EARLY_DAYS, LONG_CELLS, MAX_CELL_LETTERS

    if cells := manifest.counts.get(LONG_CELLS, 0):
        cells_are = format_count(cells, "cell is", "cells are")
        say(f"{cells_are} longer than the {MAX_CELL_LETTERS:,} characters that Excel holds; the file is whole")
    if days := manifest.counts.get(EARLY_DAYS, 0):
        say(f"{format_count(days, 'day is', 'days are')} before 1900, which Excel keeps as text among its dates")


def _open_stdout() -> Sink:
    """Return the sink of a printed export: stdout itself, or on a terminal a filter that removes control sequences."""
    out = sys.stdout.buffer
    return _Terminal(out) if sys.stdout.isatty() else out


class _Terminal:
    """Passes UTF-8 on to a terminal without control sequences (:func:`strip_controls`)."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def write(self, data: bytes, /) -> None:
        self._out.write(strip_controls(self._decode(data)).encode())

    def flush(self) -> None:
        self._out.flush()
