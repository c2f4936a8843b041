"""A crawl by better rules than the last one forges no edits, and says what it has read again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.loopback_site import fetch_rows, make_article_page

from crawler.crawl.starting import launch
from crawler.crawl.starting.launch import run_crawl
from crawler.crawl.starting.spider_loader import find_spider
from crawler.items import Fate
from crawler.operations.reread.job import undo_reread

NOTE = b"<p>From the reading room: every paper of the harbour is kept here, and anyone may come and ask for one.</p>"
PATH = "/news-en/Story-1.html"
END = b'<p><a href="#">Send to a friend</a></p><p><a href="#">Printable version</a></p>'
PAGE = make_article_page(1, leads_to=(2,)).replace(END, NOTE + END)
OTHER = make_article_page(2).replace(END, NOTE + END)


@pytest.fixture
def visited(paper, asked_for):
    """Visit two stories as they stand, each time a day later; return the report."""
    paper.pages |= {PATH: PAGE, "/news-en/Story-2.html": OTHER}
    days = iter(range(1, 30))

    def visit():
        now = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=next(days))
        return run_crawl(asked_for(refresh=True), clock=lambda: now)

    return visit


@pytest.fixture
def improve_rules(monkeypatch):
    """Let the spider know where the texts of its site end, as a later version of its file might."""

    def improve():
        spider = find_spider("asianews")
        labels = replace(spider.site.labels, ends_body=(*spider.site.labels.ends_body, "from the reading room:"))
        site = replace(spider.site, labels=labels)
        better = type("BetterSpider", (spider,), {"site": site, "__module__": spider.__module__})
        monkeypatch.setattr(launch, "find_spider", lambda name, archive: better)

    return improve


def test_pages_that_stayed_the_same_are_unchanged_and_an_edit_is_one(visited, paper, asked_for, improve_rules):
    options = asked_for()
    assert visited().counts == {Fate.NEW: 2}
    before = fetch_rows(options, "SELECT id, headline, body, digest FROM articles")
    assert all("reading room" in body for _, _, body, _ in before)
    improve_rules()
    paper.pages[PATH] = PAGE.replace(b"in spring", b"in autumn").replace(b"<body>", b"<body><!-- cached at noon -->")
    report = visited()
    assert report.counts == {Fate.REVISED: 1, Fate.UNCHANGED: 1}
    assert [message for message in report.messages if message.startswith("2 articles read differently")]
    assert fetch_rows(options, "SELECT revisions, instr(body, 'room') FROM articles") == [(2, 0), (1, 0)]
    first, second = fetch_rows(options, "SELECT body FROM revisions WHERE article_id = 1 ORDER BY number")
    assert first[0].replace("in spring", "in autumn") == second[0]
    assert fetch_rows(options, "SELECT changed, fields, run_id FROM rereads") == [(2, '{"body": 2}', 2)]
    again = visited()
    assert again.counts == {Fate.UNCHANGED: 2}
    assert not [message for message in again.messages if "read differently" in message]
    assert undo_reread(options.archive).restored == 2
    assert fetch_rows(options, "SELECT id, headline, body, digest FROM articles WHERE id = 2") == before[1:]
    assert fetch_rows(options, "SELECT body FROM revisions WHERE article_id = 1 ORDER BY number") == [
        (before[0][2],),
        second,
    ]
