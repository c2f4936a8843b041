"""Each state of an archive's file has a name, one line, and advice that loses nothing."""

from __future__ import annotations

import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from support.newsroom import GAZETTE, NOW, Newsroom
from support.waiting import PATIENCE

from crawler.archive import Archive
from crawler.archive.schema import file_state
from crawler.archive.schema.file_state import FileState, FileUnusable

pytestmark = pytest.mark.usefixtures("only_asianews")

Run = Callable[..., Result]
Damage = Callable[[Path], None]
PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of forty articles. Copy before you change it."""
    path = tmp_path_factory.mktemp("whole") / "archive.db"
    newsroom = Newsroom()
    with Archive(path, "create") as archive:
        run_id = archive.begin_run(GAZETTE, now=NOW, settings={"mirror": "http://127.0.0.1:9{path}"})
        archive.keep([newsroom.visit(newsroom.article(key)) for key in range(1, 41)], run_id, NOW)
        archive.finish_run(run_id, "finished", NOW)
        archive.db.execute("UPDATE captures SET warc_file = NULL")
    return path


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(whole, tmp_path / "archive.db"))


def read(path: Path) -> None:
    with Archive(path) as archive:
        archive.search("body")
        list(archive.articles())


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        for statement in statements:
            conn.execute(statement)


def overwrite(path: Path, first: int, count: int) -> None:
    """Overwrite some bytes of a file."""
    content = bytearray(path.read_bytes())
    content[first : first + count] = b"\xa5" * count
    path.write_bytes(content)


def overwrite_table(path: Path, *tables: str) -> None:
    """Overwrite the first page of tables."""
    with closing(sqlite3.connect(path)) as conn:
        marks = ", ".join("?" for _ in tables)
        roots = conn.execute(f"SELECT rootpage FROM sqlite_schema WHERE name IN ({marks})", tables).fetchall()
    assert len(roots) == len(tables)
    for (root,) in roots:
        overwrite(path, (root - 1) * PAGE, 200)


def add_captures(path: Path) -> None:
    path.with_suffix(".warc").mkdir(exist_ok=True)
    (path.with_suffix(".warc") / "gazette-20260101T000000Z-00000.warc.gz").write_bytes(b"")


def dump(path: Path, *, without_index: bool = False) -> None:
    """Put an archive through a dump: what PRAGMAs said is lost, and with some tools the search index as well."""
    with closing(sqlite3.connect(path)) as conn:
        schema = conn.execute(
            "SELECT type, sql FROM sqlite_schema WHERE name NOT GLOB 'articles_fts*' AND sql NOT NULL"
        ).fetchall()
        tables = [
            name
            for (name,) in conn.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'articles_fts*'"
            )
        ]
        rows = {table: conn.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables}
        index = {
            name: (sql, conn.execute(f'SELECT * FROM "{name}"').fetchall())
            for name, sql in conn.execute(
                "SELECT name, sql FROM sqlite_schema WHERE name GLOB 'articles_fts_*'"
            ).fetchall()
        }
        (virtual,) = conn.execute("SELECT sql FROM sqlite_schema WHERE name = 'articles_fts'").fetchone()
    path.unlink()
    with closing(sqlite3.connect(path)) as conn:
        for kind in ("table", "index", "view"):
            for sql in (sql for of, sql in schema if of == kind):
                conn.execute(sql)
        contents = rows if without_index else rows | {name: content for name, (_, content) in index.items()}
        if not without_index:
            conn.execute("PRAGMA writable_schema = ON")
            conn.execute("INSERT INTO sqlite_schema VALUES ('table', 'articles_fts', 'articles_fts', 0, ?)", (virtual,))
            conn.execute("PRAGMA writable_schema = OFF")
            for sql, _ in index.values():
                conn.execute(sql)
        for table, content in contents.items():
            if content:
                conn.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(content[0]))})', content)
        conn.commit()


def copy_with_log(path: Path) -> None:
    """Leave an archive whose newest change is in its log, where SQLite cannot make the log's index beside it."""
    source = path.with_name("source.db")
    path.rename(source)
    with closing(sqlite3.connect(source)) as conn:
        conn.execute("PRAGMA wal_autocheckpoint = 0")
        conn.execute("UPDATE articles SET kicker = 'new'")
        conn.commit()
        shutil.copy(source, path)
        shutil.copy(source.with_name("source.db-wal"), path.with_name("archive.db-wal"))
    path.with_name("archive.db-shm").symlink_to(path.parent / "no folder" / "shm")


