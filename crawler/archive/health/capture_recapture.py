"""Estimates a total by capture and recapture, from the counts of two samples and of their overlap."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

MIN_IN_BOTH = 7
"""Members of both samples that an estimate needs; with fewer it is far too low as a rule (Robson and Regier 1964)."""
Z_95 = 1.96
"""The quantile of the normal distribution for a 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The estimated total of a population."""

    total: float
    low: float
    high: float
    """The 95 % interval around ``total``."""
    variance: float
    met: int
    """Number of members in either sample."""


def estimate_total(first: int, second: int, both: int) -> Estimate | None:
    """Estimate a total from the sizes of two samples and of their overlap; None when the overlap is too small.

    Chapman's estimator, (n1 + 1)(n2 + 1) / (m + 1) - 1: D. G. Chapman, "Some properties of the hypergeometric
    distribution with applications to zoological sample censuses", University of California Publications in Statistics 1
    (1951), 131-160. Its variance is that of G. A. F. Seber, "The effects of trap response on tag recapture estimates",
    Biometrics 26 (1970), 13-22. The interval is log-normal over the members not met, so that it never lies below those
    met: A. Chao, "Estimating the population size for capture-recapture data with unequal catchability", Biometrics 43
    (1987), 783-791. It holds when the two samples are independent; where both favour the same members, the true total
    is higher.
    """
    if both < MIN_IN_BOTH:
        return None
    total = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    return _make_estimate(total, variance, first + second - both)


def add_estimates(estimates: Iterable[Estimate]) -> Estimate | None:
    """Add up the estimates of disjoint parts; None without any."""
    parts = list(estimates)
    if not parts:
        return None
    total, variance = sum(part.total for part in parts), sum(part.variance for part in parts)
    return _make_estimate(total, variance, sum(part.met for part in parts))


def _make_estimate(total: float, variance: float, met: int) -> Estimate:
    unmet = total - met
    spread = math.exp(Z_95 * math.sqrt(math.log1p(variance / unmet**2))) if unmet > 0 else 1.0
    low, high = (met + unmet / spread, met + unmet * spread) if unmet > 0 else (float(met), float(met))
    return Estimate(total=max(total, met), low=low, high=high, variance=variance, met=met)
