"""Rereading through shards: what was read stays, what changed meanwhile is read again, and poison is named."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from support.archive_contents import dump_archive, list_columns
from support.poison_pages import PoisonousPage
from support.shard_files import WeighingEngine, open_engine_as

from crawler.archive import Archive
from crawler.engines.choice import EngineChoice
from crawler.engines.serial import SerialEngine
from crawler.operations.reread import job, reading
from crawler.operations.reread.job import reread
from crawler.operations.reread.task import Part, RereadDivision, RereadSettings, make_task, name_part, save_settings
from crawler.rereading.records import ArchiveRecords, gather_address, gather_article
from crawler.shards.store import ShardStore
from crawler.sites import registry

RULES = "0" * 64


@pytest.fixture
def spoiled(path, spoil):
    """The archive with worse kickers, and what a rereading makes of it."""
    right = dump_archive(path)
    assert len(spoil(lambda reading: list_columns(reading, kicker="SHARE"))) > 30
    return right


@pytest.mark.parametrize("path", ["once"], indirect=True)
def test_a_task_is_sent_in_two_kilobytes_at_most(path, monkeypatch):
    engine = WeighingEngine()
    monkeypatch.setattr(job, "open_engine", open_engine_as(engine))
    reread(path, dry_run=True)
    assert engine.sizes
    assert max(engine.sizes) <= 2_000


@pytest.mark.parametrize("path", ["once"], indirect=True)
def test_shards_stay_until_they_are_applied_and_damaged_ones_are_made_again(path, spoiled, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "PART_SIZES", ((10_000, 8),))
    engine, store = EngineChoice(jobs=1, work=tmp_path / "work"), ShardStore(tmp_path / "work")
    first = reread(path, dry_run=True, engine=engine)
    assert first.fields == {"kicker": first.changed}
    shards = sorted(store.folder.iterdir())
    times = {shard.name: (shard / "manifest.json").stat().st_mtime_ns for shard in shards}
    assert len(shards) > 5
    assert not (tmp_path / "work" / "inputs").exists()

    shortened = next(shard for shard in shards if (shard / "outcomes").stat().st_size)
    lost = next(shard for shard in shards if shard != shortened)
    outcomes = shortened / "outcomes"
    outcomes.write_bytes(outcomes.read_bytes()[:-3])
    (lost / "manifest.json").unlink()
    monkeypatch.setattr(job, "open_engine", open_engine_as(SerialEngine()))  # here, as the other process begins slowly
    second = reread(path, dry_run=True, engine=engine)
    changed = {
        shard.name
        for shard in store.folder.iterdir()
        if (shard / "manifest.json").stat().st_mtime_ns != times.pop(shard.name)
    }
    assert changed == {shortened.name, lost.name}
    assert times == {}
    assert replace(second, seconds=0) == replace(first, seconds=0)

    assert reread(path, engine=engine).changed == first.changed
    assert dump_archive(path)["articles"] == spoiled["articles"]
    assert list(store.folder.iterdir()) == []


@pytest.mark.parametrize("path", ["once"], indirect=True)
def test_what_somebody_changes_meanwhile_is_read_again(path, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "PART_SIZES", ((10_000, 8),))
    calls = []

    def change_first_article(done, total):
        calls.append((done, total))
        if len(calls) == 3:
            with closing(sqlite3.connect(path)) as db:
                db.execute("UPDATE articles SET kicker = 'SHARE' WHERE id = 1")
                db.commit()

    report = reread(path, jobs=1, progress=change_first_article)
    assert report.fields == {"kicker": 1}
    with Archive(path) as archive:
        assert archive.article(1).kicker != "SHARE"
    assert calls[-1][0] == calls[-1][1]


def test_a_part_is_divided_at_the_page_that_was_being_read(path, tmp_path):
    with Archive(path) as archive:
        records = ArchiveRecords(archive.db.conn)
        pages = [gather_article(records, number) for number in (1, 2, 3)]
        (key,) = archive.db.execute("SELECT url_key FROM addresses WHERE article_id IS NULL LIMIT 1").fetchone()
        pages.append(gather_address(records, key))
        settings = RereadSettings(
            rules=RULES, warc_folder=archive.warc_folder, publications={}, forgotten=archive.forgotten, versions={}
        )
    digest = save_settings(tmp_path, settings)

    def make(*part):
        return make_task(tmp_path, digest, *name_part(RULES, Part.of(part)))

    division, task = RereadDivision(), make(*pages)
    assert division.halve(task) == (make(*pages[:2]), make(*pages[2:]))
    assert division.halve(make(pages[0])) is None
    capture = pages[1].captures[-1]
    isolation = division.isolate(task, capture.place)
    assert isolation.before == make(pages[0])
    assert isolation.alone == make(pages[1])
    assert isolation.after == make(*pages[2:])
    assert division.isolate(make(pages[1]), capture.place).before is None
    assert division.describe(isolation.alone, capture.place) == {
        "article_id": 2,
        "url": pages[1].archived.url,
        "file": capture.file,
        "offset": capture.offset,
    }
    assert name_part(RULES, Part.of(pages))[0] != name_part("1" * 64, Part.of(pages))[0]


@pytest.mark.slow
@pytest.mark.parametrize("path", ["once"], indirect=True)
def test_pages_that_end_the_reader_are_named_and_all_others_are_read(path, spoiled, tmp_path, monkeypatch):
    """Takes half a minute: two of the practice site's pages abort and hang whoever reads them."""
    known_site = registry.find_known_site("asianews")
    monkeypatch.setattr(
        registry, "load_known_sites", lambda *_: {"asianews": replace(known_site, pages=(PoisonousPage,))}
    )
    engine = EngineChoice(jobs=2, work=tmp_path / "work")
    report = reread(path, engine=engine)
    assert {page.reason for page in report.poison} == {
        "reading it ends the program (SIGABRT)",
        "reading it takes too long",
    }
    assert all(page.file and page.offset is not None for page in report.poison)
    assert report.exit_code == 2
    assert {page.url for page in report.poison} == {page.url for page in report.lost_pages}
    left = {row for row in dump_archive(path)["articles"] if "SHARE" in row}
    assert len(left) == len(report.poison) == report.lost == 2
    assert set(spoiled["articles"]) - set(dump_archive(path)["articles"]) == {
        row for row in spoiled["articles"] if row[0] in {article[0] for article in left}
    }
