import json
import multiprocessing
import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.archive_contents import dump_archive, list_columns
from support.program import start_program
from support.waiting import wait_until

from crawler.archive import Archive
from crawler.archive.articles.readings import Reading, SeeAlsoRow, TranslationRow, load_reading
from crawler.archive.lock import SiteLock
from crawler.archive.write.articles import rereads
from crawler.archive.write.articles.erase import erase_article
from crawler.cli import main
from crawler.errors import ArchiveBusy
from crawler.extraction.page import ArticlePage
from crawler.items import Author
from crawler.normalisation.digest import compute_digest
from crawler.operations.reread.job import NothingToUndo, reread, undo_reread
from crawler.sites import registry
from crawler.warc import read_capture


def command(*arguments):
    return CliRunner().invoke(main, list(arguments), prog_name="seealso")


def sound(path):
    with Archive(path) as archive:
        return archive.verify(read_capture) == []


def worse(reading):
    """Lead and byline in the body, a wrong kicker, author and day, a link from the menu, one lost: all at once."""
    old = reading.columns
    text = {"headline": old["headline"], "lead": None, "byline": None}
    text["body"] = "\n\n".join(part for part in (old["byline"], old["lead"], old["body"]) if part)
    text["digest"] = compute_digest(*text.values(), "en")
    seen = reading.revisions[-1].captured_at
    entry = SeeAlsoRow("asianews/en/7", 9, "https://www.asianews.it/x-7.html", "Menu", None, None, None, seen, seen)
    return replace(
        list_columns(reading, **text, kicker="SHARE", published_on="2001-01-01", dateline=None, dateline_place=None),
        revisions=(*reading.revisions[:-1], reading.revisions[-1]._replace(**text)),
        authors=(Author(name="Share this", sort_name="this, Share", kind="person", printed="Share this"),),
        see_also=(*reading.see_also[1:], entry),
        translations=(TranslationRow("asianews/zh/7", entry.target_url, "zh"),),
    )


ONE_PAGE = (
    "SELECT a.article_id FROM captures c JOIN addresses a ON a.url_key = c.url_key WHERE c.status = 200"
    " AND c.url NOT LIKE '%robots.txt' GROUP BY 1 HAVING count(*) = 1"
)


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_an_archive_reads_as_the_crawl_left_it(path, jobs):
    """With two workers, the slow case, it takes three seconds."""
    before = dump_archive(path)
    report = reread(path, jobs=jobs)
    assert report.articles == len(before["articles"]) > 80
    assert (report.changed, report.found, report.lost, report.fields) == (0, 0, 0, {})
    assert report.reread_id is None
    assert dump_archive(path) == before
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("path", ["once"], indirect=True)
@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_what_worse_rules_had_read_becomes_what_a_crawl_by_todays_rules_reads(path, spoil, jobs):
    """With two workers, the slow case, it takes two seconds; test_reread_work.py has one that is no part of this process."""
    right = dump_archive(path)
    spoilt = spoil(worse, f"language = 'en' AND id IN ({ONE_PAGE})")
    assert len(spoilt) > 30
    assert dump_archive(path) != right
    report = reread(path, jobs=jobs)
    assert (report.changed, report.lost) == (len(spoilt), 0)
    again = dump_archive(path)
    for table in right.keys() - {"addresses"}:  # what is told of a link is learnt again from those that lead to it
        assert sorted(map(repr, again[table])) == sorted(map(repr, right[table])), table
    assert sound(path)


def test_a_dry_run_counts_fields_shows_examples_and_changes_nothing(path, spoil):
    spoilt = spoil(lambda reading: list_columns(reading, kicker="SHARE"), "kicker = 'NEPAL'")
    assert spoilt
    before = dump_archive(path)
    shown = command("reread", "--dry-run", "--json", "--jobs", "1", "--examples", "1", "--archive", str(path))
    assert shown.exit_code == 0, shown.output
    told = json.loads(shown.stdout)
    assert told["dry_run"] is True
    assert told["changed"] == len(spoilt)
    assert told["fields"] == {"kicker": len(spoilt)}
    assert [(example["before"], example["after"]) for example in told["examples"]["kicker"]] == [("SHARE", "NEPAL")]
    assert told["reread_id"] is None
    assert dump_archive(path) == before


def test_the_command_says_what_it_did_and_how_to_take_it_back(path, spoil):
    right = dump_archive(path)
    spoil(lambda reading: list_columns(reading, kicker="SHARE"), "kicker = 'NEPAL'")
    spoilt = dump_archive(path)
    done = command("reread", "--jobs", "1", "--archive", str(path))
    assert done.exit_code == 0, done.output
    assert "SHARE  →  NEPAL" in done.stdout
    assert "seealso reread --undo" in done.stdout
    assert dump_archive(path) == right
    undone = command("reread", "--undo", "--archive", str(path))
    assert undone.exit_code == 0
    assert "Reread 1 is undone" in undone.stdout
    assert dump_archive(path) == spoilt
    again = command("reread", "--undo", "--archive", str(path))
    assert again.exit_code == 1
    assert again.stderr.startswith("seealso: nothing to undo")


