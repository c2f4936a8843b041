"""Edits of authors: what they move, what comes after them, and that taking them back leaves nothing."""

import itertools
import shutil
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from support.newsroom import GAZETTE, NOW, Newsroom
from support.tables import check_rows

from crawler.archive import Archive
from crawler.archive.articles.readings import load_reading
from crawler.archive.authority.authors import apply_edits, history, merge, rename, split, undo
from crawler.archive.authority.candidates import find_candidates
from crawler.archive.authority.edit_file import from_toml, to_toml
from crawler.archive.authority.edits import EditRefused
from crawler.archive.authority.listing import author_entry, author_list
from crawler.archive.write.authority.author_edits import AuthorEdit, AuthorName
from crawler.errors import ArchiveUnusable
from crawler.items import Author
from crawler.normalisation.words.text import clean

LATER = NOW + timedelta(days=40)
LINES = (
    "SELECT site_key, position, a.kind, a.name, a.sort_name, printed, honorific, note FROM article_authors"
    " JOIN authors a ON a.id = author_id JOIN articles ON articles.id = article_id ORDER BY site_key, position"
)
AUTHORS = "SELECT kind, name, sort_name, name_key FROM authors ORDER BY kind, name"


def by(name, printed=None, kind="person", sort_name=None):
    return Author(name=name, sort_name=sort_name or name, kind=kind, printed=printed or name)


def keep(archive, *pages, at=NOW, **more):
    """Archive articles: each a key and its authors."""
    newsroom = Newsroom()
    run = archive.begin_run(GAZETTE, now=at)
    visits = [
        newsroom.visit(replace(newsroom.article(key, **more), authors=tuple(authors)), at=at) for key, *authors in pages
    ]
    archive.keep(visits, run, at)
    archive.finish_run(run, "finished", at)


def state(archive):
    """Whose the names in bylines are, all authors, and that nothing is left of variants when no edit stands."""
    whole = {"lines": archive.db.execute(LINES).fetchall(), "authors": archive.db.execute(AUTHORS).fetchall()}
    if not archive.db.execute("SELECT 1 FROM author_edits WHERE undone_at IS NULL").fetchone():
        assert archive.db.execute("SELECT count(*) FROM author_variants").fetchone() == (0,)
        assert archive.db.execute("SELECT count(variant_id) FROM article_authors").fetchone() == (0,)
    return whole


def writers(archive):
    """Article → the names of its authors."""
    found = {}
    for row in archive.articles():
        found[row.site_key] = [author.name for author in row.authors]
    return found


def numbers(archive):
    return {row[0]: row[1] for row in archive.db.execute("SELECT name, id FROM authors")}


@pytest.fixture
def other(tmp_path):
    with Archive(tmp_path / "other.db", "create") as archive:
        yield archive


PAGES = (
    (1, by("Melani Perera", sort_name="Perera, Melani")),
    (2, by("Melanie Perera", "M. Perera", sort_name="Perera, Melanie"), by("Anna Pozzi")),
    (3, by("Anna Pozzi")),
    (4, by("Melanie Perera", sort_name="Perera, Melanie")),
    (5, by("AsiaNews", kind="agency")),
    (6, by("Asianews Staff")),
)


def test_a_merge_gives_everything_of_one_author_to_another_and_keeps_what_is_printed(archive, other):
    keep(archive, *PAGES)
    edited = merge(archive, "Melanie Perera", "melani perera", why="one beat, one country", now=LATER)
    assert (edited.moved, edited.twice, edited.edit.describe()) == (2, 0, "merge “Melanie Perera” into “Melani Perera”")
    right = by("Melani Perera", sort_name="Perera, Melani")
    keep(
        other,
        PAGES[0],
        (2, replace(right, printed="M. Perera"), by("Anna Pozzi")),
        PAGES[2],
        (4, replace(right, printed="Melanie Perera")),
        *PAGES[4:],
    )
    assert state(archive) == state(other)
    (hit,) = archive.search('author:"Melani Perera" author:pozzi')
    assert hit.url.endswith("2.html")
    assert archive.verify() == []


