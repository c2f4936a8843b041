"""The article in the state of a page, however a framework, a store or an editor wrote it there."""

from __future__ import annotations

import base64
import html
import json
from typing import Any
from urllib.parse import quote

from support.tables import check_rows

from crawler.extraction.stated.embedded_state import find_embedded_article
from seealso import read_page

URL = "https://weir.example/news/2026/04/16/the-keeper-of-the-weir-9081"
HEADLINE = "The keeper of the weir"
TEXT = (
    "The keeper of the weir at Ansgar laid down his keys on Thursday, after the council had sold the boat that he needs.",
    "He had asked for another one in the winter, and was told that a boat with oars costs less than one with a motor.",
    "“I am seventy, and the stream is what it was,” said Jost Alder, who has looked after the gates for forty years.",
    "The gates stay open until somebody is found, so that the meadows of the lower village stand under water again.",
    "A meeting of the farmers is called for Monday, at which the miller wants to speak for a keeper of their own.",
    "The keys hang in the town hall.",
)
HTML = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
STORY: dict[str, Any] = {"title": HEADLINE, "author": {"name": "Tess Alder"}, "publishedAt": "2026-04-16T08:00:00Z"}
WHOLE = {**STORY, "body": HTML}
OTHER = {
    "title": "The mill has a buyer",
    "slug": "the-mill-has-a-buyer",
    "body": HTML.replace("weir", "mill") * 2,
    "publishedAt": "2026-04-11T08:00:00Z",
}


def write_state(value: object) -> str:
    return f"<script>window.__INITIAL_STATE__ = {json.dumps(value)};</script>"


def flatten(value: object, *, names: bool = False) -> list[Any]:
    """Return a list in which the values of objects and lists are the places of others; names of objects, too."""
    items: list[Any] = []

    def put(part: object) -> int:
        place = len(items)
        items.append(part)
        if isinstance(part, dict):
            items[place] = {f"_{put(key)}" if names else key: put(child) for key, child in part.items()}
        elif isinstance(part, list):
            items[place] = [put(child) for child in part]
        return place

    put(value)
    return items


def push_rows(rows: str, size: int = 300) -> str:
    pieces = (rows[start : start + size] for start in range(0, len(rows), size))
    return "".join(f"<script>self.__next_f.push([1,{json.dumps(piece)}])</script>" for piece in pieces)


def write_runs(paragraph: str, text: str, children: str, **more: object) -> dict[str, Any]:
    """Return a block of three runs, the second of them bold."""
    runs = ({text: paragraph[:9]}, {text: paragraph[9:20], "bold": True}, {text: paragraph[20:]})
    return {children: [{**more, **run} for run in runs]}


def write_element(name: str, children: list[Any], **more: str) -> dict[str, Any]:
    return {"type": "element", name: "p", "children": children, **more}


