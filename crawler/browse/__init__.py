"""The Datasette plugin: its hooks alone; each one calls the module that does the work.

The plugin is installed with the project, so ``datasette archive.db`` recognises an archive too. Databases that are not
archives of this project are left as they are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pluggy import HookimplMarker

from crawler.archive.database import holds_archive
from crawler.browse.dress import base_template, cells, search_box, sql_functions, template_mending, year_facet
from crawler.browse.dress.error_pages import answer_forbidden, answer_refusal
from crawler.browse.dress.template_mending import OURS
from crawler.browse.gates import csp
from crawler.browse.gates.asgi import Application, Message
from crawler.browse.gates.failures import raise_to_gate
from crawler.browse.gates.hosts import refuse_other_hosts
from crawler.browse.gates.request_gate import answer_every_request
from crawler.browse.page import make_view
from crawler.browse.pages import HOME, PAGES, list_menu
from crawler.browse.serving import archives, download, metadata, table_order
from crawler.browse.serving.permissions import is_closed, is_datasette_1
from crawler.browse.serving.public_address import answer_as
from crawler.browse.serving.routes import make_closed_routes, make_robots_route
from crawler.browse.serving.rules import find_rules
from crawler.browse.urls import make_links
from crawler.browse.writing.gate import is_write, make_write_check
from crawler.browse.writing.view import make_write_route

if TYPE_CHECKING:
    from datasette.app import Datasette
    from jinja2 import Environment


hookimpl = HookimplMarker("datasette")
"""The same as ``datasette.hookimpl``, which has no types."""


@hookimpl(trylast=True)  # after Datasette's own escape_fts, which ours replaces
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Define the SQL functions of the query language on each connection to an archive."""
    if holds_archive(conn):
        sql_functions.register_functions(conn)


@hookimpl
def startup(datasette: Datasette) -> Any:
    """Register the metadata of the archives with Datasette 1, which has no hook for metadata."""
    return (lambda: metadata.register_metadata(datasette)) if is_datasette_1() else None


@hookimpl
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """Return the metadata of the archives among the databases; the operator's own metadata takes precedence."""
    return {"databases": {name: metadata.make_metadata() for name in archives.list_archives(datasette)}}


@hookimpl
def canned_queries(datasette: Datasette, database: str) -> dict[str, dict[str, Any]]:
    """Return the saved queries for an archive, none for another database."""
    return metadata.read_saved_queries() if database in archives.list_archives(datasette) else {}


@hookimpl
def filters_from_request(request: Any, database: str, table: str, datasette: Datasette) -> Any:
    """Return the conditions that make the search box of the articles understand the whole query language.

    Called before the rows are asked for: which table it is decides how they are sorted.
    """
    table_order.note_table(table)
    if table != "articles" or database not in archives.list_archives(datasette):
        return None
    return search_box.compile_conditions(request.args)


@hookimpl
def register_facet_classes() -> list[type]:
    """Return the class of the facet by year."""
    return [year_facet.YearFacet]


@hookimpl
def render_cell(row: Any, value: Any, column: str, table: str | None, database: str, datasette: Datasette) -> Any:
    """Return markup for an address that a person can read, or for a headline that links to its article; else None."""
    if database not in archives.list_archives(datasette):
        return None
    if column == "headline" and table in ("articles", None):
        return cells.link_headline(value, row, make_links(datasette, database))
    return cells.render_address(value, column)


@hookimpl
def extra_css_urls(database: str | None, datasette: Datasette) -> list[str]:
    """Return the style sheets of Datasette's own pages in our dress."""
    return base_template.list_style_sheets(datasette, database)


@hookimpl
def extra_template_vars(template: str, database: str | None, datasette: Datasette) -> Any:
    """Return the masthead of Datasette's own pages in our dress."""
    return (
        None
        if template.startswith(OURS)
        else base_template.make_template_variables(datasette, database, list_menu(datasette))
    )


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Any]]]:
    """Return the pages for readers of each archive, and the first of them at ``/`` where nothing else is served."""
    menu = list_menu(datasette)
    routes = [(page.pattern, make_view(page, menu)) for page in PAGES]
    only_archive = archives.find_only_archive(datasette)
    if only_archive:
        routes = [("^/$", make_view(HOME, menu, only_archive)), *routes]
    rules = find_rules(datasette)
    if rules is None:
        return routes
    downloads = [(download.PATTERN, download.download)] if rules.raw else []
    writers = [make_write_route(menu)] if rules.notes is not None else []
    return [*routes, *writers, *downloads, make_robots_route(), *make_closed_routes(rules)]


@hookimpl
def menu_links(datasette: Datasette) -> list[dict[str, str]]:
    """Return links from Datasette's own pages to those for readers."""
    return [
        {"href": f"{datasette.urls.database(name)}/-/{page.path}", "label": f"{page.menu}: {name}"}
        for name in archives.list_archives(datasette)
        for page in list_menu(datasette)
    ]


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Add the extensions that mend Datasette's own templates and mark their scripts with a nonce."""
    env.add_extension(template_mending.MendingExtension)
    env.add_extension(csp.NonceExtension)


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Application], Application]:
    """Wrap the application: its headers say what a browser may do, where archives and nothing else are served.

    Under the rules of ``seealso serve`` it also refuses other hosts, and answers every request.
    """
    rules = find_rules(datasette)

    def wrap(application: Application) -> Application:
        wrapped = csp.add_headers(application, lambda: archives.serves_only_archives(datasette))
        if rules is None:
            return wrapped
        gated = answer_every_request(wrapped, check_write=make_write_check(rules))
        return refuse_other_hosts(answer_as(gated, rules.public), rules.names)

    return wrap


@hookimpl
def skip_csrf(datasette: Datasette, scope: Message) -> bool | None:
    """Return True for a form of ours, which has a token of its own (:mod:`crawler.browse.form_tokens`)."""
    rules = find_rules(datasette)
    return True if rules is not None and rules.notes is not None and is_write(scope) else None


@hookimpl
def permission_allowed(datasette: Datasette, action: str, resource: Any) -> bool | None:
    """Return False for what the rules of ``seealso serve`` close. Datasette 1 reads the same in its configuration."""
    return False if is_closed(datasette, action, resource) else None


@hookimpl(tryfirst=True)
def handle_exception(datasette: Datasette, request: Any, exception: BaseException) -> Any:
    """Answer what Datasette refuses; leave what failed to the request gate, if ``seealso serve`` has one."""
    if find_rules(datasette) is not None:
        raise_to_gate(exception)
    return answer_refusal(datasette, request, exception, list_menu(datasette))


@hookimpl(tryfirst=True)
def forbidden(datasette: Datasette, request: Any) -> Any:
    """Answer what the rules of ``seealso serve`` close; leave the rest to Datasette."""
    return answer_forbidden(datasette, request, list_menu(datasette))