@pytest.mark.parametrize("path", ["once"], indirect=True)
def test_undo_puts_back_every_table(path, spoil):
    spoil(worse, "language = 'en' AND revisions = 1 LIMIT 30")
    before = dump_archive(path)
    reread(path, jobs=1)
    assert dump_archive(path) != before
    undone = undo_reread(path)
    assert (undone.restored, undone.changed_since) == (30, 0)
    after = dump_archive(path)
    for table in before:
        if table != "addresses":  # links found stay in the queue: they are addresses of the site
            assert sorted(map(repr, after[table])) == sorted(map(repr, before[table])), table
    assert sound(path)
    with pytest.raises(NothingToUndo):
        undo_reread(path)


def test_undo_leaves_alone_what_has_changed_since(path, spoil):
    one, other, *_ = spoil(lambda reading: list_columns(reading, kicker="SHARE"), "language = 'en' LIMIT 2")
    reread(path, jobs=1)
    db = sqlite3.connect(path)
    with db:
        db.execute("UPDATE articles SET published_raw = 'since' WHERE id = ?", (one,))
    undone = undo_reread(path)
    assert (undone.restored, undone.changed_since) == (1, 1)
    assert dict(db.execute("SELECT id, kicker = 'SHARE' FROM articles WHERE id IN (?, ?)", (one, other))) == {
        one: 0,
        other: 1,
    }
    db.close()


@pytest.mark.parametrize("path", ["once"], indirect=True)
def test_reading_better_makes_no_revision_and_moves_no_date(path, spoil):
    facts = "SELECT id, revisions, first_seen_at, last_seen_at, status, site_key, url FROM articles ORDER BY id"
    db = sqlite3.connect(path)
    before = db.execute(facts).fetchall()
    spoil(worse, "revisions = 1")
    report = reread(path, jobs=1)
    assert report.changed > 50
    assert db.execute(facts).fetchall() == before
    db.close()


def test_every_revision_is_read_again_from_its_own_page(path, spoil):
    right = dump_archive(path)["revisions"]

    def shout(reading):
        revisions = tuple(revision._replace(body=revision.body.upper()) for revision in reading.revisions[:-1])
        return replace(reading, revisions=(*revisions, reading.revisions[-1]))

    assert spoil(shout, "revisions > 1")
    assert reread(path, jobs=1).fields["revisions"] > 0
    assert dump_archive(path)["revisions"] == right


def test_a_revision_that_only_a_change_of_rules_made_goes_and_undo_brings_it_back(path, spoil):
    right = dump_archive(path)

    def false_revision(reading):
        first = reading.revisions[0]._replace(body=reading.revisions[0].body + "\n\nShare")
        first = first._replace(digest=compute_digest(first.headline, first.lead, first.byline, first.body, "en"))
        return replace(reading, revisions=(first, *reading.revisions))

    (article_id,) = spoil(false_revision, "revisions = 1 AND language = 'en' LIMIT 1")
    db = sqlite3.connect(path)
    number = "SELECT revisions, (SELECT count(*) FROM revisions WHERE article_id = id) FROM articles WHERE id = ?"
    assert db.execute(number, (article_id,)).fetchone() == (2, 2)
    report = reread(path, jobs=1)
    assert report.fields == {"revisions": 1}
    assert dump_archive(path)["revisions"] == right["revisions"]
    assert dump_archive(path)["articles"] == right["articles"]
    undo_reread(path)
    assert db.execute(number, (article_id,)).fetchone() == (2, 2)
    db.close()
    assert sound(path)


class Blind(ArticlePage):
    """A page class that processes may be sent."""

    @property
    def headline(self):
        found = super().headline
        return None if found and "Busan" in found.value else found


@pytest.mark.parametrize("path", ["once"], indirect=True)
def test_pages_no_longer_read_are_named_and_change_nothing(path, spoil, monkeypatch):
    known = registry.find_known_site("asianews")
    monkeypatch.setattr(registry, "load_known_sites", lambda *_: {"asianews": replace(known, pages=(Blind,))})
    before = dump_archive(path)
    told = command("reread", "--json", "--jobs", "1", "--archive", str(path))
    assert told.exit_code == 2, told.output
    report = json.loads(told.stdout)
    assert report["lost"] >= 1
    assert report["changed"] == 0
    assert all("Busan" in row["url"] for row in report["lost_pages"])
    assert dump_archive(path) == before


def test_a_missing_warc_file_costs_no_article(path):
    for file in path.with_suffix(".warc").iterdir():
        file.unlink()
    before = dump_archive(path)
    report = reread(path, jobs=1)
    assert report.lost == report.articles > 0
    assert "cannot be read" in report.lost_pages[0].reason
    assert dump_archive(path) == before


