"""Reads the answers of coders as people write them, and keeps them: a changed answer is a new version."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Any, Final

from sqlite_utils import Database

from crawler.archive.database import list_records, select_value
from crawler.normalisation.dates.moments import instant
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import Answer, ArticleKey, BadNote, Code, check_name

_WHOLE_NUMBER: Final = re.compile(r"(?P<digits>[0-9]+)\.0+")
"""How pandas writes a whole number of a column that has an empty cell."""
_DECIMAL_COMMA: Final = re.compile(r"[+-]?[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})")
"""A number whose comma parts no thousands."""
YES_WORDS: Final = frozenset(
    [
        "yes",
        "y",
        "true",
        "1",
        "ja",
        "j",
        "wahr",
        "si",
        "sì",
        "sí",
        "oui",
        "vrai",
        "vero",
        "verdadero",
        "sim",
        "verdadeiro",
        "waar",
        "tak",
        "prawda",
        "да",
        "истина",
        "sant",
        "sand",
        "tosi",
        "igaz",
        "pravda",
        "doğru",
        "evet",
        "是",
        "はい",
        "예",
    ]
)
NO_WORDS: Final = frozenset(
    [
        "no",
        "n",
        "false",
        "0",
        "nein",
        "falsch",
        "non",
        "faux",
        "falso",
        "não",
        "nee",
        "onwaar",
        "nie",
        "fałsz",
        "нет",
        "ложь",
        "falskt",
        "falsk",
        "epätosi",
        "hamis",
        "nepravda",
        "yanlış",
        "yanliş",
        "hayır",
        "否",
        "いいえ",
        "아니요",
    ]
)
"""How people and their spreadsheets write yes and no."""


def read_value(code: Code, text: str, *, decimal_comma: bool = False) -> str:
    """Return an answer as it is kept: ``yes`` or ``no``, a value of the choice, a number. Raises BadNote.

    >>> code = Code(name="boats", version=1, changed_at="", description="", kind="number", choices=())
    >>> read_value(code, "3,50", decimal_comma=True), read_value(code, "4.0")
    ('3.5', '4')
    """
    word = " ".join(text.split())
    whole = _WHOLE_NUMBER.fullmatch(word)
    match code.kind:
        case "yes-no":
            answer = (whole["digits"] if whole else word).casefold()
            if answer in YES_WORDS | NO_WORDS:
                return "yes" if answer in YES_WORDS else "no"
            raise BadNote(f"{code.name} takes yes or no, not {word[:40]!r}")
        case "choice":
            values = {value.casefold(): value for value in code.choices}
            for answer in (word, *((whole["digits"],) if whole else ())):
                if value := values.get(answer.casefold()):
                    return value
            raise BadNote(f"{code.name} takes {', '.join(code.choices[:20])}, not {word[:40]!r}")
        case "number":
            digits = word.replace(",", ".") if decimal_comma or _DECIMAL_COMMA.fullmatch(word) else word
            try:
                number = float(digits) if len(digits) <= 30 and "_" not in digits else math.nan
            except ValueError:
                number = math.nan
            if not math.isfinite(number):
                raise BadNote(f"{code.name} takes a number, not {word[:40]!r}")
            return f"{number:.15g}"


def write_answer(
    notes: NotesFile,
    key: ArticleKey,
    code: Code,
    value: str | None,
    *,
    coder: str,
    note_uid: str = "",
    revision: int | None = None,
    now: datetime,
) -> bool:
    """Write what a coder answers to a code, None to take an answer back; return True if that is another answer."""
    coder = check_name(coder, "a coder's name")
    with notes.transaction() as db:
        return insert_answer(
            db, key, code, value, coder=coder, note_uid=note_uid, revision=revision, moment=instant(now)
        )


def insert_answer(
    db: Database,
    key: ArticleKey,
    code: Code,
    value: str | None,
    *,
    coder: str,
    note_uid: str,
    revision: int | None,
    moment: str,
) -> bool:
    """Write an answer inside the caller's transaction (:func:`write_answer`)."""
    where = (code.name, coder, *key, note_uid)
    row = db.execute(
        "SELECT a.id, a.current, v.value FROM answers a JOIN codes c ON c.id = a.code_id JOIN answer_versions v"
        " ON v.answer_id = a.id AND v.version = a.current WHERE c.name = ? AND a.coder = ? AND a.site = ?"
        " AND a.language = ? AND a.site_key = ? AND a.note_uid = ?",
        where,
    ).fetchone()
    if row is None:
        if value is None:
            return False
        cursor = db.execute(
            "INSERT INTO answers (code_id, coder, site, language, site_key, note_uid, current)"
            " VALUES ((SELECT id FROM codes WHERE name = ?), ?, ?, ?, ?, ?, 1)",
            where,
        )
        answer_id = cursor.lastrowid
        version = 1
    else:
        answer_id, former_version, former = row
        if former == value:
            return False
        last = select_value(db, "SELECT max(version) FROM answer_versions WHERE answer_id = ?", (answer_id,))
        version = max(int(last), int(former_version)) + 1
        db.execute("UPDATE answers SET current = ? WHERE id = ?", (version, answer_id))
    db.execute(
        "INSERT INTO answer_versions (answer_id, version, changed_at, value, code_version, revision)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (answer_id, version, moment, value, code.version, revision),
    )
    return True


def list_answers(
    notes: NotesFile, *, key: ArticleKey | None = None, code: str | None = None, coder: str | None = None
) -> list[Answer]:
    """Return the answers that stand, by code, article and coder; of an article, a code, a coder alone."""
    conditions: list[str] = ["1"]
    values: list[Any] = []
    if key is not None:
        conditions.append("site = ? AND language = ? AND site_key = ?")
        values += list(key)
    for column, name in (("code", code), ("coder", coder)):
        if name is not None:
            conditions.append(f"{column} = ? COLLATE NOCASE")
            values.append(name.strip())
    order = "code, site, language, site_key, note_uid, coder"
    sql = f"SELECT * FROM v_answers WHERE {' AND '.join(conditions)} ORDER BY {order}"
    with notes.translate_errors():
        return list_records(notes.db, Answer, sql, values)
