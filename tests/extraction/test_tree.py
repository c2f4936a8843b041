"""What the parser writes down of a page is what lxml's own tree of it holds: elements, attributes and texts, in order."""

from __future__ import annotations

import gc
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from support.tables import check_rows

from crawler.extraction.layout.lines import read_lines
from crawler.extraction.parsing.parser import parse
from crawler.extraction.parsing.tree import MAX_DEPTH, Event, keep_tree, read_tree

_MARKUP = st.lists(
    st.sampled_from(
        [
            *("<p>", "</p>", "<div class=a>", "</div>", "<a href=/x>", "</a>", "<b>", "</b>", "<br>", "<img src=i>"),
            *("<table>", "<tr>", "<td>", "</table>", "<ul>", "<li>", "</ul>", "<head>", "</head>", "<body id=b>"),
            *("</body>", "</html>", "<html lang=en>", "<script>a < b</script>", "<title>", "</title>", "<svg>"),
            *("<!-- c -->", "<source>", "<select>", "<form>", "&amp;", "&nbsp;x", "&ldquo;", " ", "\n", "word", "é"),
        ]
    ),
    max_size=30,
)


@given(_MARKUP)
def test_a_tree_holds_what_the_tree_of_lxml_holds(markup: list[str]) -> None:
    text = "".join(markup)
    root, tree = parse(text), read_tree(text)
    assert (root is None) == (tree is None)
    if root is not None and tree is not None:
        assert _join_texts(tree.events) == list(_list_events(root))


def test_a_text_that_was_parsed_for_its_language_is_not_parsed_again_by_who_reads_it_next() -> None:
    page = "<html><body><p>The bell rang.</p></body></html>"
    kept = keep_tree(page)
    assert read_tree("<p>Another page.</p>") is not kept
    assert kept is not None
    assert read_tree(page) is kept
    assert read_tree(page) is not kept, "nobody is given what others have"


def test_a_page_that_was_read_leaves_nothing_for_the_garbage_collector() -> None:
    page = "<div>" + '<p id="goat">A goat stood on the roof of the harbour.</p>' * 1_000
    gc.disable()  # which would come by itself, and take what is looked for
    try:
        tree = read_tree(page)
        assert tree is not None
        assert _count_goats() == 1_000
        del tree
        assert _count_goats() == 0
    finally:
        gc.enable()


def _count_goats() -> int:
    """Return how many of the test's elements are held by anything: of other objects, any thread makes and drops some."""
    tuples = [held for held in gc.get_objects() if type(held) is tuple and len(held) == 2 and held[0] == "p"]
    return sum(1 for _, attributes in tuples if type(attributes) is dict and attributes.get("id") == "goat")


def test_places_of_named_elements_are_in_their_order_whatever_is_asked_for() -> None:
    tree = read_tree("<meta name=a><link href=b><meta name=c><p><a href=d>e</a><template><a href=f>g</a></template>")
    assert tree is not None
    for tags in (("meta", "link", "a"), ("a", "link", "meta"), ("meta",), ("template", "iframe")):
        wanted = [(place, *event) for place, event in enumerate(tree.events) if isinstance(event, tuple)]
        assert list(tree.iter_named(*tags)) == [named for named in wanted if named[1] in tags]


@given(_MARKUP)
def test_bytes_as_they_were_sent_make_the_tree_that_their_text_makes(markup: list[str]) -> None:
    text = "".join(["\0", *markup, "<p>é\0ü"])
    assert _tell(text, text.encode()) == _tell(text) != []


def test_what_is_too_long_or_too_deep_for_the_parser_is_not_read_as_it_was_sent() -> None:
    for text in (f"<p {' '.join(f'a{number}' for number in range(9000))}>It rained.", "<div>" * 2_500 + "It rained."):
        assert _tell(text, text.encode()) == _tell(text) != []


