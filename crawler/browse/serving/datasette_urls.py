"""Keeps Datasette from putting the path of a proxy twice before an address.

It makes many addresses of the one that was asked for, which has the path already (``base_url``), and puts it before
them again: the link from ``/news/archive/articles`` to the same table as JSON was ``/news/news/archive/articles.json``.
"""

from __future__ import annotations

from typing import Any

from crawler.browse.serving.remembered_rules import RememberedRules


def make_datasette_class() -> Any:
    """Return a subclass of Datasette whose addresses have the base once, and which remembers its rules for tables."""
    from datasette.app import Datasette
    from datasette.url_builder import Urls
    from datasette.utils import PrefixedUrlString, path_with_format

    class ProxiedUrls(Urls):  # type: ignore[misc]  # it has no types
        def path(self, path: str, format: str | None = None) -> Any:
            # What Datasette builds by itself begins with no slash.
            base = self.ds.setting("base_url")
            if base == "/" or not path.startswith(base):
                return super().path(path, format=format)
            return PrefixedUrlString(path if format is None else path_with_format(path=path, format=format))

    class ProxiedDatasette(RememberedRules, Datasette):  # type: ignore[misc]  # it has no types
        @property
        def urls(self) -> ProxiedUrls:
            return ProxiedUrls(self)

    return ProxiedDatasette
