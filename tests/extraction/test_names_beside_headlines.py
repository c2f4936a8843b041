"""What stands beside a headline and reads as a name: tools for readers, whom the story is about, links to others."""

from __future__ import annotations

from typing import Final

from support.tables import check_rows

from crawler.extraction.parsing.markup import Hint, read_hints
from crawler.normalisation.bylines.byline import is_byline
from seealso import read_page, split_byline

TITLE: Final = "Mara Dell rebuilds the weir that the flood took"
TEXT: Final = "".join(
    f"<p>The {part} of the weir was rebuilt last week, and the council said on Monday that what the flood had taken in "
    "March would stand again before the first snow, as the miller had asked.</p>"
    for part in ("crown", "gate", "foot", "wall")
)


def read(header: str, below: str = "", title: str = TITLE):
    page = f"<html lang=en><title>{title}</title><body>{header}<div class=story>{TEXT}</div>{below}</body></html>"
    return read_page(page.encode(), "https://weir.example/2024/04/16/the-weir-is-rebuilt")


@check_rows(
    "line",
    [
        *("Text Size", "Font Size", "Older Article", "Newer Articles", "Increase Text", "Next Article", "Taille Texte"),
        *("Artículo Anterior", "Articolo Precedente", "Nächster Artikel", "Vorige Artikel", "Следующая Новость"),
    ],
)
def test_tools_beside_a_headline_are_no_names(line: str) -> None:
    assert not is_byline(line, "en", bare=True)


@check_rows(
    "line",
    [
        *("World Cup", "Climate Change", "Book Review", "White House", "Premier League", "Getty Images", "Fact Check"),
        *("Read Later", "Sign Up", "Watch Live", "Security Council", "Press Release", "Real Estate", "Members Only"),
        *("Künstliche Intelligenz", "Assemblée Nationale", "Buenos Aires", "Coppa Italia", "Piala Dunia", "Белый Дом"),
    ],
)
def test_a_topic_or_a_label_above_the_date_signs_nothing(line: str) -> None:
    assert read(f"<h1>{TITLE}</h1><p>{line}</p><p>Apr 16, 2024</p>").authors == ()


@check_rows(
    "below",
    [
        '<div class="comments"><p>By Ben Cole</p><p>It will not stand the next flood.</p></div>',
        '<section class="related"><article><h3><a href="/news/the-ferry-is-late-again">The ferry</a></h3><p>By Ben Cole</p></article></section>',
    ],
)
def test_who_wrote_something_else_did_not_write_the_story(below: str) -> None:
    assert read(f"<h1>{TITLE}</h1><div>Apr 16, 2024</div>", below).authors == ()


def test_who_took_the_picture_did_not_write_the_story() -> None:
    for name in ("photo-credit", "video-credit", "image__credit"):
        assert read(f'<h1>{TITLE}</h1><p class="{name}">Ben Cole</p><p>Apr 16, 2024</p>').authors == (), name


def test_all_names_before_the_date_of_a_line_are_writers() -> None:
    article = read(
        f'<h1>{TITLE}</h1><p>Anna Miller, Ben Cole <time datetime="2024-04-16">16 Apr 2024</time> • 5 min read</p>'
    )
    assert [author.name for author in article.authors] == ["Anna Miller", "Ben Cole"]


def test_the_size_of_letters_and_the_older_article_stand_above_the_writer() -> None:
    tools = "<span>Text Size</span><ul class=paging><li><a href=/2024/04/15/older rel=prev>Older Article</a></li></ul>"
    article = read(
        f"<h1>{TITLE}</h1><div>Apr 16, 2024</div><div>{tools}</div><p class=meta>by <a href=/x>Ann Lee</a></p>"
    )
    assert [author.name for author in article.authors] == ["Ann Lee"]


def test_whom_the_headline_begins_with_did_not_write_the_story() -> None:
    article = read(f"<h1>{TITLE}</h1><div><h2>Mara Dell</h2><h5>4/16/2024 7:11 AM</h5></div>")
    assert (article.byline, article.authors) == (None, ())


def test_a_headline_that_is_a_name_is_not_signed_by_it() -> None:
    below = "<div class=person><b>Mara Dell</b><p>Mara Dell is a miller who has lived at the weir for forty years.</p></div>"
    article = read("<h1>Mara Dell</h1><div>Apr 16, 2024</div>", below, title="Mara Dell")
    assert article.authors == ()


def test_a_link_to_another_story_is_no_signature() -> None:
    below = '<div class=menu2><p><a href="/story/63897/ben-cole-against-the-river">By Ben Cole</a></p></div>'
    assert read(f"<h1>{TITLE}</h1><div>Apr 16, 2024</div>", below).authors == ()


@check_rows(
    "printed, names",
    [
        ("By Ann Lee Follow @annlee", ["Ann Lee"]),
        ("By Ann Lee March 18 at 3:57 PM Follow @annlee", ["Ann Lee"]),
        ("Par Léa Morel Suivre @leamorel", ["Léa Morel"]),
        ("Par LÉA MOREL, PAUL RENARD Envoyés spéciaux à Toulouse", ["Léa Morel", "Paul Renard"]),
        ("Par Léa Morel, Paul Renard correspondants à Toulouse", ["Léa Morel", "Paul Renard"]),
        ("Por ANA RUIZ, LUIS PAZ Enviados especiales", ["Ana Ruiz", "Luis Paz"]),
        ("di Anna Rossi e Luca Bruni inviati a Roma", ["Anna Rossi", "Luca Bruni"]),
        ("Por Rita Alves e João Pinto, repórteres", ["Rita Alves", "João Pinto"]),
    ],
)
def test_what_stands_behind_several_names_costs_none(printed: str, names: list[str]) -> None:
    assert [author.name for author in split_byline(printed)] == names


@check_rows(
    "name, hint",
    [
        ("article-byline", Hint.BYLINE),
        ("sig-line hasnt-byline is-not-byline", 0),
        ("no-byline", 0),
        ("story-without-byline", 0),
        ("hasnt-headshot byline", Hint.BYLINE),
        ("has-no-newsletter", 0),
    ],
)
def test_a_class_that_denies_a_part_does_not_have_it(name: str, hint: int) -> None:
    assert read_hints("div", {"class": name}) & (Hint.BYLINE | Hint.BOILERPLATE | Hint.CHROME) == hint


def test_the_instant_behind_how_long_ago_it_was_is_read() -> None:
    article = read(
        f'<h1>{TITLE}</h1><cite>By Ann Lee | <abbr title="2024-04-16T08:40:40Z">1 hr 4 mins ago</abbr></cite>'
    )
    assert article.published is not None
    assert article.published.value == "2024-04-16T08:40:40Z"