@pytest.mark.parametrize("path", ["once"], indirect=True)
def test_a_page_that_no_rule_could_read_becomes_an_article_and_undo_takes_it_away(path):
    right = dump_archive(path)
    db = sqlite3.connect(path)
    db.execute("PRAGMA foreign_keys = ON")
    (article_id, url_key) = db.execute(
        "SELECT a.id, d.url_key FROM articles a JOIN addresses d ON d.article_id = a.id WHERE a.revisions = 1"
        " AND a.language = 'en' AND d.url_key = 'asianews/en/' || a.site_key"
        " AND (SELECT count(*) FROM addresses WHERE article_id = a.id) = 1 LIMIT 1"
    ).fetchone()
    with db:
        erase_article(db, article_id)
        db.execute("UPDATE addresses SET state = 'failed', attempts = 1 WHERE url_key = ?", (url_key,))
    db.close()
    without = dump_archive(path)
    report = reread(path, jobs=1)
    assert (report.found, report.changed, report.lost) == (1, 0, 0)
    assert sound(path)
    again = dump_archive(path)
    number = 8  # articles.headline and its neighbours; the row's id is another
    assert {row[1:number] for row in again["articles"]} == {row[1:number] for row in right["articles"]}
    assert undo_reread(path).removed == 1
    assert dump_archive(path) == without
    assert sound(path)


def test_new_links_of_a_better_reading_wait_in_the_queue(path, spoil):
    db = sqlite3.connect(path)
    article_id, key = db.execute(
        "SELECT article_id, target_key FROM see_also WHERE target_id IS NULL LIMIT 1"
    ).fetchone()
    spoil(
        lambda reading: replace(reading, see_also=()),
        f"id IN (SELECT article_id FROM see_also WHERE target_key = '{key}')",
    )
    with db:
        db.execute("DELETE FROM addresses WHERE url_key = ?", (key,))
    reread(path, jobs=1)
    assert db.execute("SELECT 1 FROM see_also WHERE article_id = ? AND target_key = ?", (article_id, key)).fetchone()
    assert db.execute("SELECT state, via FROM addresses WHERE url_key = ?", (key,)).fetchone() == ("queued", "see_also")
    db.close()
    assert sound(path)


def test_a_crawl_keeps_rereads_out_but_not_dry_runs(path):
    lock = SiteLock(path, "asianews")
    try:
        with pytest.raises(ArchiveBusy):
            reread(path, jobs=1)
        with pytest.raises(ArchiveBusy):
            undo_reread(path)
        assert command("reread", "--archive", str(path)).exit_code == 3
        assert reread(path, dry_run=True, jobs=1).changed == 0
    finally:
        lock.release()


def test_undo_stands_alone(path):
    assert command("reread", "--undo", "--dry-run", "--archive", str(path)).exit_code == 1


def test_a_reading_survives_being_written_down(path):
    with Archive(path) as archive:
        for (article_id,) in archive.db.execute("SELECT id FROM articles").fetchall():
            reading = load_reading(archive.db.conn, article_id)
            assert Reading.from_json(reading.to_json()) == reading
            assert Reading.from_json(reading.to_json()).compute_fingerprint() == reading.compute_fingerprint()


@pytest.mark.parametrize("path", ["once"], indirect=True)
def test_half_a_letter_is_kept_as_the_archive_keeps_it(path, monkeypatch, read_once):
    def torn(*arguments):
        return replace(read_once(*arguments), kicker="LAOS\ud800")

    monkeypatch.setattr("crawler.rereading.rereader.process", torn)
    assert reread(path, jobs=1).changed > 0
    db = sqlite3.connect(path)
    assert db.execute("SELECT DISTINCT kicker FROM articles").fetchall() == [("LAOS\ufffd",)]
    db.close()
    assert reread(path, jobs=1).changed == 0


@pytest.mark.parametrize("path", ["once"], indirect=True)
def test_a_reread_that_fails_half_way_changes_nothing(path, spoil, monkeypatch):
    spoil(lambda reading: list_columns(reading, kicker="SHARE"))
    before = dump_archive(path)
    real, calls = rereads.write_reading, []

    def full_disk(*arguments):
        calls.append(arguments)
        if len(calls) > 40:
            raise sqlite3.OperationalError("database or disk is full")
        real(*arguments)

    monkeypatch.setattr(rereads, "write_reading", full_disk)
    done = command("reread", "--jobs", "1", "--archive", str(path))
    assert done.exit_code == 1
    assert "full" in done.stderr
    assert dump_archive(path) == before


@pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="children are looked up in /proc")
def test_workers_end_with_a_reread_that_is_killed(path):
    process = start_program("reread", "--dry-run", "--jobs", "2", "--archive", str(path), cwd=path.parent)
    children = []
    while process.poll() is None and not children:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.kill()
    process.wait()
    assert children
    wait_until(lambda: not any(alive(child) for child in children))


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except OSError:
        return False
