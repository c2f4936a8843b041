"""An ingest through shards: who reads which part, in which order, and who is killed meanwhile, changes nothing."""

import json
import random
import shutil
from dataclasses import replace

import pytest
from click.testing import CliRunner
from support.loopback_site import make_article_page
from support.poison_pages import ABORTING, PoisonousPage
from support.shard_files import ShuffledEngine, WeighingEngine, dump_everything, open_engine_as, write_collection
from support.tables import check_rows
from support.warc_builder import WarcBuilder, compress_whole, make_day

from crawler.archive import Archive
from crawler.cli import main
from crawler.engines.choice import EngineChoice
from crawler.engines.serial import SerialEngine
from crawler.items import Fate
from crawler.operations.ingest import job, shard_making, site_writer
from crawler.operations.ingest.job import ingest, make_shards
from crawler.operations.ingest.report import PassedOver
from crawler.operations.ingest.shard_making import PartsUnread, Share
from crawler.shards import reading
from crawler.shards.store import ShardStore
from crawler.sites.registry import load_known_sites
from crawler.warc import read_capture

NOW = make_day(100)
COUNTS = {Fate.NEW: 6, Fate.REVISED: 2, Fate.UNCHANGED: 2, Fate.GONE: 1}


def take(path, files, **more):
    return ingest(path, files, clock=lambda: NOW, **more)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return write_collection(tmp_path_factory.mktemp("collection"))


@pytest.fixture(scope="module")
def whole(files, tmp_path_factory):
    """The archive of one process that reads file after file."""
    path = tmp_path_factory.mktemp("whole") / "a.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site_writer, "PAGES_PER_BATCH", 3)
        report = take(path, files)
    assert (report.counts, report.redirects, report.without_page, report.other) == (COUNTS, 1, 1, 1)
    assert report.unknown_sites == {"elsewhere.example": 1}
    assert not path.with_name("a.db.ingest").exists()
    with Archive(path) as archive:
        assert archive.verify(read_capture) == []
    return dump_everything(path)


@pytest.fixture
def serial(monkeypatch):
    """Let every part be read in this process, whatever engine is chosen."""
    monkeypatch.setattr(shard_making, "open_engine", open_engine_as(SerialEngine()))


@pytest.fixture
def work(tmp_path):
    return EngineChoice(jobs=1, work=tmp_path / "work")


def list_shard_files(folder):
    """Path and content of all files of all shards; of a manifest what is no measurement."""
    contents = {}
    for path in sorted((folder / "shards").rglob("*")):
        if path.name == "manifest.json":
            manifest = json.loads(path.read_bytes())
            contents[path.parent.name] = {key: manifest[key] for key in ("files", "versions", "counts", "details")}
        elif path.is_file():
            contents[f"{path.parent.name}/{path.name}"] = path.read_bytes()
    return contents


def test_two_processes_write_the_shards_that_one_writes(files, tmp_path, monkeypatch):
    reports = [
        make_shards(tmp_path / "a.db", files, engine=EngineChoice(jobs=2, work=tmp_path / "two"), clock=lambda: NOW)
    ]
    monkeypatch.setattr(shard_making, "open_engine", open_engine_as(SerialEngine()))
    one = EngineChoice(jobs=1, work=tmp_path / "one")
    reports += [make_shards(tmp_path / "a.db", files, engine=one, clock=lambda: NOW) for _ in range(2)]
    assert [(report.parts, report.made) for report in reports] == [(3, 3), (3, 3), (3, 0)]
    assert list_shard_files(tmp_path / "two") == list_shard_files(tmp_path / "one")
    assert not (tmp_path / "a.db").exists()


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_arrival_changes_nothing(files, whole, tmp_path, monkeypatch, seed):
    monkeypatch.setattr(shard_making, "open_engine", open_engine_as(ShuffledEngine(seed)))
    shuffled = random.Random(seed).sample(files, len(files))
    monkeypatch.setattr(site_writer, "PAGES_PER_BATCH", 3)
    take(tmp_path / "a.db", shuffled, range_size=(10_000_000, 5_000, 2_000, 700)[seed])
    rows, records = dump_everything(tmp_path / "a.db")
    assert records == whole[1]
    assert {name for name in rows if rows[name] != whole[0][name]} <= {"runs", "deviations"}


