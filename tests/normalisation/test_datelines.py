"""Datelines: place and agencies off the first paragraph, and no sentence mistaken for one."""

from __future__ import annotations

from dataclasses import replace

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
        ("（中央社記者王小明台北六日電）渡船", "（中央社記者王小明台北六日電）", "台北", ("中央社",), "渡船"),
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


REST = "The harbour board of Valmare voted to close the pier."
FURTHER = ("Divers had been sent to Port Amble in March.",)


@check_rows(
    ("language", "printed", "dash", "place", "agencies"),
    [
        # A place that is known.
        ("en", "ROME", " — ", "Rome", ()),
        ("en", "WASHINGTON", " -- ", "Washington", ()),
        ("en", "Nairobi/Kampala", " - ", "Nairobi/Kampala", ()),
        ("en", "NEW DELHI", ": ", "New Delhi", ()),
        ("es", "MADRID", ".- ", "Madrid", ()),
        ("de", "Berlin", " – ", "Berlin", ()),
        ("nl", "DEN HAAG", " - ", "Den Haag", ()),
        ("uk", "КИЇВ", " — ", "Київ", ()),
        ("sr", "БЕОГРАД", " – ", "Београд", ()),
        ("el", "Αθήνα", " – ", "Αθήνα", ()),
        ("tr", "İSTANBUL", " - ", "İstanbul", ()),
        ("vi", "HÀ NỘI", " – ", "Hà Nội", ()),
        ("ar", "بيروت", " - ", "بيروت", ()),
        ("ar", "القاهرة", ": ", "القاهرة", ()),
        ("he", "ירושלים", " - ", "ירושלים", ()),
        ("hi", "नई दिल्ली", ": ", "नई दिल्ली", ()),
        ("ur", "لاہور", ": ", "لاہور", ()),
        ("ka", "თბილისი", " - ", "თბილისი", ()),
        # A day behind it, a country beside it, or the same name in the text.
        ("en", "VALMARE, 12 May", " — ", "Valmare", ()),
        ("en", "Valmare, Italy, 12 May 2024", " -- ", "Valmare, Italy", ()),
        ("en", "Valmare (May 12, 2024)", " — ", "Valmare", ()),
        ("en", "Chandigarh, May 12", ": ", "Chandigarh", ()),
        ("fr", "Valmare, le 12 mai 2024", " – ", "Valmare", ()),
        ("it", "Valmare, 12 mag.", " – ", "Valmare", ()),
        ("es", "La Rada, 12 de mayo de 2024", " — ", "La Rada", ()),
        ("de", "Valmar, am 12. Mai 2024", " – ", "Valmar", ()),
        ("id", "Valmare, 12 Mei 2024", " – ", "Valmare", ()),
        ("ru", "ВАЛЬМАРЕ, 12 мая", ". ", "Вальмаре", ()),
        ("bn", "ঢাকা, ১২ মে", ": ", "ঢাকা", ()),
        ("en", "VALMARE, Ill.", " — ", "Valmare, Ill.", ()),
        ("en", "PORT AMBLE", " — ", "Port Amble", ()),
        # An agency or a paper beside it.
        ("ar", "الرياض - رويترز", ": ", "الرياض", ("رويترز",)),
        ("id", "Valmare, ANTARA", " - ", "Valmare", ("ANTARA",)),
        ("id", "Pelabuhan.com, Valmare", " - ", "Valmare", ("Pelabuhan.com",)),
        ("id", "Pelabuhan.com", " - ", None, ("Pelabuhan.com",)),
        ("en", "HONOLULU, Hawaii (Harbourwire)", " - ", "Honolulu, Hawaii", ("Harbourwire",)),
        ("en", "VALMARE, Okla. (AP)", " — ", "Valmare, Okla.", ("AP",)),
        # A day tells that the brackets behind it name an agency; it stands in many forms, and the agency before it.
        ("it", "Valmare, 12 mag. (hafenpress)", " - ", "Valmare", ("hafenpress",)),
        ("it", "(ANSA) - VALMARE, 12 MAG", " - ", "Valmare", ("ANSA",)),
        ("cs", "Valmare 12. května (ČTK)", " - ", "Valmare", ("ČTK",)),
        ("hu", "Valmare, 2024. május 12., vasárnap (MTI)", " - ", "Valmare", ("MTI",)),
        ("ru", "Вальмаре, 12 мая /ПОРТ/", ". ", "Вальмаре", ("ПОРТ",)),
        ("tr", "VALMARE, (AA)", " - ", "Valmare", ("AA",)),
        ("de", "Valmare/Porto Seco (epd)", ". ", "Valmare/Porto Seco", ("epd",)),
        ("hi", "वालमारे, 12 मई (भाषा)", " ", "वालमारे", ("भाषा",)),
        ("hi", "नई दिल्ली", "। ", "नई दिल्ली", ()),
        ("en", "Valmare, May 12, 2024 / 10:15 am (CNA)", ". ", "Valmare", ("CNA",)),
        ("en", "CNA Staff, May 12, 2024 / 10:15 am (CNA)", ". ", None, ("CNA",)),
        ("en", "(ENI) Valmare, 12 May 2024", "--", "Valmare", ("ENI",)),
        ("en", "(AFP) Paris", " — ", "Paris", ("AFP",)),
        ("en", "By Ann B. Lee VALMARE (Reuters)", " - ", "Valmare", ("Reuters",)),
        ("en", "BEIRUT (AP)", " _ ", "Beirut", ("AP",)),
        ("en", "BEIRUT (AP)", " ", "Beirut", ("AP",)),
        ("en", "BEIRUT", " | ", "Beirut", ()),
        ("id", "Jakarta, CNN Indonesia", " -- ", "Jakarta", ("CNN Indonesia",)),
    ],
)
def test_a_dateline_needs_no_brackets(
    language: str, printed: str, dash: str, place: str | None, agencies: tuple[str, ...]
) -> None:
    site = replace(ASIANEWS, languages=(language,), agencies=())
    dateline = Dateline(printed=printed, place=place, agencies=agencies)
    assert split_dateline(f"{printed}{dash}{REST}", site, FURTHER) == (dateline, REST)


