"""Pages as systems of publishing print them: what stands around the story there is read as what it is."""

from __future__ import annotations

import textwrap
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from crawler.extraction.layout.picture_credits import is_credit
from crawler.items import Article
from seealso import read_page

TITLE: Final = "Ferry stops after cable breaks in the current"
TEXT: Final = (
    "The ferry between the two banks stopped on Monday after a cable gave way, and nobody was hurt, an office said.",
    "About three hundred people use the crossing each day, most of them schoolchildren from the northern villages.",
    "“We heard a noise like a shot,” said Ilse Marrow, who had been on deck. “The boatman kept very calm.”",
    "A new cable is expected within ten days. Until then a bus goes round by the bridge at Oxley.",
)
CHINESE: Final = (
    "两岸之间的渡船星期一停航，原因是缆绳在激流中断裂，港务处表示没有人受伤。",
    "每天约有三百人乘坐渡船，大多数是北岸村庄的学生和赶集的妇女。",
    "“我们听到像枪声一样的声音，然后船慢慢转过去了，”当时在甲板上的马丽说。",
    "新缆绳预计十天内运到。在此之前，公共汽车将绕行奥克斯利大桥。",
)
PARAGRAPHS: Final = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
BREAKS: Final = "<br /><br />".join(TEXT)
COMMENT: Final = "<p>My grandmother took this ferry every day of the week for forty years and never once got wet.</p>"


def read(body: str, url: str = "https://banks.example/2008/07/ferry-stops.html", language: str = "en") -> Article:
    html = f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{TITLE}</title></head>'
    return read_page(f"{html}<body>{body}</body></html>".encode(), url)


def list_names(article: Article) -> list[str]:
    return [author.name for author in article.authors]


@pytest.mark.parametrize(
    ("footer", "byline"),
    [
        (
            "<div class=post-footer><span class=post-author>Posted by <span class=fn>Otto Brill</span></span> "
            "<span>at <a href='#'><abbr>9:14 AM</abbr></a></span> <span>Labels: <a href='/l/ferry'>ferry</a></span></div>",
            "Posted by Otto Brill at 9:14 AM",
        ),
        (
            "<span class=posted>Posted by Otto Brill at July 12, 2008 11:42 PM | <a href='/tb/213'>TrackBack</a></span>",
            "Posted by Otto Brill at July 12, 2008 11:42 PM",
        ),
    ],
)
def test_who_posted_a_story_stands_below_it_before_other_things(footer: str, byline: str) -> None:
    comments = f"<div class=comments-body>{COMMENT}<span>Posted by: hanna at July 15, 2008 07:10 AM</span></div>"
    article = read(f"<h2>Saturday, July 12, 2008</h2><h3>{TITLE}</h3><div>{BREAKS}</div>{footer}{comments}")
    assert (article.byline, list_names(article)) == (byline, ["Otto Brill"])
    assert article.body.split("\n\n") == list(TEXT)


def test_a_story_in_chinese_that_waits_for_a_script_is_read() -> None:
    sections = "".join(f"<section><span>{paragraph}</span></section><p><br></p>" for paragraph in CHINESE)
    article = read(
        f"<div><h1>缆绳断裂 渡船停航</h1><div><span>林舟</span> <em>2021-06-08 07:30</em></div>"
        f"<div style='visibility: hidden; opacity: 0;'>{sections}</div><div>阅读原文 阅读 1024 赞 12 在看 3</div></div>",
        "https://gongzhong.example/s/abcDEF123",
        "zh",
    )
    assert article.body.split("\n\n") == list(CHINESE)


def test_a_short_brief_does_not_give_way_to_a_hidden_box() -> None:
    brief = "The ferry between the two banks stopped on Monday after a cable gave way, an office said in a note."
    box = "Our letter tells you each morning what happens on the river, and what will happen there before long. " * 4
    article = read(f"<h1>{TITLE}</h1><p>12 July 2008</p><p>{brief}</p><div style='display:none'><p>{box}</p></div>")
    assert article.body == brief


@pytest.mark.parametrize("label", ["【関連記事】", "■関連記事", "〈関連記事〉", "[関連記事]"])
def test_labels_stand_in_brackets_of_any_kind(label: str) -> None:
    other = "https://banks.example/articles/99aa0c1d2e3f40516273849506a7b8c9d0e1f203"
    article = read(
        f"<article><h1>渡し船が運休</h1><time>2023年3月14日</time>{''.join(f'<p>{text}</p>' for text in CHINESE)}</article>"
        f"<section><h2>{label}</h2><ul><li><a href='{other}'>干潮でクレーンが沈む</a></li></ul></section>",
        "https://banks.example/articles/0a1b2c3d2e3f40516273849506a7b8c9d0e1f203",
        "ja",
    )
    assert [entry.address.url for entry in article.see_also] == [other]


def test_tools_beside_headings_are_no_text() -> None:
    tools = "<span class='mw-editsection'>[<a href='/edit'>edit</a>]</span>"
    article = read(f"<h1>{TITLE}</h1><p>12 July 2008</p>{PARAGRAPHS}<h2>What now{tools}</h2><p>{TEXT[0][::-1]}.</p>")
    assert "edit" not in article.body
    assert "What now" in article.body


