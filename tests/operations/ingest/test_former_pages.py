"""Better rules forge no edits: a text has changed only if its former page, read by the same rules, differs too."""

import json
import shutil
from dataclasses import replace

import pytest
from click.testing import CliRunner
from support.loopback_site import make_article_page
from support.warc_builder import PAGE, WarcBuilder, make_day

from crawler.archive import Archive
from crawler.archive.write.articles import former_reading
from crawler.cli import main
from crawler.items import Fate
from crawler.operations.ingest import job
from crawler.operations.ingest.job import ingest
from crawler.operations.reread import job as reread_job
from crawler.operations.reread.job import NothingToUndo, reread, undo_reread
from crawler.sites import registry
from crawler.sites.registry import load_known_sites
from crawler.warc import read_capture

NOTE = "From the reading room: every paper of the harbour is kept here, and anyone may come and ask for one of them."
END = b'<p><a href="#">Send to a friend</a></p><p><a href="#">Printable version</a></p>'


def print_page(number=1, *, chair="in spring", note=NOTE, **more):
    """A page with a note of the house under its text, which the rules of the shipped site take for its last words."""
    page = make_article_page(number, **more).replace(b"in spring", chair.encode())
    return page.replace(END, f"<p>{note}</p>".encode() + END)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "archive.db"


@pytest.fixture
def take(path, tmp_path):
    """Ingest pages, each as ``(day, page)`` or ``(day, page, number)``, as one run; return the report."""
    runs = []

    def take(*pages):
        runs.append(make_day(10 + len(runs)))  # files that are made in one second would have one name
        file = WarcBuilder()
        for day, page, *number in pages:
            file.response(PAGE.format(number[0] if number else 1), page, make_day(day))
        return ingest(path, [file.save(tmp_path / "pages.warc.gz")], clock=lambda: runs[-1])

    return take


@pytest.fixture
def improve_rules(monkeypatch):
    """Let the site know where its texts end, as a later version of its file might."""

    def improve():
        known_sites = dict(load_known_sites())
        known = known_sites["asianews"]
        labels = replace(known.site.labels, ends_body=(*known.site.labels.ends_body, "from the reading room:"))
        known_sites["asianews"] = replace(known, site=replace(known.site, labels=labels))
        for module in (job, registry):
            monkeypatch.setattr(module, "load_known_sites", lambda: known_sites)

    return improve


def ask(path, sql):
    with Archive(path) as archive:
        return archive.db.execute(sql).fetchall()


def read_bodies(path, number=1):
    return [
        body.splitlines()[-1]
        for (body,) in ask(
            path,
            "SELECT r.body FROM revisions r JOIN articles a ON a.id = r.article_id"
            f" WHERE a.site_key = '{number}' ORDER BY r.number",
        )
    ]


def show_diff(path):
    shown = CliRunner().invoke(main, ["show", "1", "--diff", "--json", "--archive", str(path)])
    assert shown.exit_code == 0, shown.output
    return json.loads(shown.stdout)["differences"]


def list_changes(difference):
    """The words that left and came, by field."""
    return {
        field: [part["text"].strip() for passage in passages for part in passage["parts"] if part["kind"] != "equal"]
        for field, passages in difference["fields"].items()
    }


def iter_rows(path):
    """The rows of everything that a visit writes, and the numbers of the runs."""
    tables = ("articles", "revisions", "captures", "addresses", "see_also", "rereads", "reread_former", "sketches")
    for table in tables:
        yield from ((table, *row) for row in ask(path, f"SELECT * FROM {table}"))
    yield from (("runs", *row) for row in ask(path, "SELECT id FROM runs"))


def is_sound(path):
    with Archive(path) as archive:
        return archive.verify(read_capture) == []


LAST = "Neighbours had brought soup and bread, and stayed until the last lamp went out over the quay."


def test_what_better_rules_read_otherwise_is_no_edit(path, take, improve_rules):
    assert take((0, print_page())).counts == {Fate.NEW: 1}
    assert read_bodies(path) == [NOTE]
    improve_rules()
    assert take((1, print_page() + b"<!-- another rendering -->")).counts == {Fate.UNCHANGED: 1}
    assert read_bodies(path) == [LAST]
    assert ask(path, "SELECT revisions, captured_at, instr(a.body, 'room') FROM articles a JOIN revisions") == [
        (1, "2022-03-11T12:00:00Z", 0)
    ]
    assert ask(path, "SELECT articles, changed, found, lost, fields, run_id FROM rereads") == [
        (1, 1, 0, 0, '{"body": 1}', 2)
    ]
    with Archive(path) as archive:
        assert (archive.count("reading room"), archive.count("soup")) == (0, 1)
    assert take((2, print_page())).counts == {Fate.UNCHANGED: 1}
    assert reread(path, jobs=1).changed == 0
    assert is_sound(path)


