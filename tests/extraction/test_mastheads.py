"""What stands in a masthead: the name of a blog in the only h1 of its pages, and the day on which a page is shown."""

from __future__ import annotations

from typing import Final

from support.tables import check_rows

from seealso import read_page

TEXT: Final = "".join(
    f"<p>{text}</p>"
    for text in (
        "The ferry between Port Amble and the island of Sull will stop running on 1 March, its owner said on Wednesday.",
        "Coastline Shipping blamed the price of fuel and a fall in passengers, from 90,000 to fewer than 31,000 last year.",
        "The 340 people who live on Sull would then depend on a helicopter that flies twice a week when weather allows.",
    )
)


@check_rows(
    ("inner", "headline"),
    [
        (
            f"<h1><a href='/~iain/'>Notes from the Harbour</a></h1><h2>Ferry to Sull to stop</h2>{TEXT}",
            "Ferry to Sull to stop",
        ),
        (
            f"<h1><a href='/~iain/'>Notes from the Harbour</a></h1><h2>Boats and nets</h2><h3>Ferry to Sull to stop</h3>{TEXT}",
            "Ferry to Sull to stop",
        ),
        # An article's own headline: linked to itself, or over parts of a text.
        (f"<h1>Notes from the Harbour</h1><h2>Ferry to Sull to stop</h2>{TEXT}", "Notes from the Harbour"),
        (
            f"<h1><a href='/~iain/'>Notes from the Harbour</a></h1><h2>Ferry to Sull to stop</h2>{TEXT}<h2>Rain at last</h2>{TEXT}",
            "Notes from the Harbour",
        ),
    ],
)
def test_an_h1_that_leads_up_gives_way(inner: str, headline: str) -> None:
    page = f"<html lang='en'><head><title>Notes from the Harbour</title></head><body>{inner}<p>May 12, 2024</p></body></html>"
    assert read_page(page.encode(), "http://people.example/~iain/2024/05/12/ferry/").headline == headline


@check_rows(
    ("above", "below", "day"),
    [
        ("<div><span>Friday, May 15, 2024</span> <span>21°C Valmare</span></div>", "", None),
        ("<div>Friday, May 15, 2024</div><div>Weather: 21°, sunny</div>", "", None),
        ("<div class='top'>Today is Friday, May 15, 2024</div>", "", None),
        ("<div>Hoy es viernes, 15 de mayo de 2024</div>", "", None),
        ("<div>Friday, May 15, 2024</div><div>Subscribe</div><div><a href='/'>Harbour Post</a></div>", "", None),
        (
            "<div class='date'>Friday, May 15, 2024</div><nav><a href='/a'>News</a><a href='/b'>Sport</a>"
            "<a href='/c'>Life</a></nav>",
            "",
            None,
        ),
        ("<ul><li>Friday, May 15, 2024</li><li><a href='/login'>Log in</a></li></ul>", "", None),
        ("<div>Friday, May 15, 2024</div>", "<div>May 12, 2024</div>", "2024-05-12"),
        ("<header><span>Jumat, 15 Mei 2024</span></header>", "<div>Minggu, 12 Mei 2024 14:05</div>", "2024-05-12"),
        ("<div>2024年5月15日 星期五</div>", "<div>2024-05-12 14:05</div>", "2024-05-12"),
        # Of a blog, and of a paper that prints the day on top.
        ("<h2>Sunday, May 12, 2024</h2>", "", "2024-05-12"),
        ("<div>May 12, 2024</div><div>HARBOUR</div>", "", "2024-05-12"),
    ],
)
def test_the_day_of_the_masthead_is_not_the_storys(above: str, below: str, day: str | None) -> None:
    page = (
        "<html lang='en'><head><title>Ferry to Sull to stop</title></head><body>"
        f"{above}<article><h1>Ferry to Sull to stop</h1>{below}{TEXT}</article></body></html>"
    )
    article = read_page(page.encode(), "https://post.example/news/ferry-to-sull-to-stop-4512345")
    assert (article.published.on if article.published else None) == day
