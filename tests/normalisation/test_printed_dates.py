"""Printed dates in the words and orders of many languages, other calendars, zones, and the words around."""

from __future__ import annotations

import time
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tables import check_rows

import seealso
from crawler.errors import BadValue
from crawler.normalisation.dates.calendar_words import find_month
from crawler.normalisation.dates.date_lines import read_line
from crawler.normalisation.dates.moments import find_doubtful_zone, read_date, read_instant
from crawler.normalisation.dates.other_calendars import read_persian_day
from crawler.normalisation.words.word_tables import load_table
from crawler.site import Site


@check_rows(
    ("printed", "day", "clock", "zone"),
    [
        ("Fri May 17 09:14:02 2002", date(2002, 5, 17), (9, 14, 2), None),
        ("Wed Mar  3 21:05:10 CET 2004", date(2004, 3, 3), (21, 5, 10), "CET"),
        ("14-Mar-01 // 9:05:10 PM", date(2001, 3, 14), (21, 5, 10), None),
        ("Sat Feb 28 9:05:10 PM 2004", date(2004, 2, 28), (21, 5, 10), None),
    ],
)
def test_programs_print_the_year_behind_the_time(
    printed: str, day: date, clock: tuple[int, int, int], zone: str | None
) -> None:
    line = read_line(printed, ("en",))
    assert [(found.day, found.clock, found.zone) for found in line.dates] == [(day, clock, zone)]
    assert line.is_only_dates


