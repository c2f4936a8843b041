"""Estimates the rate at which earlier pages had a feature, and the evidence of a loss that a page without it gives.

Pages of one run are no independent draws: days differ, and so do the parts of a site that a run comes to. So the
earlier runs are taken as clusters (one for each run and year of publication). Their design effect ``D`` is Pearson's
chi-square for equal shares over its degrees of freedom (Rao & Scott 1992, Biometrics 48:577-585). Their intraclass
correlation ``rho`` follows from ``D = 1 + (m - 1) rho`` (Kish 1965, Survey Sampling, 5.4); ``D`` is first reduced by
what chance explains (two standard errors, each the root of ``2 / (k - 1)``), and ``rho`` is at least
:data:`MIN_CORRELATION`. A history of ``n`` pages is worth ``1 / (1/n + rho)`` independent pages as a forecast of the
next run, and the share that is *tolerated* is the lower limit of Wilson's score interval (1927, JASA 22:209-212) for so
many, at :data:`STANDARD_ERRORS` standard errors, one-sided.

The evidence is summed page by page as in Page's CUSUM (1954, Biometrika 41:100-115), with the expected share of each
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
"""Pages that have to lack a feature for an alarm, however usual it was: a run of five pages never raises one."""
MIN_PAGES_COMPARED = 10
"""Earlier pages that a comparison needs."""
STANDARD_ERRORS = 3.0
"""Standard errors between the usual and the tolerated share: one healthy run of 700 is below."""
MIN_CORRELATION = 0.05
"""Least correlation within a run: however long its history, the next run is as uncertain as a sample of 20 pages."""
SHARE_AFTER_LOSS = 1 / 8
"""Share of the tolerated pages that still have a feature after its loss: in other layouts, or by mistake."""
LEAST_TOLERATED = 0.2
"""Tolerated share below which nothing is concluded from a page that lacks the feature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRate:
    """The usual share of pages with a feature, and the evidence of its loss that each page gives."""

    rate: float
    """Share of the earlier pages that had it."""
    tolerated: float
    """Share below which a run is not normal; 0 when nothing can be concluded."""
    lacking: float = 0.0
    """Evidence of a page without it."""
    having: float = 0.0
    """Evidence of a page with it; negative."""


def estimate_rate(clusters: Sequence[tuple[int, int]], least: int = MIN_PAGES_COMPARED) -> ExpectedRate | None:
    """Return the expected rate for clusters of (pages with the feature, pages); None with fewer than ``least`` pages.

    >>> estimate_rate([(38, 40), (19, 20)]).rate
    0.95
    """
    clusters = [(had, pages) for had, pages in clusters if pages]
    total = sum(pages for _, pages in clusters)
    if total < least:
        return None
    rate = sum(had for had, _ in clusters) / total
    size = 1 / (1 / total + _estimate_correlation(clusters, rate, total))
    spread = STANDARD_ERRORS * sqrt(rate * (1 - rate) / size + (STANDARD_ERRORS / (2 * size)) ** 2)
    tolerated = (rate + STANDARD_ERRORS**2 / (2 * size) - spread) / (1 + STANDARD_ERRORS**2 / size)
    return make_expected_rate(rate, tolerated)


def make_expected_rate(rate: float, tolerated: float) -> ExpectedRate:
    """Return the expected rate, with the evidence of a page (natural logarithm), of a share and its tolerated one."""
    if tolerated < LEAST_TOLERATED:
        return ExpectedRate(rate=rate, tolerated=0.0)
    remaining = tolerated * SHARE_AFTER_LOSS
    return ExpectedRate(
        rate=rate,
        tolerated=tolerated,
        lacking=log((1 - remaining) / (1 - tolerated)),
        having=log(remaining / tolerated),
    )


def _estimate_correlation(clusters: Sequence[tuple[int, int]], rate: float, total: int) -> float:
    """Return the intraclass correlation of clusters, without what chance explains; at least MIN_CORRELATION."""
    degrees = len(clusters) - 1
    if degrees < 1 or not 0 < rate < 1:
        return MIN_CORRELATION
    chi_square = sum((had - pages * rate) ** 2 / pages for had, pages in clusters) / (rate * (1 - rate))
    excess = chi_square / degrees - 1 - 2 * sqrt(2 / degrees)
    mean = (total - sum(pages * pages for _, pages in clusters) / total) / degrees
    return max(MIN_CORRELATION, min(1.0, excess / (mean - 1))) if excess > 0 and mean > 1 else MIN_CORRELATION


def measure_shortfall(had: int, pages: int, tolerated: float) -> float:
    """Return the evidence that a share is below the tolerated one (the mean over its pages); 0 when it is not.

    >>> round(measure_shortfall(2, 20, 0.7), 1)
    15.9
    """
    if not pages or not 0 < tolerated < 1 or had >= tolerated * pages:
        return 0.0
    share = had / pages
    divergence = (1 - share) * log((1 - share) / (1 - tolerated))
    if share:
        divergence += share * log(share / tolerated)
    return pages * divergence
