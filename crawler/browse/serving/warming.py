"""Asks for the pages whose counts read a large archive as a whole, so that its first reader does not wait for them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crawler.browse.serving import archives
from crawler.browse.urls import make_links

if TYPE_CHECKING:
    from datasette.app import Datasette

logger = logging.getLogger(__name__)

MIN_BYTES: Final = 100_000_000
"""Smaller archives are counted while a reader waits: it takes a tenth of a second."""
PAGES: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("home", {}),
    ("calendar", {}),
    ("search", {"unit": "story"}),
    ("timeline", {"unit": "story"}),
    ("places", {"unit": "story"}),
    ("health", {}),
)
"""Each with its parameters, in the order in which a reader is likely to ask for them."""


async def warm_up(datasette: Datasette, min_bytes: int = MIN_BYTES) -> tuple[str, ...]:
    """Ask for the pages of each large archive, one after the other; return their addresses.

    A page that fails is logged and fails again for a reader, who is told what is the matter.
    """
    addresses = []
    for name in archives.list_archives(datasette):
        if Path(datasette.databases[name].path).stat().st_size < min_bytes:
            continue
        links = make_links(datasette, name)
        for page, parameters in PAGES:
            addresses.append(links.page(page, **parameters))
            response = await datasette.client.get(addresses[-1])
            if response.status_code != 200:
                logger.debug("%s was answered with %d when the server started", addresses[-1], response.status_code)
    return tuple(addresses)
