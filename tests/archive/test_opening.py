"""Files that are archives, and files that are not."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from crawler.archive import Archive, opening
from crawler.archive.schema.migrations import migrations
from crawler.errors import ArchiveBusy, ArchiveUnusable


def refuse(path: Path, message: str, mode: str = "create") -> None:
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(ArchiveUnusable, match=message) as caught:
        Archive(path, mode)
    assert "\n" not in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_file_becomes_one_in_wal_mode_when_those_who_read_it_have_done(tmp_path, monkeypatch):
    path = tmp_path / "new.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("CREATE TABLE some (one)")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM some").fetchall()
        monkeypatch.setattr("time.sleep", lambda seconds: reader.execute("COMMIT"))
        db = Database(sqlite3.connect(path, timeout=0))
        opening.switch_to_wal(db)
        assert db.journal_mode == "wal"
        db.close()


def test_who_waits_too_long_for_wal_mode_is_told(tmp_path, monkeypatch):
    path = tmp_path / "new.db"
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 0)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("CREATE TABLE some (one)")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM some").fetchall()
        db = Database(sqlite3.connect(path, timeout=0))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            opening.switch_to_wal(db)
        db.close()


def test_a_new_archive_is_made_with_its_folder_of_captures_named_after_it(tmp_path):
    with Archive(tmp_path / "asia.db", "create") as archive:
        assert archive.warc_folder == tmp_path / "asia.warc"
        pragmas = [
            archive.db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "foreign_keys", "synchronous")
        ]
        assert pragmas == ["wal", 1, 2]
    with Archive(tmp_path / "asia.db", "write") as archive:
        assert archive.status().articles == 0


def test_a_missing_archive_is_not_made_for_reading(tmp_path):
    refuse(tmp_path / "none.db", "no archive at .*make one with", "write")
    refuse(tmp_path / "none.db", "no archive at", "read")
    assert list(tmp_path.iterdir()) == []


def test_a_text_file_is_not_an_archive(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, today I met a database.\n" * 100)
    refuse(path, "not a SQLite file")
    refuse(path, "not a SQLite file", "read")


def test_an_empty_file_becomes_an_archive_only_when_one_is_made(tmp_path):
    path = tmp_path / "empty.db"
    path.touch()
    refuse(path, "is empty: fill it with", "write")
    with Archive(path, "create") as archive:
        assert archive.verify() == []


def test_an_archive_that_was_killed_while_it_was_made_is_made_again(tmp_path):
    empty, begun = tmp_path / "empty.db", tmp_path / "begun.db"
    with closing(sqlite3.connect(empty)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
    Migrations("seealso").apply(Database(begun))  # what precedes the first step: a list of no steps
    for path in (empty, begun):
        assert path.stat().st_size
        refuse(path, "is empty: fill it with", "read")
        with Archive(path, "create") as archive:
            assert archive.verify() == []


def test_another_programs_database_is_left_alone(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, headline TEXT)")
    conn.close()
    refuse(path, "not an archive of seealso")
    refuse(path, "not an archive of seealso", "read")


def test_a_newer_archive_asks_for_an_upgrade(tmp_path):
    path = tmp_path / "new.db"
    with Archive(path, "create") as archive:
        archive.db["_sqlite_migrations"].insert(
            {"migration_set": "seealso", "name": "m999_time_travel", "applied_at": "2031-01-01"}
        )
    with pytest.raises(ArchiveUnusable, match=r"newer version of seealso .*m999_time_travel.*upgrade"):
        Archive(path, "create")


def test_a_folder_and_a_missing_folder_are_told_apart(tmp_path):
    refuse(tmp_path, "is a folder")
    refuse(tmp_path / "no" / "archive.db", "does not exist")


def test_a_damaged_page_is_one_clear_line_for_a_loop_over_articles_too(archive, run, newsroom):
    archive.keep([newsroom.visit(newsroom.article(key)) for key in range(1, 9)], run, newsroom.now)
    archive.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (root,) = archive.db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'articles'").fetchone()
    archive.close()
    content = bytearray(archive.path.read_bytes())
    content[(root - 1) * 4096 : (root - 1) * 4096 + 200] = b"\xff" * 200
    archive.path.write_bytes(content)
    with Archive(archive.path) as broken, pytest.raises(ArchiveUnusable, match="damaged"):
        list(broken.articles(order="oldest"))


def test_a_damaged_file_is_one_clear_line(tmp_path):
    path = tmp_path / "archive.db"
    Archive(path, "create").close()
    content = bytearray(path.read_bytes())
    content[40:4096] = os.urandom(4056)
    path.write_bytes(content)
    with pytest.raises(ArchiveUnusable) as caught:
        Archive(path, "create")
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o555)
    refuse(folder / "archive.db", "cannot be written")
    folder.chmod(0o755)


def test_reading_only_never_writes(tmp_path, newsroom):
    path = tmp_path / "archive.db"
    with Archive(path, "create") as archive:
        run = archive.begin_run(newsroom.site, now=newsroom.now)
        archive.keep([newsroom.visit(newsroom.article(1))], run, newsroom.now)
    with Archive(path) as archive:
        assert archive.search("body")[0].site_key == "1"
        assert archive.verify() == []
        with pytest.raises(ArchiveUnusable, match="readonly"):
            archive.begin_run(newsroom.site, now=newsroom.now)


def test_an_archive_on_a_read_only_medium_can_be_read(tmp_path):
    path = tmp_path / "a b#c?.db"
    Archive(path, "create").close()
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(path, copy / path.name)
    (copy / path.name).chmod(0o444)
    copy.chmod(0o555)
    with Archive(copy / path.name) as archive:
        assert archive.status().articles == 0
    copy.chmod(0o755)


def test_a_file_locked_by_another_program_is_busy(tmp_path, newsroom):
    path = tmp_path / "archive.db"
    with Archive(path, "create") as archive:
        archive.db.execute("PRAGMA busy_timeout = 1")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveBusy, match="another program"):
            archive.begin_run(newsroom.site, now=newsroom.now)
        other.close()
        assert archive.begin_run(newsroom.site, now=newsroom.now) == 1


def test_an_archive_of_an_older_version_is_brought_up_to_date_with_what_is_in_it(tmp_path):
    path = tmp_path / "archive.db"
    db = Database(path)
    migrations.apply(db, stop_before="m_kicker_key")
    db.execute(
        "INSERT INTO articles (site, language, site_key, url, headline, kicker, body, word_count, digest, first_seen_at,"
        " last_seen_at, headline_key) VALUES ('gazette', 'en', '1', 'u', 'H', 'SRI LANKA – Café', 'B', 1, 'd', 'f', 'l', 'h')"
    )
    db.close()
    with pytest.raises(ArchiveUnusable, match=f"doctor --fix --archive {re.escape(shlex.quote(str(path)))}$"):
        Archive(path)
    Archive(path, "create").close()
    with Archive(path) as archive:
        assert [article.headline for article in archive.articles(kicker="lanka cafe")] == ["H"]
        assert archive.db.execute("SELECT kicker FROM v_articles").fetchall() == [("SRI LANKA – Café",)]


def test_a_creation_that_breaks_off_leaves_a_file_that_the_next_one_fills(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while the tables are made, it must not leave what passes for a copy without its log."""

    def break_off(*_: object) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "archive.db"
    with monkeypatch.context() as patch:
        patch.setattr(opening, "_bring_up_to_date", break_off)
        with pytest.raises(KeyboardInterrupt):
            Archive(path, "create")
    assert path.stat().st_size == 0
    with Archive(path, "create") as archive:
        assert archive.count() == 0
        assert archive.db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