STATES = {
    "a list of places": f'<script type="application/json" id="__NUXT_DATA__">{json.dumps(flatten({"data": WHOLE, "path": "/"}))}</script>',
    "a list of places and names": "<script>window.__reactRouterContext.streamController.enqueue("
    f"{json.dumps(json.dumps(flatten({'loaderData': {'story': WHOLE}}, names=True)) + chr(10))});</script>",
    "variables of a function": '<script>window.__NUXT__=(function(a,b,c){return {data:[{article:{title:a,author:{name:b},id:c,publishedAt:"2026-04-16T08:00:00Z",body:'
    f'{json.dumps(HTML)}}}}}]}}}}({json.dumps(HEADLINE)},"Tess Alder",void 0));</script>',
    "a script that begins with a block": "<script>{__sveltekit_x={base:location};kit.start(app,element,{data:[null,{type:'data',data:{story:{title:"
    f"{json.dumps(HEADLINE)},author:'Tess Alder',published:new Date(1776326400000),body:{json.dumps(HTML)}}}}}}}]}});}}</script>",
    "JSON in JSON": f'<script type="application/json" data-sveltekit-fetched>{json.dumps({"status": 200, "body": json.dumps(WHOLE)})}</script>',
    "marks of Angular": '<script id="app-state">'
    + json.dumps({"body": WHOLE}).replace("&", "&a;").replace('"', "&q;").replace("<", "&l;").replace(">", "&g;")
    + "</script>",
    "an encoded string": f'<script>window.state = JSON.parse(decodeURIComponent("{quote(json.dumps(WHOLE))}"))</script>',
    "base64": f"<script>start('{base64.b64encode(json.dumps(WHOLE).encode()).decode()}')</script>",
    "escapes of scripts": "<script>window.state = JSON.parse('"
    + "".join(letter if letter.isalnum() or letter == " " else rf"\u{ord(letter):04x}" for letter in json.dumps(WHOLE))
    + "')</script>",
    "a call": f"<script>use(preload( {json.dumps({'/posts/12': {'body': {'title': {'rendered': HEADLINE}, 'content': {'rendered': HTML}, 'date': '2026-04-16', 'author': 3, '_embedded': {'author': [{'name': 'Tess Alder'}]}}}})} ))</script>",
    "a store of GraphQL": write_state(
        {
            "ROOT_QUERY": {"article": {"__ref": "Article:1"}},
            "Article:1": {
                **STORY,
                "author": {"__ref": "Author:5"},
                "blocks": [{"__ref": f"P:{n}"} for n in range(len(TEXT))],
            },
            "Author:5": {"name": "Tess Alder", "articles": [{"__ref": "Article:1"}]},
            **{f"P:{number}": {"text": paragraph} for number, paragraph in enumerate(TEXT)},
        }
    ),
    "JSON:API": write_state(
        {
            "data": {
                "type": "articles",
                "attributes": {"headline": HEADLINE, "published-at": "2026-04-16", "body": HTML},
                "relationships": {"author": {"data": {"type": "people", "id": "5"}}},
            },
            "included": [{"type": "people", "id": "5", "attributes": {"name": "Tess Alder"}}],
        }
    ),
    "fields of lists": write_state(
        {
            "title": [{"value": HEADLINE}],
            "created": [{"value": "2026-04-16"}],
            "field_author": [{"value": "Tess Alder"}],
            "body": [{"processed": HTML}],
        }
    ),
    "types before values": "<astro-island props='"
    + html.escape(
        json.dumps(
            {
                "story": [
                    0,
                    {
                        "title": [0, HEADLINE],
                        "author": [0, "Tess Alder"],
                        "date": [3, "2026-04-16"],
                        "text": [1, [[0, paragraph] for paragraph in TEXT]],
                    },
                ]
            }
        )
    )
    + "'></astro-island>",
    "rows of React": push_rows(
        f'7:T{len(HTML.encode()):x},{HTML}4:["$","$L9",null,{{"article":{json.dumps({**STORY, "publishedAt": "$D2026-04-16", "body": "$7"})}}}]\n'
    ),
    "the page's own of several": write_state(
        {"byId": {"12": OTHER, "9081": {**WHOLE, "slug": "the-keeper-of-the-weir-9081"}, "13": {**OTHER, "slug": "b"}}}
    ),
    "the page's own beside the next": write_state({**WHOLE, "url": URL, "readNext": OTHER}),
    "draft": write_state(
        {**STORY, "content": json.dumps({"blocks": [{"text": p, "type": "unstyled"} for p in TEXT], "entityMap": {}})}
    ),
    "blocks with data": write_state(
        {
            **STORY,
            "blocks": [
                {"type": "image", "data": {"caption": "The gates of the weir, as they stood open in May."}},
                *({"type": "paragraph", "data": {"text": paragraph}} for paragraph in TEXT),
            ],
        }
    ),
    "runs without a type": write_state({**STORY, "document": [write_runs(p, "text", "children") for p in TEXT]}),
    "entries of a list": write_state(
        {
            **STORY,
            "doc": [
                {"type": "listItem", "content": [{"type": "paragraph", "content": [{"type": "text", "text": p}]}]}
                for p in TEXT
            ],
        }
    ),
    "sections": write_state(
        {
            **STORY,
            "mobiledoc": json.dumps(
                {"markups": [["em"]], "sections": [[1, "p", [[0, [], 0, p[:9]], [0, [0], 1, p[9:]]]] for p in TEXT]}
            ),
        }
    ),
    "operations": write_state({**STORY, "delta": {"ops": [{"insert": f"{p}\n"} for p in TEXT]}}),
    "a tree of elements": write_state(
        {
            **STORY,
            "ast": {
                "type": "root",
                "children": [write_element("tagName", [{"type": "text", "value": p}]) for p in TEXT],
            },
        }
    ),
    "a short tree of elements": write_state(
        {**STORY, "text": {"value": [["p", {}, p[:9], ["strong", {}, p[9:20]], p[20:]] for p in TEXT]}}
    ),
}


STATES |= {
    "a property of an element": f'<story-page :story="{html.escape(json.dumps(WHOLE))}"></story-page>',
    "what is said beside the text": write_state(
        {"page": {"html": HTML, "frontmatter": {"title": HEADLINE, "author": "Tess Alder", "date": "2026-04-16"}}}
    ),
    "sections of few paragraphs": write_state(
        {**STORY, "sections": [{"heading": "", "paragraphs": [*TEXT[:4]]}, {"paragraphs": [*TEXT[4:]]}]}
    ),
    "several languages": write_state(
        {**STORY, "title": {"fr": "La garde", "en": HEADLINE}, "body": {"fr": HTML.replace("The", "Le"), "en": HTML}}
    ),
    "Markdown": write_state(
        {**STORY, "text": "\n\n".join(["![The gates](/a.jpg)", TEXT[0], f"**{TEXT[1][:9]}**{TEXT[1][9:]}", *TEXT[2:]])}
    ),
}


