"""Copies the rows of an attached archive by the rules, with new numbers, and makes anew what is made of articles."""

from __future__ import annotations

import sqlite3

from crawler.archive.database import select_count
from crawler.archive.merging.numbers import make_condition, number_rows
from crawler.archive.merging.rules import CITED
from crawler.archive.merging.schema import Table, read_tables
from crawler.archive.merging.undo_data import copy_undo_data
from crawler.archive.schema.index_rows import insert_index_rows, read_indexed_texts
from crawler.archive.write.articles.near_copies import link_sketched
from crawler.archive.write.authority.credits import AuthorCredits
from crawler.archive.write.authority.place_index import PlaceIndex


def copy_rows(conn: sqlite3.Connection, *, is_split: bool) -> dict[str, int]:
    """Copy the rows of ``source`` inside the caller's transaction; return how many came, by table.

    The names of WARC files (:func:`~crawler.archive.merging.numbers.write_new_files`) and the sites of a split must
    have been written.
    """
    conn.execute("PRAGMA defer_foreign_keys = ON")
    tables = read_tables(conn)
    number_rows(conn, tables, is_split=is_split)
    _choose_sort_names(conn)
    counts = {table.name: _copy_table(conn, table, is_split=is_split) for table in tables.values()}
    _bind_links(conn)
    counts["articles_fts"] = _index_articles(conn)
    _link_copies(conn)
    _apply_edits(conn)
    counts["reread_former"] = copy_undo_data(conn)
    return counts


def count_rows(conn: sqlite3.Connection) -> dict[str, int]:
    """Count the rows of ``source`` that a merge would copy, by table."""
    return {
        table.name: select_count(
            conn, f"SELECT count(*) FROM source.{table.name} t WHERE {make_condition(table, is_split=False)}"
        )
        for table in read_tables(conn).values()
        if table.name != "merged_ids"
    }


def write_merge(conn: sqlite3.Connection, archive: str, sites_json: str, fingerprint: str, merged_at: str) -> None:
    """Note a merge, and the former numbers of the rows that came with it."""
    cursor = conn.execute(
        "INSERT INTO main.merges (merged_at, archive, sites, fingerprint) VALUES (?, ?, ?, ?)",
        (merged_at, archive, sites_json, fingerprint),
    )
    for name in CITED:
        conn.execute(
            f"INSERT INTO main.merged_ids SELECT ?1, ?2, old, new FROM temp.new_{name}", (cursor.lastrowid, name)
        )


def _copy_table(conn: sqlite3.Connection, table: Table, *, is_split: bool) -> int:
    names, values, joins = [], [], []
    conditions = [make_condition(table, is_split=is_split)]
    if table.key is not None:
        joins.append(f"JOIN temp.new_{table.name} own ON own.old = t.{table.key} AND own.comes")
    for name in table.columns:
        names.append(f'"{name}"')
        if name == table.key:
            values.append("own.new")
        elif name in table.rule.values:
            values.append(table.rule.values[name])
        elif name in table.ids:
            join = "JOIN" if name in table.required or name == table.rule.of else "LEFT JOIN"
            joins.append(f'{join} temp.new_{table.ids[name]} "of_{name}" ON "of_{name}".old = t."{name}"')
            if name == table.rule.of and not table.rule.conflict:  # what the archive has already has its own
                conditions.append(f'"of_{name}".comes')
            values.append(f'"of_{name}".new')
        elif name in table.rule.files:
            values.append(f'coalesce((SELECT f.new FROM temp.new_files f WHERE f.old = t."{name}"), t."{name}")')
        else:
            values.append(f't."{name}"')
    return conn.execute(
        f"INSERT INTO main.{table.name} ({', '.join(names)}) SELECT {', '.join(values)}"
        f" FROM source.{table.name} t {' '.join(joins)} WHERE {' AND '.join(conditions)} {table.rule.conflict}"
    ).rowcount


def _choose_sort_names(conn: sqlite3.Connection) -> None:
    """Sort names that both archives have as the writer of articles does: by whichever comes first."""
    for table in ("authors", "author_variants"):
        conn.execute(
            f"UPDATE main.{table} SET sort_name = t.sort_name FROM temp.new_{table} n JOIN source.{table} t"
            f" ON t.id = n.old WHERE NOT n.comes AND n.new = {table}.id AND t.sort_name < {table}.sort_name"
        )


def _bind_links(conn: sqlite3.Connection) -> None:
    """Let See also entries of each archive lead to articles of the other one."""
    target = "(SELECT a.article_id FROM main.addresses a WHERE a.url_key = target_key)"
    keys = (
        "SELECT a.url_key FROM main.addresses a WHERE a.article_id IN (SELECT new FROM temp.new_articles)",
        "SELECT s.target_key FROM main.see_also s WHERE s.article_id IN (SELECT new FROM temp.new_articles)",
    )
    for keys_query in keys:
        conn.execute(
            f"UPDATE main.see_also SET target_id = {target} WHERE target_key IN ({keys_query})"
            f" AND target_id IS NOT {target}"
        )


def _index_articles(conn: sqlite3.Connection) -> int:
    """Write the index rows of the new articles; nothing else is written between two of them, or FTS5 would flush."""
    return insert_index_rows(conn, read_indexed_texts(conn, "id IN (SELECT new FROM temp.new_articles)"))


def _link_copies(conn: sqlite3.Connection) -> None:
    for (article_id,) in conn.execute("SELECT new FROM temp.new_articles ORDER BY new"):
        link_sketched(conn, article_id)


def _apply_edits(conn: sqlite3.Connection) -> None:
    """Credit every name again that an edit of either archive concerns, and work the places out anew."""
    credits = AuthorCredits(conn)
    credits.recredit(credits.load_edits().concerned)
    if select_count(conn, "SELECT count(*) FROM main.place_lookups"):  # in archives that know of places
        PlaceIndex(conn).work_out()
