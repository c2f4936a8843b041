"""Makes the shards of an ingest: divides the files into parts, and lets an engine read those that are not there yet."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import msgspec

from crawler.engines import Task, open_engine
from crawler.errors import CrawlerError
from crawler.operations.ingest.work import WorkOptions
from crawler.shards.answer_hashes import AnswerHashes, make_answer_key
from crawler.shards.page_shard import PageShelf
from crawler.shards.parts import InputFile, Part, describe_file, iter_ranges, make_whole_part
from crawler.shards.reading import PartNotes, PartTask, load_modules, read_part
from crawler.shards.settings import ReadingSettings, save_settings
from crawler.shards.store import Manifest, ShardDamaged, ShardStore

log = logging.getLogger(__name__)

_LEAST_SHARE = 4_000_000
"""Bytes for a process, below which it would take longer to start it than to read them."""


class PartsUnread(CrawlerError):
    """Some parts have no shard: nothing was written."""


@dataclass(slots=True)
class _InputParts:
    """A file, and the parts that it is read in."""

    path: Path
    file: InputFile
    whole: Part
    ranges: tuple[Part, ...]
    is_whole: bool
    """True when the file is read as one part."""

    @property
    def parts(self) -> tuple[Part, ...]:
        return (self.whole,) if self.is_whole else self.ranges


@dataclass(slots=True)
class ShardMaker:
    """Makes and finds the shards of the files of one ingest in a folder of work."""

    folder: Path
    settings: ReadingSettings
    rules: str
    options: WorkOptions
    report_progress: Callable[[int, int], None] | None = None
    """Called with the bytes that were read and all bytes."""
    store: ShardStore = field(init=False)
    _sound_ids: set[str] = field(default_factory=set)
    """Shards whose files were compared with their digests."""
    _held: AnswerHashes | None = None

    def __post_init__(self) -> None:
        self.store = ShardStore(self.folder)
        if self.settings.answer_hashes is not None:
            self._held = AnswerHashes(self.settings.answer_hashes)

    def make(self, files: Sequence[Path]) -> list[tuple[Part, ...]]:
        """Make all shards that are missing, or those of this share; return the parts of each file.

        Raises PartsUnread.
        """
        inputs = [self._divide(path) for path in files]
        parts = [part for input_parts in inputs for part in input_parts.parts]
        if self.options.share is not None:
            number, count = self.options.share
            parts = parts[number - 1 :: count]
        self._read(parts)
        if self.options.share is None:
            self._read_whole(inputs)
        return [input_parts.parts for input_parts in inputs]

    def find(self, files: Sequence[Path]) -> list[tuple[Part, ...]]:
        """Return the parts of each file, whose shards are all there. Raises PartsUnread."""
        inputs = [self._divide(path) for path in files]
        ids = {part.id for input_parts in inputs for part in input_parts.parts}
        missing = [shard_id for shard_id in ids if not self._is_sound(shard_id)]
        if missing:
            raise PartsUnread(
                f"{len(missing)} of {len(ids)} parts have no shard in {self.folder}: run their --part, or the same "
                "command without --merge"
            )
        self._read_whole(inputs)
        return [input_parts.parts for input_parts in inputs]

    def verify(self, part: Part) -> tuple[Manifest, PartNotes]:
        """Return the manifest of the shard of a part, and what it notes. Raises ShardDamaged."""
        if part.id in self._sound_ids:
            manifest = self.store.read_manifest(part.id)
        else:
            manifest = self.store.verify(part.id)
            self._sound_ids.add(part.id)
        try:
            return manifest, msgspec.convert(manifest.details, PartNotes)
        except msgspec.ValidationError as problem:
            raise ShardDamaged(f"the shard {self.store.locate(part.id)} is one of another kind: {problem}") from None

    def _divide(self, path: Path) -> _InputParts:
        file = describe_file(path)
        whole = make_whole_part(path, file, self.rules)
        ranges = tuple(iter_ranges(path, file, self.rules, self.options.range_size))
        return _InputParts(path, file, whole, ranges, is_whole=not ranges or self.store.has(whole.id))

    def _read_whole(self, inputs: Iterable[_InputParts]) -> None:
        """Read the files whose ranges do not fit together, each as one part."""
        divided = [input_parts for input_parts in inputs if not input_parts.is_whole]
        broken = [input_parts for input_parts in divided if not self._fits(input_parts.ranges)]
        for input_parts in broken:
            input_parts.is_whole = True
        self._read([input_parts.whole for input_parts in broken])

    def _fits(self, ranges: Sequence[Part]) -> bool:
        """Return True if each range begins where the one before it would have gone on."""
        notes = [self.verify(part)[1] for part in ranges]
        return all(note.is_divisible for note in notes) and all(
            note.next_offset == following.first_offset for note, following in pairwise(notes)
        )

    def _is_sound(self, shard_id: str) -> bool:
        """Return True if a shard is there, whole, and made for this archive; another one is removed."""
        if shard_id in self._sound_ids:
            return True
        if not self.store.has(shard_id):
            return False
        try:
            manifest = self.store.verify(shard_id)
            is_stale = bool(manifest.counts.get("archived")) and not self._holds_archived(shard_id)
        except ShardDamaged as problem:
            log.warning("%s; it is made again", problem)
            self.store.remove(shard_id)
            return False
        if is_stale:
            self.store.remove(shard_id)
            return False
        self._sound_ids.add(shard_id)
        return True

    def _holds_archived(self, shard_id: str) -> bool:
        """Return True if the archive still holds all answers that a shard left out for that reason."""
        with PageShelf(self.store) as shelf:
            return all(
                self._held is not None and make_answer_key(entry) in self._held
                for entry, _ in shelf.iter_entries(shard_id)
                if entry.is_archived
            )

    def _read(self, parts: Iterable[Part]) -> None:
        missing = {part.id: part for part in parts if not self._is_sound(part.id)}
        if not missing:
            return
        total, done = sum(part.size for part in missing.values()), 0
        jobs = max(1, min(self.options.jobs, len(missing), total // _LEAST_SHARE))
        digest = save_settings(self.folder, self.settings)
        # the largest ones first, so that no process works long after the others
        ordered = sorted(missing.values(), key=lambda part: -part.size)
        tasks = [Task(part.id, PartTask(part, str(self.folder.absolute()), digest)) for part in ordered]
        failures = []
        options = self.options
        with open_engine(options.engine, jobs=jobs, scheduler=options.scheduler, preload=load_modules) as engine:
            for result in engine.run(read_part, tasks):
                part = missing[result.id]
                if result.state != "done":
                    failures.append(f"{part.path}: {result.reason}")
                done += part.size
                if self.report_progress is not None:
                    self.report_progress(done, total)
        if failures:
            raise PartsUnread(
                f"{len(failures)} of {len(tasks)} parts could not be read, the first one is {failures[0]}; "
                "the same command goes on with the others"
            )
