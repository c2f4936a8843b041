"""What docs/archive.md says is so."""

from __future__ import annotations

import re
from pathlib import Path

from crawler.archive.search.query_parser import parse_query

TEXT = (Path(__file__).parents[2] / "docs" / "archive.md").read_text(encoding="utf-8")
TABLES, SEARCH = TEXT.split("## Search")
TABLES, VIEWS = TABLES.split("## What becomes")[0].split("## Views")


def test_every_table_is_described(archive):
    names = {
        row[0]
        for row in archive.db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if not row[0].startswith(("articles_fts_", "sqlite_", "_"))
    }
    described = set()
    for line in TABLES.splitlines():
        if line.startswith("| `"):
            described |= set(re.findall(r"`(\w+)`", line.split("|")[1]))
    assert described == names


def test_every_query_of_the_table_is_understood(archive):
    rows = [line.split("|")[1] for line in SEARCH.splitlines() if line.startswith("| `")]
    queries = [query for row in rows for query in re.findall(r"`([^`]+)`", row) if not query.endswith(":")]
    assert len(queries) > 15
    for query in queries:
        assert parse_query(query).problems == ()
        archive.search(query)


def test_the_statements_run(archive):
    statements = TEXT.split("```sql")[1].split("```")[0]
    columns = [
        archive.db.execute(statement).description
        for statement in re.sub(r"--.*", "", statements).split(";")
        if statement.strip()
    ]
    assert columns
    assert all(columns), "each asks for something"


def test_every_view_is_described_with_its_columns(archive):
    views = {name for (name,) in archive.db.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")}
    described = {}
    for line in VIEWS.splitlines():
        if line.startswith("| `"):
            _, name, _, columns, _ = (re.sub(r"\([^)]*\)", "", part) for part in line.split("|"))
            described[name.strip(" `")] = [column.strip(" `") for column in columns.split(",")]
    assert described.keys() == views
    for name, columns in described.items():
        assert [column.name for column in archive.db[name].columns] == columns
