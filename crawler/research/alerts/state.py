"""The state of saved searches that are run again and again: for each, what the archive held the last time.

It lies in a file beside the archive and not in it: running a search only reads, so it works on an archive that another
person keeps, and each reader has a "last time" of their own (``--state``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

from crawler.archive.saved_searches import SavedSearch
from crawler.archive.search.arrivals import ArchiveMoment
from crawler.atomic_file import replace_file
from crawler.errors import CrawlerError

_VERSION_KEY: Final = "seealso_searches"
_MAX_BYTES: Final = 10_000_000


class BadAlertState(CrawlerError):
    """The file with what searches have found so far cannot be used: say why, and leave it as it is."""


def find_state_path(archive: Path) -> Path:
    """Return where the state lies unless another file is named: ``archive.searches.json`` beside ``archive.db``."""
    file = archive.resolve()
    return file.with_name(f"{file.stem}.searches.json")


def read_state(path: Path) -> dict[str, ArchiveMoment]:
    """Return the last time of each search, by what :func:`make_key` makes of it; none where no file is.

    Raises BadAlertState.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return {}
    except OSError as problem:
        raise BadAlertState(f"{path} cannot be read ({problem.strerror or problem})") from problem
    try:
        values = json.loads(content) if len(content) <= _MAX_BYTES else {}
        if values[_VERSION_KEY] != 1:
            raise ValueError(_VERSION_KEY)
        return {
            str(key): ArchiveMoment(at=str(moment["at"]), last_id=int(moment["last_id"]))
            for key, moment in values["last_times"].items()
        }
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise BadAlertState(f"{path} is no state of saved searches: name another file with --state") from None


def write_state(path: Path, last_times: Mapping[str, ArchiveMoment]) -> None:
    """Write the last time of each search, whole or not at all. Raises BadAlertState."""
    values = {_VERSION_KEY: 1, "last_times": {key: asdict(last_times[key]) for key in sorted(last_times)}}
    try:
        with replace_file(path) as unfinished, unfinished.open("w", encoding="utf-8") as file:
            json.dump(values, file, ensure_ascii=False, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        raise BadAlertState(
            f"{path} cannot be written ({problem.strerror or problem}): name another file with --state"
        ) from problem


def make_key(search: SavedSearch) -> str:
    """Return the key of a search: one that is saved anew under its name begins anew."""
    return f"{search.saved_at} {search.name}"
