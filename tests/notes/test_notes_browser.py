"""Notes in a real browser: passages that are selected, pages of other origins, hostile notes, axe, no script, keys."""

import http.server
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.chromium import NEEDS_CHROMIUM, find_faults, open_window
from support.payloads import FEW, PAYLOADS
from support.script_probe import PROBE, open_watched
from support.served_archive import serve_archive

from crawler.archive import Archive
from crawler.notes.answers import insert_answer, list_answers
from crawler.notes.codebook import add_code, find_code_row, list_codes
from crawler.notes.kept_sheets import remove_sheet, save_sheet
from crawler.notes.notes import add_note, delete_note, list_notes
from crawler.notes.notes_file import NotesFile
from crawler.notes.passages import make_passage
from crawler.notes.records import ArticleKey, BadNote

pytestmark = NEEDS_CHROMIUM
NOW = datetime(2026, 4, 1, tzinfo=UTC)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SELECT = """words => {
    const paragraph = [...document.querySelectorAll('.text p')].find(each => each.textContent.includes(words));
    const node = [...paragraph.childNodes].find(each => each.nodeType === 3 && each.data.includes(words));
    const start = node.data.indexOf(words);
    getSelection().setBaseAndExtent(node, start, node, start + words.length);
}"""
PARSED = "() => location.protocol === 'http:' && document.readyState !== 'loading'"


@pytest.fixture(scope="module")
def notes_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("notes") / "notes.db"
    with NotesFile(path, "write") as notes:
        add_code(notes, "ferry", "yes-no", description="Is a ferry named?", now=NOW)
        add_code(notes, "tone", "choice", choices=[f"tone {number}" for number in range(9)], now=NOW)
        add_code(notes, "boats", "number", now=NOW)
    return path


@pytest.fixture(scope="module")
def url(gazette_folder: Path, notes_path: Path) -> Iterator[str]:
    with serve_archive(gazette_folder / "archive.db", "--notes", str(notes_path)) as address:
        yield f"{address}archive/-/"


def read_notes(path: Path) -> list[Any]:
    with NotesFile(path) as notes:
        return list_notes(notes)


@pytest.fixture(autouse=True)
def forget_notes(notes_path: Path) -> Iterator[None]:
    """Leave no notes to the next test, also where this one fails."""
    yield
    with NotesFile(notes_path, "write") as notes:
        for note in list_notes(notes):
            delete_note(notes, note.uid, coder="test", now=NOW)


def keep_note(page: Any) -> None:
    """Send the note, and wait until the page that answers is loaded."""
    with page.expect_navigation():
        page.get_by_role("button", name="Keep the note").click()


def test_a_selected_passage_is_noted_and_leads_to_its_note(browser: Any, url: str, notes_path: Path) -> None:
    with open_window(browser) as page:
        page.goto(f"{url}article/1")
        page.evaluate(SELECT, "ferry crossed")
        page.get_by_role("button", name="Note on this passage").click()
        assert page.evaluate("document.activeElement.name") == "text"
        page.keyboard.type("late again")
        page.fill("#note-coder", "anna")
        keep_note(page)
        assert page.inner_text("mark.noted") == "ferry crossed"
        page.evaluate(SELECT, "was late")
        page.get_by_role("button", name="Note on this passage").click()
        assert page.input_value("#note-coder") == "anna"
        page.fill("#note-tags", "boats, late")
        keep_note(page)
        assert page.locator("mark.noted").count() == 2
        page.click(".noteref >> nth=0")
        page.wait_for_url("**#note-*")
    notes = read_notes(notes_path)
    assert [(note.passage.quote, note.text, note.tags) for note in notes] == [
        ("ferry crossed", "late again", ()),
        ("was late", "", ("boats", "late")),
    ]
    assert notes[0].passage.suffix.startswith(" the harbour")


