"""An upgrade says what it costs before it begins, and a process that is killed leaves all of it done, or none."""

from __future__ import annotations

import logging
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.program import run_code
from support.stored_rows import fetch

from crawler.archive import Archive, opening
from crawler.archive.schema import free_space, upgrade
from crawler.archive.schema.index_rows import INDEX_RULES, read_rules
from crawler.archive.schema.migrations import list_migrations
from crawler.errors import ArchiveUnusable
from crawler.operations.doctor.database import examine_database

EARLIER = Path(__file__).parents[2] / "data" / "earlier"
CONTENT = "SELECT site, language, site_key, headline, body, digest FROM articles ORDER BY 1, 2, 3"
OPEN = "import sys; from crawler.archive import Archive; Archive(sys.argv[1], 'write').close()"
KILLED_IN_STEP = """
import os, sys
from crawler.archive import Archive
from crawler.archive.schema.migrations import migrations
step = next(step for step in migrations._migrations if step.name == sys.argv[2])
apply = step.fn
def apply_and_die(db):
    apply(db)
    os._exit(9)
step.fn = apply_and_die
Archive(sys.argv[1], "write")
"""


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the first version with migrations to come. Copy before you change it."""
    folder = tmp_path_factory.mktemp("earlier")
    with tarfile.open(EARLIER / "demo.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    return folder / "archive.db"


@pytest.fixture
def path(earlier: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(earlier, tmp_path / "archive.db"))


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every upgrade count as slow."""
    monkeypatch.setattr(upgrade, "SLOW_AFTER", 0.0)


def list_steps(path: Path) -> set[str]:
    return {str(name) for (name,) in fetch(path, "SELECT name FROM _sqlite_migrations")}


def is_sound(path: Path) -> bool:
    with Archive(path, "write") as archive:
        return archive.verify() == []


def test_a_small_archive_is_brought_up_to_date_without_a_word(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Archive(path, "write").close()
    assert caplog.records == []
    assert list_steps(path) == set(list_migrations())


def test_a_slow_upgrade_is_announced_before_it_begins(
    path: Path, slow: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list_steps(path)
    stages: list[tuple[str, set[str]]] = []

    class Witness(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            stages.append((record.getMessage(), list_steps(path)))

    logger, witness = logging.getLogger("crawler.archive.opening"), Witness()
    logger.addHandler(witness)
    try:
        Archive(path, "write").close()
    finally:
        logger.removeHandler(witness)
    (announced, steps), (done, _) = stages
    assert steps == before
    assert "takes about 1 minute and " in announced
    assert announced.endswith(f"seealso backup FOLDER --archive {path}")
    assert done == f"{path} is up to date"
    stages.clear()
    caplog.clear()
    Archive(path, "write").close()
    assert caplog.records == []


def test_who_only_reads_and_the_doctor_name_duration_room_and_a_copy(path: Path, slow: None) -> None:
    words = "about 1 minute and "
    with pytest.raises(ArchiveUnusable, match=words) as caught:
        Archive(path)
    assert "seealso backup FOLDER" in str(caught.value)
    (schema,) = [diagnosis for diagnosis in examine_database(path) if diagnosis.check == "schema"]
    assert words in schema.message
    assert "seealso backup FOLDER" in (schema.fix or "")
    assert schema.fixable


def test_without_room_nothing_is_begun(path: Path, slow: None, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 10, 0))
    before = path.read_bytes()
    with pytest.raises(ArchiveUnusable, match="0 MB are free: make room first, nothing was changed"):
        Archive(path, "write")
    assert path.read_bytes() == before


def test_the_estimate_grows_with_the_words(path: Path) -> None:
    with Archive(path, "write") as archive:
        archive.db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm_letter_variants'")
        small = upgrade.estimate_upgrade(archive.db)
        archive.db.execute("UPDATE articles SET word_count = word_count * 100000")
        large = upgrade.estimate_upgrade(archive.db)
        archive.db.conn.rollback()
    assert small.steps == large.steps == ("m_letter_variants",)
    assert not small.is_slow
    assert large.is_slow
    assert 90_000 < large.seconds / small.seconds < 110_000
    assert large.describe().startswith("about ")


def test_space_that_an_upgrade_frees_is_given_back(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(free_space, "_WORTH_A_WORD", 1000)
    monkeypatch.setattr(free_space, "_MOST_UNUSED", 0.05)
    size = path.stat().st_size
    Archive(path, "write").close()
    assert fetch(path, "PRAGMA freelist_count") == [(0,)]
    assert path.stat().st_size < size * 0.9
    assert caplog.records == []


def test_space_that_cannot_be_given_back_is_said_and_used_later(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(free_space, "_WORTH_A_WORD", 1000)
    monkeypatch.setattr(free_space, "_MOST_UNUSED", 0.05)

    def find_waste_and_forbid_writing(conn: sqlite3.Connection) -> int:
        conn.execute("PRAGMA query_only = ON")
        return free_space.find_waste(conn)

    monkeypatch.setattr(opening, "find_waste", find_waste_and_forbid_writing)
    Archive(path, "write").close()
    [record] = caplog.records
    assert f"sqlite3 {path} VACUUM" in record.getMessage()
    assert list_steps(path) == set(list_migrations())
    (note,) = [diagnosis for diagnosis in examine_database(path) if diagnosis.state == "note"]
    assert "hold nothing" in note.message
    assert is_sound(path)


def test_an_index_by_other_rules_is_made_anew_before_anything_is_written(path: Path) -> None:
    with Archive(path, "write") as archive:
        archive.db.conn.execute("PRAGMA user_version = 99000")
        archive.db.conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
        archive.db.conn.commit()
    with Archive(path) as archive:  # who only reads is not kept waiting
        assert archive.verify() != []
    with Archive(path, "write") as archive:
        assert read_rules(archive.db.conn) == INDEX_RULES
        assert archive.count("-nowhere") == archive.count("")
        assert archive.verify() == []


def iter_pending(path: Path) -> Iterator[str]:
    applied = list_steps(path)
    return (name for name in list_migrations() if name not in applied)


@pytest.mark.parametrize("which", [0, -1])
def test_an_upgrade_that_is_killed_in_a_step_changes_nothing(which: int, path: Path) -> None:
    before, content, steps = list_steps(path), fetch(path, CONTENT), list(iter_pending(path))
    killed = run_code(KILLED_IN_STEP, str(path), steps[which], cwd=path.parent)
    assert killed.returncode == 9
    assert list_steps(path) == before
    assert fetch(path, CONTENT) == content
    assert is_sound(path)
    assert fetch(path, CONTENT) == content


@pytest.mark.slow
def test_forty_kills_in_an_upgrade_leave_it_done_or_not_begun(earlier: Path, tmp_path: Path) -> None:
    """Takes about a minute: forty upgrades killed at random moments from their first write on."""
    chance = random.Random(11)
    before, done, content = list_steps(earlier), set(list_migrations()), fetch(earlier, CONTENT)
    seen = set()
    for number in range(40):
        path = Path(shutil.copy(earlier, tmp_path / f"{number}.db"))
        process = subprocess.Popen([sys.executable, "-c", OPEN, str(path)])
        log = path.with_name(f"{path.name}-wal")
        while process.poll() is None and not log.exists():
            threading.Event().wait(0.001)
        threading.Event().wait(chance.uniform(0, 0.15))
        process.send_signal(signal.SIGKILL)
        process.wait()
        steps = list_steps(path)
        assert steps in (before, done)
        seen.add(steps == done)
        assert fetch(path, CONTENT) == content
        assert is_sound(path)
    assert False in seen
