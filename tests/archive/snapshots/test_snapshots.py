"""Snapshots: what was frozen, and exactly what has changed since; the truth is what this script did to the paper."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive import Archive
from crawler.archive.articles.forgotten import find_keys
from crawler.archive.articles.frozen import ArchivedVersion, FrozenVersion, locate_version
from crawler.archive.articles.readings import RereadChange, Revision, load_reading
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.compare import describe_shortfall, verify
from crawler.archive.snapshots.freeze import find_snapshot, freeze, iter_snapshot_lines, list_snapshots, remove_snapshot
from crawler.archive.snapshots.states import read_states
from crawler.errors import BadSnapshot, UnknownSnapshot
from crawler.items import Author, Fate
from crawler.normalisation.digest import compute_digest

WORDS = [
    "lamps",
    "village",
    "teacher",
    "children",
    "morning",
    "students",
    "market",
    "river",
    "bridge",
    "letters",
    "parish",
    "elders",
    "painted",
    "planted",
]
BOILERPLATE = "Write to our editors."


class Paper:
    """A paper of thirty articles, what is done to it, and what a check of a snapshot has to say about that."""

    def __init__(self, newsroom, archive: Archive) -> None:
        self.newsroom, self.archive = newsroom, archive
        self.dice = random.Random(34)
        self.now = newsroom.now
        self.run = archive.begin_run(newsroom.site, now=self.now)
        self.pages: dict[int, dict] = {}
        for key in range(1, 31):
            self.publish(key)
        self.frozen: set[int] = set()
        self.edits: dict[int, list[str]] = {}
        self.rereads: dict[int, str] = {}
        self.erased: set[int] = set()
        self.gone: set[int] = set()

    def sentence(self, length: int) -> str:
        return " ".join(self.dice.choice(WORDS) for _ in range(length)).capitalize() + "."

    def publish(self, key: int, subject: str = "harbour") -> None:
        self.pages[key] = {
            "headline": self.sentence(6).rstrip("."),
            "paragraphs": [f"The {subject} has {key + 100} boats.", self.sentence(30), self.sentence(30)],
            "boilerplate": key % 5 == 0,
            "author": f"Joan Writer{chr(96 + key)}" if key <= 26 else None,
        }

    def article(self, key: int):
        page = self.pages[key]
        body = "\n\n".join([*page["paragraphs"], *([BOILERPLATE] if page["boilerplate"] else [])])
        authors = (page["author"],) if page["author"] else ()
        return self.newsroom.article(key, page["headline"], body, authors=authors, on=f"2022-03-{key % 28 + 1:02}")

    def crawl(self) -> None:
        """Visit every article that is not erased."""
        self.now += timedelta(hours=7)
        visits = [
            self.newsroom.visit(key=key, fate=Fate.GONE, status=404, at=self.now)
            if key in self.gone
            else self.newsroom.visit(self.article(key), at=self.now)
            for key in self.pages
        ]
        self.archive.keep(visits, self.run, self.now)

    def edit(self, key: int, kind: str) -> None:
        page = self.pages[key]
        match kind:
            case "typo":
                paragraph = page["paragraphs"][1]
                page["paragraphs"][1] = paragraph[:-1] + ("!" if paragraph.endswith(".") else ".")
            case "headline":
                page["headline"] = self.sentence(7).rstrip(".")
            case "correction":
                page["paragraphs"][0] = f"The harbour has {self.dice.randint(1000, 9999)} boats."
            case "substance":
                page["paragraphs"][2] = self.sentence(33)
            case "unpublished":
                page["paragraphs"] = ["This article has been withdrawn."]
                page["boilerplate"] = False
        self.edits.setdefault(key, []).append(kind)

    def read_again(self) -> None:
        """A reread: boilerplate goes from two articles' versions, one gets its kicker, one its author in full."""
        self.now += timedelta(hours=1)
        changes = []
        for key in (10, 15, 8, 9):
            article_id = self.id(key)
            reading = load_reading(self.archive.db.conn, article_id)
            assert reading is not None
            if key in (10, 15):
                self.pages[key]["boilerplate"] = False
                self.rereads[key] = "text"
                revisions = tuple(self.without_boilerplate(revision) for revision in reading.revisions)
                last = revisions[-1]
                columns = {**reading.columns, "body": last.body, "digest": last.digest}
                reading = replace(reading, columns=columns, revisions=revisions)
            elif key == 8:
                self.rereads[key] = "metadata"
                reading = replace(reading, columns={**reading.columns, "kicker": "INDIA", "kicker_key": "india"})
            else:
                self.rereads[key] = "metadata"
                self.pages[key]["author"] = "Joan Mary Writeri"
                author = Author(name="Joan Mary Writeri", sort_name="Writeri, Joan Mary", kind="person", printed="Joan")
                reading = replace(reading, authors=(author,))
            changes.append(RereadChange(article_id=article_id, site="gazette", reading=reading))
        told = {"articles": 30, "changed": 4, "found": 0, "lost": 0, "fields": "{}", "versions": "{}"}
        self.archive.reread(changes, self.now, told)

    def without_boilerplate(self, revision: Revision) -> Revision:
        body = revision.body.replace(f"\n\n{BOILERPLATE}", "")
        return revision._replace(body=body, digest=compute_digest(revision.headline, None, None, body, "en"))

    def erase(self, key: int) -> None:
        self.archive.forget((f"gazette/en/{key}",), "asked to", self.now)
        self.erased.add(key)
        del self.pages[key]

    def id(self, key: int) -> int:
        found = self.archive.find(f"gazette/en/{key}")
        assert found is not None
        return found.id

    def truth(self) -> set[tuple]:
        """What has to be said, and nothing else."""
        said: set[tuple] = set()
        for key in self.frozen:
            name = f"gazette/en/{key}"
            if key in self.erased:
                said.add((name, "erased", None, ()))
                continue
            if key in self.edits:
                said.add((name, "revised", None, tuple(self.edits[key])))
            if key in self.rereads:
                said.add((name, "reread", self.rereads[key], ()))
            if key in self.gone:
                said.add((name, "gone", None, ()))
        return said


