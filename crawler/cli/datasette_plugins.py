"""Names the plugins of Datasette that are installed beside ours and cannot be loaded: Datasette does not start then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points

from crawler.errors import CrawlerError


class BrokenPlugin(CrawlerError):
    """Another plugin of Datasette keeps it from starting: say which."""


@contextmanager
def explain_broken_plugins() -> Iterator[None]:
    """Raise BrokenPlugin for an error of the block that an installed plugin of Datasette causes when it is imported."""
    try:
        yield
    except CrawlerError:
        raise
    except Exception as problem:
        for entry in entry_points(group="datasette"):
            try:
                entry.load()
            except Exception as error:
                package = entry.dist.name if entry.dist is not None else entry.name
                reason = " ".join(str(error).split()) or type(error).__name__
                raise BrokenPlugin(
                    f"the plugin {entry.name} of Datasette cannot be loaded ({reason[:200]}), and without it Datasette "
                    f"does not start: pip install --upgrade {package}, or pip uninstall {package}"
                ) from problem
        raise
