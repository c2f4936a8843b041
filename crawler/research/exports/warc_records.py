"""Reads the WARC records that hold the captures of the selected articles, byte for byte.

With each answer goes the request that stands behind it; before the first record of a file goes the file's warcinfo;
and where an answer is a revisit record, the record that it refers to comes too, though it was not selected.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Self

from crawler.errors import WarcDamaged
from crawler.normalisation.words.digits import parse_digits
from crawler.research.exports.context import ExportJob
from crawler.research.selection_table import SELECTION_TABLE
from crawler.warc.foreign.heads import split_head
from crawler.warc.foreign.members import read_member
from crawler.warc.revisits import locate_record, read_head

CAPTURES_TABLE: Final = "temp.export_captures"
_PLACES: Final = "temp.export_places"
_MOST_PROBLEMS: Final = 50
"""Problems that are listed one by one; further ones are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRecord:
    """A WARC record as it lies in a file of the archive."""

    file: str
    offset: int
    fields: Mapping[str, str]
    """The record's header fields, names in lower case."""
    member: bytes
    """The gzip member, untouched."""
    content: bytes
    """The content of the member, uncompressed."""

    @property
    def kind(self) -> str:
        """``warcinfo``, ``response``, ``revisit`` or ``request``."""
        return self.fields.get("warc-type", "")

    @property
    def record_id(self) -> str:
        """The record's ``WARC-Record-ID``."""
        return self.fields.get("warc-record-id", "")


def choose_captures(job: ExportJob) -> int:
    """Fill the table of captures of the selected articles, and return how many there are.

    The captures of an article are the answers of its addresses, and those that its versions were read from.
    """
    db = job.selected.db
    db.execute(f"CREATE TEMP TABLE {CAPTURES_TABLE.removeprefix('temp.')} (id INTEGER PRIMARY KEY)")
    db.execute(
        f"INSERT OR IGNORE INTO {CAPTURES_TABLE} SELECT ca.id FROM {SELECTION_TABLE} c JOIN addresses ad ON "
        f"ad.article_id = c.id"
        " JOIN captures ca ON ca.url_key = ad.url_key"
    )
    db.execute(
        f"INSERT OR IGNORE INTO {CAPTURES_TABLE} SELECT ca.id FROM {SELECTION_TABLE} c JOIN revisions r ON "
        f"r.article_id = c.id"
        " JOIN captures ca ON ca.id = r.capture_id"
    )
    return int(db.execute(f"SELECT count(*) FROM {CAPTURES_TABLE}").fetchone()[0])


def iter_records(job: ExportJob) -> Iterator[WarcRecord]:
    """Yield the records of the captures that :func:`choose_captures` found, file by file, in the order of the files.

    What cannot be read is a problem of the export, and the others follow.
    """
    problems = _Problems(job.manifest.problems)
    db = job.selected.db
    with _WarcFiles(job.warc_folder) as files:
        _find_places(job, files, problems)
        name = None
        for file, start in db.execute(f"SELECT file, start FROM {_PLACES} ORDER BY file, start"):
            try:
                if file != name:
                    name = file
                    yield from files.info(file)
                yield from files.answer_and_request(file, start)
            except (OSError, WarcDamaged) as problem:
                problems.add(f"{file} at {start}: {problem}")
    problems.finish()


def _find_places(job: ExportJob, files: _WarcFiles, problems: _Problems) -> None:
    """List where the records lie, and those that they refer to."""
    db = job.selected.db
    name = _PLACES.removeprefix("temp.")
    db.execute(f"CREATE TEMP TABLE {name} (file TEXT, start INTEGER, PRIMARY KEY (file, start)) WITHOUT ROWID")
    for capture_id, url, file, start in db.execute(
        f"SELECT ca.id, ca.url, ca.warc_file, ca.warc_offset FROM {CAPTURES_TABLE} c JOIN captures ca ON ca.id = c.id"
        " ORDER BY ca.warc_file, ca.warc_offset"
    ):
        if file is None or start is None:
            problems.add(f"capture {capture_id}: {url} was archived without its bytes")
            continue
        try:
            places = files.places(file, start)
        except (OSError, WarcDamaged) as problem:
            problems.add(f"capture {capture_id}: {file} at {start}: {problem}")
            continue
        db.conn.executemany(f"INSERT OR IGNORE INTO {_PLACES} VALUES (?, ?)", places)


class _WarcFiles:
    """The archive's WARC files, of which one at a time is open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name: str | None = None
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def places(self, file: str, start: int) -> list[tuple[str, int]]:
        """Return where an answer lies, and where the record lies that it refers to."""
        stream = self._at(file, start)
        head, _ = read_head(stream, whole=False)
        kind = head.get("warc-type")
        if kind not in ("response", "revisit"):
            raise WarcDamaged(f"no answer lies there, but a {str(kind)[:40]} record")
        places = [(file, start)]
        original = head.get("warc-refers-to-filename")
        offset = parse_digits(head.get("warc-refers-to-file-offset", ""))
        if kind == "revisit" and original and offset is not None:
            places.append(locate_record(self._folder, original, offset, head.get("warc-refers-to", "")))
        return places

    def info(self, file: str) -> Iterator[WarcRecord]:
        """Yield the file's warcinfo record, if it begins with one."""
        record = self._record(file, 0)
        if record.kind == "warcinfo":
            yield record

    def answer_and_request(self, file: str, start: int) -> Iterator[WarcRecord]:
        """Yield the answer at a place, and the request behind it that belongs to it."""
        answer = self._record(file, start)
        yield answer
        behind = start + len(answer.member)
        if behind < os.fstat(self._at(file, behind).fileno()).st_size:
            request = self._record(file, behind)
            if request.kind == "request" and request.fields.get("warc-concurrent-to") == answer.record_id:
                yield request

    def _record(self, file: str, start: int) -> WarcRecord:
        stream = self._at(file, start)
        content, length = read_member(stream)
        head = split_head(content)
        if head is None:
            raise WarcDamaged("no record begins there")
        stream.seek(start)
        return WarcRecord(file=file, offset=start, fields=head[0], member=stream.read(length), content=content)

    def _at(self, file: str, start: int) -> BinaryIO:
        if file != self._name or self._file is None:
            if Path(file).name != file or "\\" in file or file in ("", ".", ".."):
                raise WarcDamaged("the name leads out of the folder")
            if self._file is not None:
                self._file.close()
            self._file = (self._folder / file).open("rb")
            self._name = file
        self._file.seek(start)
        return self._file


class _Problems:
    """Lists the first problems one by one, and counts the others."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._number = 0

    def add(self, line: str) -> None:
        self._number += 1
        if self._number <= _MOST_PROBLEMS:
            self._lines.append(line)

    def finish(self) -> None:
        if self._number > _MOST_PROBLEMS:
            self._lines.append(f"{self._number - _MOST_PROBLEMS} more of this kind")