def test_a_number_in_an_archive_is_the_address_of_an_article() -> None:
    wire = "\n\n".join("\n".join(textwrap.wrap(paragraph, 70)) for paragraph in TEXT)
    article = read(
        f"<pre>\n{TITLE.upper()}\n\nBy Hugh Tarn\nBanks News Service\n\nOXLEY, Feb. 3, 1998 (BNS) -- {wire}</pre>",
        "http://wire.example/archive/1998/ferry.txt.html",
    )
    assert list_names(article) == ["Hugh Tarn"]
    assert article.published is not None
    assert article.published.on == "1998-02-03"


def test_what_a_site_says_to_visitors_who_have_not_logged_in_is_no_text() -> None:
    texts = (
        "Паром между двумя берегами остановился в понедельник: лопнул трос, никто не пострадал, сообщили в порту.",
        "Переправой ежедневно пользуются около трёхсот человек, в основном школьники из северных деревень.",
        "«Мы услышали звук, похожий на выстрел», — рассказала Ольга Марова, которая была на палубе.",
        "Новый трос ожидают через десять дней. До тех пор автобус ходит через мост у Окслей.",
    )
    notice = "Уважаемый посетитель, Вы зашли на сайт как незарегистрированный пользователь. Рекомендуем войти на сайт."
    article = read(
        f"<h1>Паром остановился</h1><span>12-03-2018, 14:05</span><div>{'<br>'.join(texts)}</div><div>{notice}</div>",
        "https://berega.example/novosti/1422-parom-ostanovilsya.html",
        "ru",
    )
    assert article.body.split("\n\n") == list(texts)


def test_a_date_in_a_row_without_spaces_that_is_named_as_navigation_is_read() -> None:
    row = "<span>کد خبر 1402458</span><span>۲۲ اسفند ۱۴۰۱ - ۰۹:۴۱</span><span>استان‌ها</span>"
    text = "لنج میان دو ساحل روز دوشنبه پس از پاره شدن طناب متوقف شد و به گفته اداره بندر کسی آسیب ندید. "
    article = read(
        f"<article><div class=item-nav>{row}</div><h1>توقف لنج پس از پاره شدن طناب</h1><p>{text * 2}</p></article>",
        "https://dosahel.example/news/1402458/a",
        "fa",
    )
    assert article.published is not None
    assert (article.published.on, article.published.raw) == ("2023-03-13", "۲۲ اسفند ۱۴۰۱ - ۰۹:۴۱")


@pytest.mark.parametrize(
    "credit", ["(Borítókép: A komp májusban. Fotó: Tóth Béla / Két Part)", "(Foto: B. Uhl)", "(Cover photo: Bo Ray)"]
)
def test_whose_the_cover_is_ends_a_text_in_brackets_and_is_none_of_it(credit: str) -> None:
    article = read(f"<h1>{TITLE}</h1><p>12 July 2008</p>{PARAGRAPHS}<p><em>{credit}</em></p>", language="hu")
    assert article.body.split("\n\n") == list(TEXT)


def test_an_agency_alone_signs_where_the_markup_says_so() -> None:
    article = read(
        f"<h1>{TITLE}</h1><div class=firma><p>Agencia EFE</p></div><p>12/07/2008</p>{PARAGRAPHS}", language="es"
    )
    assert [(author.name, author.kind) for author in article.authors] == [("EFE", "agency")]


def test_a_card_that_asks_for_an_address_amid_a_text_is_none_of_it() -> None:
    card = "<div class=card><h2>Sign up for River Notes</h2><p>Small news, twice a week.</p><p>No spam. Unsubscribe anytime.</p></div>"
    text = PARAGRAPHS.replace("</p><p>“We", f"</p>{card}<p>“We")
    assert read(f"<h1>{TITLE}</h1><p>12 July 2008</p>{text}").body.split("\n\n") == list(TEXT)


def test_a_point_between_name_and_button_parts_them() -> None:
    row = "<div><a href='/@ada'>Ada Finn</a><span>·</span><a>Follow</a><div><span>Jul 12, 2008</span></div></div>"
    assert list_names(read(f"<article><h1>{TITLE}</h1>{row}{PARAGRAPHS}</article>")) == ["Ada Finn"]


UNDER: Final[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "lines_under_texts.toml").read_text("utf-8"))


def read_with_line(language: str, line: str) -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in UNDER[language]["text"] * 2)
    page = f"<article><h1>{TITLE}</h1><time>2008-07-12</time><div>{text}<p>{line}</p></div></article>"
    return read(page, language=language).body


@pytest.mark.parametrize("language", UNDER)
def test_what_papers_print_under_a_text_is_none_of_it(language: str) -> None:
    bare = read_with_line(language, "")
    for line in UNDER[language]["under"][::6]:
        assert read_with_line(language, line) == bare, line


@pytest.mark.slow
@pytest.mark.parametrize("language", UNDER)
def test_each_line_that_papers_print_under_a_text_is_none_of_it(language: str) -> None:
    """Two seconds for all languages."""
    bare = read_with_line(language, "")
    for line in UNDER[language]["under"]:
        assert read_with_line(language, line) == bare, line


CREDITS: Final[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "picture_credits.toml").read_text("utf-8"))


@pytest.mark.parametrize("language", CREDITS)
def test_whose_a_picture_is_stands_behind_words_of_each_language(language: str) -> None:
    name = CREDITS[language]["name"]
    for label in CREDITS[language]["labels"]:
        assert is_credit(f"{label}: {name}"), label
        assert is_credit(f"{label}：{name}"), label
