"""Archives made by an earlier version: brought up to date, they say what they said before, and are crawled as before.

The archives, the commands and what that version printed are in ``tests/data/earlier``, with the script that made them.
Everything here goes through the command line, and through tables whose names are documented: it does not matter how the
code is arranged.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import tarfile
import tomllib
from collections.abc import Callable
from contextlib import chdir, closing
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result
from support.acceptance import serve
from warcio.archiveiterator import ArchiveIterator

from crawler.cli import main

DATA = Path(__file__).parents[1] / "data" / "earlier"
NAMES = ("demo", "demo-later", "paused", "ingested")
COMMANDS = tomllib.loads((DATA / "commands.toml").read_text(encoding="utf-8"))
ASKED = [(name, title) for title, command in COMMANDS.items() for name in command.get("of", NAMES)]
OFTEN_ASKED = {
    (command.get("of", NAMES)[number % len(command.get("of", NAMES))], title)
    for number, (title, command) in enumerate(COMMANDS.items())
}
"""Each command of one archive: all archives come in."""

MASKS = tomllib.loads((DATA / "masks.toml").read_text(encoding="utf-8"))
"""What may differ between two moments, machines or versions."""

SITE = "https://www.asianews.it"
Run = Callable[..., Result]


def mask(printed: str) -> str:
    """Return what was printed without what may differ."""
    for rule in MASKS.values():
        printed = re.sub(rule["pattern"], rule["instead"], printed, flags=re.MULTILINE)
    return printed


def unpack(name: str, folder: Path) -> Path:
    """Unpack an archive as it was made."""
    with tarfile.open(DATA / f"{name}.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    return folder


@pytest.fixture(autouse=True)
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a user has set counts for nothing, and a crawl of the live site that should be refused gets nowhere."""
    for name in ("SEEALSO_ARCHIVE", "SEEALSO_CONTACT", "SEEALSO_DEBUG", "no_proxy", "NO_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")


def call(folder: Path, *arguments: str) -> Result:
    """Run a command in a folder, in this process."""
    with chdir(folder):
        return CliRunner().invoke(main, list(arguments), prog_name="seealso")


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the folder of an archive that was brought up to date as its user is told to. To be read only."""
    made: dict[str, Path] = {}

    def once(name: str) -> Path:
        if name not in made:
            made[name] = unpack(name, tmp_path_factory.mktemp(name))
            call(made[name], "doctor", "--fix")
        return made[name]

    return once


@pytest.fixture
def copy(updated: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Run]:
    """Return how to run commands that may change an archive: on a copy of it, brought up to date."""

    def at(name: str) -> Run:
        folder = tmp_path / name
        shutil.copytree(updated(name), folder)
        return lambda *arguments: call(folder, *arguments)

    return at


def read_status(run: Run) -> dict[str, object]:
    return json.loads(run("status", "--json", "--runs", "50", "--problems", "50").stdout)


@pytest.mark.parametrize(
    ("name", "title"), [pytest.param(*asked, marks=() if asked in OFTEN_ASKED else pytest.mark.slow) for asked in ASKED]
)
def test_an_earlier_archive_says_what_it_said(updated: Callable[[str], Path], name: str, title: str) -> None:
    """A hundred commands of other archives, the slow cases, take six seconds."""
    shown = call(updated(name), *COMMANDS[title]["run"])
    printed = (shown.stdout_bytes + shown.stderr_bytes).decode() + f"exit code {shown.exit_code}\n"
    assert mask(printed) == (DATA / "outputs" / name / f"{title}.txt").read_bytes().decode()


READ_BETTER = {
    "demo": ({"sources": 1}, []),
    "demo-later": ({"sources": 1}, []),
    "paused": ({}, [f"{SITE}/index.php?l=en&art=214"]),
    "ingested": ({}, []),
}
"""Archive → how many articles today's rules read differently in which field, and the pages that are articles by now: each
difference was looked at, and is better. JSON-LD with mistakes confirms a headline; a page with a date, a headline and six
paragraphs over a list of links is no home page."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name.startswith("demo") else ()) for name in NAMES]
)
def test_an_earlier_archive_reread_differs_only_for_the_better(updated: Callable[[str], Path], name: str) -> None:
    """The two demos, the slow cases, take a second each."""
    told = json.loads(call(updated(name), "reread", "--dry-run", "--json", "--jobs", "1").stdout)
    assert (told["fields"], told["found_pages"], told["lost"]) == (*READ_BETTER[name], 0)
    for difference in told["examples"].get("sources", []):
        before, after = json.loads(difference["before"]), json.loads(difference["after"])
        assert {key: value for key, value in after.items() if before.get(key) != value} == {
            "headline": "line+jsonld:headline"
        }


