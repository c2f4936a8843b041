"""A text that comes back much shorter: an editor's cut is a version, what a wall or an error lets through is none."""

from dataclasses import replace

import pytest

from crawler.items import Fate

WORDS = "The committee of the harbour met again and did not come to a vote on the boats of the quay that day."
BODY = "\n\n".join(f"{number}. {WORDS}" for number in range(1, 11))
TEASER = "\n\n".join(BODY.split("\n\n")[:2])
HALF = "\n\n".join(BODY.split("\n\n")[:6])
WALL = "subscribe to continue reading"


@pytest.fixture
def article(newsroom):
    def make(body=BODY, *, byline="by Ann Example", dateline="Quay (Gazette)", see_also=(8, 9), **more):
        made = newsroom.article(7, body=body, byline=byline, see_also=see_also, **more)
        return replace(made, dateline=dateline)

    return make


@pytest.fixture
def again(archive, run, newsroom):
    """Keep a first reading, then another; return the fate of that."""

    def keep(first, second, wall=None):
        archive.keep([newsroom.visit(first)], run, newsroom.now)
        visit = replace(newsroom.visit(second, at=newsroom.advance(hours=1), etag='"short"'), wall=wall)
        return archive.keep([visit], run, newsroom.advance(hours=1))[0]

    return keep


