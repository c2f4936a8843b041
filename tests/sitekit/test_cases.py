"""Saved cases: written, read back, compared, accepted, and refused where they are none."""

import json

import pytest
from support.story_links import make_page

from crawler.errors import BadCase
from crawler.sitekit.cases import ACCEPTED, UNREVIEWED, SavedCase, accept_case, list_cases, read_correction, save_case
from crawler.sitekit.infer import infer_site

PAGE = make_page("https://www.quayherald.example/harbour/lamp-of-the-old-pier", "Lamp of the old pier burns")
SITE = infer_site([PAGE]).site


@pytest.fixture
def case(tmp_path):
    saved = save_case(tmp_path, PAGE, None, key="en-lamp")
    return save_case(tmp_path, PAGE, saved.read(SITE), key="en-lamp")


def test_a_page_is_saved_as_it_is_read_and_marked_unreviewed(case, tmp_path):
    assert [saved.name for saved in list_cases(tmp_path)] == ["2026-11-24-en-lamp", "2026-11-24-en-lamp-2"]
    assert case.unreviewed
    assert not case.is_accepted
    assert case.capture.url == PAGE.url
    assert case.capture.body == PAGE.body
    assert case.expected["headline"] == "Lamp of the old pier burns"
    assert case.expected["authors"] == ["Ada Quill"]
    assert all(row.agrees for row in case.compare(case.read(SITE)))


def test_an_accepted_case_says_so_and_keeps_what_a_person_corrected(case):
    accepted = accept_case(case, case.read(SITE), dict([read_correction("authors=Ada Quill; Ben Oar")]))
    record = json.loads((case.folder / "expected.json").read_text(encoding="utf-8"))
    assert UNREVIEWED not in record
    assert ACCEPTED in record
    assert record["authors"] == ["Ada Quill", "Ben Oar"]
    differing = [row for row in accepted.compare(accepted.read(SITE)) if not row.agrees]
    assert [(row.field, row.read) for row in differing] == [("authors", ["Ada Quill"])]


def test_what_a_person_wrote_by_hand_is_not_replaced_by_what_is_read(case):
    path = case.folder / "expected.json"
    path.write_text('{"headline": "As printed", "byline": "By Ada Quill"}', encoding="utf-8")
    accept_case(SavedCase(case.folder), case.read(SITE), {"byline": "By A. Quill"})
    assert json.loads(path.read_text(encoding="utf-8")) == {"headline": "As printed", "byline": "By A. Quill"}


@pytest.mark.parametrize("text", ["authors", "shoe=5", "=x", ""])
def test_a_correction_of_no_field_is_refused(text):
    with pytest.raises(BadCase):
        read_correction(text)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("expected.json", "[]"),
        ("expected.json", "{"),
        ("capture.json", "{}"),
        ("capture.json", '{"url": "x", "fetched_at": 5, "status": 200, "headers": []}'),
        ("page.html", None),
    ],
)
def test_broken_files_are_one_line(case, name, content):
    path = case.folder / name
    path.unlink() if content is None else path.write_text(content, encoding="utf-8")
    broken = SavedCase(case.folder)
    with pytest.raises(BadCase, match=name):
        _ = broken.expected, broken.capture
