"""Datelines: place and agencies off the first paragraph, and no sentence mistaken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tables import check_rows

from crawler.items import Dateline
from crawler.normalisation.datelines import split_dateline
from crawler.site import Site
from crawler.sites.registry import find_site

ASIANEWS = find_site("asianews")


@check_rows(
    ("paragraph", "printed", "place", "agencies", "rest"),
    [
        ("Moscow (AsiaNews) - The ferry is late.", "Moscow (AsiaNews)", "Moscow", ("AsiaNews",), "The ferry is late."),
        ("DHAKA, May 6 (Reuters) - The ferry", "DHAKA, May 6 (Reuters)", "Dhaka", ("Reuters",), "The ferry"),
        ("Dacca, 6 mai (AFP) – Le bac", "Dacca, 6 mai (AFP)", "Dacca", ("AFP",), "Le bac"),
        ("ДАККА, 6 мая (Рейтер) — Паром", "ДАККА, 6 мая (Рейтер)", "Дакка", ("Рейтер",), "Паром"),
        ("دكا – (رويترز): العبّارة", "دكا – (رويترز)", "دكا", ("رويترز",), "العبّارة"),
        (
            "MANILA, Philippines (AP) — The ferry",
            "MANILA, Philippines (AP)",
            "Manila, Philippines",
            ("AP",),
            "The ferry",
        ),
        ("DHAKA, May 6 /PRNewswire/ -- The ferry", "DHAKA, May 6 /PRNewswire/", "Dhaka", ("PRNewswire",), "The ferry"),
        ("新华社北京5月6日电（记者李明）渡船", "新华社北京5月6日电（记者李明）", "北京", ("新华社",), "渡船"),
        ("（中央社記者王小明台北6日電）渡船", "（中央社記者王小明台北6日電）", "台北", ("中央社",), "渡船"),
        ("［東京　６日　ロイター］ - 渡し船", "［東京 ６日 ロイター］ -", "東京", ("ロイター",), "渡し船"),
        ("(서울=연합뉴스) 홍길동 기자 = 나룻배", "(서울=연합뉴스) 홍길동 기자 =", "서울", ("연합뉴스",), "나룻배"),
        ("Dhaka (AsiaNews) – The ferry", "Dhaka (AsiaNews)", "Dhaka", ("AsiaNews",), "The ferry"),
        ("Dhaka (AsiaNews) — The ferry", "Dhaka (AsiaNews)", "Dhaka", ("AsiaNews",), "The ferry"),
        (
            "Beijing (AsiaNews/Agencies) A ferry",
            "Beijing (AsiaNews/Agencies)",
            "Beijing",
            ("AsiaNews", "Agencies"),
            "A ferry",
        ),
        (
            "Beijing (AsiaNews / Agencies) - A ferry",
            "Beijing (AsiaNews / Agencies)",
            "Beijing",
            ("AsiaNews", "Agencies"),
            "A ferry",
        ),
        (
            "Pechino (AsiaNews/Agenzie) Il traghetto",
            "Pechino (AsiaNews/Agenzie)",
            "Pechino",
            ("AsiaNews", "Agenzie"),
            "Il traghetto",
        ),
        ("Beijing (AsiaNews/SCMP) - A ferry", "Beijing (AsiaNews/SCMP)", "Beijing", ("AsiaNews", "SCMP"), "A ferry"),
        ("Tel Aviv (AsiaNews) In port", "Tel Aviv (AsiaNews)", "Tel Aviv", ("AsiaNews",), "In port"),
        ("Milan (AsiaNews) -Five ferries", "Milan (AsiaNews)", "Milan", ("AsiaNews",), "Five ferries"),
        ("Ho Chi Minh City (AsiaNews) – A", "Ho Chi Minh City (AsiaNews)", "Ho Chi Minh City", ("AsiaNews",), "A"),
        ("罗马(亚洲新闻)—渡轮", "罗马(亚洲新闻)", "罗马", ("亚洲新闻",), "渡轮"),
        ("罗马（亚洲新闻）－渡轮", "罗马（亚洲新闻）", "罗马", ("亚洲新闻",), "渡轮"),
        ("北京（亚洲新闻/通讯社）—— 渡轮", "北京（亚洲新闻/通讯社）", "北京", ("亚洲新闻", "通讯社"), "渡轮"),
        ("香港(亞洲新聞) 渡輪", "香港(亞洲新聞)", "香港", ("亞洲新聞",), "渡輪"),
        ("HONG KONG (AsiaNews) - A", "HONG KONG (AsiaNews)", "Hong Kong", ("AsiaNews",), "A"),
        ("RIO DE JANEIRO (AsiaNews) - A", "RIO DE JANEIRO (AsiaNews)", "Rio de Janeiro", ("AsiaNews",), "A"),
        ("UAE (AsiaNews) - A", "UAE (AsiaNews)", "UAE", ("AsiaNews",), "A"),
        ("Moscow\u00a0(AsiaNews)\u00a0-\u00a0A", "Moscow (AsiaNews)", "Moscow", ("AsiaNews",), "A"),
        (" Moscow  (AsiaNews)  -  A", "Moscow (AsiaNews)", "Moscow", ("AsiaNews",), "A"),
        ("Roma (AsiaNews).- A", "Roma (AsiaNews)", "Roma", ("AsiaNews",), "A"),
        ("Roma (Asia News) - “A”", "Roma (Asia News)", "Roma", ("Asia News",), "“A”"),
        ("Roma (ASIANEWS) - A", "Roma (ASIANEWS)", "Roma", ("ASIANEWS",), "A"),
        ("St. Petersburg (AsiaNews) - A", "St. Petersburg (AsiaNews)", "St. Petersburg", ("AsiaNews",), "A"),
        ("Washington D.C. (AsiaNews) - A", "Washington D.C. (AsiaNews)", "Washington D.C.", ("AsiaNews",), "A"),
        ("Cox's Bazar (AsiaNews) - A", "Cox's Bazar (AsiaNews)", "Cox's Bazar", ("AsiaNews",), "A"),
        ("Dir el-Qamar (AsiaNews) - A", "Dir el-Qamar (AsiaNews)", "Dir el-Qamar", ("AsiaNews",), "A"),
        ("Rome/Beijing (AsiaNews) - A", "Rome/Beijing (AsiaNews)", "Rome/Beijing", ("AsiaNews",), "A"),
        ("Jerusalem – Gaza (AsiaNews) - A", "Jerusalem – Gaza (AsiaNews)", "Jerusalem – Gaza", ("AsiaNews",), "A"),
        ("(AsiaNews) - A", "(AsiaNews)", None, ("AsiaNews",), "A"),
        ("Mumbai (Fides) - A", "Mumbai (Fides)", "Mumbai", ("Fides",), "A"),
        ("Mumbai (UCAN) – A", "Mumbai (UCAN)", "Mumbai", ("UCAN",), "A"),
        ("Moscow (AsiaNews)", "Moscow (AsiaNews)", "Moscow", ("AsiaNews",), ""),
        ("Moscow (AsiaNews) - (pictured) A", "Moscow (AsiaNews)", "Moscow", ("AsiaNews",), "(pictured) A"),
        ("Mumbai (AsiaNews) – 25 people", "Mumbai (AsiaNews)", "Mumbai", ("AsiaNews",), "25 people"),
    ],
)
def test_a_dateline_gives_place_and_agencies_and_the_body_starts_after_it(
    paragraph: str, printed: str, place: str | None, agencies: tuple[str, ...], rest: str
) -> None:
    assert split_dateline(paragraph, ASIANEWS) == (Dateline(printed=printed, place=place, agencies=agencies), rest)


@check_rows(
    "paragraph",
    [
        "",
        "The ferry is late.",
        "The bishop (see above) said so.",
        "Mumbai (AFP) said nothing.",
        "The Bank of Asia (AFP) said so.",
        "The director of Mumbai (AsiaNews) said so.",
        "A reader of ours (AsiaNews) - wrote to us",
        "In Rome, the Pope (AsiaNews) - as we wrote - spoke.",
        "He arrived. Rome (AsiaNews) - The ferry",
        "In 2003 Rome (AsiaNews) - The ferry",
        "today (AsiaNews) - The ferry",
        "Many people in many towns all over the wide and beautiful country of Nowhere (AsiaNews) - A",
        "Moscow (capital) - The ferry",
        "Moscow (AsiaNews - The ferry",
        "Moscow AsiaNews) - The ferry",
        "“Moscow” (AsiaNews) - The ferry",
        "昨天，罗马(亚洲新闻)—渡轮",
    ],
)
def test_a_sentence_with_brackets_is_no_dateline(paragraph: str) -> None:
    assert split_dateline(paragraph, ASIANEWS) == (None, paragraph)


def test_another_sites_own_name_is_no_dateline_of_this_one(courier: Site) -> None:
    assert split_dateline("Leeds (The Courier) The ferry", courier)[0] is None
    assert split_dateline("Leeds (AFP) - The ferry", courier)[0] == Dateline(
        printed="Leeds (AFP)", place="Leeds", agencies=("AFP",)
    )


PIECES = st.lists(
    st.sampled_from(
        [
            "Moscow",
            "ROME",
            "(",
            ")",
            "（",
            "）",
            "AsiaNews",
            "亚洲新闻",
            "/",
            "Agencies",
            " ",
            "-",
            "–",
            "—",
            ".",
            "The ferry",
            "said",
            "罗马",
            "\u00a0",
            "(AsiaNews)",
            "é",
        ]
    ),
    max_size=12,
).map("".join)


def letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


@given(st.one_of(PIECES, st.text(max_size=150)))
def test_dateline_and_rest_lose_no_letter(paragraph: str) -> None:
    dateline, rest = split_dateline(paragraph, ASIANEWS)
    if dateline is None:
        assert rest == paragraph
        return
    assert letters(dateline.printed) + letters(rest) == letters(paragraph)
    assert (
        letters(dateline.place or "").casefold() + "".join(letters(agency).casefold() for agency in dateline.agencies)
        == letters(dateline.printed).casefold()
    )


@pytest.mark.parametrize(
    ("part", "end"),
    [
        ("(", ""),
        (" ", ""),
        ("A ", "(AsiaNews)"),
        ("A (", ""),
        ("(AsiaNews", ""),
        ("-", ""),
        ("A\ud800 (AsiaNews) - b", ""),
    ],
)
@pytest.mark.parametrize("size", [40_000, pytest.param(200_000, marks=pytest.mark.slow)])
def test_a_hostile_paragraph_ends_in_an_answer(part: str, end: str, size: int) -> None:
    """Longer ones, the slow cases, take a second."""
    hostile = part * (size // len(part)) + end
    dateline, rest = split_dateline(hostile, ASIANEWS)
    assert dateline is None or rest in hostile
