"""AsiaNews in markups that may be: what a page prints is read the same, whatever tags, boxes and orders carry it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.tables import check_rows

from crawler.errors import NotAnArticle
from crawler.items import Article, Capture
from crawler.process import process
from crawler.sites.registry import find_site

ADDRESS = "https://www.asianews.it/news-en/A-kiln-for-three-villages-70001.html"
HEADLINE = "A kiln for three villages"
LEAD = "Potters of the upper valley share what they earn. The mayors could not agree on a name."
TEXT = (
    "The kiln was lit before dawn, and by noon the first forty bowls stood in the sun.",
    "Nobody keeps a ledger; who needs wood brings clay, and who needs clay brings wood.",
)
SEE = (
    ("The road to the upper valley opens again", "17/10/2022 09:30", "56905"),
    ("Clay has become dearer than rice", None, "32035"),
    ("Three mayors and one name", "21/06/2022 09:32", "56083"),
)


def link(number: int, text: str | None = None) -> str:
    headline, _, key = SEE[number]
    return f'<a href="/news-en/{headline.replace(" ", "-")}-{key}.html">{text or headline}</a>'


ENTRIES = "".join(f"<div>{link(number)} <span>{date or ''}</span></div>" for number, (_, date, _) in enumerate(SEE))
BOX = f"<div><h4>See also</h4>{ENTRIES}</div>"


def make_page(
    *,
    date: str = "<div>03/11/2022, 09.45</div>",
    kicker: str = "<div>NEPAL</div>",
    byline: str = "<div>by Fady Noun</div>",
    lead: str = f"<div>{LEAD}</div>",
    text: str = f"<p>Pokhara (AsiaNews) - {TEXT[0]}</p><p>{TEXT[1]}</p>",
    box: str = BOX,
    order: str = "date kicker headline byline lead",
    before: str = "",
    title: str = HEADLINE,
) -> str:
    parts = {"date": date, "kicker": kicker, "headline": f"<h1>{HEADLINE}</h1>", "byline": byline, "lead": lead}
    header = "".join(parts[name] for name in order.split())
    return (
        f'<html lang="en"><head><title>{title}</title></head><body>{before}<div>{header}<div>{text}</div></div>'
        f'<p><a href="#">Send to a friend</a></p>{box}<p>Subscribe now</p></body></html>'
    )


def read(html: str, url: str = ADDRESS) -> Article:
    capture = Capture(
        url=url,
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"),),
        body=html.encode(),
    )
    return process(capture, find_site("asianews"))


def check_whole(article: Article) -> None:
    """Check all that every page of this file prints."""
    assert (article.headline, article.kicker, article.byline) == (HEADLINE, "NEPAL", "by Fady Noun")
    assert article.published is not None
    assert article.published.value == "2022-03-11T08:45:00Z"
    assert (article.lead, article.dateline_place, article.body) == (LEAD, "Pokhara", "\n\n".join(TEXT))
    assert [(entry.headline, entry.published_raw) for entry in article.see_also] == [entry[:2] for entry in SEE]
    assert article.complete
    assert article.problems == ()


BOXES = {
    "a label that the site has not declared": BOX.replace("See also", "More on this topic"),
    "a label with a list of excerpts": "<section><h2>You may also like</h2>"
    + "".join(
        f"<h3>{link(number)}</h3><p>{date or ''}</p><p>{'A first sentence that is cut after some words. ' * 2}</p>"
        for number, (_, date, _) in enumerate(SEE)
    )
    + "</section>",
    "terms and definitions, a dash for no date": "<dl><dt>See also</dt>"
    + "".join(f"<dt>{date or '—'}</dt><dd>{link(number)}</dd>" for number, (_, date, _) in enumerate(SEE))
    + "</dl>",
    "panels behind tabs": '<ul><li><a href="#one">Related news</a></li><li><a href="#two">Most read</a></li></ul>'
    f'<div id="one">{ENTRIES}</div><div id="two"><a href="/news-en/A-tram-60001.html">A tram that nobody reads of</a></div>',
}


@check_rows("name", BOXES)
def test_related_links_are_read_from_any_box(name: str) -> None:
    check_whole(read(make_page(box=BOXES[name])))


def test_related_links_may_stand_before_the_story() -> None:
    check_whole(read(make_page(box="", before=BOX.replace("See also", "Related articles"))))


def test_a_date_in_words_stands_beside_a_related_link() -> None:
    article = read(make_page(box=f"<h4>See also</h4><p>{link(0)} <i>17 October 2022</i></p><p>{link(1)}</p>"))
    assert [entry.published and entry.published.value for entry in article.see_also] == ["2022-10-17", None]


def test_a_link_between_paragraphs_takes_its_date_from_the_box() -> None:
    text = f"<p>Pokhara (AsiaNews) - {TEXT[0]}</p><p>See also: {link(0)}</p><ul><li>Wood</li></ul><p>{TEXT[1]}</p>"
    article = read(make_page(text=text))
    assert [(entry.headline, entry.published_raw) for entry in article.see_also] == [entry[:2] for entry in SEE]
    assert article.body == f"{TEXT[0]}\n\nWood\n\n{TEXT[1]}"


SWITCH = '<a href="/index.php?l=it&art=70001">Italiano</a> <a href="/index.php?l=zh&art=70001">中文</a>'
HEADERS = {
    "a switch of languages above": {"before": f"<ul><li>{SWITCH.replace('> <', '></li><li><')}</li></ul>"},
    "a switch of languages before the lead": {"lead": f"<p>Also available in: {SWITCH}</p><div>{LEAD}</div>"},
    "a label and a counter": {"byline": "<div>by Fady Noun</div><div>Details</div><div>Hits: 412</div>"},
    "a caption with whose picture it is": {
        "lead": f"<p><img src='a.jpg'></p><p>The kiln (photo: R. Oli)</p><p>{LEAD}</p>"
    },
    "a caption below its picture": {"lead": f"<p>{LEAD}</p><p><img src='a.jpg'><br><em>The kiln at noon</em></p>"},
    "a prompt to listen": {"lead": f"<p>Listen to this article</p><p>{LEAD}</p>"},
    "sizes of letters": {"lead": f'<p>{LEAD}</p><p><a href="#">A-</a> <a href="#">A+</a></p>'},
    "the kicker below the lead": {"order": "headline lead date byline kicker"},
    "the kicker behind the byline": {"byline": "<div>by Fady Noun | NEPAL</div>", "kicker": ""},
    "date and time in two elements": {"date": "<div>03/11/2022</div><div>09.45</div>"},
    "the time below the lead": {"order": "kicker headline lead byline date", "date": "<p>03/11/2022</p><p>09.45</p>"},
    "a bar before the time": {"date": "<div>03/11/2022 | 09.45</div>"},
    "names of networks": {"byline": "<div>by Fady Noun</div><ul><li>Facebook</li><li>X (Twitter)</li></ul>"},
    "a form of the page": {"text": make_page.__kwdefaults__["text"] + '<p><a href="/f/1.pdf">PDF</a></p>'},
    "an appeal between paragraphs": {
        "text": f"<p>Pokhara (AsiaNews) - {TEXT[0]}</p><div><p>Help AsiaNews: a gift keeps it free.</p></div><p>{TEXT[1]}</p>"
    },
    "a box of news between paragraphs": {
        "text": f"<p>Pokhara (AsiaNews) - {TEXT[0]}</p><div><h3>Top news</h3>"
        + "".join(f'<p><a href="/news-en/Item-{key}.html">An item of the day, number {key}</a></p>' for key in range(4))
        + f"</div><p>{TEXT[1]}</p>"
    },
}


@check_rows("name", HEADERS)
def test_what_stands_among_header_and_text_is_none_of_them(name: str) -> None:
    article = read(make_page(**HEADERS[name]))  # type: ignore[arg-type]
    if "time" in name or "bar" in name:
        assert article.published is not None
        assert article.published.precision == "minute"
    check_whole(article)


@check_rows("printed", ["JB. VU", "Gregory"])
def test_a_byline_may_be_a_bare_name_in_capitals_or_of_one_word(printed: str) -> None:
    assert read(make_page(byline=f"<div>{printed}</div>")).byline == printed


def test_a_label_in_chinese_before_the_date_is_no_kicker() -> None:
    page = make_page(date="<div>发布于 03/11/2022, 09.45</div>", kicker="<div>尼泊尔</div>")
    assert read(page, ADDRESS.replace("news-en", "news-zh")).kicker == "尼泊尔"


def test_a_digest_that_nobody_signs_is_an_article_whatever_label_its_links_have() -> None:
    lead = "<p>Today's headlines: a kiln, a tram, a tower.</p>"
    text = "".join(f"<p><b>{land}</b></p><p>{TEXT[0]}</p>" for land in ("NEPAL", "CHINA", "INDIA"))
    box = "<div>What others read</div>" + "".join(f"<p>{link(number)}</p>" for number in range(3)) * 2
    article = read(make_page(byline="", lead=lead, text=text, box=box, kicker="<div>ASIA TODAY</div>"))
    assert (article.kicker, article.body.split("\n\n")[:3]) == ("ASIA TODAY", ["NEPAL", TEXT[0], "CHINA"])


def test_a_translation_is_found_by_the_name_of_its_language_without_a_number() -> None:
    url = "https://www.asianews.it/en/south-asia/nepal/a-kiln-for-three-villages"
    page = make_page(before='<p><a href="/it/asia/nepal/una-fornace">Italiano</a></p>')
    assert [address.url_key for address in read(page, url).translations] == ["asianews/it/asia/nepal/una-fornace"]


def test_an_old_page_that_closes_no_paragraph_does_not_break_off() -> None:
    html = (
        f"<HTML><BODY><FONT>03/11/2022</FONT><H1>{HEADLINE}</H1><P>{LEAD}<P>Pokhara (AsiaNews) - {TEXT[0]}<P>{TEXT[1]}"
    )
    assert read(html).complete
    assert not read(html.replace("<P>", "<DIV><P>", 1)).complete
    assert not read(html.replace("<P>Pok", "</P><P>Pok")).complete


@pytest.mark.parametrize("path", ["/index.php?l=en&art=99999", "/news-en/Nothing-of-the-sort-99999.html"])
def test_a_home_page_in_place_of_an_article_is_none(path: str) -> None:
    def tease(number: int) -> str:
        return f"<h3>{SEE[number][0]}</h3><p>{TEXT[0]}</p>{link(number, 'Read more')}"

    stories = "".join(f"<div>{tease(number)}</div>" for number in range(3))
    lead = f"<div>03/11/2022, 09.45</div><h1>{HEADLINE}</h1><div>by Fady Noun</div><p>{LEAD}</p>"
    appeal = f"<div>12/10/2026</div><div><h2>Help AsiaNews: a gift keeps it free.</h2><p>{LEAD} {LEAD}</p></div>"
    for inner in (lead + stories, appeal + ENTRIES):
        with pytest.raises(NotAnArticle):
            read(
                f"<html><head><title>AsiaNews</title></head><body>{inner}</body></html>",
                f"https://www.asianews.it{path}",
            )
