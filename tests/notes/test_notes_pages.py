"""Notes in the browser, asked through the whole application: pages, forms, and who may send them."""

import asyncio
import re
import sqlite3
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from parsel import Selector
from support.page_reader import element_text, list_headlines
from support.tables import check_rows

from crawler.archive.articles.identities import format_identity
from crawler.browse.serving.server import make_application
from crawler.notes.answers import list_answers
from crawler.notes.codebook import add_code
from crawler.notes.kept_sheets import list_sheets
from crawler.notes.notes import list_notes, list_versions
from crawler.notes.notes_file import NotesFile
from crawler.notes.records import ArticleKey, BadNote
from crawler.notes.sheets import read_identity

NOW = datetime(2026, 4, 1, tzinfo=UTC)
ORIGIN = "http://localhost"


class Writer:
    """Somebody with a browser of her own: it keeps cookies, and says where forms come from."""

    def __init__(self, datasette, name="archive"):
        self.datasette = datasette
        self.base = f"/{name}/-/"
        self.cookies = {}

    def ask(self, path, method="GET", body=None, headers=None):
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(headers or {})}

        async def send():
            return await self.datasette.client.request(
                method, path if path.startswith("/") else self.base + path, content=body, headers=sent
            )

        answer = asyncio.run(send())
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def open(self, path, status=200):
        answer = self.ask(path)
        assert answer.status_code == status, answer.text
        return Selector(text=answer.text)

    def follow(self, link):
        return self.open(link)

    def fill(self, page, action, **fields):
        """Return what a browser sends of a form, and where to."""
        (form,) = page.css(f"form[action$='/{action}']")[:1]
        values = {
            element.attrib["name"]: element.attrib.get("value", "")
            for element in form.css("input[name]")
            if element.attrib.get("type") != "radio" or "checked" in element.attrib
        }
        values |= {
            element.attrib["name"]: element.css("::text").get("").removeprefix("\n") for element in form.css("textarea")
        }
        return form.attrib["action"], {**values, **fields}

    def send(self, page, action, status=303, headers=None, **fields):
        address, values = self.fill(page, action, **fields)
        return self.post(address, values, status, headers)

    def post(self, address, values, status=303, headers=None):
        sent = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": ORIGIN,
            "Sec-Fetch-Site": "same-origin",
            **(headers or {}),
        }
        body = urlencode(values).encode()
        answer = self.ask(address, "POST", body, {name: value for name, value in sent.items() if value is not None})
        assert answer.status_code == status, answer.text
        return answer


@pytest.fixture(scope="module")
def served(gazette_folder, tmp_path_factory):
    """One server for the tests that do not change the archive, and the file of its notes."""
    path = tmp_path_factory.mktemp("notes") / "notes.db"
    return make_application(gazette_folder / "archive.db", notes=path), path


@pytest.fixture
def notes_file(served):
    """Its notes, empty at first."""
    for file in served[1].parent.glob(f"{served[1].name}*"):
        file.unlink()
    with NotesFile(served[1], "write") as file:
        yield file


@pytest.fixture
def writer(notes_file, served):
    return Writer(served[0])


def test_without_a_file_nothing_is_shown_and_nothing_is_written(desk):
    reader = Writer(make_application(desk / "archive.db"))
    page = reader.open("article/1")
    assert not page.css("#notes, form[method=post]")
    assert "Notes" not in page.css(".menu a::text").getall()
    assert reader.cookies == {}
    for path in ("notes", "coding", "coding/next?sheet=x", "coding/previous?sheet=x"):
        reader.open(path, 404)
    reader.post("notes/add", {"text": "x"}, 405)


def test_the_archive_itself_is_no_file_of_notes(run):
    ended = run("serve", "--port", "0", "--notes", "archive.db")
    assert (ended.exit_code, "belongs to the archive itself" in ended.stderr) == (1, True)


