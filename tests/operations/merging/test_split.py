"""Some sites of an archive become one of their own; merged again, the parts are what the whole was."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.archive_contents import change_archive
from support.command import call
from support.papers import make_paper_archive
from support.portable_contents import read_portable

from crawler.archive import Archive
from crawler.operations.merging.split import CannotSplit, split
from crawler.warc import read_capture

SITES = {"first": "asianews", "second": "mill_gazette_example"}


def test_the_parts_of_a_merged_archive_are_what_was_merged(merged: Path, tmp_path: Path) -> None:
    whole = read_portable(merged / "both.db", files=True)
    for name, site in SITES.items():
        part = tmp_path / f"{name}.db"
        ended = call("archive", "split", merged / "both.db", "--site", site, "--to", part)
        assert ended.exit_code == 0, ended.output
        assert f"of {site}; {merged / 'both.db'} is as it was" in ended.stdout
        contents, former = read_portable(part, files=True), read_portable(merged / f"{name}.db", files=True)
        for table, rows in contents.items():
            if table in ("authors", "author_variants"):
                assert {row[0] for row in rows} == {row[0] for row in former[table]}
            elif table in (
                "author_edits",
                "place_edits",
                "place_aliases",
                "saved_searches",
                "rereads",
                "forgotten",
            ):  # of no site
                assert former[table] <= rows <= whole[table], table
            else:
                assert rows == former[table], table
        with Archive(part) as archive:
            assert archive.verify(read_capture) == []
        assert [path.read_bytes() for path in sorted(part.with_suffix(".warc").iterdir())] == [
            path.read_bytes() for path in sorted((merged / f"{name}.warc").iterdir())
        ]
    assert read_portable(merged / "both.db", files=True) == whole
    again = tmp_path / "again.db"
    ended = call("archive", "merge", again, tmp_path / "first.db", tmp_path / "second.db")
    assert ended.exit_code == 0, ended.output
    assert read_portable(again, files=True) == whole
    with Archive(again) as archive:
        assert archive.verify(read_capture) == []


def test_copies_across_sites_are_found_again(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    papers = Path(shutil.copy(make_paper_archive(tmp_path_factory), tmp_path / "papers.db"))
    change_archive(papers, "UPDATE captures SET warc_file = NULL, warc_offset = NULL")
    whole = read_portable(papers)
    across = [pair for pair in whole["near_copies"] if str(pair[0]).split("/")[0] != str(pair[1]).split("/")[0]]
    assert across
    parts = [tmp_path / "ledger.db", tmp_path / "others.db"]
    split(papers, ["ledger"], parts[0])
    split(papers, ["courier", "gazette"], parts[1])
    assert not set(read_portable(parts[1])["near_copies"]) - set(whole["near_copies"])
    assert call("archive", "merge", parts[0], parts[1]).exit_code == 0
    assert read_portable(parts[0]) == whole


def test_former_numbers_are_followed_through_several_merges(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    papers = Path(shutil.copy(make_paper_archive(tmp_path_factory), tmp_path / "papers.db"))
    change_archive(papers, "UPDATE captures SET warc_file = NULL, warc_offset = NULL")
    for site in ("courier", "gazette", "ledger"):
        split(papers, [site], tmp_path / f"{site}.db")
    with Archive(tmp_path / "ledger.db") as archive:
        former = {article.id: article.url for article in archive.articles()}
    for into, path in (("courier", "ledger"), ("gazette", "courier")):
        assert call("archive", "merge", tmp_path / f"{into}.db", tmp_path / f"{path}.db").exit_code == 0
    with closing(sqlite3.connect(tmp_path / "gazette.db")) as conn:
        merges = conn.execute("SELECT archive FROM merges ORDER BY id").fetchall()
        present = conn.execute(
            "SELECT m.old, a.url FROM merged_ids m JOIN articles a ON a.id = m.new JOIN merges g ON g.id = m.merge_id"
            " WHERE m.kind = 'articles' AND g.archive LIKE '%ledger.db'"
        ).fetchall()
    assert [Path(name).stem for (name,) in merges] == ["ledger", "courier"]
    assert dict(present) == former


def test_numbers_stay_and_a_snapshot_of_several_sites_stays_behind(merged: Path, tmp_path: Path) -> None:
    both = Path(shutil.copy(merged / "both.db", tmp_path / "both.db"))
    shutil.copytree(merged / "both.warc", tmp_path / "both.warc")
    assert call("snapshot", "create", "everything", "--archive", both).exit_code == 0
    ended = call("archive", "split", both, "--site", "mill_gazette_example", "--to", tmp_path / "part.db", "--json")
    report = json.loads(ended.stdout)
    assert (report["snapshots_left"], report["rows"]["articles"]) == (["everything", "harbour"], 38)
    with Archive(both) as whole, Archive(tmp_path / "part.db") as part:
        numbers = [article.id for article in part.articles()]
        assert numbers == [article.id for article in whole.articles(site="mill_gazette_example")]


def test_what_is_in_the_way_is_not_overwritten(merged: Path, tmp_path: Path) -> None:
    (tmp_path / "there.db").write_bytes(b"")
    (tmp_path / "captures.warc").mkdir()
    both = merged / "both.db"
    for site, to, said in (
        ("asianews", tmp_path / "there.db", "there.db is in the way, and nothing is overwritten"),
        ("asianews", tmp_path / "captures.db", "captures.warc is in the way, and nothing is overwritten"),
        ("asianews", tmp_path / "nowhere" / "new.db", "nowhere does not exist: make it first"),
        ("asianews", tmp_path / "new.warc", "new.warc is no name for an archive"),
        ("gazette", tmp_path / "new.db", "has no site gazette: it has asianews, mill_gazette_example"),
    ):
        ended = call("archive", "split", both, "--site", site, "--to", to)
        assert (ended.exit_code, said in ended.stderr, ended.stderr.count("\n")) == (1, True, 1), ended.output
    assert not (tmp_path / "new.db").exists()


def test_a_split_that_fails_or_was_killed_leaves_nothing(merged: Path, tmp_path: Path, monkeypatch) -> None:
    part = tmp_path / "part.db"
    with monkeypatch.context() as patch:
        patch.setattr(
            "crawler.operations.merging.sources.shutil.disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 0)
        )
        with pytest.raises(CannotSplit.__mro__[1], match="has no room for an archive of asianews"):
            split(merged / "both.db", ["asianews"], part)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "part.splitting").touch()
    (tmp_path / "part.warc").mkdir()
    (tmp_path / "part.warc" / "asianews-20260101T000000Z-00000.warc.gz.part").write_bytes(b"half")
    split(merged / "both.db", ["mill_gazette_example"], part)
    assert not (tmp_path / "part.splitting").exists()
    assert {path.name.split("-")[0] for path in (tmp_path / "part.warc").iterdir()} == {"mill_gazette_example"}
