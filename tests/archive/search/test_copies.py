"""Groups of copies: the prints of a text in several papers, and searches that show one of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from support.newsroom import GAZETTE, NOW, Newsroom
from support.papers import REPORTS, make_paper_archive

from crawler.archive import Archive, Selection
from crawler.archive.articles.prints import Print, Prints
from crawler.archive.saved_searches import save_search
from crawler.archive.search.compiler import Condition, QueryPlan
from crawler.archive.search.copies import count_other_prints
from crawler.archive.search.facets import tally
from crawler.archive.search.units import limit_to_units
from crawler.archive.snapshots.freeze import freeze
from crawler.archive.write.articles import near_copies
from crawler.errors import UnknownValue
from crawler.items import Moment
from crawler.practice.world import AgencyStory, load_agency_stories

DOCK, LINE = load_agency_stories()
PRINTS = len(DOCK.prints) + len(LINE.prints)
ARTICLES = PRINTS + sum(REPORTS.values())


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive(make_paper_archive(tmp_path_factory)) as archive:
        yield archive


def find_id(archive: Archive, url: str) -> int:
    return int(archive.db.execute("SELECT id FROM articles WHERE url = ?", (url,)).fetchone()[0])


def test_each_print_of_another_paper_is_an_article_of_its_own(papers: Archive) -> None:
    assert papers.count() == ARTICLES
    for story in (DOCK, LINE):
        for member in story.prints:
            record = papers.article(find_id(papers, member.article.url))
            assert record is not None
            assert (record.site, record.story, len(record.revisions)) == (member.article.paper, member.article.story, 1)


@pytest.mark.parametrize("story", [DOCK, LINE], ids=lambda story: story.name)
def test_the_prints_of_a_text_are_listed_from_each_of_them_the_first_by_the_instant(
    papers: Archive, story: AgencyStory
) -> None:
    truth = [(member.article.paper, index == 0) for index, member in enumerate(story.prints)]
    for member in story.prints:
        article_id = find_id(papers, member.article.url)
        listed = papers.prints(article_id)
        assert [(copy.site, copy.first) for copy in listed.prints] == truth
        assert (listed.total, listed.sites) == (len(truth), len({site for site, _ in truth}))
        (own,) = [copy for copy in listed.prints if copy.article_id == article_id]
        assert (own.similarity, own.same_text) == (1.0, True)


def test_what_a_paper_changed_is_told_by_its_similarity(papers: Archive) -> None:
    ledger, courier, gazette = (find_id(papers, member.article.url) for member in DOCK.prints)
    copies = {copy.article_id: copy for copy in papers.prints(courier).prints}
    assert 0.8 <= copies[ledger].similarity < 1.0  # a paragraph less
    assert (copies[gazette].similarity, copies[gazette].same_text) == (1.0, False)  # another headline


def test_an_article_without_copies_has_no_prints(papers: Archive) -> None:
    (hit,) = papers.search("", site="gazette", order="newest", limit=1)
    assert papers.prints(hit.id) == Prints(total=1, sites=1, prints=())
    assert papers.prints(10**9) == Prints(total=1, sites=1, prints=())


def test_a_search_without_copies_shows_the_first_print_and_counts_the_others(papers: Archive) -> None:
    hits = papers.search("ducks pupils", unit="text")
    assert [(hit.site, hit.other_prints) for hit in hits] == [("ledger", 2)]
    assert len(papers.search("ducks pupils")) == 3
    assert {hit.other_prints for hit in papers.search("ducks pupils")} == {None}
    everything = papers.search("", unit="text", limit=100)
    assert len(everything) == papers.count(unit="text") == ARTICLES - PRINTS + 2
    assert sum(1 + (hit.other_prints or 0) for hit in everything) == ARTICLES


def test_of_what_was_selected_the_first_print_is_shown(papers: Archive) -> None:
    """Where the first paper is not asked for, its print does not hide those of the others."""
    (hit,) = papers.search("ducks pupils", site="gazette,courier", unit="text")
    assert (hit.site, hit.other_prints) == ("courier", 2)
    assert papers.count("ducks pupils", site="gazette", unit="text") == 1
    assert papers.count('headline:"stay"', unit="text") == 1  # the headline of the Gazette alone


def test_counts_facets_and_pages_agree(papers: Archive) -> None:
    selection = Selection(query="the", unit="text")
    counts = tally(papers.db, selection, ("site", "year"), None)
    assert counts.total == papers.count(selection) == len(papers.search(selection, limit=100))
    for value in counts.facets["site"]:
        assert papers.count(replace(selection, site=value.value)) == value.count
    assert sum(1 for _ in papers.articles(selection)) == counts.total


def test_several_sites_are_selected_with_commas(papers: Archive) -> None:
    assert papers.count(site="gazette, COURIER") == papers.count(site="gazette") + papers.count(site="courier")
    assert papers.count("site:gazette,courier") == papers.count("site:(gazette OR courier)")
    assert papers.count(site="gazette,nowhere") == papers.count(site="gazette")
    with pytest.raises(UnknownValue, match="no article is of the site 's0'"):
        papers.count(site=",".join(f"s{number}" for number in range(40_000)))


def test_a_saved_search_and_a_snapshot_keep_the_unit(papers: Archive, tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    papers.db.execute("VACUUM INTO ?", (str(path),))
    with Archive(path, "write") as archive:
        selection = Selection(query="ducks pupils", unit="text")
        saved = save_search(archive, "ducks", selection, now=NOW)
        assert saved.parameters == {"q": "ducks pupils", "unit": "text"}
        snapshot = freeze(archive, "ducks", selection, now=NOW)
        assert (snapshot.articles, snapshot.selection) == (1, selection)
        assert archive.count(snapshot="ducks") == 1


def keep_dated(archive: Archive, *days: tuple[str | None, str]) -> tuple[Print, ...]:
    """Archive one text under so many dates, and return its prints."""
    newsroom, run = Newsroom(), archive.begin_run(GAZETTE, now=NOW)
    for key, (value, on) in enumerate(days, 1):
        article = newsroom.article(
            key, "Ferry", "The ferry was late again, and nobody on the quay was surprised at it."
        )
        precision = "minute" if value and "T" in value else "day"
        moment = Moment(value=value, on=on, precision=precision) if value else None  # type: ignore[arg-type]
        archive.keep([newsroom.visit(replace(article, published=moment))], run, NOW)
    return archive.prints(1).prints


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        # The day of the paper is the later one, its instant the earlier one.
        ((("2026-08-20T00:05:00Z", "2026-08-19"), ("2026-08-19T23:10:00Z", "2026-08-20")), 2),
        ((("2026-08-20", "2026-08-20"), ("2026-08-20T09:00:00Z", "2026-08-20")), None),
        ((("2026-08-20", "2026-08-20"), ("2026-08-22T09:00:00Z", "2026-08-22")), 1),
        ((("2026-08-20", "2026-08-20"), ("2026-08-20", "2026-08-20")), None),
        (((None, ""), ("2026-08-20T09:00:00Z", "2026-08-20")), None),
        ((("2026-08-20T09:00:00Z", "2026-08-20"), ("2026-08-20T09:00:00Z", "2026-08-20")), None),
    ],
)
def test_nobody_was_first_where_days_without_hours_leave_it_open(
    archive: Archive, dates: tuple[tuple[str | None, str], ...], first: int | None
) -> None:
    prints = keep_dated(archive, *dates)
    assert len(prints) == 2
    assert [copy.article_id for copy in prints if copy.first] == ([] if first is None else [first])


def test_a_site_that_answers_everything_with_one_text_is_one_group(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No pair is kept of most of its articles, and the group is whole all the same."""
    monkeypatch.setattr(near_copies, "MAX_COPIES_LINKED", 20)
    newsroom, run = Newsroom(), archive.begin_run(GAZETTE, now=NOW)
    body = "We are sorry: this page could not be found, and whoever was looking for it may go back to the first page."
    archive.keep([newsroom.visit(newsroom.article(key, "Sorry", body)) for key in range(1, 241)], run, NOW)
    assert count_other_prints(archive.db.conn, (1, 240)) == {1: 239, 240: 239}
    assert archive.count(unit="text") == 1
    listed = archive.prints(240)
    assert (listed.total, listed.sites, len(listed.prints)) == (240, 1, 200)


