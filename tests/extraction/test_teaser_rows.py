"""Pages of unknown sites that are made of other articles' first words, that say they are missing, or are discussions."""

from __future__ import annotations

from typing import Final

import pytest
from support.tables import check_rows

from crawler.errors import NotAnArticle
from crawler.items import Article
from seealso import read_page

TITLES: Final = (
    "Old mill to become flats",
    "A third of the bees are gone",
    "Heat in a tank of salt",
    "Goats win the fair",
)
WORDS: Final = (
    "The paper mill at Harrow Bend will be turned into ninety flats after the council approved the plan by eleven votes.",
    "Beekeepers in the Orla valley have lost nearly a third of their colonies since January, by figures of an institute.",
    "Researchers have found a way to store the heat of the summer in plain salt, and warm a kindergarten with it.",
    "It was the largest fair since the war, say those who counted the visitors with peas in a jar until noon.",
)
URL: Final = "https://walks.example/2024/04/news-of-the-valley"


def read(body: str, head: str = "", title: str = "News of the valley", url: str = URL) -> Article:
    page = f'<!doctype html><html lang="en"><head><title>{title}</title>{head}</head><body>{body}</body></html>'
    return read_page(page.encode(), url)


def write_rows(row: str) -> str:
    return "".join(
        row.format(slug=title.lower().replace(" ", "-"), title=title, words=words)
        for title, words in zip(TITLES, WORDS, strict=True)
    )


ROW: Final = (
    '<article><h2><a href="/2024/04/{slug}/">{title}</a></h2><div>Posted on April 16, 2024 by Joan Ridley</div><p>{words}</p>'
    "<p>{words} There is more to tell.</p></article>"
)


@check_rows("row", [ROW, '<li><a href="/2024/04/{slug}/">{title}</a> 16/04/2024<p>{words}</p></li>'])
def test_a_page_of_linked_titles_with_their_first_words_is_no_article(row: str) -> None:
    with pytest.raises(NotAnArticle):
        read(f"<h1>Month: April 2024</h1>{write_rows(row)}")


@check_rows("more", ["Read more", "Weiterlesen", "Lire la suite", "続きを読む"])
def test_a_section_that_shows_one_story_is_no_article(more: str) -> None:
    text = "".join(f"<p>{words}</p>" for words in WORDS)
    story = (
        f'<h2><a href="/culture/an-opera-in-a-barn">An opera in a barn</a></h2><p>By Ann Lee, 16 April 2024</p>{text}'
    )
    address = "https://walks.example/culture/"
    with pytest.raises(NotAnArticle):
        read(f'<h1>Culture</h1><article>{story}<a href="/culture/an-opera-in-a-barn">{more}</a></article>', url=address)


def test_a_round_of_news_that_states_to_be_an_article_is_kept() -> None:
    article = read(f"<h1>News of the valley</h1>{write_rows(ROW)}", '<meta property="og:type" content="article">')
    assert WORDS[3] in article.body


def test_an_article_beside_rows_of_others_is_one() -> None:
    text = "".join(f"<p>{words} {words}</p>" for words in WORDS)
    article = read(
        f"<main><h1>News of the valley</h1><p>By Ann Lee</p><p>16 April 2024</p>{text}</main>{write_rows(ROW)}"
    )
    assert not any("uncertain" in problem.reason for problem in article.problems)


@check_rows(
    ("headline", "language"),
    [
        ("Oops! That page can’t be found.", "en"),
        ("Seite nicht gefunden", "de"),
        ("Page introuvable", "fr"),
        ("Страница не найдена", "ru"),
        ("Sidan kunde inte hittas", "sv"),
        ("ページが見つかりません", "ja"),
        ("Access Denied", "en"),
        ("Síðan fannst ekki", "is"),
        ("გვერდი ვერ მოიძებნა", "ka"),
        ("ገጹ አልተገኘም", "am"),
        ("صفحہ نہیں ملا", "ur"),
        ("पृष्ठ नहीं मिला", "hi"),
        ("পৃষ্ঠাটি পাওয়া যায়নি", "bn"),
        ("Puslapis nerastas", "lt"),
        ("Страницата не е намерена", "bg"),
        ("No s’ha trobat la pàgina", "ca"),
        ("Halaman tidak dijumpai", "ms"),
        ("This article is no longer available", "en"),
    ],
)
def test_a_page_that_is_headed_as_missing_is_no_article(headline: str, language: str) -> None:
    page = f'<html lang="{language}"><head><title>{headline}</title></head><body><main><h1>{headline}</h1><p>{WORDS[0]}</p>'
    with pytest.raises(NotAnArticle):
        read_page(f"{page}<p>{WORDS[1]}</p></main></body></html>".encode(), "https://post.example/2024/04/16/gone-away")


def test_a_discussion_says_that_it_is_one() -> None:
    posts = "".join(f"<div class=post><b>sid{number}</b><p>{words}</p></div>" for number, words in enumerate(WORDS))
    with pytest.raises(NotAnArticle):
        read(
            f'<div itemscope itemtype="http://schema.org/DiscussionForumPosting"><h1>Mites?</h1>{posts}</div>',
            url="https://walks.example/t/mites/412",
        )
