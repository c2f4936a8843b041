"""Lists the records of one file given, whatever it is packed in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Final

from crawler.errors import WarcDamaged
from crawler.warc.foreign.entries import FileNotes, FileSpan, RecordEntry
from crawler.warc.foreign.file_walk import iter_entries, iter_spilled_entries
from crawler.warc.foreign.members import is_member
from crawler.warc.foreign.saved.kinds import OPENING, find_saved_kind
from crawler.warc.foreign.saved.pages import FindOrigin, SavedPageDamaged, find_saved_file, iter_saved_records
from crawler.warc.foreign.unpacking import (
    Budget,
    GrownTooLarge,
    NoSpill,
    NotDivisible,
    Spill,
    UnpackedFile,
    is_container,
    iter_files,
    make_scratch_path,
    read_file_name,
    spell_path,
)

_DEPTH: Final = 3
"""The most times that a file may be compressed over and over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DamagedPart:
    """A part of a file that holds no record that can be read."""

    name: str
    """The name of the file, as in :class:`FoundEntry`."""
    offset: int | None
    """The byte at which it begins; None where the file is compressed as a whole, or damaged as a whole."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundEntry:
    """A record, and the name of the file that holds it."""

    entry: RecordEntry
    name: str
    """The name of the file given, followed by those of the files within it that hold the record."""


@dataclass(slots=True, kw_only=True)
class Findings:
    """What was found in a file besides the records that may hold pages."""

    repaired: int = 0
    """Records that are whole, though they do not end where they should."""
    damaged: list[DamagedPart]
    records: int = 0
    """Records of any kind."""
    first_offset: int | None = None
    """Where reading of a span began; None where nothing begins in it or behind it, and for whole files."""
    next_offset: int | None = None
    """Where reading would have gone on behind a span; None at the end of the file, and for whole files."""
    keeps_content: bool = False
    """True if entries are to have the content of their records, for whoever reads each of them at once."""


def iter_file_entries(path: Path, folder: Path, findings: Findings, find_origin: FindOrigin) -> Iterator[FoundEntry]:
    """Yield the records of a WARC, ARC or WACZ file that may hold a page; unpack into ``folder`` what has to be.

    A saved page (HTML, MHTML, HAR) comes as records, too: ``find_origin`` tells where the markup says that it was.
    Damaged parts are added to ``findings``, and reading goes on behind them. Raises WarcDamaged when the file is none
    of these or cannot be read.
    """
    try:
        budget = Budget(path)
        for unpacked in iter_files(path, folder, budget):
            notes = FileNotes(keeps_content=findings.keeps_content)
            if unpacked.path is not None:
                place = _read_place(unpacked.name) if unpacked.is_inner else path.absolute()
                is_nested = unpacked.is_inner and unpacked.is_whole
                packed = _Packed(unpacked.path, place, folder, budget, find_origin, is_nested)
                for entry in _iter_packed(packed, notes, 0):
                    yield FoundEntry(entry=entry, name=unpacked.name)
            findings.records += notes.records
            findings.repaired += notes.repaired
            findings.damaged += _list_damage(unpacked, notes)
            if notes.reason is not None and not unpacked.is_inner:
                raise WarcDamaged(f"{spell_path(path)} {notes.reason}")
    except OSError as problem:
        raise WarcDamaged(f"{spell_path(path)} cannot be read: {problem.strerror or problem}") from None
    if not findings.records and not findings.damaged:
        raise WarcDamaged(describe_lack_of_records(path))


def iter_span_entries(path: Path, span: FileSpan, findings: Findings) -> Iterator[FoundEntry]:
    """Yield the records that begin in a span of a file and may hold a page.

    Where the next span's ``first_offset`` is not this one's ``next_offset``, the file is to be read whole. Raises
    NotDivisible for a file that has to be unpacked, and WarcDamaged when it cannot be read.
    """
    notes = FileNotes(keeps_content=findings.keeps_content)
    try:
        with path.open("rb") as file:
            if is_container(file.read(OPENING)):
                raise NotDivisible
        for entry in iter_entries(path, NoSpill(path, Budget(path)), notes, span):
            yield FoundEntry(entry=entry, name=read_file_name(path))
    except OSError as problem:
        raise WarcDamaged(f"{spell_path(path)} cannot be read: {problem.strerror or problem}") from None
    findings.records, findings.repaired = notes.records, notes.repaired
    findings.first_offset, findings.next_offset = notes.first_offset, notes.next_offset
    findings.damaged += [DamagedPart(name=read_file_name(path), offset=offset) for offset in notes.damaged]


def describe_lack_of_records(path: Path) -> str:
    """Return what is wrong with a file in which there is no record, for people."""
    return f"{spell_path(path)} is no WARC, ARC or WACZ file: there is no record in it"


def _list_damage(unpacked: UnpackedFile, notes: FileNotes) -> list[DamagedPart]:
    """Return the damaged parts of one file; of one without a whole record, only when it should have held some."""
    whole = DamagedPart(name=unpacked.name, offset=None)
    if not notes.records and not notes.begins_as_archive:
        return [whole] if unpacked.is_inner else []
    if not unpacked.is_whole and (not unpacked.is_inner or not notes.damaged):
        return [whole]  # between the records of a ZIP file without directory lies what are none
    return [DamagedPart(name=unpacked.name, offset=offset) for offset in notes.damaged]


def _read_place(name: str) -> PurePath:
    """Return the names that lead to a file within others; some ZIP files have backslashes between them."""
    return PurePath(name.replace("\\", "/"))


@dataclass(frozen=True, slots=True)
class _Packed:
    """A file to be read, whatever it is packed in, and what is needed to unpack it."""

    path: Path
    place: PurePath
    """Where it lies, or the names that lead to it in the file given."""
    folder: Path
    budget: Budget
    find_origin: FindOrigin
    is_nested: bool = False
    """True for a file from within another one: if it holds files itself, nobody has opened it."""

    def make_spill(self) -> Spill:
        """Return a new file for what is unpacked."""
        return Spill(make_scratch_path(self.folder), self.budget)


def _iter_packed(packed: _Packed, notes: FileNotes, depth: int) -> Iterator[RecordEntry]:
    with packed.path.open("rb") as file:
        opening = file.read(OPENING)
    if packed.is_nested and depth <= _DEPTH and is_container(opening):
        try:
            for unpacked in iter_files(packed.path, packed.folder, packed.budget):
                if unpacked.path is not None:
                    place = packed.place / _read_place(unpacked.name)
                    inner = replace(packed, path=unpacked.path, place=place, is_nested=unpacked.is_whole)
                    yield from _iter_packed(inner, notes, depth + 1)
                elif not unpacked.is_whole:
                    notes.damaged.append(None)
        except GrownTooLarge:
            raise
        except WarcDamaged as problem:  # it holds nothing
            notes.reason = str(problem).removeprefix(f"{spell_path(packed.path)} ")
        return
    saved_file = find_saved_file(packed.path, packed.place)
    spill = packed.make_spill()
    if saved_file is not None:
        try:
            for record in iter_saved_records(saved_file, packed.find_origin):
                spill.write(record)
        except SavedPageDamaged as problem:
            notes.reason = str(problem)
        if (saved_path := spill.finish()) is not None:
            yield from iter_spilled_entries(saved_path, notes)
        return
    try:
        yield from iter_entries(packed.path, spill, notes)
    finally:
        spilled_path = spill.finish()
    if spilled_path is None:
        return
    modified_at = packed.path.stat().st_mtime
    os.utime(spilled_path, (modified_at, modified_at))
    with spilled_path.open("rb") as file:
        opening = file.read(OPENING)
    is_nested = is_container(opening) or is_member(opening) or find_saved_kind(opening) is not None
    if depth < _DEPTH and is_nested:
        yield from _iter_packed(replace(packed, path=spilled_path, is_nested=True), notes, depth + 1)
    else:
        yield from iter_spilled_entries(spilled_path, notes)
