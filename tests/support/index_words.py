"""The words that the search index holds of each article, read from the index itself, which has no texts."""

import sqlite3
from collections import defaultdict


def read_index_words(conn: sqlite3.Connection) -> dict[int, dict[str, str]]:
    """Return id → column → the indexed words in their order, parted by spaces."""
    conn.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.index_instances USING fts5vocab(main, articles_fts, instance)"
    )
    columns: defaultdict[int, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for article_id, column, word in conn.execute(
        'SELECT doc, col, term FROM temp.index_instances ORDER BY doc, col, "offset"'
    ):
        columns[article_id][column].append(word)
    return {
        article_id: {column: " ".join(words) for column, words in texts.items()}
        for article_id, texts in columns.items()
    }


def replace_index_row(conn: sqlite3.Connection, article_id: int, **changes: str) -> None:
    """Write other words into some columns of an article's row of the index, as a faulty program would."""
    former = dict.fromkeys(("headline", "lead", "body", "byline"), "") | read_index_words(conn)[article_id]
    statement = (
        "INSERT INTO articles_fts (articles_fts, rowid, headline, lead, body, byline)"
        " VALUES (:command, :id, :headline, :lead, :body, :byline)"
    )
    conn.execute(statement, former | {"command": "delete", "id": article_id})
    conn.execute(statement, former | changes | {"command": None, "id": article_id})
