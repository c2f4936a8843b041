"""Verifies a backup against its list: every file is there, as long as it was or longer, with the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.archive.health.file_copy import find_copy_damage, read_copied_extents
from crawler.errors import CrawlerError
from crawler.operations.backup.manifest import Manifest, measure_start, read_manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFinding:
    """One fault of a backup."""

    name: str
    """The file, by its path below the folder."""
    message: str


def verify_backup(
    folder: Path, progress: Callable[[int, int], None] | None = None
) -> tuple[Manifest, list[BackupFinding]]:
    """Return the list of a backup and its faults, none for a whole one. Raises NoBackup."""
    manifest = read_manifest(folder)
    findings = []
    for number, entry in enumerate(manifest.files):
        path = folder / entry.name
        try:
            size, digest = measure_start(path, entry.bytes if entry.changed is not None else None)
        except OSError as problem:
            findings.append(BackupFinding(name=entry.name, message=f"cannot be read: {problem.strerror or problem}"))
        else:
            if size < entry.bytes:
                findings.append(BackupFinding(name=entry.name, message=f"has {size} bytes of {entry.bytes}"))
            elif digest != entry.sha256:
                findings.append(BackupFinding(name=entry.name, message="does not hold what was copied"))
        if progress is not None:
            progress(number + 1, len(manifest.files))
    findings += _check_database(folder, manifest)
    return manifest, findings


def _check_database(folder: Path, manifest: Manifest) -> Iterator[BackupFinding]:
    """Yield damage of the archive's file, and WARC files that it points into beyond the list."""
    path = folder / manifest.archive
    if not path.is_file():
        return
    damage = find_copy_damage(path)
    if damage is not None:
        yield BackupFinding(name=manifest.archive, message=damage)
        return
    lengths = {Path(entry.name).name: entry.bytes for entry in manifest.files}
    try:
        extents = read_copied_extents(path)
    except CrawlerError as problem:
        yield BackupFinding(name=manifest.archive, message=str(problem))
        return
    for name, needed in sorted(extents.items()):
        if lengths.get(name, 0) < needed:
            yield BackupFinding(name=name, message="was missing or too short when the backup was made")