@settings(max_examples=count_examples(40), deadline=None)
@given(st.sets(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=12), st.sets(st.integers(1, 9)))
def test_groups_are_what_pairs_connect(edges: set[tuple[int, int]], selected: set[int]) -> None:
    pairs = {(min(edge), max(edge)) for edge in edges if edge[0] != edge[1]}
    groups = {number: {number} for number in range(1, 10)}
    for one, other in pairs:
        merged = groups[one] | groups[other]
        groups.update(dict.fromkeys(merged, merged))
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE TABLE near_copies (article_id, other_id, PRIMARY KEY (article_id, other_id))")
    conn.execute(
        "CREATE TABLE articles (id INTEGER PRIMARY KEY, site, site_key, published_on, published_at, published_precision)"
    )
    days = (
        (number, "s", str(number), "2026-01-01", f"2026-01-01T00:00:0{number}Z", "second") for number in range(1, 10)
    )
    conn.executemany("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)", days)
    conn.executemany("INSERT INTO near_copies VALUES (?, ?)", pairs)
    ids = ", ".join(map(str, sorted(selected))) or "NULL"
    plan = QueryPlan(conditions=[Condition(f"a.id IN ({ids})")])
    limit_to_units(plan, "text")
    where = plan.make_where()
    shown = {row[0] for row in conn.execute(f"SELECT a.id FROM articles a WHERE {where.sql}", where.values)}
    conn.close()
    assert shown == {min(groups[number] & selected) for number in selected}