def test_what_is_crawled_after_a_merge_goes_to_the_merged_author(archive, other):
    keep(archive, *PAGES)
    before = numbers(archive)
    merge(archive, "Melanie Perera", "Melani Perera", why="one", now=LATER)
    for store in (archive, other):
        if store is other:
            keep(store, *PAGES)
        keep(store, (7, by("Melanie Perera", sort_name="Perera, Melanie")), (8, by("New Name")), at=LATER)
        keep(store, (1, by("Melanie Perera", "MP")), at=LATER + timedelta(days=1), body="Another text, corrected.")
    assert [writers(archive)[key] for key in "1247"] == [
        ["Melani Perera"],
        ["Melani Perera", "Anna Pozzi"],
        ["Melani Perera"],
        ["Melani Perera"],
    ]
    assert author_entry(archive, before["Melanie Perera"]).name == "Melani Perera"
    undo(archive, LATER)
    assert state(archive) == state(other)
    assert numbers(archive) == numbers(other)
    assert archive.verify() == []


def test_a_rename_holds_for_articles_to_come_and_states_how_to_sort(archive, other):
    keep(archive, *PAGES)
    rename(archive, "Anna Pozzi", "Anna M. Pozzi", why="her full name", now=LATER, sort_name="Pozzi, Anna Maria")
    keep(archive, (9, by("Anna Pozzi")), (10, by("Anna M. Pozzi", sort_name="Pozzi, Anna M.")), at=LATER)
    found = list(author_list(archive, "pozzi"))
    assert [(author.name, author.sort_name, author.articles) for author in found] == [
        ("Anna M. Pozzi", "Pozzi, Anna Maria", 4)
    ]
    assert {(spelling.printed, spelling.read_as, spelling.articles) for spelling in found[0].spellings} == {
        ("Anna Pozzi", "Anna Pozzi", 3),
        ("Anna M. Pozzi", "Anna M. Pozzi", 1),
    }
    undo(archive, LATER)
    keep(other, *PAGES)
    keep(other, (9, by("Anna Pozzi")), (10, by("Anna M. Pozzi", sort_name="Pozzi, Anna M.")), at=LATER)
    assert state(archive) == state(other)


def test_a_rename_may_change_only_how_a_name_is_sorted(archive):
    keep(archive, *PAGES)
    edit = rename(archive, "Anna Pozzi", "Anna Pozzi", why="house style", now=LATER, sort_name="Pozzi").edit
    assert edit.describe() == "sort “Anna Pozzi” as “Pozzi”"
    assert author_list(archive, "pozzi")[0].sort_name == "Pozzi"
    rename(archive, "Anna Pozzi", "Anna Pozzi", why="another style", now=LATER, sort_name="A. P.")
    assert author_list(archive, "pozzi")[0].sort_name == "A. P."
    undo(archive, LATER)
    assert author_list(archive, "pozzi")[0].sort_name == "Pozzi"
    undo(archive, LATER)
    assert author_list(archive, "pozzi")[0].sort_name == "Anna Pozzi"


def test_a_split_takes_what_is_printed_so_or_the_articles_named_also_later(archive):
    keep(archive, *PAGES)
    ids = {row.site_key: row.id for row in archive.articles()}
    split(archive, "Melanie Perera", "Mel Perera", printed=["M.  Perera"], why="an intern", now=LATER)
    assert writers(archive)["2"] == ["Mel Perera", "Anna Pozzi"]
    split(archive, "Anna Pozzi", "Anna Pozzi (India)", articles=[ids["3"]], why="a namesake", now=LATER)
    assert (writers(archive)["2"], writers(archive)["3"]) == (["Mel Perera", "Anna Pozzi"], ["Anna Pozzi (India)"])
    keep(archive, (11, by("Melanie Perera", "M. Perera")), (12, by("Melanie Perera")), at=LATER)
    keep(archive, (3, by("Anna Pozzi")), at=LATER, body="Edited by the house.")
    found = writers(archive)
    assert (found["11"], found["12"], found["3"]) == (["Mel Perera"], ["Melanie Perera"], ["Anna Pozzi (India)"])


