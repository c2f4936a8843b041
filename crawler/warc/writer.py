"""Writes WARC records into files, and returns the location of each answer."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from crawler.errors import ArchiveMoved
from crawler.system.file_identity import FileIdentity, describe_loss
from crawler.warc.records import AnswerRecord, RecordEncoder, make_random_id

ROLL_AT = 1_000_000_000
"""Bytes of a file after which the next one is begun."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """The location of a record: the name of its file within the folder, offset and length of its member in bytes."""

    file: str
    offset: int
    length: int


class WarcWriter:
    """Appends records to ``<prefix>-<UTC time>-<nnnnn>.warc.gz`` files in a folder, one gzip member a record.

    The folder and the first file are made for the first record, so that a run that fetches nothing leaves no file. Each
    file begins with a warcinfo record of ``info``. Raises OSError when the disk is full or not writable, and
    ArchiveMoved when the folder is not where it was: asked for at each flush, each beginning and at the end.
    """

    def __init__(
        self,
        folder: Path,
        prefix: str,
        *,
        started_at: datetime,
        info: Mapping[str, str] | None = None,
        roll_at: int = ROLL_AT,
    ) -> None:
        self.folder = folder
        self.prefix = prefix
        self.info = {"format": "WARC File Format 1.1", **(info or {})}
        self.roll_at = roll_at
        self._started_at = started_at
        self._stamp = started_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        self._serial = 0
        self._file: BinaryIO | None = None
        self._name = ""
        self._offset = 0
        self._folder_identity = FileIdentity.read(folder)
        self._encoder = RecordEncoder()

    def write(self, answer: AnswerRecord, request_head: bytes | None) -> Location:
        """Append a response and the request that it answers; return the location of the response.

        ``request_head`` has the form of the answer's ``response_head``; with None the request is not known, and none is
        written.
        """
        answer = replace(answer, record_id=answer.record_id or make_random_id())  # the request names it
        location = self.append(self._encoder.encode_answer(answer))
        if request_head is not None:
            self._append(self._encoder.encode_request(answer, request_head))  # never in the next file
        return location

    def append(self, member: bytes) -> Location:
        """Append a record that is a gzip member already; return its location."""
        if self._file is None or self._offset >= self.roll_at:
            self._begin_file()
        return self._append(member)

    def flush(self) -> None:
        """Sync everything written so far to the disk; to be called before the archive's transaction refers to it."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
        self._check_in_place()

    def close(self) -> None:
        """Flush and close the current file; a later write begins another."""
        try:
            self.flush()
        finally:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _begin_file(self) -> None:
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._folder_identity = FileIdentity.read(self.folder)
        while True:
            self._name = f"{self.prefix}-{self._stamp}-{self._serial:05d}.warc.gz"
            self._serial += 1
            try:
                self._file = (self.folder / self._name).open("xb")
            except FileExistsError:  # another run began within the same second
                continue
            break
        self._offset = 0
        self._append(self._encoder.encode_info(self._name, self.info, self._started_at))

    def _check_in_place(self) -> None:
        """Raise ArchiveMoved where the folder, or the file that is being written, is not at its path any more."""
        path, current_path = self.folder, None
        if self._file is not None:
            path = self.folder / self._name
            identity = FileIdentity.read(self._file.fileno())
            assert identity is not None
            is_in_place = identity.is_at(path)
            if not is_in_place:
                current_path = identity.find_path()
        else:
            is_in_place = self._folder_identity is None or self._folder_identity.is_at(self.folder)
        if is_in_place:
            return
        if self._folder_identity is not None and not self._folder_identity.is_at(self.folder):
            path, current_path = self.folder, current_path.parent if current_path is not None else None
        advice = "put it back, then run the same command again" if current_path else "seealso verify names what is lost"
        raise ArchiveMoved(f"{path} {describe_loss(path, current_path)} while it was written; {advice}")

    def _append(self, member: bytes) -> Location:
        assert self._file is not None
        self._file.write(member)
        location = Location(file=self._name, offset=self._offset, length=len(member))
        self._offset += len(member)
        return location
