"""What a lost WARC file held is fetched again without conditions; what cannot come back is accepted, and told."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from support.loopback_site import fetch_rows, make_article_page

from crawler.archive import Archive
from crawler.cli import main
from crawler.crawl.options import BadOption, CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.items import Fate
from crawler.warc import read_capture

PATH = "/news-en/Story-%d.html"
URL = "https://www.asianews.it" + PATH


def publish(paper, number, body=None, **more):
    """Serve a story with a validator, as servers do: who has it is told that nothing has changed."""
    body = body or make_article_page(number, **more)
    tag = f'"{number}-{len(body)}"'

    def answer(handler):
        if handler.headers.get("If-None-Match") == tag:
            return 304, b""
        return 200, body, {"ETag": tag}

    paper.pages[PATH % number] = answer


def list_conditional(paper):
    """Return the paths that were asked for on a condition since the log was cleared."""
    return [path for path, headers in paper.headers if "If-None-Match" in headers or "If-Modified-Since" in headers]


@pytest.fixture
def crawled(paper, asked_for):
    """Options of a crawl that has archived three stories and one page that is gone."""
    publish(paper, 1, leads_to=(2, 3, 9))
    publish(paper, 2)
    publish(paper, 3)
    paper.pages[PATH % 9] = (410, b"gone")
    options = asked_for()
    # Ten minutes ago: the files of a later run have other names.
    run_crawl(options, clock=lambda: datetime.now(UTC) - timedelta(minutes=10))
    clear(paper)
    return options


def clear(paper):
    paper.log.clear()
    paper.headers.clear()


def call(options, *arguments):
    return CliRunner().invoke(main, [arguments[0], "--archive", str(options.archive), *arguments[1:]])


def refetch(options, *urls, **more):
    return run_crawl(replace(options, urls=urls, refetch=True, **more))


def find_lost(options):
    with Archive(options.archive) as archive:
        return [finding.message for finding in archive.verify(read_capture)]


def damage_capture(options, url):
    """Overwrite the middle of an answer's record."""
    ((file, offset, length),) = fetch_rows(
        options, "SELECT warc_file, warc_offset, warc_length FROM captures WHERE url = ? AND status = 200", url
    )
    path = options.archive.with_suffix(".warc") / file
    content = bytearray(path.read_bytes())
    content[offset + length - 40 : offset + length - 30] = b"\xff" * 10
    path.write_bytes(content)


def test_pages_of_a_lost_folder_are_fetched_again_whatever_the_server_has_said(paper, crawled):
    shutil.rmtree(crawled.archive.with_suffix(".warc"))
    assert len(find_lost(crawled)) == 5
    report = refetch(crawled)
    assert sorted(paper.log) == [*(PATH % number for number in (1, 2, 3)), "/robots.txt"]
    assert not list_conditional(paper)
    assert report.counts == {Fate.UNCHANGED: 3}
    assert "5 captures were lost; 3 pages asked for again" in report.messages[-1]
    (left,) = find_lost(crawled)  # the answer of a page that is gone
    assert "Story-9" in left or "at " in left
    kinds = fetch_rows(crawled, "SELECT count(*) FROM captures WHERE status = 304")
    assert kinds == [(0,)]
    accepted = call(crawled, "verify", "--accept-losses", "the disk  died")
    assert accepted.exit_code == 0, accepted.output
    assert "4 of them lost and fetched again, 1 of them lost and accepted as lost" in accepted.stdout
    assert "1 capture accepted as lost: the disk died" in accepted.stderr
    assert call(crawled, "verify").exit_code == 0
    assert "accepted as lost on " in call(crawled, "doctor").stdout
    assert "WRONG  captures" not in call(crawled, "doctor").stdout
    clear(paper)
    assert "no capture is lost" in refetch(crawled).messages[-1]
    assert paper.log == []


def test_only_the_pages_of_damaged_records_are_asked_for_and_kept_in_full(paper, crawled):
    damage_capture(crawled, URL % 2)
    report = refetch(crawled)
    assert sorted(paper.log) == [PATH % 2, "/robots.txt"]
    assert report.counts == {Fate.UNCHANGED: 1}
    assert find_lost(crawled) == []
    run_crawl(replace(crawled, refresh=True))  # a later visit points to the whole answer, not to the damaged one
    assert find_lost(crawled) == []


def test_a_changed_page_becomes_a_version_and_one_that_is_gone_stays_lost(paper, crawled):
    shutil.rmtree(crawled.archive.with_suffix(".warc"))
    publish(paper, 2, headline="Another headline altogether")
    paper.pages[PATH % 3] = (410, b"gone")
    assert refetch(crawled).counts == {Fate.UNCHANGED: 1, Fate.REVISED: 1, Fate.GONE: 1}
    assert len(find_lost(crawled)) == 2


def test_given_articles_are_fetched_without_conditions_lost_or_not_and_nothing_else(paper, crawled):
    report = refetch(crawled, URL % 3)
    assert sorted(paper.log) == [PATH % 3, "/robots.txt"]
    assert report.counts == {Fate.UNCHANGED: 1}
    assert not list_conditional(paper)


def test_what_is_new_on_a_page_waits_for_the_next_crawl(paper, crawled):
    shutil.rmtree(crawled.archive.with_suffix(".warc"))
    publish(paper, 1, leads_to=(2, 3, 4))
    publish(paper, 4)
    refetch(crawled)
    assert PATH % 4 not in paper.requested_paths
    assert run_crawl(crawled).counts[Fate.NEW] == 1


def test_a_refetch_that_was_stopped_is_gone_on_with_by_any_crawl(paper, crawled):
    shutil.rmtree(crawled.archive.with_suffix(".warc"))
    refetch(crawled, max_articles=1)
    assert len(find_lost(crawled)) == 3
    clear(paper)
    run_crawl(crawled)
    assert list_conditional(paper) == [PATH % 1]  # named again, and there already
    assert len(find_lost(crawled)) == 1


def test_an_accepted_file_that_comes_back_is_no_longer_accepted(crawled):
    folder = crawled.archive.with_suffix(".warc")
    folder.rename(folder.with_name("elsewhere"))
    assert call(crawled, "verify", "--accept-losses", "gone").exit_code == 0
    folder.with_name("elsewhere").rename(folder)
    assert call(crawled, "verify", "--accept-losses", "gone").exit_code == 0
    assert fetch_rows(crawled, "SELECT count(*) FROM losses") == [(0,)]
    shutil.rmtree(folder)
    found = call(crawled, "doctor")
    assert "WRONG  captures" in found.stdout
    assert "seealso crawl SITE --refetch" in found.stdout
    assert "seealso verify --accept-losses WHY" in found.stdout


def test_losses_are_accepted_with_a_reason_alone(crawled):
    for arguments in (("--accept-losses", " "), ("--accept-losses", "x", "--no-captures")):
        shown = call(crawled, "verify", *arguments)
        assert (shown.exit_code, shown.stderr.count("\n")) == (1, 1)


@pytest.mark.parametrize("more", [{"refresh": True}, {"ids": "1..2"}, {"by_day": "2022"}])
def test_a_refetch_is_no_walk_and_no_refresh(more):
    with pytest.raises(BadOption, match="refetch"):
        CrawlOptions(site="asianews", refetch=True, **more)
