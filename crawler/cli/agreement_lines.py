"""Lays the agreement of coders out in lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from crawler.cli.output import format_count, to_one_line
from crawler.notes.agreement import Agreement, Undefined

REASONS: Final[dict[Undefined, str]] = {
    "no_pairs": "nobody else has coded the same articles",
    "no_variation": "all answers are the same, so chance cannot be told from agreement",
}


def iter_agreement_lines(agreement: Agreement) -> Iterator[str]:
    """Yield what was compared, alpha, and a line for each two coders."""
    coded = f"{format_count(agreement.units, 'article or passage', 'articles and passages')} coded by two or more"
    coders = format_count(len(agreement.coders), "coder")
    yield f"{to_one_line(agreement.code)} ({agreement.metric}): {coders}, {coded}"
    yield f"  {agreement.values:,} answers compared, {agreement.single_units:,} of one coder alone"
    yield f"  Krippendorff's alpha  {_format_share(agreement.alpha, agreement.undefined)}"
    for pair in agreement.pairs:
        names = f"{to_one_line(pair.first)} and {to_one_line(pair.second)}"
        equal = f"{pair.equal:,} of {pair.units:,} equal"
        share = f" ({100 * pair.share:.1f}%)" if pair.share is not None else ""
        yield f"  {names}: {equal}{share}, Cohen's kappa {_format_share(pair.kappa, pair.undefined)}"


def _format_share(value: float | None, reason: Undefined | None) -> str:
    if value is not None:
        return f"{value:.3f}"
    return f"not defined: {REASONS[reason]}" if reason is not None else "not defined"
