"""What is wrong is found, said in one line with its fix, and mended where that loses nothing."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlite_utils import Database
from support.archive_contents import change_archive

from crawler.archive.lock import SiteLock
from crawler.archive.schema.migrations import migrations
from crawler.operations.doctor import Diagnosis, examine
from crawler.operations.doctor.installation import connect_memory, examine_sites, examine_sqlite
from crawler.sites import registry
from crawler.sites.known_site import BrokenSource
from crawler.sites.registry import Catalogue

pytestmark = pytest.mark.usefixtures("only_asianews")

Run = Callable[..., Result]
Shell = Callable[..., subprocess.CompletedProcess[str]]
Crawled = tuple[Path, subprocess.CompletedProcess[str]]
CONTACT = "watch@example.org"


def faults(archive: Path, now: datetime | None = None, contact: str | None = CONTACT, **more: int) -> list[Diagnosis]:
    found = examine(archive, now=now or datetime.now(UTC), catalogue=registry.load_catalogue(), contact=contact, **more)
    wrong = [diagnosis for diagnosis in found if diagnosis.state == "wrong"]
    assert all(diagnosis.fix for diagnosis in wrong)
    assert not any("\n" in diagnosis.message for diagnosis in found)
    return wrong


def test_an_archive_fresh_from_a_crawl_is_well(run: Run, patient: Path) -> None:
    assert faults(patient) == []
    shown = run("doctor", "--archive", "hurt.db")
    assert shown.exit_code == 0, shown.output
    assert "WRONG" not in shown.stdout
    assert shown.stderr == ""
    assert run("doctor", "--archive", "hurt.db", "--json").stdout == "[]\n"


def test_an_installation_without_an_archive_is_no_failure(run: Run) -> None:
    shown = run("doctor", "--archive", "none yet.db")
    assert shown.exit_code == 0, shown.output
    assert "seealso crawl SITE --archive 'none yet.db'" in shown.stdout
    assert not list(Path.cwd().iterdir())


@pytest.mark.parametrize(
    ("damage", "check", "words"),
    [
        ("DROP TABLE see_also", "schema", "a migration is broken: missing table see_also"),
        ("ALTER TABLE addresses DROP COLUMN etag", "schema", "missing column addresses.etag"),
        ("DROP INDEX addresses_due", "schema", "missing database indexes: addresses_due"),
        ("UPDATE _sqlite_migrations SET name = 'm999_from_the_future' WHERE id = 1", "schema", "newer version"),
        ("DELETE FROM articles_fts_docsize WHERE id < 9", "index", "the search index is damaged"),
        ("DELETE FROM articles_fts_docsize WHERE id = 3", "index", "article 3: missing from the search index"),
        ("INSERT INTO articles_fts (rowid, body) VALUES (99999, 'x')", "index", "a ghost"),
        ("UPDATE articles_fts_data SET block = x'00'", "index", "the search index is damaged"),
        ("UPDATE captures SET warc_file = 'lost.warc.gz' WHERE id = 1", "captures", "lost.warc.gz: one file missing"),
        ("UPDATE captures SET warc_length = 999999999 WHERE id = 9", "captures", "one file shorter than the archive"),
        ("DELETE FROM captures WHERE warc_file NOT NULL AND id NOT IN (SELECT capture_id FROM revisions)", None, ""),
        ("PRAGMA application_id = 1", "file", "not an archive of seealso"),
        ("UPDATE captures SET fetched_at = '2124-01-01T00:00:00Z' WHERE id = 9", "clock", "2124-01-01T00:00:00Z"),
        ("UPDATE runs SET finished_at = NULL", "crawls", "the last crawl of asianews (run 1) ended without"),
    ],
)
def test_each_kind_of_damage_is_found_and_nothing_else(
    patient: Path, damage: str, check: str | None, words: str
) -> None:
    change_archive(patient, damage)
    found = faults(patient)
    assert [diagnosis.check for diagnosis in found] == ([check] if check else [])
    assert all(words in diagnosis.message for diagnosis in found)


@pytest.mark.parametrize(
    "damage",
    [
        "DROP INDEX addresses_due",
        pytest.param("UPDATE articles_fts_data SET block = x'00'", marks=pytest.mark.slow),
        pytest.param("DELETE FROM articles_fts_docsize WHERE id < 9", marks=pytest.mark.slow),
        pytest.param("INSERT INTO articles_fts (rowid, body) VALUES (99999, 'x')", marks=pytest.mark.slow),
    ],
)
def test_what_can_be_mended_without_loss_is_mended(run: Run, patient: Path, damage: str) -> None:
    """Half a second for each of three damages to the index, the slow cases; test_file_states.py has others."""
    before = run("search", "harbour", "--jsonl", "--archive", "hurt.db").stdout
    assert before
    change_archive(patient, damage)
    assert run("doctor", "--archive", "hurt.db").exit_code == 2
    mended = run("doctor", "--fix", "--archive", "hurt.db")
    assert mended.exit_code == 0, mended.output
    assert mended.stderr.count("\n") == 1
    assert run("verify", "--archive", "hurt.db").exit_code == 0
    assert run("search", "harbour", "--jsonl", "--archive", "hurt.db").stdout == before


def test_nothing_is_mended_while_a_crawl_runs(run: Run, patient: Path) -> None:
    change_archive(patient, "DROP INDEX addresses_due")
    lock = SiteLock(patient, "asianews")
    try:
        shown = run("doctor", "--fix", "--archive", "hurt.db")
        assert shown.exit_code == 3
    finally:
        lock.release()
    assert run("doctor", "--fix", "--archive", "hurt.db").exit_code == 0


def test_captures_that_are_gone_or_unknown_are_named(patient: Path) -> None:
    folder = patient.with_suffix(".warc")
    [warc] = sorted(folder.glob("*.warc.gz"))
    shutil.copy(warc, folder / "asianews-20200101T000000Z-00000.warc.gz")
    lock = SiteLock(patient, "asianews")
    try:
        assert faults(patient) == []  # a crawl that runs may not have told the archive yet
    finally:
        lock.release()
    [unknown] = faults(patient)
    assert "asianews-20200101T000000Z-00000.warc.gz: one file not indexed" in unknown.message
    shutil.rmtree(folder)
    [missing] = faults(patient)
    assert f"{warc.name}: one file missing" in missing.message


def test_answers_behind_the_last_known_one_are_a_note(patient: Path) -> None:
    change_archive(
        patient, "DELETE FROM revision_rows", "DELETE FROM captures WHERE id > (SELECT max(id) - 5 FROM captures)"
    )
    found = examine(patient, now=datetime.now(UTC), catalogue=registry.load_catalogue(), contact=CONTACT)
    (note,) = [diagnosis for diagnosis in found if diagnosis.check == "captures" and diagnosis.state == "note"]
    assert "answers in" in note.message
    assert "a copy without its log" in note.message


def test_a_file_that_a_killed_run_left_before_it_kept_a_page_is_a_note(patient: Path) -> None:
    change_archive(
        patient,
        "UPDATE runs SET started_at = '2026-02-01T00:00:00Z', finished_at = NULL",
        "INSERT INTO runs (site, started_at, finished_at, resumed_from, settings)"
        " SELECT site, '2026-02-02T00:00:00Z', '2026-02-02T01:00:00Z', id, settings FROM runs",
    )
    folder = patient.with_suffix(".warc")
    [warc] = sorted(folder.glob("*.warc.gz"))
    shutil.copy(warc, folder / "asianews-20260201T000000Z-00000.warc.gz")
    now = datetime(2026, 2, 2, 2, tzinfo=UTC)
    found = examine(patient, now=now, catalogue=registry.load_catalogue(), contact=CONTACT)
    (note,) = [diagnosis for diagnosis in found if diagnosis.check == "captures" and diagnosis.state == "note"]
    assert "in asianews-20260201T000000Z-00000.warc.gz: one file, are in no row" in note.message
    shutil.copy(
        warc, folder / "asianews-20260202T000000Z-00000.warc.gz"
    )  # of a run that ended, and indexed what it had
    [unknown] = [diagnosis for diagnosis in faults(patient, now=now) if diagnosis.check == "captures"]
    assert "asianews-20260202T000000Z-00000.warc.gz: one file not indexed" in unknown.message


def test_a_torn_page_is_a_damaged_file(patient: Path) -> None:
    torn = bytearray(patient.read_bytes())
    middle = len(torn) // 2 // 4096 * 4096
    torn[middle : middle + 64 * 4096] = b"\xff" * (64 * 4096)
    patient.write_bytes(torn)
    assert next(iter(faults(patient))).check == "file"


@pytest.mark.parametrize(("content", "words"), [(b"Dear diary", "not a SQLite file"), (b"", "is empty")])
def test_what_is_no_archive_is_said(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "notes.db").write_bytes(content)
    [found] = faults(tmp_path / "notes.db")
    assert words in found.message


def test_a_second_name_of_the_file_is_said(patient: Path) -> None:
    (patient.parent / "second.db").hardlink_to(patient)
    [found] = faults(patient)
    assert found.check == "folder"
    assert "has 2 names (hard links)" in found.message
    assert found.fix == "remove the others, or write to a copy"


def test_a_folder_that_is_not_there_or_cannot_be_written_is_said(tmp_path: Path) -> None:
    [found] = faults(tmp_path / "nowhere" / "archive.db")
    assert (found.check, found.fix) == ("folder", f"mkdir -p {tmp_path / 'nowhere'}")
    if sys.platform == "linux":  # nobody, not even root, makes files there
        found, *_ = faults(Path("/proc/archive.db"))
        assert (found.check, "/proc cannot be written" in found.message) == ("folder", True)


def test_a_stale_lock_tells_the_process_that_died_and_a_held_one_is_no_fault(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    (tmp_path / "archive.db.asianews.lock").write_text("4194303\n")
    [found] = faults(archive)
    assert (found.check, "(process 4194303)" in found.message) == ("crawls", True)
    assert found.fix == "run it again, it goes on where it was: seealso crawl asianews"
    lock = SiteLock(archive, "asianews")
    try:
        assert faults(archive) == []
    finally:
        lock.release()
    assert faults(archive) == []


def test_an_ingest_that_was_killed_is_run_again_with_its_files(patient: Path) -> None:
    change_archive(patient, "UPDATE runs SET finished_at = NULL, kind = 'ingest'")
    [found] = faults(patient)
    assert found.fix == "run it again, it goes on where it was: seealso ingest with the same files"


def test_an_archive_of_an_older_version_tells_the_same_of_its_crawls(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    db = Database(path)
    migrations.apply(db, stop_before="m_typed_state")
    asked = [(1, "{}", "2026-03-01T00:00:00Z"), (2, '{"ingest": ["a.warc"]}', None)]
    for number, settings, finished_at in asked:
        db.execute(
            "INSERT INTO runs (id, site, started_at, finished_at, settings) VALUES (?, 'asianews', '2026-02-01', ?, ?)",
            (number, finished_at, settings),
        )
    db.conn.commit()
    db.close()
    older, killed, unknown = faults(path, contact=None)
    assert older.check == "schema"
    assert killed.fix == "run it again, it goes on where it was: seealso ingest with the same files"
    assert unknown.message == "the last crawl of a live site told nobody how to reach you"


def test_a_crawl_that_has_kept_nothing_for_a_day_hangs(patient: Path) -> None:
    lock = SiteLock(patient, "asianews")
    try:
        [found] = faults(patient, now=datetime.now(UTC) + timedelta(days=2))
    finally:
        lock.release()
    assert "has kept no page since" in found.message


def test_a_clock_that_woke_up_in_1970_is_told_without_an_archive(tmp_path: Path) -> None:
    [found] = faults(tmp_path / "archive.db", now=datetime(1970, 1, 1, tzinfo=UTC))
    assert found.check == "clock"


def test_a_disk_without_room_is_told(tmp_path: Path) -> None:
    [found] = faults(tmp_path / "archive.db", least_free=10**18)
    assert "the disk is nearly full" in found.message


def test_a_live_crawl_without_a_contact_is_told_and_a_mirror_needs_none(patient: Path) -> None:
    assert faults(patient, contact=None) == []
    change_archive(patient, "UPDATE runs SET settings = '{\"delay\": 5}'")
    [found] = faults(patient, contact=None)
    assert found.check == "contact"
    change_archive(patient, "UPDATE runs SET settings = '[not json', versions = '[]'")
    [found] = faults(patient, contact=None)
    assert found.check == "contact"
    assert faults(patient) == []


def test_a_sqlite_that_is_old_or_lacks_a_feature_is_told() -> None:
    def without_fts5() -> sqlite3.Connection:
        conn = connect_memory()
        conn.set_authorizer(lambda action, *_: 1 if action == sqlite3.SQLITE_CREATE_VTABLE else 0)
        return conn

    [old] = examine_sqlite((3, 31, 1))
    assert "SQLite 3.31.1 is too old" in old.message
    [poor] = examine_sqlite(connect=without_fts5)
    assert "lacks full-text search (FTS5): not authorized" in poor.message


@pytest.mark.parametrize("source", ["", "import nothing_of_that_name\n"])
def test_spiders_of_another_project_in_this_folder_hide_no_site(shell: Shell, tmp_path: Path, source: str) -> None:
    (tmp_path / "spiders").mkdir()
    (tmp_path / "spiders" / "__init__.py").write_text(source)
    shown = shell("doctor", "--json")
    findings = json.loads(shown.stdout)
    assert [finding for finding in findings if str(tmp_path) in finding["message"]] == []
    assert {finding["check"] for finding in findings} <= {"sites"}  # files of sites elsewhere may be broken
    assert shown.returncode == (2 if findings else 0), shown.stderr


def test_sites_that_cannot_be_loaded_or_are_not_there_are_said() -> None:
    source = BrokenSource(
        names=frozenset({"gazette"}),
        source="user",
        place="/papers/gazette.py",
        reason="KeyError: 'x'",
        remedy="mend it",
    )
    [broken, none] = examine_sites(Catalogue(known_sites={}, broken_sources=(source,), unused_sites=()))
    assert (broken.state, broken.message, broken.fix) == ("wrong", "/papers/gazette.py: KeyError: 'x'", "mend it")
    assert (none.state, "no site is found" in none.message) == ("wrong", True)
