"""Closes what Datasette has beside tables and saved queries, in ``seealso serve``: pages on itself, and what writes.

They tell of the machine, or are of no use to a reader, and every version of Datasette has others: what lies under
``/-/`` is closed unless it stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from crawler.browse.serving.permissions import is_datasette_1
from crawler.browse.serving.rules import ServeRules

if TYPE_CHECKING:
    from datasette.app import Datasette

_OPEN: Final = r"static/|static-plugins/"
_OPEN_ON_DATASETTE_1: Final = r"queries(?:\.json)?$"
"""Where Datasette 1 lists the saved queries of an archive: on its first page it names five of them and leads there."""
_OPEN_OF_RAW_ARCHIVE: Final = rf"query(?:\.\w+)?$|{_OPEN_ON_DATASETTE_1}"
"""Where Datasette 1 answers free SQL, too."""


def list_closed_patterns(rules: ServeRules) -> tuple[str, ...]:
    """Return the patterns of paths that are closed; they count after the pages for readers, and before Datasette's."""
    of_archive = r"^/[^/]+/-(?:$|/)"
    if is_datasette_1():
        of_archive = rf"^/[^/]+/-(?:$|/(?!{_OPEN_OF_RAW_ARCHIVE if rules.raw else _OPEN_ON_DATASETTE_1}))"
    return (rf"^/-(?:$|/(?!{_OPEN}))", of_archive, r"^/[^/]+/[^/]+(?:/[^/]+)?/-/")


ROBOTS: Final = "User-agent: *\nDisallow: /\n"
"""An archive holds other people's texts: no search engine is to send readers here instead of to their publishers."""


def make_robots_route() -> tuple[str, Callable[..., Any]]:
    """Return the route of robots.txt."""
    return r"^/robots\.txt$", _tell_robots


async def _tell_robots() -> Any:
    from datasette import Response

    return Response.text(ROBOTS)


def make_closed_routes(rules: ServeRules) -> list[tuple[str, Callable[..., Any]]]:
    """Return routes that answer 404."""
    return [(pattern, _refuse) for pattern in list_closed_patterns(rules)]


async def _refuse(datasette: Datasette) -> None:
    from datasette import NotFound

    raise NotFound("there is no such page here")
