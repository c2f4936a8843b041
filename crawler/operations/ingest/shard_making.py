"""Makes the shards of an ingest: divides the files into parts, and lets an engine read those that are not there yet."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec

from crawler.engines import Task, open_engine
from crawler.engines.choice import EngineChoice
from crawler.engines.progress import ReportWork
from crawler.engines.quarantine import MEMORY_LIMIT, PoisonRecord, Quarantine, read_report
from crawler.errors import CrawlerError
from crawler.operations.ingest.tally import PartTally
from crawler.shards.answer_hashes import AnswerHashes, make_answer_key
from crawler.shards.division import PartDivision
from crawler.shards.notes import PartNotes
from crawler.shards.page_shard import PageShelf
from crawler.shards.parts import RANGE_SIZE, Part, describe_file, iter_ranges, make_whole_part
from crawler.shards.remote import RemoteFolder
from crawler.shards.settings import ReadingSettings, locate_settings, save_settings
from crawler.shards.store import Manifest, ShardDamaged, ShardStore
from crawler.shards.task import PartTask, load_readers, read_part

log = logging.getLogger(__name__)

_LEAST_SHARE: Final = 4_000_000
"""Bytes for a process, below which it would take longer to start it than to read them."""


class PartsUnread(CrawlerError):
    """Some parts have no shard: nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One of several equal shares of all parts, which different machines read."""

    number: int
    """From 1."""
    count: int


@dataclass(slots=True, kw_only=True)
class FileParts:
    """A file, and the parts that it is read in."""

    path: Path
    whole: Part
    ranges: tuple[Part, ...]
    is_whole: bool
    """True when the file is read as one part."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts, in the order of the file."""
        return (self.whole,) if self.is_whole else self.ranges


