"""Pages of the first years of the web: headlines in large type, dates on top, charsets that nobody declared."""

from __future__ import annotations

from typing import Final

from support.tables import check_rows

from seealso import read_page

TEXT: Final = (
    "Beekeepers in the Orla valley have lost nearly a third of their colonies since January, by figures of Monday.",
    "The regional institute blames a mild winter in which the insects did not rest, and a mite that spread in the hives.",
    "Fruit growers fear for the harvest, since most of the orchards depend on hives that are rented for three weeks.",
)
RUSSIAN: Final = (
    "Городской совет Старогорска в понедельник вечером решил открыть бассейн в июне, после трёх лет ремонта.",
    "Стоимость выросла с двух до почти четырёх миллионов рублей, потому что под чашей нашли старые трубы.",
)


@check_rows(
    "page",
    [
        "<tr><td><font size=5>Hives fall silent</font><br><font size=1>Published 1999-04-08 11:20</font><br><br>{text}",
        "<tr><td class=d>08.04.1999 | 07:42</td></tr><tr><td class=x>Hives fall silent</td></tr><tr><td>{text}",
        "<tr><td>Hives fall silent</td></tr><tr><td>April 8, 1999</td></tr><tr><td>{text}",
        "<tr><td class=menu><b>Most read</b></td></tr><tr><td><a href=2.html>Library roof leaks for the third winter</a>"
        "</td></tr><tr><td>08.04.1999</td></tr><tr><td>Hives fall silent</td></tr><tr><td>{text}",
    ],
)
def test_a_headline_that_nothing_marks_stands_beside_the_date(page: str) -> None:
    html = "<html><head><title>Orla Gazette</title></head><body><table>" + page.format(text="<br><br>".join(TEXT))
    article = read_page(f"{html}</td></tr></table></body></html>".encode(), "http://orla.example/news/hives-silent.htm")
    assert article.headline == "Hives fall silent"
    assert article.published is not None
    assert article.published.on == "1999-04-08"
    assert tuple(article.body.split("\n\n")) == TEXT


@check_rows("charset", ["cp1251", "koi8-r", "cp866", "iso8859-5"])
def test_a_page_that_declares_neither_charset_nor_language_is_read(charset: str) -> None:
    paragraphs = "".join(f"<p>{text}" for text in RUSSIAN)
    html = (
        f"<html><head><title>Бассейн откроется в июне</title></head><body><h1>Бассейн откроется в июне</h1>{paragraphs}"
    )
    article = read_page(html.encode(charset), "http://gazeta.example/2001/0514/basseyn.html")
    assert (article.headline, article.language) == ("Бассейн откроется в июне", "ru")
    assert tuple(article.body.split("\n\n")) == RUSSIAN
    assert article.published is not None
    assert article.published.on == "2001-05-14"


def test_short_lines_of_chinese_tell_their_language() -> None:
    text = (
        "古山镇政府十三日晚间决定，游泳池经过三年整修，将于六月重新开放。",
        "由于池底发现旧管线，经费由两百万元增加到四百万元。",
    )
    html = (
        "<html><head><title>游泳池六月重新开放</title></head><body><h1>游泳池六月重新开放</h1><p>2004年05月14日</p>"
        + "".join(f"<p>{paragraph}</p>" for paragraph in (*text, *text[::-1]))
    )
    assert read_page(html.encode("gb18030"), "http://gushan.example/shehui/20040514/2497712.html").language == "zh"
