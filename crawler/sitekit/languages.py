"""Infers the languages of a site, and where its addresses tell them: in a folder, in the host, or nowhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import unquote, urljoin

from crawler.errors import BadAddress
from crawler.normalisation.addresses.hosts import spell_host
from crawler.normalisation.dates.calendar_words import has_calendar
from crawler.sitekit.given_pages import GivenPage, is_same_host, split_address
from crawler.sites.generic import UNKNOWN_LANGUAGE

MOST_LANGUAGES: Final = 40
MOST_LETTERS: Final = 280
"""Letters of the hosts of all translations; a site with more is read in the languages of its pages alone."""
_CODE: Final = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})*", re.I)
Place = Literal["nowhere", "folder", "host"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LanguageScheme:
    """The languages of a site, and what tells the language of an address."""

    languages: tuple[str, ...]
    place: Place = "nowhere"
    folders: Mapping[str, str] = field(default_factory=dict)
    """Folder → language; the empty name for addresses without one."""
    hosts: Mapping[str, str] = field(default_factory=dict)
    """Host → language."""
    evidence: str = ""
    is_known: bool = True
    """False when no page states its language."""

    @property
    def prefix(self) -> str:
        """Pattern of the folder that a path begins with, with the group ``language`` or ``folder``; else empty."""
        if self.place != "folder":
            return ""
        names = sorted(name for name in self.folders if name)
        if self.is_plain:
            return f"(?P<language>{'|'.join(map(re.escape, names))})/"
        patterns = [re.escape(name) + "/" for name in names]
        return f"(?P<folder>{'|'.join(patterns)}{'|' if '' in self.folders else ''})"

    @property
    def is_plain(self) -> bool:
        """Are the folders the codes of the languages themselves?"""
        return all(folder == code for folder, code in self.folders.items())

    @property
    def form_folders(self) -> Mapping[str, str]:
        """What ``AddressForm.folders`` holds: the parts that the group ``folder`` matches."""
        if self.place != "folder" or self.is_plain:
            return {}
        return {f"{name}/" if name else "": code for name, code in sorted(self.folders.items())}

    def strip(self, path: str) -> str:
        """Return a path without the folder that tells its language."""
        if self.place == "folder":
            first, _, rest = path.lstrip("/").partition("/")
            if first.lower() in self.folders:
                return f"/{rest}"
        return path


def infer_languages(pages: Sequence[GivenPage]) -> LanguageScheme:
    """Return the languages of the pages of one site, and of their translations where their addresses tell these."""
    stated = Counter(page.site.languages[0] for page in pages)
    codes = [code for code, _ in sorted(stated.items(), key=lambda row: (-row[1], row[0])) if code != UNKNOWN_LANGUAGE]
    scheme = _read_alternates(pages) or _read_own_folders(pages, codes)
    if scheme is not None:
        return scheme
    if not codes:
        return LanguageScheme(languages=(UNKNOWN_LANGUAGE,), evidence="no page states its language", is_known=False)
    number = sum(stated[code] for code in codes)
    return LanguageScheme(languages=tuple(codes), evidence=f"told by {number} of {len(pages)} pages")


def _read_alternates(pages: Sequence[GivenPage]) -> LanguageScheme | None:
    """Return what the addresses of translations (``hreflang``) tell beside the pages' own."""
    folders: dict[str, str] = {}
    hosts: dict[str, str] = {}
    stating = 0
    for page in pages:
        translations = _list_translations(page)
        own = page.site.languages[0]
        if len(translations | {own: ("", "")}) < 2 or own == UNKNOWN_LANGUAGE:
            continue
        stating += 1
        others = {code: address for code, address in translations.items() if code != own}
        if sum(len(host) for host, _ in others.values()) > MOST_LETTERS:
            continue
        if all(not is_same_host(host, page.host) for host, _ in others.values()):
            hosts.update({page.host: own} | {host: code for code, (host, _) in others.items()})
        elif all(is_same_host(host, page.host) for host, _ in others.values()):
            folders.update(_read_folders({own: page.path} | {code: path for code, (_, path) in others.items()}))
    evidence = f"hreflang of {stating} of {len(pages)} pages"
    if len(set(hosts.values())) == len(hosts) > 1 and not folders:
        return LanguageScheme(languages=_order(pages, hosts), place="host", hosts=hosts, evidence=evidence)
    if len(folders) > 1 and len(set(folders.values())) == len(folders):
        return LanguageScheme(languages=_order(pages, folders), place="folder", folders=folders, evidence=evidence)
    return None


def _list_translations(page: GivenPage) -> dict[str, tuple[str, str]]:
    """Return language → host and path of the translations that a page names."""
    translations: dict[str, tuple[str, str]] = {}
    for code, href in page.head.alternates[: MOST_LANGUAGES * 3]:
        match = _CODE.fullmatch(code)
        if match is None or len(translations) >= MOST_LANGUAGES:
            continue
        try:
            parts = split_address(urljoin(page.article.base, href))
        except (BadAddress, ValueError):
            continue
        if parts.hostname and parts.path.strip("/"):
            host = spell_host(parts.hostname) or parts.hostname
            translations.setdefault(match[1].lower(), (host, unquote(parts.path)))
    return translations


def _read_folders(paths: Mapping[str, str]) -> dict[str, str]:
    """Return first folder → language where it tells them: ``/en/…`` beside ``/…`` or ``/it/…``; else nothing."""
    firsts = {code: path.strip("/").lower().partition("/")[0] for code, path in paths.items()}
    named = {first: code for code, first in firsts.items() if re.fullmatch(rf"{code}(?:[-_][a-z]{{2}})?", first)}
    without = [code for code in firsts if code not in named.values()]
    if not named or len(without) > 1:
        return {}
    return named | ({"": without[0]} if without else {})


def _read_own_folders(pages: Sequence[GivenPage], codes: Sequence[str]) -> LanguageScheme | None:
    """Return the languages whose code is the first folder of pages that state it, and of home pages beside them."""
    folders = {}
    for page in pages:
        first = page.path.strip("/").lower().partition("/")[0]
        if first != page.site.languages[0]:
            return None
        folders[first] = first
    for page in pages:
        for link in page.links:
            name = link.path.strip("/").lower()
            if len(name) == 2 and link.in_chrome and has_calendar(name) and len(folders) < MOST_LANGUAGES:
                folders[name] = name
    if not codes or len(folders) < 2:
        return None
    return LanguageScheme(
        languages=_order(pages, folders),
        place="folder",
        folders=folders,
        evidence="the first folder is the language that the page states, and home pages of others stand beside it",
    )


def _order(pages: Sequence[GivenPage], codes: Mapping[str, str]) -> tuple[str, ...]:
    """Return languages, those of the pages first."""
    own = Counter(page.site.languages[0] for page in pages)
    return tuple(sorted(set(codes.values()), key=lambda code: (-own[code], code)))
