"""Brings the archived reading of an article up to today's rules before a visit is compared with it.

A text counts as changed only if the former page, read by today's rules, differs too. Otherwise a better rule would give
each article that it reads differently an edit that its publisher never made.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.archive.articles.readings import LostArticle, ReadFormer, Reading, RereadChange, load_reading
from crawler.archive.write.addresses.queue import Queue
from crawler.archive.write.articles.article import Articles, KeptArticle
from crawler.archive.write.articles.readings import write_reading
from crawler.archive.write.articles.rereads import note_reread_of_run, write_former
from crawler.items import Fate


@dataclass(slots=True)
class FormerReading:
    """The archived reading of the article that one visit brings. ``first_capture`` is the first capture of the visit.

    Without ``read_former`` it stays as it is, and every difference is an edit.
    """

    articles: Articles
    queue: Queue
    read_former: ReadFormer | None
    run_id: int
    first_capture: int | None
    now: datetime
    is_unread: bool = False
    """True when a page that the visit is compared with could not be read again."""
    _former: Reading | None = None
    _change: RereadChange | None = None

    def refresh(self, article_id: int, numbers: Collection[int]) -> bool:
        """Replace the archived reading where today's rules read one of these versions differently.

        Returns True if it was replaced. What this run itself has read is not read again.
        """
        if self.read_former is None or self._is_of_this_run(article_id, numbers):
            return False
        outcome = self.read_former(article_id, numbers, self.first_capture)
        self.is_unread = isinstance(outcome, LostArticle)
        if not isinstance(outcome, RereadChange):
            return False
        self._change, self._former = outcome, load_reading(self.articles.conn, article_id)
        assert self._former is not None
        write_reading(self.articles, article_id, outcome.reading, self._former)
        self.queue.enqueue(outcome.site, outcome.links, self.run_id, self.now)
        return True

    def settle(self, result: KeptArticle) -> None:
        """Mark an edit that could not be verified, and keep the former reading for an undo, once the visit is written.

        The undo restores what the visit alone would have left, with the edits that it brought.
        """
        conn = self.articles.conn
        if self.is_unread and result.fate is Fate.REVISED:
            conn.execute(
                "UPDATE revision_rows SET unverified = 1 WHERE article_id = ?1"
                " AND number = (SELECT max(number) FROM revision_rows WHERE article_id = ?1)",
                (result.article_id,),
            )
        self.keep_for_undo(result.article_id)

    def keep_for_undo(self, article_id: int) -> None:
        """Keep what was replaced; an article that the visit gave an older version is left as it is by an undo."""
        if self._change is None or self._former is None:
            return
        conn, reread_reading = self.articles.conn, self._change.reading
        present = load_reading(conn, article_id)
        assert present is not None
        reread_id = note_reread_of_run(conn, self.run_id, self._former, reread_reading, self.now)
        if present.revisions[: len(reread_reading.revisions)] != reread_reading.revisions:
            write_former(conn, reread_id, article_id, self._former, reread_reading)
        else:
            former = _merge_later(self._former, reread_reading, present)
            write_former(conn, reread_id, article_id, former, present)

    def _is_of_this_run(self, article_id: int, numbers: Collection[int]) -> bool:
        marks = ", ".join("?" * len(numbers))
        (count,) = self.articles.conn.execute(
            "SELECT count(*) FROM revisions r JOIN captures c ON c.id = r.capture_id"
            f" WHERE r.article_id = ? AND r.number IN ({marks}) AND c.run_id = ?",
            (article_id, *numbers, self.run_id),
        ).fetchone()
        return int(count) == len(numbers)


def _merge_later(former: Reading, reread_reading: Reading, present: Reading) -> Reading:
    """Return the former reading with everything that has come to an article since it was read again."""
    edits = present.revisions[len(reread_reading.revisions) :]
    columns = {
        name: value if edits or value != reread_reading.columns[name] else former.columns[name]
        for name, value in present.columns.items()
    }
    entries = {entry.target_key: entry for entry in former.see_also}
    reread_entries = {entry.target_key for entry in reread_reading.see_also}
    entries |= {entry.target_key: entry for entry in present.see_also if entry.target_key not in reread_entries}
    translations = {translation.target_key: translation for translation in former.translations}
    translations |= {
        translation.target_key: translation
        for translation in present.translations
        if translation not in reread_reading.translations
    }
    return replace(
        present,
        columns=columns,
        revisions=(*former.revisions, *edits),
        authors=present.authors if edits or present.authors != reread_reading.authors else former.authors,
        see_also=tuple(entries[key] for key in sorted(entries)),
        translations=tuple(translations[key] for key in sorted(translations)),
    )
