"""Figures that are no numbers break no reading."""

from __future__ import annotations

from crawler.normalisation.dates.date_words import is_known


def test_a_figure_set_high_beside_a_month_is_no_day() -> None:
    assert not is_known("² May", ("en",))
    assert is_known("2 May", ("en",))
