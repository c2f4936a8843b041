"""Turns page functions into views of Datasette: permission, thread, time limit, errors in the same layout, headers.

A page is a function that takes a :class:`PageRequest` and returns a :class:`PageResponse`.
``crawler/browse/pages/__init__.py`` tells how to add one.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from crawler.archive import Archive
from crawler.archive.health.holdings import list_languages
from crawler.browse.cache import FileState, count_once, read_file_state
from crawler.browse.drawing import formatting
from crawler.browse.executor import NotReady, Pool, TimeLimit, TooBusy, TooSlow, ask
from crawler.browse.gates.csp import make_own_headers
from crawler.browse.notes_desk import NotesDesk, open_desk
from crawler.browse.serving import archives
from crawler.browse.serving.permissions import may_see
from crawler.browse.serving.rules import find_rules
from crawler.browse.urls import PageLinks, make_links
from crawler.errors import ArchiveBusy, ArchiveUnusable, BadQuery, CrawlerError
from crawler.notes.notes_file import NotesBusy, NotesUnusable
from crawler.notes.records import BadNote, NoSuchNote
from crawler.research.titles import find_archive_title, find_site_title

if TYPE_CHECKING:
    from datasette.app import Datasette

logger = logging.getLogger(__name__)

T = TypeVar("T")

READING_TABLES: Final = (
    "articles",
    "authors",
    "article_authors",
    "see_also",
    "translations",
    "revisions",
    "near_copies",
)
"""Tables that pages for readers show; these pages need permission in Datasette for each of them."""


class PageMissing(CrawlerError):
    """There is no such article, version, person or place here: search for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """One request, in the thread that answers it."""

    archive: Archive
    """Open, read-only, in one read transaction."""
    time_limit: TimeLimit
    """The time limit; ``time_limit.try_within`` runs what the page can do without."""
    name: str
    """The archive's name in Datasette."""
    route: Mapping[str, str]
    """The named groups of the page's address."""
    arguments: Mapping[str, str]
    """The parameters; of one that is repeated the last. Blank ones are left out."""
    links: PageLinks
    visible_tables: frozenset[str]
    """Of the tables in ``Page.optional_tables``, those that the reader may see."""
    file_state: FileState
    """The state of the archive's files: :func:`~crawler.browse.cache.count_once` keeps values for it."""
    desk: NotesDesk | None = None
    """The notes that the reader sees and writes; None where none are served."""

    def find_title(self, site: str) -> str:
        """Return the title of a site, or its name where it is not known."""
        return find_site_title(self.archive, site)

    def list_languages(self) -> list[str]:
        """Return the languages that articles are in, in order."""
        return count_once(self.file_state, "languages", lambda: list_languages(self.archive.db.conn)).value

    def keep(self, name: str, count: Callable[[], T]) -> T:
        """Return what ``count`` gives for this state of the archive, counted once."""
        return count_once(self.file_state, name, count).value

    def number(self, name: str) -> int:
        """Return a group of the address that is digits; raises PageMissing for more digits than any id has."""
        digits = self.route[name]
        if len(digits) > 18:
            raise PageMissing(f"there is no {digits[:30]}… here")
        return int(digits)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResponse:
    """A template and its variables, or a body that is ready; and the headers of the response."""

    template: str = ""
    """A file in ``templates/seealso``."""
    body: str | None = None
    """In place of a template: a file."""
    context: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """The page is elsewhere."""

    to: str


