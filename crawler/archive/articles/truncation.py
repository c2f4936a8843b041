"""Is a shorter text an editor's cut, or all that a wall or an error let through? Decided when an article comes back.

A text that has lost more than half of its words is *kept back*, not cut, when one of these is true:

- the page says so (:mod:`crawler.extraction.paywall`), in words that the archived text does not have itself;
- of byline, dateline and See also, which an editor leaves alone, two are gone; or the byline or dateline that was the
  only one of them. See also by itself proves nothing: it is made when the page is served, and may be empty for a day.

Then the archived text stays, and a problem tells. An editor's notice of withdrawal is neither: it becomes a version.
There is no number of visits after which a short text is believed: a wall may stand for years, and its page is in the
captures all the same.

A crawl trusts no single page that has *lost* a byline, lead, dateline or half of its text: a new layout looks the same.
It is kept back the first time, and becomes a version when a later visit finds the same while the site's other pages
still have it (:attr:`crawler.crawl.monitoring.layout.LayoutMonitor.suspect_fields`).
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from crawler.comparison.edits import is_withdrawal
from crawler.items import Article
from crawler.normalisation.text import count_words, fold

SHRUNK_SHARE = 0.5
"""Share of the archived words below which a text is looked at: editors shorten, but seldom by half."""

LOSS_REASON = "No longer found on the page. The article archived before is kept until a later visit finds the same."
"""Reason of the problem that tells of a loss; its value names what was lost."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchivedTexts:
    """What is archived of the article."""

    lead: str | None
    body: str
    byline: str | None
    dateline: str | None
    see_also: int
    """Entries of its See also at the last visit."""


def explain_truncation(archived: ArchivedTexts, article: Article, mark: str | None) -> str | None:
    """Return why a reading must not replace the archived one, in words for a problem; None when it may."""
    former, now = _count_words(archived.lead, archived.body), _count_words(article.lead, article.body)
    if now >= SHRUNK_SHARE * former or is_withdrawal(article.body, former):
        return None
    shrunk = f"The text has shrunk from {former} words to {now}"
    if mark is not None and mark not in " ".join(fold(f"{archived.lead} {archived.body}").split()):
        return f"{shrunk}, and the page says “{mark[:100]}”: the text archived before is kept."
    had = {"byline": archived.byline, "dateline": archived.dateline, "See also": archived.see_also}
    has = {"byline": article.byline, "dateline": article.dateline, "See also": article.see_also}
    there = [name for name, value in had.items() if value]
    lost = [name for name in there if not has[name]]
    if len(lost) >= min(2, len(there)) and lost not in ([], ["See also"]):
        return f"{shrunk}, without the {' and the '.join(lost)} it had: the text archived before is kept."
    return None


def find_lost_fields(
    archived: ArchivedTexts, article: Article, suspect_fields: Set[str] = frozenset()
) -> tuple[str, ...]:
    """Return which of byline, lead, dateline and body an article had and has no more; a body that has lost half.

    An editor may have taken it away, or the page is printed in a way that is not understood: one page cannot tell.
    Where ``body`` is among the suspect fields, any loss of words is one.
    """
    gone = [name for name in ("byline", "lead", "dateline") if getattr(archived, name) and not getattr(article, name)]
    former = _count_words(archived.lead, archived.body)
    least = former if "body" in suspect_fields else SHRUNK_SHARE * former
    if _count_words(article.lead, article.body) < least and not is_withdrawal(article.body, former):
        gone.append("body")
    return tuple(gone)


def _count_words(lead: str | None, body: str) -> int:
    return count_words(lead or "") + count_words(body)
