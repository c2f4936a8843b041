"""Makes the file of a site from a few pages: infers its values, writes them with their evidence, saves the pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from crawler.atomic_file import replace_file
from crawler.errors import CrawlerError
from crawler.items import Capture
from crawler.operations.read.reading import PageReading, explain_page
from crawler.sitekit.cases import SavedCase, save_case
from crawler.sitekit.infer import InferredSite, infer_site
from crawler.sites.generic import drop_port
from crawler.sites.known_site import KnownSite
from crawler.sites.registry import load_known_sites
from crawler.sites.site_file import write_site_file

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,49}")
HEAD: Final = (
    "Made by `seealso site new` from {pages}. What stands behind a value is what speaks for it; correct what is wrong,",
    "then run `seealso site check` on this file.",
)


class SiteNotMade(CrawlerError):
    """The file of a site cannot be made: its name is no name or taken, or nothing can be written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSite:
    """A site that was made, and how it reads the pages that it was made from."""

    path: Path
    known_site: KnownSite
    inferred: InferredSite
    readings: tuple[PageReading, ...]
    cases: tuple[SavedCase, ...]


def check_name(name: str, folder: Path, *, force: bool) -> Path:
    """Return the path of the file of a new site. Raises SiteNotMade for a name that is none, or taken."""
    if not NAME.fullmatch(name):
        raise SiteNotMade(f"{name[:60]!a} is no name of a site: small letters, figures and _, a letter first")
    path = folder / f"{name}.toml"
    known_site = load_known_sites().get(name)
    if known_site is not None and not _is_same_file(known_site.place, path):
        raise SiteNotMade(f"a site {name!r} is known already, from {known_site.place}: give another name")
    if path.exists() and not force:
        raise SiteNotMade(f"{path} exists already: choose another name, or replace it with --force")
    if path.with_suffix(".py").exists():
        raise SiteNotMade(f"{path.with_suffix('.py')} is the site of that name already: give another name")
    return path


def make_new_site(
    name: str, captures: Sequence[Capture], rules: Sequence[Capture], folder: Path, *, force: bool = False
) -> NewSite:
    """Infer a site from its pages, write its file into a folder, and save the pages as cases beside it.

    ``rules`` are the robots.txt files of its hosts, where they were asked for. Pages whose case is saved already are
    not saved again. Raises SiteNotMade, and PageUnreadable and BadAddress where nothing can be inferred.
    """
    path = check_name(name, folder, force=force)
    captures = [drop_own_port(capture) for capture in captures]
    inferred = infer_site([*captures, *rules], name)
    known_site = KnownSite(site=inferred.site, source="given", place=str(path))
    readings = tuple(explain_page(capture, known_site) for capture in captures)
    text = write_site_file(inferred.site, inferred.evidence)
    head = "".join(f"# {line}\n" for line in _list_head(captures, inferred))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with replace_file(path) as unfinished:
            unfinished.write_text(f"{head}\n{text}", encoding="utf-8")
        cases = tuple(
            save_page(folder / name, capture, reading) for capture, reading in zip(captures, readings, strict=True)
        )
    except OSError as problem:
        raise SiteNotMade(f"{path} cannot be written: {problem.strerror or problem}") from None
    return NewSite(path=path, known_site=known_site, inferred=inferred, readings=readings, cases=cases)


def drop_own_port(capture: Capture) -> Capture:
    """Return a capture as one of the default port: a copy on this machine is on another."""
    return replace(capture, url=drop_port(capture.url))


def save_page(folder: Path, capture: Capture, reading: PageReading) -> SavedCase:
    """Save a page as a case, or return the case of the same bytes that is there already. Raises OSError."""
    for case_folder in sorted(folder.glob("*/")):
        page = case_folder / "page.html"
        if page.is_file() and page.stat().st_size == len(capture.body) and page.read_bytes() == capture.body:
            return SavedCase(case_folder)
    article = reading.article
    name = (article.site_key if article is not None else capture.url).rstrip("/").rpartition("/")[2][:50]
    key = f"{article.language}-{name}" if article is not None else name
    return save_case(folder, capture, article, key=key)


def _list_head(captures: Sequence[Capture], inferred: InferredSite) -> list[str]:
    pages = "1 page" if len(captures) == 1 else f"{len(captures)} pages"
    lines = [HEAD[0].format(pages=pages), *HEAD[1:]]
    lines.extend(f"  {capture.url[:180]}" for capture in captures[:10])
    if inferred.doubts:
        lines.append("")
        lines.append("What the pages do not tell:")
        lines.extend(f"  {doubt.key}: {doubt.reason}" for doubt in inferred.doubts)
    return ["".join(letter if letter.isprintable() else " " for letter in line).rstrip() for line in lines]


def _is_same_file(place: str, path: Path) -> bool:
    return Path(place).resolve() == path.resolve()