@check_rows(
    ("printed", "language", "day", "clock"),
    [
        ("Veröffentlicht am 13. Mai 2026 um 15:44", "de", "2026-05-13", (15, 44)),
        ("Do 25.04.24 | 14:07 Uhr", "de", "2024-04-25", (14, 7)),
        ("5 November 2025, 15:44 Uhr", "de", "2025-11-05", (15, 44)),
        ("Mercredi 1er novembre 2025 à 15h44", "fr", "2025-11-01", (15, 44)),
        ("Publicado el 5 de noviembre de 2025 a las 15:44", "es", "2025-11-05", (15, 44)),
        ("5. marraskuuta 2025 klo 15.44", "fi", "2025-11-05", (15, 44)),
        ("пн, 05 листопада 2025, 15:44", "uk", "2025-11-05", (15, 44)),
        ("5 listopada 2025", "pl", "2025-11-05", None),
        ("5. listopada 2025.", "hr", "2025-10-05", None),
        ("2025. november 5., 10:15", "hu", "2025-11-05", (10, 15)),
        ("2025 m. lapkričio 5 d. 10:15", "lt", "2025-11-05", (10, 15)),
        ("2025. gada 5. novembris", "lv", "2025-11-05", None),
        ("2025eko azaroaren 5a", "eu", "2025-11-05", None),
        ("5 Kasım 2025", "tr", "2025-11-05", None),
        ("Τετάρτη 5 Νοεμβρίου 2025", "el", "2025-11-05", None),
        ("5 नवंबर 2025, 03:48 PM", "hi", "2025-11-05", (15, 48)),
        ("৫ নভেম্বর ২০২৫", "bn", "2025-11-05", None),
        ("الأربعاء 5 تشرين الثاني 2025 - 10:15", "ar", "2025-11-05", (10, 15)),
        ("5 בנובמבר 2025", "he", "2025-11-05", None),
        ("Thứ tư, 5 tháng 11, 2025 10:30 (GMT+7)", "vi", "2025-11-05", (10, 30)),
        ("2025. 11. 5. 오후 3:48", "ko", "2025-11-05", (15, 48)),
        ("2025年11月05日(水) 15:44", "ja", "2025-11-05", (15, 44)),
        ("5 November 2025", "id", "2025-11-05", None),
        ("วันจันทร์ที่ 6 พฤษภาคม พ.ศ. 2567", "th", "2024-05-06", None),
        ("5 listopada 2025 r., godz. 10:15", "pl", "2025-11-05", (10, 15)),
        ("০৫ নভেম্বর ২০২৫, ০৩:৪৮ পিএম", "bn", "2025-11-05", (15, 48)),
        ("February 9th, 2024", "en", "2024-02-09", None),
        ("3 كانون الأول/ديسمبر 2023", "ar", "2023-12-03", None),
        ("6พ.ค.2567", "th", "2024-05-06", None),
        ("الأحد 3 كانون الأول (ديسمبر) 2023 10:15", "ar", "2023-12-03", (10, 15)),
        ("3 ديسمبر - كانون الأول 2023", "ar", "2023-12-03", None),
        ("民國一一二年十二月三日", "zh", "2023-12-03", None),
        ("주체112(2023)년 12월 3일", "ko", "2023-12-03", None),
        ("ဒီဇင်ဘာ ၃ ရက်၊ ၂၀၂၃", "my", "2023-12-03", None),
        ("3 декабри соли 2023", "tg", "2023-12-03", None),
        ("2023年12月3日 凌晨3:15", "zh", "2023-12-03", (3, 15)),
        ("မေ ၁၂၊ ၂၀၂၆", "my", "2026-05-12", None),
        ("ថ្ងៃទី១២ ខែឧសភា ឆ្នាំ២០២៦ ម៉ោង ៨:៣០ ព្រឹក", "km", "2026-05-12", (8, 30)),
        ("二〇二六年五月十二日", "ja", "2026-05-12", None),
        ("二〇二六年十月二十三日", "zh", "2026-10-23", None),
        ("Posted On: January 14 2026", "en", "2026-01-14", None),
        ("05 Nov 2025. 8 minutes read", "en", "2025-11-05", None),
        ("10:30 p.m., Nov. 5, 2025", "en", "2025-11-05", (22, 30)),
        ("12 March 1687", "en", "1687-03-12", None),
        ("Mon, 02/05/2024 - 10:15", "en", "2024-02-05", (10, 15)),
        ("Thu, 02/05/2024 - 10:15", "en", "2024-05-02", (10, 15)),
        ("12/5/98", "he", "1998-05-12", None),
        ("八十七年五月十二日", "zh", "1998-05-12", None),
        ("Litinin, 6 ga watan Mayu, 2024", "ha", "2024-05-06", None),
        ("2024 මැයි මස 06 සඳුදා, පෙ.ව. 09:15", "si", "2024-05-06", (9, 15)),
        ("٦ی ئایاری ٢٠٢٤ - ٠٩:١٥", "ckb", "2024-05-06", (9, 15)),
        ("2024 ж. 6 мамыр 09:15", "kk", "2024-05-06", (9, 15)),
        ("2024-жыл, 6-май", "ky", "2024-05-06", None),
        ("2024-cü il 6 may", "az", "2024-05-06", None),
        ("2024 წლის 6 მაისი", "ka", "2024-05-06", None),
        ("2024 оны тавдугаар сарын 6", "mn", "2024-05-06", None),
        ("6ê Gulana 2024an", "ku", "2024-05-06", None),
        ("中華民國一百一十三年五月六日", "zh", "2024-05-06", None),
        ("ថ្ងៃចន្ទ ៦ ឧសភា ២០២៤", "km", "2024-05-06", None),
        ("প্রকাশ: ০৬ মে ২০২৪, ০৯:১৫ ঘটিকা", "bn", "2024-05-06", (9, 15)),
        ("پیر 6 مئی 2024ء", "ur", "2024-05-06", None),
        ("Հրապարակվել է՝ 6 մայիսի 2024, 09։15", "hy", "2024-05-06", (9, 15)),
        ("6. Mee 2024, 9:15 Auer", "lb", "2024-05-06", (9, 15)),
    ],
)
def test_a_line_of_a_date_is_read_in_the_words_of_its_language(
    printed: str, language: str, day: str, clock: tuple[int, int] | None
) -> None:
    line = read_line(printed, (language,))
    assert [found.day.isoformat() for found in line.dates] == [day]
    assert line.dates[0].clock == ((*clock, None) if clock else None)
    assert line.is_only_dates


