"""The list of a backup: each file with its length and digest, as JSON beside the files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from crawler.atomic_file import replace_file
from crawler.errors import CrawlerError

MANIFEST_NAME: Final = "backup.json"
FORMAT: Final = "seealso-backup/1"
_STEP: Final = 1 << 20


class NoBackup(CrawlerError):
    """The folder holds no backup, or one that this version cannot read: the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFile:
    """A file of a backup."""

    name: str
    """Its path below the folder of the backup, parted by slashes."""
    bytes: int
    """Its length at the moment of the backup; it may be longer."""
    sha256: str
    """The digest of these bytes."""
    changed: int | None = None
    """When the archive's own file was changed last, in nanoseconds; None for the archive's file itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds."""

    archive: str
    """The name of the archive's file."""
    made_at: str
    seealso: str
    """The version that made it."""
    files: tuple[ListedFile, ...]
    captures: bool = True
    """False when WARC files are listed and not copied."""

    def write(self, folder: Path) -> None:
        """Write the list; the former one stays until the new one is whole."""
        with replace_file(folder / MANIFEST_NAME) as path:
            path.write_text(json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Return the list of the backup in a folder. Raises NoBackup."""
    path = folder / MANIFEST_NAME
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if data.pop("format") != FORMAT:
            raise NoBackup(f"{path} was written by another version of seealso: verify it with that one")
        files = tuple(ListedFile(**entry) for entry in data.pop("files"))
        return Manifest(files=files, **data)
    except FileNotFoundError:
        raise NoBackup(f"{folder} is no backup: it has no {MANIFEST_NAME}") from None
    except OSError as problem:
        raise NoBackup(f"{path} cannot be read: {problem.strerror or problem}") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise NoBackup(f"{path} is damaged: make the backup again") from None


def measure_start(path: Path, length: int | None = None) -> tuple[int, str]:
    """Return length and SHA-256 of a file, or of its first ``length`` bytes. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_STEP if length is None else min(_STEP, length - size)):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()
