"""Words that stand only in a stated headline find the article, and are shown as the stated headline."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlite_utils import Database
from support.index_words import read_index_words, replace_index_row
from support.newsroom import NOW, Newsroom
from support.page_reader import PageReader

from crawler.archive import Archive
from crawler.archive.articles.readings import load_reading
from crawler.archive.schema.index_rows import INDEX_WITH_EMOJI, rebuild_index, replace_index
from crawler.archive.schema.migrations import migrations
from crawler.archive.schema.views import VIEW_QUERIES
from crawler.archive.search.query_parser import parse_query
from crawler.archive.search.selection import Selection
from crawler.archive.search.snippets import find_stated_spans, list_marked_terms
from crawler.archive.search.texts import iter_indexed_texts
from crawler.archive.write.articles.article import Articles
from crawler.archive.write.articles.readings import write_reading
from crawler.cli import main
from crawler.normalisation.words.tokenizer import make_search_text
from crawler.research.kwic import concordance
from crawler.research.words.corpus import iter_corpus_columns
from crawler.research.words.frequencies import count_corpus_frequencies, count_frequencies
from crawler.research.words.tokens import TokenRule

PRINTED = "Harbour council puts off the vote"
STATED = "Ferry ballot: what we know"
BODY = "The members went home at nine. Nobody spoke of a date."


@pytest.fixture
def stated(newsroom: Newsroom, archive: Archive, run: int) -> Archive:
    """Return an archive of one article with a stated headline, and one without."""
    article = newsroom.article(1, PRINTED, BODY, lead=None)
    archive.keep([newsroom.visit(replace(article, headline_meta=STATED))], run, NOW)
    archive.keep([newsroom.visit(newsroom.article(2, "Rain", "It rained on the quay.", lead=None))], run, NOW)
    return archive


def read_headline_words(archive: Archive) -> list[str]:
    return [texts["headline"] for _, texts in sorted(read_index_words(archive.db.conn).items())]


def find(archive: Archive, query: str) -> list[str]:
    keys = [hit.site_key for hit in archive.search(query)]
    assert archive.count(query) == len(keys)
    return sorted(keys)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("ballot", ["1"]),
        ("BALL*", ["1"]),
        ('"ferry ballot"', ["1"]),
        ("headline:ballot", ["1"]),
        ('headline:"harbour council"', ["1"]),
        ("ballot nobody", ["1"]),
        ("headline:(ballot harbour)", ["1"]),
        ("NEAR(ferry know, 3)", ["1"]),
        ("-ballot", ["2"]),
        ("lead:ballot", []),
        ("body:ballot", []),
        ("byline:ballot", []),
        ('"vote ferry"', []),
        ('"the vote ferry ballot"', []),
        ("NEAR(vote ferry)", []),
        ("NEAR(vote ferry, 10)", []),
        ("\ue003", []),
        ("rain", ["2"]),
    ],
)
def test_words_of_both_headlines_find_the_article(stated: Archive, query: str, keys: list[str]) -> None:
    assert find(stated, query) == keys


def test_a_hit_keeps_both_headlines_apart(stated: Archive) -> None:
    [hit] = stated.search("ballot")
    assert (hit.headline, hit.headline_spans, hit.headline_meta) == (PRINTED, (), STATED)
    assert (hit.snippet.text, hit.snippet.spans) == (BODY, ())


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("ballot", ["ballot"]),
        ("harbour ferry", ["Ferry"]),
        ("headline:know", ["know"]),
        ("harbour", []),
        ("body:ballot", []),
        ("-ballot", []),
    ],
)
def test_the_stated_headline_is_shown_for_what_the_printed_one_lacks(query: str, marked: list[str]) -> None:
    spans = find_stated_spans(PRINTED, STATED, list_marked_terms(parse_query(query).node))
    assert [STATED[start:end] for start, end in spans] == marked


def test_a_word_of_both_headlines_needs_no_second_line() -> None:
    terms = list_marked_terms(parse_query("vote").node)
    assert find_stated_spans("The vote", "A vote is near", terms) == ()
    assert find_stated_spans("The vote", None, terms) == ()


def test_people_see_the_stated_headline_on_a_line_of_its_own(stated: Archive) -> None:
    result = CliRunner().invoke(main, ["search", "ballot", "--archive", str(stated.path)])
    lines = result.stdout.splitlines()
    assert (lines[0].strip(), lines[1].strip()) == (f"1  {PRINTED}", f"stated headline: {STATED}")
    result = CliRunner().invoke(main, ["search", "harbour", "--archive", str(stated.path)])
    assert PRINTED in result.stdout
    assert STATED not in result.stdout
    result = CliRunner().invoke(main, ["show", "1", "--archive", str(stated.path)])
    assert [line.split(None, 2)[2] for line in result.stdout.splitlines() if line.startswith("stated headline")] == [
        STATED
    ]


def test_the_front_shows_it_beside_the_printed_headline(stated: Archive) -> None:
    page = PageReader(stated.path).open("search?q=ballot").get()
    assert "Ferry <mark>ballot</mark>: what we know" in page
    assert f">{PRINTED}</a>" in page


def test_what_counts_printed_words_leaves_the_stated_ones_out(stated: Archive) -> None:
    plan = Selection().plan()
    frequencies = count_corpus_frequencies(stated.db, Selection(), TokenRule(ngrams=1))
    assert (
        frequencies.words == count_frequencies(iter_corpus_columns(stated.db, Selection(), TokenRule(ngrams=1))).words
    )
    assert frequencies.words["ballot"] == 0
    assert frequencies.size == len(f"{PRINTED} {BODY} Rain It rained on the quay.".split())
    [first, second] = iter_indexed_texts(stated.db, plan)
    assert (" ".join(first.headline), second.headline) == (make_search_text(PRINTED), ["rain"])
    assert list(concordance(stated, Selection(query="ballot"))) == []


def test_a_later_visit_keeps_the_index_right(stated: Archive, newsroom: Newsroom, run: int) -> None:
    article = newsroom.article(1, PRINTED, BODY, lead=None)
    stated.keep([newsroom.visit(replace(article, headline_meta="Quay poll"))], run, newsroom.advance(hours=1))
    assert (find(stated, "ballot"), find(stated, "poll")) == ([], ["1"])
    assert list(stated.verify()) == []
    stated.keep([newsroom.visit(article)], run, newsroom.advance(hours=2))
    assert find(stated, "poll") == []
    revised = newsroom.article(1, PRINTED, BODY + " One member stayed.", lead=None)
    stated.keep([newsroom.visit(replace(revised, headline_meta=STATED))], run, newsroom.advance(hours=3))
    assert find(stated, "ballot stayed") == ["1"]
    assert list(stated.verify()) == []


def test_another_reading_and_its_undoing_keep_the_index_right(stated: Archive) -> None:
    conn = stated.db.conn
    articles = Articles(conn, lambda site, cited, url: cited)
    before = load_reading(conn, 1)
    assert before is not None
    after = replace(before, columns=before.columns | {"headline_meta": None})
    for reading, former_reading, keys in ((after, before, []), (before, after, ["1"])):
        with stated.db.atomic():
            write_reading(articles, 1, reading, former_reading)
            articles.index.write()
        assert find(stated, "ballot") == keys
        assert list(stated.verify()) == []


def test_a_rebuilt_index_is_the_same(stated: Archive) -> None:
    words = read_headline_words(stated)
    assert rebuild_index(stated.db) == 2
    assert read_headline_words(stated) == words
    assert list(stated.verify()) == []


def test_verify_finds_an_index_that_lacks_the_stated_headline(stated: Archive) -> None:
    replace_index_row(stated.db.conn, 1, headline=make_search_text(PRINTED))
    stated.db.conn.commit()  # the check opens the file a second time, and would wait
    [finding] = stated.verify()
    assert (finding.subject, finding.message) == ("article 1", "the search index holds other words than the article")


def test_an_archive_of_before_is_brought_up_to_date(stated: Archive) -> None:
    words, path = read_headline_words(stated), stated.path
    stated.close()
    with closing(Database(path)) as db, db.atomic():
        replace_index(db, INDEX_WITH_EMOJI)
        db.execute("DROP VIEW v_articles")
        db.execute(f"CREATE VIEW v_articles AS {VIEW_QUERIES['v_articles'].strip()}")
        db.execute(
            f"DELETE FROM {migrations.migrations_table} WHERE name LIKE 'm_stated_headline%'"
            " OR name = 'm_index_without_texts'"
        )
    with Archive(path, "write"):
        pass
    with Archive(path) as archive:
        assert read_headline_words(archive) == words
        assert find(archive, "headline:ballot") == ["1"]
        assert list(archive.verify()) == []
        cursor = archive.db.execute("SELECT * FROM v_articles ORDER BY id")
        assert [column[0] for column in cursor.description][-2:] == ["last_seen_at", "headline_meta"]
        assert [row[-1] for row in cursor] == [STATED, None]
