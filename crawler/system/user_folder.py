"""Finds the folder of the user's configuration, by the XDG Base Directory Specification, on every system alike."""

from __future__ import annotations

import os
from pathlib import Path


def find_user_folder() -> Path | None:
    """Return ``$XDG_CONFIG_HOME/seealso``, or ``~/.config/seealso``; None for a user without a home.

    It need not exist. A relative ``$XDG_CONFIG_HOME`` is ignored, as the specification says.
    """
    stated = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    if stated.is_absolute():
        return stated / "seealso"
    try:
        return Path.home() / ".config" / "seealso"
    except RuntimeError:
        return None
