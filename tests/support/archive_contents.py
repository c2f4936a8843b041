"""What is in an archive, read with plain SQL, so that two archives can be compared; and a copy of one."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

from support.index_words import read_index_words

TIMELESS_QUERIES = {
    "articles": "SELECT * FROM articles ORDER BY id",
    "revisions": "SELECT * FROM revisions ORDER BY article_id, number",
    "authors": "SELECT name, sort_name, kind, name_key FROM authors ORDER BY kind, name",
    "article_authors": "SELECT b.article_id, a.name, b.position, b.printed, b.honorific, b.order_initials, b.note"
    " FROM article_authors b JOIN authors a ON a.id = b.author_id ORDER BY 1, 3",
    "see_also": "SELECT * FROM see_also ORDER BY article_id, target_key",
    "translations": "SELECT * FROM translations ORDER BY article_id, target_key",
    "near_copies": "SELECT * FROM near_copies ORDER BY article_id, other_id",
    "sketches": "SELECT * FROM sketches ORDER BY article_id",
    "sketch_bands": "SELECT * FROM sketch_bands ORDER BY language, value, article_id",
    "problems": "SELECT url, field, value, reason FROM problems ORDER BY id",
    "addresses": "SELECT * FROM addresses ORDER BY url_key",
    "captures": "SELECT * FROM captures ORDER BY id",
    "runs": "SELECT * FROM runs ORDER BY id",
}


def dump_archive(path):
    """Everything that a rereading may touch, table by table."""
    db = sqlite3.connect(path)
    try:
        contents = {name: db.execute(sql).fetchall() for name, sql in TIMELESS_QUERIES.items()}
        return contents | {"index": sorted(read_index_words(db).items())}
    finally:
        db.close()


def copy_archive(source, target):
    one, other = sqlite3.connect(source), sqlite3.connect(target)
    one.backup(other)
    one.close()
    other.close()
    shutil.copytree(source.with_suffix(".warc"), target.with_suffix(".warc"))
    return target


def canonical(archive):
    """Everything of an archive that may not depend on when and in which order it was made."""
    with closing(sqlite3.connect(archive)) as db:

        def ask(sql):
            return sorted(db.execute(sql).fetchall(), key=repr)

        return {
            "articles": ask(
                "SELECT site, language, site_key, url, headline, lead, byline, body, digest, revisions FROM articles"
            ),
            "see_also": ask(
                "SELECT a.site_key, s.position, s.target_url, t.site_key, s.headline, s.published_at"
                " FROM see_also s JOIN articles a ON a.id = s.article_id LEFT JOIN articles t ON t.id = s.target_id"
            ),
            "addresses": ask("SELECT url_key, url, state, depth, kind FROM addresses"),
            "revisions": ask(
                "SELECT a.site_key, r.number, r.digest FROM revisions r JOIN articles a ON a.id = r.article_id"
            ),
            "problems": ask("SELECT DISTINCT url, field, reason FROM problems"),
        }


def list_columns(reading, **changes):
    return replace(reading, columns={**reading.columns, **changes})


def change_archive(path, *statements):
    """Run SQL statements on an archive's file, as no command of ours does."""
    with closing(sqlite3.connect(path)) as conn:
        for statement in statements:
            conn.execute(statement)
        conn.commit()