@pytest.mark.slow
def test_a_selected_passage_is_coded(browser: Any, url: str, notes_path: Path) -> None:
    """Two seconds; a passage is selected and noted above, and coded without a browser in ``test_notes_pages.py``."""
    with open_window(browser) as page:
        page.goto(f"{url}article/1?q=harbour&hit=1")
        page.evaluate(SELECT, "ferry crossed")
        page.get_by_role("button", name="Code this passage").click()
        assert page.evaluate("document.activeElement.name") == "code:ferry"
        page.keyboard.press("Space")
        page.fill("#note-coder", "carla")
        keep_note(page)
        assert page.inner_text(".note .coded").split() == ["ferry:", "yes", "carla"]
        assert page.is_visible("nav.walk")  # still a hit of the search
    (note,) = read_notes(notes_path)
    with NotesFile(notes_path) as notes:
        (answer,) = list_answers(notes, coder="carla")
    assert (note.passage.quote, answer.note_uid) == ("ferry crossed", note.uid)


def test_words_selected_before_the_script_has_come_are_noted(browser: Any, url: str) -> None:
    def select(route: Any) -> None:
        page.wait_for_function(PARSED)  # a browser asks for the script before it has read the text
        page.evaluate(SELECT, "ferry crossed")
        route.continue_()

    with open_window(browser) as page:
        page.route("**/notes.js*", select)
        try:
            page.goto(f"{url}article/1")
            assert page.get_by_role("button", name="Note on this passage").is_visible()
        finally:
            page.unroute_all()


@pytest.mark.slow
def test_without_script_and_with_keys_alone(browser: Any, url: str, notes_path: Path) -> None:
    """Two seconds; ``test_notes_pages.py`` sends the form without a browser, and the next test has the keys of codes."""
    with open_window(browser, 320, 640, java_script_enabled=False) as page:
        page.goto(f"{url}article/2")
        page.fill("#note-quote", "in ritardo")
        page.fill("#note-text", "without a script")
        page.fill("#note-coder", "anna")
        keep_note(page)
        assert page.inner_text("mark.noted") == "in ritardo"
    with open_window(browser) as page:
        page.goto(f"{url}article/2")
        page.focus("#codes input[type=radio]")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.type("2.5")
        page.keyboard.press("Tab")
        page.keyboard.type("ben")
        page.keyboard.press("Enter")
        page.wait_for_url("**#codes")
        assert page.input_value("#codes input[inputmode=decimal]") == "2.5"
        assert page.input_value("#codes select") == "tone 0"
        assert page.is_checked("#codes input[value=yes]")
    assert [note.text for note in read_notes(notes_path)] == ["without a script"]


def test_a_sheet_is_coded_with_a_few_keys(browser: Any, url: str, notes_path: Path) -> None:
    with NotesFile(notes_path, "write") as notes:
        keys = [ArticleKey("gazette", "en", str(number)) for number in (0, 3)]
        save_sheet(notes, "Keys", keys, codes=list_codes(notes), question="two", now=NOW)
    with open_window(browser, 1000, 600) as page:
        page.goto(f"{url}coding/next?sheet=Keys")
        first = page.url
        box = page.locator("#codes").bounding_box()  # at hand, however long the article is
        assert page.evaluate("scrollY") == 0
        assert round(box["y"] + box["height"]) == 600
        page.fill("#codes-coder", "dora")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("2")
        assert page.is_checked("#codes input[value=no]")
        page.evaluate("document.activeElement.blur()")  # the next question without an answer has the keys
        page.keyboard.press("7")
        assert page.evaluate("document.activeElement.name") == "code:tone"
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.type("12")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "1 of 2 coded by dora, this is number 2" in page.inner_text("nav.walk")
        with page.expect_navigation():
            page.keyboard.press("u")
        assert page.url == first
        assert page.is_checked("#codes input[value=no]")
        page.keyboard.press("1")
        page.keyboard.press("0")
        assert page.is_checked("#codes input[value='']")
        page.keyboard.press("1")
        with page.expect_navigation():
            page.keyboard.press("Enter")  # the focus is on the answer
        with page.expect_navigation():
            page.keyboard.press("n")
        page.get_by_role("button", name="Turn keyboard shortcuts off").click()
        page.keyboard.press("1")
        assert not page.is_checked("#codes input[value=yes]")
        page.get_by_role("button", name="Turn keyboard shortcuts on").click()
    with NotesFile(notes_path, "write") as notes:
        assert {(answer.code, answer.value) for answer in list_answers(notes, coder="dora")} == {
            ("ferry", "yes"),
            ("tone", "tone 0"),
            ("boats", "12"),
        }
        remove_sheet(notes, "Keys")


