"""Paragraphs wrapped by hand, a line in an element of its own: views of PDFs, scanned papers, letters."""

from __future__ import annotations

from textwrap import wrap
from typing import Final

from seealso import read_page

TEXT: Final = (
    "The ferry between Port Amble and the island of Sull will stop running on 1 March, its owner said on Wednesday, which ends "
    "a service of more than a hundred and twelve years.",
    "Coastline Shipping blamed the price of fuel and a fall in passengers, from 90,000 in 2010 to fewer than 31,000 in the last "
    "year that was counted by the harbour office.",
    "The 340 people who live on Sull would then depend on a helicopter that flies twice a week when the weather allows, and on "
    "the boats of the fishermen of Port Amble.",
    "The regional government said that it had asked two other companies for offers, and that it expected to have their answers "
    "before the middle of February.",
)


def test_a_line_an_element_is_part_of_a_paragraph() -> None:
    lines = ["Ferry to Sull to stop", "By Janet Oakes", *(line for text in TEXT for line in wrap(text, 62))]
    elements = "".join(f"<div class='t m0 h{place % 3}'>{line}</div>" for place, line in enumerate(lines))
    page = f"<html lang='en'><head><title>Ferry to Sull to stop</title></head><body><div class='pf'>{elements}</div></body></html>"
    article = read_page(page.encode(), "https://post.example/2024/04/16/ferry-to-sull-to-stop")
    assert (article.headline, [author.name for author in article.authors]) == ("Ferry to Sull to stop", ["Janet Oakes"])
    assert " ".join(text for text in (article.lead, article.body) if text).replace("\n\n", " ") == " ".join(TEXT)


def test_verses_stay_lines() -> None:
    verses = (
        *(
            "The boat goes out, the boat comes in,",
            "the rope is old, the rail is thin,",
            "and no one counts the ones who stay",
        ),
        *(
            "when no one comes to count the day.",
            "The bell that rang across the Sound",
            "has not a hand to swing it round,",
        ),
        *("and grass has grown where once the queue", "stood in the rain to see it through."),
    )
    elements = "".join(f"<div class='line'>{verse}</div>" for verse in verses)
    page = (
        "<html lang='en'><head><title>The last boat</title></head><body><article><h1>The last boat</h1><p>By Ada Holm</p>"
        f"<p>16 April 2024</p><div>{elements}</div></article></body></html>"
    )
    article = read_page(page.encode(), "https://post.example/2024/04/16/the-last-boat")
    printed = [*([article.lead] if article.lead else []), *article.body.split("\n\n")]
    assert printed == list(verses)