def test_other_sites_may_read_files_and_no_notes(gazette_folder, notes_file, served):
    reader = Writer(make_application(gazette_folder / "archive.db", notes=served[1], cors=True))
    shared = [reader.ask(path).headers.get("access-control-allow-origin") for path in ("feed.atom", "notes.csv")]
    assert (shared, reader.ask("coding.csv").headers.get("access-control-allow-origin")) == (["*", None], None)


def test_identities_of_every_kind_are_read_back():
    for key in ("17291", "2020/05/a-title", "a/revision/x", "a b%2F", "ñ/香港"):
        for number in (1, 12):
            identity = format_identity("site", "en", key, number)
            assert read_identity(identity) == (ArticleKey("site", "en", key), number)
            address = f"http://localhost/archive/-/identity/{identity}"
            assert read_identity(address) == (ArticleKey("site", "en", key), number)
    assert read_identity("site/en/7") == (ArticleKey("site", "en", "7"), None)
    for odd in ("", "7", "site/en", "site//7", "https://www.example.org"):
        with pytest.raises(BadNote):
            read_identity(odd)


def test_a_note_is_written_changed_and_deleted_on_the_page_of_its_article(writer, notes_file):
    page = writer.open("article/1")
    answer = writer.send(
        page, "add", coder="Anna Ó", text="Late?\nNo.", tags="boats, to check,", quote="Nobody was  late."
    )
    (note,) = list_notes(notes_file)
    assert answer.headers["location"].endswith(f"/-/article/1#note-{note.uid}")
    assert (note.coder, note.text, note.tags, note.revision) == ("Anna Ó", "Late?\nNo.", ("boats", "to check"), 1)
    page = writer.open("article/1")
    assert page.css("mark.noted::text").getall() == [note.passage.quote]
    assert page.css(f"a.noteref#passage-{note.uid}").attrib["href"] == f"#note-{note.uid}"
    assert page.css("#note-coder").attrib["value"] == "Anna Ó"
    assert [element_text(tag) for tag in page.css(f"#note-{note.uid} .tag")] == ["boats", "to check"]
    writer.send(page, "change", text="No.", tags="boats")
    page = writer.open("notes?tag=BOATS")
    assert page.css(".said::text").getall() == ["No."]
    assert element_text(page.css(".note h2 a")) == "Headline 0"
    address, values = writer.fill(page, "change")
    writer.post(address.replace("/change", "/delete"), values)
    assert list_notes(notes_file) == []
    assert [version.text for version in list_versions(notes_file, note.uid)] == ["Late?\nNo.", "No.", "No."]


def test_two_browsers_at_once_lose_nothing(writer, notes_file):
    writer.send(writer.open("article/1"), "add", coder="anna", text="first")
    other = Writer(writer.datasette)
    page, other_page = writer.open("article/1"), other.open("article/1")
    writer.send(page, "change", text="by anna", coder="anna")
    answer = other.send(other_page, "change", 409, text="by ben", coder="ben", tags="mine")
    shown = Selector(text=answer.text)
    assert shown.css(".said::text").get() == "by anna"
    assert shown.css("textarea[name=text]::text").get().strip() == "by ben"
    other.send(shown, "change")
    (note,) = list_notes(notes_file)
    assert (note.text, note.coder, note.tags) == ("by ben", "ben", ("mine",))
    assert [version.text for version in list_versions(notes_file, note.uid)] == ["first", "by anna", "by ben"]
    address, values = writer.fill(page, "change")
    writer.post(address.replace("/change", "/delete"), values, 409)
    assert len(list_notes(notes_file)) == 1


def test_a_form_that_cannot_be_taken_comes_back_with_its_text(writer, notes_file):
    page = writer.open("article/1")
    for fields, message in (
        ({"quote": "not a word of it"}, "does not have these words"),
        ({"coder": ""}, "a coder's name"),
        ({"tags": "x" * 101}, "a tag has"),
        ({"token": "0" * 64}, "send it again"),
    ):
        answer = writer.send(page, "add", 400, **{"coder": "anna", "text": "long <thought>", **fields})
        assert message in Selector(text=answer.text).css("main p::text").get()
        assert Selector(text=answer.text).css("textarea[name=text]::text").get().strip() == "long <thought>"
    assert list_notes(notes_file) == []
    writer.send(Selector(text=answer.text), "add")
    assert [note.text for note in list_notes(notes_file)] == ["long <thought>"]


