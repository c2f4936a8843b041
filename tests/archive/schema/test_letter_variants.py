"""An archive whose index held the spellings of a word apart finds all of them once it is up to date."""

from __future__ import annotations

import re
from contextlib import closing

import pytest
from sqlite_utils import Database
from support.index_words import read_index_words
from support.newsroom import GAZETTE, NOW, Newsroom

from crawler.archive import Archive
from crawler.archive.schema.initial import FIRST_TABLES
from crawler.archive.schema.migrations import migrations
from crawler.errors import ArchiveUnusable
from crawler.normalisation.words.text import fold

STORIES = (
    ("he", "משרד החוץ וצה״ל", "ירושלים"),
    ("ar", "المدرسة في ٢٠٢٢", "مكّة"),
    ("zh", "臺灣的鐘聲", "臺北"),
    ("en", "The Qurʾan and a lamp 🙏", "Sanʿaʾ"),
    ("hi", "हिन्दी का बाज़ार", "दिल्ली"),
)


def cut_as_before(text):
    """Return words as the former index held them: folded, without the variants."""
    return " ".join(re.findall(r"[一-鿿]|[^\W_一-鿿]+[\u093e-\u094d\u0902]*\w*", fold(text or "")))


@pytest.fixture
def former(tmp_path):
    """Return the path of an archive with the index and the keys of before."""
    path = tmp_path / "archive.db"
    newsroom = Newsroom()
    with Archive(path, "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        for key, (language, headline, place) in enumerate(STORIES, 1):
            article = newsroom.article(
                key, headline, f"{headline}. {headline}.", language=language, place=place, authors=("臺生 Qurʾani",)
            )
            archive.keep([newsroom.visit(article)], run, NOW)
    (statement,) = re.findall(r"CREATE VIRTUAL TABLE articles_fts[^;]*", FIRST_TABLES)
    with closing(Database(path)) as db, db.atomic():
        db.execute("DROP TABLE articles_fts")
        db.execute(statement)
        db.conn.create_function("before", 1, cut_as_before)
        db.execute(
            "INSERT INTO articles_fts (rowid, headline, lead, body, byline) SELECT id, before(headline),"
            " before(lead), before(body), before(byline) || ' \ue001' FROM articles"
        )
        db.execute("UPDATE articles SET place_key = before(dateline_place)")
        db.execute("UPDATE authors SET name_key = before(name)")
        db.execute(
            f"DELETE FROM {migrations.migrations_table} WHERE name IN ('m_letter_variants', 'm_index_without_texts')"
        )
    return path


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ('צה"ל', []),  # the letter before it is "and"
        ('וצה"ל', [1]),
        ("وصهل", []),
        ("المدرسه 2022", [2]),
        ("٢٠٢٢", [2]),
        ("place:مكه", [2]),
        ("台湾", [3]),
        ("臺灣", [3]),
        ("place:台北", [3]),
        ('place:="台北"', [3]),
        ("Qur'an", [4]),
        ("🙏", [4]),
        ('place:"San\'a"', [4]),
        ("हिंदी", [5]),
        ("बाजार", [5]),
        ("author:台生", [1, 2, 3, 4, 5]),
        ('author:="台生 Qur\'ani"', [1, 2, 3, 4, 5]),
    ],
)
def test_what_is_brought_up_to_date_is_found_by_every_spelling(former, query, keys):
    with pytest.raises(ArchiveUnusable, match="older version"):
        Archive(former)
    with Archive(former, "write") as archive:
        assert sorted(int(hit.site_key) for hit in archive.search(query, limit=99)) == keys


def test_what_is_brought_up_to_date_has_nothing_to_mend(former):
    with Archive(former, "write"):
        pass
    with Archive(former) as archive:
        assert list(archive.verify()) == []
        assert archive.count("") == len(STORIES)
        (sql,) = archive.db.execute("SELECT sql FROM sqlite_schema WHERE name = 'articles_fts'").fetchone()
        assert "So" in sql


def test_a_second_time_nothing_changes(former):
    def read_words():
        with closing(Database(former)) as db:
            return read_index_words(db.conn)

    with Archive(former, "write"):
        once = read_words()
    with Archive(former, "write"):
        assert read_words() == once


def test_keys_of_names_are_made_anew_by_more_rules(tmp_path):
    path = tmp_path / "archive.db"
    newsroom = Newsroom()
    with Archive(path, "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        for key, place in enumerate(("Երևան", "ԵՐԵՎԱՆ", "Roma"), 1):
            article = newsroom.article(key, place=place, authors=("ዓለም Lee",))
            archive.keep([newsroom.visit(article)], run, NOW)
    with closing(Database(path)) as db, db.atomic():
        db.execute("UPDATE articles SET place_key = 'երեւան' WHERE id = 1")
        db.execute("UPDATE authors SET name_key = 'ዓለም lee'")
        for position, key in enumerate(("երեւան", "երեվան", "roma")):
            db.execute(
                "INSERT INTO places (id, identity, name, name_source, names, label, label_key) VALUES (?, ?, ?, '', '', ?, ?)",
                (position + 1, f"id {key}", key, key, key),
            )
            db.execute("INSERT INTO place_names VALUES (?, 0, ?, ?)", (key, key, position + 1))
            db.execute("INSERT INTO place_lookups VALUES (?, 0, ?, ?, ?, '', '', NULL)", (key, key, key, f"id {key}"))
        db.execute(f"DELETE FROM {migrations.migrations_table} WHERE name = 'm_more_variants'")
    with Archive(path, "write") as archive:
        assert sorted(int(hit.site_key) for hit in archive.search("place:երևան", limit=9)) == [1, 2]
        assert archive.count("author:አለም") == 3
        keys = [key for (key,) in archive.db.execute("SELECT place_key FROM place_names ORDER BY 1")]
        assert keys == ["roma", "երեվան"]
        assert list(archive.verify()) == []