@pytest.fixture
def paper(newsroom, archive) -> Paper:
    paper = Paper(newsroom, archive)
    paper.crawl()
    return paper


def said(check) -> set[tuple]:
    found = [(difference.key, difference.kind, difference.detail, difference.edits) for difference in check.differences]
    assert len(found) == len(set(found))
    return set(found)


EDITS = {
    1: [(1, "typo")],
    2: [(2, "headline"), (3, "correction")],
    3: [(4, "substance")],
    4: [(1, "correction")],
    5: [(15, "substance")],
    6: [(3, "headline")],
    7: [(20, "correction")],
    9: [(1, "headline")],
    10: [(5, "unpublished")],
    11: [(22, "typo")],
    13: [(15, "typo")],
    14: [(2, "typo")],
    16: [(4, "correction"), (25, "correction")],
    17: [(23, "substance")],
    19: [(24, "headline")],
    20: [(1, "substance")],
}
"""Crawl → articles, and what the editors have done to them since the crawl before."""
ERASURES = {8: 3, 13: 10, 18: 11}
"""Crawl → an article erased before it: one that was edited, one that was read again, one that nobody had touched."""


def test_after_twenty_crawls_with_edits_a_reread_and_three_erasures_exactly_the_changed_rows_are_named(paper, archive):
    selection = Selection(query="harbour", until="2022-03-27")
    snapshot = freeze(archive, "harbours", selection, now=paper.now)
    paper.frozen = set(range(1, 31)) - {27}  # that one is of the 28th
    assert snapshot.articles == 29
    assert said(verify(archive.db, snapshot, selection)) == set()
    for crawl in range(1, 21):
        for key, kind in EDITS.get(crawl, ()):
            paper.edit(key, kind)
        if crawl in ERASURES:
            paper.erase(ERASURES[crawl])
        if crawl == 8:
            paper.gone.add(6)
        if crawl == 12:
            paper.read_again()
        if crawl in (3, 9):
            paper.publish(30 + crawl)
            paper.publish(50 + crawl, "orchard")
        paper.crawl()
        check = verify(archive.db, snapshot, selection)
        assert said(check) == paper.truth(), f"after crawl {crawl}"
        assert check.as_frozen == 29 - len({key for key, *_ in paper.truth()})
        assert (check.intact, check.same) == (True, False)
    assert {(kind, detail) for _, kind, detail, _ in paper.truth()} == {
        ("revised", None),
        ("reread", "text"),
        ("reread", "metadata"),
        ("erased", None),
        ("gone", None),
    }
    assert {kind for *_, kinds in paper.truth() for kind in kinds} == {
        "typo",
        "headline",
        "correction",
        "substance",
        "unpublished",
    }
    assert [article.key for article in check.new] == ["gazette/en/33", "gazette/en/39"]
    assert [article.key for article in check.left] == ["gazette/en/5"]
    assert describe_shortfall(archive.db, "harbours") == [
        "3 articles of the snapshot are not archived any more; see seealso snapshot verify harbours",
        "1 article of the snapshot has another text now; see seealso snapshot verify harbours",
    ]