@check_rows(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://localhost:9000", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost:9000", "Sec-Fetch-Site": None}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": None}, 403),
        ({"Origin": None, "Sec-Fetch-Site": None}, 403),
        ({"Origin": None, "Sec-Fetch-Site": "none"}, 403),
        ({"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://127.0.0.1", "Sec-Fetch-Site": None}, 403),
        ({"Origin": "http://[", "Sec-Fetch-Site": None}, 403),
        ({"Origin": None, "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Content-Type": "application/json"}, 415),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, 400),
    ],
)
def test_only_forms_of_our_own_pages_write(writer, notes_file, headers, status):
    before = len(list_notes(notes_file))
    page = writer.open("article/1")
    writer.send(page, "add", status, headers=headers, coder="anna", text="x")
    assert len(list_notes(notes_file)) - before == (status == 303)


def test_sizes_and_methods_are_bounded(writer):
    page = writer.open("article/1")
    address, values = writer.fill(page, "add", coder="anna", text="x" * 300_000)
    writer.post(address, values, 413)
    for method in ("PUT", "DELETE", "PATCH"):
        assert writer.ask(address, method).status_code == 405
    assert writer.ask(address).status_code == 405
    writer.post("article/1", {}, 405)
    writer.post("/archive/articles/1", {}, 405)
    writer.post(address, {f"f{number}": "" for number in range(1_200)}, 400)


def test_articles_are_coded_one_after_the_other(writer, notes_file):
    page = writer.open("coding")
    writer.send(page, "code", name="ferry", description="Is a ferry named?", type="yes-no")
    writer.send(page, "code", name="tone", type="choice", values="calm\r\nloud\r\n")
    writer.send(page, "code", name="boats", type="number")
    writer.send(page, "code", name="typo", type="number")
    page = writer.open("coding")
    address, values = writer.fill(page, "drop")
    writer.post(address, {**values, "name": "typo"})
    found = writer.open("search?q=headline&language=en&kicker=india")
    (link,) = found.xpath("//a[. = 'Code these']/@href").getall()
    page = writer.open(link)
    location = writer.send(page, "code", name="late", type="yes-no").headers["location"]  # the search is not lost
    page = writer.open(location.removesuffix("#sheets"))
    assert [page.css(f"#sheet-{name}").attrib["value"] for name in ("q", "name")] == ["headline", "headline"]
    address, values = writer.fill(page, "drop")
    writer.post(address, {**values, "name": "late"})
    writer.send(page, "sheet", name="Three", language="en", size="3")
    assert list_sheets(notes_file)[0].question == "headline, kicker india, language en, 3 of them at random (seed 0)"
    seen = []
    address = "coding/next?sheet=Three"
    for number in range(3):
        answer = writer.ask(address)
        assert answer.status_code == 302
        location = answer.headers["location"].partition("#")[0]
        page = writer.open(location)
        assert f"{number} of 3 coded" in element_text(page.css("nav.walk"))
        assert page.css("fieldset.question legend::text").getall()[0].strip() == "ferry"
        seen.append(location)
        answer = writer.send(
            page, "answer", **{"code:ferry": "yes", "code:tone": "loud", "code:boats": str(number), "coder": "anna"}
        )
        address = answer.headers["location"]
    assert len(set(seen)) == 3
    assert "3 of 3 articles coded by anna: this sheet is done" in element_text(writer.open(address).css("main"))
    answers = list_answers(notes_file, code="boats")
    assert sorted(answer.value for answer in answers) == ["0", "1", "2"]
    back = [writer.ask(f"coding/previous?sheet=Three&before={number}").headers["location"] for number in (4, 3, 2)]
    assert back == seen[::-1]
    for number in ("1", "0", "", "x", "999999999"):  # nothing is before the first; a number too high is the last
        answer = writer.ask(f"coding/previous?sheet=Three&before={number}")
        assert answer.headers["location"].endswith("/coding/next?sheet=Three" if number[:1] != "9" else seen[2])
    page = writer.open(seen[0])
    assert page.css("#codes input[type=radio][checked]::attr(value)").getall() == ["yes", "loud"]
    writer.send(page, "answer", 400, **{"code:boats": "many", "coder": "anna"})
    assert len(writer.ask("coding.csv").text.splitlines()) == 1 + 9
    other = Writer(writer.datasette)
    other.cookies["seealso_coder"] = "ben"
    assert "0 of 3 articles coded by ben" in element_text(other.open("coding").css(".sheets"))


