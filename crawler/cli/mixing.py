"""Keeping invented and real articles apart: the practice site pretends to be a real one, so its archive must say so.

A crawl by ``seealso demo`` is known by the contact that it gives, which the archive keeps with each run.
"""

from __future__ import annotations

import json
from pathlib import Path

from crawler.errors import CrawlerError

DEMO_CONTACT = "seealso demo, the practice site"


class WouldMix(CrawlerError):
    """Invented and real articles would come into one archive: use two."""


def refuse_demo(path: Path) -> None:
    """Raise WouldMix when the archive at ``path`` holds articles that did not come from the practice site."""
    _, other, articles = _count_runs(path)
    if other and articles:
        raise WouldMix(
            f"{path} holds {articles} articles of other crawls, and the practice site's are invented: "
            "give the demo an archive of its own, with --archive demo.db"
        )


def refuse_crawl(path: Path) -> None:
    """Raise WouldMix when the archive at ``path`` holds articles of the practice site.

    To ask before a crawl of the live site; a mirror on this machine is somebody's own experiment.
    """
    demo, _, articles = _count_runs(path)
    if demo and articles:
        raise WouldMix(
            f"{path} holds the invented articles of the practice site: crawl into another archive with --archive PATH, "
            "or remove this one first"
        )


def _count_runs(path: Path) -> tuple[int, int, int]:
    """Return how many runs of the practice site, how many others, and how many articles an archive has."""
    if not path.is_file() or not path.stat().st_size:
        return 0, 0, 0
    from crawler.archive import Archive

    with Archive(path) as archive:
        settings = [
            json.loads(row[0] or "{}") for row in archive.db.execute("SELECT settings FROM runs WHERE fetched > 0")
        ]
        articles = archive.db.execute("SELECT count(*) FROM articles").fetchone()[0]
    demo = sum(run_settings.get("contact") == DEMO_CONTACT for run_settings in settings)
    return demo, len(settings) - demo, articles
