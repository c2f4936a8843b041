"""Short entries of lists are text where the list stands amid one: steps, ingredients, terms, who is quoted."""

from __future__ import annotations

from typing import Final

from support.tables import check_rows

from seealso import read_page

ONE: Final = (
    "Salt bread was baked on the ferry to Sull for as long as it ran, and a loaf of it keeps for nine days in a tin."
)
TWO: Final = (
    "The cook of the boat, Ada Holm, wrote the recipe down in 1974 on the back of a ticket that hangs in the museum."
)
THREE: Final = (
    "It is eaten with butter and smoked fish, and islanders say that nothing else should ever be put on top of it."
)
HEADER: Final = '<h1>Salt bread of Sull</h1><p class="byline">By Janet Oakes</p><p>16 April 2024</p>'


def read_text(inner: str) -> list[str]:
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Salt bread of Sull</title></head><body>'
        f"<nav><a href='/'>Post</a></nav><article>{HEADER}{inner}</article></body></html>"
    )
    article = read_page(page.encode(), "https://post.example/2024/04/16/salt-bread-of-sull")
    return [*([article.lead] if article.lead else []), *article.body.split("\n\n")]


@check_rows(
    ("inner", "text"),
    [
        (
            f"<p>{ONE}</p><h2>Ingredients</h2><ul><li>500 g rye flour</li><li>12 g salt</li></ul><h2>Method</h2>"
            "<ol><li>Mix flour and salt.</li><li>Add water.</li></ol>",
            [ONE, "Ingredients", "500 g rye flour", "12 g salt", "Method", "Mix flour and salt.", "Add water."],
        ),
        (
            f"<p>{ONE}</p><p>On board were:</p><ul><li>two cows</li><li>a piano</li></ul><p>{TWO}</p><p>{THREE}</p>",
            [ONE, "On board were:", "two cows", "a piano", TWO, THREE],
        ),
        (
            f"<p>{ONE}</p><dl><dt>Price</dt><dd>Four crowns a loaf, and three on the last day of a month.</dd></dl><p>{TWO}</p>",
            [ONE, "Price", "Four crowns a loaf, and three on the last day of a month.", TWO],
        ),
        (
            f"<p>{ONE}</p><p>{TWO}</p><blockquote><p>Bread is what the sea could not take from us, and it never will.</p>"
            f"<footer>— Ada Holm, in a letter</footer></blockquote><p>{THREE}</p>",
            [
                ONE,
                TWO,
                "Bread is what the sea could not take from us, and it never will.",
                "— Ada Holm, in a letter",
                THREE,
            ],
        ),
        (
            f"<p>{ONE}</p><p>The plan:</p><ul><li>Boats<ul><li>two in summer</li><li>one in winter</li></ul></li></ul><p>{TWO}</p>",
            [ONE, "The plan:", "Boats", "two in summer", "one in winter", TWO],
        ),
        # No text: labels, what else there is to read.
        (f"<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p><ul><li>Share</li><li>Print</li></ul>", [ONE, TWO, THREE]),
        (
            f"<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p><h3>See also</h3><ul><li><a href='/2024/04/15/the-last-boat'>The last "
            "boat</a></li><li><a href='/2024/04/14/a-new-pier'>A new pier</a></li></ul>",
            [ONE, TWO, THREE],
        ),
    ],
)
def test_entries_are_text_where_their_list_is(inner: str, text: list[str]) -> None:
    assert read_text(inner) == text
