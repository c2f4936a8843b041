"""Finds the folder of the user's configuration, by the XDG Base Directory Specification, on every system alike."""

from __future__ import annotations

import os
from pathlib import Path


def find_config_folder() -> Path | None:
    """Return ``$XDG_CONFIG_HOME``, or ``~/.config``; None for a user without a home, as in a container.

    It need not exist. A relative ``$XDG_CONFIG_HOME`` is ignored, as the specification says.
    """
    stated = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    if stated.is_absolute():
        return stated
    try:
        return Path.home() / ".config"
    except RuntimeError:
        return None


def find_user_folder() -> Path | None:
    """Return the folder ``seealso`` in that of the configuration; None for a user without a home."""
    folder = find_config_folder()
    return None if folder is None else folder / "seealso"