def test_each_output_has_its_command() -> None:
    kept = {(path.parent.name, path.stem) for path in (DATA / "outputs").glob("*/*")}
    assert kept == set(ASKED)


@pytest.mark.parametrize("name", NAMES)
def test_once_up_to_date_there_is_nothing_left_to_mend(updated: Callable[[str], Path], name: str) -> None:
    found = json.loads(call(updated(name), "-v", "doctor", "--json").stdout)
    states = {finding["check"]: finding["state"] for finding in found}
    assert {states[check] for check in ("file", "schema", "index", "captures")} == {"well"}


# A pause that the site asked for

PAUSED = "seealso: AsiaNews asked for a pause until 2099-01-01 00:00 UTC: try again after that\n"


@pytest.mark.parametrize("live", [False, True], ids=["the mirror", "the live site"])
def test_a_pause_lasts_on(copy: Callable[[str], Run], tmp_path: Path, live: bool) -> None:
    """A crawl of the live site needs a contact too: the one of the last such crawl is remembered."""
    run = copy("paused")
    mirror = read_status(run)["runs"][0]["settings"]["mirror"]
    refused = run("crawl", "asianews", *(() if live else ("--mirror", mirror)))
    assert (refused.exit_code, refused.stderr) == (4, PAUSED)
    with closing(sqlite3.connect(tmp_path / "paused" / "archive.db")) as db:
        assert db.execute("SELECT count(*) FROM runs").fetchone() == (5,)


