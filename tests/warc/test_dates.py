"""Dates that tools write into records and saved pages: one reader knows all their forms."""

from __future__ import annotations

from support.tables import check_rows

from crawler.warc.foreign.dates import read_date

NINE = "2024-03-01T09:00:00+00:00"
ROWS = {
    "WARC": ("2024-03-01T09:00:00Z", NINE),
    "WARC with parts of a second": ("2024-03-01T09:00:00.250Z", "2024-03-01T09:00:00.250000+00:00"),
    "WARC of a month": ("2024-03", "2024-03-01T00:00:00+00:00"),
    "ARC": ("20240301090000", NINE),
    "ISO with an offset": ("2024-03-01T10:00:00+01:00", NINE),
    "seconds since 1970": ("1709283600", NINE),
    "HTTP": ("Fri, 01 Mar 2024 09:00:00 GMT", NINE),
    "C": ("Fri Mar  1 09:00:00 2024", NINE),
    "mail": ("Fri, 1 Mar 2024 10:00:00 +0100", NINE),
    "mail without a weekday": ("1 Mar 2024 10:00:00 +0100", NINE),
    "mail with the name of its zone": ("Fri, 1 Mar 2024 10:00:00 +0100 (CET)", NINE),
    "mail on two lines": ("Fri,\r\n 1 Mar 2024 10:00:00 +0100", NINE),
    "JavaScript": ("Fri Mar 01 2024 10:00:00 GMT+0100 (Central European Standard Time)", NINE),
    "JavaScript without the name of its zone": ("Fri Mar 01 2024 10:00:00 GMT+0100", NINE),
    "a day that is none": ("Fri, 31 Feb 2024 10:00:00 +0100", None),
    "a day without a time": ("Fri, 1 Mar 2024", None),
    "words": ("the first of March", None),
    "nothing": (" ", None),
}


@check_rows("printed, instant", ROWS.values(), ids=list(ROWS))
def test_a_date_is_read_in_whatever_form_a_tool_has_written_it(printed: str, instant: str | None) -> None:
    date = read_date(printed)
    assert (date.isoformat() if date is not None else None) == instant
