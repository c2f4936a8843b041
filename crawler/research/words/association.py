"""Measures how much more often than by chance a word stands here and not elsewhere.

All measures start from one table of words (not of articles)::

                     here   elsewhere
    the word         o11    o21         c1
    all other words  o12    o22
                     r1                 n

and from what chance alone would put into its first cell, ``e11 = r1 * c1 / n``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Measure = Literal["ll", "mi", "dice", "log-dice", "t", "z"]


@dataclass(frozen=True, slots=True)
class ContingencyTable:
    """The four cells; none is negative."""

    o11: int
    o12: int
    o21: int
    o22: int

    @property
    def r1(self) -> int:
        """All words here."""
        return self.o11 + self.o12

    @property
    def c1(self) -> int:
        """All occurrences of the word."""
        return self.o11 + self.o21

    @property
    def n(self) -> int:
        """All words."""
        return self.o11 + self.o12 + self.o21 + self.o22

    @property
    def expected(self) -> float:
        """What chance would put here of the word; 0 of nothing."""
        return self.r1 * self.c1 / self.n if self.n else 0.0


def log_likelihood(table: ContingencyTable) -> float:
    """Return G², twice the sum over all four cells of ``o * ln(o / e)``.

    T. Dunning, "Accurate methods for the statistics of surprise and coincidence", Computational Linguistics 19(1),
    1993, 61-74; his -2 log λ of two binomials is this sum.

    >>> round(log_likelihood(ContingencyTable(110, 2442, 111, 29114)), 2)  # "the swiss", Dunning's first row
    270.72
    """
    r2, c2 = table.o21 + table.o22, table.o12 + table.o22
    cells = (
        (table.o11, table.r1 * table.c1),
        (table.o12, table.r1 * c2),
        (table.o21, r2 * table.c1),
        (table.o22, r2 * c2),
    )
    n = table.n
    return max(2 * sum(_sum_cell(seen, product / n) for seen, product in cells if seen), 0.0)


def keyness(table: ContingencyTable) -> float:
    """Return the log-likelihood of a frequency list against another: the word's own two cells alone.

    P. Rayson and R. Garside, "Comparing corpora using frequency profiling", Proceedings of the Workshop on Comparing
    Corpora (ACL 2000), 1-6: ``2 * (a * ln(a / E1) + b * ln(b / E2))`` with ``E1 = c * (a + b) / (c + d)``, where the
    word occurs a times in the c words of one corpus and b times in the d words of the other.
    """
    elsewhere = table.c1 - table.expected
    seen = ((table.o11, table.expected), (table.o21, elsewhere))
    return max(2 * sum(_sum_cell(count, expected) for count, expected in seen if count), 0.0)


def mutual_information(table: ContingencyTable) -> float:
    """Return the pointwise mutual information in bits, ``log2(o11 / e11)``; minus infinity where nothing stands here.

    K. W. Church and P. Hanks, "Word association norms, mutual information, and lexicography", Computational Linguistics
    16(1), 1990, 22-29. It favours rare words: give it a minimum of occurrences.
    """
    return math.log2(table.o11 / table.expected) if table.o11 else -math.inf


def dice(table: ContingencyTable) -> float:
    """Return Dice's coefficient of the word and of standing here, ``2 * o11 / (r1 + c1)``, from 0 to 1.

    L. R. Dice, "Measures of the amount of ecologic association between species", Ecology 26(3), 1945, 297-302; for
    words F. Smadja, "Retrieving collocations from text: Xtract", Computational Linguistics 19(1), 1993, 143-177.
    """
    return 2 * table.o11 / (table.r1 + table.c1) if table.r1 + table.c1 else 0.0


def log_dice(table: ContingencyTable) -> float:
    """Return Dice's coefficient on a scale that does not depend on the size of the corpus, ``14 + log2(dice)``.

    P. Rychlý, "A lexicographer-friendly association score", Proceedings of RASLAN 2008, 6-9. At most 14; 1 more is
    twice as strong. Minus infinity where nothing stands here.

    >>> round(log_dice(ContingencyTable(2, 2, 2, 94)), 6)  # a half: one less than 14
    13.0
    """
    return 14 + math.log2(dice(table)) if table.o11 else -math.inf


def t_score(table: ContingencyTable) -> float:
    """Return by how many of its standard errors a count is above what chance would put here,
    ``(o11 - e11) / sqrt(o11)``.

    K. W. Church, W. Gale, P. Hanks and D. Hindle, "Using statistics in lexical analysis", in U. Zernik (ed.), Lexical
    Acquisition, 1991, 115-164. It favours frequent words. 0 where nothing stands here.
    """
    return (table.o11 - table.expected) / math.sqrt(table.o11) if table.o11 else 0.0


def z_score(table: ContingencyTable) -> float:
    """Return by how many standard deviations a count is above what chance would put here,
    ``(o11 - e11) / sqrt(e11)``.

    S. Evert, The Statistics of Word Cooccurrences, 2005, section 3.1; after G. Berry-Rogghe, "The computation of
    collocations and their relevance to lexical studies", 1973. It favours rare words. 0 of nothing.
    """
    return (table.o11 - table.expected) / math.sqrt(table.expected) if table.expected else 0.0


def compute_p_value(score: float) -> float:
    """Return how probable a log-likelihood of this size or more is by chance: that of chi-squared with one degree of
    freedom, ``erfc(sqrt(score / 2))``.

    >>> round(compute_p_value(3.841459), 4)
    0.05
    """
    return math.erfc(math.sqrt(score / 2))


def adjust_p_values(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number: the share of false finds among all that are as small or smaller.

    Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B
    57(1), 1995, 289-300: the k-th smallest of m times ``m / k``, and none above the next one.

    >>> adjust_p_values([0.01, 0.04, 0.03])
    [0.03, 0.04, 0.04]
    """
    return adjust_counted_p_values(p_values, [1] * len(p_values))


