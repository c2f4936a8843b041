"""``seealso searches run``: each article is new once, in every search that finds it."""

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html
from support.hostile_archive import HOSTILE
from support.newsroom import GAZETTE, Newsroom

from crawler.archive import Archive
from crawler.archive.saved_searches import save_search
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.freeze import freeze, remove_snapshot
from crawler.research.alerts.pages import write_page
from crawler.research.alerts.runs import NewArticle, SearchNews, SearchReport

SAVED = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Press:
    """An archive of the Gazette into which articles come."""

    def __init__(self, path):
        self.path = path
        self.room = Newsroom()

    def print(self, key, headline, *, at, **values):
        article = self.room.article(key, headline=headline, **values)
        with Archive(self.path, "write") as archive:
            run = archive.begin_run(GAZETTE, now=at)
            archive.keep([self.room.visit(article, at=at)], run, at)


@pytest.fixture
def press(tmp_path):
    path = tmp_path / "archive.db"
    with Archive(path, "create"):
        pass
    press = Press(path)
    press.print(1, "Old boats", at=SAVED - timedelta(days=9))
    with Archive(path, "write") as archive:
        save_search(archive, "Boats", Selection(query="boats"), now=SAVED)
        save_search(archive, "Harbours", Selection(query="harbours", language="en"), now=SAVED)
    return press


def list_new(ended):
    assert ended.exit_code == 0, ended.stderr
    report = json.loads(ended.stdout)
    assert report["new"] == sum(search["new"] for search in report["searches"])
    return {search["name"]: [article["headline"] for article in search["articles"]] for search in report["searches"]}


def test_each_article_is_new_once(run, press):
    press.print(2, "New boats", at=SAVED + timedelta(days=1))
    assert list_new(run("searches", "run", "--json", "--dry-run")) == {"Boats": ["New boats"], "Harbours": []}
    assert list_new(run("searches", "run", "BOATS", "--json")) == {"Boats": ["New boats"]}
    # It comes out of an old WARC file: visited before the search was saved, and new here.
    press.print(3, "Boats and harbours", at=SAVED - timedelta(days=99))
    assert list_new(run("searches", "run", "--json")) == {"Boats": ["Boats and harbours"], "Harbours": []}
    press.print(4, "Harbours", at=SAVED - timedelta(days=99))
    assert list_new(run("searches", "run", "--json")) == {"Boats": [], "Harbours": ["Harbours"]}
    assert list_new(run("searches", "run", "--json")) == {"Boats": [], "Harbours": []}


def test_the_number_of_a_forgotten_article_hides_no_new_one(run, press, tmp_path):
    press.print(2, "New boats", at=SAVED + timedelta(days=1))
    list_new(run("searches", "run", "--json"))
    assert run("forget", "2", "--why", "asked to", "--yes").exit_code == 2  # its page is in no file
    shown = run("show", "gazette/en/2")
    assert (shown.exit_code, "gazette/en/2 was forgotten" in shown.stderr) == (1, True)
    assert "no article gazette/en/3" in run("show", "gazette/en/3").stderr
    press.print(3, "Newest boats", at=datetime.now(UTC) + timedelta(minutes=1))
    with Archive(press.path) as archive:
        assert [row.id for row in archive.articles("newest")] == [2]
    assert list_new(run("searches", "run", "--json"))["Boats"] == ["Newest boats"]


def test_each_reader_has_a_last_time_and_a_search_that_is_saved_anew_begins_anew(run, press, tmp_path):
    press.print(2, "New boats", at=SAVED + timedelta(days=1))
    assert list_new(run("searches", "run", "--json", "--state", "mine.json"))["Boats"] == ["New boats"]
    assert list_new(run("searches", "run", "--json", "--state", "mine.json"))["Boats"] == []
    before = press.path.read_bytes()
    assert list_new(run("searches", "run", "--json"))["Boats"] == ["New boats"]
    assert press.path.read_bytes() == before  # the archive is read
    assert (tmp_path / "archive.searches.json").is_file()
    run("searches", "remove", "boats")
    with Archive(press.path, "write") as archive:
        save_search(archive, "Boats", Selection(query="new"), now=SAVED + timedelta(hours=1))
    assert list_new(run("searches", "run", "--json"))["Boats"] == ["New boats"]