def test_a_snapshot_gives_the_texts_it_froze(paper, archive):
    before = {row.site_key: row for row in archive.articles("harbour")}
    freeze(archive, "harbours", Selection(query="harbour"), now=paper.now)
    for key, kind in ((1, "correction"), (2, "headline"), (5, "unpublished")):
        paper.edit(key, kind)
    paper.erase(3)
    paper.crawl()
    paper.edit(1, "substance")
    paper.crawl()
    frozen = {row.site_key: row for row in archive.articles(snapshot="harbours")}
    assert set(frozen) == set(before) - {"3"}
    for key, row in frozen.items():
        was = before[key]
        assert (row.headline, row.lead, row.byline, row.body) == (was.headline, was.lead, was.byline, was.body)
        assert (row.digest, row.revisions, row.word_count) == (was.digest, was.revisions, len(was.body.split()))
    assert [*archive.articles(snapshot=" HARBOURS ")] == [*archive.articles(snapshot="harbours")]
    assert archive.count(snapshot="harbours") == 29
    assert archive.count("snapshot:Harbours boats") == 28  # today's words: number 5 has none any more
    assert archive.count("-snapshot:harbours") == 0
    assert archive.count("harbour", snapshot="harbours", language="en") == 28
    today = {row.site_key: row for row in archive.articles("snapshot:harbours")}
    assert today["2"].headline != before["2"].headline


def test_a_frozen_version_is_found_after_an_older_page_was_ingested(paper, archive, newsroom):
    snapshot = freeze(archive, "all", Selection(), now=paper.now)
    older = replace(newsroom.article(1, "An older headline", "The harbour had boats."), authors=())
    archive.keep([newsroom.visit(older, at=newsroom.advance(days=-90))], paper.run, paper.now, any_order=True)
    assert len(archive.article(paper.id(1)).revisions) == 2
    assert said(verify(archive.db, snapshot)) == set()
    (row,) = archive.articles(snapshot="all", story="1")
    assert row.headline == paper.pages[1]["headline"]


def test_the_hash_can_be_made_by_hand(paper, archive):
    snapshot = freeze(archive, "all", Selection(), now=paper.now)
    rows = archive.db.execute(
        "SELECT a.site, a.language, a.site_key, r.number, r.captured_at, r.digest, a.headline, a.byline, a.kicker,"
        " a.dateline, a.dateline_place, a.dateline_agencies, a.published_at, a.published_on, a.published_precision,"
        " (SELECT json_group_array(json_array(name, kind, honorific, order_initials)) FROM article_authors aa"
        " JOIN authors ON id = author_id WHERE aa.article_id = a.id)"
        " FROM articles a JOIN revisions r ON r.article_id = a.id ORDER BY a.site, a.language, a.site_key"
    ).fetchall()
    text = "site\tlanguage\tsite_key\trevision\tcaptured_at\tdigest\tmetadata\n"
    for *columns, headline, byline, kicker, line, place, agencies, at, on, precision, authors in rows:
        about = [headline, byline, kicker, line, place, agencies, at, on, precision, json.loads(authors)]
        told = json.dumps(about, ensure_ascii=False, separators=(",", ":"))
        text += "\t".join(map(str, [*columns, hashlib.sha256(told.encode()).hexdigest()])) + "\n"
    assert len(rows) == 30
    assert "".join(iter_snapshot_lines(archive.db, snapshot)) == text
    assert snapshot.hash == hashlib.sha256(text.encode()).hexdigest()


