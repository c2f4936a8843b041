"""Which line of a page is its headline, where its kicker ends, and the stated headline beside it."""

from __future__ import annotations

import re

import pytest
from support.tables import check_rows

from crawler.extraction.layout.site_names import make_site_names
from crawler.items import Article
from crawler.normalisation.words.text import clean
from seealso import read_page

URL = "https://www.valley-courier.example/local/2025/bridge-opens-after-nine-years-of-work"
TITLE = "Bridge opens after nine years of work"
TEXT = (
    "The first lorries crossed the new bridge over the Aller on Saturday morning, nine years after the old one had been "
    "closed to heavy traffic, and a brass band played on the bank.",
    "It cost four times what the county had reckoned with, because the piers had to be founded deeper than the drawings "
    "of the first firm had foreseen, the surveyor said.",
)


def make_page(headline: str, head: str = "", before: str = "", after: str = "", title: str | None = None) -> bytes:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title or TITLE}</title>{head}
<meta property="og:type" content="article"><meta property="article:published_time" content="2025-03-01T09:00:00Z">
</head><body>{before}<div class="story">{headline}<p>By Ida Renn</p><p>{TEXT[0]}</p><p>{TEXT[1]}</p>{after}</div>
</body></html>""".encode()


def read(headline: str, head: str = "", before: str = "", after: str = "", title: str | None = None) -> Article:
    return read_page(make_page(headline, head, before, after, title), URL)


def og(title: str) -> str:
    return f'<meta property="og:title" content="{title}">'


# Which element.


@pytest.mark.parametrize(
    "element",
    [
        f"<nav><a href='/'>Home</a><h1>{TITLE}</h1></nav>",
        f"<header class='masthead'><h1>{TITLE}</h1></header>",
        f"<aside><h1>{TITLE}</h1></aside>",
        f"<div role='banner'><h1>{TITLE}</h1></div>",
    ],
)
def test_the_only_h1_is_the_headline_whatever_it_stands_in(element: str) -> None:
    assert read(element).headline == TITLE
    assert read(element, title="Valley Courier").headline == TITLE  # confirmed by the address alone


def test_a_headline_set_in_two_elements_wins_over_the_title_that_a_trail_repeats() -> None:
    page = read(
        "<h1><span>The Aller bridge:</span>opens after nine years</h1>",
        head=og("The Aller bridge: opens after nine years"),
        before="<ul><li>Home</li><li>Local</li><li>Aller Bridge Opens After Nine Years</li></ul>",
        title="Aller bridge opens after nine years | The Aller bridge: opens after nine years",
    )
    assert page.headline == "The Aller bridge:opens after nine years"


def test_a_headline_may_go_on_in_the_next_heading_of_its_level() -> None:
    assert read("<h1>Bridge opens</h1><h1>after nine years of work</h1>").headline == TITLE
    article = read("<h1>BRIDGE OPENS</h1><h1>After nine years of work</h1>")
    assert (article.headline, article.kicker) == ("After nine years of work", "BRIDGE OPENS")


def test_an_aside_around_the_whole_story_hides_nothing_of_it() -> None:
    page = (
        make_page(f"<h1>{TITLE}</h1>")
        .replace(b'<div class="story">', b"<aside>")
        .replace(b"</div>\n</body>", b"</aside></body>")
    )
    article = read_page(page, URL)
    assert (article.headline, article.body) == (TITLE, "\n\n".join(TEXT))


def test_the_printed_headline_wins_over_headings_that_nothing_confirms() -> None:
    article = read(
        f"<div class='header'><h1>{TITLE}</h1></div>", og("A crossing for the county"), "<h2>Your basket is empty</h2>"
    )
    assert article.headline == TITLE


@pytest.mark.parametrize("logo", ["<h1>Valley Courier</h1>", "<h1>VALLEYCOURIER</h1>", "<h1>The Courier</h1>"])
def test_a_logo_is_no_headline(logo: str) -> None:
    head = og(TITLE) + '<meta property="og:site_name" content="The Courier">'
    article = read("<h2>A bridge opens after nine long years of work</h2>", head, before=logo)
    assert article.headline == "A bridge opens after nine long years of work"


def test_a_name_that_only_the_title_adds_to_the_stated_headline_is_no_headline() -> None:
    head = og("How the county crosses the Aller")
    name = "Society of River Pilots"
    article = read(
        f"<h1>{TITLE}</h1>", head, before=f"<div>{name}</div>", title=f"How the county crosses the Aller | {name}"
    )
    assert article.headline == TITLE


def test_a_menu_line_before_a_colon_is_no_headline() -> None:
    stated = "Roads and bridges: Bridge opens after nine years of work"
    article = read(f"<h2>{TITLE}</h2>", og(stated), before="<div>Roads and bridges</div>", title=stated)
    assert article.headline == TITLE


def test_a_teaser_below_with_the_stated_words_is_no_headline() -> None:
    teaser = f'<h3><a href="/local/2024/{TITLE.lower().replace(" ", "-")}-2">{TITLE} and more</a></h3>'
    article = read("<h1>After nine years of work, the bridge opens</h1>", og(TITLE + " at last"), after=teaser)
    assert article.headline == "After nine years of work, the bridge opens"


def test_a_heading_between_paragraphs_is_no_headline_where_one_is_stated() -> None:
    body = f"<p>{TEXT[0]}</p><p>{TEXT[1]}</p><h2>What it cost</h2><p>{TEXT[1]} {TEXT[0]}</p><p>{TEXT[0]}</p>"
    assert read(body, og(TITLE)).headline == TITLE


def test_words_of_the_address_tell_the_headline_of_a_page_of_tables() -> None:
    html = f"""<html lang="en"><head><title>Valley Courier</title></head><body><table><tr><td><table>
