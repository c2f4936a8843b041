"""An archive many times as large as one of ``archives.py``, made of it by SQL in a tenth of the time.

    python benchmarks/multiply.py --archive archive-10000.db --times 100 --to PATH

Every article stands in it so many times under other numbers, with its addresses, versions, captures, links and index
row; its days and words are the same, and its copies are not known as such. So what is counted, sorted and searched
grows as it would with other articles, but for the list of words.
"""

from __future__ import annotations

import argparse
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from crawler.archive.schema.index_rows import read_indexed_texts
from crawler.normalisation.words.index_words import make_index_row

NUMBERED = "CAST({0} AS INTEGER) + :copy * :stories"
URL = f"rtrim(url, '0123456789.html') || ({NUMBERED.format('site_key')}) || '.html'"
KEY = "rtrim({0}, '0123456789') || (CAST(replace({0}, rtrim({0}, '0123456789'), '') AS INTEGER) + :copy * :stories)"
SHIFTS = {
    "articles": {"id": "id + :copy * :articles", "site_key": NUMBERED.format("site_key"), "url": URL}
    | {"story": NUMBERED.format("story")},
    "revision_rows": {"article_id": "article_id + :copy * :articles", "capture_id": "capture_id + :copy * :captures"},
    "captures": {"id": "id + :copy * :captures", "url_key": KEY.format("url_key")},
    "article_authors": {"article_id": "article_id + :copy * :articles"},
    "addresses": {"url_key": KEY.format("url_key"), "article_id": "article_id + :copy * :articles", "url": URL}
    | {"site_key": NUMBERED.format("site_key"), "story": NUMBERED.format("story")},
    "see_also": {"article_id": "article_id + :copy * :articles", "target_id": "target_id + :copy * :articles"}
    | {"target_key": KEY.format("target_key")},
    "sightings": {"url_key": KEY.format("url_key")},
    "sketches": {"article_id": "article_id + :copy * :articles"},
    "sketch_bands": {"article_id": "article_id + :copy * :articles", "value": "value + :copy"},
}
"""Table → column → what stands there in a copy."""
COUNTS = ("fetched", "new", "unchanged", "revised", "duplicate", "gone")


def multiply(source: Path, times: int, path: Path) -> None:
    """Copy an archive, and put everything into the copy so many times."""
    begun = time.perf_counter()
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(path, isolation_level=None)) as conn:
        one.backup(conn)
        conn.execute("PRAGMA journal_mode = OFF")
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute("PRAGMA cache_size = -400000")
        conn.execute("PRAGMA foreign_keys = OFF")
        sizes = {
            "articles": conn.execute("SELECT max(id) FROM articles").fetchone()[0],
            "captures": conn.execute("SELECT max(id) FROM captures").fetchone()[0],
            "stories": conn.execute("SELECT max(CAST(site_key AS INTEGER)) FROM addresses").fetchone()[0],
        }
        for table in SHIFTS:
            conn.execute(f"CREATE TEMP TABLE first_{table} AS SELECT * FROM {table}")
        rows = [(key, make_index_row(*texts)) for key, texts in read_indexed_texts(conn)]
        for copy in range(1, times):
            conn.execute("BEGIN")
            for table, shifts in SHIFTS.items():
                names = [name for (name,) in conn.execute("SELECT name FROM pragma_table_info(?)", (table,))]
                columns = ", ".join(f'"{name}"' for name in names)
                values = ", ".join(shifts.get(name, f'"{name}"') for name in names)
                sql = f"INSERT INTO {table} ({columns}) SELECT {values} FROM temp.first_{table}"
                conn.execute(sql, {"copy": copy, **sizes})
            conn.executemany(
                "INSERT INTO articles_fts (rowid, headline, lead, body, byline) VALUES (?, ?, ?, ?, ?)",
                ((key + copy * sizes["articles"], *row) for key, row in rows),
            )
            conn.execute("COMMIT")
            print(f"{(copy + 1) * len(rows):,} articles, {time.perf_counter() - begun:.0f} s", flush=True)
        counts = ", ".join(f'"{name}" = "{name}" * {times}' for name in COUNTS)
        conn.execute(f"UPDATE runs SET {counts}")
        conn.execute("PRAGMA journal_mode = WAL")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--times", type=int, required=True)
    parser.add_argument("--to", type=Path, required=True)
    options = parser.parse_args()
    if options.to.exists():
        raise SystemExit(f"{options.to} exists already")
    multiply(options.archive, options.times, options.to)


if __name__ == "__main__":
    main()
