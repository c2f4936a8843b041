"""The graph of See also links: neighbours, the most linked, paths, communities.

>>> from crawler.research.graph import most_linked
"""

from typing import TYPE_CHECKING

from crawler.system.late_imports import attach_names

if TYPE_CHECKING:
    from crawler.research.graph.louvain import communities
    from crawler.research.graph.neighbourhood import most_linked, neighbours
    from crawler.research.graph.shortest_paths import paths

__all__ = ["communities", "most_linked", "neighbours", "paths"]

__getattr__, __dir__ = attach_names(
    __name__,
    {
        "communities": ".louvain",
        "most_linked": ".neighbourhood",
        "neighbours": ".neighbourhood",
        "paths": ".shortest_paths",
    },
)
