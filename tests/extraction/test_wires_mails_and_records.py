"""Pages of 1995 to 2010 that programs made: wires in ``pre``, archives of mailing lists, records, news in brief."""

from __future__ import annotations

from textwrap import wrap
from typing import Final

from support.tables import check_rows

from seealso import read_page

HEADLINE: Final = "Hives fall silent in the Orla valley"
TEXT: Final = (
    "Beekeepers in the Orla valley have lost nearly a third of their colonies since January, by figures of Monday.",
    "The regional institute blames a mild winter in which the insects did not rest, and a mite that spread in the hives.",
    '"We opened forty hives and found nine alive," said Vera Holm of Port Amble, who has kept bees for thirty years.',
    "Fruit growers fear for the harvest, since most of the orchards depend on hives that are rented for three weeks.",
)
CHINESE: Final = (
    "古山镇政府十三日晚间决定，游泳池经过三年整修，将于六月重新开放，入场费维持不变。",
    "由于池底发现旧管线，经费由两百万元增加到四百万元，镇民代表会因此要求公布全部账目。",
    "代表林秀英在会后说：“我们等了三年，孩子们也等了三年，不能再等下去了。”",
    "工程师希望在五月底以前完成最后的检查，并且邀请镇民在开放前一天参观水池和新的机房。",
)
MAIL: Final = "Rosa Tamm <a href='mailto:r'>rtamm at orla.example</a><br><i>Thu Apr  8 09:14:02 1999</i>"
SORTED: Final = "<ul><li><b>Messages sorted by:</b> <a href=d>[ date ]</a> <a href=t>[ thread ]</a></ul>"


def _wrap(sign: str, indent: str = "", text: tuple[str, ...] = TEXT, width: int = 66) -> str:
    return sign.join("\n".join(wrap(paragraph, width, initial_indent=indent)) for paragraph in text)


def _break(html: str) -> str:
    return html.replace("\n", "<br>\n")


@check_rows(
    "text",
    [
        f"<pre>\n{_wrap(chr(10), '     ')}\n</pre>",
        f"<pre>\n{_wrap(chr(10) * 2)}\n\n-- \nRosa Tamm, Hill News\nAll that runs downhill\n</pre>",
        f"<pre>\n{_wrap(chr(10), '   ')}\n\nHP-NY-04-08-99 1421EST\n</pre>",
        f"<p>{_break(_wrap('</p><p>'))}</p>",
        _break(_wrap("\n", "\xa0\xa0\xa0\xa0")),
        _break(_wrap("\n\n")),
    ],
)
def test_lines_that_were_wrapped_by_hand_are_paragraphs_again(text: str) -> None:
    html = f"<html><head><title>Orla Bulletin</title></head><body><h2>{HEADLINE}</h2><p>April 8, 1999</p>{text}</body></html>"
    article = read_page(html.encode(), "http://orla.example/1999/hives.html")
    assert article.headline == HEADLINE
    assert tuple(article.body.split("\n\n")) == TEXT


def test_ideographs_that_were_wrapped_by_hand_have_no_spaces_between_the_lines() -> None:
    lines = _wrap("\n\n", text=CHINESE, width=32)
    html = f"<html><head><title>游泳池六月重新开放</title></head><body><h1>游泳池六月重新开放</h1><p>2004年05月14日</p><pre>{lines}</pre>"
    article = read_page(html.encode("gb18030"), "http://gushan.example/shehui/20040514/2497712.html")
    assert tuple(article.body.split("\n\n")) == CHINESE


@check_rows(
    ("below", "names", "day"),
    [
        ("<p align=right>Sr. Rosa Tamm", ["Rosa Tamm"], None),
        ("<div style='text-align: right'>Rosa Tamm (HP)</div>", ["Rosa Tamm"], None),
        ("<p>-- Rosa Tamm", ["Rosa Tamm"], None),
        ("<p align=right><i>Rosa Tamm</i><p align=right>8 April 1999", ["Rosa Tamm"], "1999-04-08"),
        ("<p>(April 8, 1999)", [], "1999-04-08"),
        ("<br><br>4/8/1999 9:12:11 PM", [], "1999-04-08"),
        ("<p>Last updated: April 8, 1999", [], "1999-04-08"),
        ("<p><b>More news</b><p>April 8, 1999 <a href=2.html>Library roof leaks</a>", [], None),
        ("<hr><a href=2.html>Library roof leaks for the third winter</a><p>April 8, 1999", [], None),
    ],
)
def test_writer_and_day_stand_under_the_text(below: str, names: list[str], day: str | None) -> None:
    text = "<p>".join(TEXT)
    html = f"<html><head><title>{HEADLINE}</title></head><body><h2>{HEADLINE}</h2><p>{text}{below}</body></html>"
    article = read_page(html.encode(), "http://orla.example/news/hives-silent.htm")
    assert [author.name for author in article.authors] == names
    assert (article.published.on if article.published is not None else None) == day
    assert article.body.split("\n\n")[:4] == list(TEXT)
    assert "Rosa Tamm" not in article.body