def test_a_command_is_told_only_of_what_is_new_and_again_when_it_failed(run, press, tmp_path):
    assert run("searches", "run", "--notify", "cat > told.json").exit_code == 0
    assert not (tmp_path / "told.json").exists()
    press.print(2, "New boats", at=datetime.now(UTC))
    failed = run("searches", "run", "--notify", "exit 3")
    assert failed.exit_code == 1
    assert failed.stderr == "seealso: the command of --notify failed with exit code 3; what is new stays new\n"
    assert run("searches", "run", "--notify", "cat > told.json").exit_code == 0
    told = json.loads((tmp_path / "told.json").read_text())
    assert (told["new"], told["searches"][0]["articles"][0]["headline"]) == (1, "New boats")
    assert list_new(run("searches", "run", "--json"))["Boats"] == []


def test_a_search_that_cannot_be_run_stops_no_other(run, press):
    with Archive(press.path, "write") as archive:
        freeze(archive, "few", Selection(), now=SAVED)
        save_search(archive, "Frozen", Selection(snapshot="few"), now=SAVED)
        remove_snapshot(archive, "few")
    press.print(2, "New boats", at=SAVED + timedelta(days=1))
    ended = run("searches", "run")
    assert (ended.exit_code, ended.stderr) == (2, "")
    lines = ended.stdout.splitlines()
    assert "  could not be run: no snapshot 'few'; make one with: seealso snapshot create NAME" in lines
    assert "  * New boats" in lines


def test_stories_are_counted_once(run, press):
    with Archive(press.path, "write") as archive:
        save_search(archive, "Stories", Selection(query="boats OR barche", unit="story"), now=SAVED)
    for language, headline in (("en", "Boats"), ("it", "Barche")):
        press.print(2, headline, language=language, at=SAVED + timedelta(days=1))
    ended = run("searches", "run", "stories")
    assert re.search(r"  1 new story since 2026-05-01 12:00 UTC: boats OR barche --unit story$", ended.stdout, re.M)


@pytest.mark.parametrize("content", ["", "[]", "{}", "[" * 99_999, '{"seealso_searches": 1, "last_times": {"a": {}}}'])
def test_what_is_no_state_stays_as_it_is(run, press, tmp_path, content):
    (tmp_path / "state.json").write_text(content)
    ended = run("searches", "run", "--state", "state.json")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr == "seealso: state.json is no state of saved searches: name another file with --state\n"
    assert (tmp_path / "state.json").read_text() == content


def test_the_archive_is_no_state(run, press, tmp_path):
    shutil.copy(press.path, tmp_path / "copy.db")
    assert run("searches", "run", "--state", "archive.db").exit_code == 1
    assert press.path.read_bytes() == (tmp_path / "copy.db").read_bytes()


def make_report(texts):
    articles = tuple(
        NewArticle(
            id=number,
            identity=f"gazette/en/{number}/revision/1",
            site="gazette",
            language="en",
            headline=text,
            lead=None,
            published_on="2026-05-02",
            authors=(text,),
            url=f"https://gazette.example/{number}" if number % 2 else f"javascript:{text}",
        )
        for number, text in enumerate(texts)
    )
    search = SearchNews(
        name=texts[0],
        query=texts[0],
        filters={},
        unit="article",
        since="2026-05-01T12:00:00Z",
        new=len(articles) + 1,
        articles=articles,
    )
    return SearchReport(
        ran_at="2026-05-03T00:00:00Z", new=search.new, searches=(search, replace(search, problem="gone"))
    )


HOSTILE_TEXTS = [text for text in HOSTILE if len(text) < 1000]


def test_what_was_printed_is_text_in_every_page():
    report = make_report(HOSTILE_TEXTS)
    page = html.fromstring("".join(write_page(report, "html")))
    assert len(page.xpath("//li")) == 2 * len(HOSTILE_TEXTS)
    assert {element.tag for element in page.iter()} == {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "ul", "li", "a", "bdi")
    }
    assert {link.partition(":")[0] for link in page.xpath("//a/@href")} == {"https"}
    for format_ in ("text", "markdown"):
        lines = "".join(write_page(report, format_)).split("\n")
        assert not any(re.search(r"[\x00-\x1f\x7f\u202e\u2028]", line) for line in lines)
        assert sum("gazette · en" in line for line in lines) == 2 * len(HOSTILE_TEXTS)
    markdown = "".join(write_page(report, "markdown"))
    assert "<script>" not in markdown
    addresses = re.findall(r"\]\(<([^<>]*)>\)", markdown)
    assert len(addresses) == 2 * (len(HOSTILE_TEXTS) // 2)
    assert all(address.startswith("https://gazette.example/") for address in addresses)
