"""JSON-LD as pages write it: what is nearly JSON is mended, and who wrote is known with what they are."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tables import check_rows

from crawler.extraction.parsing.json_mending import mend_json
from crawler.extraction.parsing.jsonld import StatedAuthor, Thing, read_things

NODE = {
    "@type": "NewsArticle",
    "headline": 'The "slow" ferry // no comment /* at all */',
    "wordCount": 310,
    "tags": ["a"],
}
WRITTEN = json.dumps(NODE)


@check_rows(
    "script",
    [
        "\ufeff" + WRITTEN,
        f"<!-- data of the page -->\n{WRITTEN}",
        f"<!--\n{WRITTEN}\n//-->",
        f"<![CDATA[{WRITTEN}]]>",
        f"// <![CDATA[\n{WRITTEN}\n// ]]>",
        f"/* the ferry's page */ {WRITTEN} // end",
        WRITTEN.replace('"wordCount"', '/* counted "by hand" */ "wordCount"'),
        WRITTEN.replace('"wordCount"', '// counted, by hand\n"wordCount"'),
        WRITTEN.replace('["a"]', '["a",]'),
        WRITTEN.replace('["a"]', '["a",,]'),
        WRITTEN.replace(', "wordCount"', '\n"wordCount"'),
        WRITTEN.replace('"wordCount"', "wordCount").replace('"tags"', "'tags'"),
        WRITTEN.replace('["a"]', "['a']"),
        WRITTEN.replace('"', "&quot;").replace("\\&quot;", "\\&quot;"),
        WRITTEN.removesuffix("]}"),
        WRITTEN.removesuffix("}"),
        WRITTEN + "}",
        f"window.data = {WRITTEN};",
        WRITTEN.replace('\\"slow\\"', '"slow"'),
    ],
)
def test_what_is_nearly_json_is_read_as_it_is_meant(script: str) -> None:
    assert mend_json(script) == [NODE]


def test_quotation_marks_of_texts_are_read_as_those_of_json() -> None:
    assert mend_json("{“headline”: “The slow ferry”, “tags”: [„a“, ″b″]}") == [
        {"headline": "The slow ferry", "tags": ["a", "b"]}
    ]


def test_several_objects_in_a_row_are_all_read() -> None:
    for between in ("", "\n", ",", ";\n", "}", " <!-- and -->"):
        assert mend_json(f'{{"a": 1}}{between}{{"b": [2,]}}{between}{{"c": 3}}') == [{"a": 1}, {"b": [2]}, {"c": 3}]


def test_line_breaks_control_characters_and_bad_escapes_inside_strings_are_kept_or_undone() -> None:
    written = '{"a": "one\ntwo\x0bthree", "b": "the ferry\\\'s \\x41 \\d \\u12", "c": "\\u00e9",}'
    assert mend_json(written) == [{"a": "one\ntwo\x0bthree", "b": "the ferry's A d \\u12", "c": "é"}]


def test_a_text_that_breaks_off_loses_its_last_value_and_invents_none() -> None:
    assert mend_json('{"headline": "The slow ferry", "articleBody": "The ferry left at') == [
        {"headline": "The slow ferry", "articleBody": None}
    ]
    assert mend_json('{"a": undefined, "b": NaN, "c":, "d": True}') == [{"a": None, "b": None, "c": None, "d": True}]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), JSON, min_size=1, max_size=4))
def test_json_with_a_comma_too_many_is_what_it_was_without(value: dict[str, object]) -> None:
    written = json.dumps(value, ensure_ascii=False).replace("<![CDATA[", "").replace("]]>", "")
    assert mend_json(f"{written[:-1]},}}") == [json.loads(written)]


@given(st.text(alphabet="{}[]:,\"'\\/*<!-> a1\n", max_size=200))
def test_any_text_gives_json_or_nothing(text: str) -> None:
    assert all(json.loads(json.dumps(value)) == value for value in mend_json(text))
    assert all(isinstance(thing, Thing) for thing in read_things([text]))


@check_rows("hostile", ["[[", '{"', '["a ', "[/*", '[\\"', "[,", '{"a":" "', "[{}", "{<!--", "['", "[//", "{'a':'\\"])
def test_hostile_text_costs_little(hostile: str) -> None:
    begun = time.process_time()
    read_things([hostile * (1_000_000 // len(hostile))] * 5)
    assert time.process_time() - begun < 2


def read_authors(*nodes: object) -> tuple[StatedAuthor, ...]:
    return next(thing for thing in read_things([json.dumps(node) for node in nodes]) if thing.is_article).authors


def test_an_author_is_a_person_an_organisation_or_neither_is_said() -> None:
    assert read_authors(
        {
            "@type": "NewsArticle",
            "author": [
                {"@type": "Person", "name": "Mira Castellan"},
                {"@type": "https://schema.org/NewsMediaOrganization", "name": "Harbour Desk"},
                {"@type": ["Person", "Organization"], "name": "Tom Vale"},
                {"name": "Jon Ash"},
                "Eva Brook",
            ],
        }
    ) == (
        StatedAuthor(name="Mira Castellan", type="person"),
        StatedAuthor(name="Harbour Desk", type="organization"),
        StatedAuthor(name="Tom Vale", type="person"),
        StatedAuthor(name="Jon Ash"),
        StatedAuthor(name="Eva Brook"),
    )


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("https://harbour.example/#mira", "https://harbour.example/#mira"),
        ("#mira", "https://harbour.example/#mira"),
        ("https://harbour.example/#mira", "#mira"),
        ("_:b1", "_:b1"),
    ],
)
def test_an_author_by_reference_is_found_on_the_page(reference: str, name: str) -> None:
    person = {"@type": "Person", "@id": name, "name": "Mira Castellan"}
    expected = (StatedAuthor(name="Mira Castellan", type="person"),)
    for author in ({"@id": reference}, [{"@id": reference}], {"@id": reference, "name": "Mira Castellan"}, reference):
        article = {"@type": "NewsArticle", "author": author}
        assert read_authors({"@graph": [article, {"@type": "WebPage"}, person]}) == expected
        assert read_authors(article, person) == expected
        assert read_authors({"@type": "WebPage", "mainEntity": article, "about": {"creator": person}}) == expected


def test_a_reference_that_leads_nowhere_or_in_a_circle_names_nobody() -> None:
    assert read_authors({"@type": "NewsArticle", "author": {"@id": "#nobody"}}) == ()
    assert read_authors({"@type": "NewsArticle", "@id": "#a", "author": {"@id": "#a"}}) == ()
    circle = {"@type": "Role", "@id": "#r", "author": {"@id": "#r"}}
    assert read_authors({"@type": "NewsArticle", "author": {"@id": "#r"}}, circle) == ()


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ({"@type": "Person", "givenName": "Mira", "familyName": "Castellan"}, "Mira Castellan"),
        (
            {"@type": "Person", "givenName": "Mira", "additionalName": "J.", "familyName": "Castellan"},
            "Mira J. Castellan",
        ),
        ({"@type": "Person", "name": "", "givenName": "Mira"}, "Mira"),
        ({"@type": "Person", "givenName": "志成", "familyName": "王"}, "王志成"),
        ({"@type": "Person", "name": {"@value": "Mira Castellan", "@language": "en"}}, "Mira Castellan"),
        ({"@type": "Role", "author": {"@type": "Person", "name": "Mira Castellan"}}, "Mira Castellan"),
        ({"@list": [{"@type": "Person", "name": "Mira Castellan"}]}, "Mira Castellan"),
    ],
)
def test_a_name_is_put_together_where_it_is_not_written_whole(author: dict[str, object], name: str) -> None:
    assert read_authors({"@type": "Article", "author": author}) == (StatedAuthor(name=name, type="person"),)


def test_what_a_page_prints_twice_is_one_node() -> None:
    assert len(read_things([WRITTEN, WRITTEN + ";"])) == 1