def break_off_write(path: Path) -> None:
    """Leave an archive as a program that was killed leaves it while it writes without WAL, with its rollback journal."""
    source = path.with_name("source.db")
    path.rename(source)
    with closing(sqlite3.connect(source, isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")
        conn.execute("PRAGMA cache_size = 5")  # so that pages are written before the end of the transaction
        conn.execute("BEGIN")
        conn.execute("UPDATE articles SET body = 'half ' || body || body || body")
        shutil.copy(source, path)
        shutil.copy(source.with_name("source.db-journal"), path.with_name("archive.db-journal"))


def leave_content_in_log(path: Path) -> None:
    """Leave the file of an archive whose tables were still in its log, without the log."""
    path.unlink()
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")


DAMAGED = "restore a backup, or crawl into a new one"
MENDED = "seealso doctor --fix"
CASES: dict[str, tuple[Damage, FileState, str]] = {
    "missing": (Path.unlink, FileState.MISSING, "seealso crawl SITE"),
    "lost": (lambda path: (path.unlink(), add_captures(path)), FileState.LOST, "without a request: seealso rebuild"),
    "text": (lambda path: path.write_text("Dear diary"), FileState.OTHER_FILE, "name another with --archive"),
    "page 1": (
        lambda path: (overwrite(path, 0, PAGE), add_captures(path)),
        FileState.OVERWRITTEN,
        "or move it aside (mv archive.db archive.db.damaged) and make it anew from its WARC files, without a request: seealso rebuild",
    ),
    "page 1, crawled": (
        lambda path: (overwrite(path, 0, PAGE), path.with_name("archive.db.gazette.lock").touch()),
        FileState.OVERWRITTEN,
        DAMAGED,
    ),
    "page 1, but its first bytes": (lambda path: overwrite(path, 40, PAGE - 40), FileState.DAMAGED, DAMAGED),
    "table": (lambda path: overwrite_table(path, "articles"), FileState.DAMAGED, DAMAGED),
    "table and index": (
        lambda path: (overwrite_table(path, "articles", "articles_fts_data"), add_captures(path)),
        FileState.DAMAGED,
        "seealso rebuild",
    ),
    "index rows": (
        lambda path: execute(path, "UPDATE articles_fts_data SET block = x'ffffffffffffffffffff'"),
        FileState.INDEX_DAMAGED,
        MENDED,
    ),
    "index pages": (
        lambda path: overwrite_table(path, "articles_fts_data", "articles_fts_idx"),
        FileState.INDEX_DAMAGED,
        MENDED,
    ),
    "index table": (lambda path: execute(path, "DROP TABLE articles_fts_idx"), FileState.INDEX_DAMAGED, MENDED),
    "index": (lambda path: execute(path, "DROP TABLE articles_fts"), FileState.INDEX_DAMAGED, MENDED),
    "other program": (
        lambda path: (path.unlink(), execute(path, "CREATE TABLE articles (id INTEGER PRIMARY KEY, headline TEXT)")),
        FileState.OTHER_DATABASE,
        "name another with --archive",
    ),
    "newer": (
        lambda path: execute(
            path, "INSERT INTO _sqlite_migrations VALUES (99, 'seealso', 'm_time_travel', '2031-01-01')"
        ),
        FileState.NEWER,
        "upgrade",
    ),
    "older": (
        lambda path: execute(path, "DELETE FROM _sqlite_migrations WHERE name = 'm_index_without_texts'"),
        FileState.OLDER,
        MENDED,
    ),
    "log": (copy_with_log, FileState.LOG_UNREADABLE, "copy both files into a folder that you may write"),
    "no log": (leave_content_in_log, FileState.LOG_MISSING, "copy archive.db and archive.db-wal together"),
}


@pytest.mark.parametrize("case", CASES)
def test_each_state_has_a_name_and_the_same_advice_from_every_command(case: str, path: Path, run: Run) -> None:
    damage, state, advice = CASES[case]
    damage(path)
    with pytest.raises(FileUnusable) as caught:
        read(path)
    assert caught.value.state is state
    commands = (
        [["search", "body"], ["timeline", "body"]]
        if state is FileState.INDEX_DAMAGED
        else [["search", "body"], ["export", "--format", "csv", "--to", "-"]]
    )
    for command in commands:
        shown = run(*command)
        assert shown.exit_code == 1, shown.output
        assert shown.stderr.count("\n") == 1
        assert advice in shown.stderr
        assert "\\xa5" not in shown.stderr
    found = run("doctor")
    if state is not FileState.MISSING:
        assert found.exit_code == 2
        assert advice.removesuffix(" with --archive") in found.stdout
    if state not in (FileState.DAMAGED, FileState.OVERWRITTEN):
        assert "archive.db is damaged" not in found.stdout
        assert "restore a backup, or crawl" not in found.stdout


@pytest.mark.parametrize(
    "case",
    ["index rows", "index", *(pytest.param(case, marks=pytest.mark.slow) for case in ("index pages", "index table"))],
)
def test_a_search_index_is_made_anew_whatever_is_left_of_it(case: str, path: Path, run: Run) -> None:
    """Two further damages, the slow cases, take half a second."""
    before = run("search", "body", "--jsonl").stdout
    assert before
    CASES[case][0](path)
    mended = run("doctor", "--fix")
    assert mended.exit_code == 0, mended.output
    assert run("search", "body", "--jsonl").stdout == before
    assert run("verify", "--no-captures").exit_code == 0
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_an_older_archive_with_a_damaged_index_is_brought_up_to_date(path: Path, run: Run) -> None:
    before = run("search", "body", "--jsonl").stdout
    execute(path, "DELETE FROM _sqlite_migrations WHERE name IN ('m_letter_variants', 'm_index_without_texts')")
    CASES["index pages"][0](path)
    assert run("doctor", "--fix").exit_code == 0
    assert run("search", "body", "--jsonl").stdout == before


@pytest.mark.parametrize("without_index", [False, True])
def test_an_archive_that_went_through_a_dump_is_read_and_gets_its_mark_again(
    without_index: bool, path: Path, run: Run
) -> None:
    before = run("search", "body", "--jsonl").stdout
    dump(path, without_index=without_index)
    shown = run("search", "body", "--jsonl")
    assert shown.stdout == ("" if without_index else before)
    assert ("seealso doctor --fix" in shown.stderr) is without_index
    found = run("doctor")
    assert found.exit_code == 2
    assert "without its mark, as after a dump; it is whole" in found.stdout
    assert run("doctor", "--fix").exit_code == 0
    assert run("search", "body", "--jsonl").stdout == before
    assert run("doctor").exit_code == 0
    assert run("verify", "--no-captures").exit_code == 0


def test_a_dump_is_written_to_without_ado(path: Path) -> None:
    dump(path)
    with Archive(path, "write") as archive:
        archive.begin_run(GAZETTE, now=NOW)
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("PRAGMA application_id").fetchone() == (0x5345_4541,)


def test_a_copy_with_its_log_is_read_as_soon_as_its_folder_can_be_written(path: Path, run: Run) -> None:
    copy_with_log(path)
    assert run("search", "body").exit_code == 1
    path.with_name("archive.db-shm").unlink()
    with Archive(path) as archive:
        assert [row.kicker for row in archive.articles()] == ["new"] * 40


def test_what_a_killed_program_has_written_by_halves_is_taken_back(path: Path, run: Run) -> None:
    before = run("search", "body", "--jsonl").stdout
    break_off_write(path)
    assert run("search", "body", "--jsonl").stdout == before
    assert run("verify", "--no-captures").exit_code == 0
    break_off_write(path)
    assert "WRONG  file" not in run("doctor").stdout


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_NOMEM])
def test_what_the_disk_or_another_program_is_in_the_way_of_is_not_called_damaged(
    code: int, path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: sqlite3.Connection, __: str) -> list[str]:
        error = sqlite3.OperationalError("no luck today")
        error.sqlite_errorcode = code
        raise error

    monkeypatch.setattr("crawler.archive.schema.file_damage._list_messages", fail)
    found = run("doctor")
    assert found.exit_code == 2
    assert "archive.db cannot be read now (no luck today)\n       → nothing says that it is damaged" in found.stdout
    assert not any(words in found.stdout for words in ("is damaged (", "restore", "rebuild"))


