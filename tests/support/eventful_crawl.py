"""A crawl on which everything happens, as a program: it prints what was decided as one JSON document, and its words.

A good story, a cut transfer, a home page in place of an article, a number without an article, a page that is too
large, a redirect in a circle, a lost byline, and a pause that the site asks for; then the same command again, which
has to stay away, an ingest, and what the archive says of all that.
"""

import json
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.errors import CrawlerError
from crawler.operations.ingest.job import ingest
from support.loopback_site import HOME, ORIGIN, FakeSite

BEGIN = datetime(2026, 3, 1, 9, tzinfo=UTC)
DECISIONS = {
    "addresses": "SELECT url_key, state, attempts, last_status, last_failure FROM addresses ORDER BY url_key",
    "articles": "SELECT site_key, headline, byline, revisions, status FROM articles ORDER BY site_key",
    "runs": "SELECT kind, outcome, fetched, failed, not_an_article, unreadable, refused FROM runs ORDER BY id",
    "problems": "SELECT run_id, url, field, value FROM problems ORDER BY run_id, url, field, value",
    "pauses": "SELECT site, mirror IS NULL, until IS NOT NULL FROM pauses ORDER BY site",
}


def break_off(handler):
    """Promise more than is sent, and hang up."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"<html><body><h1>Half a story")
    handler.close_connection = True


def main(folder: Path) -> None:
    """Crawl into ``folder`` and print what was decided."""
    site = FakeSite()
    archive = folder / "archive.db"
    told, codes = [], []

    def crawl(*paths, **more):
        now = BEGIN + timedelta(hours=len(codes))
        urls = tuple(ORIGIN + path for path in paths)
        try:
            report = run_crawl(
                CrawlOptions(site="asianews", urls=urls, archive=archive, mirror=site.mirror, **more), clock=lambda: now
            )
        except CrawlerError as problem:
            codes.append((problem.exit_code, type(problem).__name__))
            told.append(str(problem))
        else:
            codes.append(
                (report.exit_code, report.outcome, sorted((fate.value, n) for fate, n in report.counts.items()))
            )
            told.extend(report.messages)

    try:
        site.story(1, leads_to=(2, 3))
        site.pages["/news-en/Story-2.html"] = break_off
        canonical = f'<link rel="canonical" href="{ORIGIN}/en.html">'.encode()
        site.pages["/news-en/Story-3.html"] = HOME.replace(b"</head>", canonical + b"</head>")
        site.pages["/news-en/Circle-5.html"] = (302, b"", {"Location": "/news-en/Circle-5.html"})
        site.pages["/news-en/Gone-6.html"] = (404, b"none")
        crawl("/news-en/Story-1.html", "/news-en/Circle-5.html", "/news-en/Gone-6.html")
        crawl(ids="1..4", languages=("en",))
        site.pages["/news-en/Story-1.html"] = site.pages["/news-en/Story-1.html"].replace(b"<p>by Ann Example</p>", b"")
        for _ in range(3):  # the loss is told, told again, and believed
            crawl("/news-en/Story-1.html", max_depth=0)
        site.pages["/news-en/Story-7.html"] = (503, b"later", {"Retry-After": "86400"})
        crawl("/news-en/Story-7.html")
        crawl("/news-en/Story-1.html")
        try:
            codes.append(ingest(folder / "other.db", sorted(archive.with_suffix(".warc").iterdir())).exit_code)
        except CrawlerError as problem:
            codes.append((problem.exit_code, type(problem).__name__))
            told.append(str(problem))
    finally:
        site.close()
    decided = {"codes": codes, "requests": sorted(site.requested_paths.items())}
    for path in (archive, folder / "other.db"):
        with sqlite3.connect(path) as db:
            decided |= {f"{path.stem} {name}": db.execute(sql).fetchall() for name, sql in DECISIONS.items()}
            told += [reason for (reason,) in db.execute("SELECT reason FROM problems ORDER BY 1")]
        db.close()
    print(json.dumps({"decided": decided, "told": told}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
