"""Articles that have part of another one's text are found from either side, with shares and order."""

from __future__ import annotations

import pytest

from crawler.archive import Archive

PARAGRAPHS = [[f"p{paragraph}w{word}" for word in range(40)] for paragraph in range(10)]
OTHER = [[f"other{paragraph}w{word}" for word in range(40)] for paragraph in range(30)]


def write(*paragraphs):
    return "\n\n".join(" ".join(words) for words in paragraphs)


@pytest.fixture
def copied(archive, run, newsroom):
    whole = write(*PARAGRAPHS)
    bodies = {
        1: (whole, "2022-03-10"),
        2: (write(*PARAGRAPHS[:3]), "2022-03-14"),  # cut to its beginning
        3: (write(*OTHER[:10], *PARAGRAPHS, *OTHER[10:20]), "2022-03-05"),  # within a longer one, printed before
        4: (write(*PARAGRAPHS[:6], *OTHER[20:24]), None),  # half its own
        5: (write(*OTHER[24:], *PARAGRAPHS[:2]), "2022-03-11"),  # quotes it
        6: (whole, "2022-03-11"),  # a copy
        7: (write([f"p{number}w0" for number in range(10)] * 4), "2022-03-11"),  # its words, not its sentences
    }
    archive.keep(
        [newsroom.visit(newsroom.article(key, body=body, on=on)) for key, (body, on) in bodies.items()],
        run,
        newsroom.now,
    )
    archive.keep([newsroom.visit(newsroom.article(8, body=whole, language="it"))], run, newsroom.now)
    return archive


def list_found(archive: Archive, key: int):
    return [
        (other.article_id, other.words, other.share, other.other_share, other.earlier)
        for other in archive.find_shared_texts(key)
    ]


def test_what_was_cut_built_in_and_half_taken_is_found_from_the_whole(copied):
    assert list_found(copied, 1) == [(3, 400, 1.0, 0.333, True), (4, 240, 0.6, 0.6, None), (2, 120, 0.3, 1.0, False)]
    (longer, *_) = copied.find_shared_texts(1)
    assert (longer.site, longer.language, longer.published_on) == ("gazette", "en", "2022-03-05")


def test_the_whole_is_found_from_each_of_them(copied):
    assert (1, 120, 1.0, 0.3, True) in list_found(copied, 2)
    assert (1, 400, 0.333, 1.0, False) in list_found(copied, 3)
    assert (1, 240, 0.6, 0.6, None) in list_found(copied, 4)
    # Two of ten paragraphs are too little, and two thirds of what was cut to three.
    assert list_found(copied, 5) == [(2, 80, 0.25, 0.667, False)]
    assert list_found(copied, 7) == []


def test_copies_other_languages_and_what_is_not_archived_are_none(copied):
    assert [other.article_id for other in copied.find_shared_texts(6)] == [3, 4, 2]
    assert copied.find_shared_texts(8) == []
    assert copied.find_shared_texts(10**9) == []


def test_a_stock_phrase_leads_to_no_article(archive, run, newsroom):
    notice = " ".join(f"notice{number}" for number in range(30))
    archive.keep(
        [
            newsroom.visit(newsroom.article(key, body=f"{notice} edition{key} of{key} today{key}"))
            for key in range(1, 56)
        ],
        run,
        newsroom.now,
    )
    archive.keep([newsroom.visit(newsroom.article(90, body=f"{write(*OTHER)} {notice}"))], run, newsroom.now)
    assert archive.find_shared_texts(90) == []
