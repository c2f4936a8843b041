"""What the doctor knows of disk, clock and WARC files, a crawl says before it begins; impossible times are mended."""

import contextlib
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from support.archive_contents import change_archive

from crawler.archive import Archive
from crawler.archive.health.warc_files import SAMPLE, sample_warc_files
from crawler.operations.doctor import disk, examine, examine_before_crawl
from crawler.practice import PracticeServer
from crawler.sites import registry

pytestmark = pytest.mark.usefixtures("only_asianews")

Run = Callable[..., Result]
Crawled = tuple[Path, subprocess.CompletedProcess[str]]


def read_rows(archive: Path, sql: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(archive)) as conn:
        return conn.execute(sql).fetchall()


def crawl(run: Run, paper: PracticeServer, *options: str) -> Result:
    return run("crawl", "asianews", "--mirror", paper.mirror, "--max-articles", "1", "--archive", "hurt.db", *options)


def test_a_crawl_says_of_a_missing_warc_file_what_the_doctor_says(
    run: Run, patient: Path, paper: PracticeServer
) -> None:
    [warc] = sorted(patient.with_suffix(".warc").glob("*.warc.gz"))
    warc.unlink()
    [diagnosis] = [
        diagnosis
        for diagnosis in examine(Path("hurt.db"), now=datetime.now(UTC), catalogue=registry.load_catalogue())
        if diagnosis.state == "wrong"
    ]
    shown = crawl(run, paper)
    assert shown.exit_code == 0, shown.output
    assert shown.stderr.splitlines()[0] == f"seealso: {diagnosis.message}: {diagnosis.fix}"
    assert warc.name in shown.stderr


def test_a_crawl_says_that_the_clock_is_wrong_and_the_disk_nearly_full(
    run: Run, patient: Path, paper: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_archive(patient, "UPDATE runs SET started_at = '2124-01-01T00:00:00Z', finished_at = '2124-01-01T00:00:00Z'")
    usage = shutil.disk_usage(patient.parent)
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda folder: usage._replace(free=999))
    shown = crawl(run, paper, "--log-format", "json")
    messages = [json.loads(line)["message"] for line in shown.stderr.splitlines()]
    assert [message for message in messages if "the disk is nearly full: 0.0 GB free" in message]
    assert [message for message in messages if "the archive holds something of 2124-01-01T00:00:00Z" in message]


def test_a_crawl_into_a_sound_archive_or_a_new_one_says_nothing(run: Run, patient: Path, paper: PracticeServer) -> None:
    assert crawl(run, paper).stderr == ""
    assert examine_before_crawl(patient.with_name("new.db"), now=datetime.now(UTC)) == []
    patient.with_name("empty.db").touch()
    assert examine_before_crawl(patient.with_name("empty.db"), now=datetime.now(UTC)) == []
    patient.with_name("notes.db").write_text("Dear diary")
    assert examine_before_crawl(patient.with_name("notes.db"), now=datetime.now(UTC)) == []


@pytest.mark.parametrize("now", [datetime(1970, 1, 1, tzinfo=UTC), datetime.now(UTC) - timedelta(days=2)])
def test_a_clock_that_is_behind_is_told_by_its_check(patient: Path, now: datetime) -> None:
    assert [diagnosis.check for diagnosis in examine_before_crawl(patient, now=now)] == ["clock"]


def test_a_quick_look_reads_no_more_rows_of_a_large_archive(tmp_path: Path) -> None:
    rows = 40 * SAMPLE
    with Archive(tmp_path / "large.db", "create") as archive:
        archive.db.conn.executemany(
            "INSERT INTO captures (id, url, fetched_at, status, warc_file, warc_offset, warc_length)"
            " VALUES (?, 'https://www.asianews.it/', '2026-01-01T00:00:00Z', 200, ?, 0, 1)",
            ((number, f"{number // (rows // 100):02}.warc.gz") for number in range(1, rows)),
        )
        steps = 0

        def count_step() -> None:
            nonlocal steps
            steps += 1

        archive.db.conn.set_progress_handler(count_step, 1000)
        names = sample_warc_files(archive.db)
    assert len(names) == 100
    assert steps < 200  # a thousand virtual instructions each; a look at every row takes five times as many


BACK = "SET last_seen_at = '2020-01-01T00:00:00Z'"


def test_what_was_seen_last_before_first_is_named_counted_and_mended(run: Run, patient: Path) -> None:
    current = (
        "SELECT count(*) FROM see_also s JOIN articles a ON a.id = s.article_id AND a.last_seen_at = s.last_seen_at"
    )
    before = read_rows(patient, current)
    change_archive(patient, f"UPDATE articles {BACK} WHERE id < 9", f"UPDATE see_also {BACK} WHERE article_id < 9")
    shown = run("verify", "--archive", "hurt.db", "--no-captures")
    assert shown.exit_code == 2
    assert "times: article 3: seen last at 2020-01-01T00:00:00Z" in shown.stdout
    assert {line.split(":")[0] for line in shown.stdout.splitlines()} == {"times"}
    sick = run("doctor", "--archive", "hurt.db")
    assert sick.exit_code == 2
    assert "8 articles seen last before being seen first" in sick.stdout
    mended = run("doctor", "--fix", "--archive", "hurt.db")
    assert mended.exit_code == 0, mended.output
    assert "last sightings put right of 8 articles" in mended.stderr
    assert run("verify", "--archive", "hurt.db", "--no-captures").exit_code == 0
    assert read_rows(patient, current) == before


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE runs SET finished_at = '2020-01-01T00:00:00Z'", "run 1: ended at 2020-01-01T00:00:00Z, before"),
        (
            "INSERT INTO revision_rows SELECT article_id, 2, '2020-01-01T00:00:00Z', digest, headline, lead, byline, body,"
            " capture_id, unverified FROM revision_rows WHERE article_id = 5",
            "article 5 revision 2: captured at 2020-01-01T00:00:00Z, before the version that it follows",
        ),
    ],
)
def test_other_times_that_cannot_be_are_named(run: Run, patient: Path, damage: str, words: str) -> None:
    change_archive(
        patient, damage, "UPDATE articles SET revisions = (SELECT count(*) FROM revisions WHERE article_id = id)"
    )
    shown = run("verify", "--archive", "hurt.db", "--no-captures")
    assert shown.exit_code == 2
    assert f"times: {words}" in shown.stdout
