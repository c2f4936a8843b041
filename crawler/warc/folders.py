"""Lists the WARC files of an archive's folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

WARC_SUFFIX: Final = ".warc.gz"


def list_warc_files(folder: Path) -> list[Path]:
    """Return the WARC files in a folder, by name; none where there is no such folder.

    Raises OSError for a folder that this user may not read: its files are not missing.
    """
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(folder / name for name in names if name.endswith(WARC_SUFFIX))
