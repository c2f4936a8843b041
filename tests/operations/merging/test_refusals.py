"""What cannot be merged is refused in one line with the way out, before anything is written."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from support.archive_contents import change_archive
from support.command import call
from support.program import run_code

from crawler.archive import Archive
from crawler.archive.lock import SiteLock
from crawler.archive.saved_searches import list_saved_searches
from crawler.warc import read_capture

DIRECTION = "take its pages in with seealso ingest"


def refuse(into: Path, *sources: Path, code: int = 1) -> str:
    """Merge, and return the one line by which that is refused; nothing may change."""
    before = {path: path.read_bytes() for path in into.parent.rglob("*") if path.suffix in (".db", ".gz")}
    ended = call("archive", "merge", into, *sources)
    assert (ended.exit_code, ended.stdout, ended.stderr.count("\n")) == (code, "", 1), ended.output
    after = {path: path.read_bytes() for path in into.parent.rglob("*") if path.suffix in (".db", ".gz")}
    assert after == before
    return ended.stderr.removeprefix("seealso: ").rstrip("\n")


def test_the_same_site_in_both(folder: Path) -> None:
    first, other = folder / "first.db", folder / "other.db"
    shutil.copy(first, other)
    shutil.copytree(first.with_suffix(".warc"), other.with_suffix(".warc"))
    change_archive(other, "UPDATE runs SET started_at = '2026-01-01T00:00:00Z'")
    said = f"both have the site asianews: {DIRECTION} {other.with_suffix('.warc')}/*.warc.gz --archive"
    assert refuse(first, other) == f"{first} and {other} {said} {first}"
    assert said in refuse(folder / "new.db", folder / "second.db", first, other)
    assert not (folder / "new.db").exists()


def test_an_archive_into_itself_or_named_twice(folder: Path) -> None:
    (folder / "link.db").symlink_to(folder / "first.db")
    for path in (folder / "first.db", folder / "link.db"):
        assert "cannot be merged into itself" in refuse(folder / "first.db", path)
    assert "named twice" in refuse(folder / "new.db", folder / "first.db", folder / "link.db")


def test_archives_that_share_a_folder_of_captures(folder: Path) -> None:
    (folder / "second.db").rename(folder / "first.sqlite")
    said = refuse(folder / "first.db", folder / "first.sqlite")
    assert f"first.sqlite both have their WARC files in {folder / 'first.warc'}: give one of them" in said


def test_equal_names_are_all_told(folder: Path) -> None:
    for name in ("boats", "Everywhere"):
        assert call("searches", "save", name, "school", "--archive", folder / "second.db").exit_code == 0
    assert "both have a saved search named “Everywhere”, “boats”: remove one" in refuse(
        folder / "first.db", folder / "second.db"
    )
    change_archive(folder / "second.db", "DELETE FROM saved_searches", "UPDATE snapshots SET name = 'HARBOUR'")
    assert "both have a snapshot named “HARBOUR”" in refuse(folder / "first.db", folder / "second.db")


def test_a_search_that_is_the_same_in_both_is_one(folder: Path) -> None:
    change_archive(
        folder / "second.db",
        f"ATTACH '{folder / 'first.db'}' AS first",
        "INSERT INTO saved_searches (name, saved_at, query, filters)"
        " SELECT name, saved_at, query, filters FROM first.saved_searches",
    )
    assert call("archive", "merge", folder / "first.db", folder / "second.db").exit_code == 0
    with Archive(folder / "first.db") as archive:
        assert [search.name for search in list_saved_searches(archive.db)] == ["Boats", "Everywhere", "Lessons"]


def test_invented_articles_are_kept_apart(folder: Path) -> None:
    change_archive(folder / "first.db", "UPDATE runs SET kind = 'demo'")
    assert "holds the invented articles of the practice site" in refuse(folder / "first.db", folder / "second.db")


def test_a_damaged_archive(folder: Path) -> None:
    path = folder / "second.db"
    content = bytearray(path.read_bytes())
    content[8192:40960] = b"\xff" * 32768
    path.write_bytes(content)
    assert "second.db is damaged" in refuse(folder / "first.db", path)


def test_rows_that_lead_nowhere(folder: Path) -> None:
    change_archive(folder / "second.db", "DELETE FROM captures WHERE id = (SELECT capture_id FROM revisions LIMIT 1)")
    assert "has rows of revision_rows that lead to no row of captures: see seealso verify" in refuse(
        folder / "first.db", folder / "second.db"
    )


def test_texts_that_are_no_json(folder: Path) -> None:
    change_archive(folder / "first.db", "UPDATE reread_former SET before = 'no JSON'")
    assert "a cell of" in refuse(folder / "second.db", folder / "first.db")


def test_no_archive_and_no_file(folder: Path) -> None:
    (folder / "text.db").write_text("no archive")
    assert "no archive at" in refuse(folder / "first.db", folder / "nothing.db")
    assert "is not an archive" in refuse(folder / "first.db", folder / "text.db")
    assert "is not an archive" in refuse(folder / "text.db", folder / "first.db")
    assert "nowhere does not exist: make it first" in refuse(folder / "nowhere" / "new.db", folder / "first.db")


def test_an_archive_that_is_being_crawled(folder: Path) -> None:
    for path, site in ((folder / "second.db", "mill_gazette_example"), (folder / "first.db", "asianews")):
        lock = SiteLock(path, site)
        try:
            assert f"another crawl of {site} writes to {path}" in refuse(
                folder / "first.db", folder / "second.db", code=3
            )
        finally:
            lock.release()


def test_files_that_are_missing(folder: Path) -> None:
    (file, *_) = sorted((folder / "second.warc").iterdir(), key=lambda path: -path.stat().st_size)
    content = file.read_bytes()
    for change in (lambda: file.write_bytes(content[: len(content) // 2]), file.unlink):
        change()
        said = refuse(folder / "first.db", folder / "second.db")
        assert f"WARC files of {folder / 'second.db'} are missing or cut off: {file.name}" in said
    ended = call("verify", "--accept-losses", "the disk broke", "--archive", folder / "second.db")
    assert ended.exit_code == 0, ended.output
    assert call("archive", "merge", folder / "first.db", folder / "second.db").exit_code == 0
    with Archive(folder / "first.db") as archive:
        assert archive.verify(read_capture) == []


def test_a_disk_without_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 1_000))
    assert "has no room for what would come" in refuse(folder / "first.db", folder / "second.db")


def test_the_doctor_removes_what_a_killed_merge_has_left(folder: Path) -> None:
    files = {path.name for path in (folder / "first.warc").iterdir()}
    assert run_code(KILLED, "2", cwd=folder).returncode == 9
    assert {path.name for path in (folder / "first.warc").iterdir()} > files
    ended = call("doctor", "--archive", folder / "first.db")
    assert ended.exit_code == 2
    assert "was killed while it brought WARC files" in ended.stdout
    lock = SiteLock(folder / "first.db", "asianews")
    assert "was killed while" not in call("doctor", "--archive", folder / "first.db").stdout
    lock.release()
    ended = call("doctor", "--fix", "--archive", folder / "first.db")
    assert "merge: 2 WARC files removed that a killed merge had brought" in ended.output
    assert {path.name for path in (folder / "first.warc").iterdir()} == files


KILLED = """
import os, sys
from pathlib import Path
from crawler.operations.merging.job import merge

