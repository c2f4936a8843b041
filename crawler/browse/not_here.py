"""Answers for addresses below an archive that lead nowhere: our page, not that of Datasette."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound
from datasette.views.base import DatasetteError

from crawler.browse import archives
from crawler.browse.executor import ask
from crawler.browse.page import Page, make_error, render
from crawler.browse.titles import find_archive_title
from crawler.browse.urls import make_links

if TYPE_CHECKING:
    from datasette.app import Datasette

_BELOW_ARCHIVE: Final = re.compile(r"^/[^/]+/-(?:/|$)")
"""Where pages for readers are; Datasette takes what follows for a row of a table called ``-``."""
_MESSAGE: Final = "There is no such page here."


async def answer_not_here(datasette: Datasette, request: Any, error: BaseException, menu: tuple[Page, ...]) -> Any:
    """Return the page "Not here" if the address leads nowhere and one archive is served; else None, and for JSON."""
    name = archives.find_only_archive(datasette)
    if name is None or request.path.endswith(".json") or not await _leads_nowhere(datasette, name, request, error):
        return None
    links = make_links(datasette, name)
    try:
        title = await ask(
            Path(datasette.databases[name].path), lambda archive, _: find_archive_title(archive), "reading"
        )
    except Exception:  # whatever is wrong with the file: the page names no publication then
        title = ""
    context = {"here": "", "publication": title, "asked": {}}
    return await render(datasette, request, make_error(404, "Not here", _MESSAGE), links, menu, context)


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
