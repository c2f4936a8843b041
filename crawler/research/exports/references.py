"""Writes BibTeX, RIS and CSL-JSON: an entry for each article as :mod:`crawler.research.citation` formats it."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.archive.articles.versions import read_revision
from crawler.research.citation import Style, cite
from crawler.research.exports.context import ExportJob
from crawler.research.exports.streams import HashedStream


def write_bibtex(job: ExportJob, stream: HashedStream) -> None:
    """Write BibTeX entries, parted by an empty line."""
    for entry in _iter_entries(job, "bibtex"):
        stream.write_text(entry + "\n\n")


def write_ris(job: ExportJob, stream: HashedStream) -> None:
    """Write RIS records, parted by an empty line; line ends are CR LF, as the specification has them."""
    for entry in _iter_entries(job, "ris"):
        stream.write_text(entry.replace("\n", "\r\n") + "\r\n\r\n")


def write_csl_json(job: ExportJob, stream: HashedStream) -> None:
    """Write one JSON list of CSL items."""
    before = "[\n"
    for entry in _iter_entries(job, "csl-json"):
        stream.write_text(before + entry)
        before = ",\n"
    stream.write_text("[]\n" if before == "[\n" else "\n]\n")


def _iter_entries(job: ExportJob, style: Style) -> Iterator[str]:
    for row in job.selected.rows():
        # Of a snapshot the frozen versions are cited, with the day they were captured and their digests.
        version = read_revision(job.selected.db, row.id, row.revisions) if job.selected.snapshot is not None else None
        yield cite(row, style, publication=job.get_publication(row.site), revision=version)
