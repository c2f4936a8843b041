"""``seealso show --diff``: what left and came, in a pipe, on a terminal and as data."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.archive import Archive
from crawler.cli import diff_text
from crawler.items import Article, Capture, Fate, Visit
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.digest import compute_digest
from crawler.research.version_diff import diff_versions
from crawler.sites.registry import find_site

SITE = find_site("asianews")

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
URL = "https://www.asianews.it/news-en/Harbour-vote-7.html"
BODY = "The committee met.\n\nIts chair said that 40 boats are there.\n\nNobody left.\n\nThe lamps went out."
VERSIONS = [
    ("No vote at the harbour", BODY),
    ("No vote at the harbour", BODY.replace("40 boats", "14 boats")),
    ("Harbour: no vote", BODY.replace("40 boats", "14 boats")),
]


def article(headline, body):
    return Article(
        site="asianews",
        language="en",
        site_key="7",
        story="7",
        url=URL,
        headline=headline,
        body=body,
        word_count=len(body.split()),
        digest=compute_digest(headline, None, None, body, "en"),
    )


@pytest.fixture
def archived(tmp_path):
    """An archive of one article in three versions, in the folder of the command."""
    with Archive(tmp_path / "archive.db", "create") as archive:
        keep(archive, *VERSIONS)
    return tmp_path / "archive.db"


def keep(archive, *versions, fate=None):
    run_id = archive.begin_run(SITE, now=NOW)
    for at, version in enumerate(versions):
        capture = Capture(url=URL, fetched_at=NOW + timedelta(hours=at), status=200 if fate is None else 404)
        visit = Visit(address=read_address(URL, SITE), fate=fate, captures=(capture,), status=capture.status)
        archive.keep([replace(visit, article=article(*version)) if fate is None else visit], run_id, NOW)
    archive.finish_run(run_id, "finished", NOW)


def test_all_versions_are_compared_in_turn_and_unchanged_paragraphs_counted(archived, run):
    assert run("show", "1", "--diff").stdout.splitlines() == [
        "Harbour: no vote",
        URL,
        "",
        "1 → 2  correction  2026-11-24 21:00 UTC",
        "",
        "body",
        "  … 1 paragraph unchanged …",
        "Its chair said that [-40-]{+14+} boats are there.",
        "  … 2 paragraphs unchanged …",
        "",
        "2 → 3  headline  2026-11-24 22:00 UTC",
        "",
        "headline",
        "[-No vote at the harbour-]{+Harbour: no vote+}",
    ]


def test_one_version_is_compared_with_the_one_before(archived, run):
    shown = run("show", URL, "--diff", "3").stdout
    assert "2 → 3  headline" in shown
    assert "1 → 2" not in shown


def test_two_versions_are_compared_whatever_lies_between(archived, run):
    shown = run("show", "1", "--diff", "1..3").stdout
    assert "1 → 3  correction" in shown
    assert "[-40-]{+14+}" in shown
    assert "{+Harbour: no vote+}" in shown


def test_the_difference_is_data_too(archived, run):
    found = json.loads(run("show", "1", "--diff", "2", "--json").stdout)
    assert (found["id"], found["versions"], found["unpublished"]) == (1, 3, False)
    (one,) = found["differences"]
    assert (one["before"], one["after"], one["edit"], list(one["fields"])) == (1, 2, "correction", ["body"])
    assert one["fields"]["body"][1]["parts"][1:3] == [
        {"kind": "delete", "text": " 40"},
        {"kind": "insert", "text": " 14"},
    ]


def test_the_versions_of_an_article_are_listed_with_their_kind(archived, run):
    shown = run("show", "1").stdout
    assert "     2  2026-11-24 21:00 UTC  correction   No vote at the harbour" in shown
    assert [revision["edit"] for revision in json.loads(run("show", "1", "--json").stdout)["revisions"]] == [
        None,
        "correction",
        "headline",
    ]


def test_an_article_that_was_withdrawn_is_unpublished(archived, run):
    with Archive(archived, "write") as archive:
        keep(archive, None, fate=Fate.GONE)
    assert "gone from the site (unpublished)" in run("show", "1").stdout
    shown = run("show", "1", "--diff").stdout
    assert "unpublished  the site no longer serves this article" in shown
    assert json.loads(run("show", "1", "--diff", "--json").stdout)["unpublished"] is True


@pytest.mark.parametrize("wanted", ["1", "4", "0..2", "2..9", "x", "9" * 30, "1..", "٣"])
def test_a_version_that_is_not_there_is_one_line(archived, run, wanted):
    ended = run("show", "1", "--diff", wanted)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith("seealso: article 1 has 3 versions")
    assert ended.stderr.count("\n") == 1


def test_a_paragraph_that_moved_is_said_to_have_moved(tmp_path, run):
    first, *rest = BODY.split("\n\n")
    with Archive(tmp_path / "archive.db", "create") as archive:
        keep(archive, VERSIONS[0], (VERSIONS[0][0], "\n\n".join([*rest, first])))
    assert run("show", "1", "--diff").stdout.splitlines()[-5:] == [
        "  moved from here:",
        f"[-{first}-]",
        "  … 3 paragraphs unchanged …",
        "  moved to here:",
        f"{{+{first}+}}",
    ]


def test_an_article_with_one_version_says_so(tmp_path, run):
    with Archive(tmp_path / "archive.db", "create") as archive:
        keep(archive, VERSIONS[0])
    assert run("show", "1", "--diff").stdout.endswith("One version; nothing has changed.\n")
    assert (
        run("show", "1", "--diff", "2").stderr == "seealso: article 1 has 1 version, so there is nothing to compare\n"
    )


def test_words_of_a_page_cannot_move_a_terminal(tmp_path, run):
    with Archive(tmp_path / "archive.db", "create") as archive:
        keep(archive, VERSIONS[0], (VERSIONS[0][0], BODY.replace("40", "\x1b[2J\x9b2J\x07forty")))
    shown = run("show", "1", "--diff").stdout
    assert "forty" in shown
    assert not set("\x1b\x9b\x07") & set(shown)


def test_a_terminal_shows_what_left_struck_out_in_red_and_what_came_underlined_in_green(archived, monkeypatch):
    monkeypatch.setattr(diff_text, "supports_colour", lambda stream: True)
    with Archive(archived) as archive:
        record = archive.article(1)
    shown = "\n".join(diff_text.iter_diff_lines(diff_versions(record, "2"), record.headline))
    assert "\x1b[31m\x1b[9m40\x1b[0m\x1b[32m\x1b[4m14\x1b[0m boats" in shown
    assert "[-" not in shown


def test_the_help_tells_of_differences_and_of_the_budget_of_visits(run):
    shown = " ".join(run("show", "--help").stdout.split())
    assert "--diff [N[..M]]" in shown
    assert "typo, headline, correction, substance or unpublished" in shown
    assert "--revisits N" in run("crawl", "--help").stdout