def test_a_pause_lasts_on_where_the_crawl_itself_brings_the_archive_up_to_date(tmp_path: Path) -> None:
    folder = unpack("paused", tmp_path)
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        [settings] = db.execute("SELECT settings FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    refused = call(folder, "crawl", "asianews", "--mirror", json.loads(settings)["mirror"])
    assert (refused.exit_code, refused.stderr) == (4, PAUSED)


def test_who_crawled_the_live_site_is_remembered(updated: Callable[[str], Path]) -> None:
    found = json.loads(call(updated("paused"), "-v", "doctor", "--json").stdout)
    [contact] = [finding["message"] for finding in found if finding["check"] == "contact"]
    assert contact == "https://example.org/ann, as in the last crawl of a live site"


# Holes, and what was lost once

HOLES = {*range(213, 219), *range(221, 224), *range(225, 235)}
"""Numbers that answered with a home page, a list, or what other numbers answered with; 219 and 220 are gone."""


def test_each_hole_is_kept_and_rests(copy: Callable[[str], Run], tmp_path: Path) -> None:
    run = copy("paused")
    with closing(sqlite3.connect(tmp_path / "paused" / "archive.db")) as db:
        rows = db.execute("SELECT site_key FROM addresses WHERE state = 'hole' AND language = 'en'").fetchall()
    assert {int(key) for (key,) in rows} == HOLES
    asked: list[str] = []
    with serve(lambda path: asked.append(path) or (404, b"none")) as mirror:
        ended = run(
            "crawl", "asianews", "--mirror", mirror, "--ids", "211..236", "--languages", "en", "--no-refresh", "--json"
        )
    assert ended.exit_code == 0, ended.output
    numbers = [parse_qs(urlsplit(path).query).get("art") for path in asked]
    assert sorted(number for number in numbers if number) == [["235"], ["236"]]


def read_pages(folder: Path) -> dict[str, bytes]:
    """Return path → page, of the last answer with status 200 that the archive holds."""
    pages = {}
    for path in sorted((folder / "archive.warc").iterdir()):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == "response" and record.http_headers.get_statuscode() == "200":
                    parts = urlsplit(record.rec_headers.get_header("WARC-Target-URI"))
                    pages[parts._replace(scheme="", netloc="").geturl()] = record.content_stream().read()
    return pages


def test_what_an_article_lost_twice_is_believed(copy: Callable[[str], Run], tmp_path: Path) -> None:
    """The first loss was met by the earlier version, which kept the byline and noted it; now comes the second."""
    run = copy("paused")
    address = "https://www.asianews.it/news-en/Story-205.html"
    kept = json.loads(run("show", "--json", address).stdout)
    assert (kept["byline"], len(kept["revisions"])) == ("by Ann Example", 1)
    pages = read_pages(tmp_path / "paused")
    with serve(lambda path: (200, pages[path]) if path in pages else (404, b"none")) as mirror:
        ended = run("crawl", "asianews", address, "--mirror", mirror, "--refresh", "--json")
    assert json.loads(ended.stdout)["fates"]["revised"] == 1
    shown = json.loads(run("show", "--json", address).stdout)
    assert (shown["byline"], len(shown["revisions"])) == (None, 2)


# Crawls, ingests and demos are told apart


def test_what_watches_crawls_passes_over_ingests(copy: Callable[[str], Run], tmp_path: Path) -> None:
    run = copy("ingested")
    runs = {line["id"]: line for line in read_status(run)["runs"]}
    assert [runs[number]["outcome"] for number in sorted(runs)] == ["finished", "ingested", "alarm", "finished", None]
    run("status", "--metrics", "metrics.prom")
    metrics = (tmp_path / "ingested" / "metrics.prom").read_text()
    assert 'seealso_last_run_outcome{site="asianews",outcome="finished"} 1\n' in metrics
    assert 'seealso_runs_total{site="asianews",outcome="ingested"} 1\n' in metrics
    begun = int(datetime.fromisoformat(runs[4]["started_at"]).timestamp())
    assert f'seealso_last_run_started_timestamp_seconds{{site="asianews"}} {begun}\n' in metrics


def test_an_ingest_that_was_killed_is_closed_as_such_by_the_next_one(copy: Callable[[str], Run]) -> None:
    run = copy("ingested")
    taken = json.loads(run("ingest", "wire-2.warc.gz", "--json").stdout)
    assert (taken["exit_code"], taken["pages"], taken["fates"]["new"]) == (0, 60, 60)
    assert [line["outcome"] for line in read_status(run)["runs"][:2]] == ["ingested", "killed"]
    assert run("verify").exit_code == 0
    again = json.loads(run("ingest", "wire.warc.gz", "wire-2.warc.gz", "--json").stdout)
    assert (again["pages"], again["already"]) == (0, 65)


def test_an_ingest_is_no_crawl_of_the_live_site_that_told_whom_to_ask(copy: Callable[[str], Run]) -> None:
    told = copy("ingested")("crawl", "asianews")
    assert told.exit_code == 1
    assert "AsiaNews should know whom to ask about this crawl" in told.stderr


@pytest.mark.parametrize("name", ["demo", "demo-later"])
def test_nothing_real_comes_into_a_demo(copy: Callable[[str], Run], updated: Callable[[str], Path], name: str) -> None:
    run = copy(name)
    wire = str(updated("ingested") / "wire.warc.gz")
    for arguments in (("crawl", "asianews", "--contact", "me@example.org"), ("ingest", wire)):
        told = run(*arguments)
        assert told.exit_code == 1
        assert told.stderr.startswith("seealso: archive.db holds the invented articles of the practice site")


@pytest.mark.parametrize("name", ["paused", "ingested"])
def test_no_demo_comes_into_anything_real(copy: Callable[[str], Run], name: str) -> None:
    run = copy(name)
    held = read_status(run)["articles"]
    told = run("demo")
    assert told.exit_code == 1
    assert told.stderr.startswith(f"seealso: archive.db holds {held} articles of other crawls")


@pytest.mark.slow
def test_a_demo_goes_on_to_the_later_week(copy: Callable[[str], Run], updated: Callable[[str], Path]) -> None:
    """What the new code makes of the earlier archive is what the earlier code made of it.

    Two seconds; the demo of today goes on in ``test_demo.py``, and crawls of other earlier archives go on above.
    """
    run = copy("demo")
    ended = run("demo", "--later")
    assert ended.exit_code == 0, ended.output
    now, then = read_status(run), read_status(lambda *arguments: call(updated("demo-later"), *arguments))
    assert now["runs"][0]["fates"] == then["runs"][0]["fates"]
    for name in ("articles", "revisions", "see_also", "see_also_archived", "captures", "coverage", "fill_rates"):
        assert now[name] == then[name], name


# Spellings that its index held apart


@pytest.mark.parametrize(
    ("query", "headline"),
    [
        ("九龍夜校", "九龙夜校自己印刷课程表"),  # traditional, of a simplified headline
        ("九龙夜校", "九龙夜校自己印刷课程表"),
        ('"義烏紐扣商人"', "义乌纽扣商人从订单里看天气"),
        ("place:羅馬 網站", "www.asianews.it亚洲新闻练习版开通"),
        ("kicker:緬甸 圖書館", "仰光咖啡馆成为年轻人的图书馆"),
    ],
)
def test_an_earlier_archive_is_found_by_spellings_that_it_does_not_print(
    updated: Callable[[str], Path], query: str, headline: str
) -> None:
    hits = json.loads(call(updated("demo"), "search", query, "--json").stdout)
    assert headline in [hit["headline"] for hit in hits]