def test_a_passage_is_coded_with_its_note_and_again_below_it(writer, notes_file):
    add_code(notes_file, "tone", "choice", choices=["calm", "loud"], now=NOW)
    add_code(notes_file, "boats", "number", now=NOW)
    page = writer.open("article/1")
    codes = {"code:tone": "calm", "code:boats": "2"}
    writer.send(page, "add", 400, coder="anna", text="x", **codes)  # of no passage
    again = Selector(text=writer.send(page, "add", 400, coder="anna", text="x", quote="no such words", **codes).text)
    assert list_notes(notes_file) == []
    written = writer.send(again, "add", quote="ferry crossed")  # the answers came back with the form
    (note,) = list_notes(notes_file)
    assert written.headers["location"].endswith(f"/article/1#note-{note.uid}")
    page = writer.open("article/1")
    assert [element_text(line) for line in page.css(".note .coded li")] == ["boats: 2 anna", "tone: calm anna"]
    assert not page.css("#codes [checked][value=calm]")  # the article itself is not coded
    (form,) = page.css(".note form[action$='/answer']")
    assert form.css("[checked]").attrib["value"] == "calm"
    values = {field.attrib["name"]: field.attrib["value"] for field in form.css("input[type=hidden]")}
    written = writer.post(form.attrib["action"], {**values, "code:tone": "loud", "code:boats": "", "coder": "anna"})
    assert written.headers["location"].endswith(f"/article/1#note-{note.uid}")
    answers = list_answers(notes_file)
    assert [(answer.code, answer.value, answer.note_uid) for answer in answers] == [("tone", "loud", note.uid)]
    assert note.uid in writer.ask("coding.csv").text


def test_who_writes_while_going_through_hits_or_a_sheet_goes_on_there(writer, notes_file):
    add_code(notes_file, "ferry", "yes-no", now=NOW)
    page = writer.open("article/1?q=harbour&language=en&hit=1&sheet=None&position=2&evil=x")
    for action, fields in (("add", {"text": "x"}), ("answer", {"code:ferry": "yes"})):
        location = writer.send(page, action, coder="anna", **fields).headers["location"]
        address = location.partition("#")[0]
        assert address == "/archive/-/article/1?q=harbour&language=en&hit=1&sheet=None&position=2"
    page = writer.open("article/1?q=harbour&hit=1")
    assert "/article/1?q=harbour&hit=1#note-" in writer.send(page, "change", text="y").headers["location"]
    (form,) = writer.open("notes").css("form[action$='/change']")
    assert not form.css("[name=place]")
    odd = writer.send(page, "add", coder="anna", text="z", place="q=\r\nSet-Cookie:%20x=1&&=;;%ff" + "&a" * 3000)
    assert "\r" not in odd.headers["location"]


def test_a_sheet_is_removed_and_its_answers_stay(writer, notes_file):
    add_code(notes_file, "ferry", "yes-no", now=NOW)
    for name in ("First", "Second"):
        writer.send(writer.open("coding"), "sheet", name=name, size="2")
    page = writer.open(writer.ask("coding/next?sheet=First").headers["location"])
    writer.send(page, "answer", coder="anna", **{"code:ferry": "yes"})
    page = writer.open("coding")
    assert page.css("main h2::text").getall() == ["Codebook", "Sheets"]
    assert "The list of its 2 articles goes; all answers and notes stay." in element_text(page.css(".sheets details"))
    writer.send(page, "remove")
    assert [sheet.name for sheet in list_sheets(notes_file)] == ["Second"]
    assert [answer.value for answer in list_answers(notes_file)] == ["yes"]
    writer.open("coding/next?sheet=First", 404)
    writer.send(page, "remove", 404)  # again, from a page that is out of date


