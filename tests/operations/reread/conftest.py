"""An archive of the practice site after two crawls, and a way to spoil its readings as worse rules would have."""

import pytest
from support.archive_contents import copy_archive
from support.shared import crawl_practice_site, make_once

from crawler.archive import Archive
from crawler.archive.articles.readings import load_reading
from crawler.archive.write.articles.readings import write_reading
from crawler.process import process
from crawler.rereading import rereader
from crawler.warc import read_capture


@pytest.fixture(scope="session")
def crawled(tmp_path_factory):
    """Archives of the practice site: after one crawl, and after a second one that found it edited."""
    return make_once(tmp_path_factory, "practice", crawl_practice_site)


@pytest.fixture(scope="session")
def read_once():
    """The one way to read a page, which remembers what it has read: these tests read the same pages again and again."""
    articles = {}

    def read(capture, site, pages, address, parts=()):
        key = capture.warc_file, capture.warc_offset, site.name, tuple(pages), address, str(parts)
        if key not in articles:
            articles[key] = process(capture, site, pages, address, parts)
        return articles[key]

    return read


@pytest.fixture(scope="session")
def fetch_once():
    """The one way to read a record, which remembers it as long as its file is the same: each test has a copy of all."""
    captures = {}

    def fetch(folder, file, offset, length):
        try:
            status = (folder / file).stat()
        except OSError:
            return read_capture(folder, file, offset, length)
        key = file, status.st_mtime_ns, status.st_size, offset, length
        if key not in captures:
            captures[key] = read_capture(folder, file, offset, length)
        return captures[key]

    return fetch


@pytest.fixture(autouse=True)
def _read_pages_once(monkeypatch, read_once, fetch_once):
    """Where workers of their own read, they read everything."""
    monkeypatch.setattr(rereader, "process", read_once)
    monkeypatch.setattr(rereader, "read_capture", fetch_once)


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
            articles.index.write()
        return changed

    return rewrite