PageFunction = Callable[[PageRequest], PageResponse | Redirect]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One kind of page and its address."""

    address: str
    """A pattern for what follows ``/{archive}/-/``."""
    make: PageFunction
    menu: str | None
    """Its words in the menu of every page; None keeps it out."""
    section: str | None
    """The path of the page in the menu that it belongs to, where it is in none itself."""
    of_notes: bool
    """It is there only where notes are served."""
    tables: tuple[str, ...]
    optional_tables: tuple[str, ...]
    pool: Pool

    @property
    def path(self) -> str:
        """The address without what varies: that of the page in the menu."""
        return re.split(r"[(\\]", self.address)[0]

    @property
    def pattern(self) -> str:
        """The address as Datasette matches it."""
        return rf"^/(?P<archive>[^/.]+)/-/{self.address}$"


def page(
    address: str,
    *,
    menu: str | None = None,
    section: str | None = None,
    tables: tuple[str, ...] = READING_TABLES,
    optional_tables: tuple[str, ...] = (),
    pool: Pool = "reading",
    of_notes: bool = False,
) -> Callable[[PageFunction], Page]:
    """Make a page of a function.

    The reader must be allowed to see ``tables``; the page shows ``optional_tables`` only to readers who may see them.
    A page that answers questions, some of them slow, belongs into the pool ``asking``; one ``of_notes`` is there only
    where notes are served.
    """
    return lambda make: Page(
        address=address,
        make=make,
        menu=menu,
        section=section,
        of_notes=of_notes,
        tables=tables,
        optional_tables=optional_tables,
        pool=pool,
    )


def make_view(page: Page, menu: tuple[Page, ...], only: str | None = None) -> Callable[..., Awaitable[Any]]:
    """Return the view that Datasette calls for a page; ``only`` is the archive for an address that names none."""

    async def answer(request: Any, datasette: Datasette) -> Any:
        from datasette import Forbidden, NotFound, Response
        from datasette.utils import tilde_decode

        route = dict(request.url_vars)
        name = only if only is not None else tilde_decode(route.get("archive", ""))
        rules = find_rules(datasette)
        notes = rules.notes if rules is not None else None
        if name not in archives.list_archives(datasette) or (page.of_notes and notes is None):
            raise NotFound(f"no archive {name}")
        desk = open_desk(notes, request) if notes is not None else None
        links = make_links(datasette, name, read_origin(datasette, request))
        arguments = {key: request.args.getlist(key)[-1].strip() for key in request.args}
        arguments = {key: value for key, value in arguments.items() if value}
        visible_tables: frozenset[str] = frozenset()
        file_state = FileState(name, (), False)

        def work(archive: Archive, time_limit: TimeLimit) -> tuple[str, PageResponse | Redirect]:
            page_request = PageRequest(
                archive=archive,
                time_limit=time_limit,
                name=name,
                route=route,
                arguments=arguments,
                links=links,
                visible_tables=visible_tables,
                file_state=file_state,
                desk=desk,
            )
            try:
                return find_archive_title(archive), page.make(page_request)
            except (PageMissing, BadQuery, NoSuchNote, BadNote) as error:
                return find_archive_title(archive), explain(error)

        title = ""
        response: PageResponse | Redirect = make_error(
            405, "Not like this", "This page can only be read.", {"Allow": "GET, HEAD"}
        )
        if request.method in ("GET", "HEAD"):
            try:
                if not await may_see(datasette, request.actor, name, page.tables):
                    raise Forbidden("you are not allowed to see this")
                visible_tables = frozenset(
                    [table for table in page.optional_tables if await may_see(datasette, request.actor, name, (table,))]
                )
                file_state = read_file_state(Path(datasette.databases[name].path))
                title, response = await ask(Path(datasette.databases[name].path), work, page.pool)
            except Forbidden:
                raise
            except Exception as error:
                response = explain(error)
        if isinstance(response, Redirect):
            return Response.redirect(response.to, headers=make_own_headers())
        context = {
            "here": links.page(page.path),
            "section": links.page(page.section) if page.section else None,
            "publication": title,
            "asked": arguments,
            "desk": desk,
            "is_shared": not page.of_notes,
        }
        return await render(datasette, request, response, links, menu, context)

    return answer


async def render(
    datasette: Datasette,
    request: Any,
    page: PageResponse,
    links: PageLinks,
    menu: tuple[Page, ...],
    context: dict[str, Any],
) -> Any:
    """Return Datasette's response with a page of ours in it; ``context`` is what all pages know of the request."""
    from datasette import Response

    headers = {**make_own_headers(), **page.headers}
    desk = context.get("desk")
    if desk is not None:
        headers |= desk.make_headers()
    if datasette.cors and context.get("is_shared", True) and not page.content_type.startswith("text/html"):
        headers["Access-Control-Allow-Origin"] = "*"
    if page.body is not None:
        return Response(page.body, page.status, headers, page.content_type)
    whole = {"links": links, "words": formatting, "menu": make_menu(menu, links), **context, **page.context}
    text = await datasette.render_template(f"seealso/{page.template}", whole, request=request)
    return Response(text, page.status, headers, page.content_type)


def make_menu(menu: tuple[Page, ...], links: PageLinks) -> list[tuple[str | None, str]]:
    """Return (words, address) of the entries of the menu."""
    return [(entry.menu, links.page(entry.path)) for entry in menu]


def read_origin(datasette: Datasette, request: Any) -> str:
    """Return scheme and host of a request, as the reader's browser has them."""
    scheme = "https" if datasette.setting("force_https_urls") else request.scheme
    return f"{scheme}://{request.host}"


def explain(error: Exception) -> PageResponse:
    """Return the page for an error: what it is, and what to do. An unforeseen error is logged and not shown."""
    match error:
        case PageMissing():
            return make_error(404, "Not here", formatting.sentence(str(error)))
        case NoSuchNote():
            return make_error(404, "Not here", formatting.sentence(str(error)))
        case BadQuery() | BadNote():
            return make_error(400, "Not understood", formatting.sentence(str(error)))
        case TooSlow():
            return make_error(503, "Too slow", str(error))
        case NotReady():
            return make_error(503, "In a moment", str(error), {"Retry-After": "3", "Refresh": "3"})
        case TooBusy() | ArchiveBusy() | NotesBusy():
            return make_error(503, "Busy", str(error), {"Retry-After": "5"})
        case NotesUnusable():
            logger.warning("%s", error)
            return make_error(503, "The notes cannot be used", "Whoever serves them finds the reason in the log.")
        case ArchiveUnusable() | sqlite3.DatabaseError():
            logger.warning("%s", error)
            return make_error(503, "The archive cannot be read", "Whoever serves it finds the reason in the log.")
        case _:
            logger.error("a page failed", exc_info=error)
            return make_error(500, "Something went wrong", "This is a fault of the program; it has been logged.")


def make_error(status: int, title: str, message: str, headers: Mapping[str, str] | None = None) -> PageResponse:
    """Return the page that says what went wrong, and what to do."""
    return PageResponse(
        template="error.html", context={"heading": title, "message": message}, status=status, headers=headers or {}
    )