@pytest.mark.parametrize(
    ("printed", "language", "day"),
    [
        ("5 พฤศจิกายน 2568 เวลา 15.44 น.", "th", "2025-11-05"),
        ("令和6年5月4日", "ja", "2024-05-04"),
        ("令和元年5月1日", "ja", "2019-05-01"),
        ("民國113年11月5日", "zh", "2024-11-05"),
        ("۱۴ آذر ۱۴۰۴", "fa", "2025-12-05"),
        ("دوشنبه، ۲۲ اسفند، ۱۴۰۱", "fa", "2023-03-13"),
        ("الاثنين، 13 مارس، 2023", "ar", "2023-03-13"),
        ("13 مارچ ، 2023", "ur", "2023-03-13"),
        ("۱۴۰۳/۰۲/۱۴", "fa", "2024-05-03"),
    ],
)
def test_calendars_that_are_arithmetic_are_read(printed: str, language: str, day: str) -> None:
    assert [found.day.isoformat() for found in read_line(printed, (language,)).dates] == [day]


@pytest.mark.parametrize(
    ("printed", "language"),
    [
        ("25.04.24", "ko"),
        ("25.04.24", "en"),
        ("14 رمضان 1445", "ar"),
        ("1445/09/14", "ar"),
        ("2018/03/02", "am"),
        ("2082-02-14", "ne"),
        ("5 listopad 2025", "und"),
        ("30 اسفند 1402", "fa"),
        ("5 พฤศจิกายน 2768", "th"),
    ],
)
def test_a_day_of_which_arithmetic_is_not_certain_is_left_unread(printed: str, language: str) -> None:
    assert read_line(printed, (language,)).dates == ()


@given(st.dates(date(1921, 3, 21), date(2060, 3, 19)))
def test_every_persian_month_begins_the_day_after_the_one_before_ended(day: date) -> None:
    persian = [
        (year, month)
        for year in (day.year - 622, day.year - 621)
        for month in range(1, 13)
        if (first := read_persian_day(year, month, 1)) and first <= day < first + timedelta(days=31)
    ]
    assert any(read_persian_day(year, month, number) == day for year, month in persian for number in range(1, 32))


def test_every_name_of_a_month_is_known_in_its_language() -> None:
    table = load_table("calendar")
    assert len(table) > 100
    for language, rows in table.items():
        assert len(rows["months"]) == 12, language
        for number, names in enumerate(rows["months"], 1):
            found = [find_month(name, (language,)) for name in names.split(", ")]
            assert number in found, (language, names)


@pytest.mark.parametrize(
    ("printed", "roles"),
    [
        ("Published: 3 May 2026 | Last updated: 4 May 2026", ["published", "updated"]),
        ("Erstellt: 03.05.2026, aktualisiert: 04.05.2026", ["published", "updated"]),
        ("입력 2026.05.03 15:44 | 수정 2026.05.04 09:12", ["published", "updated"]),
        ("2026年5月4日 15:44 更新", ["updated"]),
        ("Updated November 18, 2025", ["updated"]),
        ("3 May 2026", [None]),
    ],
)
def test_words_tell_publication_from_update(printed: str, roles: list[str | None]) -> None:
    assert [found.role for found in read_line(printed, ("en",)).dates] == roles


LABELS = tomllib.loads((Path(__file__).parent / "cases/date_labels.toml").read_text("utf-8"))


@check_rows(
    ("role", "language", "labels"),
    [(role, language, labels) for role, table in LABELS.items() for language, labels in table.items()],
)
def test_labels_before_a_date_are_told_and_none_of_it(role: str, language: str, labels: list[str]) -> None:
    """A label of publication may be one that only says "date"; one of the last change must be known as that."""
    for printed in (line for label in labels for line in (f"{label}: 2023-03-13", f"{label} 13.03.2023")):
        line = read_line(printed, (language,))
        roles = [found.role for found in line.dates]
        assert roles == [role] or (role == "published" and roles == [None]), printed
        assert not line.rest, printed


