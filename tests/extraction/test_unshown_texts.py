"""Texts in elements that are not shown as others are: shadow roots, copies for readers without scripts, scripts' state."""

from __future__ import annotations

from typing import Final

from support.tables import check_rows

from crawler.items import Article
from seealso import read_page

TEXT: Final = tuple(
    f"On the {day} day the keeper of the weir wrote down how high the river stood, what the wind was, and who had crossed "
    f"the bridge before noon, as his father had done; on that day nobody had."
    for day in ("first", "second", "third", "fourth", "fifth", "sixth")
)
HTML: Final = "".join(f"<p>{text}</p>" for text in TEXT)
URL: Final = "https://weir.example/2024/04/16/the-keeper-of-the-weir"


def read(body: str) -> Article:
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The keeper of the weir</title></head>'
        f"<body>{body}</body></html>"
    )
    return read_page(page.encode(), URL)


def test_a_declarative_shadow_root_is_shown_in_its_element() -> None:
    article = read(
        '<site-head><template shadowrootmode="open"><nav><a href="/">Home</a></nav></template></site-head><site-story>'
        '<template shadowrootmode="open"><style>p{margin:0}</style><h1>The keeper of the weir</h1><p>By Tess Alder</p>'
        f"<time datetime=2024-04-16>16 April 2024</time>{HTML}</template></site-story>"
        "<template><p>A card that a script may copy, of which nothing is shown, however long the words in it may be.</p>"
        "</template>"
    )
    assert [author.name for author in article.authors] == ["Tess Alder"]
    assert tuple(article.body.split("\n\n")) == TEXT


def test_a_text_that_only_readers_without_scripts_are_shown_is_read() -> None:
    article = read(
        "<h1>The keeper of the weir</h1><p>By Tess Alder</p><p>16 April 2024</p><div id=story></div>"
        f"<noscript>{HTML}</noscript>"
    )
    assert tuple(article.body.split("\n\n")) == TEXT


def test_a_copy_for_readers_without_scripts_is_no_second_text() -> None:
    article = read(
        f"<h1>The keeper of the weir</h1><p>By Tess Alder</p><p>16 April 2024</p>{HTML}<noscript>{HTML}</noscript>"
    )
    assert tuple(article.body.split("\n\n")) == TEXT


def test_a_state_that_is_written_as_scripts_are_holds_the_story_and_its_writer() -> None:
    text = HTML.replace("</", "<\\u002F")
    article = read(
        '<div id="__nuxt"></div><script>window.__NUXT__={layout:"default",data:[{article:{id:12,title:"The keeper of the '
        f'weir",author:"Tess Alder",publishedDateTime:"2024-04-16T08:00:00Z",content:"{text}"}}}}],error:null}}</script>'
    )
    assert tuple(article.body.split("\n\n")) == TEXT
    assert [author.name for author in article.authors] == ["Tess Alder"]
    assert article.published is not None
    assert article.published.value == "2024-04-16T08:00:00Z"


@check_rows(
    "opened", ["<svg viewBox='0 0 9 9'><path d=M0>", "<button class=menu>Menu", "<object data=x>", "<map name=m>"]
)
def test_a_story_is_not_lost_in_an_element_that_nobody_closed(opened: str) -> None:
    """Browsers show it: what is no drawing ends an svg, and the others show what they hold."""
    article = read(f"<h1>The keeper of the weir</h1><div>{opened}</div><div>{HTML}</div>")
    assert tuple(article.body.split("\n\n")) == TEXT
