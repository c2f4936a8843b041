"""The graph of See also links: neighbours, the most linked, paths, communities.

>>> from crawler.research.graph import most_linked
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.research.graph.louvain import communities
    from crawler.research.graph.neighbourhood import most_linked, neighbours
    from crawler.research.graph.shortest_paths import paths

__all__ = ["communities", "most_linked", "neighbours", "paths"]

_ROOMS = {
    "communities": "louvain",
    "most_linked": "neighbourhood",
    "neighbours": "neighbourhood",
    "paths": "shortest_paths",
}
"""Name → the module of this package that defines it: loaded when the name is first asked for."""


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
