"""What pages print amid, above and below their text and set as it: captions, consent, comments, labels of tools."""

from __future__ import annotations

from typing import Final

from support.tables import check_rows

from crawler.items import Article
from seealso import read_page

ONE: Final = (
    "The ferry between Port Amble and the island of Sull will stop running on 1 March, its owner said on Wednesday."
)
TWO: Final = (
    "Coastline Shipping blamed the price of fuel and a fall in passengers, from 90,000 to fewer than 31,000 last year."
)
THREE: Final = (
    "The 340 people who live on Sull would then depend on a helicopter that flies twice a week when weather allows."
)
FOUR: Final = (
    "The regional government said that it had asked two other companies for offers and expected answers by February."
)
TEXT: Final = (ONE, TWO, THREE, FOUR)
CAPTION: Final = "Islanders wait for the ferry on the pier of Sull on a Wednesday in April."
BYLINE: Final = '<p class="byline">By Janet Oakes</p><p>16 April 2024</p>'
COOKIES: Final = (
    "<div class='x7'><h2>Your privacy</h2><p>We use cookies and similar technologies to run this site, to measure how it is "
    "used, and to show you advertisements that fit your interests.</p></div>"
)
COMMENTS: Final = "".join(
    f"<p>{comment}</p><p>Posted by Reader {number} on 17 April 2024</p>"
    for number, comment in enumerate(
        (
            "I have taken this boat for forty years and cannot believe that they would just stop it like this, it is a shame.",
            "Why does nobody speak about the price of diesel? When I was a boy a ticket was two shillings for the whole family.",
            "Well said, and do not forget that the helicopter could not fly for eleven days in January, I was there and saw it.",
        )
    )
)


def write(*paragraphs: str) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def read(inner: str, before: str = "", behind: str = "") -> Article:
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ferry to Sull to stop</title></head><body>'
        f"{before}<article><h1>Ferry to Sull to stop</h1>{inner}</article>{behind}</body></html>"
    )
    return read_page(page.encode(), "https://post.example/2024/04/16/ferry-to-sull-to-stop")


def list_text(article: Article) -> list[str]:
    return [*([article.lead] if article.lead else []), *article.body.split("\n\n")]


@check_rows(
    "inner",
    [
        f"{BYLINE}<div class='image'><img src='a.jpg'><p>{CAPTION}</p></div>{write(*TEXT)}",
        f"<div class='hero'><img src='a.jpg'></div><div class='hero-text'>{CAPTION} | Otto Weir</div>{BYLINE}{write(*TEXT)}",
        f"<p><img src='a.jpg'><br><em>{CAPTION}</em></p>{BYLINE}{write(*TEXT)}",
        f"{BYLINE}{write(ONE, TWO)}<div><div><img src='a.jpg' alt='{CAPTION}'></div><div>{CAPTION}</div></div>{write(THREE, FOUR)}",
    ],
)
def test_a_caption_is_told_by_its_place_and_no_lead(inner: str) -> None:
    assert list_text(read(inner)) == list(TEXT)


def test_paragraphs_beside_pictures_are_no_captions() -> None:
    paragraphs = "".join(
        f"<div class='image-text'><img src='{place}.jpg'><p>{text}</p></div>" for place, text in enumerate(TEXT)
    )
    assert list_text(read(BYLINE + paragraphs)) == list(TEXT)
    described = "".join(f"<p><img src='{place}.jpg' alt='{text}'></p><p>{text}</p>" for place, text in enumerate(TEXT))
    assert list_text(read(BYLINE + described)) == list(TEXT)