@check_rows(
    ("opening", "name", "day"),
    [
        ("〔記者陳文山／古山報導〕", "陳文山", None),
        ("（古山社記者何玉珍台北十三日電）", "何玉珍", None),
        ("【古山社2004年5月13日電】（古山社記者何玉珍台北十三日電）", "何玉珍", "2004-05-13"),
        ("古山社台北2004年5月13日电（记者何玉珍）", "何玉珍", "2004-05-13"),
    ],
)
def test_agencies_of_east_asia_print_writer_and_day_before_the_text(opening: str, name: str, day: str | None) -> None:
    text = "</p><p>".join((f"{opening}{CHINESE[0]}", *CHINESE[1:]))
    html = f"<html><head><title>游泳池六月重新开放</title></head><body><h1>游泳池六月重新开放</h1><p>{text}</p></body></html>"
    article = read_page(html.encode(), "http://gushan.example/shehui/n2497712.html")
    assert [author.name for author in article.authors] == [name]
    assert (article.published.on if article.published is not None else None) == day
    assert article.body.split("\n\n")[1:] == list(CHINESE[1:])


@check_rows(
    "head",
    [
        f"<h1>{HEADLINE}</h1><b>{MAIL}{SORTED}",
        f"<h1>{HEADLINE}</h1><ul><li><em>To</em>: hill-news@orla.example<li><em>From</em>: Rosa Tamm &lt;rtamm@orla.example&gt;"
        "<li><em>Date</em>: Thu, 8 Apr 1999 09:14:02 +0200</ul>",
        f"<table><tr><td>Title:<td>{HEADLINE}<tr><td>Date:<td>8 April 1999<tr><td>Author:<td>Rosa Tamm</table>",
        f"<h1>{HEADLINE}</h1><b>ROSA TAMM</b><br>of the Orla Bulletin, in Port Amble<p>April 8, 1999",
    ],
)
def test_mails_and_records_name_writer_and_day(head: str) -> None:
    text = "<p>".join(TEXT)
    html = f"<html><head><title>Orla Bulletin</title></head><body>{head}<hr><p>{text}<hr></body></html>"
    article = read_page(html.encode(), "http://orla.example/archive/000412.html")
    assert (article.headline, [author.name for author in article.authors]) == (HEADLINE, ["Rosa Tamm"])
    assert article.published is not None
    assert article.published.on == "1999-04-08"
    assert tuple(article.body.split("\n\n")) == TEXT


def test_news_in_brief_are_read_with_a_doubt() -> None:
    page = (
        "<html><head><title>Briefs</title></head><body><b>Hives for the Orla valley</b><br>April 8, 1999<br><br>"
        "The institute sent sixty hives to the Orla valley on Monday, after a third of the colonies had died. (HP)"
        "<br><br><a href=index.html>More briefs</a></body></html>"
    )
    article = read_page(page.encode(), "http://orla.example/briefs/3.html")
    assert article.headline == "Hives for the Orla valley"
    assert [problem.kind for problem in article.problems] == ["doubt"]


def test_a_document_of_frames_is_read_by_what_it_shows_without_them() -> None:
    page = (
        "<html><head><title>The Orla Echo</title></head><frameset cols='120,*'><frame src=menu.html><noframes><body>"
        f"<h2>{HEADLINE}</h2><i>April 8, 1999</i><p>{'<p>'.join(TEXT)}"
        "<p>This page uses frames, but your browser does not support them.</body></noframes></frameset></html>"
    )
    article = read_page(page.encode(), "http://orla.example/1999/hives.html")
    assert (article.headline, tuple(article.body.split("\n\n"))) == (HEADLINE, TEXT)


def test_the_bar_of_a_web_archive_is_none_of_the_page() -> None:
    bar = (
        "<div id='wm-ipp-base'><div id='wm-ipp'><p>COLLECTED BY</p><p>Web wide crawl with the list of seeds of the year before, "
        "run with the old crawler and kept for everybody.</p></div></div>"
    )
    page = f"<html><head><title>{HEADLINE}</title></head><body>{bar}<h2>{HEADLINE}</h2><p>8 April 1999<p>{'<p>'.join(TEXT)}"
    article = read_page(page.encode(), "http://orla.example/1999/hives.html")
    assert (article.kicker, tuple(article.body.split("\n\n"))) == (None, TEXT)


def test_files_of_an_issue_are_related_by_the_form_of_their_addresses() -> None:
    related = "<p><b>Related stories</b><br><a href=/0402/28/n3.html>Library roof leaks</a> <a href=/0402/>February</a>"
    page = (
        f"<html><head><title>Orla</title></head><body><h2>{HEADLINE}</h2><p>8 April 1999<p>{'<p>'.join(TEXT)}{related}"
    )
    article = read_page(page.encode(), "http://orla.example/0404/08/n7.html")
    assert [entry.address.url for entry in article.see_also] == ["https://orla.example/0402/28/n3.html"]
