"""Which site a schedule means where none is named, while many are known."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from support.machine import CRONTAB, Machine

from crawler.archive import Archive
from crawler.sites.registry import find_site

Run = Callable[..., Result]


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path_factory.mktemp("machine"), monkeypatch)
    machine.gets("crontab", CRONTAB)
    return machine


def begin_runs(path: Path, *names: str) -> None:
    with Archive(path, "create") as archive:
        for name in names:
            archive.begin_run(find_site(name), now=datetime(2026, 11, 1, tzinfo=UTC))


def test_it_is_the_only_one_that_the_archive_has(run: Run, machine: Machine, tmp_path: Path) -> None:
    begin_runs(tmp_path / "archive.db", "fides")
    shown = run("schedule", "install", "--every", "1d")
    assert shown.stdout.startswith(f"fides is crawled into {tmp_path / 'archive.db'} every 1d"), shown.output
    assert " crawl fides " in machine.crontab.read_text()
    assert run("schedule", "remove").stdout.startswith("the schedule of fides into ")
    assert machine.crontab.read_text() == ""


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), "name a site, archive.db has not exactly one: asianews, bhaskar, "),
        (("fides", "asianews"), "name a site, archive.db has not exactly one: asianews, fides"),
    ],
)
def test_it_is_asked_for_where_there_are_more(
    run: Run, machine: Machine, tmp_path: Path, names: tuple[str, ...], words: str
) -> None:
    if names:
        begin_runs(tmp_path / "archive.db", *names)
    for command in ("install", "remove"):
        shown = run("schedule", command)
        assert (shown.exit_code, words in shown.stderr) == (1, True), shown.stderr
        assert shown.stderr.count("\n") == 1
    assert not machine.crontab.exists()