def test_equal_lists_have_equal_hashes_and_identifiers_of_their_own(paper, archive):
    one = freeze(archive, "one", Selection(query="harbour"), now=paper.now)
    other = freeze(archive, "other", Selection(query="body:harbour", language="en"), now=paper.now)
    assert one.hash == other.hash
    assert one.uid != other.uid
    assert freeze(archive, "less", Selection(story="1"), now=paper.now).hash != one.hash


def test_what_a_snapshot_says_of_itself(paper, archive):
    selection = Selection(query="harbour", since="2022", language="en")
    made = freeze(archive, "Peace-2.0_a", selection, now=paper.now, sample={"size": 3, "seed": "é"})
    assert made == find_snapshot(archive.db, "peace-2.0_A")
    assert (made.selection, made.sample) == (selection, {"size": 3, "seed": "é"})
    assert made.counts == {
        "words": sum(row.word_count for row in archive.articles(selection)),
        "languages": {"en": 30},
        "first": "2022-03-01",
        "last": "2022-03-28",
    }
    assert made.created_at == "2026-03-01T19:00:00Z"
    assert list_snapshots(archive.db) == [made]
    remove_snapshot(archive, "PEACE-2.0_a")
    assert list_snapshots(archive.db) == []
    assert archive.db.execute("SELECT count(*) FROM snapshot_articles").fetchone() == (0,)
    assert archive.count() == 30


def test_what_is_no_name(paper, archive):
    for name in ("", " ", "a b", "-a", "é", "a" * 65, "a\nb", "a/b", "\ud800"):
        with pytest.raises(BadSnapshot, match="no name"):
            freeze(archive, name, Selection(), now=paper.now)


def test_what_cannot_be_frozen_or_found(paper, archive):
    freeze(archive, "all", Selection(), now=paper.now)
    with pytest.raises(BadSnapshot, match="already"):
        freeze(archive, "ALL", Selection(), now=paper.now)
    with pytest.raises(BadSnapshot, match="nothing is found"):
        freeze(archive, "none", Selection(query="xylophone"), now=paper.now)
    for ask in (lambda: find_snapshot(archive.db, "al"), lambda: list(archive.articles(snapshot="al"))):
        with pytest.raises(UnknownSnapshot, match="there are: all"):
            ask()
    with pytest.raises(UnknownSnapshot):
        archive.count(snapshot="al")
    with pytest.raises(UnknownSnapshot):
        archive.search("boats", snapshot="al")
    assert archive.count("snapshot:al") == 0
    freeze(archive, "kept", Selection(), now=paper.now)
    with pytest.raises(UnknownSnapshot):
        find_snapshot(archive.db, "\u212aept")  # the sign of Kelvin: a small k in Unicode, and another letter to SQLite


def test_no_word_of_an_erased_article_stays_in_the_tables_and_its_key_is_named(paper, archive):
    paper.pages[4] |= {"headline": "Zanzibar quokka", "author": "Ximena Quark"}
    paper.crawl()
    snapshot = freeze(archive, "all", Selection(), now=paper.now)
    paper.erase(4)
    archive.db.conn.commit()
    for path in (archive.path, Path(f"{archive.path}-wal")):
        raw = path.read_bytes().lower() if path.exists() else b""
        assert not any(word in raw for word in (b"zanzibar", b"quokka", b"ximena", b"quark"))
    (difference,) = verify(archive.db, snapshot).differences
    assert (difference.key, difference.kind, difference.article_id, difference.headline) == (
        "gazette/en/4",
        "erased",
        None,
        None,
    )
    assert verify(archive.db, snapshot).intact  # its line has no words, and is still there