@pytest.mark.parametrize(
    "text",
    [
        "Published 4 June 2026 • Last updated 1 day ago",
        "8:13 AM ET",
        "3 min read",
        "vor 3 Stunden",
        "il y a 5 heures",
        "Lesezeit: 5 Min.",
        "06.01.2026, Lesezeit 5 Min.",
        "Temps de lectura: 2 minuts",
        "Skaitymo laikas: 2 min.",
        "Thời gian đọc: 2 phút",
        "זמן קריאה: 2 דקות",
        "Muda wa kusoma: Dakika 2",
        "อ่าน 2 นาที",
        "2 orë më parë",
        "2 сағат бұрын",
        "2 മണിക്കൂർ മുമ്പ്",
        "2 uur gelede",
        "fyrir 2 klukkustundum",
    ],
)
def test_a_line_of_nothing_but_dates_and_times_is_known(text: str) -> None:
    assert read_line(text, ("en",)).is_only_dates


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("London, October 23, 2024, 3:48", "London"),
        ("By Ann Lee ⋅ Editor ⋅ Updated November 18, 2025", "By Ann Lee | Editor"),
        ("Published by Ann Lee on November 18, 2025", "by Ann Lee"),
        ("He ran the last mile in 12:30 and won", "He ran the last mile | and won"),
        ("The treaty of 11 March 2022 was signed", "The treaty | was signed"),
    ],
)
def test_what_else_a_line_says_is_its_rest(text: str, rest: str) -> None:
    assert read_line(text, ("en",)).rest == rest


@pytest.mark.parametrize(
    ("printed", "zone", "value"),
    [
        ("4 July 2024 10:15 AM IST", "Asia/Kolkata", "2024-07-04T04:45:00Z"),
        ("4 July 2024 23:15 CST", "Asia/Shanghai", "2024-07-04T15:15:00Z"),
        ("4 July 2024 10:15 BST", "Asia/Dhaka", "2024-07-04T04:15:00Z"),
        ("July 4, 2024 at 10:15 p.m. ET", "America/New_York", "2024-07-05T02:15:00Z"),
        ("July 4, 2024 at 10:15 p.m. EST", "America/New_York", "2024-07-05T02:15:00Z"),
        ("4 July 2024 10:15 KST", "Europe/Rome", "2024-07-04T01:15:00Z"),
        ("4 July 2024 10:15 GMT+5:30", "Europe/Rome", "2024-07-04T04:45:00Z"),
        ("4 July 2024 10:15 MESZ", "Europe/Berlin", "2024-07-04T08:15:00Z"),
        ("4 July 2024 10:15 (МСК)", "Europe/Rome", "2024-07-04T07:15:00Z"),
        ("4 July 2024 10:15 TSİ", "Europe/Rome", "2024-07-04T07:15:00Z"),
        ("July 4, 2024 10:15 p.m. Eastern Time", "Europe/Rome", "2024-07-05T02:15:00Z"),
    ],
)
def test_the_name_of_a_zone_means_what_it_means_at_the_site(
    asianews: Site, printed: str, zone: str, value: str
) -> None:
    site = replace(asianews, timezone=zone)
    assert read_date(printed, site, "en", "header").value == value
    assert find_doubtful_zone(printed, site, "en") is None


@pytest.mark.parametrize("name", ["IST", "CST", "BST", "QXT"])
def test_a_zone_that_could_be_several_leaves_the_day(asianews: Site, name: str) -> None:
    printed = f"4 July 2024 23:15 {name}"
    assert read_date(printed, asianews, "en", "header").value == "2024-07-04"
    assert find_doubtful_zone(printed, asianews, "en") == name


@pytest.mark.parametrize(
    ("stated", "value"),
    [
        ("Mon Jul 08 2024 02:45:00 GMT+0530 (India Standard Time)", "2024-07-07T21:15:00Z"),
        ("Mon Jul  8 22:45:00 2024", "2024-07-08T22:45:00Z"),
        ("Mon Jul 08 22:45:00 CEST 2024", "2024-07-08T20:45:00Z"),
        ("Monday, 08-Jul-24 22:45:00 GMT", "2024-07-08T22:45:00Z"),
        ("Mon, 08 Jul 2024 10:00:00 JST", "2024-07-08T01:00:00Z"),
        ("Mon, 08 Jul 2024 10:00:00 IST", "2024-07-08"),
        ("July 8, 2024", "2024-07-08"),
        ("1887-05-04T09:45:00Z", "1887-05-04T09:45:00Z"),
        ("2024-07-08T10:00:00 02:00", "2024-07-08T08:00:00Z"),  # the plus was lost in an address
    ],
)
def test_dates_of_programs_are_read_in_their_many_forms(asianews: Site, stated: str, value: str) -> None:
    assert read_instant(stated, asianews).value == value


def test_two_different_days_of_publication_are_no_date(asianews: Site) -> None:
    with pytest.raises(BadValue):
        read_date("3 May 2026, 4 May 2026", asianews, "en", "header")


