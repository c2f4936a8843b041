"""The job that a format's writer gets: articles, options and files to write, and the manifest that it fills."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.notes.remarks import Remarks
from crawler.research.exports.manifest import FileList, Manifest
from crawler.research.exports.streams import HashedStream, measure_file
from crawler.research.selection_table import SelectedArticles

if TYPE_CHECKING:
    from crawler.research.exports.pseudonyms import Pseudonyms


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """Options of formats. A format that does not know an option ignores it."""

    safe: bool = False
    """Disarm what a spreadsheet would take for a formula."""
    bom: bool = False
    """Begin CSV with a byte order mark, which Excel needs to see that it is UTF-8."""
    split: bool = False
    """TEI: one file for each article, in a folder, instead of one corpus."""
    current: bool = False
    """Graphs: only the links that are there now."""
    columns: tuple[str, ...] = ()
    """Tables: these columns in this order; all of them when none is named."""
    pseudonyms: Path | None = None
    """The key file (:mod:`crawler.research.exports.key_file`) with which names of authors become pseudonyms."""
    unarchived: bool = False
    """Graphs: with the addresses that are named and not archived."""


@dataclass(slots=True, kw_only=True)
class ExportJob:
    """One export while it is made."""

    selected: SelectedArticles
    options: ExportOptions
    manifest: Manifest
    files: FileList
    path: Path | None
    """Where to write: a file, a folder that is there, or None for a single stream."""
    warc_folder: Path
    remarks: Remarks | None = None
    """What people wrote on the articles, where columns of it are written."""
    pseudonyms: Pseudonyms | None = None
    """What replaces names; articles that are selected come with them replaced."""
    publications: Mapping[str, str] = field(default_factory=dict)
    """Name of a site → the title of its publication."""

    @property
    def made_at(self) -> datetime:
        """The time that the caller gives as now, in UTC."""
        return self.manifest.made_at.astimezone(UTC)

    def get_publication(self, site: str) -> str:
        """Return the title of a site's publication, or its name where none is given."""
        return self.publications.get(site, site)

    @contextmanager
    def open_file(self, name: str) -> Iterator[HashedStream]:
        """Open a file by its name in the export's folder (parts joined by a slash); list it when it is complete."""
        assert self.path is not None
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            stream = HashedStream(file, name)
            yield stream
        self.files.add(stream.written)

    def add_file(self, path: Path, name: str | None = None) -> None:
        """List a file that something else wrote, after syncing it to the disk."""
        with path.open("rb") as file:
            os.fsync(file.fileno())
        self.files.add(measure_file(path, name or path.name))
