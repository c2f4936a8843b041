"""Finds answers where they are stored already, for who would otherwise write them once more."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crawler.errors import WarcDamaged
from crawler.warc.mending import find_next_record
from crawler.warc.records import EMPTY_DIGEST
from crawler.warc.revisits import NOT_MODIFIED_PROFILE, read_head
from crawler.warc.writer import Location

_ANSWER_TYPES = ("response", "revisit")
_MOST_INFO = 1 << 16
"""The most bytes of a warcinfo record that are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """An answer in a WARC file: what its record's head says, and where it is."""

    url: str
    date: datetime
    digest: str
    location: Location


@dataclass(slots=True)
class AnswerLocator:
    """The answers of a folder of WARC files; it stands for a :class:`~crawler.warc.WarcWriter` and writes nothing."""

    folder: Path
    answers: list[StoredAnswer] = field(default_factory=list)
    info: list[dict[str, str]] = field(default_factory=list)
    """The fields of each file's warcinfo record."""
    damaged: int = 0
    """Damaged parts of the files."""
    _by_payload: dict[tuple[datetime, str], list[StoredAnswer]] = field(default_factory=dict)

    def scan(self, path: Path) -> None:
        """Take in the answers of one file; damaged records are counted and passed over."""
        for answer in self._iter_answers(path):
            self.answers.append(answer)
            self._by_payload.setdefault((answer.date, answer.digest), []).append(answer)

    def locate(self, *, url: str, fetched_at: datetime, digest: str) -> Location:
        """Return where an answer is stored. Raises WarcDamaged when it is not among those taken in."""
        candidates = self._by_payload.get((fetched_at.astimezone(UTC), digest), [])
        for answer in candidates:
            if answer.url == url:
                return answer.location
        if not candidates:
            raise WarcDamaged(f"{url} of {fetched_at} is in no file of {self.folder}")
        return candidates[0].location

    def _iter_answers(self, path: Path) -> Iterator[StoredAnswer]:
        size, offset = path.stat().st_size, 0
        with path.open("rb") as file:
            while offset < size:
                file.seek(offset)
                try:
                    fields, length = read_head(file, whole=True)
                except WarcDamaged:
                    self.damaged += 1
                    next_offset = find_next_record(path, offset + 1)
                    if next_offset is None:
                        return
                    offset = next_offset
                    continue
                if fields.get("warc-type") == "warcinfo":
                    self.info.append(_read_info(path, offset))
                elif fields.get("warc-type") in _ANSWER_TYPES and (date := _read_date(fields.get("warc-date", ""))):
                    is_empty = fields.get("warc-profile") == NOT_MODIFIED_PROFILE
                    yield StoredAnswer(
                        url=fields.get("warc-target-uri", "").strip("<> "),
                        date=date,
                        digest=fields.get("warc-payload-digest") or (EMPTY_DIGEST if is_empty else ""),
                        location=Location(file=path.name, offset=offset, length=length),
                    )
                offset += length


def _read_date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None


def _read_info(path: Path, offset: int) -> dict[str, str]:
    """Return the fields of a warcinfo record's block."""
    with path.open("rb") as file:
        file.seek(offset)
        content = zlib.decompressobj(31).decompress(file.read(_MOST_INFO), _MOST_INFO)
    block = content.partition(b"\r\n\r\n")[2].decode("utf-8", "replace")
    lines = (line.partition(":") for line in block.splitlines())
    return {name.strip(): value.strip() for name, colon, value in lines if colon}