def test_an_edit_that_comes_with_better_rules_shows_what_the_publisher_changed(path, take, improve_rules):
    take((0, print_page()))
    improve_rules()
    assert take((1, print_page(chair="in autumn"))).counts == {Fate.REVISED: 1}
    (difference,) = show_diff(path)
    assert list_changes(difference) == {"body": ["spring", "autumn"]}
    assert (difference["edit"], difference["unverified"]) == ("correction", False)
    assert reread(path, jobs=1).changed == 0
    assert is_sound(path)


def test_an_edit_by_the_same_rules_reads_one_page_and_replaces_nothing(path, take, improve_rules, monkeypatch):
    take((0, print_page()))
    take((1, print_page(chair="in autumn")))
    take((2, print_page(chair="in winter")))
    reads = []
    real = former_reading.FormerReading.refresh
    monkeypatch.setattr(
        former_reading.FormerReading,
        "refresh",
        lambda self, *arguments: reads.append(real(self, *arguments)) or reads[-1],
    )
    assert take((3, print_page(chair="in winter")), (4, print_page(chair="by May"))).counts == {
        Fate.UNCHANGED: 1,
        Fate.REVISED: 1,
    }
    assert reads == [False]
    assert ask(path, "SELECT count(*), (SELECT count(*) FROM reread_former) FROM rereads") == [(0, 0)]


def test_a_wall_that_comes_with_better_rules_changes_nothing_but_the_former_reading(path, take, improve_rules):
    body = "".join(
        f"<p>{number}. The committee of the harbour met again and did not come to a vote on the {number} boats.</p>"
        for number in range(1, 21)
    )
    take((0, print_page(body=body)))
    improve_rules()
    wall = make_article_page(1, body=body[: body.index("<p>2.")])
    wall = wall.replace(b"<h3>See", b"<p>Subscribe to continue reading</p><h3>See")
    assert take((1, wall)).counts == {Fate.UNREADABLE: 1}
    assert [body[:3] for body in read_bodies(path)] == ["20."]
    assert ask(path, "SELECT changed FROM rereads") == [(1,)]
    assert undo_reread(path).restored == 1
    assert read_bodies(path) == [NOTE]


def test_where_the_former_page_is_lost_a_revision_says_so_until_it_is_back(path, take, improve_rules):
    take((0, print_page()))
    improve_rules()
    (first,) = sorted(path.with_suffix(".warc").iterdir())
    away = first.rename(path.parent / first.name)
    assert take((1, print_page())).counts == {Fate.REVISED: 1}
    assert read_bodies(path) == [NOTE, LAST]
    assert ask(path, "SELECT number, unverified FROM revisions") == [(1, 0), (2, 1)]
    assert [difference["unverified"] for difference in show_diff(path)] == [True]
    shown = CliRunner().invoke(main, ["show", "1", "--diff", "--archive", str(path)])
    assert "its former page could not be read again" in shown.stdout
    assert take((2, print_page(chair="in autumn"))).counts == {Fate.REVISED: 1}
    assert ask(path, "SELECT number, unverified FROM revisions") == [(1, 0), (2, 1), (3, 0)]
    away.rename(first)
    reread(path, jobs=1)
    assert read_bodies(path) == [LAST, LAST]
    assert ask(path, "SELECT number, unverified, substr(captured_at, 9, 2) FROM revisions") == [
        (1, 0, "11"),
        (2, 0, "13"),
    ]


def test_a_reread_verifies_a_revision_whose_former_page_is_back(path, take, improve_rules):
    take((0, print_page()))
    (first,) = sorted(path.with_suffix(".warc").iterdir())
    away = first.rename(path.parent / first.name)
    assert take((1, print_page(chair="in autumn"))).counts == {Fate.REVISED: 1}
    away.rename(first)
    assert ask(path, "SELECT number, unverified FROM revisions") == [(1, 0), (2, 1)]
    assert reread(path, jobs=1).fields == {"unverified": 1}
    assert ask(path, "SELECT number, unverified FROM revisions") == [(1, 0), (2, 0)]


def test_an_undo_restores_the_former_reading_and_takes_no_edit_back(path, take, improve_rules):
    take((0, print_page(1), 1), (0, print_page(2), 2))
    before = ask(path, "SELECT id, body, digest, word_count FROM articles")
    improve_rules()
    take((1, print_page(1, leads_to=(7,)), 1), (1, print_page(2, chair="in autumn"), 2))
    undone = undo_reread(path)
    assert (undone.restored, undone.changed_since) == (2, 0)
    assert ask(path, "SELECT id, body, digest, word_count FROM articles WHERE id = 1") == before[:1]
    assert read_bodies(path, 2) == [NOTE, LAST]
    assert ask(path, "SELECT target_key FROM see_also WHERE article_id = 1") == [("asianews/en/7",)]
    assert is_sound(path)
    with pytest.raises(NothingToUndo):
        undo_reread(path)
    assert take((2, print_page(1), 1)).counts == {Fate.UNCHANGED: 1}  # and once more
    assert read_bodies(path) == [LAST]