@dataclass(slots=True, kw_only=True)
class ShardMaker:
    """Makes and finds the shards of the files of one ingest in a folder of work."""

    folder: Path
    settings: ReadingSettings
    rules: str
    """The digest of the rules by which parts are read."""
    engine: EngineChoice
    range_size: int = RANGE_SIZE
    progress: ReportWork | None = None
    """Called when a part has been read."""
    store: ShardStore = field(init=False)
    made: int = field(default=0, init=False)
    """Shards that were made now."""
    _quarantine: Quarantine[PartTask] = field(init=False)
    _sound_ids: set[str] = field(default_factory=set, init=False)
    """Shards whose files were compared with their digests."""
    _held: AnswerHashes | None = field(default=None, init=False)
    _remote: RemoteFolder | None = field(default=None, init=False)
    """Where shards are, besides ``folder``, into which they are fetched to be merged."""
    _remote_ids: set[str] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self.store = ShardStore(self.folder)
        self._quarantine = Quarantine(read_part, PartDivision(), self.folder / "poison")
        if self.settings.answer_hashes is not None:
            self._held = AnswerHashes(self.settings.answer_hashes)
        if self.engine.remote is not None:
            self._remote = RemoteFolder(self.engine.remote)
            self._remote_ids = self._remote.list_shards()

    def make(self, files: Sequence[Path]) -> list[FileParts]:
        """Make all shards that are missing; return the parts of each file. Raises PartsUnread."""
        divided = [self._divide(path) for path in files]
        self._read(part for file_parts in divided for part in file_parts.parts)
        self._read_whole(divided)
        return divided

    def make_share(self, files: Sequence[Path], share: Share) -> int:
        """Make the missing shards of a share of all parts; return how many parts it has. Raises PartsUnread."""
        parts = [part for path in files for part in self._divide(path).parts]
        own_parts = parts[share.number - 1 :: share.count]
        self._read(part for part in own_parts if part.id not in self._remote_ids)
        return len(own_parts)

    def find(self, files: Sequence[Path]) -> list[FileParts]:
        """Return the parts of each file, whose shards are all there. Raises PartsUnread."""
        divided = [self._divide(path) for path in files]
        ids = {part.id for file_parts in divided for part in file_parts.parts}
        missing = sum(not self._is_read(shard_id) for shard_id in ids)
        if missing:
            place = self.engine.remote or self.folder
            raise PartsUnread(
                f"{missing} of {len(ids)} parts have no shard in {place}: run their --part, or the same command "
                "without --merge"
            )
        self._read_whole(divided)
        return divided

    def list_shards(self, part: Part) -> tuple[str, ...]:
        """Return the shards of a part that has been read: more than one where the quarantine divided it."""
        report = None if self._has(part.id) else read_report(self._quarantine.folder, part.id)
        return (part.id,) if report is None else report.done

    def list_poison(self, part: Part) -> tuple[PoisonRecord, ...]:
        """Return the records of a part that ended the process that read them."""
        report = None if self._has(part.id) else read_report(self._quarantine.folder, part.id)
        return () if report is None else report.poison

    def open_shard(self, shard_id: str) -> tuple[Manifest, PartNotes]:
        """Return the manifest of a shard, and what it notes. Raises ShardDamaged."""
        if self._remote is not None and not self.store.has(shard_id):
            self._remote.fetch_shard(self.store, shard_id)
        if shard_id in self._sound_ids:
            manifest = self.store.read_manifest(shard_id)
        else:
            manifest = self.store.verify(shard_id)
            self._sound_ids.add(shard_id)
        try:
            return manifest, msgspec.convert(manifest.details, PartNotes)
        except msgspec.ValidationError as problem:
            raise ShardDamaged(f"the shard {self.store.locate(shard_id)} is one of another kind: {problem}") from None

    def _divide(self, path: Path) -> FileParts:
        file = describe_file(path)
        whole = make_whole_part(path, file, self.rules)
        ranges = tuple(iter_ranges(path, file, self.rules, self.range_size))
        return FileParts(path=path, whole=whole, ranges=ranges, is_whole=not ranges or self._has(whole.id))

    def _read_whole(self, divided: Iterable[FileParts]) -> None:
        """Read the files whose ranges do not fit together, each as one part."""
        in_ranges = [file_parts for file_parts in divided if not file_parts.is_whole]
        broken = [file_parts for file_parts in in_ranges if not self._fits(file_parts.ranges)]
        for file_parts in broken:
            file_parts.is_whole = True
        self._read(file_parts.whole for file_parts in broken)

    def _fits(self, ranges: Sequence[Part]) -> bool:
        """Return True if each range begins where the one before it would have gone on."""
        notes = [self.open_shard(shard_ids[0])[1] for part in ranges if (shard_ids := self.list_shards(part))]
        return (
            len(notes) == len(ranges)
            and all(note.is_divisible for note in notes)
            and all(note.next_offset == following.first_offset for note, following in pairwise(notes))
        )

    def _is_read(self, part_id: str) -> bool:
        """Return True if nothing is left to do for a part."""
        if self._has(part_id):
            return self._is_sound(part_id)
        report = read_report(self._quarantine.folder, part_id)
        if report is None:
            return False
        if all(self._is_sound(shard_id) for shard_id in report.done):
            return True
        self._quarantine.forget(part_id)
        return False

    def _is_sound(self, shard_id: str) -> bool:
        """Return True if a shard is there, whole, and made for this archive; another one is removed."""
        if shard_id in self._sound_ids:
            return True
        if not self._has(shard_id):
            return False
        try:
            manifest, notes = self.open_shard(shard_id)
            if notes.unusable is None and (not manifest.counts.get("archived") or self._holds_archived(shard_id)):
                return True
        except ShardDamaged as problem:
            log.warning("%s; it is made again", problem)
        self._sound_ids.discard(shard_id)
        self.store.remove(shard_id)
        if self._remote is not None:
            self._remote.remove_shard(shard_id)
            self._remote_ids.discard(shard_id)
        return False

    def _has(self, shard_id: str) -> bool:
        return self.store.has(shard_id) or shard_id in self._remote_ids

    def _holds_archived(self, shard_id: str) -> bool:
        """Return True if the archive still holds all answers that a shard left out for that reason."""
        with PageShelf(self.store) as shelf:
            return all(
                self._held is not None and make_answer_key(entry) in self._held
                for entry, _ in shelf.iter_entries(shard_id)
                if entry.is_archived
            )

    def _read(self, parts: Iterable[Part]) -> None:
        all_parts = {part.id: part for part in parts}
        missing = {part_id: part for part_id, part in all_parts.items() if not self._is_read(part_id)}
        if not missing:
            return
        tally = PartTally(all_parts.values(), self._count_pages)
        for part_id in all_parts.keys() - missing.keys():
            tally.add(all_parts[part_id])
        self._report(tally)
        digest = save_settings(self.folder, self.settings)
        place = str(self.folder.absolute())
        if self._remote is not None:
            place, name = self._remote.address, locate_settings(digest)
            self._remote.send_file(self.folder / name, name)
        # the largest ones first, so that no process works long after the others
        ordered = sorted(missing.values(), key=lambda part: -part.size)
        tasks = {part.id: Task(part.id, PartTask(_locate(part), place, digest)) for part in ordered}
        dead, failures = list[Task[PartTask]](), list[str]()
        with open_engine(
            self.engine.name,
            jobs=self._count_jobs(missing.values()),
            scheduler=self.engine.scheduler,
            preload=load_readers,
            isolated=self.engine.work is not None or self._remote is not None,
            memory=MEMORY_LIMIT,
        ) as engine:
            for result in engine.run(read_part, tasks.values()):
                if result.state == "failed":
                    failures.append(f"{missing[result.id].path}: {result.reason}")
                elif result.state == "died" and not self._finds(result.id):
                    dead.append(tasks[result.id])
                elif self._remote is not None:
                    self._remote_ids.add(result.id)
                else:
                    tally.add(missing[result.id])
                    self._report(tally)
        for task in dead:
            report = self._quarantine.examine(task)
            if self._remote is not None:
                self._remote_ids.update(report.done)
            failures += [f"{task.payload.part.path}: {failure.reason}" for failure in report.failures]
            tally.add(task.payload.part)
            self._report(tally)
        self.made += len(missing) - len(failures)
        if failures:
            raise PartsUnread(
                f"{len(failures)} of {len(missing)} parts could not be read, the first one is {failures[0]}; the same "
                "command goes on with the others"
            )

    def _finds(self, shard_id: str) -> bool:
        """Return True if a shard is there now, whoever made it."""
        return self.store.has(shard_id) if self._remote is None else self._remote.has_shard(shard_id)

    def _count_jobs(self, parts: Collection[Part]) -> int:
        """Return how many processes there is enough work for; somebody may have chosen their number."""
        if self.engine.jobs is not None:
            return min(self.engine.jobs, len(parts))
        size = sum(part.size for part in parts)
        return max(1, min(self.engine.job_count, len(parts), size // _LEAST_SHARE))

    def _count_pages(self, part: Part) -> int:
        """Return how many pages of known sites are in a part that has been read."""
        shard_ids = [shard_id for shard_id in self.list_shards(part) if self.store.has(shard_id)]
        return sum(self.store.read_manifest(shard_id).counts.get("readings", 0) for shard_id in shard_ids)

    def _report(self, tally: PartTally) -> None:
        if self.progress is not None:
            self.progress(tally.progress)


def _locate(part: Part) -> Part:
    """Return a part that is found from any folder: workers need not have been started in this one."""
    return replace(part, path=part.path.absolute())
