"""What becomes of a visit."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.archive import Archive
from crawler.errors import ArchiveUnusable
from crawler.items import Fate, Moment, Problem

CONTRACT = {
    "articles": "id site language site_key story url headline kicker lead byline dateline dateline_place body word_count "
    "published_at published_on published_precision published_raw modified_at digest first_seen_at last_seen_at revisions status",
    "authors": "id name sort_name kind",
    "article_authors": "article_id author_id position printed honorific",
    "see_also": "article_id position target_url target_id headline published_at published_raw first_seen_at last_seen_at",
    "addresses": "url_key url article_id state found_on depth first_seen_at next_visit_at attempts last_status last_error "
    "etag last_modified",
    "revisions": "article_id number captured_at digest headline lead byline body capture_id",
    "captures": "id url fetched_at status digest warc_file warc_offset warc_length",
    "near_copies": "article_id other_id similarity kind",
    "runs": "id site started_at finished_at outcome new unchanged revised duplicate not_an_article unreadable gone refused failed",
    "problems": "run_id url field value reason",
    "articles_fts": "headline lead body byline",
}


@pytest.mark.parametrize("table", CONTRACT)
def test_a_table_has_the_columns_of_the_contract(archive, table):
    names = {row[1] for row in archive.db.execute(f"PRAGMA table_info({table})")}
    assert set(CONTRACT[table].split()) <= names


def one(archive, sql, *values):
    return archive.db.execute(sql, values).fetchone()


def all_(archive, sql, *values):
    return archive.db.execute(sql, values).fetchall()


def words_indexed(archive):
    archive.db.execute("INSERT INTO articles_fts(articles_fts) VALUES('integrity-check')")
    return one(archive, "SELECT count(*) FROM articles_fts")[0]


def test_a_first_visit_is_new_and_a_second_one_unchanged(archive, run, newsroom):
    visit = newsroom.visit(newsroom.article(7))
    assert archive.keep([visit], run, newsroom.now) == [Fate.NEW]
    again = newsroom.visit(newsroom.article(7), at=newsroom.advance(hours=2))
    assert archive.keep([again], run, newsroom.now) == [Fate.UNCHANGED]
    row = one(archive, "SELECT revisions, first_seen_at, last_seen_at FROM articles")
    assert row == (1, "2026-03-01T12:00:00Z", "2026-03-01T14:00:00Z")
    assert words_indexed(archive) == 1
    assert len(all_(archive, "SELECT * FROM captures")) == 2


def test_a_changed_text_is_a_revision_and_both_versions_stay(archive, run, newsroom):
    archive.keep([newsroom.visit(newsroom.article(7, body="Ten people came."))], run, newsroom.now)
    corrected = newsroom.visit(newsroom.article(7, body="Twelve people came."))
    assert archive.keep([corrected], run, newsroom.now) == [Fate.REVISED]
    assert all_(archive, "SELECT number, body FROM revisions ORDER BY number") == [
        (1, "Ten people came."),
        (2, "Twelve people came."),
    ]
    assert one(archive, "SELECT revisions, body FROM articles") == (2, "Twelve people came.")
    assert archive.count("twelve") == 1
    assert archive.count("ten") == 0
    assert words_indexed(archive) == 1
    assert archive.verify() == []


def test_other_quotation_marks_are_no_revision(archive, run, newsroom):
    archive.keep([newsroom.visit(newsroom.article(7, body='He said "no" - twice.'))], run, newsroom.now)
    again = newsroom.visit(newsroom.article(7, body="He said “no” – twice."))
    assert archive.keep([again], run, newsroom.now) == [Fate.UNCHANGED]


def test_a_better_reading_of_the_same_text_is_kept_without_a_revision(archive, run, newsroom):
    article = newsroom.article(7, on=None, authors=("JB. VU",))
    archive.keep([newsroom.visit(article)], run, newsroom.now)
    better = replace(
        newsroom.article(7, authors=("JB Vu",)),
        kicker="NEPAL",
        published=Moment(value="2022-03-11T08:45:00Z", on="2022-03-11", precision="minute", raw="03/11/2022, 09.45"),
        sources=(("headline", "jsonld:headline"),),
    )
    assert archive.keep([newsroom.visit(better)], run, newsroom.now) == [Fate.UNCHANGED]
    assert one(archive, "SELECT kicker, published_at, published_raw, revisions FROM articles") == (
        "NEPAL",
        "2022-03-11T08:45:00Z",
        "03/11/2022, 09.45",
        1,
    )
    assert all_(archive, "SELECT name FROM authors") == [("JB Vu",)]
    worse = replace(newsroom.article(7, on=None), kicker=None)
    archive.keep([newsroom.visit(worse)], run, newsroom.now)
    assert one(archive, "SELECT kicker, published_on FROM articles") == ("NEPAL", "2022-03-11")
    assert all_(archive, "SELECT name FROM authors") == [("JB Vu",)]


def test_the_same_text_under_another_key_is_a_duplicate_and_stays(archive, run, newsroom):
    first = newsroom.article(7, headline="Floods", body="Water came.", on="2022-01-01")
    second = newsroom.article(9, headline="Floods", body="Water came.", on="2022-01-05")
    assert archive.keep([newsroom.visit(first), newsroom.visit(second)], run, newsroom.now) == [
        Fate.NEW,
        Fate.DUPLICATE,
    ]
    assert one(archive, "SELECT count(*) FROM articles")[0] == 2
    assert all_(archive, "SELECT article_id, other_id, similarity, kind FROM near_copies") == [(1, 2, 1.0, "duplicate")]


def test_the_same_text_in_another_language_is_no_duplicate(archive, run, newsroom):
    article = newsroom.article(7, headline="Asia", body="Asia.")
    other = newsroom.article(7, headline="Asia", body="Asia.", language="it")
    assert archive.keep([newsroom.visit(article), newsroom.visit(other)], run, newsroom.now) == [Fate.NEW, Fate.NEW]
    assert [translation.language for translation in archive.article(1).translations] == ["it"]


def test_a_page_that_breaks_off_never_replaces_a_whole_one(archive, run, newsroom):
    archive.keep([newsroom.visit(newsroom.article(7, body="One.\n\nTwo."))], run, newsroom.now)
    cut = replace(newsroom.article(7, body="One."), complete=False)
    assert archive.keep([newsroom.visit(cut)], run, newsroom.now) == [Fate.UNREADABLE]
    assert one(archive, "SELECT body, revisions FROM articles") == ("One.\n\nTwo.", 1)
    assert one(archive, "SELECT field, reason FROM problems") == (
        "page",
        "The page breaks off; the whole article archived before is kept.",
    )


def test_a_whole_page_replaces_one_that_broke_off(archive, run, newsroom):
    cut = replace(newsroom.article(7, body="One."), complete=False)
    assert archive.keep([newsroom.visit(cut)], run, newsroom.now) == [Fate.NEW]
    assert archive.keep([newsroom.visit(newsroom.article(7, body="One.\n\nTwo."))], run, newsroom.now) == [Fate.REVISED]
    assert one(archive, "SELECT complete FROM articles") == (1,)


@pytest.mark.parametrize("fate", [Fate.GONE, Fate.REFUSED, Fate.FAILED, Fate.UNREADABLE, Fate.NOT_AN_ARTICLE])
def test_an_archived_article_keeps_its_row_whatever_its_address_answers(archive, run, newsroom, fate):
    archive.keep([newsroom.visit(newsroom.article(7))], run, newsroom.now)
    assert archive.keep([newsroom.visit(key=7, fate=fate, status=410)], run, newsroom.now) == [fate]
    assert one(archive, "SELECT status FROM articles") == ("gone" if fate is Fate.GONE else "live",)
    states = {Fate.NOT_AN_ARTICLE: "hole", Fate.UNREADABLE: "failed"}
    assert one(archive, "SELECT state, article_id FROM addresses") == (states.get(fate, fate.value), 1)


def test_a_withdrawn_article_that_comes_back_lives_again(archive, run, newsroom):
    archive.keep([newsroom.visit(newsroom.article(7))], run, newsroom.now)
    archive.keep([newsroom.visit(key=7, fate=Fate.GONE, status=404)], run, newsroom.now)
    archive.keep([newsroom.visit(newsroom.article(7))], run, newsroom.now)
    assert one(archive, "SELECT status, revisions FROM articles") == ("live", 1)


def test_an_article_with_another_address_is_asked_for_there_before_it_is_gone(archive, run, newsroom):
    article = newsroom.article(7)
    path = newsroom.address("asia/nepal/story")
    archive.keep([newsroom.visit(article), newsroom.visit(article, address=path)], run, newsroom.now)
    archive.keep([newsroom.visit(key=7, fate=Fate.GONE, status=404)], run, newsroom.now)
    assert one(archive, "SELECT status FROM articles") == ("live",)
    second = archive.begin_run(newsroom.site, now=newsroom.advance(days=2))
    (due,) = archive.claim(newsroom.site, 9, run_id=second, now=newsroom.advance(days=2))
    assert due.address.url_key == path.url_key
    gone = newsroom.visit(address=path, fate=Fate.GONE, status=404)
    archive.keep([gone], second, newsroom.now)
    assert one(archive, "SELECT status FROM articles") == ("gone",)


def test_not_modified_means_unchanged_and_seen_again(archive, run, newsroom):
    archive.keep([newsroom.visit(newsroom.article(7, see_also=(8,)), etag='"a"')], run, newsroom.now)
    later = newsroom.advance(hours=3)
    same = newsroom.visit(key=7, fate=Fate.UNCHANGED, status=304, at=later)
    assert archive.keep([same], run, later) == [Fate.UNCHANGED]
    assert archive.article(1).last_seen_at == "2026-03-01T15:00:00Z"
    assert [edge.current for edge in archive.article(1).see_also] == [True]
    assert one(archive, "SELECT etag, unchanged_visits FROM addresses WHERE article_id = 1") == ('"a"', 1)


def test_see_also_entries_find_their_target_before_and_after_it_is_archived(archive, run, newsroom):
    archive.keep([newsroom.visit(newsroom.article(1))], run, newsroom.now)
    archive.keep([newsroom.visit(newsroom.article(2, see_also=(1, 3)))], run, newsroom.now)
    assert all_(archive, "SELECT position, target_id FROM see_also ORDER BY position") == [(1, 1), (2, None)]
    archive.keep([newsroom.visit(newsroom.article(3))], run, newsroom.now)
    assert all_(archive, "SELECT position, target_id, headline FROM see_also ORDER BY position") == [
        (1, 1, "About 1"),
        (2, 3, "About 3"),
    ]
    assert [edge.article_id for edge in archive.article(3).named_by] == [2]


def test_see_also_entries_that_leave_the_page_keep_their_last_sighting(archive, run, newsroom):
    archive.keep([newsroom.visit(newsroom.article(2, see_also=(1, 3)))], run, newsroom.now)
    later = newsroom.advance(days=1)
    archive.keep([newsroom.visit(newsroom.article(2, see_also=(4, 3)), at=later)], run, later)
    edges = [(edge.target_url[-6], edge.position, edge.current) for edge in archive.article(1).see_also]
    assert edges == [("4", 1, True), ("3", 2, True), ("1", 1, False)]
    assert one(archive, "SELECT first_seen_at, last_seen_at FROM see_also WHERE target_key = 'gazette/en/3'") == (
        "2026-03-01T12:00:00Z",
        "2026-03-02T12:00:00Z",
    )
    assert one(archive, "SELECT revisions FROM articles") == (1,)


def test_all_spellings_lead_to_one_article_cited_by_the_best_of_them(tmp_path, newsroom):
    spellings = [
        newsroom.site.origin + "/index.php?l=en&art=7",
        newsroom.site.origin + "/news-en/Floods-in-Nepal-7.html",
        newsroom.site.origin + "/news-en/Floods-in-Nepal:-a-long-and-older-headline-7.html",
    ]
    cited = set()
    for number, order in enumerate(itertools.permutations(spellings)):
        with Archive(tmp_path / f"{number}.db", "create") as archive:
            run = archive.begin_run(newsroom.site, now=newsroom.now)
            links = [
                newsroom.link(newsroom.address(7, url=url), printed_url=url.replace("www.", "m.")) for url in order
            ]
            archive.enqueue(links[:2], run, newsroom.now)
            article = replace(newsroom.article(7), url=order[0])
            archive.keep([newsroom.visit(article, address=newsroom.address(7, url=order[0]))], run, newsroom.now)
            archive.enqueue(links[2:], run, newsroom.now)
            cited.add((one(archive, "SELECT url FROM articles"), one(archive, "SELECT url FROM addresses")))
            assert one(archive, "SELECT count(*) FROM addresses") == (1,)
            met = {row[0] for row in all_(archive, "SELECT url FROM spellings UNION SELECT url FROM addresses")}
            assert met == {*spellings, *(url.replace("www.", "m.") for url in spellings)}
            assert all(archive.find(url).id == 1 for url in met)
            assert archive.find(newsroom.site.origin + "/index.php?art=0007&l=en", [newsroom.site]).id == 1
    best = (newsroom.site.origin + "/news-en/Floods-in-Nepal:-a-long-and-older-headline-7.html",)
    assert cited == {(best, best)}


@pytest.mark.parametrize("number_first", [True, False])
def test_an_article_without_a_number_is_the_one_of_its_headline_and_day(archive, run, newsroom, number_first):
    numbered = newsroom.article(7, headline="Widows wear red")
    path = newsroom.article("asia/nepal/widows-wear-red", headline="WIDOWS  wear réd", body=numbered.body)
    order = [numbered, path] if number_first else [path, numbered]
    other = newsroom.article(50, see_also=("asia/nepal/widows-wear-red", 7))
    fates = archive.keep([newsroom.visit(other), *map(newsroom.visit, order)], run, newsroom.now)
    assert fates[1] is Fate.NEW
    assert all_(archive, "SELECT site_key, story, url FROM articles WHERE id = 2") == [
        ("7", "7", newsroom.site.origin + "/news-en/Story-7.html")
    ]
    assert one(archive, "SELECT count(*) FROM articles") == (2,)
    assert all_(archive, "SELECT target_id FROM see_also") == [(2,), (2,)]
    assert archive.verify() == []


def test_another_day_or_headline_is_another_article(archive, run, newsroom):
    visits = [
        newsroom.visit(newsroom.article(7, headline="News of the day", on="2022-01-01")),
        newsroom.visit(newsroom.article("a/b/c", headline="News of the day", on="2022-01-02")),
        newsroom.visit(newsroom.article("a/b/d", headline="News of that day", on="2022-01-01")),
        newsroom.visit(newsroom.article(8, headline="News of the day", on="2022-01-01")),
        newsroom.visit(newsroom.article("a/b/e", headline="News of the day", on=None)),
    ]
    archive.keep(visits, run, newsroom.now)
    assert one(archive, "SELECT count(*) FROM articles") == (5,)


@pytest.mark.parametrize("number_first", [True, False])
def test_one_headline_in_two_counters_is_two_articles(archive, run, newsroom, number_first):
    story = newsroom.article(7, headline="The bridge is open")
    video = replace(newsroom.article("video/9", headline="The bridge is open"), story="video/9")
    address = replace(newsroom.address("video/9"), story="video/9")
    for article in (story, video) if number_first else (video, story):
        archive.keep([newsroom.visit(article)], run, newsroom.now)
    assert sorted(all_(archive, "SELECT site_key FROM articles")) == [("7",), ("video/9",)]
    other = replace(newsroom.article("video/10"), story="video/10")
    archive.keep([newsroom.visit(other, address=address)], run, newsroom.now)
    assert one(archive, "SELECT headline FROM articles WHERE site_key = 'video/9'") == ("The bridge is open",)


def test_a_page_that_tells_its_number_is_found_by_it(archive, run, newsroom):
    path = newsroom.address("asia/nepal/story")
    archive.enqueue([newsroom.link(newsroom.address(7)), newsroom.link(path)], run, newsroom.now)
    archive.keep([newsroom.visit(newsroom.article(7), address=path)], run, newsroom.now)
    assert archive.find(newsroom.address(7)).site_key == "7"
    assert archive.find(path).id == archive.find(newsroom.address(7)).id
    assert archive.count_pending(newsroom.site, run_id=run, now=newsroom.now) == 0


def test_a_redirected_address_is_an_alias_of_where_it_landed(archive, run, newsroom):
    old, new = newsroom.address("a/b/old"), newsroom.address(7)
    archive.enqueue([newsroom.link(old), newsroom.link(new)], run, newsroom.now)
    archive.keep([newsroom.visit(newsroom.article(7), address=old, landed=new)], run, newsroom.now)
    assert all_(archive, "SELECT url_key, state, article_id FROM addresses ORDER BY url_key") == [
        ("gazette/en/7", "done", 1),
        ("gazette/en/a/b/old", "done", 1),
    ]
    assert one(archive, "SELECT count(*) FROM addresses WHERE next_visit_at IS NOT NULL") == (1,)


def test_fates_add_up_to_the_pages_fetched(archive, run, newsroom):
    visits = [
        newsroom.visit(newsroom.article(1)),
        newsroom.visit(newsroom.article(1)),
        newsroom.visit(key=2, fate=Fate.NOT_AN_ARTICLE),
        newsroom.visit(key=3, fate=Fate.GONE, status=404),
        newsroom.visit(key=4, fate=Fate.FAILED, status=500),
    ]
    archive.keep(visits, run, newsroom.now)
    counts = one(archive, f"SELECT fetched, {', '.join(map(str, Fate))} FROM runs")
    assert dict(zip(("fetched", *Fate), counts, strict=True)) == {
        **dict.fromkeys(Fate, 0),
        Fate.NEW: 1,
        Fate.UNCHANGED: 1,
        Fate.NOT_AN_ARTICLE: 1,
        Fate.GONE: 1,
        Fate.FAILED: 1,
        "fetched": 5,
    }
    assert json.loads(one(archive, "SELECT settings FROM runs")[0]) == {"delay": 5}


def test_problems_are_kept_once_for_a_page_that_stays_the_same(archive, run, newsroom):
    problem = Problem(url="https://www.gazette.example/7", field="byline", value="x" * 900, reason="No name is left.")
    article = replace(newsroom.article(7), problems=(problem,))
    archive.keep([newsroom.visit(article)], run, newsroom.now)
    archive.keep([newsroom.visit(article)], run, newsroom.now)
    assert all_(archive, "SELECT run_id, field, value, reason FROM problems") == [
        (run, "byline", "x" * 500, "No name is left.")
    ]
    in_other_words = replace(article, problems=(replace(problem, reason="Nobody is named."),))
    archive.keep([newsroom.visit(in_other_words)], run, newsroom.now)
    assert all_(archive, "SELECT reason FROM problems") == [("No name is left.",)]
    another = replace(article, problems=(problem, replace(problem, field="kicker")))
    archive.keep([newsroom.visit(another)], run, newsroom.now)
    assert all_(archive, "SELECT field FROM problems") == [("byline",), ("kicker",)]


def test_a_visit_without_fate_or_article_is_a_mistake_and_writes_nothing(archive, run, newsroom):
    with pytest.raises(ValueError, match="without a fate"):
        archive.keep([newsroom.visit(newsroom.article(1)), newsroom.visit(key=2)], run, newsroom.now)
    assert one(archive, "SELECT count(*) FROM articles") == (0,)
    assert one(archive, "SELECT fetched FROM runs") == (0,)


def test_half_a_character_is_stored_as_a_replacement(archive, run, newsroom):
    odd = newsroom.article(7, headline="Broken \ud83d emoji \U0001f600")
    assert archive.keep([newsroom.visit(odd)], run, newsroom.now) == [Fate.NEW]
    assert one(archive, "SELECT headline FROM articles") == ("Broken \ufffd emoji \U0001f600",)
    assert one(archive, "SELECT fetched FROM runs") == (1,)


def test_a_full_disk_is_one_clear_line_and_the_batch_is_rolled_back_whole(archive, run, newsroom):
    archive.keep([newsroom.visit(newsroom.article(1))], run, newsroom.now)
    pages = one(archive, "PRAGMA page_count")[0]
    archive.db.execute(f"PRAGMA max_page_count = {pages + 3}")
    big = [newsroom.visit(newsroom.article(key, body=f"{key} " + "word " * 3000)) for key in range(2, 12)]
    with pytest.raises(ArchiveUnusable, match="is full; nothing of the last batch was kept") as caught:
        archive.keep(big, run, newsroom.now)
    assert "\n" not in str(caught.value)
    assert one(archive, "SELECT count(*) FROM articles") == (1,)
    assert one(archive, "SELECT fetched FROM runs") == (1,)
    archive.db.execute("PRAGMA max_page_count = 100000")
    assert archive.keep(big, run, newsroom.now) == [Fate.NEW] * 10
    assert archive.verify() == []


def test_what_is_committed_survives_and_what_is_not_leaves_no_trace(tmp_path: Path, newsroom):
    path = tmp_path / "archive.db"
    first = Archive(path, "create")
    run = first.begin_run(newsroom.site, now=newsroom.now)
    first.enqueue([newsroom.link(newsroom.address(key), via="start", depth=0) for key in (1, 2)], run, newsroom.now)
    first.claim(newsroom.site, 5, run_id=run, now=newsroom.now)
    first.keep([newsroom.visit(newsroom.article(1))], run, newsroom.now)
    first.db.conn.execute("BEGIN")
    first.db.conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    first.db.conn.execute("DELETE FROM revision_rows")
    first.close()  # as a kill does: the transaction is never committed
    with Archive(path, "create") as second:
        again = second.begin_run(newsroom.site, now=newsroom.now)
        assert second.find_first_run(again) == run
        second.enqueue([newsroom.link(newsroom.address(1), via="start", depth=0)], again, newsroom.now)
        claimed = second.claim(newsroom.site, 5, run_id=again, now=newsroom.now)
        assert [entry.address.site_key for entry in claimed] == ["2"]
        assert second.verify() == []


def test_an_article_met_on_a_feeds_address_is_visited_again_under_its_own(archive, run, newsroom):
    archive.keep([newsroom.visit(newsroom.article(7), address=newsroom.feed())], run, newsroom.now)
    assert one(archive, "SELECT url FROM articles") == (newsroom.site.origin + "/news-en/Story-7.html",)
    assert all_(archive, "SELECT url_key FROM addresses WHERE next_visit_at IS NOT NULL") == [("gazette/en/7",)]


def test_a_doubt_is_counted_until_a_visit_has_none(archive, run, newsroom):
    article = newsroom.article(7)
    doubt = Problem(url=article.url, field="page", value=None, reason="It is uncertain.", kind="doubt")
    doubtful = replace(article, problems=(doubt,))
    assert archive.keep([newsroom.visit(doubtful)], run, newsroom.now) == [Fate.NEW]
    assert archive.keep([newsroom.visit(doubtful, at=newsroom.advance(hours=2))], run, newsroom.now) == [Fate.UNCHANGED]
    assert all_(archive, "SELECT reason, kind FROM problems") == [("It is uncertain.", "doubt")]
    assert archive.status().doubts == 1
    archive.keep([newsroom.visit(article, at=newsroom.advance(hours=4))], run, newsroom.now)
    assert all_(archive, "SELECT reason, kind FROM problems") == [("It is uncertain.", None)]
    assert archive.status().doubts == 0
