"""The sources of sites, in the order in which they are asked; the first site of a name is the one that is used.

1. folders given to the program (``--sites``), and those of ``$SEEALSO_SITES``;
2. the folder ``sites`` of the user's configuration;
3. installed packages, by entry points of the group ``seealso.sites``;
4. the sites that come with seealso.

Python files of 1 and 2 are run: these are folders that the user chose. A further source is a class with a method
``read``, which :func:`crawler.sites.registry.load_catalogue` takes after these.
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from crawler.sites.known_site import BrokenSource, KnownSite, SourceKind
from crawler.system.user_folder import find_user_folder

VARIABLE: Final = "SEEALSO_SITES"
"""The variable that names folders of sites, parted as those of ``PATH`` are."""


class Source(Hashable, Protocol):
    """A place that sites come from; equal sources are read once in a process, so it is frozen and hashable."""

    def read(self) -> Iterator[KnownSite | BrokenSource]:
        """Yield its sites, and what of it cannot be used; raise nothing."""
        ...


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A folder of files of sites."""

    folder: Path
    """Absolute."""
    kind: SourceKind

    def read(self) -> Iterator[KnownSite | BrokenSource]:
        """Yield the sites of the folder."""
        from crawler.sites.site_folder import read_folder

        yield from read_folder(self.folder, self.kind)


_given_folders: tuple[Path, ...] = ()


def set_given_folders(folders: Iterable[Path]) -> None:
    """Set the folders that are asked first in this process; relative ones mean the folder that it is in now."""
    global _given_folders
    _given_folders = tuple(_make_absolute(folder) for folder in folders)


def list_chosen_folders() -> tuple[Path, ...]:
    """Return the folders given to the program and those of ``$SEEALSO_SITES``: what another process must be told."""
    return tuple(source.folder for source in _list_chosen())


def find_user_sites() -> Path | None:
    """Return the folder ``sites`` of the user's configuration; it need not exist. None for a user without a home."""
    folder = find_user_folder()
    return folder / "sites" if folder is not None else None


def list_sources() -> tuple[Source, ...]:
    """Return the sources in the order in which they are asked. Only the user's folder may be missing without a word."""
    from crawler.sites.packages import PackageSource
    from crawler.sites.shipped_folder import ShippedSource, find_package_name, list_folders

    package = find_package_name()
    folders = _list_chosen()
    user_folder = find_user_sites()
    if user_folder is not None and not _is_absent(user_folder):
        folders.append(FolderSource(user_folder, "user"))
    read_before = set(list_folders(package))  # a folder that is named twice is read once; ours is read as a package
    sources: list[Source] = []
    for source in folders:
        if (path := source.folder.resolve()) not in read_before:
            read_before.add(path)
            sources.append(source)
    return (*sources, PackageSource(), ShippedSource(package))


def _list_chosen() -> list[FolderSource]:
    names = [name for name in os.environ.get(VARIABLE, "").split(os.pathsep) if name.strip()]
    return [
        *(FolderSource(folder, "option") for folder in _given_folders),
        *(FolderSource(_make_absolute(Path(os.path.expanduser(name))), "environment") for name in names),
    ]


def _is_absent(folder: Path) -> bool:
    """Return True if there is no such folder; one that this user may not look for is told by who reads it."""
    try:
        return not folder.is_dir()
    except OSError:
        return False


def _make_absolute(folder: Path) -> Path:
    return Path(os.path.abspath(folder))
