"""An archive of the practice site after two crawls, and a way to spoil its readings as worse rules would have."""

from dataclasses import replace

import pytest
from support.archive_contents import copy_archive

from crawler.archive import Archive
from crawler.archive.articles.readings import load_reading
from crawler.archive.write.readings import write_reading
from crawler.crawl.launch import CrawlOptions, run_crawl
from crawler.practice import PracticeServer


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
