"""What pages print amid their text and is none of it: captions, boxes that ask for an address, offers, consent, clocks."""

from __future__ import annotations

from typing import Final

import pytest
from support.tables import check_rows

from crawler.items import Article
from seealso import read_page

ONE: Final = (
    "The old paper mill at Harrow Bend will be turned into ninety flats after councillors approved the plan on Monday."
)
TWO: Final = "Building is expected to begin in September and to last two years, said the developer, which bought the site in 2019."
THREE: Final = (
    "“We asked for a new bridge before the first flat, and we were told to wait,” said Petra Lindqvist, a neighbour."
)
FOUR: Final = (
    "The council said that a study of the bridge would be published before the end of the year, after the fair."
)
TEXT: Final = (ONE, TWO, THREE, FOUR)
HEADER: Final = "<h1>Old mill to become flats</h1><p>By Janet Oakes</p><p>16 April 2024</p>"
MAIL_BOX: Final = (
    '<div class="vl"><h4>The Valley Letter</h4><p>Every Friday the best of the week, from our desk to your table.</p>'
    '<form><input type="email"><button>Go</button></form><p>By signing up you '
    'accept our <a href="/privacy">rules</a>.</p></div>'
)
OFFER: Final = (
    "<div><h3>Jetzt weiterlesen</h3><p>Mit einem Abo lesen Sie alle Artikel der Zeitung ohne Einschränkung, auf jedem Gerät "
    "und so oft Sie wollen.</p><ul><li>Erster Monat für 1 €</li></ul></div>"
)
CONSENT: Final = (
    "<div><h2>We value your privacy</h2><p>We and our 812 partners store information on a device, such as cookies, and "
    "process data sent by a device, for advertising and content.</p><p>You may click to consent to this, or change your "
    "preferences before consenting, which will apply to this website only.</p></div>"
)


def write(*paragraphs: str) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def read(inner: str, before: str = "", headline: str = "Old mill to become flats") -> Article:
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{headline}</title></head><body>{before}<article>'
        f"{HEADER}{inner}</article></body></html>"
    )
    return read_page(page.encode(), "https://post.example/2024/04/16/old-mill-to-become-flats")


def list_text(article: Article) -> list[str]:
    return [*([article.lead] if article.lead else []), *article.body.split("\n\n")]


@check_rows(
    ("inner", "before"),
    [
        (write(ONE, TWO) + MAIL_BOX + write(THREE, FOUR), ""),
        (write(*TEXT) + OFFER, ""),
        (write(*TEXT), CONSENT),
        (write(*TEXT), f'<div role="dialog">{CONSENT}</div>'),
        ("<p><img src=a.jpg><br><em>The mill from the bridge. Photo: R. Dunn/Post</em></p>" + write(*TEXT), ""),
        (write(ONE, TWO) + "<div>El molino en abril. Foto: Luis Arnáiz</div>" + write(THREE, FOUR), ""),
        (write(ONE, TWO) + "<details open><summary>Read more</summary>" + write(THREE, FOUR) + "</details>", ""),
        (write(*TEXT) + "<p>SOURCE Norrland Homes</p>", ""),
        (
            write(*TEXT)
            + "<div><h2>Register to continue reading</h2><p>Create a free account and read four more.</p></div>",
            "",
        ),
        (
            write(*TEXT) + "<div><p>Il vous reste 62% de cet article à lire. La suite est réservée aux abonnés.</p>"
            '<p>S’abonner dès 1€</p><p>Déjà abonné ? <a href="/c">Se connecter</a></p></div>',
            "",
        ),
        (write(ONE, TWO) + "<p>Article continues after advertisement</p>" + write(THREE, FOUR), ""),
        (
            write(*TEXT) + '<p>Join our <a href="https://t.example/post">Telegram channel</a> for the latest news.</p>',
            "",
        ),
        (
            write(ONE, TWO)
            + "<p>Subscribe to read the rest of this story on all your devices.</p>"
            + write(THREE, FOUR),
            "",
        ),
    ],
)
def test_a_text_is_read_without_what_is_printed_amid_it(inner: str, before: str) -> None:
    assert list_text(read(inner, before)) == list(TEXT)


def test_a_table_in_a_box_of_its_own_belongs_to_the_text_around_it() -> None:
    rows = "".join(f"<tr><td>{name}</td><td>{count}</td></tr>" for name, count in (("Votes for", 11), ("Against", 4)))
    article = read(write(ONE, TWO) + f"<div class=scroll><table>{rows}</table></div>" + write(THREE, FOUR))
    assert list_text(article) == [ONE, TWO, "Votes for", "11", "Against", "4", THREE, FOUR]


def test_a_live_report_is_read_without_its_clocks_and_the_list_of_its_parts() -> None:
    entries = "".join(
        f'<div id="b{number}"><time datetime="2024-04-15T2{number}:40:00Z">2{number}.40</time><h2>{title}</h2>'
        f"{write(text)}</div>"
        for number, title, text in ((1, "Plan approved", ONE), (0, "Residents speak", THREE))
    )
    parts = '<h2>Key events</h2><ul><li><a href="#b1">21.40 Plan approved</a></li><li><a href="#b0">20.40 Talk</a></li></ul>'
    assert list_text(read(parts + entries)) == ["Plan approved", ONE, "Residents speak", THREE]


def test_the_captions_of_pictures_in_a_row_are_the_text() -> None:
    pictures = "".join(f"<figure><img src=a.jpg><figcaption>{text}</figcaption></figure>" for text in TEXT)
    assert list_text(read(pictures)) == list(TEXT)


@pytest.mark.parametrize(
    "inner",
    [
        "".join(f"<p>{text[:-1]}, seen in April. Photo: R. Dunn</p>" for text in TEXT),  # the pictures are the story
        f"<div>{write(*TEXT)}<form><input type=email></form></div>",  # the field stands in the text's own element
    ],
)
def test_what_is_most_of_a_text_is_no_insertion(inner: str) -> None:
    assert len(list_text(read(inner))) == len(TEXT)
