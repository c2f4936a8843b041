"""An archive of the practice site after two crawls, and a way to spoil its readings as worse rules would have."""

import shutil
import sqlite3
from dataclasses import replace

import pytest

from crawler.archive import Archive
from crawler.archive.articles.readings import load_reading
from crawler.archive.write.readings import write_reading
from crawler.crawl.launch import CrawlOptions, run_crawl
from crawler.practice import PracticeServer

TIMELESS_QUERIES = {
    "articles": "SELECT * FROM articles ORDER BY id",
    "revisions": "SELECT * FROM revisions ORDER BY article_id, number",
    "authors": "SELECT name, sort_name, kind, name_key FROM authors ORDER BY kind, name",
    "article_authors": "SELECT b.article_id, a.name, b.position, b.printed, b.honorific, b.order_initials, b.note"
    " FROM article_authors b JOIN authors a ON a.id = b.author_id ORDER BY 1, 3",
    "see_also": "SELECT * FROM see_also ORDER BY article_id, target_key",
    "translations": "SELECT * FROM translations ORDER BY article_id, target_key",
    "near_copies": "SELECT * FROM near_copies ORDER BY article_id, other_id",
    "sketches": "SELECT * FROM sketches ORDER BY article_id",
    "sketch_bands": "SELECT * FROM sketch_bands ORDER BY language, value, article_id",
    "index": "SELECT rowid, headline, lead, body, byline FROM articles_fts ORDER BY rowid",
    "problems": "SELECT url, field, value, reason FROM problems ORDER BY id",
    "addresses": "SELECT * FROM addresses ORDER BY url_key",
    "captures": "SELECT * FROM captures ORDER BY id",
    "runs": "SELECT * FROM runs ORDER BY id",
}


def dump_archive(path):
    """Everything that a rereading may touch, table by table."""
    db = sqlite3.connect(path)
    try:
        return {name: db.execute(sql).fetchall() for name, sql in TIMELESS_QUERIES.items()}
    finally:
        db.close()


def copy_archive(source, target):
    one, other = sqlite3.connect(source), sqlite3.connect(target)
    one.backup(other)
    one.close()
    other.close()
    shutil.copytree(source.with_suffix(".warc"), target.with_suffix(".warc"))
    return target


@pytest.fixture(scope="session")
def crawled(tmp_path_factory):
    """Archives of the practice site: after one crawl, and after a second one that found it edited."""
    folder = tmp_path_factory.mktemp("reread")
    path = folder / "twice.db"
    with PracticeServer() as site:
        options = CrawlOptions(site="asianews", archive=path, mirror=site.mirror, log_level="ERROR")
        run_crawl(options)
        copy_archive(path, folder / "once.db")
        site.phase = 2
        run_crawl(replace(options, refresh=True))
    return folder


@pytest.fixture
def path(request, crawled, tmp_path):
    return copy_archive(crawled / f"{getattr(request, 'param', 'twice')}.db", tmp_path / "archive.db")


@pytest.fixture
def spoil(path):
    """Rewrite readings as a version with worse rules would have left them."""

    def rewrite(change, where="TRUE"):
        changed = []
        with Archive(path, "create") as archive, archive.db.atomic():
            articles = archive._writer.articles
            for (article_id,) in archive.db.execute(f"SELECT id FROM articles WHERE {where}").fetchall():
                former = load_reading(articles.conn, article_id)
                worse = change(former)
                if worse != former:
                    write_reading(articles, article_id, worse, former)
                    changed.append(article_id)
            articles.write_index()
        return changed

    return rewrite


def list_columns(reading, **changes):
    return replace(reading, columns={**reading.columns, **changes})