@check_rows(
    ("paragraph", "place", "agency"),
    [
        ("ताम्सेल, २४ वैशाख (रासस) : The ferry is late today.", "ताम्सेल", "रासस"),
        ("Hà Nội (TTXVN 6/5) The ferry is late today.", "Hà Nội", "TTXVN"),
        ("Hà Nội, ngày 6/5 (TTXVN) - The ferry is late today.", "Hà Nội", "TTXVN"),
        ("Köln, 6.5.2024 (KNA) The ferry is late today.", "Köln", "KNA"),
        ("София, 6 май /БТА/ The ferry is late today.", "София", "БТА"),
        ("Vilnius, gegužės 6 d. (BNS). The ferry is late today.", "Vilnius", "BNS"),
        ("АСТАНА. KAZINFORM — The ferry is late today.", "Астана", "KAZINFORM"),
        ("አዲስ አበባ፤ ሚያዝያ 28/2016(ኢዜአ)፡- The ferry is late today.", "አዲስ አበባ", "ኢዜአ"),
        ("（中央社記者李文台北6日電）The ferry is late today.", "台北", "中央社"),
        ("DAR ES SALAAM (AFP) – The ferry is late today.", "Dar es Salaam", "AFP"),
        ("МОСКВА, 12 мая – РИА Новости. Паром опоздал на целый час.", "Москва", "РИА Новости"),
        ("（吉隆坡12日讯）渡船", "吉隆坡", None),
        ("本报北京5月12日电（记者李明）渡船", "北京", "本报"),
        ("新华社北京2004年5月12日电 渡船", "北京", "新华社"),
        ("新华社北京五月十二日电（记者李明）渡船", "北京", "新华社"),
        ("（古山社台北十二日電）渡船", "台北", "古山社"),
        ("【古山社2004年5月12日電】渡船", None, "古山社"),
        ("〔古山報5月12日訊〕渡船", None, "古山報"),
        ("中新网北京5月12日电 (记者 李明) 渡船", "北京", "中新网"),
        ("【ワシントン時事】渡し船", "ワシントン", "時事"),
        ("【ロンドン＝田中太郎】渡し船", "ロンドン", None),
        ("【ロンドン田中太郎】渡し船", "ロンドン", None),
        ("本报北京5月12日讯 渡船", "北京", "本报"),
        ("【서울=뉴시스】홍길동 기자 = 나룻배", "서울", "뉴시스"),
        ("[서울=뉴시스] 홍길동 기자 = 나룻배", "서울", "뉴시스"),
    ],
)
def test_datelines_of_agencies_have_forms_of_their_own(paragraph: str, place: str | None, agency: str | None) -> None:
    dateline, rest = split_dateline(paragraph, replace(ASIANEWS, languages=("ru",)))
    assert dateline is not None
    assert (dateline.place, dateline.agencies) == (place, (agency,) if agency else ())
    assert paragraph.endswith(rest)


def test_a_dateline_may_stand_in_a_paragraph_of_its_own() -> None:
    texts = ("The ferry was late again on Monday, and nobody was told.", "It came in the evening.")
    dateline, rest = split_dateline("Valmare, 6 May", ASIANEWS, texts)
    assert (dateline and dateline.place, rest) == ("Valmare", "")
    assert split_dateline("Page 6 of May", ASIANEWS, texts) == (None, "Page 6 of May")


@check_rows(
    ("language", "beginning"),
    [
        *(
            ("en", text)
            for text in ("Yes — ", "No: ", "Ann Lee – ", "ANN LEE — ", "BREAKING — ", "UPDATE: ", "NATO — ")
        ),
        *(("en", text) for text in ("UNESCO — ", "HEALTH ALERT: ", "KEY POINTS — ", "WHAT HAPPENED — ", "Karachi: ")),
        *(("en", text) for text in ("Today, May 12 — ", "Tuesday, May 12 — ", "Update, May 12: ", "Lee, May 12: ")),
        *(("en", text) for text in ("WORLD | ", "(Ann Lee) Paris — ", "THE BANK (AP) ", "Beirut | ")),
        *(("en", text) for text in ("May 12, 2024 — ", "In May — ", "Rome — and all of Italy — ", "Paris Hilton — ")),
        *(("de", text) for text in ("Ein Hafen – ", "Interview: ", "Heute, 12. Mai – ", "BERLIN. ")),
        *(("fr", text) for text in ("Enquête – ", "Mardi, 12 mai – ", "VIDÉO - ")),
        *(("tr", text) for text in ("SON DAKİKA - ", "ÖZEL HABER - ")),
        *(
            ("en", text)
            for text in ("The ferry, 12 May (Tuesday): ", "Officials (AFP) said. ", "Today, 12 May (local time) — ")
        ),
        *(("ru", text) for text in ("СРОЧНО — ", "Порт — ")),
        *(("ko", text) for text in ("[항구신문=홍길동 기자] ", "[앵커] ")),
    ],
)
def test_the_first_words_of_a_sentence_are_no_dateline(language: str, beginning: str) -> None:
    site = replace(ASIANEWS, languages=(language,), agencies=())
    paragraph = f"{beginning}{REST if beginning[-3] != 'y' else REST.lower()}"
    assert split_dateline(paragraph, site, ("He said what happened on Tuesday.",)) == (None, paragraph)
