"""Weeks and quarters of a timeline, against the days of the articles counted one by one."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.newsroom import GAZETTE, NOW, Newsroom
from support.tables import check_rows

from crawler.archive import Archive
from crawler.cli import main

ROOM = Newsroom()
FIRST = date(2019, 12, 25)
DAYS = [FIRST + timedelta(days=number * 5) for number in range(90)]
"""Past two turns of a year; that of 2020 is in a 53rd week."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weeks") / "archive.db"
    with Archive(path, "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        for key, day in enumerate([*DAYS, None], 1):
            body = "A boat sank." if key % 3 == 0 else "Nothing sank."
            on = day and day.isoformat()
            archive.keep([ROOM.visit(ROOM.article(key, f"On {day}", body, on=on))], run, NOW)
        archive.finish_run(run, "finished", NOW)
    return path


def name_week(day: date) -> str:
    """Return the week by the definition: its year is that of its Thursday."""
    thursday = day - timedelta(days=day.weekday() - 3)
    return f"{thursday.year}-W{(thursday.timetuple().tm_yday - 1) // 7 + 1:02}"


def name_quarter(day: date) -> str:
    return f"{day.year}-Q{'0111222333444'[day.month]}"


@check_rows(("step", "name"), [("week", name_week), ("quarter", name_quarter)])
def test_every_article_is_counted_in_its_week_and_quarter(path: Path, step: str, name: object) -> None:
    assert callable(name)
    printed = CliRunner().invoke(main, ["--archive", str(path), "timeline", "boat", "--by", step, "--csv"])
    *rows, undated = csv.DictReader(printed.stdout.splitlines())
    articles = Counter(map(name, DAYS))
    found = Counter(name(day) for key, day in enumerate(DAYS, 1) if key % 3 == 0)
    every_day = [FIRST + timedelta(days=number) for number in range((DAYS[-1] - FIRST).days + 1)]
    assert [row["period"] for row in rows] == list(dict.fromkeys(map(name, every_day)))
    for row in rows:
        period = row["period"]
        assert (int(row["count"]), int(row["articles"])) == (found[period], articles[period])
        rate = round(1000 * found[period] / articles[period], 4) if articles[period] else ""
        assert row["per_thousand"] == str(rate)
    assert (undated["period"], undated["articles"]) == ("", "1")
    assert not any(row["never_asked"] for row in rows)


def test_weeks_are_drawn_and_printed(path: Path, tmp_path: Path) -> None:
    ask = ["--archive", str(path), "timeline", "boat", "--by", "week"]
    assert "2020-W53" in CliRunner().invoke(main, ask).stdout
    drawn = CliRunner().invoke(main, [*ask, "--plot", "--svg", str(tmp_path / "weeks.svg")])
    assert drawn.exit_code == 0
    assert "2020-W01" in (tmp_path / "weeks.svg").read_text(encoding="utf-8")
