"""Shards, readings and settings: whole or not there, and nothing but what they should be."""

import json
import os
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Address, Article, Capture, Fate, Link, Reservation
from crawler.outcome.answer import Outcome
from crawler.shards import settings as job_settings
from crawler.shards.answer_hashes import AnswerHashes, AnswerKey, write_answer_hashes
from crawler.shards.handed_files import BadHandedFile
from crawler.shards.readings import BadReading, Reading, decode_reading, encode_reading
from crawler.shards.settings import ReadingSettings, load_settings, save_settings
from crawler.shards.store import ShardDamaged, ShardStore
from crawler.warc.records import derive_record_id

NOON = datetime(2022, 3, 11, 12, tzinfo=UTC)
ADDRESS = Address(url="https://a.example/1", url_key="a/en/1", kind="article", language="en", site_key="1")


@pytest.fixture
def store(tmp_path):
    return ShardStore(tmp_path)


def make_shard(store, content=b"words"):
    with store.make("one") as draft:
        (draft.folder / "words.txt").write_bytes(content)
        (draft.scratch / "unpacked").write_bytes(b"of no more use")
        draft.counts["words"] = 1
        draft.details = {"file": "a.warc"}


def test_a_shard_is_there_when_its_block_has_ended_well(store):
    with pytest.raises(ZeroDivisionError), store.make("one"):
        raise ZeroDivisionError
    assert list(store.folder.iterdir()) == []
    make_shard(store)
    manifest = store.verify("one")
    assert (manifest.counts, manifest.details, list(manifest.files)) == (
        {"words": 1},
        {"file": "a.warc"},
        ["words.txt"],
    )
    assert sorted(path.name for path in store.locate("one").iterdir()) == ["manifest.json", "words.txt"]


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="only Linux tells which file a number is of")
@pytest.mark.parametrize("syncs", [True, False])
def test_a_shard_is_on_the_disk_when_its_block_has_ended_unless_it_ends_with_the_command(store, monkeypatch, syncs):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    with store.make("one", syncs=syncs) as draft:
        (draft.folder / "words.txt").write_bytes(b"words")
    names = sorted(path.rpartition("/")[2].partition(".")[0] for path in synced)
    assert names == (["manifest", "one", "shards", "words"] if syncs else [])
    assert store.verify("one").files["words.txt"].size == 5


def test_the_second_of_two_makers_changes_nothing(store):
    with store.make("one") as draft:
        make_shard(store)
        (draft.folder / "words.txt").write_bytes(b"other words")
    assert store.verify("one").files["words.txt"].size == 5
    assert [path.name for path in store.folder.iterdir()] == ["one"]


@pytest.mark.parametrize("change", ["altered", "cut", "gone", "no manifest", "foreign", "another", "path"])
def test_a_shard_that_is_not_what_it_says_is_refused(store, change, tmp_path):
    make_shard(store)
    words, manifest = store.locate("one") / "words.txt", store.locate("one") / "manifest.json"
    if change in ("altered", "cut"):
        words.write_bytes(b"w0rds" if change == "altered" else b"word")
    elif change == "gone":
        words.unlink()
    elif change == "no manifest":
        manifest.write_bytes(b"\xff{")
    else:
        content = json.loads(manifest.read_bytes())
        if change == "foreign":
            content["format"] = 99
        elif change == "another":
            content["id"] = "two"
        else:
            (tmp_path / "outside").write_bytes(b"words")
            content["files"] = {"../../outside": content["files"]["words.txt"]}
        manifest.write_text(json.dumps(content))
    with pytest.raises(ShardDamaged) as problem:
        store.verify("one")
    assert "\n" not in str(problem.value)
    store.remove("one")
    make_shard(store)
    store.verify("one")


def test_drafts_that_nobody_writes_to_are_swept(store):
    for name, age in (("old", 7_200), ("new", 60)):
        draft = store.folder / f"{name}.0.part"
        draft.mkdir(parents=True)
        (draft / "words.txt").write_bytes(b"words")
        for path in (draft / "words.txt", draft):
            os.utime(path, (time.time() - age,) * 2)
    make_shard(store)
    store.sweep(timedelta(hours=1))
    assert sorted(path.name for path in store.folder.iterdir()) == ["new.0.part", "one"]
    store.sweep(timedelta(0))
    assert [path.name for path in store.folder.iterdir()] == ["one"]


texts = st.text(st.characters(exclude_categories=()), max_size=20)


@given(headline=texts, body=texts, url=texts)
def test_a_reading_comes_back_as_it_was(headline, body, url):
    """With lone halves of surrogate pairs, too, which pages hold and UTF-8 does not."""
    article = Article(
        site="a",
        language="en",
        site_key="1",
        story=None,
        url=url,
        headline=headline,
        body=body,
        word_count=1,
        digest="0",
        translations=(ADDRESS,),
        sources=(("headline", "meta"),),
    )
    capture = Capture(
        url=url,
        fetched_at=NOON,
        status=200,
        headers=(("ETag", headline),),
        reservations=(Reservation(kind="tdm", source="header", value="1"),),
    )
    outcome = Outcome(
        fate=Fate.UNCHANGED, article=article, links=(Link(address=ADDRESS, via="see_also"),), pause_until=NOON
    )
    reading = Reading(capture=capture, outcome=outcome)
    assert decode_reading(encode_reading(reading)) == reading


@given(data=st.binary(max_size=200), place=st.integers(0, 60))
def test_what_is_no_reading_is_refused(data, place):
    whole = encode_reading(Reading(capture=Capture(url="a", fetched_at=NOON, status=200)))
    for content in (data, whole[:place]):
        with pytest.raises(BadReading):
            decode_reading(content)


def test_settings_that_were_changed_are_not_unpickled(tmp_path, monkeypatch):
    settings = ReadingSettings(publications=(), versions={"seealso": "1"}, forgotten=frozenset({"a"}), copies=True)
    digest = save_settings(tmp_path, settings)
    assert load_settings(tmp_path, digest) is settings
    monkeypatch.setattr(job_settings, "_loaded", {})
    assert load_settings(tmp_path, digest) == settings
    monkeypatch.setattr(job_settings, "_loaded", {})
    (path,) = (tmp_path / "jobs").iterdir()
    path.write_bytes(path.read_bytes() + b".")
    with pytest.raises(BadHandedFile, match="has been changed"):
        load_settings(tmp_path, digest)
    with pytest.raises(BadHandedFile, match="cannot be read"):
        load_settings(tmp_path, "0" * 64)


def test_the_hashes_of_answers_are_asked_where_they_lie(tmp_path):
    keys = [AnswerKey(f"a/en/{number}", "2022-03-11T12:00:00Z", "sha1:A") for number in range(500)]
    for number, held in enumerate((keys, [])):
        write_answer_hashes(tmp_path / str(number), held)
        hashes = AnswerHashes(tmp_path / str(number))
        assert [key in hashes for key in keys] == [bool(held)] * 500
        assert AnswerKey("a/en/1", "2022-03-11T12:00:01Z", "sha1:A") not in hashes


def test_the_id_of_a_record_is_that_of_its_answer():
    ids = {
        derive_record_id(url, moment, digest)
        for url in ("https://a.example/1", "https://a.example/2")
        for moment in (NOON, NOON + timedelta(seconds=1))
        for digest in ("sha1:A", "sha1:B")
    }
    assert len(ids) == 8
    assert derive_record_id("https://a.example/1", NOON, "sha1:A") in ids
