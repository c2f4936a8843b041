"""The Datasette plugin: this module holds only the hooks; each one's work lies in the module it calls.

Installed with the project, so that ``datasette archive.db`` knows an archive too. Databases that are no archives of
ours are left as they are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pluggy import HookimplMarker

from crawler.browse import archives, cells, csp, metadata, queries, search_box, sql_functions, year_facet
from crawler.browse.introducing import introduce
from crawler.browse.page import view
from crawler.browse.pages import HOME, MENU, PAGES
from crawler.browse.permissions import is_modern
from crawler.browse.urls import links_to

if TYPE_CHECKING:
    from datasette.app import Datasette
    from jinja2 import Environment


hookimpl = HookimplMarker("datasette")
"""The same as ``datasette.hookimpl``, which has no types."""


@hookimpl(trylast=True)  # after Datasette's own escape_fts, which ours replaces
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Teach each connection to an archive our query language."""
    if archives.holds_archive(conn):
        sql_functions.register(conn)


@hookimpl
def startup(datasette: Datasette) -> Any:
    """Describe the archives to Datasette 1, which knows no hook for that."""
    return (lambda: introduce(datasette)) if is_modern() else None


@hookimpl
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """Describe the archives among the databases; what the operator's own metadata says goes before."""
    return {"databases": {name: metadata.describe() for name in archives.names(datasette)}}


@hookimpl
def canned_queries(datasette: Datasette, database: str) -> dict[str, dict[str, Any]]:
    """Offer the saved queries on each archive."""
    return queries.saved() if database in archives.names(datasette) else {}


@hookimpl
def filters_from_request(request: Any, database: str, table: str, datasette: Datasette) -> Any:
    """Let the search box of the articles understand the whole query language."""
    if table != "articles" or database not in archives.names(datasette):
        return None
    return search_box.conditions(request.args)


@hookimpl
def register_facet_classes() -> list[type]:
    """Add the facet by year."""
    return [year_facet.YearFacet]


@hookimpl
def render_cell(row: Any, value: Any, column: str, table: str | None, database: str, datasette: Datasette) -> Any:
    """Show addresses so that a person can read them; let a headline lead to its article."""
    if database not in archives.names(datasette):
        return None
    if column == "headline" and table in ("articles", None):
        return cells.headline(value, row, links_to(datasette, database))
    return cells.render(value, column)


@hookimpl
def extra_css_urls(database: str | None, datasette: Datasette) -> list[str]:
    """Give long texts the room they need."""
    if database is None or database not in archives.names(datasette):
        return []
    return [datasette.urls.static_plugins("seealso", "archive.css")]


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Any]]]:
    """Add the pages for readers under each archive, and the first of them at ``/`` where nothing else is served."""
    routes = [(page.pattern, view(page, MENU)) for page in PAGES]
    alone = archives.only(datasette)
    return [("^/$", view(HOME, MENU, alone)), *routes] if alone else routes


@hookimpl
def menu_links(datasette: Datasette) -> list[dict[str, str]]:
    """Lead from Datasette's own pages to those for readers."""
    return [
        {"href": f"{datasette.urls.database(name)}/-/{page.address}", "label": f"{page.menu}: {name}"}
        for name in archives.names(datasette)
        for page in MENU
    ]


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Let Datasette's own scripts be told from any other."""
    env.add_extension(csp.Nonces)


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[csp.Application], csp.Application]:
    """Say in headers what a browser may do, where archives and nothing else are served."""
    return lambda application: csp.guard(application, lambda: archives.only_archives(datasette))
