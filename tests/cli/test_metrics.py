"""Metrics for Prometheus: every line is of the format, the numbers are those of the archive, the file is always whole."""

import contextlib
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from sqlite_utils import Database

from crawler.archive.health.prometheus import format_metrics
from crawler.archive.schema.migrations import migrations
from crawler.practice import PracticeServer

Run = Callable[..., Result]
Shell = Callable[..., subprocess.CompletedProcess[str]]
Crawled = tuple[Path, subprocess.CompletedProcess[str]]

SAMPLE = re.compile(
    r'(?P<name>[a-z_]+)(?:\{(?P<labels>(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (?P<value>-?\d+(?:\.\d+)?(?:e[+-]\d+)?)'
)


def read(text: str) -> dict[str, float]:
    """Read the text format strictly: each family has HELP and TYPE before its samples, once."""
    assert text.endswith("\n")
    samples: dict[str, float] = {}
    family = kind = ""
    seen: set[str] = set()
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            family = line.split(" ")[2]
            assert family not in seen
            seen.add(family)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name == family
            assert kind in ("gauge", "counter")
            assert (kind == "counter") == name.endswith("_total")
        else:
            found = SAMPLE.fullmatch(line)
            assert found, line
            assert found["name"] == family
            assert line.rpartition(" ")[0] not in samples
            samples[line.rpartition(" ")[0]] = float(found["value"])
    return samples


def test_the_status_s_metrics_are_the_numbers_of_the_archive(ask: Run, crawled: Crawled, tmp_path: Path) -> None:
    before = datetime.now(UTC).timestamp()
    shown = ask("status", "--metrics", "seealso.prom")
    assert shown.exit_code == 0, shown.output
    found = read((tmp_path / "seealso.prom").read_text())
    with contextlib.closing(sqlite3.connect(crawled[0])) as db:
        new, failed, began, ended = db.execute("SELECT new, failed, started_at, finished_at FROM runs").fetchone()
        english = db.execute("SELECT count(*) FROM articles WHERE language = 'en'").fetchone()[0]
        newest = db.execute("SELECT max(published_at) FROM articles WHERE language = 'en'").fetchone()[0]
        done = db.execute("SELECT count(*) FROM addresses WHERE state = 'done' AND kind = 'listing'").fetchone()[0]
    began, ended, newest = (datetime.fromisoformat(moment).timestamp() for moment in (began, ended, newest))
    assert found['seealso_last_run_pages{site="asianews",fate="new"}'] == new
    assert found['seealso_pages_total{site="asianews",fate="failed"}'] == failed
    assert found['seealso_last_run_duration_seconds{site="asianews"}'] == ended - began
    assert found['seealso_last_run_outcome{site="asianews",outcome="finished"}'] == 1
    assert found['seealso_last_run_outcome{site="asianews",outcome="alarm"}'] == 0
    assert found['seealso_articles{site="asianews",language="en",status="live"}'] == english
    assert found['seealso_addresses{site="asianews",state="done",kind="listing"}'] == done
    assert found['seealso_newest_article_timestamp_seconds{site="asianews",language="en"}'] == newest
    assert found['seealso_newest_article_age_seconds{site="asianews",language="en"}'] >= before - newest
    assert found["seealso_written_timestamp_seconds"] >= before


def test_labels_are_escaped_and_a_run_that_goes_on_has_no_duration() -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as conn:
        db = Database(conn, execute_plugins=False)
        migrations.apply(db)
        name = 'od"d\\si\nte'
        conn.execute("INSERT INTO runs (site, started_at) VALUES (?, '2026-03-01T12:00:00Z')", (name,))
        found = read(format_metrics(db, datetime(2026, 3, 1, 13, tzinfo=UTC)))
    label = 'site="od\\"d\\\\si\\nte"'
    assert found[f"seealso_last_run_started_timestamp_seconds{{{label}}}"] == 1772366400
    assert found[f'seealso_last_run_outcome{{{label},outcome="unfinished"}}'] == 1
    assert not [metric for metric in found if "duration" in metric or "finished_timestamp" in metric]


def test_an_archive_without_runs_still_says_who_wrote(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as conn:
        db = Database(conn, execute_plugins=False)
        migrations.apply(db)
        found = read(format_metrics(db, datetime(2026, 3, 1, tzinfo=UTC)))
    assert found["seealso_written_timestamp_seconds"] == 1772323200
    assert len(found) == 2


def test_a_crawl_leaves_its_metrics_in_a_file_that_others_may_read(shell: Shell, tmp_path: Path) -> None:
    target = tmp_path / "collector" / "seealso.prom"
    target.parent.mkdir()
    target.write_text("old\n")
    link = tmp_path / "link.prom"
    link.symlink_to(target)
    with PracticeServer(articles=40) as paper:
        ended = shell("crawl", "asianews", "--mirror", paper.mirror, "--max-articles", "4", "--metrics", "link.prom")
    assert ended.returncode == 0, ended.stderr
    assert read(target.read_text())['seealso_last_run_pages{site="asianews",fate="new"}'] == 4
    assert link.is_symlink()
    assert [path.name for path in target.parent.iterdir()] == ["seealso.prom"]
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("command", [("status",), ("crawl", "asianews", "--mirror", "http://127.0.0.1:1{path}")])
def test_a_place_that_cannot_be_written_is_told_before_anything_is_done(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    shown = run(*command, "--metrics", "nowhere/seealso.prom")
    assert shown.exit_code == 1
    assert "the folder" in shown.stderr
    assert shown.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())
    if sys.platform != "win32":
        assert "/dev/null is no file" in run(*command, "--metrics", "/dev/null").stderr


@pytest.mark.parametrize("command", [("status",), ("crawl", "asianews", "--mirror", "http://127.0.0.1:1{path}")])
def test_metrics_never_replace_the_archive(
    run: Run, crawled: Crawled, tmp_path: Path, command: tuple[str, ...]
) -> None:
    shutil.copy(crawled[0], tmp_path / "archive.db")
    os.link(tmp_path / "archive.db", tmp_path / "linked.prom")
    before = (tmp_path / "archive.db").read_bytes()
    for name in ("archive.db", "./archive.db", "archive.db-wal", "linked.prom"):
        shown = run(*command, "--metrics", name)
        assert (shown.exit_code, shown.stdout) == (1, "")
        assert "belongs to the archive itself" in shown.stderr
        assert shown.stderr.count("\n") == 1
    assert (tmp_path / "archive.db").read_bytes() == before
