"""What ``seealso gaps`` says of the practice site, and that its advice can be followed."""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from crawler.practice import PracticeServer

Run = Callable[..., Result]
Shell = Callable[..., subprocess.CompletedProcess[str]]


def test_the_gaps_are_told_in_eighty_columns_with_the_reasons_and_a_command(ask: Run) -> None:
    shown = ask("gaps", "asianews")
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert max(map(len, lines[1:-1])) <= 80
    assert lines[0].startswith("asianews: ")
    for heading in ("How that is known", "Estimate by capture and recapture (Chapman)", "The months that lack most"):
        assert heading in lines
    assert lines[-1].startswith("Next: seealso crawl asianews ")
    assert " --ids " in lines[-1]


def test_as_json_nothing_is_left_out_and_the_numbers_add_up(ask: Run) -> None:
    (site,) = json.loads(ask("gaps", "--json").stdout)["sites"]
    assert site["site"] == "asianews"
    assert {language["language"] for language in site["languages"]} == {"en", "it", "es", "zh"}
    for language in site["languages"]:
        parts = sum(language[name] for name in ("archived", "holes", "waiting", "never_asked"))
        assert parts == language["numbers"]
        months = [month for month in site["months"] if month["language"] == language["language"]]
        for name in ("archived", "holes", "waiting", "never_asked"):
            assert sum(month[name] for month in months) == language[name]
        assert 0 < language["holds_at_least"] < 1
    assert site["proposal"]["command"].startswith("seealso crawl asianews --archive ")


def test_the_months_shown_can_be_told(ask: Run) -> None:
    assert "The months that lack most" not in ask("gaps", "--months", "0").stdout
    assert ask("gaps", "--months", "-1").exit_code == 1


def test_without_an_article_there_is_nothing_to_compare(run: Run) -> None:
    from crawler.archive import Archive

    Archive("archive.db", "create").close()
    assert run("gaps").stdout == "no articles yet: make some with seealso crawl SITE\n"
    assert run("gaps", "asianews").stdout.startswith("asianews: 0 articles, and none with both a number and a date")


def test_an_unknown_site_and_a_missing_archive_are_one_line(run: Run) -> None:
    for arguments in (("gaps", "asianew"), ("gaps", "--archive", "nowhere.db")):
        shown = run(*arguments)
        assert shown.exit_code == 1
        assert shown.stderr.count("\n") == 1


def test_a_walk_fills_a_gap_and_the_gaps_tell(shell: Shell, crawled: tuple[Path, object], tmp_path: Path) -> None:
    shutil.copy(crawled[0], tmp_path / "archive.db")
    before = json.loads(shell("gaps", "--json").stdout)["sites"][0]["languages"][0]
    with PracticeServer() as site:
        ended = shell(
            "crawl",
            "asianews",
            "--mirror",
            site.mirror,
            "--ids",
            "55331..55350",
            "--languages",
            "en",
            "--by-day",
            "2022-03-11..2022-03-13",
            "--no-refresh",
        )
    assert ended.returncode == 0, ended.stderr
    after = json.loads(shell("gaps", "--json").stdout)["sites"][0]
    english = after["languages"][0]
    # 55331 is known; 55340 and 55348 are met; the other 17 of the 20 numbers are holes
    assert english["archived"] - before["archived"] == 2
    assert english["holes"] - before["holes"] == 17
    assert before["never_asked"] - english["never_asked"] == 19
    assert (english["tried"], english["tried_articles"]) == (20, 3)
    march = next(month for month in after["months"] if (month["month"], month["language"]) == ("2022-03", "en"))
    assert march["days_read"] == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--by-day", "yesterday"), "a range of days reads"),
        (("--by-day", "2004..2003"), "ends before it begins"),
        (("--ids", "5..1"), "ends before it begins"),
        (("--ids", "many"), "a range of numbers reads"),
        (("--ids", "1..2", "--languages", "en,fr"), "no language 'fr'"),
    ],
)
def test_a_walk_that_means_nothing_is_one_line_before_anything_is_fetched(
    run: Run, arguments: tuple[str, ...], words: str
) -> None:
    ended = run("crawl", "asianews", "--mirror", "http://127.0.0.1:1{path}", *arguments)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert words in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_where_sitemaps_were_read_they_are_the_denominator(run: Run) -> None:
    from crawler.archive import Archive
    from crawler.discovery.sitemaps import make_sitemap_link
    from crawler.items import Fate, Link, Visit
    from crawler.normalisation.addresses.urls import read_address
    from crawler.sites.registry import find_site

    site, now = find_site("asianews"), datetime(2026, 3, 1, tzinfo=UTC)
    links = [
        Link(address=read_address(f"/news-en/A-{number}.html", site), via="sitemap", published_on=day)
        for number, day in ((1, "2026-01-02"), (2, "2026-01-03"), (3, None))
    ]
    with Archive("archive.db", "create") as archive:
        run_id = archive.begin_run(site, now=now)
        sitemap = make_sitemap_link("/sitemap.xml", site)
        archive.keep([Visit(address=sitemap.address, fate=Fate.NOT_AN_ARTICLE, links=tuple(links))], run_id, now)
        archive.keep([Visit(address=links[0].address, fate=Fate.GONE)], run_id, now)
    assert run("gaps", "asianews").stdout.splitlines() == [
        "asianews: 0 articles, 0.0% of the 3 addresses in its sitemaps",
        "",
        "month      named  archived  no article    share",
        "2026-01        2         0           1     0.0%",
        "unknown        1         0           0     0.0%",
    ]
    (data,) = json.loads(run("gaps", "asianews", "--json").stdout)["sites"]
    total = {"month": None, "named": 3, "archived": 0, "absent": 1, "share": 0.0}
    assert data["sitemaps"]["total"] == total
    assert [month["month"] for month in data["sitemaps"]["months"]] == ["2026-01", None]