ATTACK = """<!DOCTYPE html><title>elsewhere</title><script>
async function attack(url, kind) {
    const form = new URLSearchParams({article: 'gazette/en/0/revision/1', coder: 'mallory', text: 'owned ' + kind, token: '0'.repeat(64)});
    const types = {form: 'application/x-www-form-urlencoded', plain: 'text/plain', json: 'application/json'};
    for (const mode of ['cors', 'no-cors']) for (const credentials of ['include', 'omit'])
        await fetch(url, {method: 'POST', mode, credentials, body: kind === 'json' ? JSON.stringify(Object.fromEntries(form)) : form.toString(),
                          headers: mode === 'cors' || kind !== 'json' ? {'Content-Type': types[kind]} : {}}).catch(() => {});
}
function submit(url) {
    const form = document.createElement('form');
    form.method = 'post'; form.action = url;
    for (const [name, value] of Object.entries({article: 'gazette/en/0/revision/1', coder: 'mallory', text: 'owned by a form'})) {
        const field = document.createElement('input'); field.name = name; field.value = value; form.append(field);
    }
    document.body.append(form); form.submit();
}
async function read(url) { return fetch(url, {credentials: 'include'}).then(answer => answer.text()).catch(() => 'refused'); }
</script><body>"""


@pytest.mark.slow
def test_a_page_of_another_origin_cannot_write(browser: Any, url: str, notes_path: Path, tmp_path: Path) -> None:
    """Two seconds; ``test_notes_pages.py`` sends what a browser sends from other origins."""
    (tmp_path / "attack.html").write_text(ATTACK)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(tmp_path))

        def log_message(self, *_: Any) -> None:
            pass

    elsewhere = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
    try:
        with open_window(browser) as page:
            page.goto(f"{url}article/1")  # whoever is attacked has our cookies
            page.goto(f"http://127.0.0.1:{elsewhere.server_port}/attack.html")
            for kind in ("form", "plain", "json"):
                page.evaluate("([url, kind]) => attack(url, kind)", [f"{url}notes/add", kind])
            assert page.evaluate("url => read(url)", f"{url}article/1") == "refused"
            with page.expect_navigation():
                page.evaluate("url => submit(url)", f"{url}notes/add")
            assert "own pages alone" in page.inner_text("main")
        assert read_notes(notes_path) == []
    finally:
        elsewhere.shutdown()
        elsewhere.server_close()


@pytest.fixture
def noted(gazette_folder: Path, notes_path: Path) -> None:
    """Two notes on the first article, and answers of two coders."""
    with Archive(gazette_folder / "archive.db") as archive, NotesFile(notes_path, "write") as notes:
        record = archive.article(1)
        key = ArticleKey.of(record)
        passage = make_passage({"body": record.body}, "ferry crossed")
        add_note(notes, key, coder="anna", text="word " * 40 + "x" * 90, tags=["boats"], passage=passage, now=NOW)
        add_note(notes, key, coder="ben", text="whole", now=NOW)
        with notes.transaction() as db:
            code = find_code_row(db, "ferry")
            for coder, value in (("anna", "yes"), ("ben", "no")):
                insert_answer(db, key, code, value, coder=coder, note_uid="", revision=1, moment="2026-04-01T00:00:00Z")


def look(page: Any, where: str) -> None:
    assert find_faults(page) == [], where
    assert page.evaluate(SIDEWAYS) == 0, where


WAYS = ("light", 1280), ("dark", 320)
ARTICLE, NOTES, CODING = "article/1?q=ferry&hit=1", "notes?tag=boats", "coding"


