"""Texts are read by formats exactly as Python's own ``strptime`` reads them."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st
from support.tables import check_rows

from crawler.normalisation.dates.formats import parse_by_format

FORMS = (
    *(
        "%m/%d/%Y, %H.%M",
        "%d/%m/%Y %H:%M:%S",
        "%d/%m/%Y",
        "%Y-%m-%d",
        "%Y%m%d",
        "%d.%m.%Y | %H:%M",
        "%Y年%m月%d日  %H:%M",
    ),
    *("%H:%M %d/%m/%Y", "%d %B %Y", "%d/%m/%y", "%d/%m", "(%d/%m/%Y)+", "%d%%%m/%Y", "%d/%m/%Y%"),
)
NUMBERS = st.integers(0, 99).map(str) | st.sampled_from(
    ("00", "01", " 5", "007", "29", "31", "60", "61", "2022", "1900")
)
TEXTS = st.lists(NUMBERS | st.sampled_from(("/", ".", ":", ", ", " ", "  ", "年", "月", "日", " | ", "may", "%"))).map(
    "".join
)


def parse_as_python(text: str, form: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(text, form)
    return None


def parse(text: str, form: str) -> datetime | None:
    with suppress(ValueError):
        return parse_by_format(text, form)
    return None


@check_rows(
    ("text", "form", "expected"),
    [
        ("03/11/2022, 09.45", "%m/%d/%Y, %H.%M", datetime(2022, 3, 11, 9, 45)),
        ("3/1/2022", "%m/%d/%Y", datetime(2022, 3, 1)),
        ("29/02/2024 9:05:07", "%d/%m/%Y %H:%M:%S", datetime(2024, 2, 29, 9, 5, 7)),
        ("29/02/2023", "%d/%m/%Y", None),
        ("13/13/2023", "%d/%m/%Y", None),
        ("03/11/2022, 09.45 h", "%m/%d/%Y, %H.%M", None),
        ("03/11/2022,   09.45", "%m/%d/%Y, %H.%M", datetime(2022, 3, 11, 9, 45)),
        ("2022年3月11日", "%Y年%m月%d日", datetime(2022, 3, 11)),
        ("11 March 2022", "%d %B %Y", datetime(2022, 3, 11)),
    ],
)
def test_a_text_is_read_by_its_format(text: str, form: str, expected: datetime | None) -> None:
    assert parse(text, form) == expected


@given(TEXTS, st.sampled_from(FORMS))
def test_every_text_is_read_as_python_reads_it(text: str, form: str) -> None:
    assert parse(text, form) == parse_as_python(text, form)


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)), st.sampled_from(FORMS[:8]))
def test_what_a_format_prints_is_read_again(moment: datetime, form: str) -> None:
    printed = moment.strftime(form)
    assert parse(printed, form) == datetime.strptime(printed, form)
