"""Writes plain text: a file for each article and a table about them, as AntConc, Voyant and quanteda read them.

A file holds headline, lead and body, parted by an empty line. Its name is ``<site>_<language>_<key>.txt``: the
identity of the article, so the same article has the same name in every export.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from crawler.archive.articles.frames import FRAME_COLUMNS
from crawler.archive.articles.records import ArticleRow
from crawler.research.exports.context import ExportJob
from crawler.research.exports.data_package import make_table_schema, write_package
from crawler.research.exports.sanitize import make_name_part, replace_surrogates
from crawler.research.exports.tabular import format_cells, make_row_writer

METADATA: Final = "metadata.csv"
TEXTS: Final = "texts"
_COLUMNS: Final = tuple(name for name in FRAME_COLUMNS if name != "body")


def write_text(job: ExportJob) -> None:
    """Write the folder: the texts in a folder of their own, so that a program can be given that alone."""
    write_folder(job, TEXTS, "txt", lambda row: replace_surrogates(make_text(row)).encode())


def write_folder(job: ExportJob, folder: str, suffix: str, content: Callable[[ArticleRow], bytes]) -> None:
    """Write a file for each article into a folder, and beside it a table about them and its description."""
    assert job.path is not None
    (job.path / folder).mkdir()
    with job.open_file(METADATA) as stream:
        write = make_row_writer(stream, safe=job.options.safe, bom=job.options.bom)
        write(("file", *_COLUMNS))
        for row in job.selected.rows():
            name = make_file_name(row, suffix)
            with job.open_file(f"{folder}/{name}") as text:
                text.write(content(row))
            write((name, *format_cells(row, _COLUMNS)))
    written = stream.written
    write_package(
        job,
        [
            {
                "name": "metadata",
                "title": "Articles",
                "path": METADATA,
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": written.bytes,
                "hash": f"sha256:{written.sha256}",
                "schema": make_table_schema(("file", *_COLUMNS)),
            }
        ],
    )


def make_text(row: ArticleRow) -> str:
    """Return headline, lead and body of an article; the line ends of the archive stay."""
    return "\n\n".join(part for part in (row.headline, row.lead, row.body) if part) + "\n"


def make_file_name(row: ArticleRow, suffix: str) -> str:
    """Return the name of an article's file, which no other article of the archive has."""
    return "_".join(make_name_part(part) for part in (row.site, row.language, row.site_key)) + f".{suffix}"
