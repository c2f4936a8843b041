"""Whatever the order in which pages come, the archive is the same in the end."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from support.index_words import read_index_words
from support.newsroom import Newsroom

from crawler.archive import Archive

NEWS = Newsroom()
LONG = " ".join(f"word{number % 37} of{number}" for number in range(120))
NEARLY = LONG.replace("of7 ", "of77 ").replace("of50 ", "of5 ")


def stories():
    """Duplicates, near copies, two addresses of one article, translations, entries that point both ways."""
    made = [
        NEWS.article(1, "Floods", LONG, on="2022-01-05", see_also=(2, 3, "asia/nepal/red"), authors=("Anna Pozzi",)),
        NEWS.article(2, "Floods", LONG, on="2022-01-01", see_also=(1,), authors=("Anna Pozzi", "JB Vu")),
        NEWS.article(3, "Floods again", NEARLY, on=None),
        NEWS.article(10, "Floods again", NEARLY, on="2022-01-01", see_also=(3, 99)),
        NEWS.article(7, "Red", "Widows wear red.", see_also=(10,)),
        NEWS.article("asia/nepal/red", "Red", "Widows wear red."),
        NEWS.article(7, "Rosso", "Le vedove.", language="it"),
    ]
    visits = [NEWS.visit(article) for article in made]
    spelled = NEWS.address(1, url=NEWS.site.origin + "/index.php?l=en&art=1")
    return [*visits, replace(visits[0], address=spelled, article=replace(made[0], url=spelled.url))]


def dump(archive: Archive) -> dict[str, list[tuple]]:
    """What must not depend on the order: everything but ids, sightings and who was first."""
    name = "(SELECT language || site_key FROM articles WHERE id = {})"
    queries = {
        "articles": "SELECT site, language, site_key, story, url, headline, body, published_on, digest, revisions FROM articles",
        "edges": f"SELECT {name.format('article_id')}, position, target_url, {name.format('target_id')} FROM see_also",
        "copies": f"SELECT {name.format('article_id')}, {name.format('other_id')}, similarity, kind FROM near_copies",
        "authors": f"SELECT {name.format('aa.article_id')}, aa.position, a.name, a.sort_name FROM article_authors aa JOIN authors a ON a.id = author_id",
        "addresses": f"SELECT url_key, url, {name.format('article_id')}, state FROM addresses",
        "spellings": "SELECT url, url_key FROM spellings",
    }
    contents = {key: sorted(archive.db.execute(sql).fetchall(), key=repr) for key, sql in queries.items()}
    names = dict(archive.db.execute("SELECT id, language || site_key FROM articles"))
    words = read_index_words(archive.db.conn)
    return contents | {"index": sorted(((names[key], texts) for key, texts in words.items()), key=repr)}


def loaded(visits, size: int) -> dict[str, list[tuple]]:
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "archive.db", "create") as archive:
        run = archive.begin_run(NEWS.site, now=NEWS.now)
        for start in range(0, len(visits), size):
            archive.keep(visits[start : start + size], run, NEWS.now)
        assert archive.verify() == []
        return dump(archive)


TRUTH = loaded(stories(), 1)


def test_the_truth_is_what_it_should_be():
    assert [row[:3] for row in TRUTH["articles"]] == [
        ("gazette", "en", "1"),
        ("gazette", "en", "10"),
        ("gazette", "en", "2"),
        ("gazette", "en", "3"),
        ("gazette", "en", "7"),
        ("gazette", "it", "7"),
    ]
    pairs = [(row[0], row[1], row[3]) for row in TRUTH["copies"]]
    assert sorted(pairs) == [
        ("en1", "en3", "near"),
        ("en10", "en1", "near"),
        ("en10", "en3", "duplicate"),
        ("en2", "en1", "duplicate"),
        ("en2", "en10", "near"),
        ("en2", "en3", "near"),
    ]
    assert ("en1", 3, NEWS.site.origin + "/en/asia/nepal/red", "en7") in TRUTH["edges"]


@settings(max_examples=count_examples(40))
@given(st.permutations(range(len(stories()))), st.integers(1, 8))
def test_the_order_of_loading_makes_no_difference(order, size):
    visits = stories()
    assert loaded([visits[index] for index in order], size) == TRUTH