def _tell(text: str, sent: bytes | None = None) -> list[Event]:
    tree = read_tree(text, sent)
    return tree.events if tree is not None else []


def _list_events(root: etree._Element) -> Iterator[Event]:
    for kind, element in etree.iterwalk(root, events=("start", "end")):
        if kind == "start":
            yield str(element.tag), {str(name): str(value) for name, value in element.attrib.items()}
            if element.text:
                yield element.text
        else:
            yield None
            if element is not root and element.tail:
                yield element.tail


def _join_texts(events: list[Event]) -> list[Event]:
    """Return the events of the first element that stands in no other, texts that follow each other as one."""
    joined: list[Event] = []
    depth = 0
    for event in events:
        if isinstance(event, str) and joined and isinstance(joined[-1], str):
            joined[-1] += event
        elif depth or isinstance(event, tuple):
            depth += -1 if event is None else isinstance(event, tuple)
            joined.append((event[0], dict(event[1])) if isinstance(event, tuple) else event)
            if not depth:
                break
    return joined


@check_rows(
    ("html", "texts"),
    [
        ("<p>It rained.</p>", ["It rained."]),
        ("<div>T</div>he bridge is open.", ["The bridge is open."]),
        ("<div><span>T</span></div>he bridge is open.", ["The bridge is open."]),
        ("<div>The</div>atre", ["The", "atre"]),
        ("<div>T</div> he", ["T", "he"]),
        ("<div><b>T</b><b>h</b></div>e", ["The"]),
        ("A<script>x</script>&amp;<img src=i>B", ["A&B"]),
    ],
)
def test_texts_are_joined_over_what_is_not_shown(html: str, texts: list[str]) -> None:
    tree = read_tree(html)
    assert tree is not None
    assert [line.text for line in read_lines(tree)] == texts


def test_a_page_is_read_without_its_nesting_where_that_is_too_deep() -> None:
    inside = MAX_DEPTH - 2  # html and body stand around them
    deep, too_deep = (read_tree("<div>" * depth + "It rained.") for depth in (inside, inside + 1))
    assert deep is not None
    assert too_deep is not None
    assert [sum(event is None for event in tree.events) for tree in (deep, too_deep)] == [MAX_DEPTH, inside + 3]
    assert [[line.text for line in read_lines(tree)] for tree in (deep, too_deep)] == [["It rained."]] * 2
    assert {event[0] for event in too_deep.events if isinstance(event, tuple)} == {"html", "body", "p"}


_STORY = "<div class=story><h1>Nets are sold</h1><p>The nets were sold on Monday.</p></div>"


@check_rows(
    "page",
    [
        f"<html><body><header>Menu</header></body></html>{_STORY}</body></html>",
        f"<HTML><BODY><header>Menu</header></BODY>\n</HTML >\n<!-- theme -->{_STORY}",
        f"<html><head><title>Quay</title></head></html><html lang=en><head></head><body>Menu {_STORY}</body></html>",
        f"<html><body>Menu<script>w('</html>')</script></body></html>\n{_STORY}<script>x</script></html>",
    ],
)
def test_a_page_is_not_over_where_its_header_closes_it(page: str) -> None:
    tree, root = read_tree(page), parse(page)
    assert tree is not None
    assert root is not None
    assert [line.text for line in read_lines(tree)][-3:] == ["Menu", "Nets are sold", "The nets were sold on Monday."]
    [story] = root.xpath("//body//div[@class='story']")  # a site's selectors find it as well
    assert [element.text for element in story] == ["Nets are sold", "The nets were sold on Monday."]


def test_what_is_not_shown_behind_the_end_leaves_a_page_as_it_is() -> None:
    page = "<html><body><p>The nets were sold.</p></body></html>\n<!-- 0.2 s --><script>x</script>"
    tree = read_tree(page)
    assert tree is not None
    assert [event[0] for event in tree.events if isinstance(event, tuple)][:3] == ["html", "body", "p"]
