"""Facets count exactly what is there, and each value leads to exactly as many articles."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest

from crawler.archive import Archive
from crawler.archive.search.facets import FACETS, condition, count_facets, tally
from crawler.archive.search.selection import Selection

PLACES = [
    "Hong Kong",
    "HONG KONG",
    "Hong Kong Island",
    'Saint "Paul" Town',
    "São Paulo",
    "Sao Paulo",
    "香港",
    "香港。九龍",
    None,
]
KICKERS = ["INDIA", "India", "INDIA - PAKISTAN", "VATICAN – ÁSIA", None]
AUTHORS = ["JB Vu", "J. B. Vu", "Vu", "José Núñez", "Jose Nunez", "Li Xin"]
WORDS = ["harbour", "school", "ferry", "market"]


def one_spelling(text):
    """The test's own idea of what counts as the same name, written for these names only."""
    plain = str.maketrans({"ã": "a", "é": "e", "ú": "u", "ñ": "n", "Á": "a", "–": " ", "-": " ", '"': " ", ".": " "})
    return " ".join(text.translate(plain).lower().split())


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """An archive of 240 articles, and what each of them has."""
    from support.newsroom import GAZETTE, NOW, Newsroom

    newsroom, chance = Newsroom(), random.Random(11)
    truth = []
    with Archive(tmp_path_factory.mktemp("shelf") / "archive.db", "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        visits = []
        for key in range(1, 241):
            had = {
                "words": chance.sample(WORDS, 2),
                "language": chance.choice(["en", "en", "it", "zh"]),
                "place": chance.choice(PLACES),
                "kicker": chance.choice(KICKERS),
                "authors": tuple(chance.sample(AUTHORS, chance.choice([0, 1, 1, 2, 3]))),
                "on": chance.choice(
                    [None, *(f"20{year:02}-{month:02}-07" for year in (9, 10, 11) for month in (1, 12))]
                ),
            }
            article = newsroom.article(
                key,
                body=" ".join(had["words"]),
                language=had["language"],
                authors=had["authors"],
                place=had["place"],
                on=had["on"],
            )
            visits.append(newsroom.visit(replace(article, kicker=had["kicker"])))
            truth.append(had)
        archive.keep(visits, run, NOW)
        yield archive, truth


def shown(label, name):
    return label if name in ("year", "month", "language") else one_spelling(label)


def counted(truth, name):
    values = Counter()
    for had in truth:
        if name == "author":
            values.update({one_spelling(author) for author in had["authors"]})
        elif name in ("year", "month"):
            values.update([had["on"][: {"year": 4, "month": 7}[name]]] if had["on"] else [])
        else:
            values.update([shown(had[name], name)] if had[name] else [])
    return dict(values)


@pytest.mark.parametrize(
    ("selection", "chosen"),
    [
        (Selection(), lambda had: True),
        (Selection(query="harbour"), lambda had: "harbour" in had["words"]),
        (
            Selection(query="harbour OR ferry", language="en"),
            lambda had: had["language"] == "en" and {"harbour", "ferry"} & {*had["words"]},
        ),
        (Selection(language="it"), lambda had: had["language"] == "it"),
        (
            Selection(query="-harbour since:2010 until:2010"),
            lambda had: "harbour" not in had["words"] and (had["on"] or "")[:4] == "2010",
        ),
        (
            Selection(query='school OR author:="jb vu"'),
            lambda had: "school" in had["words"] or "JB Vu" in had["authors"],
        ),
        (Selection(story="7"), None),
    ],
)
def test_facets_are_what_a_count_by_hand_gives(shelf, selection, chosen):
    archive, truth = shelf
    picked = [
        had for key, had in enumerate(truth, 1) if (str(key) == selection.story if selection.story else chosen(had))
    ]
    found = tally(archive.db, selection, (*FACETS, "site"), None)
    assert found.total == len(picked) == archive.count(selection) > 0
    assert [value.count for value in found.facets["site"]] == [len(picked)]
    for name in FACETS:
        told = {shown(value.label, name): value.count for value in found.facets[name]}
        assert told == counted(picked, name), name


@pytest.mark.parametrize("query", ["", "harbour -ferry"])
def test_each_value_leads_to_as_many_articles_as_it_says(shelf, query):
    archive, _ = shelf
    for name, values in count_facets(archive.db, Selection(query=query), most=None).items():
        for value in values:
            in_query = archive.count(f"{query} {condition(name, value.value)}")
            options = {"since": value.value, "until": value.value} if name in ("year", "month") else {name: value.value}
            assert in_query == archive.count(query, **options) == value.count, (name, value)


def test_the_spelling_printed_most_often_is_the_label(shelf):
    archive, truth = shelf
    for name, spellings in (("place", ["Hong Kong", "HONG KONG"]), ("kicker", ["INDIA", "India"])):
        printed = Counter(had[name] for had in truth)
        likeliest = max(spellings, key=lambda spelling: printed[spelling])
        assert likeliest in [value.label for value in count_facets(archive.db, Selection(), most=None)[name]]
    authors = Counter(name for had in truth for name in had["authors"])
    labels = [value.label for value in count_facets(archive.db, Selection(), most=None)["author"]]
    assert max(("José Núñez", "Jose Nunez"), key=lambda name: authors[name]) in labels


def test_the_most_frequent_come_first_and_the_newest_periods(shelf):
    archive, _ = shelf
    every, some = count_facets(archive.db, Selection(), most=None), count_facets(archive.db, Selection(), most=2)
    for name in FACETS:
        assert some[name] == every[name][:2]
        counts = [value.count for value in every[name]]
        assert counts == sorted(counts, reverse=True) or name in ("year", "month")
    assert [value.value for value in every["year"]] == ["2011", "2010", "2009"]
    assert list(count_facets(archive.db, Selection(), ("year", "language"))) == ["year", "language"]


def test_an_empty_archive_and_a_query_of_nothing_have_no_facets(archive, shelf):
    for db, query in ((archive.db, ""), (archive.db, "harbour"), (shelf[0].db, "!!!"), (shelf[0].db, "xylophone")):
        found = tally(db, Selection(query=query))
        assert (found.total, set(found.facets.values())) == (0, {()})


def test_a_facet_that_there_is_none_of_is_a_mistake_of_the_caller(archive):
    with pytest.raises(ValueError, match="no facet 'colour'"):
        count_facets(archive.db, Selection(), ("colour",))


def test_facets_read_the_narrow_index_and_no_article(shelf):
    archive, _ = shelf
    seen = []
    archive.db.conn.set_trace_callback(seen.append)
    try:
        for query in ("harbour", "harbour language:en since:2010", "language:en", 'place:="hong kong"'):
            tally(archive.db, Selection(query=query), most=0)
    finally:
        archive.db.conn.set_trace_callback(None)
    steps = [
        (sql, step)
        for sql in seen
        if sql.startswith("SELECT")
        for *_, step in archive.db.execute("EXPLAIN QUERY PLAN " + sql).fetchall()
        if step.startswith(("SCAN a ", "SEARCH a "))
    ]
    assert len(steps) >= 4
    for sql, step in steps:
        assert "COVERING INDEX" in step, (sql, step)


def test_all_values_of_one_facet_come_beside_a_few_of_the_others(shelf):
    archive, _ = shelf
    both = tally(archive.db, Selection(), ("month", "year"), 1, all_of=("month",)).facets
    assert both["month"] == count_facets(archive.db, Selection(), ("month",), None)["month"]
    assert len(both["month"]) > 1
    assert len(both["year"]) == 1
