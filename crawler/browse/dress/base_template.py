"""Puts Datasette's own pages into the dress of the front: what ``templates/base.html`` needs for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.browse.executor import ask
from crawler.browse.page import Page, make_menu
from crawler.browse.serving import archives
from crawler.browse.urls import PageLinks, make_links
from crawler.research.titles import find_archive_title

if TYPE_CHECKING:
    from datasette.app import Datasette

SHEETS = ("reading.css", "archive.css")
"""Our style sheets for a page of Datasette; the second one brings in Datasette's own, beneath ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The masthead of a page of Datasette."""

    links: PageLinks | None
    """None on a page of no single archive, such as the list of several."""
    publication: str
    menu: Sequence[tuple[str | None, str]]

    @property
    def here(self) -> str:
        """The address to mark in the menu."""
        return self.links.table() if self.links else ""


def list_style_sheets(datasette: Datasette, database: str | None) -> list[str]:
    """Return the addresses of the style sheets of a page of Datasette; none for one that is left as it is."""
    if not _is_dressed(datasette, database):
        return []
    return [datasette.urls.static_plugins("seealso", name) for name in SHEETS]


async def make_template_variables(
    datasette: Datasette, database: str | None, menu: tuple[Page, ...]
) -> dict[str, House]:
    """Return the masthead for the templates of Datasette, nothing for a page that is left as it is."""
    if not _is_dressed(datasette, database):
        return {}
    name = database or archives.find_only_archive(datasette)
    if name is None:
        return {"house": House(links=None, publication="", menu=())}
    links = make_links(datasette, name)
    title = await read_archive_title(datasette, name)
    return {"house": House(links=links, publication=title, menu=make_menu(menu, links))}


def _is_dressed(datasette: Datasette, database: str | None) -> bool:
    """Return True for pages of an archive, and for those of no database where nothing but archives is served."""
    if database is None:
        return archives.serves_only_archives(datasette)
    return database in archives.list_archives(datasette)


async def read_archive_title(datasette: Datasette, name: str) -> str:
    """Return the titles of the publications of an archive; empty where the file cannot be read."""
    try:
        return await ask(
            Path(datasette.databases[name].path), lambda archive, _: find_archive_title(archive), "reading"
        )
    except Exception:  # whatever is wrong with the file: the page names no publication then, and says the rest itself
        return ""
