"""An article with more notes on passages than a page has room for forms."""

from datetime import UTC, datetime
from pathlib import Path

from support.page_reader import PageReader, element_text

from crawler.archive import Archive
from crawler.browse.pages.notes import MAX_FIELDS
from crawler.notes.codebook import add_code
from crawler.notes.notes import add_note
from crawler.notes.notes_file import NotesFile
from crawler.notes.passages import make_passage
from crawler.notes.records import ArticleKey

NOW = datetime(2026, 4, 1, tzinfo=UTC)
NOTES, VALUES = 30, 50


def test_each_note_leads_to_the_form_for_its_passage(desk: Path) -> None:
    assert NOTES * VALUES > MAX_FIELDS
    with Archive(desk / "archive.db") as archive, NotesFile(desk / "notes.db", "write") as notes:
        record = archive.article(1)
        passage = make_passage({"body": record.body}, "ferry crossed")
        uids = {
            add_note(notes, ArticleKey.of(record), coder=f"coder {number}", text="x", passage=passage, now=NOW).uid
            for number in range(NOTES)
        }
        reader = PageReader(desk / "archive.db", notes=desk / "notes.db")
        add_code(notes, "ferry", "yes-no", now=NOW)
        assert len(reader.open("article/1").css(".note form[action$='/answer']")) == NOTES
        add_code(notes, "tone", "choice", choices=[f"tone {number}" for number in range(VALUES)], now=NOW)
    page = reader.open("article/1?q=ferry&hit=1")
    assert not page.css(".note form[action$='/answer']")
    links = page.xpath("//article[@class='note']//a[starts-with(., 'Code this passage')]/@href").getall()
    assert {link.rpartition("#note-")[2] for link in links} == uids
    asked = reader.follow(links[0].partition("#")[0])
    (form,) = asked.css(".note details[open] form[action$='/answer']")
    assert form.css("[name=note]").attrib["value"] == links[0].rpartition("#note-")[2]
    assert element_text(asked.css("nav.walk p")) == "Marked: ferry"  # the search is still there
    assert not reader.open("article/1?passage=nobody").css(".note form[action$='/answer']")
