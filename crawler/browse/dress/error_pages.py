"""Answers for what Datasette refuses, and for addresses that lead nowhere: our page, not that of Datasette."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Final

from datasette.utils import tilde_decode
from datasette.utils.asgi import Base400, NotFound
from datasette.views.base import DatasetteError

from crawler.browse.dress.base_template import read_archive_title
from crawler.browse.gates.failures import TOO_SLOW
from crawler.browse.page import Page, PageResponse, make_error, render
from crawler.browse.serving import archives
from crawler.browse.serving.rules import find_rules
from crawler.browse.urls import make_links

if TYPE_CHECKING:
    from datasette.app import Datasette

_BELOW_ARCHIVE: Final = re.compile(r"^/[^/]+/-(?:/|$)")
"""Where pages for readers are; Datasette takes what follows for a row of a table called ``-``."""
_MESSAGE: Final = "There is no such page here."
_CLOSED: Final = (
    "Whoever serves this archive has not opened this. seealso serve --raw shows captures, problems and addresses, too, "
    "and allows free SQL and the download."
)


async def answer_refusal(datasette: Datasette, request: Any, error: BaseException, menu: tuple[Page, ...]) -> Any:
    """Return our page for an error of Datasette if one archive is served; None for others, and for programs."""
    name = archives.find_only_archive(datasette)
    if name is None or request.path.endswith((".json", ".csv")):
        return None
    response = await _explain(datasette, name, request, error)
    return None if response is None else await _render(datasette, name, request, response, menu)


def answer_forbidden(datasette: Datasette, request: Any, menu: tuple[Page, ...]) -> Awaitable[Any] | None:
    """Return our page for what ``seealso serve`` closes; None where somebody else may have closed it."""
    name = archives.find_only_archive(datasette)
    if name is None or find_rules(datasette) is None:
        return None
    return _render(datasette, name, request, make_error(403, "Not shown here", _CLOSED), menu)


async def _render(datasette: Datasette, name: str, request: Any, response: PageResponse, menu: tuple[Page, ...]) -> Any:
    context = {"here": "", "publication": await read_archive_title(datasette, name), "asked": {}}
    return await render(datasette, request, response, make_links(datasette, name), menu, context)


async def _explain(datasette: Datasette, name: str, request: Any, error: BaseException) -> PageResponse | None:
    """Return the page that says what went wrong; None for what is no refusal, but a failure."""
    if await _leads_nowhere(datasette, name, request, error):
        return make_error(404, "Not here", _MESSAGE)
    if isinstance(error, Base400):
        return make_error(error.status, "Not understood", str(error))
    if not isinstance(error, DatasetteError) or error.status >= 500:
        return None
    if error.message_is_html:  # only where SQL was interrupted: with the whole of it
        return make_error(error.status, "Too slow", TOO_SLOW)
    return make_error(error.status, error.title or "Not understood", str(error.message))


async def _leads_nowhere(datasette: Datasette, name: str, request: Any, error: BaseException) -> bool:
    if isinstance(error, NotFound):
        return True
    if not isinstance(error, DatasetteError):
        return False
    if _BELOW_ARCHIVE.match(request.scope.get("route_path", request.path)):  # without the base of a proxy
        return True
    table = tilde_decode(request.url_vars.get("table") or "")
    database = datasette.databases[name]
    return bool(table) and not await database.table_exists(table) and table not in await database.view_names()