def test_an_article_that_gets_its_number_stays_split_off(archive):
    keep(archive, ("asia/nepal/a-story", by("Anna Pozzi")), (3, by("Anna Pozzi")))
    (number,) = [row.id for row in archive.articles() if row.site_key != "3"]
    split(archive, "Anna Pozzi", "Another", articles=[number], why="a namesake", now=LATER)
    newsroom = Newsroom()
    numbered = newsroom.article(77, headline="Headline of asia/nepal/a-story", body="Now with its number.")
    run = archive.begin_run(GAZETTE, now=LATER)
    archive.keep([newsroom.visit(replace(numbered, authors=(by("Anna Pozzi"),)), at=LATER)], run, LATER)
    assert writers(archive) == {"77": ["Another"], "3": ["Anna Pozzi"]}


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda a, n: merge(a, "Nobody", "Anna Pozzi", **n), "no author “Nobody”"),
        (lambda a, n: merge(a, "9" * 19, "Anna Pozzi", **n), "no author"),
        (lambda a, n: merge(a, "9" * 5000, "Anna Pozzi", **n), "no author"),
        (lambda a, n: merge(a, "anna pozzi", "Anna Pozzi", **n), "one author already"),
        (
            lambda a, n: merge(a, "Asianews Staff", "AsiaNews", **n),
            "is a person and “AsiaNews” an agency: say --across",
        ),
        (lambda a, n: merge(a, "Anna Pozzi", "Melani Perera", **n | {"why": " \n"}), "needs a reason"),
        (lambda a, n: rename(a, "Anna Pozzi", "Melani Perera", **n), "already: merge “Anna Pozzi” into it"),
        (lambda a, n: rename(a, "Anna Pozzi", "Anna Pozzi", **n), "has that name already"),
        (lambda a, n: rename(a, "Anna Pozzi", "  ", **n), "is no name"),
        (lambda a, n: rename(a, "Anna Pozzi", "x" * 200, **n), "is no name"),
        (lambda a, n: split(a, "Anna Pozzi", "A. P.", printed=["A. Pozzi"], **n), "but as “Anna Pozzi”"),
        (lambda a, n: split(a, "Anna Pozzi", "A. P.", articles=[1], **n), "article 1 is not archived, or not by"),
        (lambda a, n: split(a, "Anna Pozzi", "A. P.", articles=[10**30], **n), "is not archived"),
        (lambda a, n: split(a, "Anna Pozzi", "A. P.", **n), "say which articles"),
        (lambda a, n: split(a, "Anna Pozzi", "ANNA POZZI", printed=["Anna Pozzi"], **n), "itself"),
        (lambda a, n: undo(a, LATER), "no edit of authors to undo"),
        (lambda a, n: undo(a, LATER, 7), "no edit 7"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_reason_and_changes_nothing(archive, edit, message):
    keep(archive, *PAGES)
    before = state(archive)
    with pytest.raises(EditRefused, match=message) as refused:
        edit(archive, {"why": "because", "now": LATER})
    assert "\n" not in str(refused.value)
    assert state(archive) == before
    assert history(archive) == []


def test_person_and_agency_are_merged_when_it_is_said(archive):
    keep(archive, *PAGES)
    merge(archive, "Asianews Staff", "AsiaNews", why="the house", now=LATER, across_kinds=True)
    assert [(author.name, author.articles) for author in author_list(archive, kind="agency")] == [("AsiaNews", 2)]
    assert author_list(archive, "staff")[0].name == "AsiaNews"


def test_two_of_one_name_are_told_apart_by_number(archive):
    keep(archive, (1, by("Fides")), (2, by("Fides", kind="agency")), (3, by("Anna")))
    with pytest.raises(EditRefused, match=r"give the number: 1 “Fides” .person., 2 “Fides” .agency."):
        merge(archive, "Fides", "Anna", why="x", now=LATER)
    merge(archive, "1", "Anna", why="x", now=LATER)
    assert writers(archive) == {"1": ["Anna"], "2": ["Fides"], "3": ["Anna"]}


def test_an_edit_is_not_undone_before_a_later_one_that_builds_on_it(archive):
    keep(archive, *PAGES)
    merge(archive, "Melanie Perera", "Melani Perera", why="one", now=LATER)
    rename(archive, "Melani Perera", "Melani Manel Perera", why="full", now=LATER)
    merge(archive, "Anna Pozzi", "Asianews Staff", why="test", now=LATER)
    for number in (1, None, 2, 1):
        if number == 1 and history(archive)[1].undone_at is None:
            with pytest.raises(EditRefused, match="edit 1 cannot be undone before edit 2: rename “Melani Perera”"):
                undo(archive, LATER, number)
        else:
            undo(archive, LATER, number)
    with pytest.raises(EditRefused, match="was undone already, on 2026-04-10"):
        undo(archive, LATER, 1)
    assert [edit.undone_at is None for edit in history(archive)] == [False] * 3


def test_an_edit_that_made_a_name_is_not_undone_while_a_later_one_gives_to_it(archive):
    keep(archive, *PAGES)
    rename(archive, "Anna Pozzi", "A. P.", why="short", now=LATER)
    merge(archive, "Melani Perera", "A. P.", why="test", now=LATER)
    with pytest.raises(EditRefused, match=r"before edit 2: merge “Melani Perera” into “A\. P\.”"):
        undo(archive, LATER, 1)
    undo(archive, LATER, 2)
    undo(archive, LATER, 1)
    assert writers(archive)["3"] == ["Anna Pozzi"]


def test_merges_into_one_author_are_independent(archive):
    keep(archive, *PAGES)
    merge(archive, "Melanie Perera", "Melani Perera", why="one", now=LATER)
    merge(archive, "Anna Pozzi", "Melani Perera", why="wrong", now=LATER)
    undo(archive, LATER, 1)
    assert writers(archive)["2"] == ["Melanie Perera", "Melani Perera"]


def test_a_name_that_was_merged_away_is_told_where_it_went(archive):
    keep(archive, *PAGES)
    merge(archive, "Melanie Perera", "Melani Perera", why="one", now=LATER)
    with pytest.raises(EditRefused, match="“Melanie Perera” is “Melani Perera” since edit 1"):
        merge(archive, "Melanie Perera", "Anna Pozzi", why="two", now=LATER)
    with pytest.raises(EditRefused, match="is “Melani Perera” by an earlier edit"):
        rename(archive, "Anna Pozzi", "Melanie Perera", why="three", now=LATER)
    rename(archive, "Melani Perera", "Melanie Perera", why="the better spelling", now=LATER)
    assert writers(archive)["1"] == writers(archive)["4"] == ["Melanie Perera"]


def test_a_reading_is_what_was_read_whatever_edits_say(archive):
    keep(archive, *PAGES)
    before = [load_reading(archive.db.conn, row.id) for row in archive.articles()]
    merge(archive, "Melanie Perera", "Melani Perera", why="one", now=LATER)
    rename(archive, "Anna Pozzi", "AP", why="short", now=LATER, sort_name="P")
    assert [load_reading(archive.db.conn, row.id) for row in archive.articles()] == before


def test_an_erased_article_takes_its_variants_along(archive):
    keep(archive, *PAGES)
    merge(archive, "Melanie Perera", "Melani Perera", why="one", now=LATER)
    archive.forget(("gazette/en/2", "gazette/en/4"), "asked", LATER)
    assert archive.db.execute("SELECT name FROM author_variants").fetchall() == [("Melani Perera",)]
    archive.forget(("gazette/en/1",), "asked", LATER)
    undo(archive, LATER)
    assert "Melani Perera" not in numbers(archive)
    state(archive)
    assert archive.verify() == []


def test_a_crawl_that_runs_meanwhile_heeds_an_edit_at_once(archive):
    keep(archive, *PAGES)
    with Archive(archive.path, "write") as desk:
        merge(desk, "Melanie Perera", "Melani Perera", why="one", now=LATER)
        keep(archive, (20, by("Melanie Perera")), at=LATER)
        assert writers(archive)["20"] == ["Melani Perera"]
        undo(desk, LATER)
        keep(archive, (21, by("Melanie Perera")), at=LATER)
        assert writers(archive)["20"] == writers(archive)["21"] == ["Melanie Perera"]
    state(archive)


def test_verify_finds_a_name_that_is_not_where_the_edits_say(archive):
    keep(archive, *PAGES)
    merge(archive, "Melanie Perera", "Melani Perera", why="one", now=LATER)
    assert archive.verify() == []
    archive.db.execute(
        "UPDATE article_authors SET author_id = (SELECT id FROM authors WHERE name = 'Anna Pozzi')"
        " WHERE printed = 'M. Perera'"
    )
    (found,) = archive.verify()
    assert (found.check, found.message) == (
        "authors",
        "“Melanie Perera” is credited to “Anna Pozzi”, by the edits to “Melani Perera”",
    )


def test_an_edit_that_fails_half_way_leaves_nothing(archive):
    keep(archive, *PAGES)
    before = state(archive)
    archive.db.execute(
        "CREATE TEMP TRIGGER stop BEFORE UPDATE ON main.article_authors WHEN OLD.article_id = 4"
        " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    with pytest.raises(ArchiveUnusable, match="disk full"):
        merge(archive, "Melanie Perera", "Melani Perera", why="one", now=LATER)
    archive.db.execute("DROP TRIGGER stop")
    assert state(archive) == before
    assert history(archive) == []
    keep(archive, (20, by("Melanie Perera")), at=LATER)
    assert writers(archive)["20"] == ["Melanie Perera"]


def test_edits_are_shared_as_a_file_that_people_can_read(archive, other):
    keep(archive, *PAGES)
    merge(archive, "Melanie Perera", "Melani Perera", why='one "beat" \\ 一', now=LATER)
    rename(archive, "Anna Pozzi", "AP", why="short", now=LATER, sort_name="P")
    undo(archive, LATER)
    merge(archive, "Asianews Staff", "AsiaNews", why="house", now=LATER, across_kinds=True)
    split(archive, "Melani Perera", "Mel", printed=["M. Perera"], articles=[2], why="intern", now=LATER)
    text = to_toml(history(archive))
    assert 'to_kind = "agency"' in text
    assert "AP" not in text
    edits = from_toml(text, NOW)
    assert len(apply_edits(other, edits)) == 3
    keep(other, *PAGES)
    assert state(other) == state(archive)
    assert to_toml(history(other)) == text
    assert apply_edits(other, from_toml(text, NOW)) == []


@check_rows(
    ("text", "message"),
    [
        ("[[edit", "this is no TOML"),
        ("a = 1", "holds ..edit.. tables and nothing else"),
        ("edit = 3", "nothing else"),
        ("[[edit]]\naction = 'erase'", "edit 1 of the file: action must be one of merge, rename, split"),
        ("[[edit]]\naction = 'merge'\nwho = 'me'", "“who” is not known"),
        ("[[edit]]\naction = 'merge'\nto = 'B'\nwhy = 'x'", "author is missing"),
        ("[[edit]]\naction = 'merge'\nauthor = 'A'\nto = 'B'", "needs a reason"),
        ("[[edit]]\naction = 'merge'\nauthor = 'A'\nto = 'A'\nwhy = 'x'", "to themselves"),
        ("[[edit]]\naction = 'merge'\nauthor = 'A'\nto = 'B'\nkind = 'group'\nwhy = 'x'", "person or agency"),
        ("[[edit]]\naction = 'split'\nauthor = 'A'\nto = 'B'\nwhy = 'x'", "a split, and nothing else"),
        ("[[edit]]\naction = 'split'\nauthor = 'A'\nto = 'B'\nwhy = 'x'\nprinted = [1]", "a list of texts"),
        ("[[edit]]\naction = 'merge'\nauthor = 'A'\nto = 'B'\nwhy = 'x'\nmade_at = 'soon'", "made_at must be a time"),
        ("[[edit]]\naction = 'merge'\nauthor = 3\nto = 'B'\nwhy = 'x'", "author must be a text"),
        ("[[edit]]\naction = 'rename'\nauthor = 'A'\nto = 'B'\nto_kind = 'agency'\nwhy = 'x'", "makes no agency"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_with_the_place(text, message):
    with pytest.raises(EditRefused, match=message) as refused:
        from_toml(text, NOW)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("count", [200, pytest.param(600, marks=pytest.mark.slow)])
def test_a_long_table_of_edits_is_made_while_a_crawl_can_wait(archive, count):
    """Six hundred edits, the slow case, take two seconds."""
    names = [
        "".join(letters) + " Writer" for letters in itertools.islice(itertools.product("abcdefghi", repeat=3), count)
    ]
    keep(archive, *((number, *map(by, names[number::40])) for number in range(40)))
    edits = [
        AuthorEdit(
            id=0,
            made_at="2026-04-10T12:00:00Z",
            action="rename",
            source=AuthorName("person", one),
            why="x",
            target=AuthorName("person", one.replace("Writer", "Author")),
        )
        for one in names
    ]
    begun = time.process_time()
    assert len(apply_edits(archive, edits)) == count
    assert time.process_time() - begun < 5  # a crawl waits ten seconds; settling every name for each edit took 10
    assert {row.authors[0].name.split()[1] for row in archive.articles()} == {"Author"}
    assert archive.verify() == []


WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20).map(lambda text: f"A{text}")


@settings(max_examples=count_examples(60))
@given(st.lists(st.tuples(WORDS, WORDS, WORDS, st.sampled_from(("merge", "rename", "split"))), max_size=5))
def test_any_edits_come_back_from_their_file(rows):
    edits = [
        AuthorEdit(
            id=0,
            made_at="2026-01-02T03:04:05Z",
            action=what,
            source=AuthorName("agency", clean(one)),
            why=clean(why),
            target=AuthorName("agency", f"{clean(other)} B"),
            sort_name="S" if what == "rename" else None,
            printed=(one, '\x7f\\"') if what == "split" else (),
        )
        for one, other, why, what in rows
        if clean(one) != f"{clean(other)} B"
    ]
    assert from_toml(to_toml(edits), NOW) == edits


def test_candidates_come_with_reasons_and_are_only_proposed(archive):
    newsroom = Newsroom()
    pages = [
        (1, "Nirmala Carvalho", "Mumbai"),
        (2, "Nirmala Carvalho", "Mumbai"),
        (3, "N. Carvalho", "Mumbai"),
        (4, "JB Vu", "Hanoi"),
        (5, "J.B. An Dang", "Hanoi"),
        (6, "Joseph Yun Li-sun", "Seoul"),
        (7, "Joseph Yun Li Sun", "Seoul"),
        (8, "Wang Zhicheng", "Beijing"),
        (9, "Zhicheng Wang", "Beijing"),
        (10, "Melani Perera", "Colombo"),
        (11, "Melani Manel Perera", "Colombo"),
        (12, "Santosh Digal", None),
        (13, "Santosh Diggal", None),
        (14, "Li Na", None),
        (15, "Li Ma", None),
    ]
    run = archive.begin_run(GAZETTE, now=NOW)
    visits = [
        newsroom.visit(replace(newsroom.article(key, place=place), authors=(by(name),))) for key, name, place in pages
    ]
    italian = newsroom.article(12, language="it")
    visits.append(newsroom.visit(replace(italian, authors=(by("Santosh Diggal"),))))
    visits.append(newsroom.visit(replace(newsroom.article(16), authors=(by("Fides"),))))
    visits.append(newsroom.visit(replace(newsroom.article(17), authors=(by("FIDES", kind="agency"),))))
    archive.keep(visits, run, NOW)
    keep(archive, (18, by("Sumon Corraya"), by("Sumon Coraya")), (19, by("J. Vu")))
    before = state(archive)
    found = find_candidates(archive)
    told = {frozenset((candidate.source_name, candidate.target_name)): candidate for candidate in found}
    assert {pair: candidate.reason for pair, candidate in told.items()} == {
        frozenset(("Nirmala Carvalho", "N. Carvalho")): "initials",
        frozenset(("Joseph Yun Li-sun", "Joseph Yun Li Sun")): "same_letters",
        frozenset(("Wang Zhicheng", "Zhicheng Wang")): "other_order",
        frozenset(("Melani Perera", "Melani Manel Perera")): "a_name_more",
        frozenset(("Santosh Digal", "Santosh Diggal")): "one_letter",
        frozenset(("Sumon Corraya", "Sumon Coraya")): "one_letter",
        frozenset(("Fides", "FIDES")): "same_letters",
        frozenset(("J. Vu", "JB Vu")): "initials",
    }
    carvalho = told[frozenset(("Nirmala Carvalho", "N. Carvalho"))]
    assert (carvalho.source_name, carvalho.source_articles, carvalho.target_articles) == ("N. Carvalho", 1, 2)
    assert (carvalho.places, carvalho.languages, carvalho.together) == (("Mumbai",), ("en",), 0)
    digal = told[frozenset(("Santosh Digal", "Santosh Diggal"))]
    assert (digal.stories, digal.target_name) == (1, "Santosh Diggal")
    assert told[frozenset(("Fides", "FIDES"))].kinds_differ
    assert (found[-1].source_name, found[-1].together, found[-1].stories) == ("Sumon Coraya", 1, 0)
    assert state(archive) == before


NAMES = ("Ada", "Bea", "Cid", "Dan", "Eve")
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
        st.tuples(st.just("rename"), st.sampled_from(NAMES), st.sampled_from((*NAMES, "Fay"))),
        st.tuples(st.just("split"), st.sampled_from(NAMES), st.sampled_from((*NAMES, "Gus"))),
        st.tuples(st.just("part"), st.sampled_from(NAMES), st.sampled_from((*NAMES, "Gus"))),
        st.tuples(st.just("undo"), st.integers(1, 8), st.none()),
        st.tuples(st.just("crawl"), st.sampled_from(NAMES), st.integers(1, 12)),
    ),
    max_size=10,
)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("authors") / "base.db"
    with Archive(path, "create") as archive:
        keep(
            archive,
            *(
                (key, by(name, f"by {name}"[: 4 + key % 4], sort_name=f"{name}~"), by("Zoe"))
                for key, name in enumerate(NAMES, 1)
            ),
        )
    return path


def credited(archive):
    """Whose each name in a byline is."""
    rows = archive.db.execute(
        "SELECT site_key, position, a.name FROM article_authors JOIN authors a ON a.id = author_id"
        " JOIN articles x ON x.id = article_id"
    )
    return {(key, position): name for key, position, name in rows}


def folded(archive):
    """The same, from the readings and the edits that stand alone, one edit after the other."""
    found = {}
    for row in archive.articles():
        for position, line in enumerate(load_reading(archive.db.conn, row.id).authors, 1):
            name = line.name
            for edit in history(archive):
                meant = not edit.printed or line.printed in edit.printed
                meant = meant and (not edit.articles or f"gazette/en/{row.site_key}" in edit.articles)
                if edit.undone_at is None and edit.source.name == name and meant:
                    name = edit.target.name
            found[row.site_key, position] = name
    return found


@settings(max_examples=count_examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=OPERATIONS)
def test_undoing_everything_leaves_what_there_would_be_without_any_edit(written, tmp_path, operations):
    for name in ("edited.db", "plain.db"):
        for left in tmp_path.glob(f"{name}*"):
            left.unlink()
        shutil.copy(written, tmp_path / name)
    with Archive(tmp_path / "edited.db", "write") as edited, Archive(tmp_path / "plain.db", "write") as plain:
        for number, (what, one, other) in enumerate(operations):
            at = LATER + timedelta(days=number)
            try:
                if what == "crawl":
                    for archive in (edited, plain):
                        keep(
                            archive,
                            (other, by(one, f"by {one}", sort_name=f"{one}, {number}")),
                            at=at,
                            body=f"No {number}",
                        )
                elif what == "merge":
                    merge(edited, one, other, why="x", now=at)
                elif what == "rename":
                    rename(edited, one, other, why="x", now=at, sort_name=f"!{other}" if number % 2 else None)
                elif what == "split":
                    printed = (
                        [spelling.printed for spelling in author_list(edited, one)[0].spellings][:1]
                        if author_list(edited, one)
                        else []
                    )
                    split(edited, one, other, printed=printed, why="x", now=at)
                elif what == "part":
                    ids = [row.id for row in edited.articles() if one in [author.name for author in row.authors]][:2]
                    split(edited, one, other, articles=ids, why="x", now=at)
                else:
                    undo(edited, at, one)
            except EditRefused:
                continue
            assert credited(edited) == folded(edited)
        while any(edit.undone_at is None for edit in history(edited)):
            undo(edited, LATER)
        assert state(edited) == state(plain)