def adjust_counted_p_values(p_values: Sequence[float], numbers: Sequence[int]) -> list[float]:
    """Return what :func:`adjust_p_values` returns for p-values of which each stands for so many words.

    >>> adjust_counted_p_values([0.01, 0.04], [2, 1])
    [0.015, 0.04]
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__, reverse=True)
    total = rank = sum(numbers)
    adjusted = [0.0] * len(p_values)
    lowest = 1.0
    for place in order:
        lowest = min(lowest, p_values[place] * total / rank)
        adjusted[place] = lowest
        rank -= numbers[place]
    return adjusted


def log_ratio(table: ContingencyTable) -> float | None:
    """Return the binary logarithm of the ratio of the two relative frequencies, an effect size; 1 is twice as often.

    A. Hardie, "Log Ratio: an informal introduction", ESRC Centre for Corpus Approaches to Social Science, 2014:
    ``log2((o11 / r1) / (o21 / r2))``, where a frequency of 0 counts as 0.5. None where one side has no words.

    >>> log_ratio(ContingencyTable(40, 960, 10, 990))  # 4 % against 1 %
    2.0
    """
    r2 = table.o21 + table.o22
    if not (table.r1 and r2):
        return None
    return math.log2(((table.o11 or 0.5) / table.r1) / ((table.o21 or 0.5) / r2))


def percent_difference(table: ContingencyTable) -> float | None:
    """Return %DIFF: by how many per cent the word is more frequent here than elsewhere, below 0 for less frequent.

    C. Gabrielatos and A. Marchi, "Keyness: appropriate metrics and practical issues", CADS International Conference,
    2012: ``(NF1 - NF2) * 100 / NF2`` with the normalised frequencies ``o11 / r1`` and ``o21 / r2``. None where the word
    does not stand elsewhere: what the authors put in place of that 0 would make up a figure.

    >>> percent_difference(ContingencyTable(30, 970, 10, 990))  # 3 % against 1 %
    200.0
    """
    if not (table.r1 and table.o21):
        return None
    here, elsewhere = table.o11 * (table.o21 + table.o22), table.o21 * table.r1
    return 100 * (here - elsewhere) / elsewhere


def _sum_cell(seen: int, expected: float) -> float:
    return seen * math.log(seen / expected)


MEASURES: Final[Mapping[Measure, Callable[[ContingencyTable], float]]] = {
    "ll": log_likelihood,
    "mi": mutual_information,
    "dice": dice,
    "log-dice": log_dice,
    "t": t_score,
    "z": z_score,
}
"""Measures by their names."""
