"""Lines that go with the text beside their chances: tables, rows of sisters, teasers, pages that a model hardly knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from support.story_pages import open_page

from crawler.extraction.body.body import read_body
from crawler.extraction.body.lead import StatedTexts

PROSE = (
    "The harbour office counted the boats on Sunday evening and found three more than had left it in the morning.",
    "Nobody could say where they came from, and the clerk wrote their names down as if he had known them for years.",
    "On Monday the three were gone again, and with them the lamp that hangs above the door of the customs house.",
    "The mayor has asked for the lamp back, and for a list of all the boats that nobody knows in his harbour.",
)
SITE = "https://harbour.example"


def read(inner: str, chances: Mapping[str, float]) -> Sequence[str]:
    """Return the texts of lead and body of a page whose lines have these chances; .0 for lines that are not named."""
    page = open_page(
        f"<html><head><title>Three boats too many</title></head><body><main><h1>Three boats too many</h1>"
        f"<p>3 May 2024</p>{inner}</main></body></html>".encode(),
        url=f"{SITE}/2024/05/three-boats-too-many-for-one-harbour",
    )
    found = [
        next((chance for text, chance in chances.items() if line.text.startswith(text)), 0.0) for line in page.lines
    ]
    body = read_body(page.lines, page.header, page.clues, StatedTexts(), lambda: found)
    return [*([body.lead.value] if body.lead else []), *body.paragraphs]


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def table(rows: Sequence[Sequence[str]]) -> str:
    return "<table>" + "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows) + "</table>"


BOATS = (("Boat", "Lamps"), ("Heron", "2"), ("Old Mary", "1"), ("No name", "3"))
SURE = dict.fromkeys(PROSE, 0.97)


def test_a_table_under_a_paragraph_is_text_whatever_its_cells_are_like():
    texts = read(paragraphs(*PROSE[:2]) + table(BOATS) + paragraphs(*PROSE[2:]), SURE)
    assert texts == [*PROSE[:2], *(cell for row in BOATS for cell in row), *PROSE[2:]]


def test_a_table_of_links_is_no_text():
    links = [[f'<a href="/2024/05/an-other-story-of-the-harbour-{number}">Story {number}</a>'] for number in range(6)]
    assert read(paragraphs(*PROSE[:2]) + table(links) + paragraphs(*PROSE[2:]), SURE) == [*PROSE]


def test_a_table_away_from_the_text_is_no_text():
    assert read(paragraphs(*PROSE) + "<p>Tides</p>" + table(BOATS), SURE) == [*PROSE]


def test_a_frame_of_the_whole_page_is_no_table_of_the_text():
    frame = f"<table><tr><td>Harbour Gazette</td><td>No. 12</td><td>One penny</td><td>{paragraphs(*PROSE)}</td></tr></table>"
    assert read(paragraphs("A line above the frame that is likely.") + frame, {**SURE, "A line": 0.9})[1:] == [*PROSE]


def test_short_lines_in_the_row_of_paragraphs_go_with_them():
    lines = ("Heron: two lamps", "Old Mary: one lamp", "No name: three lamps")
    texts = read(paragraphs(*PROSE[:2], *lines, *PROSE[2:]), {**SURE, **dict.fromkeys(lines, 0.4)})
    assert texts == [*PROSE[:2], *lines, *PROSE[2:]]


def test_a_short_line_in_a_block_of_another_kind_does_not():
    line = "Sign up for our harbour letter"
    inner = paragraphs(*PROSE[:2]) + f'<p class="offer">{line}</p>' + paragraphs(*PROSE[2:])
    assert read(inner, {**SURE, line: 0.4}) == [*PROSE]


TEASERS = [f"A headline of another story, number {number}" for number in range(4)]


def make_teasers(titles: Sequence[str]) -> str:
    items = (
        f'<li><a href="/2024/05/a-headline-of-another-story-number-{number}">{title}</a> TOWN: {PROSE[number % 4]}</li>'
        for number, title in enumerate(titles)
    )
    return f"<ul>{''.join(items)}</ul>"


def test_rows_of_linked_titles_with_their_first_words_are_teasers():
    chances = {**SURE, **dict.fromkeys(TEASERS, 0.95)}
    long = (*PROSE, *(f"{text} That is what the second edition says of it." for text in PROSE))
    assert read(paragraphs(*long) + make_teasers(TEASERS), {**chances, **dict.fromkeys(long, 0.97)}) == [*long]


def test_a_round_of_news_is_the_text_itself():
    texts = read(paragraphs(PROSE[0]) + make_teasers(TEASERS), {**SURE, **dict.fromkeys(TEASERS, 0.95)})
    assert len(texts) == 5


def test_a_page_of_which_little_is_known_is_read_by_what_is_half_likely():
    inner = "<div>Subscribe to read the harbour letter</div>" + paragraphs(*PROSE)
    assert read(f"<nav>{inner}</nav>", dict.fromkeys(PROSE, 0.3)) == [*PROSE]


def make_meetings(start: str) -> str:
    """Return three meetings, each in a linked heading above what is said of it; ``start`` begins their addresses."""
    items = (
        f'<li><h3><a href="{start}-{number}">Meeting of boats, number {number}</a></h3><p>{text}</p></li>'
        for number, text in enumerate(PROSE[1:])
    )
    return f"<ul>{''.join(items)}</ul>"


def test_linked_headings_above_lines_of_the_text_are_text():
    texts = read(paragraphs(PROSE[0]) + make_meetings("https://meetings.example/boats"), SURE)
    titles = [f"Meeting of boats, number {number}" for number in range(3)]
    assert texts == [PROSE[0], *(text for pair in zip(titles, PROSE[1:], strict=True) for text in pair)]


def test_linked_headings_of_other_stories_are_no_text():
    assert read(paragraphs(PROSE[0]) + make_meetings(f"{SITE}/2024/05/a-meeting-of-boats-and-lamps"), SURE) == [*PROSE]


def test_a_linked_title_behind_a_label_is_no_text_however_likely():
    link = '<a href="/2024/05/an-other-story-of-the-lamp">An other story of the lamp</a>'
    inner = paragraphs(*PROSE[:2], f"Read more: {link}") + paragraphs(*PROSE[2:])
    assert read(inner, {**SURE, "Read more": 0.9}) == [*PROSE]
    said = f"Read more: the clerk keeps a list of them, {link}, and another of all that was said of it since."
    assert len(read(paragraphs(*PROSE[:2], said), {**SURE, "Read more": 0.9})) == 3


def test_the_credit_of_a_picture_is_no_text_however_likely():
    credits = ("Image: Ann Lee/Harbour Pictures", "Picture: Ann Lee", "Bild: Ann Lee/Hafenbilder", "Immagine: Ann Lee")
    assert read(paragraphs(*PROSE[:2], *credits, *PROSE[2:]), {**SURE, **dict.fromkeys(credits, 0.9)}) == [*PROSE]


def make_links(start: str) -> str:
    """Return a list of three links whose addresses begin so."""
    items = (f'<li><a href="{start}-{number}">Lamps of {number} harbours</a></li>' for number in range(3))
    return f"<ul>{''.join(items)}</ul>"


def test_a_list_of_links_to_others_between_two_lines_of_the_text_is_text():
    entries = [f"Lamps of {number} harbours" for number in range(3)]
    inner = f"<div>{paragraphs(*PROSE[:2])}{make_links('https://lamps.example/shop')}{paragraphs(*PROSE[2:])}</div>"
    assert read(inner, SURE) == [*PROSE[:2], *entries, *PROSE[2:]]


def test_no_other_list_of_links_is_text():
    of_others, of_site = make_links("https://lamps.example/shop"), make_links(f"{SITE}/2024/05/lamps-of-many-harbours")
    for inner in (
        paragraphs(*PROSE[:2]) + of_site + paragraphs(*PROSE[2:]),
        paragraphs(*PROSE[:2]) + make_links("#lamps") + paragraphs(*PROSE[2:]),
        paragraphs(*PROSE) + of_others,
        paragraphs(*PROSE[:2]) + f"<nav>{of_others}</nav>" + paragraphs(*PROSE[2:]),
    ):
        assert read(inner, SURE) == [*PROSE]
