"""Everything the archive knows of an article, and of itself."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from crawler.items import Author, Fate, Problem


def test_an_article_is_read_back_with_all_that_belongs_to_it(archive, run, newsroom):
    sako = Author(
        name="Louis Raphael Sako",
        sort_name="Sako, Louis Raphael",
        kind="person",
        printed="Louis Raphael Sako*",
        note="*",
    )
    samir = Author(
        name="Samir Khalil Samir",
        sort_name="Samir, Samir Khalil",
        kind="person",
        printed="Samir Khalil Samir, sj",
        order_initials="sj",
    )
    article = replace(
        newsroom.article(7, see_also=(8, 9), byline="by Louis Raphael Sako*, Samir Khalil Samir, sj", place="Baghdad"),
        kicker="IRAQ",
        dateline="Baghdad (AsiaNews/Agencies)",
        dateline_agencies=("AsiaNews", "Agencies"),
        authors=(sako, samir),
        sources=(("headline", "jsonld:headline"), ("byline", "anatomy:byline")),
        translations=(newsroom.address(7, "it"),),
    )
    archive.keep([newsroom.visit(article)], run, newsroom.now)
    archive.keep([newsroom.visit(newsroom.article(8, see_also=(7,)))], run, newsroom.now)
    archive.keep([newsroom.visit(newsroom.article(7, language="it"))], run, newsroom.now)
    record = archive.article(1)
    assert json.loads(json.dumps(asdict(record)))["headline"] == "Headline of 7"
    assert (record.kicker, record.dateline, record.dateline_agencies) == (
        "IRAQ",
        "Baghdad (AsiaNews/Agencies)",
        ("AsiaNews", "Agencies"),
    )
    assert [(author.name, author.printed, author.order_initials, author.note) for author in record.authors] == [
        ("Louis Raphael Sako", "Louis Raphael Sako*", None, "*"),
        ("Samir Khalil Samir", "Samir Khalil Samir, sj", "sj", None),
    ]
    assert record.sources == {"headline": "jsonld:headline", "byline": "anatomy:byline"}
    assert [(edge.position, edge.target_id, edge.current) for edge in record.see_also] == [
        (1, 2, True),
        (2, None, True),
    ]
    assert [edge.article_id for edge in record.named_by] == [2]
    assert [(translation.article_id, translation.language) for translation in record.translations] == [(3, "it")]
    assert [(revision.number, revision.capture_id) for revision in record.revisions] == [(1, 1)]
    assert [(capture.warc_file, capture.warc_offset) for capture in record.captures] == [("a.warc.gz", 1)]
    assert record.addresses == [newsroom.site.origin + "/news-en/Story-7.html"]


def test_copies_are_seen_from_both_sides(archive, run, newsroom):
    articles = [newsroom.article(key, headline="Floods", body="Water came.") for key in (7, 9)]
    archive.keep([newsroom.visit(article) for article in articles], run, newsroom.now)
    assert [(copy.article_id, copy.kind) for copy in archive.article(1).copies] == [(2, "duplicate")]
    assert [(copy.article_id, copy.similarity) for copy in archive.article(2).copies] == [(1, 1.0)]


@pytest.mark.parametrize(
    "address", ["", "nonsense", "https://elsewhere.example/7", "\ud800", "javascript:alert(1)", "9" * 5000]
)
def test_an_address_that_leads_nowhere_finds_nothing(archive, run, newsroom, address):
    archive.keep([newsroom.visit(newsroom.article(7))], run, newsroom.now)
    assert archive.find(address, [newsroom.site]) is None
    assert archive.find(newsroom.address(8)) is None
    assert archive.article(99) is None


def test_any_spelling_of_a_known_site_is_understood(archive, run, newsroom):
    archive.keep([newsroom.visit(newsroom.article(7))], run, newsroom.now)
    for url in (
        "http://gazette.example/index.php?art=0007&l=en#top",
        "gazette/en/7",
        "https://m.gazette.example/news-en/x-7.html",
    ):
        assert archive.find(url, [newsroom.site]).id == 1


def test_the_status_counts_what_there_is(archive, run, newsroom):
    problem = Problem(url="https://www.gazette.example/2", field="byline", value="by", reason="No name is left.")
    archive.enqueue([newsroom.link(newsroom.feed(), via="entry", depth=0)], run, newsroom.now)
    visits = [
        newsroom.visit(
            newsroom.article(1, see_also=(2, 5), on="2021-05-01", authors=("Anna Pozzi",), byline="di Anna Pozzi")
        ),
        newsroom.visit(replace(newsroom.article(2, on="2022-06-01"), problems=(problem,))),
        newsroom.visit(newsroom.article(2, language="it", on=None)),
        newsroom.visit(key=3, fate=Fate.NOT_AN_ARTICLE),
    ]
    archive.keep(visits, run, newsroom.now)
    archive.finish_run(run, "finished", newsroom.advance(minutes=5))
    status = archive.status()
    assert (status.articles, status.authors, status.see_also, status.see_also_archived, status.captures) == (
        3,
        1,
        2,
        1,
        4,
    )
    assert [
        (coverage.language, coverage.articles, coverage.first_day, coverage.last_day) for coverage in status.coverage
    ] == [("en", 2, "2021-05-01", "2022-06-01"), ("it", 1, None, None)]
    assert {(line.kind, line.state): line.addresses for line in status.queue} == {
        ("article", "done"): 3,
        ("article", "hole"): 1,
        ("article", "queued"): 1,
        ("feed", "queued"): 1,
    }
    rates = {rate.field: (rate.filled, rate.articles) for rate in status.fill_rates}
    assert (rates["byline"], rates["authors"], rates["published_on"]) == ((1, 3), (1, 3), (2, 3))
    (line,) = status.runs
    assert (line.outcome, line.fetched, sum(line.fates.values()), line.fates["new"]) == ("finished", 4, 4, 3)
    assert [(problem.field, problem.value) for problem in status.problems] == [("byline", "by")]
    json.dumps(asdict(status))


def test_the_status_of_a_new_archive_is_empty(archive):
    status = archive.status()
    assert (status.articles, status.runs, status.queue, status.problems) == (0, [], [], [])