def test_an_article_whose_number_became_known_later_is_the_same_one(paper, archive, newsroom):
    path = "asia/india/a-late-number"
    words = {"headline": "A late number", "body": "The harbour counts."}
    archive.keep([newsroom.visit(newsroom.article(path, **words), at=paper.now)], paper.run, paper.now)
    snapshot = freeze(archive, "all", Selection(), now=paper.now)
    known = newsroom.article(99, **words)
    later = paper.now + timedelta(hours=1)
    archive.keep([newsroom.visit(known, at=later)], paper.run, later)
    assert (archive.count(), archive.count("story:99")) == (31, 1)
    assert said(verify(archive.db, snapshot, Selection())) == set()
    archive.forget(find_keys(archive.db.conn, "gazette/en/99"), "asked to", later)
    assert said(verify(archive.db, snapshot, Selection())) == {(f"gazette/en/{path}", "erased", None, ())}


def test_an_article_that_is_there_again_and_one_that_is_missing(paper, archive, newsroom):
    paper.gone.add(6)
    paper.crawl()
    snapshot = freeze(archive, "all", Selection(), now=paper.now)
    assert said(verify(archive.db, snapshot)) == set()  # it was gone then, too
    paper.gone.clear()
    paper.crawl()
    with archive.db.atomic():
        from crawler.archive.write.articles.erase import erase_article

        erase_article(archive.db.conn, paper.id(7))
    assert said(verify(archive.db, snapshot)) == {
        ("gazette/en/6", "back", None, ()),
        ("gazette/en/7", "missing", None, ()),
    }
    paper.crawl()  # and archived anew, under a number of its own
    assert said(verify(archive.db, snapshot, Selection())) == {("gazette/en/6", "back", None, ())}


def test_a_list_that_somebody_edited_is_not_intact(paper, archive):
    snapshot = freeze(archive, "all", Selection(), now=paper.now)
    with archive.db.atomic():
        archive.db.execute("DELETE FROM snapshot_articles WHERE position = 3")
    check = verify(archive.db, snapshot)
    assert (check.intact, check.same, check.differences) == (False, False, [])


def test_a_snapshot_is_one_moment_whatever_a_crawl_writes_meanwhile(paper, archive, monkeypatch):
    found = read_states

    def written_meanwhile(db, ids):
        with Archive(archive.path, "write") as crawling:
            crawling.db.execute("UPDATE articles SET headline = 'Changed'")
        return found(db, ids)

    monkeypatch.setattr("crawler.archive.snapshots.freeze.read_states", written_meanwhile)
    snapshot = freeze(archive, "all", Selection(), now=paper.now)
    assert len({difference.detail for difference in verify(archive.db, snapshot).differences}) == 1
    assert verify(archive.db, snapshot).as_frozen == 0  # the old headlines were frozen


known = st.lists(st.tuples(st.sampled_from("tuv"), st.sampled_from("def")), min_size=1, max_size=6)


@given(known, st.integers(1, 8), st.sampled_from("tuvw"), st.sampled_from("defg"))
def test_the_frozen_version_is_found_by_its_text_then_by_its_time(versions, number, captured_at, text):
    have = [ArchivedVersion(place, at, digest_) for place, (at, digest_) in enumerate(versions, 1)]
    found, same = locate_version(FrozenVersion(number, captured_at, text), have)
    assert found in have
    assert same == any(version.digest == text for version in have)
    if same:
        assert found.digest == text
        assert found.captured_at == captured_at or not any(
            (version.digest, version.captured_at) == (text, captured_at) for version in have
        )
    elif any(version.captured_at == captured_at for version in have):
        assert found.captured_at == captured_at


def test_snapshots_are_read_by_any_sqlite_program(paper, archive):
    freeze(archive, "all", Selection(), now=paper.now)
    with sqlite3.connect(archive.path) as plain:
        rows = plain.execute(
            "SELECT count(*) FROM snapshot_articles JOIN articles ON articles.id = article_id"
            " JOIN snapshots ON snapshots.id = snapshot_id WHERE name = 'ALL'"
        ).fetchone()
    plain.close()
    assert rows == (30,)
