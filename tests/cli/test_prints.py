"""The prints of a text, searches without copies and several sites, as commands show them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from support.papers import REPORTS, make_paper_archive

from crawler.archive import Archive
from crawler.practice.world import load_agency_stories

DOCK, LINE = load_agency_stories()
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_paper_archive(tmp_path_factory)


@pytest.fixture
def ask_papers(run: Run, papers: Path) -> Run:
    def call(*arguments: str) -> Result:
        result = run("--archive", str(papers), *arguments)
        assert result.exit_code == 0, result.output
        return result

    return call


def test_show_lists_who_printed_a_text_the_first_one_first(ask_papers: Run) -> None:
    ledger, courier, gazette = (member.article.url for member in DOCK.prints)
    shown = ask_papers("show", courier).stdout
    below = shown[shown.index("Printed by 3 sites") :].splitlines()
    assert [line.split()[1:5] for line in below[1:4]] == [
        ["2026-08-19", "23:10", "UTC", "ledger"],
        ["2026-08-20", "00:05", "UTC", "courier"],
        ["2026-08-21", "15:00", "UTC", "gazette"],
    ]
    assert [line.rpartition("  ")[2] for line in below[1:4]] == ["(first, 90% alike)", "(this one)", "(100% alike)"]
    assert "Copies" not in shown
    document = json.loads(ask_papers("show", ledger, "--json").stdout)
    assert (document["prints"]["total"], document["prints"]["sites"]) == (3, 3)
    assert [entry["url"] for entry in document["prints"]["prints"]] == [ledger, courier, gazette]
    assert [entry["first"] for entry in document["prints"]["prints"]] == [True, False, False]


def test_show_against_another_print_tells_what_it_changed(ask_papers: Run) -> None:
    ledger, courier, gazette = (member.article.url for member in DOCK.prints)
    headlines = ask_papers("show", courier, "--against", gazette).stdout
    assert "headline" in headlines.splitlines()
    assert "body" not in headlines.splitlines()
    assert "{+Pupils move into a dock, ducks stay+}" in headlines
    cut = json.loads(ask_papers("show", courier, "--against", ledger, "--json").stdout)
    assert list(cut["fields"]) == ["body"]
    same = ask_papers("show", LINE.prints[0].article.url, "--against", LINE.prints[1].article.url).stdout
    assert "nothing a reader would notice" in same


def test_show_takes_one_comparison(run: Run, papers: Path) -> None:
    result = run("--archive", str(papers), "show", "1", "--against", "2", "--diff")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "take one" in result.stderr


def test_search_without_copies_says_how_many_others_there_are(ask_papers: Run) -> None:
    shown = ask_papers("search", "ducks pupils", "--without-copies").stdout
    assert shown.count("https://") == 1
    assert "ledger" in shown
    assert "2 other prints" in shown
    (hit,) = json.loads(ask_papers("search", "ducks pupils", "--without-copies", "--json").stdout)
    assert (hit["site"], hit["other_prints"]) == ("ledger", 2)
    assert "other print" not in ask_papers("search", "ducks pupils").stdout


def test_facets_name_the_sites_where_there_are_several(ask_papers: Run) -> None:
    document = json.loads(ask_papers("search", "", "--facets", "--json").stdout)
    counts = {value["value"]: value["count"] for value in document["facets"]["site"]}
    printed = [member.article.paper for story in (DOCK, LINE) for member in story.prints]
    assert counts == {name: own + printed.count(name) for name, own in REPORTS.items()}
    several = json.loads(
        ask_papers("search", "", "--site", "gazette", "--site", "ledger", "--json", "--limit", "99").stdout
    )
    assert len(several) == counts["gazette"] + counts["ledger"]


def test_a_timeline_counts_each_site_for_itself(ask_papers: Run) -> None:
    rows = json.loads(ask_papers("timeline", "the", "--by", "year", "--by", "site", "--json").stdout)
    totals: dict[str, int] = {}
    for row in rows:
        totals[row["query"]] = totals.get(row["query"], 0) + row["count"]
    assert list(totals) == ["the site:courier", "the site:gazette", "the site:ledger"]
    together = json.loads(ask_papers("timeline", "the", "--by", "year", "--json").stdout)
    assert sum(totals.values()) == sum(row["count"] for row in together)
    assert {
        row["query"] for row in json.loads(ask_papers("timeline", "--by", "site", "--site", "ledger", "--json").stdout)
    } == {"site:ledger"}


def test_a_timeline_takes_one_period(run: Run, papers: Path) -> None:
    result = run("--archive", str(papers), "timeline", "--by", "day", "--by", "year")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "two periods" in result.stderr


def test_an_export_without_copies_holds_each_text_once(ask_papers: Run, tmp_path: Path, papers: Path) -> None:
    ask_papers("export", "--format", "jsonl", "--to", "out.jsonl", "--without-copies")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    with Archive(papers) as archive:
        assert len(rows) == archive.count(unit="text") == archive.count() - 3
