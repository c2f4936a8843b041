"""The pages of an article become one text: without what each prints again, and with nothing lost."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from support.tables import check_rows

from crawler.items import Address, Article, FurtherPage, SeeAlso
from crawler.normalisation.digest import compute_digest
from crawler.normalisation.joining import MAX_PARTS, ArticlePart, find_next_page, join_parts

URL = "https://paper.example/bridge"
HEADLINE = "The bridge opens after nine years"


def make_article(*paragraphs, last=3, **more):
    body = "\n\n".join(paragraphs)
    article = Article(
        site="paper",
        language="en",
        site_key="bridge",
        story=None,
        url=URL,
        headline=HEADLINE,
        body=body,
        word_count=0,
        digest="",
        byline="By Ann Lee",
        further_pages=name_pages(last),
    )
    return replace(article, **more)


def name_pages(last):
    return tuple(FurtherPage(number, f"{URL}/{number}") for number in range(2, last + 1))


def make_part(number, *paragraphs, headline=HEADLINE, **more):
    return ArticlePart(number=number, headlines=(headline,), paragraphs=paragraphs, **more)


def make_text(word):
    return f"A paragraph of which every page has one, about the {word} and about nothing else."


def test_fields_are_those_of_the_first_page_and_the_text_is_that_of_all():
    article = make_article(make_text("river"))
    joined = join_parts(article, [make_part(3, make_text("opening")), make_part(2, make_text("builders"))])
    assert joined.body == "\n\n".join([make_text("river"), make_text("builders"), make_text("opening")])
    assert (joined.complete, joined.problems, joined.headline, joined.byline) == (True, (), HEADLINE, "By Ann Lee")
    assert joined.word_count == 45
    assert joined.digest == compute_digest(HEADLINE, None, "By Ann Lee", joined.body, "en")


BOX, NOTE = "Subscribe to our letter about bridges, it is free.", "Ann Lee writes about rivers and what crosses them."


@check_rows(
    ("name", "first", "second", "expected"),
    [
        ("a box before the text", (BOX, "One."), (BOX, "Two."), (BOX, "One.", "Two.")),
        ("a note below the text", ("One.", NOTE), ("Two.", NOTE), ("One.", "Two.", NOTE)),
        (
            "a box within the text",
            ("One.", BOX, "More."),
            ("Two.", BOX, "Three."),
            ("One.", BOX, "More.", "Two.", "Three."),
        ),
        (
            "short words are said twice",
            ("One.", "Why?", "So."),
            ("Two.", "Why?", "Yes."),
            ("One.", "Why?", "So.", "Two.", "Why?", "Yes."),
        ),
        ("headline and byline again", ("One.",), (HEADLINE, "By Ann Lee", "Two."), ("One.", "Two.")),
        ("the numbers of the pages", ("One.", "[1] 2 Next page"), ("Page 2 of 2", "Two.", "1 2"), ("One.", "Two.")),
        (
            "figures are no such numbers",
            ("One.", "Leeds 1, York 2"),
            ("Two.", "In 12 of 20 towns"),
            ("One.", "Leeds 1, York 2", "Two.", "In 12 of 20 towns"),
        ),
        ("the first page again", (make_text("river"),), (make_text("river"), "Fine!"), (make_text("river"),)),
        ("nothing", ("One.",), (), ("One.",)),
    ],
)
def test_what_each_page_prints_comes_once(name, first, second, expected):
    joined = join_parts(make_article(*first, last=2), [make_part(2, *second)])
    assert tuple(joined.body.split("\n\n")) == expected, name
    assert joined.complete


@check_rows(
    ("headline", "is_joined"),
    [
        (f"{HEADLINE} - Page 2 - The Paper", True),
        ("THE BRIDGE OPENS after nine years", True),
        ("The bridge opens after", True),
        ("The bridge", False),
        ("Nine lighthouses are sold", False),
        ("", False),
    ],
)
def test_another_headline_is_another_article(headline, is_joined):
    article = make_article("One.", last=4)
    parts = [make_part(2, "Two.", headline=headline)]
    joined = join_parts(article, parts)
    assert ("Two." in joined.body) is is_joined
    assert [problem.kind for problem in joined.problems] == ["cut"]
    assert (find_next_page(article, parts) is None) is not is_joined  # nothing is asked for behind another article
    assert (f"{URL}/3" in joined.problems[0].reason) is is_joined


def test_see_also_is_that_of_all_pages_without_the_pages_themselves():
    def make_entry(position, path):
        address = Address(url=f"https://paper.example/{path}", url_key=path, kind="article")
        return SeeAlso(position=position, address=address)

    article = make_article("One.", last=2, see_also=(make_entry(1, "a"), make_entry(2, "b")))
    part = make_part(2, "Two.", see_also=(make_entry(1, "b"), make_entry(2, "bridge/2"), make_entry(3, "c")))
    joined = join_parts(article, [part])
    assert [(entry.position, entry.address.url_key) for entry in joined.see_also] == [(1, "a"), (2, "b"), (3, "c")]


PARTS = st.lists(
    st.builds(
        lambda number, headline, words, last: make_part(
            number, *map(make_text, words), headline=headline, further_pages=name_pages(last)[number - 1 :]
        ),
        st.integers(2, MAX_PARTS + 2),
        st.sampled_from([HEADLINE, "Another one"]),
        st.lists(st.sampled_from("abcdefgh"), max_size=3),
        st.integers(1, 50),
    ),
    max_size=8,
    unique_by=lambda part: part.number,
)


@settings(max_examples=count_examples(60))
@given(PARTS, st.randoms())
def test_the_order_of_pages_never_matters_and_asking_ends(parts, random):
    article = make_article(make_text("river"), last=random.randint(1, 8))
    shuffled = random.sample(parts, len(parts))
    assert join_parts(article, shuffled) == join_parts(article, parts)
    by_number = {part.number: part for part in parts}
    had, tried = [], set()
    while (page := find_next_page(article, had, tried)) is not None:
        assert page.number not in tried
        assert page.number <= MAX_PARTS
        tried.add(page.number)
        had += [by_number[page.number]] if page.number in by_number else []
    assert join_parts(article, had).complete <= (not (tried - by_number.keys()))
