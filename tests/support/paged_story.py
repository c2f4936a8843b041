"""A story of the small paper that is printed on several pages, each with its headline, byline, lead and a pager."""

from support.loopback_site import ORIGIN, make_article_page

PATH = "/news-en/Story-1.html"
URL = ORIGIN + PATH
NOTE = "<p>Ann Example writes about harbours, boats and the people who wait on both of them.</p>"
"""Printed under the text of every page."""


def make_path(page):
    """Return the path of a page of the story."""
    return PATH if page == 1 else f"{PATH}?page={page}"


def list_paragraphs(page, word="vote"):
    """Return what a page alone prints."""
    return [
        f"Page {page} of the story tells how the committee went about the {word}, boat by boat, until the lamps went out.",
        f"Then the chair spoke for the {page}th time, and the people of the {word} went home along the quay in the rain.",
    ]


def make_page(page, pages=(1, 2, 3), *, word="vote", note="", body=None, **more):
    """Return one page of the story; ``pages`` are those that its pager names, the own one without a link."""
    links = " ".join(f"<b>{number}</b>" if number == page else _make_link(number) for number in pages)
    if body is None:
        body = "".join(f"<p>{text}</p>" for text in list_paragraphs(page, word))
    return make_article_page(1, body=f'{body}{note}<p class="pages">{links}</p>', **more)


def list_body(pages, word="vote"):
    """Return the body of the joined story."""
    return "\n\n".join(text for page in pages for text in list_paragraphs(page, word))


def _make_link(page):
    return f'<a href="{make_path(page)}">{page}</a>'
