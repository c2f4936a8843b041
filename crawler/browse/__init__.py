"""The Datasette plugin: this module holds only the hooks; each one's work lies in the module it calls.

Installed with the project, so that ``datasette archive.db`` knows an archive too. Databases that are no archives of
ours are left as they are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pluggy import HookimplMarker

from crawler.archive.database import holds_archive
from crawler.browse import archives, cells, csp, metadata, search_box, sql_functions, year_facet
from crawler.browse.page import make_view
from crawler.browse.pages import HOME, MENU, PAGES
from crawler.browse.permissions import is_datasette_1
from crawler.browse.urls import make_links

if TYPE_CHECKING:
    from datasette.app import Datasette
    from jinja2 import Environment


hookimpl = HookimplMarker("datasette")
"""The same as ``datasette.hookimpl``, which has no types."""


@hookimpl(trylast=True)  # after Datasette's own escape_fts, which ours replaces
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Teach each connection to an archive our query language."""
    if holds_archive(conn):
        sql_functions.register_functions(conn)


@hookimpl
def startup(datasette: Datasette) -> Any:
    """Describe the archives to Datasette 1, which knows no hook for that."""
    return (lambda: metadata.register_metadata(datasette)) if is_datasette_1() else None


@hookimpl
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """Describe the archives among the databases; what the operator's own metadata says goes before."""
    return {"databases": {name: metadata.make_metadata() for name in archives.list_archives(datasette)}}


@hookimpl
def canned_queries(datasette: Datasette, database: str) -> dict[str, dict[str, Any]]:
    """Offer the saved queries on each archive."""
    return metadata.read_saved_queries() if database in archives.list_archives(datasette) else {}


@hookimpl
def filters_from_request(request: Any, database: str, table: str, datasette: Datasette) -> Any:
    """Let the search box of the articles understand the whole query language."""
    if table != "articles" or database not in archives.list_archives(datasette):
        return None
    return search_box.compile_conditions(request.args)


@hookimpl
def register_facet_classes() -> list[type]:
    """Add the facet by year."""
    return [year_facet.YearFacet]


@hookimpl
def render_cell(row: Any, value: Any, column: str, table: str | None, database: str, datasette: Datasette) -> Any:
    """Show addresses so that a person can read them; let a headline lead to its article."""
    if database not in archives.list_archives(datasette):
        return None
    if column == "headline" and table in ("articles", None):
        return cells.link_headline(value, row, make_links(datasette, database))
    return cells.render_address(value, column)


@hookimpl
def extra_css_urls(database: str | None, datasette: Datasette) -> list[str]:
    """Give long texts the room they need."""
    if database is None or database not in archives.list_archives(datasette):
        return []
    return [datasette.urls.static_plugins("seealso", "archive.css")]


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Any]]]:
    """Add the pages for readers under each archive, and the first of them at ``/`` where nothing else is served."""
    routes = [(page.pattern, make_view(page, MENU)) for page in PAGES]
    alone = archives.find_only_archive(datasette)
    return [("^/$", make_view(HOME, MENU, alone)), *routes] if alone else routes


@hookimpl
def menu_links(datasette: Datasette) -> list[dict[str, str]]:
    """Lead from Datasette's own pages to those for readers."""
    return [
        {"href": f"{datasette.urls.database(name)}/-/{page.address}", "label": f"{page.menu}: {name}"}
        for name in archives.list_archives(datasette)
        for page in MENU
    ]


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Let Datasette's own scripts be told from any other."""
    env.add_extension(csp.NonceExtension)


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[csp.Application], csp.Application]:
    """Say in headers what a browser may do, where archives and nothing else are served."""
    return lambda application: csp.add_headers(application, lambda: archives.serves_only_archives(datasette))