steps = int(sys.argv[1])

def count_step():
    global steps
    if steps == 0:
        os._exit(9)
    steps -= 1

merge(Path("first.db"), [Path("second.db")], move="move" in sys.argv, note_step=count_step)
"""


def test_a_kill_leaves_the_archive_before_or_after(decided: Path, tmp_path: Path) -> None:
    assert kill_merges(decided, tmp_path, (2, 3)) == [(9, 0), (9, 38)]


@pytest.mark.slow
def test_a_kill_at_any_step_leaves_the_archive_before_or_after(decided: Path, tmp_path: Path) -> None:
    """Takes ten seconds."""
    assert kill_merges(decided, tmp_path, range(5)) == [(9, 0), (9, 0), (9, 0), (9, 38), (0, 38)]


def kill_merges(decided: Path, tmp_path: Path, steps: Iterable[int]) -> list[tuple[int | None, int]]:
    """Kill merges at these steps, and give the command again; return exit code and articles after each kill."""
    outcomes = []
    for step in steps:
        folder = Path(shutil.copytree(decided, tmp_path / f"killed{step}"))
        files = {path.name for path in (folder / "first.warc").iterdir()}
        ended = run_code(KILLED, str(step), *(["move"] if step % 2 else []), cwd=folder)
        with Archive(folder / "first.db") as archive:
            came = len([row for row in archive.articles() if row.site == "mill_gazette_example"])
            assert came in (0, 38)
            assert archive.verify(None) == []
        outcomes.append((ended.returncode, came))
        assert call("archive", "merge", folder / "first.db", folder / "second.db").exit_code == 0
        with Archive(folder / "first.db") as archive:
            assert archive.verify(read_capture) == []
            assert archive.count("", site="mill_gazette_example") == 38
        there = {path.name for path in (decided / "second.warc").iterdir()}
        assert {path.name for path in (folder / "first.warc").iterdir()} == files | there
        assert not (folder / "first.merging").exists()
    return outcomes
