"""Erases what notes have of a forgotten article: its quotations, whatever repeats its words, and words in its key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from crawler.archive.database import select_column, select_dicts
from crawler.archive.schema.tombstone_keys import make_tombstone_key
from crawler.comparison.word_runs import WordRun, list_word_runs
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import ArticleKey, read_list

ERASED: Final = "[erased: this repeated words of an article that was forgotten]"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesErased:
    """What was erased of notes."""

    passages: int = 0
    """Versions of notes whose quotation is gone."""
    texts: int = 0
    """Versions whose text or tags repeated words of the article."""


def erase_article(
    notes: NotesFile, keys: Iterable[str], runs: Set[WordRun], is_telling: Callable[[WordRun], bool]
) -> NotesErased:
    """Erase from all versions of all notes what they have of an article, in one transaction, and free its space.

    ``keys`` are its identities, ``runs`` its runs of five words; one that is not telling stands in other articles, too,
    and stays in notes on those. Tags, answers and the coder's own words stay: they hang on a key without words then.
    """
    forgotten_keys = {ArticleKey(*key.split("/", 2)) for key in keys if key.count("/") >= 2}
    telling: dict[WordRun, bool] = {}

    def repeats(text: str, of_article: bool) -> bool:
        for run in list_word_runs(text) & runs:
            if not of_article and run not in telling:
                telling[run] = is_telling(run)
            if of_article or telling[run]:
                return True
        return False

    passages = texts = 0
    with notes.transaction() as db:
        rows = list(
            select_dicts(
                db,
                "SELECT v.note_id, v.version, v.text, v.tags, v.quote, v.prefix, v.suffix, n.site,"
                " n.language, n.site_key FROM note_versions v JOIN notes n ON n.id = v.note_id",
            )
        )
        for row in rows:
            place = (row["note_id"], row["version"])
            is_own = ArticleKey(row["site"], row["language"], row["site_key"]) in forgotten_keys
            around = "".join(row[name] or "" for name in ("prefix", "quote", "suffix"))
            if row["quote"] is not None and (is_own or repeats(around, of_article=False)):
                db.execute(
                    "UPDATE note_versions SET quote = '', prefix = '', suffix = '', start = 0"
                    " WHERE note_id = ? AND version = ?",
                    place,
                )
                passages += 1
            tags = [tag for tag in read_list(row["tags"]) if not repeats(tag, is_own)]
            has_words = repeats(row["text"], is_own)
            if has_words or len(tags) < len(read_list(row["tags"])):
                db.execute(
                    "UPDATE note_versions SET text = ?, tags = ? WHERE note_id = ? AND version = ?",
                    (ERASED if has_words else row["text"], json.dumps(tags, ensure_ascii=False), *place),
                )
                texts += 1
        for table, column in (("code_versions", "description"), ("sheets", "question")):
            for text in select_column(db, f"SELECT DISTINCT {column} FROM {table}"):
                if repeats(text, of_article=True):
                    db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (ERASED, text))
        for key in forgotten_keys:
            _hide_key(db, key)
    with notes.translate_errors():
        notes.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        notes.db.execute("VACUUM")
    return NotesErased(passages=passages, texts=texts)


def _hide_key(db: Database, key: ArticleKey) -> None:
    """Replace a key that holds words by its hash, wherever it stands."""
    hidden = make_tombstone_key(key.format())
    if hidden == key.format():
        return
    for table in ("notes", "answers", "sheet_articles"):
        db.execute(f"UPDATE {table} SET site_key = ? WHERE site = ? AND language = ? AND site_key = ?", (hidden, *key))