@pytest.mark.parametrize(
    ("way", "paths"),
    [(WAYS[1], (ARTICLE,)), *(pytest.param(way, (ARTICLE, NOTES, CODING), marks=pytest.mark.slow) for way in WAYS)],
)
@pytest.mark.usefixtures("noted")
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Any, url: str, way: tuple[str, int], paths: tuple[str, ...]
) -> None:
    """All of them both ways take three seconds."""
    scheme, width = way
    with open_window(browser, width, 740, color_scheme=scheme) as page:
        for path in paths:
            page.goto(url + path)
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            look(page, path)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.usefixtures("noted")
def test_axe_finds_nothing_on_a_sheet_and_where_a_note_is_refused(browser: Any, url: str, way: tuple[str, int]) -> None:
    """Two seconds each."""
    scheme, width = way
    with open_window(browser, width, 740, color_scheme=scheme) as page:
        page.goto(f"{url}coding")
        page.evaluate("document.querySelector('#make-sheet').open = true")
        page.fill("#sheet-name", f"All of {width}")
        page.fill("#sheet-size", "3")
        with page.expect_navigation():
            page.click("text=Make the sheet")
        assert page.is_visible("nav.walk progress")
        look(page, "the sheet")
        page.goto(f"{url}article/1")
        page.click("#write-note summary") if not page.is_visible("#note-text") else None
        page.fill("#note-quote", "not a word of it")
        page.fill("#note-text", "x")
        page.fill("#note-coder", "anna")
        keep_note(page)
        assert page.is_visible(".again")
        look(page, "the note again")


def write_hostile_notes(archive_path: Path, path: Path, payloads: list[str]) -> int:
    """Write each payload as text, tag, coder, quotation's context, code and value; return how many notes there are."""
    with Archive(archive_path) as archive, NotesFile(path, "write") as notes:
        record = archive.article(1)
        key = ArticleKey.of(record)
        passage = make_passage({"body": record.body}, "ferry crossed")
        written = 0
        for payload in payloads:
            try:
                coder = payload.replace(",", "")[:100] or "x"
                add_note(notes, key, coder=coder, text=payload, tags=[coder], passage=passage, now=NOW)
                written += 1
                if written <= 40:
                    name = payload.replace("=", "").replace(",", "")[:100]
                    code = add_code(notes, name, "choice", choices=[coder, "other"], description=payload, now=NOW)
                    with notes.transaction() as db:
                        insert_answer(
                            db,
                            key,
                            code,
                            code.choices[0],
                            coder=coder,
                            note_uid="",
                            revision=1,
                            moment="2026-04-01T00:00:00Z",
                        )
            except BadNote:
                continue
        return written


def look_at_hostile_notes(browser: Any, archive_path: Path, path: Path, payloads: list[str]) -> int:
    """Look at every page of notes without a policy, and of all payloads at one with it; return how many notes there are."""
    written = write_hostile_notes(archive_path, path, payloads)
    pages = [f"notes?page={number}" for number in range(2, written // 20 + 1)]
    with serve_archive(archive_path, "--notes", str(path)) as address:
        with open_watched(browser) as (page, watch):
            for place in ("article/1", "notes", "coding", *pages):
                answer = page.goto(f"{address}archive/-/{place}")
                assert answer.status == 200, place
                assert (watch.seen, page.evaluate(PROBE, True)) == ([], []), place
        if payloads is PAYLOADS:
            with open_watched(browser, csp=True) as (page, watch):
                page.goto(f"{address}archive/-/article/1")
                assert watch.seen == []
    return written


def test_twenty_hostile_notes_run_no_script(browser: Any, gazette_folder: Path, tmp_path: Path) -> None:
    assert look_at_hostile_notes(browser, gazette_folder / "archive.db", tmp_path / "notes.db", FEW[::2]) >= 18


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_five_hundred_hostile_notes_run_no_script(browser: Any, gazette_folder: Path, tmp_path: Path) -> None:
    """Half a minute."""
    assert look_at_hostile_notes(browser, gazette_folder / "archive.db", tmp_path / "notes.db", PAYLOADS) >= 450