def test_a_run_leaves_the_reread_before_it_undoable(path, take, improve_rules, monkeypatch):
    take((0, print_page(1), 1), (0, print_page(2), 2))
    with monkeypatch.context() as patch:
        patch.setattr(reread_job, "list_address_sites", lambda db: ["asianews"])
        with Archive(path, "write") as archive, archive.db.atomic():
            archive.db.execute("UPDATE articles SET kicker = 'SHARE' WHERE site_key = '2'")
        assert reread(path, jobs=1).fields == {"kicker": 1}
    improve_rules()
    take((1, print_page(1), 1))
    assert [undo_reread(path).reread_id for _ in range(2)] == [2, 1]
    assert read_bodies(path) == [NOTE]
    assert ask(path, "SELECT kicker FROM articles WHERE site_key = '2'") == [("SHARE",)]


@pytest.mark.parametrize("place", ["note_reread_of_run", "write_former"])
def test_a_process_killed_between_the_better_reading_and_the_visit_leaves_neither(
    path, take, improve_rules, monkeypatch, place
):
    take((0, print_page()))
    before = list(iter_rows(path))
    improve_rules()
    real, killed = getattr(former_reading, place), path.parent / "killed"

    def copy_as_a_kill_leaves_it(*arguments):
        shutil.copytree(path.parent, killed, ignore=shutil.ignore_patterns("killed"))
        return real(*arguments)

    monkeypatch.setattr(former_reading, place, copy_as_a_kill_leaves_it)
    take((1, print_page(chair="in autumn")))
    assert set(iter_rows(killed / path.name)) - set(before) == {("runs", 2)}
    assert [list_changes(difference) for difference in show_diff(path)] == [{"body": ["spring", "autumn"]}]
    assert is_sound(path)


def test_older_pages_are_compared_with_their_neighbours_by_todays_rules(path, take, improve_rules):
    take((0, print_page()), (6, print_page(chair="in autumn")))
    assert read_bodies(path) == [NOTE, NOTE]
    improve_rules()
    assert take((2, print_page() + b"<!-- another rendering -->")).counts == {Fate.UNCHANGED: 1}
    assert read_bodies(path) == [LAST, LAST]
    assert take((3, print_page(chair="in winter"))).counts == {Fate.REVISED: 1}
    assert [list_changes(difference) for difference in show_diff(path)] == [
        {"body": ["spring", "winter"]},
        {"body": ["winter", "autumn"]},
    ]
    assert ask(path, "SELECT number, unverified, substr(captured_at, 9, 2) FROM revisions") == [
        (1, 0, "11"),
        (2, 0, "14"),
        (3, 0, "17"),
    ]
    undone = undo_reread(path)
    assert (undone.restored, undone.changed_since) == (0, 1)  # a version between two others stays with its neighbours
    assert is_sound(path)


def test_an_older_page_between_lost_neighbours_is_unverified_on_both_sides(path, take, improve_rules):
    take((0, print_page()), (6, print_page(chair="in autumn")))
    improve_rules()
    (first,) = sorted(path.with_suffix(".warc").iterdir())
    first.rename(path.parent / first.name)
    assert take((2, print_page(chair="in winter"))).counts == {Fate.REVISED: 1}
    assert ask(path, "SELECT number, unverified FROM revisions") == [(1, 0), (2, 1), (3, 1)]


def test_copies_follow_the_better_reading_and_forgotten_articles_stay_forgotten(path, take, improve_rules):
    same = print_page(headline="One story in two places")
    plain = make_article_page(1, headline="One story in two places")
    take((0, same, 1), (0, plain, 2), (0, print_page(3), 3))
    kinds = "SELECT article_id, other_id, kind FROM near_copies ORDER BY 1, 2"
    assert {kind for _, _, kind in ask(path, kinds)} <= {"near"}
    improve_rules()
    forgotten = CliRunner().invoke(main, ["forget", "3", "--why", "asked to", "--yes", "--archive", str(path)])
    assert forgotten.exit_code == 0, forgotten.output
    assert take((1, same, 1), (1, print_page(3), 3)).counts == {Fate.UNCHANGED: 1}
    assert [kind for _, _, kind in ask(path, kinds)] == ["duplicate"]
    assert ask(path, "SELECT site_key FROM articles ORDER BY 1") == [("1",), ("2",)]
    assert is_sound(path)