def test_a_passage_is_marked_by_its_context_and_beside_the_words_of_a_search(writer, notes_file):
    page = writer.open("article/1")
    for quote in ("ferry crossed the harbour", "the harbour.\n\nNobody"):
        writer.send(page, "add", coder="anna", text="x", quote=quote, field="headline")
    page = writer.open("article/1?q=harbour&hit=1")
    assert re.findall(r"<mark[^>]*>[^<]*</mark>", "".join(page.css(".text p").getall())) == [
        '<mark class="noted">ferry crossed </mark>',
        '<mark class="noted">the </mark>',
        '<mark class="noted hit">harbour</mark>',
        '<mark class="noted">.</mark>',
        '<mark class="noted">Nobody</mark>',
    ]
    assert page.css(".noteref::text").getall() == ["1", "2"]


def test_what_has_changed_is_shown_and_kept(desk):
    path = desk / "notes.db"
    NotesFile(path, "write").close()
    writer = Writer(make_application(desk / "archive.db", notes=path))
    writer.send(writer.open("article/1"), "add", coder="anna", text="x", quote="ferry crossed")
    with sqlite3.connect(desk / "archive.db") as db:
        db.execute("UPDATE articles SET body = replace(body, 'ferry', 'boat') WHERE id = 1")
    page = writer.open("article/1")
    assert "The passage has changed" in element_text(page.css(".note"))
    assert element_text(page.css(".note blockquote")) == "ferry crossed"
    assert not page.css("mark.noted")
    writer.send(page, "change", text="y")
    with NotesFile(path) as file:
        assert [(note.text, note.passage.quote) for note in list_notes(file)] == [("y", "ferry crossed")]


def test_notes_are_listed_by_tag_coder_and_code_and_taken_along(writer, notes_file):
    for article, coder, tags in ((1, "anna", "a"), (2, "ben", "a,b"), (3, "anna", "")):
        writer.send(writer.open(f"article/{article}"), "add", coder=coder, text=f"on {article}", tags=tags)
    add_code(notes_file, "tone", "choice", choices=["calm", "loud"], now=NOW)
    writer.send(writer.open("article/2"), "answer", coder="ben", **{"code:tone": "calm"})
    for parameters, texts in (
        ("", ["on 1", "on 2", "on 3"]),
        ("?tag=a", ["on 1", "on 2"]),
        ("?tag=a&coder=Ben", ["on 2"]),
        ("?code=tone%3Dcalm", ["on 2"]),
        ("?code=tone%3Dloud", []),
    ):
        assert sorted(writer.open(f"notes{parameters}").css(".said::text").getall()) == texts
        rows = writer.ask(f"notes.csv{parameters}").text.splitlines()
        assert len(rows) == 1 + len(texts)
    for parameters, found in (
        ("tag=a", 2),
        ("tag=a&code=tone", 1),
        ("noted=1", 3),
        ("noted=1&language=en&unit=story", 1),
    ):
        page = writer.open(f"search?{parameters}")
        assert len(list_headlines(page)) == found
        walk = writer.follow(page.css(".articles a").attrib["href"])
        assert f"of {found} for" in element_text(walk.css("nav.walk p")[0])
        assert element_text(writer.open(f"concordance?q=headline&{parameters}").css("tbody")).count("Headline") == found
    (link,) = writer.open("notes?tag=A").xpath("//a[. = 'their articles in a search']/@href").getall()
    assert len(list_headlines(writer.follow(link))) == 2
    assert "there are: a, b" in element_text(writer.open("search?tag=none", 400).css("main"))
    writer.open("notes?code=colour", 404)
    writer.open("notes?code=tone%3Dquiet", 400)
    writer.open("notes?page=2", 404)
