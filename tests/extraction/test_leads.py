"""Short leads between headline and byline, which no chance tells and their markup does."""

from __future__ import annotations

from typing import Final

from support.tables import check_rows

from seealso import read_page

TEXT: Final = (
    "Il consiglio comunale di Castelforte ha deciso lunedì sera di riaprire la piscina a giugno, dopo tre anni di lavori.",
    "Il costo è passato da due a quasi quattro milioni di euro perché sotto la vasca sono state trovate vecchie tubature.",
    "«Abbiamo contato e litigato, ma alla fine tutti volevano nuotare», ha detto la sindaca Ornella Brusa dopo la seduta.",
)


@check_rows(
    ("subtitle", "lead"),
    [
        ("<h2>Costi raddoppiati per le vecchie tubature</h2>", "Costi raddoppiati per le vecchie tubature"),
        (
            '<p class="td-sub-title">Costi raddoppiati per le vecchie tubature</p>',
            "Costi raddoppiati per le vecchie tubature",
        ),
    ],
)
def test_a_subtitle_between_headline_and_byline_is_the_lead(subtitle: str, lead: str) -> None:
    page = (
        f'<html lang="it"><head><title>La piscina riapre a giugno</title></head><body><h1>La piscina riapre a giugno</h1>'
        f"{subtitle}<div>di Giulia Ferrante</div><div>14 maggio 2024</div>{''.join(f'<p>{text}</p>' for text in TEXT)}"
    )
    article = read_page(page.encode(), "https://corriere.example/2024/05/14/la-piscina-riapre-a-giugno")
    assert article.lead == lead
    assert tuple(article.body.split("\n\n")) == TEXT


def test_a_lead_that_its_markup_names_stands_under_the_date_too() -> None:
    page = (
        "<html lang=it><head><title>La piscina riapre a giugno</title></head><body><h1>La piscina riapre a giugno</h1>"
        "<div>Inviato da redazione il 14/05/2024</div><div class='field field-name-field-subtitle'><div>Il nuoto torna dopo "
        f"tre lunghi anni</div></div><div class='field-type-text-with-summary'>{''.join(f'<p>{text}</p>' for text in TEXT)}"
    )
    article = read_page(page.encode(), "https://corriere.example/2024/05/14/la-piscina-riapre-a-giugno")
    assert article.lead == "Il nuoto torna dopo tre lunghi anni"
    assert tuple(article.body.split("\n\n")) == TEXT


DESCRIBED: Final = "Sotto la vasca le tubature di sessant'anni fa: e chi nuota aspetta"


@check_rows(
    "between",
    [
        f"<div class=meta><div>14 maggio 2024</div><div class=tags>{DESCRIBED}</div></div>",
        f"<div><div>14 maggio 2024</div><div>{DESCRIBED}</div><div><a href=/x>piscina</a></div><div><a href=/y>nuoto</a></div>",
    ],
)
def test_what_the_page_states_as_its_description_is_the_lead(between: str) -> None:
    page = (
        f'<html lang="it"><head><title>La piscina riapre a giugno</title><meta name="description" content="{DESCRIBED}">'
        f"</head><body><div><h1>La piscina riapre a giugno</h1>{between}</div>"
        f"<article>{''.join(f'<p>{text}</p>' for text in TEXT)}</article>"
    )
    article = read_page(page.encode(), "https://corriere.example/2024/05/14/la-piscina-riapre-a-giugno")
    assert article.lead == DESCRIBED
    assert tuple(article.body.split("\n\n")) == TEXT
