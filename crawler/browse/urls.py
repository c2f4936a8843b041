"""Builds the addresses of the pages of the front; every address that a template prints is built here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from crawler.archive.articles.identities import format_identity

if TYPE_CHECKING:
    from datasette.app import Datasette

    from crawler.archive.articles.records import ArticleRecord


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The pages of one archive; all addresses are paths on this server unless :meth:`absolute`."""

    base: str
    """Where Datasette is mounted, with a slash at the end."""
    route: str
    """The archive's name as Datasette writes it in a path."""
    origin: str = ""
    """Scheme and host of the reader's request."""

    def page(self, path: str, **parameters: Any) -> str:
        """Return the address of a page of this archive, such as ``article/7``; empty parameters are left out."""
        pairs = [(name, str(value)) for name, value in parameters.items() if value not in (None, "")]
        return f"{self.base}{self.route}/-/{path}" + (f"?{urlencode(pairs)}" if pairs else "")

    def absolute(self, path: str) -> str:
        """Return a path with scheme and host, for feeds and citations."""
        return self.origin + path

    def home(self) -> str:
        """Return the archive's first page."""
        return self.page("home")

    def search(self, **parameters: Any) -> str:
        """Return the address of a search: ``q``, ``order`` and any filter of :class:`Selection`."""
        return self.page("search", **parameters)

    def feed(self, **parameters: Any) -> str:
        """Return the address of the same search as a feed."""
        return self.page("feed.atom", **parameters)

    def references(self, ending: str, **parameters: Any) -> str:
        """Return the address of all articles of the same search as a file for reference managers: ``ris``."""
        return self.page(f"references.{ending}", **parameters)

    def article(self, article_id: int) -> str:
        """Return the address of an article."""
        return self.page(f"article/{article_id}")

    def hit(self, article_id: int, number: int, parameters: Mapping[str, Any]) -> str:
        """Return the address of an article as a hit of a search, counted from 1: its words are marked there."""
        return self.page(f"article/{article_id}", **parameters, hit=number)

    def revision(self, article_id: int, number: int, against: int | None = None) -> str:
        """Return the address of a version in this archive, or with ``against`` of its differences from another one."""
        return self.page(f"article/{article_id}/revision/{number}", against=against)

    def identity(self, article: ArticleRecord, number: int) -> str:
        """Return the permanent address of a version: it is made of the article's identity, as no id of one archive is.

        Every archive that holds the article leads from there to the page of :meth:`revision`.
        """
        return self.page("identity/" + format_identity(article.site, article.language, article.site_key, number))

    def authors(self, **parameters: Any) -> str:
        """Return the address of the list of authors."""
        return self.page("authors", **parameters)

    def author(self, author_id: int, **parameters: Any) -> str:
        """Return the address of an author's page."""
        return self.page(f"author/{author_id}", **parameters)

    def places(self, **parameters: Any) -> str:
        """Return the address of the places that a search's articles come from; all places without parameters."""
        return self.page("places", **parameters)

    def place(self, name: str, **parameters: Any) -> str:
        """Return the address of a place's page; accents and capitals of the name do not matter."""
        return self.page("place", name=name, **parameters)

    def story(self, site: str, story: str) -> str:
        """Return the address of a story, which translations share."""
        return self.page("story", site=site, story=story)

    def site(self, name: str) -> str:
        """Return the address of a publication's page."""
        return self.page("site", name=name)

    def print_difference(self, article_id: int, other_id: int) -> str:
        """Return the address of what another article, a copy for instance, has otherwise than an article."""
        return self.page(f"article/{article_id}/against/{other_id}")

    def values(self, facet: str, **parameters: Any) -> str:
        """Return the address of all values of a facet among the articles of a search."""
        return self.page("values", facet=facet, **parameters)

    def calendar(self, period: str = "", **parameters: Any) -> str:
        """Return the address of a year, a month or a day of the calendar; of all years without one."""
        return self.page(f"calendar/{period}" if period else "calendar", **parameters)

    def day_of_year(self, day: str = "", **parameters: Any) -> str:
        """Return the address of the articles of a day (``03-08``) of all years; of today's without one."""
        return self.page("on-this-day", day=day, **parameters)

    def graph(self, article_id: int, **parameters: Any) -> str:
        """Return the address of an article's See also graph."""
        return self.page(f"graph/{article_id}", **parameters)

    def health(self) -> str:
        """Return the address of the page on runs and health."""
        return self.page("health")

    def table(self, name: str = "") -> str:
        """Return Datasette's own page of a table; of all tables without a name."""
        return f"{self.base}{self.route}" + (f"/{quote(name)}" if name else "")

    def static(self, name: str) -> str:
        """Return the address of a style or script; it changes with the content, so caches stay right."""
        return f"{self.base}-/static-plugins/seealso/{name}?{_hash_content(name)}"


def make_links(datasette: Datasette, name: str, origin: str = "") -> PageLinks:
    """Return the links of an archive by its name in Datasette."""
    database, base = str(datasette.urls.database(name)), str(datasette.urls.instance())
    return PageLinks(base=base, route=database.removeprefix(base), origin=origin)


@cache
def _hash_content(name: str) -> str:
    return hashlib.sha256(files("crawler.browse").joinpath("static", name).read_bytes()).hexdigest()[:12]
