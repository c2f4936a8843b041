"""Archives of different sites become one: nothing is missing, nothing is there twice, and all commands go on with it."""

from __future__ import annotations

import gzip
import json
import sqlite3
import tarfile
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from support.archive_contents import change_archive
from support.command import call
from support.portable_contents import read_portable

from crawler.archive import Archive
from crawler.archive.lock import SiteLock
from crawler.archive.schema.tombstone_keys import make_tombstone_key
from crawler.warc import read_capture

NOW = datetime(2026, 12, 24, tzinfo=UTC)
UNIONS = {"authors", "author_variants"}
"""Tables in which both archives may have the same row; all others are sums."""


def fetch(path: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(sql, values).fetchall()


def count(path: Path, table: str, where: str = "1") -> int:
    return int(fetch(path, f"SELECT count(*) FROM {table} WHERE {where}")[0][0])


def test_every_row_of_both_is_there_once(merged: Path) -> None:
    first, second, both = (read_portable(merged / f"{name}.db") for name in ("first", "second", "both"))
    assert set(both) == set(first)
    for table, rows in both.items():
        expected = first[table] | second[table] if table in UNIONS else first[table] + second[table]
        if table == "authors":  # Anna Pozzi is sorted by whichever of her two names comes first
            assert [row for row in rows if row[0] == "Anna Pozzi"] == [
                ("Anna Pozzi", "A Pozzi", "person", "anna pozzi")
            ]
            rows, expected = (Counter(row[0] for row in side) for side in (rows, expected))
            expected = Counter(set(expected))
        assert rows == expected, table
    assert [table for table, rows in both.items() if not rows] == []


def test_numbers_stay_here_and_what_came_is_found_by_its_former_ones(merged: Path) -> None:
    both, second = merged / "both.db", merged / "second.db"
    merges = fetch(both, "SELECT id, archive, sites FROM merges")
    assert [(number, Path(archive).name, sites) for number, archive, sites in merges] == [
        (1, "first.db", '["asianews"]'),
        (2, "second.db", '["mill_gazette_example"]'),
    ]
    for kind, name in (("articles", "url"), ("captures", "url"), ("runs", "started_at"), ("authors", "name")):
        query = (
            f"SELECT m.old, t.{name} FROM merged_ids m JOIN {kind} t ON t.id = m.new WHERE merge_id = 2 AND m.kind = ?"
        )
        assert fetch(both, f"{query} ORDER BY 1", kind) == fetch(second, f"SELECT id, {name} FROM {kind} ORDER BY id")
    (pozzi,) = fetch(
        both,
        "SELECT count(DISTINCT new) FROM merged_ids m JOIN authors a ON a.id = m.new WHERE m.kind = 'authors'"
        " AND name = 'Anna Pozzi'",
    )
    assert pozzi == (1,)


def test_it_is_sound_and_so_are_its_snapshots(merged: Path) -> None:
    with Archive(merged / "both.db") as archive:
        assert archive.verify(read_capture) == []
    for name in ("harbour", "lessons"):
        ended = call("snapshot", "verify", name, "--archive", merged / "both.db")
        assert (ended.exit_code, "as frozen, 0 differences" in ended.stdout) == (0, True), ended.output


def test_its_words_are_found_and_its_pages_counted(merged: Path) -> None:
    def ask(name: str, *arguments: object) -> Any:
        ended = call(*arguments, "--json", "--archive", merged / f"{name}.db")
        assert ended.exit_code in (0, 2), ended.output
        return json.loads(ended.stdout)

    for words in ("school", "boats", "author:Pozzi"):
        hits = [
            {hit["url"] for hit in ask(name, "search", words, "--limit", 500)} for name in ("first", "second", "both")
        ]
        assert hits[2] == hits[0] | hits[1]
        assert hits[2]
    statuses = [ask(name, "status") for name in ("first", "second", "both")]
    keys = ("articles", "revisions", "see_also", "see_also_archived", "captures")
    assert [statuses[2][key] for key in keys] == [statuses[0][key] + statuses[1][key] for key in keys]
    assert statuses[2]["authors"] == statuses[0]["authors"] + statuses[1]["authors"] - 1
    assert len(statuses[2]["runs"]) == 4
    (number,) = [
        new for new, url in fetch(merged / "both.db", "SELECT id, url FROM articles") if url.endswith("story/3630")
    ]
    assert ask("both", "show", number)["site"] == "mill_gazette_example"
    years = [
        {row["period"]: row["articles"] for row in ask(name, "timeline", "--by", "year") if row["articles"]}
        for name in ("first", "second", "both")
    ]
    assert Counter(years[2]) == Counter(years[0]) + Counter(years[1])
    assert ask("both", "gaps")


def test_a_crawl_goes_on_where_that_of_its_site_was(folder: Path) -> None:
    queue = "UPDATE addresses SET state = 'queued', priority = depth % 3, next_visit_at = NULL WHERE visits % 2 = 1"
    sites = {"first": "asianews", "second": "mill_gazette_example"}
    claimed = {}
    for name, site in sites.items():
        change_archive(folder / f"{name}.db", queue)
        with Archive(folder / f"{name}.db", "write") as archive:
            claimed[site] = archive.claim(site, 1000, run_id=99, now=NOW)
        assert len(claimed[site]) > 20
    assert call("archive", "merge", folder / "both.db", folder / "first.db", folder / "second.db").exit_code == 0
    with Archive(folder / "both.db", "write") as archive:
        assert {site: archive.claim(site, 1000, run_id=99, now=NOW) for site in claimed} == claimed
        assert [site.name for site in archive.adopted_sites] == ["mill_gazette_example"]


def test_the_archives_it_came_from_stay_as_they_are(decided: Path, merged: Path) -> None:
    for name in ("first", "second"):
        assert read_portable(merged / f"{name}.db", files=True) == read_portable(decided / f"{name}.db", files=True)
        files = sorted((decided / f"{name}.warc").iterdir())
        assert [path.read_bytes() for path in files] == [
            (merged / f"{name}.warc" / path.name).read_bytes() for path in files
        ]


def test_a_rereading_that_came_can_be_undone(folder: Path) -> None:
    assert count(folder / "first.db", "reread_former", "instr(before, 'MISREAD')") == 1
    assert call("archive", "merge", folder / "second.db", folder / "first.db").exit_code == 0
    ended = call("reread", "--undo", "--archive", folder / "second.db")
    assert ended.exit_code == 0, ended.output
    assert fetch(folder / "second.db", "SELECT kicker FROM articles WHERE site_key = '66140'") == [("MISREAD",)]
    with Archive(folder / "second.db") as archive:
        assert archive.verify(read_capture) == []


def test_edits_hold_for_the_articles_of_both(folder: Path) -> None:
    change_archive(
        folder / "second.db",
        "UPDATE authors SET name = 'Andy Supriyadi', sort_name = 'Supriyadi, Andy' WHERE name = 'Agnes Kersley'",
    )
    assert call("archive", "merge", folder / "first.db", folder / "second.db").exit_code == 0
    credited = (
        "SELECT DISTINCT u.name, v.name FROM article_authors b JOIN authors u ON u.id = b.author_id"
        " JOIN author_variants v ON v.id = b.variant_id JOIN articles a ON a.id = b.article_id WHERE a.site <> 'asianews'"
    )
    assert set(fetch(folder / "first.db", credited)) == {
        ("Angelo S. Lazzarotto", "Andy Supriyadi"),
        *((name, name) for name in ("Clara Selwyn",)),
        ("Clara Selwyn", "Clara Penrose"),
    }
    with Archive(folder / "first.db") as archive:
        assert archive.verify(None) == []


def test_what_one_has_forgotten_is_erased_of_the_other(folder: Path) -> None:
    key = "mill_gazette_example/en/story/3630"
    tombstone = make_tombstone_key(key)
    assert tombstone != key
    change_archive(
        folder / "first.db",
        "INSERT INTO forgotten (url_key, forgotten_at, why, article_key)"
        f" VALUES ('{tombstone}', '2026-01-01T00:00:00Z', 'asked for', '{tombstone}')",
    )
    places = fetch(folder / "second.db", "SELECT warc_file, warc_offset FROM captures WHERE url_key = ?", key)
    assert places
    ended = call("archive", "merge", folder / "first.db", folder / "second.db", "--json")
    report = json.loads(ended.stdout)
    assert (ended.exit_code, report["unerased"], report["merged"][0]["forgotten"]) == (0, [], [key])
    for table in ("addresses", "captures", "spellings", "sightings"):
        assert count(folder / "first.db", table, f"url_key = '{key}'") == 0
    for file, _ in places:
        assert b"/story/3630 HTTP" not in unpack(folder / "first.warc" / file)
        assert b"/story/3630 HTTP" in unpack(folder / "second.warc" / file)
    with Archive(folder / "first.db") as archive:
        assert archive.verify(read_capture) == []
        assert archive.count("site:mill_gazette_example") == 37


def unpack(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def test_an_archive_that_came_comes_no_second_time(folder: Path) -> None:
    assert call("archive", "merge", folder / "first.db", folder / "second.db").exit_code == 0
    before = read_portable(folder / "first.db", files=True)
    ended = call("archive", "merge", folder / "first.db", folder / "second.db")
    assert (ended.exit_code, ended.stdout) == (0, "")
    assert ended.stderr == f"{folder / 'second.db'} was merged before, and has not changed\n"
    assert read_portable(folder / "first.db", files=True) == before


def test_a_dry_run_tells_what_would_come_and_writes_nothing(folder: Path) -> None:
    before = [path for path in sorted(folder.rglob("*")) if not path.name.endswith(("-shm", "-wal"))]
    ended = call(
        "archive", "merge", folder / "both.db", folder / "first.db", folder / "second.db", "--dry-run", "--json"
    )
    report = json.loads(ended.stdout)
    assert [
        (merged["rows"]["articles"], merged["rows"]["captures"], merged["files"]) for merged in report["merged"]
    ] == [
        (
            count(folder / f"{name}.db", "articles"),
            count(folder / f"{name}.db", "captures"),
            len(list((folder / f"{name}.warc").iterdir())),
        )
        for name in ("first", "second")
    ]
    assert [path for path in sorted(folder.rglob("*")) if not path.name.endswith(("-shm", "-wal"))] == before


def test_the_next_crawl_keeps_its_distance(folder: Path) -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for site in ("mill_gazette_example", "never_begun"):
        lock = SiteLock(folder / "second.db", site)
        lock.note_request(moment)
        lock.release()
    assert call("archive", "merge", folder / "first.db", folder / "second.db").exit_code == 0
    lock = SiteLock(folder / "first.db", "mill_gazette_example")
    assert lock.last_request_at == moment
    lock.release()


def test_files_may_be_moved_and_names_may_be_taken(folder: Path) -> None:
    (taken, *_) = sorted((folder / "second.warc").iterdir())
    (folder / "first.warc" / taken.name).write_bytes(b"something else")
    contents = sorted(path.read_bytes() for path in (folder / "second.warc").iterdir())
    ended = call("archive", "merge", folder / "first.db", folder / "second.db", "--move", "--json")
    renamed = json.loads(ended.stdout)["merged"][0]["renamed"]
    # Other files may have to make way for the new name, where both crawls began in one second.
    assert renamed[taken.name] == taken.name.replace("-00000.", "-00001.")
    assert not (folder / "second.warc").exists()
    assert (folder / "first.warc" / taken.name).read_bytes() == b"something else"
    names = {path.name for path in (folder / "first.warc").iterdir()}
    assert renamed[taken.name] in names
    here = [path.read_bytes() for path in (folder / "first.warc").iterdir()]
    assert all(content in here for content in contents)
    (folder / "first.warc" / taken.name).unlink()
    with Archive(folder / "first.db") as archive:
        assert archive.verify(read_capture) == []


def test_an_archive_of_an_earlier_version_comes_and_stays_as_it_is(tmp_path: Path) -> None:
    with tarfile.open(Path(__file__).parents[2] / "data" / "earlier" / "paused.tar.xz") as packed:
        packed.extractall(tmp_path, filter="data")
    before = (tmp_path / "archive.db").read_bytes()
    ended = call("archive", "merge", tmp_path / "new.db", tmp_path / "archive.db")
    assert ended.exit_code == 0, ended.output
    assert (tmp_path / "archive.db").read_bytes() == before
    assert count(tmp_path / "new.db", "articles") == count(tmp_path / "archive.db", "articles")
    with Archive(tmp_path / "new.db") as archive:
        assert archive.verify(None) == []
