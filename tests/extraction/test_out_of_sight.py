"""Texts that an inline style or an element keeps from a reader's eyes, and such as only seem to be."""

from __future__ import annotations

from html import escape
from typing import Final

from support.tables import check_rows

from crawler.items import Article
from seealso import read_page

TEXT: Final = (
    "The town council of Brackwater voted on Tuesday night to close its last swimming pool, which opened in 1963.",
    "Nine members voted in favour and four against, after a debate that lasted until shortly before midnight.",
    "The repairs alone would have cost four million, according to the figures of the treasurer, Maud Ellery.",
    "Swimming clubs had collected 6,300 signatures against the plan, and spoke of a betrayal of the children.",
    "Attendance fell from 140,000 a year in the 1980s to fewer than 38,000 last year, as the council had said.",
    "The building is to be sold, and a school has offered to rent the smaller of its two halls until spring.",
    "Two developers have asked for the plans, and one of them has been seen in the town with an architect.",
    "The clubs will hire buses to the pool of Harrow Lea, which is twenty miles away, until the winter is over.",
)
SECRET: Final = (
    "Nobody was ever meant to read these words, which are here for machines that count how often one says pool."
)
HEADER: Final = "<h1>Pool of Brackwater to close</h1><p class=byline>By Nora Finch</p><p>15 May 2024</p>"


def write(*paragraphs: str) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def read(body: str) -> Article:
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pool of Brackwater to close</title></head>'
        f"{body}</html>"
    )
    return read_page(page.encode(), "https://courier.example/2024/05/15/pool-of-brackwater-to-close")


HIDING: Final = (
    "font-size:0",
    "FONT-SIZE: 0px !important",
    "font-size:1px;line-height:1px",
    "position:absolute;clip:rect(0,0,0,0)",
    "clip: rect(1px, 1px, 1px, 1px); position: absolute",
    "clip-path:inset(50%)",
    "text-indent:-9999px",
    "text-indent: -999em",
    "margin-left:-9999px",
    "transform:translateX(-9999px)",
    "content-visibility:hidden",
    "opacity:0",
    "opacity: 0.0",
    "transform:scale(0)",
    "color:#fff;background-color:#ffffff",
    "background:white;color:#FFF",
    "width:0;height:0;overflow:hidden",
)


@check_rows("style", HIDING)
def test_a_paragraph_that_its_style_hides_is_no_text(style: str) -> None:
    article = read(f"<article>{HEADER}{write(*TEXT[:3])}<p style='{style}'>{SECRET}</p>{write(*TEXT[3:])}</article>")
    assert tuple(article.body.split("\n\n")) == TEXT


@check_rows("style", ["font-size:0", "clip:rect(0 0 0 0);position:absolute", "opacity:0", "color:#fff;background:#fff"])
def test_words_in_a_sentence_that_their_style_hides_are_no_text(style: str) -> None:
    article = read(
        f"<article>{HEADER}{write(*TEXT[:3])}<p>{TEXT[3]}<span style='{style}'> {SECRET}</span></p></article>"
    )
    assert tuple(article.body.split("\n\n")) == TEXT[:4]


@check_rows(
    "style",
    [
        "opacity:0;transition:opacity 1s",
        "opacity:0;transform:translateY(20px)",
        "opacity:0.9",
        "font-size:1em",
        "font-size:0.9rem",
        "line-height:0",
        "height:0;overflow:hidden",
        "max-height:0;overflow:hidden",
        "color:#fff;background-color:#000",
        "margin-left:-10px",
        "min-height:0;overflow:hidden",
    ],
)
def test_what_appears_or_unfolds_or_is_only_set_apart_stays_text(style: str) -> None:
    article = read(f"<article>{HEADER}{write(*TEXT[:3])}<p style='{style}'>{TEXT[3]}</p>{write(*TEXT[4:])}</article>")
    assert tuple(article.body.split("\n\n")) == TEXT


@check_rows(
    "opening, style",
    [("<div style='opacity:0'>", ""), ("<div style='font-size:0'>", "font-size:16px"), ("<div>", "opacity:0")],
)
def test_a_whole_text_that_seems_hidden_is_shown_by_a_script(opening: str, style: str) -> None:
    paragraphs = "".join(f"<p style='{style}'>{text}</p>" for text in TEXT)
    assert tuple(read(f"<article>{HEADER}{opening}{paragraphs}</div></article>").body.split("\n\n")) == TEXT


def test_a_headline_that_appears_is_printed() -> None:
    article = read(f"<article>{HEADER.replace('<h1>', '<h1 style=opacity:0>')}{write(*TEXT)}</article>")
    assert article.headline == "Pool of Brackwater to close"


STORY: Final = f"<article>{HEADER}{write(*TEXT)}</article>"


@check_rows(
    "body",
    [
        f"<frameset rows='80,*'><frame src=top.html><frame src=main.html><noframes><body>{STORY}</body></noframes></frameset>",
        f'<body><iframe srcdoc="{escape(f"<html><title>x</title><body>{STORY}</body></html>")}"></iframe></body>',
        f'<body>{HEADER}<iframe srcdoc="{escape(write(*TEXT))}"></iframe></body>',
        f'<body>{HEADER}<IFRAME SrcDoc="{escape(write(*TEXT))}"></IFRAME></body>',
        f"<body><article>{HEADER}<textarea hidden>{escape(write(*TEXT))}</textarea></article></body>",
        f"<body><article>{HEADER}<template>{write(*TEXT)}</template></article></body>",
        f"<body><article>{HEADER}{write(TEXT[0])}<script type='text/template'>{write(*TEXT[1:])}</script></article></body>",
        f"<body><article>{HEADER}{write(TEXT[0])}"
        + "".join(f'<p class=lazy data-text="{text}"></p>' for text in TEXT[1:])
        + "</article></body>",
    ],
)
def test_a_text_that_only_a_frame_or_a_script_would_show_is_read(body: str) -> None:
    article = read(body)
    assert article.headline == "Pool of Brackwater to close"
    assert tuple(article.body.split("\n\n")) == TEXT


def test_a_state_in_an_attribute_and_short_paragraphs_among_long_ones_are_read() -> None:
    rows = [{"content": text} for text in (*TEXT[:6], "Nobody came.")]
    state = (
        '{"props":{"article":{"title":"Pool of Brackwater to close","published_at":"2024-05-15","paragraphs":ROWS}}}'
    )
    attribute = escape(state.replace("ROWS", str(rows).replace("'", '"')))
    article = read(f'<body><div id=app data-page="{attribute}"></div></body>')
    assert tuple(article.body.split("\n\n")) == (*TEXT[:6], "Nobody came.")


def test_an_advert_in_a_frame_is_no_text() -> None:
    advert = escape(f"<p>{SECRET}</p>" * 9)
    article = read(
        f'<article>{HEADER}{write(*TEXT[:4])}<iframe srcdoc="{advert}"></iframe>{write(*TEXT[4:])}</article>'
    )
    assert tuple(article.body.split("\n\n")) == TEXT


def test_answers_that_unfold_under_their_questions_are_text() -> None:
    asked = "".join(
        f"<h3>Question number {place}?</h3><div class=accordion-panel style='display:none'><p>{text}</p></div>"
        for place, text in enumerate(TEXT[:4])
    )
    article = read(f"<article>{HEADER}{write(TEXT[4])}{asked}</article>")
    assert [text for text in article.body.split("\n\n") if "Question" not in text] == [TEXT[4], *TEXT[:4]]