@given(st.text(max_size=220) | st.text(alphabet="0123456789/-.,: TZ年月日+Mayè", max_size=220))
def test_any_line_has_dates_or_none(text: str) -> None:
    for found in read_line(text, ("en",)).dates:
        assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize("part", ["a ", "1 ", "1. May ", "May 1 ", "12:30 ", "٣ مايو ", "年1", "é.", "2024 ", "1/2/"])
def test_long_lines_of_parts_of_dates_cost_little(part: str) -> None:
    begin = time.process_time()
    read_line((part * 200)[:200], ("en",))
    assert time.process_time() - begin < 0.5


@pytest.mark.parametrize(
    ("printed", "language", "day"),
    [("12 mayu 2021", "ast", "2021-05-12"), ("12 Chivabvu 2021", "sn", "2021-05-12"), ("12 mayu", "ast", None)],
)
def test_a_language_that_the_table_lacks_is_read_by_dateparser(printed, language, day):
    moment = seealso.read_date(printed, language)
    assert (moment and (moment.on, moment.precision, moment.guessed)) == (day and (day, "day", True))


@check_rows(
    ("printed", "language"),
    [
        ("No. 12, May 2024", "en"),
        ("#12 May 2024", "en"),
        ("Edition 12, May 2024", "en"),
        ("Page 12, May 2024", "en"),
        ("Week 20, May 2024", "en"),
        ("N° 12, mai 2024", "fr"),
        ("n°12 mai 2024", "fr"),
        ("Núm. 12 / mayo 2024", "es"),
        ("Edição 12, maio 2024", "pt"),
        ("№ 12, май 2024", "ru"),
        ("Číslo 12, květen 2024", "cs"),
        ("Sayı 12, Mayıs 2024", "tr"),
        ("Nummer 5, maj 2024", "sv"),
    ],
)
def test_the_number_of_an_issue_is_no_day(printed: str, language: str) -> None:
    assert read_line(printed, (language,)).dates == ()


def test_an_edition_of_a_day_has_one() -> None:
    assert [date.day.isoformat() for date in read_line("Edisi 12 Mei 2024", ("id",)).dates] == ["2024-05-12"]


@check_rows(
    ("printed", "language", "day"),
    [
        ("12 май 2024, 14:05 ч.", "bg", "2024-05-12"),
        ("Data publikacji: 12 maja 2024", "pl", "2024-05-12"),
        ("Data publicării: 12.05.2024", "ro", "2024-05-12"),
        ("2024ko maiatzak 12", "eu", "2024-05-12"),
        ("၁၂ မေလ ၂၀၂၄", "my", "2024-05-12"),
    ],
)
def test_words_that_adjoin_a_date_are_known(printed: str, language: str, day: str) -> None:
    line = read_line(printed, (language,))
    assert ([date.day.isoformat() for date in line.dates], line.rest) == ([day], "")


@check_rows(
    ("stated", "value"),
    [
        ("2024-05-12T14:05:00Z[UTC]", "2024-05-12T14:05:00Z"),
        ("2024-05-12T14.05.00Z", "2024-05-12T14:05:00Z"),
        ("2024-05-12T14:05:60Z", "2024-05-12T14:05:59Z"),
        ("12.05.2024", "2024-05-12"),
    ],
)
def test_programs_write_dates_a_little_wrong(asianews: Site, stated: str, value: str) -> None:
    assert read_instant(stated, asianews).value == value


@check_rows(
    ("printed", "language"),
    [
        ("२९ वैशाख २०८३, मंगलबार", "ne"),
        ("२०८३ वैशाख २९ गते मंगलबार १४:०५", "ne"),
        ("२०८३-०१-२९", "ne"),
        ("2083 Baisakh 29", "en"),
        ("25/11/1447", "ar"),
        ("1447/11/25", "ar"),
        ("25 ذوالقعدہ 1447ھ", "ur"),
        ("25 Zulkaidah 1447 H", "id"),
    ],
)
def test_a_day_of_a_calendar_that_is_not_read_is_a_date_all_the_same(printed: str, language: str) -> None:
    line = read_line(printed, (language,))
    assert (line.dates, line.has_unread, line.is_only_dates) == ((), True, True)
