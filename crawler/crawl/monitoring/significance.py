"""Estimates how usual something was on earlier pages, and how strongly a page without it speaks for a change.

Pages of one run are no independent draws: days differ, and so do the corners of a site that a run comes to. So the
earlier runs are taken as clusters (one for each run and year of publication). Their design effect ``D`` is Pearson's
chi-square for equal shares over its degrees of freedom (Rao & Scott 1992, Biometrics 48:577-585); from
``D = 1 + (m - 1) rho`` (Kish 1965, Survey Sampling, 5.4) follows their intraclass correlation ``rho``, of which what
chance explains (two standard errors of ``D``, each the root of ``2 / (k - 1)``) is taken off, but never less than
:data:`MIN_CORRELATION` is left. A history of ``n`` pages then tells of the next run as much as ``1 / (1/n + rho)``
independent pages would, and the share that is *tolerated* is the lower limit of Wilson's score interval (1927, JASA
22:209-212) for so many, at :data:`STANDARD_ERRORS` standard errors, one-sided.

Page by page, evidence is summed as Page's CUSUM does (1954, Biometrika 41:100-115), with the expected share of each
page by its own language and year (Steiner et al. 2000, Biostatistics 1:441-452): a page adds the logarithm of the
likelihood ratio of "hardly any has it" (:data:`SHARE_AFTER_LOSS` of what is tolerated) against "as many as are
tolerated". By Lorden (1971, Annals of Mathematical Statistics 42:1897-1908) the sum reaches ``h`` by chance after
``exp(h)`` pages on average or more, even where the site is at the limit of what is tolerated all the time. At the end
the run as a whole is judged by Hoeffding's bound for sums of unequal chances (1963, JASA 58:13-30, theorem 1): the
evidence is ``n KL(share, tolerated)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

LEAST_LACKING = 8
"""So many pages have to lack it, however sure the site was to have it: a run of five pages never raises an alarm."""
MIN_PAGES_COMPARED = 10
"""Earlier pages that there must be for a comparison."""
STANDARD_ERRORS = 3.0
"""Standard errors of what is tolerated: one healthy run of 700 is below."""
MIN_CORRELATION = 0.05
"""Least correlation within a run: however long its history, the next run is as uncertain as a sample of 20 pages."""
SHARE_AFTER_LOSS = 1 / 8
"""A field that is gone is still found on some pages: in other layouts, or by mistake."""
LEAST_TOLERATED = 0.2
"""What may be missing from four pages of five says nothing by missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRate:
    """How often something was there, and how much speaks for its loss with each page."""

    rate: float
    """Share of the earlier pages that had it."""
    tolerated: float
    """Share below which a run is not normal; 0 when nothing can be said."""
    lacking: float = 0.0
    """Evidence of a page without it."""
    having: float = 0.0
    """Evidence of a page with it; negative."""


def estimate_rate(clusters: Sequence[tuple[int, int]], least: int = MIN_PAGES_COMPARED) -> ExpectedRate | None:
    """Say what is usual where earlier runs had it on so many of so many pages; None with fewer pages than ``least``.

    >>> estimate_rate([(38, 40), (19, 20)]).rate
    0.95
    """
    clusters = [(had, pages) for had, pages in clusters if pages]
    total = sum(pages for _, pages in clusters)
    if total < least:
        return None
    rate = sum(had for had, _ in clusters) / total
    size = 1 / (1 / total + _correlation(clusters, rate, total))
    spread = STANDARD_ERRORS * sqrt(rate * (1 - rate) / size + (STANDARD_ERRORS / (2 * size)) ** 2)
    tolerated = (rate + STANDARD_ERRORS**2 / (2 * size) - spread) / (1 + STANDARD_ERRORS**2 / size)
    return make_expected_rate(rate, tolerated)


def make_expected_rate(rate: float, tolerated: float) -> ExpectedRate:
    """Return what pages speak for where such a share is tolerated."""
    if tolerated < LEAST_TOLERATED:
        return ExpectedRate(rate=rate, tolerated=0.0)
    gone = tolerated * SHARE_AFTER_LOSS
    return ExpectedRate(
        rate=rate, tolerated=tolerated, lacking=log((1 - gone) / (1 - tolerated)), having=log(gone / tolerated)
    )


def _correlation(clusters: Sequence[tuple[int, int]], rate: float, total: int) -> float:
    """Return the intraclass correlation of clusters, without what chance explains."""
    degrees = len(clusters) - 1
    if degrees < 1 or not 0 < rate < 1:
        return MIN_CORRELATION
    chi_square = sum((had - pages * rate) ** 2 / pages for had, pages in clusters) / (rate * (1 - rate))
    excess = chi_square / degrees - 1 - 2 * sqrt(2 / degrees)
    mean = (total - sum(pages * pages for _, pages in clusters) / total) / degrees
    return max(MIN_CORRELATION, min(1.0, excess / (mean - 1))) if excess > 0 and mean > 1 else MIN_CORRELATION


def shortfall(had: int, pages: int, tolerated: float) -> float:
    """Return the evidence that a share is below what is tolerated (its mean over the pages); 0 when it is not.

    >>> round(shortfall(2, 20, 0.7), 1)
    15.9
    """
    if not pages or not 0 < tolerated < 1 or had >= tolerated * pages:
        return 0.0
    share = had / pages
    divergence = (1 - share) * log((1 - share) / (1 - tolerated))
    if share:
        divergence += share * log(share / tolerated)
    return pages * divergence