@pytest.mark.parametrize(
    ("what", "second", "wall", "reason"),
    [
        ("a paywall", {"body": TEASER}, WALL, "the page says “subscribe to continue reading”"),
        (
            "a wall that hides all else",
            {"body": TEASER, "see_also": (), "dateline": None},
            None,
            "without the dateline and the See also",
        ),
        (
            "an error in its place",
            {"body": "Something went wrong.", "byline": None, "dateline": None},
            None,
            "without the byline and the dateline",
        ),
        (
            "a wall on a page that lost all",
            {"body": TEASER, "byline": None, "dateline": None, "see_also": ()},
            WALL,
            "says",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_what_is_kept_back_never_replaces_the_archived_text(archive, article, again, what, second, wall, reason):
    assert again(article(), article(**second), wall) is Fate.UNREADABLE
    record = archive.article(1)
    assert record.body == BODY
    assert record.byline == "by Ann Example"
    assert len(record.revisions) == 1
    assert len([edge for edge in record.see_also if edge.current]) == 2
    ((field, told),) = archive.db.execute("SELECT field, reason FROM problems").fetchall()
    assert field == "page"
    assert "has shrunk from" in told
    assert reason in told
    # Its validator is the wall's: asked with it, the server would say "not modified" of the wall.
    assert archive.db.execute("SELECT etag, state FROM addresses WHERE url_key = 'gazette/en/7'").fetchone() == (
        None,
        "failed",
    )
    assert archive.verify() == []


@pytest.mark.parametrize(
    ("what", "second", "wall"),
    [
        ("cut to a fifth, all else there", {"body": TEASER}, None),
        ("cut by less than half beside a wall's words", {"body": HALF}, WALL),
        ("cut and no longer signed", {"body": TEASER, "byline": None}, None),
        ("cut, the block of links empty today", {"body": TEASER, "see_also": ()}, None),
        (
            "written anew and unsigned, as long as before",
            {"body": BODY.replace("harbour", "port"), "byline": None, "dateline": None},
            WALL,
        ),
        (
            "withdrawn by the editors",
            {
                "body": "This article has been withdrawn by the editors.",
                "byline": None,
                "dateline": None,
                "see_also": (),
            },
            None,
        ),
        ("longer", {"body": BODY + "\n\n" + WORDS}, WALL),
    ],
    ids=lambda value: value if isinstance(value, str) and value != WALL else "",
)
def test_what_an_editor_does_becomes_a_version(archive, article, again, what, second, wall):
    assert again(article(), article(**second), wall) is Fate.REVISED
    assert archive.article(1).body == second["body"]
    assert len(archive.article(1).revisions) == 2


def test_words_of_a_wall_that_the_text_itself_has_are_no_mark(archive, article, again):
    about_walls = BODY + "\n\n“Subscribe to continue reading”, said the sign."
    assert again(article(about_walls), article(TEASER), WALL) is Fate.REVISED


def test_an_article_that_never_had_byline_dateline_or_links_is_judged_by_the_page_alone(archive, article, again):
    bare = {"byline": None, "dateline": None, "see_also": ()}
    assert again(article(**bare), article(TEASER, **bare)) is Fate.REVISED


def test_a_block_of_links_that_was_all_there_was_proves_nothing(archive, article, again):
    bare = {"byline": None, "dateline": None}
    assert again(article(**bare), article(TEASER, see_also=(), **bare)) is Fate.REVISED


def test_the_only_one_of_them_that_there_was_is_missed(archive, article, again):
    assert again(article(dateline=None, see_also=()), article(TEASER, byline=None, dateline=None, see_also=())) is (
        Fate.UNREADABLE
    )


def test_the_whole_text_behind_a_wall_is_welcome_when_it_comes_back(archive, run, newsroom, article, again):
    assert again(article(), article(TEASER), WALL) is Fate.UNREADABLE
    back = newsroom.visit(article(), at=newsroom.advance(hours=9))
    assert archive.keep([back], run, newsroom.advance(hours=9)) == [Fate.UNCHANGED]


def test_a_text_first_met_behind_a_wall_grows(archive, article, again):
    assert again(article(TEASER), article()) is Fate.REVISED


# What a crawl doubts


def test_an_edit_that_is_taken_back_is_a_version_and_a_page_that_goes_on_alternating_has_no_more(
    archive, article, visited
):
    first, second, third = (article(headline=headline) for headline in ("A boat", "Two boats", "No boat"))
    assert visited(first, second, first) is Fate.REVISED
    assert visited(second, first, second, first_day=3) is Fate.UNCHANGED
    assert [revision.number for revision in archive.article(1).revisions] == [1, 2, 3]
    row = archive.db.execute("SELECT etag, next_visit_at FROM addresses WHERE article_id = 1").fetchone()
    assert row[0] is None
    assert visited(third, first_day=6) is Fate.REVISED  # new words are no former text
    assert visited(first, first_day=7) is Fate.UNCHANGED
    assert archive.article(1).headline == "No boat"
    assert visited(first, first_day=8) is Fate.REVISED
    assert (archive.article(1).headline, len(archive.article(1).revisions)) == ("A boat", 5)
    assert archive.verify() == []


def test_without_doubts_a_former_text_is_a_version_at_once(archive, article, visited):
    first, second = article(headline="A boat"), article(headline="Two boats")
    assert visited(first, second, first, second, suspect_fields=None) is Fate.REVISED


@pytest.fixture
def visited(archive, run, newsroom):
    """Keep readings one after another, each in a run of its own a day later; return the last fate."""

    def visit(*readings, suspect_fields=frozenset(), first_day=0):
        for day, made in enumerate(readings, first_day):
            now = newsroom.advance(hours=24 * day)
            run_id = archive.begin_run("gazette", now=now) if day else run
            (fate,) = archive.keep([newsroom.visit(made, at=now)], run_id, now, suspect_fields=suspect_fields)
        return fate

    return visit


@pytest.mark.parametrize(
    ("what", "second"),
    [
        ("a byline", {"byline": None}),
        ("a dateline", {"dateline": None, "headline": "Another headline"}),
        ("half of the text", {"body": TEASER}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_loss_is_believed_the_second_time(archive, article, visited, what, second):
    whole, poorer = article(), article(**second)
    assert visited(whole, poorer) is Fate.UNREADABLE
    assert len(archive.article(1).revisions) == 1
    assert visited(poorer, first_day=2) is Fate.REVISED
    assert archive.verify() == []


@pytest.mark.parametrize(
    ("suspect_fields", "second"),
    [("byline", {"byline": None}), ("body", {"body": TEASER}), ("body", {"body": HALF})],
    ids=["byline", "most of the text", "some of the text"],
)
def test_what_pages_of_late_lack_is_never_believed(archive, article, visited, suspect_fields, second):
    whole, poorer = article(), article(**second)
    assert visited(whole, poorer, poorer, poorer, suspect_fields={suspect_fields}) is Fate.UNREADABLE
    assert archive.article(1).body == BODY
    assert len(archive.article(1).revisions) == 1


@pytest.mark.parametrize(
    ("suspect_fields", "second"),
    [({"body", "lead"}, {"byline": None}), ({"byline"}, {"body": HALF})],
    ids=["a byline while bodies are doubted", "some of the text while bylines are"],
)
def test_what_is_lost_in_something_else_is_not_doubted(archive, article, visited, suspect_fields, second):
    visited(article(), article(**second), article(**second), suspect_fields=suspect_fields)
    assert len(archive.article(1).revisions) == 2