def test_a_task_is_sent_in_two_kilobytes_at_most(files, tmp_path, monkeypatch):
    engine = WeighingEngine()
    monkeypatch.setattr(shard_making, "open_engine", open_engine_as(engine))
    long_name = "c" * 200
    copies = [shutil.copy(file, tmp_path / f"{long_name}{file.name}") for file in files]
    take(tmp_path / "a.db", copies, range_size=2_000)
    assert len(engine.sizes) > len(files)
    assert max(engine.sizes) <= 2_000


def test_shares_that_are_read_one_by_one_merge_into_what_one_run_writes(files, whole, tmp_path, serial):
    command = ["--archive", str(tmp_path / "a.db"), "--work", str(tmp_path / "work"), *map(str, files)]

    def run(*options):
        return CliRunner().invoke(main, ["ingest", *options, *command], prog_name="seealso")

    assert run("--shards-only", "--part", "2/3").exit_code == 0
    missing = run("--merge")
    assert (missing.exit_code, missing.stderr.count("\n")) == (1, 1)
    assert "2 of 3 parts have no shard" in missing.stderr
    shown = run("--shards-only", "--part", "1/3", "--json")
    assert json.loads(shown.stdout) == {"parts": 1, "made": 1, "exit_code": 0}
    assert "1 part of 3 files read, 1 of them now" in run("--shards-only", "--part", "3/3").stdout
    merged = run("--merge", "--json")
    assert merged.exit_code == 2  # for the page that is nowhere
    assert json.loads(merged.stdout)["pages"] == sum(COUNTS.values())
    rows, records = dump_everything(tmp_path / "a.db")
    assert records == whole[1]
    assert rows["revisions"] == whole[0]["revisions"]
    assert rows["captures"] == [
        (*row[:5], name, *row[6:])
        for row, name in zip(whole[0]["captures"], [row[5] for row in rows["captures"]], strict=True)
    ]


@check_rows(
    "options, words",
    [
        (["--shards-only"], "needs --work"),
        (["--merge"], "needs --work"),
        (["--work", "W", "--merge", "--shards-only"], "give neither"),
        (["--work", "W", "--part", "1/2"], "--part needs --shards-only"),
        (["--work", "W", "--shards-only", "--part", f"{'9' * 5000}/2"], "is no share"),
        (["--work", "W", "--shards-only", "--part", "1/2", "--adopt"], "--adopt goes by all pages"),
        (["--work", "W", "--shards-only", "--part", "3"], "write 3/100"),
        (["--work", "W", "--shards-only", "--part", "3/2"], "no share 3 of 2"),
        (["--work", "W", "--shards-only", "--part", "0/2"], "no share 0 of 2"),
    ],
)
def test_options_that_do_not_go_together_are_refused_in_one_line(files, options, words):
    shown = CliRunner().invoke(main, ["ingest", *options, str(files[0])], prog_name="seealso")
    assert shown.exit_code == 1
    assert words in shown.stderr.splitlines()[-1]


def test_a_damaged_shard_is_named_and_made_again(files, whole, tmp_path, work, serial, caplog):
    make_shards(tmp_path / "a.db", files, engine=work, clock=lambda: NOW)
    readings, entries, manifest = sorted((work.work / "shards").glob("*/readings.bin"))[:3]
    damage(readings, 20)
    (entries.parent / "entries.jsonl").unlink()
    manifest.with_name("manifest.json").write_bytes(b'{"format": 1}')
    take(tmp_path / "a.db", files, engine=work)
    assert sum("it is made again" in message for message in caplog.messages) == 3
    assert dump_everything(tmp_path / "a.db")[1] == whole[1]


def damage(path, offset):
    content = bytearray(path.read_bytes())
    content[offset] ^= 0xFF
    path.write_bytes(content)