<tr><td><a href="/a">Roads of the county</a></td></tr><tr><td><a href="/b">Weather for the valley</a></td></tr></table></td>
<td><font>Search the pages</font><br><b>{TITLE}</b><br>by Ida Renn<br><br>{TEXT[0]}<br><br>{TEXT[1]}</td></tr></table></body></html>"""
    assert read_page(html.encode(), URL).headline == TITLE


def test_a_slug_spells_umlauts_with_an_e() -> None:
    url = "https://blatt.example/ort/neue-bruecke-fuer-die-laendlichen-doerfer-eroeffnet"
    title = "Neue Brücke für die ländlichen Dörfer eröffnet"
    article = read_page(
        make_page(f"<h2>{title}</h2>", before="<h2>Ihr Warenkorb ist leer</h2>", title="Das Blatt"), url
    )
    assert article.headline == title


# Kicker and headline in one element.


@pytest.mark.parametrize(
    ("element", "kicker"),
    [
        (f"<h1><span>Traffic</span><span>{TITLE}</span></h1>", "Traffic"),
        (f"<h1><span>Traffic</span> – <span>{TITLE}</span></h1>", "Traffic"),
        (f"<h1>Traffic: {TITLE}</h1>", "Traffic"),
        (f"<h1>Traffic - {TITLE}</h1>", "Traffic"),
        (f"<h1><em>Nine years</em>\n<span>{TITLE}</span></h1>", "Nine years"),
    ],
)
@pytest.mark.parametrize("stated", [TITLE, f"{TITLE} | Valley Courier"])
def test_a_stated_headline_shows_where_the_kicker_ends(element: str, kicker: str, stated: str) -> None:
    article = read(element, og(stated))
    assert (article.kicker, article.headline) == (kicker, TITLE)


def test_words_that_the_stated_headline_has_too_belong_to_it() -> None:
    assert read(f"<h1><span>Traffic:</span> {TITLE}</h1>", og(f"Traffic: {TITLE}")).headline == f"Traffic: {TITLE}"


@pytest.mark.parametrize(
    ("element", "kicker"),
    [
        (f"<h1><b>Roads</b><i class='sr-only'>: </i><span>{TITLE}</span></h1>", "Roads"),
        (f"<h1><b>Roads</b> <span>{TITLE}</span></h1>", "Roads"),
        (f"<h1><b>Roads:</b> <span>{TITLE}</span></h1>", None),
    ],
)
def test_a_sign_that_only_the_stated_headline_has_parts_two_lines(element: str, kicker: str | None) -> None:
    article = read(element, og(f"Roads: {TITLE}"))
    assert (article.kicker, article.headline) == (kicker, TITLE if kicker else f"Roads: {TITLE}")


@pytest.mark.parametrize(
    ("printed", "stated"),
    [("Ex-mayor sues county over bridge", "Mayor sues county over bridge"), (f"Why a {TITLE.lower()}", TITLE.lower())],
)
def test_no_word_is_cut_in_two_and_none_without_a_sign(printed: str, stated: str) -> None:
    assert read(f"<h1>{printed}</h1>", og(stated)).headline == printed


def test_two_lines_of_a_heading_are_parted_by_a_space_unless_they_are_one_word() -> None:
    article = read("<h1><span>A long wait:</span><span>Bridge opens</span></h1>", title="News")
    assert article.headline == "A long wait: Bridge opens"
    glued = read(
        "<h1><span>Bridge opens for Valley</span><span>Rail users</span></h1>",
        title="Bridge opens for ValleyRail users",
    )
    assert glued.headline == "Bridge opens for ValleyRail users"


def test_a_date_after_the_headline_in_its_element_is_no_part_of_it() -> None:
    assert read(f"<h1>{TITLE} <small>/ March 2025</small></h1>", og(TITLE)).headline == TITLE


# Stated headlines.


@pytest.mark.parametrize(
    ("stated", "bare"),
    [
        (f"{TITLE} | Valley Courier", TITLE),
        (f"{TITLE} - Local - Valley Courier", f"{TITLE} - Local"),
        (f"Valley Courier: {TITLE}", f"Valley Courier: {TITLE}"),
        (f"Valley Courier - {TITLE}", TITLE),
        (f"{TITLE} – The Valley Courier online", TITLE),
        (f"{TITLE} | Courier", TITLE),
        (f"{TITLE} - part two", f"{TITLE} - part two"),
        ("Valley Courier", "Valley Courier"),
        ("", ""),
    ],
)
def test_names_of_the_site_are_taken_off_stated_headlines(stated: str, bare: str) -> None:
    assert make_site_names(["Courier"], "www.valleycourier.example").strip(stated) == bare


def test_the_stated_headline_is_kept_beside_the_printed_one() -> None:
    article = read(f"<h1>{TITLE}</h1>", og("New Aller bridge: all you need to know | Valley Courier"))
    assert (article.headline, article.headline_meta) == (TITLE, "New Aller bridge: all you need to know")
    assert dict(article.sources)["headline_meta"] == "meta:og:title"


def test_a_stated_headline_that_says_the_same_is_not_kept_twice() -> None:
    assert read(f"<h1>“{TITLE}”</h1>", og(f"&quot;{TITLE}&quot;")).headline_meta is None
    assert read(f"<h1>{TITLE}</h1>").headline_meta is None


# What else stands in the headline's element, and where none is a heading.

COURIER = f"{TITLE} - Valley Courier"
SUBTITLE = "The new road over the Aller cost four times what the county had reckoned with."


@check_rows(
    ("element", "title", "headline", "kicker"),
    [
        (f"<h1>{TITLE} <small>1 March 2025</small></h1>", COURIER, TITLE, None),
        (f"<h1>{TITLE} <small>1 March 2025</small></h1>", "Local", TITLE, None),
        (f"<h1>{TITLE} <a href='#comments'>3 Comments</a></h1>", COURIER, TITLE, None),
        (f"<h1>{TITLE} <span class='author'>By Ida Renn</span></h1>", COURIER, TITLE, None),
        (f"<h1>{TITLE}<br><small>{SUBTITLE}</small></h1>", COURIER, TITLE, None),
        (f"<h1>Roads | {TITLE}</h1>", COURIER, TITLE, "Roads"),
        # What the title has too belongs to the headline.
        ("<h1>Bridge: opens on <span>1 March 2025</span></h1>", "Bridge: opens on 1 March 2025 | C", None, None),
        ("<h1><span>Ida Renn:</span> “It opens at last”</h1>", "Ida Renn: “It opens at last” - Courier", None, None),
        ("<h1>Nine years of work: the bridge opens</h1>", "The bridge opens - Valley Courier", None, None),
        ("<h1>The river in <i>A Bridge of Nine Years</i></h1>", "The river in film - Courier", None, None),
        # The name of the paper, or of a section, is the h1.
        (f"<h1>Local News</h1><h2>{TITLE}</h2>", f"{TITLE} | Local News", TITLE, None),
        (f"<h1>Local News</h1><h3>{TITLE}</h3>", f"{TITLE} : Local News", TITLE, None),
        # A picture is the headline.
        (f"<h1><img src='h.png' alt='{TITLE}'></h1>", f"{TITLE} - Something", TITLE, None),
    ],
)
def test_headline_and_what_stands_with_it(element: str, title: str, headline: str | None, kicker: str | None) -> None:
    page = read(element, title=title)
    whole = clean(re.sub(r"<[^<>]*>", "", element))
    assert (page.headline, page.kicker) == (headline or whole, kicker)


def test_date_byline_and_subtitle_in_the_element_of_the_headline_are_read() -> None:
    page = read(f"<h1>{TITLE} <small>2 March 2025 by Ann Lee</small></h1>", title=COURIER)
    assert page.published is not None
    assert page.published.on == "2025-03-01"  # stated; the printed words are there to be compared
    assert [author.name for author in page.authors][:1] == ["Ann Lee"]
    assert read(f"<h1>{TITLE}<br><small>{SUBTITLE}</small></h1>", title=COURIER).lead == SUBTITLE


@check_rows(
    "title",
    [
        f"{TITLE}{sign}{name}" if is_behind else f"{name}{sign}{TITLE}"
        for name in ("Valley Courier", "The Valley Courier")
        for sign in (" / ", " ~ ", "：", " > ", " < ", " ★ ", "_", " ‖ ", " ▷ ", " * ", "－", " | ", " – ")
        for is_behind in (True, False)
    ],
)
def test_the_name_of_the_paper_is_parted_from_the_headline_by_any_sign(title: str) -> None:
    assert read("", title=title).headline == TITLE


def test_a_count_of_messages_before_the_title_is_no_part_of_the_headline() -> None:
    assert read("", title=f"(3) {TITLE} | Valley Courier").headline == TITLE


@check_rows("name", ["citation_title", "parsely-title", "dcterms.title", "headline"])
def test_metas_of_many_names_state_the_headline(name: str) -> None:
    attribute = "itemprop" if name == "headline" else "name"
    assert read("", f'<meta {attribute}="{name}" content="{TITLE}">', title="Valley Courier").headline == TITLE


@check_rows(
    ("printed", "headline", "fields"),
    [
        ("The harbour&amp;#039;s two bells", "The harbour's two bells", ["headline"]),
        ("Bells &amp;amp; boats &amp;ndash; at noon", "Bells & boats – at noon", ["headline"]),
        ("R&amp;D; the harbour&amp;copy 5", "R&D; the harbour&copy 5", []),
    ],
)
def test_characters_that_were_encoded_twice_are_read_and_said(printed: str, headline: str, fields: list[str]) -> None:
    page = read(f"<h1>{printed}</h1>", title=printed)
    assert page.headline == headline
    assert [problem.field for problem in page.problems] == fields


def test_a_heading_of_the_text_that_says_what_is_stated_is_no_headline_below_an_h1_of_other_words() -> None:
    after = "<h2>Aller bridge opens to lorries in March</h2><p>What follows is told below the heading of the text.</p>"
    page = read(
        f"<h1>{TITLE}</h1>",
        og("Aller bridge opens to lorries in March"),
        title="Aller bridge opens to lorries in March",
        after=after,
    )
    assert page.headline == TITLE
