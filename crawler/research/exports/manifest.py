"""The manifest of an export: selection, options, versions, counts and files, as JSON beside the export."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, Final, Self

from crawler import __version__
from crawler.archive.schema.migrations import list_migrations
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.freeze import Snapshot
from crawler.normalisation.dates.moments import instant
from crawler.research.exports.streams import HashedStream, WrittenFile
from crawler.research.exports.target import PROGRAM_NAME

_SNAPSHOT_FIELDS: Final = ("name", "uid", "created_at", "hash", "query", "filters")


class FileList:
    """Lists the files written, in the order of their writing. The list is on the disk, because there may be many."""

    def __init__(self) -> None:
        self._lines = TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115  # __exit__ closes it
        self.number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()

    def __iter__(self) -> Iterator[WrittenFile]:
        self._lines.seek(0)
        for line in self._lines:
            yield WrittenFile(**json.loads(line))

    def add(self, written: WrittenFile) -> None:
        """Add a file that is complete."""
        self._lines.write(json.dumps(asdict(written), ensure_ascii=False) + "\n")
        self.number += 1


@dataclass(slots=True, kw_only=True)
class Manifest:
    """The description of one export, without its files."""

    format: str
    made_at: datetime
    """The time that the caller gives as now."""
    selection: Selection
    options: Mapping[str, Any]
    sample: Mapping[str, Any] | None = None
    frozen: Snapshot | None = None
    """The snapshot that the selection names."""
    frozen_text_hash: str | None = None
    """Its hash of texts alone."""
    articles: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    """Further counts of the format: captures, authors."""
    problems: list[str] = field(default_factory=list)
    """What could not be read from the archive: one line each."""

    @property
    def title(self) -> str:
        """The title of the export."""
        query = self.selection.query.strip()
        return f"Articles found by: {query}" if query else "Articles"

    def head(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        filters = {filter_.name: filter_.value for filter_ in self.selection.filters()}
        return {
            "program": PROGRAM_NAME,
            "format": self.format,
            "made_at": instant(self.made_at),
            "query": self.selection.query,
            "filters": filters,
            "unit": self.selection.unit,
            "noted": self.selection.noted.question if self.selection.noted else None,
            "sample": dict(self.sample) if self.sample else None,
            "snapshot": {
                **{name: getattr(self.frozen, name) for name in _SNAPSHOT_FIELDS},
                "text_hash": self.frozen_text_hash,
            }
            if self.frozen is not None
            else None,
            "options": dict(self.options),
            "counts": {"articles": self.articles, **self.counts},
            "versions": {PROGRAM_NAME: __version__, "sqlite": sqlite3.sqlite_version, "schema": list_migrations()[-1]},
            "problems": self.problems,
        }

    def write(self, stream: HashedStream, files: FileList) -> None:
        """Write it and the files as one JSON document."""
        self.counts["files"] = files.number
        for piece in _document(self.head(), "files", (asdict(file) for file in files)):
            stream.write_text(piece)


def _document(head: Mapping[str, Any], name: str, entries: Iterable[Any]) -> Iterator[str]:
    """Yield a JSON object whose last value is a long list, piece by piece."""
    yield json.dumps(head, ensure_ascii=False, indent=2).removesuffix("\n}") + f",\n  {json.dumps(name)}: ["
    between = "\n    "
    for entry in entries:
        yield between + json.dumps(entry, ensure_ascii=False)
        between = ",\n    "
    yield "\n  ]\n}\n"
