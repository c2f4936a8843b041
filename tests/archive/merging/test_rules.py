"""Every table of the schema has a rule by which its rows are merged, and what a new table lacks is said."""

from __future__ import annotations

from pathlib import Path

from crawler.archive import Archive
from crawler.archive.merging import rules
from crawler.archive.merging.rules import TableRule
from crawler.archive.merging.schema import find_undeclared, read_tables


def test_every_table_says_what_becomes_of_its_rows(archive: Archive) -> None:
    assert list(find_undeclared(archive.db.conn)) == []


def test_what_a_new_table_lacks_is_said(archive: Archive, monkeypatch) -> None:
    conn = archive.db.conn
    conn.execute("CREATE TABLE parts (article_id INTEGER NOT NULL REFERENCES articles(id), capture_id INTEGER) STRICT")
    advice = "declare in crawler/archive/merging/rules.py what becomes of its rows when archives are merged"
    assert list(find_undeclared(conn)) == [f"table parts has no rule: {advice}"]
    for rule, said in (
        (
            TableRule(),
            [
                "parts.capture_id may hold ids, and references no table: say in ids= whose they are",
                f"rows of parts belong to others, and none of of= and chosen= says to which: {advice}",
            ],
        ),
        (TableRule(of="capture_id", ids={"capture_id": "captures"}), []),
        (TableRule(of="article", ids={"capture_id": "captures"}), [f"parts.article references no number: {advice}"]),
    ):
        monkeypatch.setattr("crawler.archive.merging.schema.RULES", {**rules.RULES, "parts": rule})
        assert list(find_undeclared(conn)) == said
    monkeypatch.setattr("crawler.archive.merging.schema.RULES", {**rules.RULES, "gone": TableRule()})
    assert "there is a rule for table gone, which does not exist" in list(find_undeclared(conn))


def test_numbers_and_references_come_from_the_schema(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db", "create") as archive:
        tables = read_tables(archive.db.conn)
    assert {name for name, table in tables.items() if table.key} == {
        *("runs", "captures", "articles", "authors", "author_variants", "problems", "rereads", "unerased"),
        *("author_edits", "place_edits", "pauses", "sitemaps", "snapshots", "saved_searches", "merges"),
    }
    assert tables["losses"].ids == {"capture_id": "captures", "replaced_by": "captures"}
    assert tables["deviations"].ids == {"run_id": "runs", "since_run": "runs"}
    assert tables["sitemap_addresses"].ids == {}
