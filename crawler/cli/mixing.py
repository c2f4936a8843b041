"""Refuses crawls that would mix articles of the practice site, which are invented, with real ones in one archive.

The archive knows the kind of each run; those of ``seealso demo`` have a kind of their own.
"""

from __future__ import annotations

from pathlib import Path

from crawler.errors import CrawlerError


class WouldMix(CrawlerError):
    """Invented and real articles would come into one archive: use two."""


def refuse_demo(path: Path) -> None:
    """Raise WouldMix when the archive at ``path`` holds articles that did not come from the practice site."""
    _, other_runs, articles = _count_runs(path)
    if other_runs and articles:
        raise WouldMix(
            f"{path} holds {articles} articles of other crawls, and the practice site's are invented: "
            "give the demo an archive of its own, with --archive demo.db"
        )


def refuse_crawl(path: Path) -> None:
    """Raise WouldMix when the archive at ``path`` holds articles of the practice site.

    Called before a crawl of the live site; a mirror on this machine may be crawled into any archive.
    """
    demo_runs, _, articles = _count_runs(path)
    if demo_runs and articles:
        raise WouldMix(
            f"{path} holds the invented articles of the practice site: name another archive with --archive PATH, or "
            "remove this one first"
        )


def _count_runs(path: Path) -> tuple[int, int, int]:
    """Return the numbers of runs of the practice site, of other runs, and of articles in an archive."""
    if not path.is_file() or not path.stat().st_size:
        return 0, 0, 0
    from crawler.archive import Archive

    with Archive(path) as archive:
        runs, articles = archive.count_runs_by_kind(), archive.count()
    return runs["demo"], sum(runs.values()) - runs["demo"], articles
