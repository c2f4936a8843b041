"""Measures how far coders agree: Krippendorff's alpha, Cohen's kappa, shares of equal answers.

Alpha is computed by the coincidence matrix of Klaus Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011),
section C, whose example the tests repeat; kappa is that of Jacob Cohen, "A coefficient of agreement for nominal scales"
(1960). What is not defined is None, with the reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal, get_args

from crawler.notes.records import Answer, BadNote, Code

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
METRICS: Final[tuple[Metric, ...]] = get_args(Metric)
Undefined = Literal["no_pairs", "no_variation"]
"""Why a coefficient is not defined: no unit has two answers, or all answers are the same."""
Units = Mapping[str, Mapping[str, float]]
"""Unit → coder → value; who has not answered is not there."""
_LARGEST_SQUARED: Final = 1e100
"""Up to which sums of squares are numbers."""
Distance = Callable[[float, float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAgreement:
    """How far two coders agree on the units that both have coded."""

    first: str
    second: str
    units: int
    equal: int
    share: float | None
    """Of equal answers; None without units."""
    kappa: float | None
    undefined: Undefined | None
    """Why there is no kappa."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far all coders agree on a code."""

    code: str
    metric: Metric
    coders: tuple[str, ...]
    units: int
    """Articles or passages with at least two answers."""
    single_units: int
    """Those with one answer, which tell nothing."""
    values: int
    """Answers that can be compared with another one: n in Krippendorff's formulas."""
    alpha: float | None
    undefined: Undefined | None
    """Why there is no alpha."""
    pairs: tuple[PairAgreement, ...]
    left_out: int = 0
    """Answers left out because they are no value of the code as it is now."""


def measure_agreement(
    code: Code, answers: Sequence[Answer], *, metric: Metric | None = None, coders: Sequence[str] = ()
) -> Agreement:
    """Return the agreement of coders on a code; of all of them when none is named.

    The metric is nominal for yes and no and for a choice, interval for numbers, unless another is given: the order of
    an ordinal one is that of the choice's values. Raises BadNote for a metric that the values do not have.
    """
    chosen = metric or ("interval" if code.kind == "number" else "nominal")
    if chosen in ("interval", "ratio") and code.kind != "number":
        raise BadNote(f"{code.name} is no number, so its answers have no distances: nominal or ordinal")
    names = {coder.casefold() for coder in coders}
    units: dict[str, dict[str, float]] = defaultdict(dict)
    left_out = 0
    for answer in answers:
        if names and answer.coder.casefold() not in names:
            continue
        value = _read_number(code, answer.value)
        if value is None:
            left_out += 1
        else:
            units["/".join((*answer.key, answer.note_uid))][answer.coder] = value
    if chosen == "ratio" and any(value < 0 for values in units.values() for value in values.values()):
        raise BadNote(f"{code.name} has negative answers, and a ratio scale begins at nought: interval")
    everybody = sorted({coder for values in units.values() for coder in values})
    alpha, reason = compute_alpha(units, chosen)
    comparable = [values for values in units.values() if len(values) > 1]
    return Agreement(
        code=code.name,
        metric=chosen,
        coders=tuple(everybody),
        units=len(comparable),
        single_units=len(units) - len(comparable),
        values=sum(map(len, comparable)),
        alpha=alpha,
        undefined=reason,
        pairs=tuple(_compare_pair(units, first, second) for first, second in combinations(everybody, 2)),
        left_out=left_out,
    )


def compute_alpha(units: Units, metric: Metric) -> tuple[float | None, Undefined | None]:
    """Return Krippendorff's alpha, or None and why it is not defined. A unit with one value takes no part."""
    coincidences: Counter[tuple[float, float]] = Counter()
    for values in (list(values.values()) for values in units.values() if len(values) > 1):
        counts = Counter(values)
        for first, count in counts.items():
            for second, other in counts.items():
                pairs = count * (other - 1) if first == second else count * other
                if pairs:
                    coincidences[first, second] += pairs / (len(values) - 1)  # type: ignore[assignment]  # no integers
    if not coincidences:
        return None, "no_pairs"
    totals: Counter[float] = Counter()
    for (first, _), weight in coincidences.items():
        totals[first] += weight
    measure = _make_distance(metric, totals)
    scale = sorted(totals)
    observed = sum(weight * measure(*pair) for pair, weight in coincidences.items())
    expected = sum(
        totals[first] * totals[second] * measure(first, second)
        for first in scale
        for second in scale
        if first != second
    )
    if not expected:
        return None, "no_variation"
    return 1 - (sum(totals.values()) - 1) * observed / expected, None


def compute_kappa(pairs: Sequence[tuple[float, float]]) -> tuple[float | None, Undefined | None]:
    """Return Cohen's kappa of pairs of values, or None and why it is not defined."""
    if not pairs:
        return None, "no_pairs"
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    equal = sum(first == second for first, second in pairs)
    by_chance = sum(firsts[value] * seconds[value] for value in firsts)
    if by_chance == len(pairs) ** 2:
        return None, "no_variation"
    return (equal * len(pairs) - by_chance) / (len(pairs) ** 2 - by_chance), None


def _compare_pair(units: Units, first: str, second: str) -> PairAgreement:
    pairs = [(values[first], values[second]) for values in units.values() if first in values and second in values]
    equal = sum(one == other for one, other in pairs)
    kappa, reason = compute_kappa(pairs)
    return PairAgreement(
        first=first,
        second=second,
        units=len(pairs),
        equal=equal,
        share=equal / len(pairs) if pairs else None,
        kappa=kappa,
        undefined=reason,
    )


def _make_distance(metric: Metric, totals: Mapping[float, float]) -> Distance:
    """Return the squared difference of two values (Krippendorff 2011, section C, step 4)."""
    if metric == "ordinal":
        ranks: dict[float, float] = {}
        below = 0.0
        for value in sorted(totals):
            ranks[value] = below + totals[value] / 2  # differences of mid-ranks are his sums without both halves
            below += totals[value]
        return lambda first, second: (ranks[first] - ranks[second]) ** 2
    if metric in ("interval", "ratio"):
        # Alpha does not change with the unit of measurement, and squares of the largest numbers are none.
        largest = max(map(abs, totals), default=0.0)
        unit = largest if largest > _LARGEST_SQUARED else 1.0
        return lambda first, second: _measure_distance(first / unit, second / unit, is_ratio=metric == "ratio")
    return lambda first, second: float(first != second)


def _measure_distance(first: float, second: float, *, is_ratio: bool) -> float:
    if first == second:
        return 0.0
    return ((first - second) / (first + second)) ** 2 if is_ratio else (first - second) ** 2


def _read_number(code: Code, value: str) -> float | None:
    """Return an answer as a number: its place among the values of a code; None for what is no value any more."""
    if code.kind == "number":
        return float(value)
    return float(code.values.index(value)) if value in code.values else None
