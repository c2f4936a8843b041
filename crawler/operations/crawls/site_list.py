"""Reads a list of sites to crawl, one a line: a name or the address of an article, and options of that site's crawl."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crawler.archive.runs.adopted_sites import read_adopted_sites
from crawler.errors import CrawlerError
from crawler.normalisation.addresses.hosts import is_web_address, read_host, spell_host
from crawler.sitekit.names import make_site_name
from crawler.sites.registry import find_known_site, find_site_of_address

MAX_SITES: Final = 10_000
"""Sites of one list."""
MAX_LIST_BYTES: Final = 4_000_000
MAX_FOLDER_LETTERS: Final = 46


class BadSiteList(CrawlerError):
    """The list of sites cannot be used: the message names the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSite:
    """One line of a list.

    Attributes:
        place: where it stands, for people.
        arguments: of ``seealso crawl``: a name or an address first.

    """

    place: str
    arguments: tuple[str, ...]


def read_site_list(text: str) -> list[ListedSite]:
    """Return the sites of a file, or of names parted by commas. Raises BadSiteList.

    In a file ``#`` begins a comment, and words in quotes may hold blanks.
    """
    path = Path(text)
    if not path.is_file():
        if "," not in text and ("/" in text or path.suffix in (".txt", ".list")) and not is_web_address(text):
            raise BadSiteList(
                f"there is no file {text[:200]}: give a file with a site a line, or names parted by commas"
            )
        names = [name.strip() for name in text.split(",") if name.strip()]
        return _refuse_empty([ListedSite(place=name, arguments=(name,)) for name in names], text)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_LIST_BYTES + 1)
        lines = content.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise BadSiteList(f"{path} cannot be read: {getattr(problem, 'strerror', None) or 'it is no text'}") from None
    if len(content) > MAX_LIST_BYTES:
        raise BadSiteList(f"{path} is larger than {MAX_LIST_BYTES:,} bytes: part it")
    sites = []
    for number, line in enumerate(lines, 1):
        place = f"{path}, line {number}"
        try:
            words = shlex.split(line, comments=True)
        except ValueError as problem:
            raise BadSiteList(f"{place}: {str(problem).lower()}") from None
        if words:
            sites.append(ListedSite(place=place, arguments=tuple(words)))
    return _refuse_empty(sites, str(path))


def name_folders(sites: Sequence[ListedSite], work: Path) -> dict[str, ListedSite]:
    """Return the sites by the names of their folders: those of known sites, else of hosts.

    Raises BadSiteList for what is no site, or is one twice.
    """
    folders: dict[str, ListedSite] = {}
    for site in sites:
        try:
            name = _name_folder(site.arguments[0], work)
        except CrawlerError as problem:
            raise BadSiteList(f"{site.place}: {problem}") from None
        if name in folders:
            raise BadSiteList(f"{site.place}: the site {name} is there twice (the first: {folders[name].place})")
        folders[name] = site
    return folders


def _name_folder(word: str, work: Path) -> str:
    if is_web_address(word):
        known_site = find_site_of_address(word)
        if known_site is not None:
            return known_site.name
        host = read_host(word)
        return make_site_name(spell_host(host) or host)[:MAX_FOLDER_LETTERS]
    if word.startswith("-"):
        raise BadSiteList(f"a line begins with a site, not with {word[:40]}")
    folder = make_site_name(word) if "/" in word or word in (".", "..") else word
    return find_known_site(word, *read_adopted_sites(work / folder / "archive.db")).name


def _refuse_empty(sites: list[ListedSite], place: str) -> list[ListedSite]:
    if not sites:
        raise BadSiteList(f"{place[:200]} names no site")
    if len(sites) > MAX_SITES:
        raise BadSiteList(f"{place[:200]} names more than {MAX_SITES:,} sites: part it")
    return sites
