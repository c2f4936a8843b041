"""A crawl keeps every payload once: what the server sends again is a pointer in WARC, and reads as it was."""

import subprocess
import sys
from pathlib import Path

from support.loopback_site import fetch_rows, make_article_page
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import Archive
from crawler.crawl.starting.launch import run_crawl
from crawler.items import Fate
from crawler.warc import read_capture

STORY = "/news-en/Story-%d.html"


def kinds(options):
    """Return (type, profile's last word, path) of every answer on disk, in order."""
    found = []
    for path in sorted(options.archive.with_suffix(".warc").iterdir()):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type in ("response", "revisit"):
                    profile = (record.rec_headers.get_header("WARC-Profile") or "").rpartition("/")[2]
                    url = record.rec_headers.get_header("WARC-Target-URI")
                    found.append((record.rec_type, profile, url.removeprefix("https://www.asianews.it")))
    return found


def sound(options):
    with Archive(options.archive) as archive:
        assert archive.verify(read_capture) == []
    files = [str(path) for path in sorted(options.archive.with_suffix(".warc").iterdir())]
    checked = subprocess.run(
        [Path(sys.executable).with_name("warcio"), "check", *files], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout


def test_a_page_that_comes_again_unchanged_is_a_pointer_and_one_that_changed_is_not(paper, asked_for):
    paper.story(1, leads_to=(2,))
    paper.story(2)
    first = asked_for()
    run_crawl(first)
    paper.pages[STORY % 2] = make_article_page(2, headline="Another headline altogether")
    report = run_crawl(asked_for(refresh=True))
    assert report.counts == {Fate.UNCHANGED: 1, Fate.REVISED: 1}
    assert sorted(kinds(first)[3:]) == [
        ("response", "", STORY % 2),
        ("response", "", "/robots.txt"),
        ("revisit", "identical-payload-digest", STORY % 1),
    ]
    sound(first)
    ((file, offset),) = fetch_rows(
        first, "SELECT warc_file, warc_offset FROM captures WHERE url LIKE '%Story-1.html' ORDER BY id LIMIT 1, 1"
    )
    assert read_capture(first.archive.with_suffix(".warc"), file, offset).body == make_article_page(1, leads_to=(2,))
    run_crawl(asked_for(refresh=True))  # what is pointed to is always a response, never a pointer
    assert [kind for kind, _, url in kinds(first) if url == STORY % 1] == ["response", "revisit", "revisit"]
    sound(first)


def test_not_modified_is_a_pointer_to_what_was_not_modified(paper, asked_for):
    def answer(handler):
        if handler.headers.get("If-None-Match") == '"one"':
            return 304, b"", {"ETag": '"one"'}
        return 200, make_article_page(1), {"ETag": '"one"'}

    paper.pages[STORY % 1] = answer
    options = asked_for()
    run_crawl(options)
    assert run_crawl(asked_for(refresh=True)).counts == {Fate.UNCHANGED: 1}
    assert kinds(options)[-1] == ("revisit", "server-not-modified", STORY % 1)
    sound(options)


def test_what_was_pointed_to_and_is_gone_is_kept_in_full_again(paper, asked_for):
    paper.story(1)
    options = asked_for()
    run_crawl(options)
    for path in options.archive.with_suffix(".warc").iterdir():
        path.unlink()
    run_crawl(asked_for(refresh=True))
    assert [kind for kind, _, _ in kinds(options)] == ["response", "response"]