@check_rows(
    ("inner", "before", "behind"),
    [
        (write(*TEXT), "", COOKIES),
        (write(*TEXT), COOKIES, ""),
        (write(*TEXT) + "<p><b>Comments</b></p>" + COMMENTS, "", ""),
        (write(*TEXT) + "<h3>3 Kommentare</h3>" + COMMENTS, "", ""),
        (write(ONE, TWO) + "<p>Scroll to continue</p>" + write(THREE, FOUR), "", ""),
        (write(*TEXT) + "<p>Page 1 of 1</p><p>Rate this item</p><p>(0 votes)</p>", "", ""),
        (write(*TEXT) + "<p>Printed from: https://post.example/2024/04/16/ferry-to-sull-to-stop</p>", "", ""),
        ("<div><span>Listen to this article</span><span>5 min</span></div>" + write(*TEXT), "", ""),
        (
            write(ONE)
            + "<p>Jump to: <a href='#a'>The costs</a> | <a href='#b'>The prices</a></p>"
            + write(TWO, THREE, FOUR),
            "",
            "",
        ),
        (write(*TEXT) + "<p>یہ بھی پڑھیں: <a href='/2024/04/15/pul'>پل بند</a></p>", "", ""),
        (
            write(*TEXT),
            "<div><p>We noticed that you use an ad blocker. Please turn it off here, since advertising pays for our work.</p></div>",
            "",
        ),
        ("<p>This article is more than 7 years old</p>" + write(*TEXT), "", ""),
        (
            write(ONE, TWO)
            + "<p>To view this content, you need to update your privacy settings.</p>"
            + write(THREE, FOUR),
            "",
            "",
        ),
        (write(*TEXT) + "<p>Follow Janet Oakes on <a href='https://twitter.com/joakes'>Twitter</a>.</p>", "", ""),
        (
            write(*TEXT)
            + "<h3>More news</h3><p><a href='/2024/04/15/a-goat-came-by-night'>A goat came by night</a></p><p>It left in "
            "the morning with the hat of the bishop, which has not been found since it was last seen on the pier.</p>",
            "",
            "",
        ),
        (f"<div class='wide'>{write(*TEXT)}</div><div class='narrow'>{write(*TEXT)}</div>", "", ""),
        (
            write(ONE, TWO)
            + "<span style='position:absolute; left:-9999px'>cheap pills and casino links</span>"
            + write(THREE, FOUR),
            "",
            "",
        ),
        (
            "<marquee>Goats on the pier, bridge shut, rain expected on the hills of Dunmoor tonight</marquee>"
            + write(*TEXT),
            "",
            "",
        ),
        (write(*TEXT) + "<p>— Janet Oakes</p>", "", ""),
        (write(*TEXT) + "<div><p>Your email has been sent.</p></div>", "", ""),
    ],
)
def test_what_stands_around_a_text_is_left_out(inner: str, before: str, behind: str) -> None:
    assert list_text(read(BYLINE + inner, before, behind)) == list(TEXT)


@check_rows(
    "inner",
    [
        write(ONE, "The company says on its page: we use cookies to count those who ask for a ticket.", TWO, THREE),
        write(ONE, TWO) + "<h2>Comments</h2>" + write(THREE, FOUR),
    ],
)
def test_a_text_about_such_things_stays_whole(inner: str) -> None:
    assert len(list_text(read(BYLINE + inner))) >= 4


def test_headings_lose_the_sign_of_their_link_and_nothing_else() -> None:
    inner = (
        f"{write(ONE)}<h2 id='a'>A service of 112 years<a href='#a'>#</a></h2>{write(TWO, THREE)}"
        f"<h2 id='b'><a href='#b'>What comes next</a></h2>{write(FOUR)}"
    )
    assert list_text(read(BYLINE + inner)) == [ONE, "A service of 112 years", TWO, THREE, "What comes next", FOUR]


@check_rows(
    "inner",
    [
        f"{write(ONE, TWO)}<div hidden='until-found'>{write(THREE, FOUR)}</div>",
        f"<p>{ONE.replace('Port Amble', '<button>Port Amble</button>')}</p>{write(TWO, THREE, FOUR)}<button>Show all</button>",
    ],
)
def test_what_a_reader_finds_or_has_explained_is_text(inner: str) -> None:
    assert list_text(read(BYLINE + inner)) == list(TEXT)


def test_what_a_blog_says_of_itself_is_no_text() -> None:
    page = (
        "<html lang='en'><head><title>Ferry to Sull to stop</title></head><body><div id='header'><h1><a href='/'>Islands of the "
        "north</a></h1><div>This is a blog about the islands of the north, their boats, their birds and the people who live "
        "there, written by a man who has spent his life on them and wants to keep what he has seen.</div></div><div class='post'>"
        f"<h3>Ferry to Sull to stop</h3><div class='post-body'>{ONE}<br><br>{TWO}</div></div></body></html>"
    )
    assert list_text(read_page(page.encode(), "https://north.example/2024/04/ferry-to-sull-to-stop.html")) == [ONE, TWO]