@check_rows("name", STATES)
def test_the_article_of_a_state_is_read(name: str) -> None:
    page = f'<html lang="en"><head><title>{HEADLINE} | The Weir</title></head><body><div id="root"></div>{STATES[name]}'
    article = read_page(page.encode(), URL)
    assert article.body.split("\n\n") == [*TEXT]
    assert article.headline == HEADLINE
    assert [author.name for author in article.authors] == ["Tess Alder"]
    assert article.published is not None
    assert article.published.on == "2026-04-16"


@check_rows(
    "stated",
    [
        {"author": {"node": {"name": "Tess Alder"}}},
        {"author": {"data": {"id": 3, "attributes": {"name": "Tess Alder"}}}},
        {"author": {"sys": {"id": "y"}, "fields": {"name": "Tess Alder"}}},
        {"authors": [{"firstName": "Tess", "lastName": "Alder"}]},
        {"authors": [{"person": {"name": "Tess Alder"}}]},
        {"contributors": [{"role": "photographer", "name": "Ida Lom"}, {"role": "author", "name": "Tess Alder"}]},
        {"publishedAt": {"iso": "2026-04-16T08:00:00Z"}},
        {"publishedAt": {"_seconds": 1776326400}},
        {"publishedAt": None, "dates": {"published": "2026-04-16"}},
    ],
)
def test_writers_and_days_are_found_in_what_systems_put_around_them(stated: dict[str, Any]) -> None:
    names_writer = not any(key.startswith(("author", "contributor")) for key in stated)
    own = {"title": HEADLINE, "publishedAt": "2026-04-16", "body": HTML} | (
        {"author": "Tess Alder"} if names_writer else {}
    )
    article = find_embedded_article(f"<html>{write_state(own | stated)}", URL)
    assert article is not None
    assert article.thing is not None
    assert article.thing.author_names == ("Tess Alder",)
    assert (article.thing.find_text("datepublished") or "").startswith("2026-04-16")


def test_elements_of_react_are_read_as_the_page_that_they_make() -> None:
    paragraphs = [["$", "p", str(number), {"children": paragraph}] for number, paragraph in enumerate(TEXT)]
    heading = ["$", "h1", None, {"children": HEADLINE}]
    time = ["$", "time", None, {"dateTime": "2026-04-16", "children": "16 April"}]
    rows = f"5:{json.dumps(['$', 'article', None, {'children': [heading, time, paragraphs]}])}\n"
    page = f'<html lang="en"><head><title>{HEADLINE}</title></head><body><div id="__next"></div>{push_rows(rows)}'
    article = read_page(page.encode(), URL)
    assert article.body.split("\n\n") == [*TEXT]
    assert article.published is not None
    assert article.published.on == "2026-04-16"


def test_a_state_of_another_page_does_not_go_on_with_a_short_text() -> None:
    page = (
        f'<html lang="en"><head><title>{HEADLINE}</title></head><body><article><h1>{HEADLINE}</h1><p>By Tess Alder</p>'
        f"<p>16 April 2026</p><p>{TEXT[0]}</p></article>{write_state({'next': OTHER})}"
    )
    assert read_page(page.encode(), URL).body == TEXT[0]


def test_a_text_that_is_stated_stands_in_for_one_that_loads() -> None:
    stated = {"@type": "NewsArticle", "headline": HEADLINE, "author": "Tess Alder", "articleBody": "\n".join(TEXT)}
    page = (
        f'<html lang="en"><head><title>The Weir</title><script type="application/ld+json">{json.dumps(stated)}</script>'
        "</head><body><h1>Loading…</h1><p>Loading the article, please wait</p></body></html>"
    )
    article = read_page(page.encode(), URL)
    assert (article.headline, article.body.split("\n\n")) == (HEADLINE, [*TEXT])


@check_rows("kind", ["Review", "PodcastEpisode", "VideoObject", "Recipe"])
def test_the_writer_of_what_is_no_article_by_its_name_is_read(kind: str) -> None:
    work = {"@type": kind, "name": HEADLINE, "datePublished": "2026-04-16", "author": {"name": "Tess Alder"}}
    page = (
        f'<html lang="en"><head><title>{HEADLINE} | The Weir</title><script type="application/ld+json">{json.dumps(work)}'
        f"</script></head><body><h1>{HEADLINE}</h1>{HTML}</body></html>"
    )
    assert [author.name for author in read_page(page.encode(), URL).authors] == ["Tess Alder"]


@check_rows("hostile", ['[{"a":1},', '{"ROOT_QUERY":', 'eyJ"', '{"__ref":"a"},', "'%7B", '["$","p",'])
def test_a_hostile_state_ends(hostile: str) -> None:
    text = hostile * (40_000 // len(hostile))
    page = f"<script>window.__STATE__ = {text}</script><script>{text}</script>{push_rows(text, 9_000)}"
    assert find_embedded_article(page, URL) is None
