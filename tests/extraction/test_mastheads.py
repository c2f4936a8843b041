"""The name of a blog in the only h1 of its pages is no headline, where a heading over the text is one."""

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