def test_what_killed_readers_leave_is_swept_and_the_rest_is_used(files, whole, tmp_path, monkeypatch, serial):
    path = tmp_path / "a.db"
    real, killed = reading.read_message_answer, tmp_path / "killed"

    def copy_as_a_kill_leaves_it(message, address, *arguments):
        if address.url_key.endswith("/7") or "harbour" in address.url_key:
            shutil.copytree(tmp_path, killed, ignore=shutil.ignore_patterns("killed"))
            raise KeyboardInterrupt
        return real(message, address, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(reading, "read_message_answer", copy_as_a_kill_leaves_it)
        with pytest.raises(KeyboardInterrupt):
            take(path, files)
    broken = killed / "a.db"
    assert len(list(killed.glob("a.db.ingest/shards/*.part"))) == 1
    addresses = []
    monkeypatch.setattr(
        reading,
        "read_message_answer",
        lambda message, address, *more: addresses.append(address) or real(message, address, *more),
    )
    for archive in (broken, path):
        addresses.clear()
        take(archive, files)
        assert 0 < len(addresses) < sum(COUNTS.values())
        assert dump_everything(archive)[1] == whole[1]
        assert not archive.with_name("a.db.ingest").exists()


@pytest.mark.parametrize("batch", range(1, 4))
def test_a_killed_writer_goes_on_where_it_was(files, whole, tmp_path, monkeypatch, serial, work, batch):
    path, killed = tmp_path / "a.db", tmp_path / "killed"
    monkeypatch.setattr(site_writer, "PAGES_PER_BATCH", 3)
    real, batches = Archive.keep, []

    def copy_as_a_kill_leaves_it(archive, *arguments, **options):
        batches.append(arguments)
        if len(batches) == batch:
            shutil.copytree(tmp_path, killed, ignore=shutil.ignore_patterns("killed"))
        return real(archive, *arguments, **options)

    monkeypatch.setattr(Archive, "keep", copy_as_a_kill_leaves_it)
    take(path, files, engine=work)
    report = ingest(killed / "a.db", files, clock=lambda: NOW, engine=work)
    assert report.already >= 3 * (batch - 1)
    rows, records = dump_everything(killed / "a.db")
    assert len(set(records)) == len(records)
    assert set(records) == set(whole[1])
    for table in ("articles", "revisions", "see_also", "article_authors", "sketches", "spellings", "addresses"):
        assert rows[table] == whole[0][table], table
    with Archive(killed / "a.db") as archive:
        assert archive.verify(read_capture) == []


def test_the_same_files_again_are_not_read_again(files, tmp_path, monkeypatch):
    path = tmp_path / "a.db"
    take(path, files)
    calls = []
    real = reading.read_message_answer
    monkeypatch.setattr(reading, "read_message_answer", lambda *arguments: calls.append(arguments) or real(*arguments))
    report = take(path, files)
    assert (report.pages, report.already) == (0, sum(COUNTS.values()) + 1)
    assert len(calls) == 1  # the page that a redirect led to is kept under the address that led there


def test_shards_that_left_out_what_another_archive_held_are_made_again(files, whole, tmp_path, monkeypatch):
    path = tmp_path / "a.db"
    take(path, files[:1])

    def fail(*_, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("crawler.operations.ingest.job.fill_index", fail)
        with pytest.raises(KeyboardInterrupt):
            take(path, files)
    assert path.with_name("a.db.ingest").exists()
    path.unlink()
    shutil.rmtree(path.with_suffix(".warc"))
    assert take(path, files).counts == COUNTS
    assert dump_everything(path)[1] == whole[1]


def test_a_part_that_cannot_be_read_leaves_the_archive_alone(files, tmp_path, monkeypatch):
    def fail(*_, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ShardStore, "make", fail)
    with pytest.raises(PartsUnread, match=r"3 of 3 parts.*No space left"):
        take(tmp_path / "a.db", files)
    assert [path.name for path in tmp_path.iterdir()] == []


@pytest.mark.parametrize("size", [1_000, *(pytest.param(size, marks=pytest.mark.slow) for size in (300, 2_500))])
def test_ranges_that_begin_in_the_middle_of_a_record_hold_every_record_once(tmp_path, size):
    """A second each."""
    packed, plain = WarcBuilder(), WarcBuilder(compressed=False)
    for builder in (packed, plain):
        for number in range(1, 8):
            builder.story(number, make_day(number))
    inner = packed.bytes()  # a page that looks like records inside
    for builder in (packed, plain):
        builder.response("https://www.asianews.it/news-en/Inner-9.html", inner + b"\r\n\r\nWARC/1.0\r\n" + inner)
    files = {
        "packed.warc.gz": packed.bytes(),
        "plain.warc": plain.bytes(),
        "padded.warc": plain.bytes() + b"\0" * 3_000,
        "damaged.warc.gz": packed.bytes()[:3_000] + b"\0" * 40 + packed.bytes()[3_040:],
        "none.warc": b"no record\r\n" * 1_000,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    compress_whole(tmp_path / "whole.warc.gz", plain)
    for name in (*files, "whole.warc.gz"):
        reports = [
            take(tmp_path / f"{name}-{kind}.db", [tmp_path / name], **options)
            for kind, options in (("whole", {}), ("ranges", {"range_size": size}))
        ]
        assert reports[0] == reports[1], name
        if reports[0].pages:
            both = [dump_everything(tmp_path / f"{name}-{kind}.db") for kind in ("whole", "ranges")]
            assert both[0] == both[1], name


def test_a_share_of_a_large_file_is_ranges_of_it(tmp_path, work, serial):
    builder = WarcBuilder()
    for number in range(1, 9):
        builder.story(number, make_day(number))
    file = builder.save(tmp_path / "a.warc.gz")
    size = file.stat().st_size // 4 + 1
    for number in (1, 2):
        report = make_shards(
            tmp_path / "a.db", [file], engine=work, share=Share(number=number, count=2), range_size=size
        )
        assert report.made == report.parts == 2
    report = take(tmp_path / "a.db", [file], engine=work, range_size=size, reads=False)
    assert report.counts == {Fate.NEW: 8}


def test_forgotten_pages_are_in_no_shard(tmp_path, work, serial):
    builder = WarcBuilder()
    builder.response("http://asianews.it/news-en/Story-1.html", make_article_page(1))
    file = builder.save(tmp_path / "a.warc.gz")
    path = tmp_path / "a.db"
    take(path, [file])
    with Archive(path, "write") as archive:
        archive.forget(("asianews/en/1",), "asked to", NOW)
    report = take(path, [file], engine=work)
    assert (report.pages, report.forgotten) == (0, 1)
    assert [path.name for path in work.work.rglob("records.warc.gz")] == []
    assert all(not path.stat().st_size for path in work.work.rglob("readings.bin"))


@pytest.mark.slow
def test_a_page_that_ends_its_reader_is_named_and_all_others_are_taken(tmp_path, monkeypatch):
    """Half a minute, for the processes that die. The file with the page is read all the same, but for that page."""
    known_sites = dict(load_known_sites())
    known_sites["asianews"] = replace(known_sites["asianews"], pages=(PoisonousPage,))
    monkeypatch.setattr(job, "load_known_sites", lambda *_: known_sites)
    files, offsets = [], {}
    for number, words in enumerate(("Story", ABORTING, "Story")):
        builder = WarcBuilder()
        for page in range(4):
            name = words if page == 1 else "Story"
            url = f"https://www.asianews.it/news-en/{name}-{10 * number + page}.html"
            builder.response(url, make_article_page(10 * number + page), make_day(number))
            offsets[url] = builder.offsets[-1]
        files.append(builder.save(tmp_path / f"{number}.warc.gz"))
    engine = EngineChoice(jobs=2, work=tmp_path / "work")
    report = take(tmp_path / "a.db", files, engine=engine)
    url = f"https://www.asianews.it/news-en/{ABORTING}-11.html"
    assert (report.counts, report.passed_over, report.exit_code) == ({Fate.NEW: 11}, {PassedOver.FATAL: 1}, 2)
    (page,) = report.lost_pages
    assert (page.url, page.file, page.offset, page.reason) == (url, "1.warc.gz", offsets[url], PassedOver.FATAL)
    again = take(tmp_path / "b.db", files, engine=EngineChoice(jobs=1, work=tmp_path / "work"))
    assert (again.counts, again.lost_pages) == (report.counts, report.lost_pages)
