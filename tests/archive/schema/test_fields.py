"""One table of fields: what is derived from it is what archives and exports have always had."""

from __future__ import annotations

from dataclasses import fields
from typing import get_type_hints

from crawler.archive.articles.frames import COLUMN_KINDS, FRAME_COLUMNS
from crawler.archive.articles.readings import Revision, SeeAlsoRow, TranslationRow
from crawler.archive.schema.fields import (
    ARTICLE_COLUMNS,
    FIELD_GROUPS,
    METADATA_FIELDS,
    READING_COLUMNS,
    VERSION_FIELDS,
    ArticleFields,
)
from crawler.items import Author

STORED_AS = {"integer": "INTEGER", "boolean": "INTEGER"}
PYTHON_TYPES = {"integer": (int,), "boolean": (bool,), "list": (tuple[str, ...],)}


def test_the_table_of_fields_is_the_table_of_articles(archive):
    columns = {name: kind for _, name, kind, *_ in archive.db.execute("PRAGMA table_info(articles)")}
    assert {name: STORED_AS.get(column.kind, "TEXT") for name, column in ARTICLE_COLUMNS.items()} == columns


def test_a_record_has_the_types_that_the_table_states():
    for name, kind in get_type_hints(ArticleFields).items():
        assert kind in PYTHON_TYPES.get(ARTICLE_COLUMNS[name].kind, (str, str | None)), name


def test_every_field_is_described_and_derived_ones_follow_from_fields():
    for name, column in ARTICLE_COLUMNS.items():
        assert column.about.strip(". ") == column.about != "", name
        assert set(column.follows) <= ARTICLE_COLUMNS.keys(), name
        assert column.group in (None, *READING_COLUMNS), name


def test_exports_have_the_columns_that_people_have_written_programs_for():
    assert (
        *("id", "site", "language", "site_key", "story", "url", "headline", "kicker", "lead", "byline", "dateline"),
        *("dateline_place", "dateline_agencies", "body", "word_count", "published_at", "published_on"),
        *("published_precision", "published_raw", "published_guessed", "modified_at", "modified_raw", "digest"),
        *("first_seen_at", "last_seen_at", "status", "complete", "headline_meta", "revisions", "authors"),
    ) == FRAME_COLUMNS
    assert {name: kind for name, kind in COLUMN_KINDS.items() if kind != "text"} == {
        "id": "integer",
        "word_count": "integer",
        "revisions": "integer",
        "published_guessed": "boolean",
        "complete": "boolean",
        "published_on": "date",
        "published_at": "instant",
        "first_seen_at": "instant",
        "last_seen_at": "instant",
        "dateline_agencies": "list",
        "authors": "list",
    }


def test_what_goes_into_digests_stays_as_it_is():
    assert VERSION_FIELDS == ("headline", "lead", "byline", "body")
    assert (
        *("headline", "byline", "kicker", "dateline", "dateline_place", "dateline_agencies"),
        *("published_at", "published_on", "published_precision"),
    ) == METADATA_FIELDS


def test_what_a_rereading_replaces_is_stored_as_lists_in_one_order():
    assert Revision._fields == ("captured_at", "digest", *VERSION_FIELDS, "capture_id", "unverified")
    assert SeeAlsoRow._fields == (
        *("target_key", "position", "target_url", "headline", "published_at", "published_raw", "published_on"),
        *("first_seen_at", "last_seen_at"),
    )
    assert TranslationRow._fields == ("target_key", "target_url", "language")
    assert [field.name for field in fields(Author)] == [
        *("name", "sort_name", "kind", "printed", "honorific", "order_initials", "note")
    ]


def test_what_a_later_page_may_omit_goes_in_groups():
    assert {first: set(names) for first, names in FIELD_GROUPS.items()} == {
        "kicker": {"kicker", "kicker_key"},
        "dateline": {"dateline", "dateline_place", "dateline_agencies", "place_key"},
        "published_at": {
            *("published_at", "published_on", "published_precision", "published_raw", "published_guessed")
        },
        "modified_at": {"modified_at", "modified_raw"},
    }
    assert all(names[0] == first for first, names in FIELD_GROUPS.items())
    assert {name for name, column in ARTICLE_COLUMNS.items() if column.kept} == {
        *("kicker", "dateline", "dateline_place", "modified_at", "modified_raw")
    }
