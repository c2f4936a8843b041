"""Decides whether the shorter text of a later visit is an editor's cut, or truncated by a paywall or an error.

A text that has lost more than half of its words is *truncated* when one of these is true:

- the page says so (:mod:`crawler.extraction.evidence.paywall`), in words that the archived text does not have itself;
- of byline, dateline and See also, which an editor does not touch, two are missing; or the byline or dateline that was
  the only one of them. A missing See also alone proves nothing: the site computes it when it serves the page, and it
  may be empty for a day.

Then the archived text stays, and a problem reports it. An editor's notice of withdrawal is no truncation: it becomes a
version. However many visits find the same short text, it is not believed: a paywall may last for years, and its page is
in the captures all the same.

A crawl believes no single page that has *lost* a byline, lead, dateline or half of its text, because a new layout looks
the same. The first such page changes nothing. The text becomes a version when a later visit finds the same while the
site's other pages still have the field (:attr:`crawler.crawl.monitoring.layout.LayoutMonitor.suspect_fields`).
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from crawler.comparison.edits import is_withdrawal
from crawler.items import Article
from crawler.normalisation.words.text import count_words, fold

SHRUNK_SHARE = 0.5
"""Share of the archived words below which a text may be truncated: editors shorten, but seldom by half."""

LOSS_REASON = "No longer found on the page. The article archived before is kept until a later visit finds the same."
"""Reason of the problem that reports a loss; its value names the lost fields."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchivedTexts:
    """The archived values of an article that a later reading is compared with."""

    lead: str | None
    body: str
    byline: str | None
    dateline: str | None
    see_also: int
    """Entries of its See also at the last visit."""


def explain_truncation(archived: ArchivedTexts, article: Article, mark: str | None) -> str | None:
    """Return why a reading is truncated and must not replace the archived one, as the reason of a problem; else None.

    ``mark`` is the phrase by which the page says that its text is behind a paywall.
    """
    words_before, words_now = _count_words(archived.lead, archived.body), _count_words(article.lead, article.body)
    if words_now >= SHRUNK_SHARE * words_before or is_withdrawal(article.body, words_before):
        return None
    shrunk = f"The text has shrunk from {words_before} words to {words_now}"
    if mark is not None and mark not in " ".join(fold(f"{archived.lead} {archived.body}").split()):
        return f"{shrunk}, and the page says “{mark[:100]}”: the text archived before is kept."
    archived_values = {"byline": archived.byline, "dateline": archived.dateline, "See also": archived.see_also}
    values = {"byline": article.byline, "dateline": article.dateline, "See also": article.see_also}
    fields_before = [name for name, value in archived_values.items() if value]
    lost = [name for name in fields_before if not values[name]]
    if len(lost) >= min(2, len(fields_before)) and lost not in ([], ["See also"]):
        return f"{shrunk}, without the {' and the '.join(lost)} it had: the text archived before is kept."
    return None


def find_lost_fields(
    archived: ArchivedTexts, article: Article, suspect_fields: Set[str] = frozenset()
) -> tuple[str, ...]:
    """Return the fields that an article has lost, among byline, lead, dateline, and body if half of its words are gone.

    An editor may have removed the field, or the page has a layout that is not understood: one page cannot tell which.
    Where ``body`` is among the suspect fields, losing any words counts as a loss.
    """
    lost_fields = [
        name for name in ("byline", "lead", "dateline") if getattr(archived, name) and not getattr(article, name)
    ]
    words_before = _count_words(archived.lead, archived.body)
    lowest = words_before if "body" in suspect_fields else SHRUNK_SHARE * words_before
    if _count_words(article.lead, article.body) < lowest and not is_withdrawal(article.body, words_before):
        lost_fields.append("body")
    return tuple(lost_fields)


def _count_words(lead: str | None, body: str) -> int:
    return count_words(lead or "") + count_words(body)