def test_a_sound_archive_on_a_full_disk_is_read(path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = file_state._connect

    def lack_shared_memory(path: Path, options: str = "") -> sqlite3.Connection:
        if not options:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
            raise error
        return connect(path, options)

    monkeypatch.setattr(file_state, "_connect", lack_shared_memory)
    assert run("search", "body").exit_code == 0
    assert "WRONG  file" not in run("doctor").stdout
    assert not file_state.can_be_shared(path)
    copy_with_log(path)
    refused = run("search", "body")
    assert refused.exit_code == 1
    assert "make room there if the disk is full" in refused.stderr


@pytest.mark.parametrize(
    ("leave", "said"),
    [
        (copy_with_log, "the newest changes of medium/archive.db are in archive.db-wal"),
        *(
            pytest.param(*case, marks=pytest.mark.slow)
            for case in (
                (lambda path: None, ""),
                (break_off_write, "what takes its changes back is in archive.db-journal"),
            )
        ),
    ],
)
def test_an_archive_on_a_medium_that_cannot_be_written(leave: Damage, said: str, path: Path, tmp_path: Path) -> None:
    """On a real read-only mount, where this user may make one; the slow cases take a second more each."""
    leave(path)
    path.with_name("archive.db-shm").unlink(missing_ok=True)
    medium = tmp_path / "medium"
    medium.mkdir()
    for name in ("archive.db", "archive.db-wal", "archive.db-journal"):
        if path.with_name(name).exists():
            shutil.move(path.with_name(name), medium / name)
    mount = "mount --bind medium medium && mount -o remount,ro,bind medium || exit 77"
    command = f"{shlex.quote(sys.executable)} -m crawler --archive medium/archive.db"
    shown = subprocess.run(
        ["unshare", "--mount", "sh", "-c", f"{mount}; {command} search body --limit 1; {command} doctor"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=PATIENCE,
    )
    if shown.returncode == 77 or "unshare" in shown.stderr:
        pytest.skip("no file system can be mounted here")
    assert ("Headline of" in shown.stdout) is not bool(said)
    assert said in shown.stderr
    assert "damaged" not in shown.stdout + shown.stderr
    assert "restore" not in shown.stdout


def test_a_new_archive_beside_the_captures_of_a_lost_one_is_begun_with_a_warning(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.unlink()
    add_captures(path)
    Archive(path, "create").close()
    assert "seealso rebuild" in caplog.text


@pytest.mark.parametrize("damage", ["CAST(x'ff00a5a5' AS TEXT)", "x'ff00a5a5'"])
@pytest.mark.parametrize("column", ["body", "headline", "byline"])
def test_a_damaged_cell_is_said_and_its_bytes_are_not_printed(damage: str, column: str, path: Path, run: Run) -> None:
    execute(
        path,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = 'articles'",
    )
    execute(path, f"UPDATE articles SET {column} = {damage} WHERE id = 7")
    execute(
        path, "PRAGMA writable_schema = ON", "UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE name = 'articles'"
    )
    for command in ("verify", "doctor", "show 7", "cite 7", "search Headline", "kwic tells"):
        shown = run(*command.split())
        assert "unexpected" not in shown.stderr, command
        assert not any(mark in shown.output for mark in ("\\xff", "b'", "\xa5", "�", "\\x00", "\x00")), shown.output
    for format in ("csv", "jsonl", "bibtex"):
        shown = run("export", "--format", format, "--to", "-")
        assert shown.exit_code == 1, shown.output
        assert shown.stderr.count("\n") == 1
        assert "damaged" in shown.stderr
        assert DAMAGED in shown.stderr
        assert not any(mark in shown.output for mark in ("\\xff", "b'", "\xa5", "�", "\\x00", "\x00"))
