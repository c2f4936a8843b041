"""An archive is made anew from its WARC files alone, and what they do not hold is said."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.program import run_code
from support.stored_rows import fetch

from crawler.archive import Archive
from crawler.archive.lock import SiteLock
from crawler.cli import main
from crawler.operations.rebuild import LOSSES
from crawler.warc import read_capture

pytestmark = pytest.mark.usefixtures("only_asianews")

EARLIER = Path(__file__).parents[1] / "data" / "earlier"
TEXTS = (
    "SELECT site, language, site_key, story, headline, kicker, lead, byline, dateline, body, published_at, digest, revisions,"
    " first_seen_at, last_seen_at, status FROM articles ORDER BY 1, 2, 3"
)
AUTHORS = (
    "SELECT a.language, a.site_key, w.name, b.printed, b.position FROM article_authors b JOIN authors w ON w.id = b.author_id"
    " JOIN articles a ON a.id = b.article_id ORDER BY 1, 2, b.position"
)
LINKS = (
    "SELECT a.language, a.site_key, s.target_key, s.target_id IS NULL, s.headline FROM see_also s"
    " JOIN articles a ON a.id = s.article_id ORDER BY 1, 2, s.position, s.target_key"
)
VERSIONS = (
    "SELECT a.language, a.site_key, r.number, r.digest, r.captured_at FROM revisions r JOIN articles a ON a.id = r.article_id"
    " ORDER BY 1, 2, 3"
)
CAPTURES = "SELECT url, fetched_at, status, digest, warc_file, warc_offset, warc_length FROM captures ORDER BY warc_file, warc_offset"


def unpack(name: str, folder: Path) -> Path:
    """Unpack an archive, and move its file aside."""
    with tarfile.open(EARLIER / f"{name}.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    call(folder, "doctor", "--fix")
    (folder / "archive.db").rename(folder / "former.db")
    return folder


@pytest.fixture
def crawled_twice(tmp_path: Path) -> Path:
    return unpack("demo-later", tmp_path)


@pytest.fixture
def crawled_once(tmp_path: Path) -> Path:
    return unpack("demo", tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a small archive."""
    return unpack("paused", tmp_path)


def call(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        main, [arguments[0], "--archive", str(folder / "archive.db"), *arguments[1:]], prog_name="seealso"
    )


def read_warc(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "archive.warc").iterdir())}


def test_a_rebuilt_archive_equals_the_lost_one_in_all_that_its_captures_tell(crawled_twice: Path) -> None:
    folder = crawled_twice
    before = read_warc(folder)
    shown = call(folder, "rebuild")
    assert shown.exit_code == 0, shown.output
    assert shown.stderr == ""
    for sql in (TEXTS, LINKS, VERSIONS, CAPTURES):
        assert fetch(folder / "archive.db", sql) == fetch(folder / "former.db", sql)
    authors, former_authors = (fetch(folder / name, AUTHORS) for name in ("archive.db", "former.db"))
    decisions = {frozenset(names) for names in fetch(folder / "former.db", "SELECT name, to_name FROM author_edits")}
    assert decisions  # of people, which are in no WARC file
    for row, former in zip(authors, former_authors, strict=True):
        assert row == former or {row[2], former[2]} in decisions
    assert read_warc(folder) == before
    assert all(loss in shown.stdout for loss in LOSSES)
    assert sorted(path.name for path in folder.iterdir() if "rebuilding" in path.name) == []
    with Archive(folder / "archive.db") as archive:
        assert archive.verify(read_capture) == []
        assert archive.count_runs_by_kind()["demo"] > 0  # invented articles are not mixed with others
    assert call(folder, "doctor").exit_code == 0


def test_nothing_is_overwritten_and_the_way_is_named(folder: Path) -> None:
    archive = folder / "archive.db"
    archive.write_bytes(b"a damaged archive")
    shown = call(folder, "rebuild")
    assert (shown.exit_code, shown.stderr.count("\n")) == (1, 1)
    assert f"mv {archive} {archive}.damaged" in shown.stderr
    assert archive.read_bytes() == b"a damaged archive"
    archive.unlink()
    (folder / "archive.db-wal").write_bytes(b"its log")
    assert f"mv {archive}-wal {archive}-wal.damaged" in call(folder, "rebuild").stderr
    assert not archive.exists()


def test_a_rebuilding_that_is_killed_leaves_no_archive_and_the_next_one_makes_it(crawled_once: Path) -> None:
    folder = crawled_once
    program = (
        "import os, sys; from pathlib import Path; from crawler.operations.rebuild import rebuild;"
        " rebuild(Path(sys.argv[1]), progress=lambda done, all: os._exit(9) if done == all // 2 else None)"
    )
    killed = run_code(program, str(folder / "archive.db"), cwd=folder)
    assert killed.returncode == 9
    assert not (folder / "archive.db").exists()
    assert (folder / "archive.rebuilding").exists()
    assert call(folder, "rebuild", "--json").exit_code == 0
    assert fetch(folder / "archive.db", TEXTS) == fetch(folder / "former.db", TEXTS)
    assert not list(folder.glob("archive.rebuilding*"))


def test_a_damaged_record_costs_its_page_alone(crawled_once: Path) -> None:
    folder = crawled_once
    (file, offset, length), *_ = fetch(
        folder / "former.db",
        "SELECT c.warc_file, c.warc_offset, c.warc_length FROM captures c JOIN addresses d ON d.url_key = c.url_key"
        " JOIN articles a ON a.id = d.article_id WHERE a.revisions = 1 AND c.status = 200 AND c.id ="
        " (SELECT max(id) FROM captures WHERE url_key = c.url_key) AND c.warc_length > 1500 ORDER BY c.id",
    )
    content = bytearray((folder / "archive.warc" / file).read_bytes())
    content[offset + length // 2 : offset + length // 2 + 20] = b"\xff" * 20
    (folder / "archive.warc" / file).write_bytes(content)
    shown = call(folder, "rebuild")
    assert shown.exit_code == 2, shown.output
    assert "1 part of the WARC files cannot be read" in shown.stderr
    count = "SELECT count(*) FROM articles"
    [(former,)], [(rebuilt,)] = fetch(folder / "former.db", count), fetch(folder / "archive.db", count)
    assert rebuilt in (former - 1, former)


def test_a_folder_without_captures_and_a_running_crawl_are_said(folder: Path) -> None:
    lock = SiteLock(folder / "archive.db", "asianews")
    try:
        assert call(folder, "rebuild").exit_code == 3
    finally:
        lock.release()
    shutil.rmtree(folder / "archive.warc")
    shown = call(folder, "rebuild")
    assert (shown.exit_code, shown.stderr.count("\n")) == (1, 1)
    assert "there are no WARC files in" in shown.stderr
    assert not (folder / "archive.db").exists()
