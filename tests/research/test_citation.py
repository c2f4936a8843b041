"""Citations against the forms the manuals print, and against well-kept parsers of BibTeX and RIS."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors, SplitNameParts
from hypothesis import example, given
from hypothesis import strategies as st
from support.tables import check_rows
from support.tex import untex

from crawler.archive.articles.records import ArticleRow, AuthorLine, RevisionLine
from crawler.archive.articles.versions import apply_revision
from crawler.normalisation.bylines.byline import split_byline
from crawler.normalisation.bylines.names import make_sort_name
from crawler.normalisation.words.text import clean
from crawler.research.citation import STYLES, cite, make_citation_key
from crawler.research.citation.names import PersonName, abbreviate_given, parse_name

URL = "https://www.gazette.example/news-en/Peace-55331.html"
DIGEST = "0f" * 32


def writer(name: str, **more: Any) -> AuthorLine:
    told = {
        "position": 1,
        "name": name,
        "sort_name": make_sort_name(name),
        "kind": "person",
        "printed": name,
        "honorific": None,
        "order_initials": None,
        "note": None,
    }
    return AuthorLine(**{**told, **more})


def agency(name: str) -> AuthorLine:
    return writer(name, kind="agency", sort_name=name)


def article(*authors: AuthorLine, **more: Any) -> ArticleRow:
    told = {
        "id": 7,
        "site": "gazette",
        "language": "en",
        "site_key": "55331",
        "story": "55331",
        "url": URL,
        "headline": "Peace comes to the harbour",
        "kicker": "INDIA",
        "lead": None,
        "byline": None,
        "dateline": None,
        "dateline_place": None,
        "dateline_agencies": (),
        "body": "The body.",
        "word_count": 2,
        "published_at": "2022-03-11T23:45:00Z",
        "published_on": "2022-03-12",
        "published_precision": "minute",
        "published_raw": "03/12/2022, 00.45",
        "published_guessed": False,
        "modified_at": None,
        "modified_raw": None,
        "digest": "ab" * 32,
        "first_seen_at": "2026-01-05T12:00:00Z",
        "last_seen_at": "2026-03-01T12:00:00Z",
        "revisions": 2,
        "status": "live",
        "complete": True,
        "authors": authors,
    }
    return ArticleRow(**{**told, **more})


def cited(row: ArticleRow, style: Any, **more: Any) -> str:
    return cite(row, style, publication="The Gazette", **more)


FIRST = RevisionLine(
    number=1,
    captured_at="2026-01-05T12:00:00Z",
    digest=DIGEST,
    headline="Peace near",
    lead=None,
    byline="by Fr Joan Roe sj",
    body="One two three.",
    capture_id=None,
)
BERG, ROE, FIDES = writer("Anna van der Berg"), writer("Joan Mary Roe"), agency("Fides")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (article(BERG), f"van der Berg, A. (2022, March 12). Peace comes to the harbour. The Gazette. {URL}"),
        (
            article(BERG, ROE, FIDES),
            f"van der Berg, A., Roe, J. M., & Fides. (2022, March 12). Peace comes to the harbour. The Gazette. {URL}",
        ),
        (article(), f"Peace comes to the harbour. (2022, March 12). The Gazette. {URL}"),
        (
            article(BERG, published_at=None, published_on=None),
            f"van der Berg, A. (n.d.). Peace comes to the harbour. The Gazette. Retrieved March 1, 2026, from {URL}",
        ),
        (
            article(published_on=None, headline="Is it peace?"),
            f"Is it peace? (n.d.). The Gazette. Retrieved March 1, 2026, from {URL}",
        ),
        (article(agency("The Gazette")), f"The Gazette. (2022, March 12). Peace comes to the harbour. {URL}"),
        (
            article(writer("Martin Luther King Jr"), writer("王志成"), writer("Wang Zhicheng")),
            "King, M. L., Jr., 王志成, & Wang Zhicheng. (2022, March 12). Peace comes to the harbour."
            f" The Gazette. {URL}",
        ),
        (
            article(*[writer(f"Joan Roe{letter}") for letter in "abcdefghijklmnopqrstuvw"]),
            ", ".join(f"Roe{letter}, J." for letter in "abcdefghijklmnopqrs")
            + f", . . . Roew, J. (2022, March 12). Peace comes to the harbour. The Gazette. {URL}",
        ),
    ],
)
def test_apa(row: ArticleRow, expected: str) -> None:
    assert cited(row, "apa") == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (article(BERG), f"van der Berg, Anna. “Peace comes to the harbour.” The Gazette, March 12, 2022. {URL}."),
        (
            article(BERG, ROE, FIDES),
            "van der Berg, Anna, Joan Mary Roe, and Fides. “Peace comes to the harbour.”"
            f" The Gazette, March 12, 2022. {URL}.",
        ),
        (
            article(headline='Bishop: "No war" in “the Land” at last?'),
            f"“Bishop: ‘No war’ in ‘the Land’ at last?” The Gazette, March 12, 2022. {URL}.",
        ),
        (article(headline="Bishop says “no war”"), f"“Bishop says ‘no war.’” The Gazette, March 12, 2022. {URL}."),
        (
            article(headline="“No war”, “no rest”: a strike of farmers’"),
            f"“‘No war’, ‘no rest’: a strike of farmers’.” The Gazette, March 12, 2022. {URL}.",
        ),
        (article(headline="Bishop asks “why war?”"), f"“Bishop asks ‘why war?’” The Gazette, March 12, 2022. {URL}."),
        (article(published_on=None), f"“Peace comes to the harbour.” The Gazette, n.d. Accessed March 1, 2026. {URL}."),
        (
            article(*[writer(f"Joan Roe{letter}") for letter in "abcdefg"]),
            "Roea, Joan, Joan Roeb, Joan Roec, et al. “Peace comes to the harbour.”"
            f" The Gazette, March 12, 2022. {URL}.",
        ),
        (
            article(writer("Martin Luther King III"), writer("Martin Luther King Jr")),
            "King, Martin Luther, III, and Martin Luther King Jr. “Peace comes to the harbour.”"
            f" The Gazette, March 12, 2022. {URL}.",
        ),
        (article(writer("JB. Vu")), f"Vu, JB. “Peace comes to the harbour.” The Gazette, March 12, 2022. {URL}."),
    ],
)
def test_chicago(row: ArticleRow, expected: str) -> None:
    assert cited(row, "chicago") == expected


def test_the_day_of_a_visit_is_printed_when_it_is_given() -> None:
    day = date(2026, 2, 3)
    assert cited(article(), "apa", accessed=day).endswith(f"Retrieved February 3, 2026, from {URL}")
    assert cited(article(), "chicago", accessed=day).endswith(f"Accessed February 3, 2026. {URL}.")
    assert "urldate = {2026-02-03}" in cited(article(), "bibtex", accessed=day)
    assert "Y2  - 2026/02/03/" in cited(article(), "ris", accessed=day)
    assert json.loads(cited(article(), "csl-json", accessed=day))["accessed"] == {"date-parts": [[2026, 2, 3]]}


def test_a_version_is_cited_with_its_own_words_its_capture_and_its_digest() -> None:
    row = article(ROE, byline="by Joan Mary Roe", headline="Peace comes to the harbour")
    told = f"Version 1, captured January 5, 2026; sha256:{DIGEST}"
    assert cited(row, "apa", revision=FIRST) == (f"Roe, J. (2022, March 12). Peace near [{told}]. The Gazette. {URL}")
    assert cited(row, "chicago", revision=FIRST) == (
        f"Roe, Joan. “Peace near.” The Gazette, March 12, 2022. {told}. {URL}."
    )
    assert cited(row, "text", revision=FIRST) == (
        f"Joan Roe: Peace near. The Gazette, 2022-03-12. {URL} (version 1, captured 2026-01-05, sha256:{DIGEST})"
    )
    item = json.loads(cited(row, "csl-json", revision=FIRST))
    assert item["id"] == "gazette-en-55331-v1"
    assert item["version"] == "1"
    assert item["note"] == f"Captured 2026-01-05, sha256:{DIGEST}. Byline: by Fr Joan Roe sj"
    assert item["author"] == [{"family": "Roe", "given": "Joan"}]
    entry = one_bibtex(cited(row, "bibtex", revision=FIRST))
    assert (entry["ID"], entry["title"], entry["version"]) == ("gazette-en-55331-v1", "Peace near", "1")
    record = rispy.loads(cited(row, "ris", revision=FIRST))[0]
    assert record["notes"] == [f"Captured 2026-01-05, sha256:{DIGEST}", "Byline: by Fr Joan Roe sj"]


def test_an_article_as_one_of_its_versions_had_it() -> None:
    row = article(ROE, agency("Fides"), byline="by Joan Mary Roe, Fides")
    former = apply_revision(row, FIRST)
    assert (former.headline, former.body, former.word_count) == ("Peace near", "One two three.", 3)
    assert (former.digest, former.revisions, former.published_on) == (DIGEST, 1, "2022-03-12")
    assert [(author.name, author.honorific, author.order_initials) for author in former.authors] == [
        ("Joan Roe", "Fr", "sj")
    ]
    same = RevisionLine(**{name: getattr(FIRST, name) for name in FIRST.__slots__} | {"byline": row.byline})
    assert apply_revision(row, same).authors == row.authors
    nobody = RevisionLine(**{name: getattr(FIRST, name) for name in FIRST.__slots__} | {"byline": None})
    assert apply_revision(row, nobody).authors == ()


def test_a_byline_that_no_rule_could_read_is_kept_as_a_note() -> None:
    assert "author" not in one_bibtex(cited(article(byline="by Anna <b>Rossi</b>"), "bibtex"))
    assert one_bibtex(cited(article(byline="by Anna <b>Rossi</b>"), "bibtex"))["note"] == "Byline: by Anna <b>Rossi</b>"
    assert "note" not in one_bibtex(cited(article(byline=None), "bibtex"))
    assert "note" not in one_bibtex(cited(article(ROE, byline="by Joan Mary Roe"), "bibtex"))


def test_honorifics_and_orders_are_left_out_of_names_and_kept_as_a_note() -> None:
    (author,) = split_byline("by Card. Bernardo Rossi PIME", "en")
    row = article(
        writer(author.name, honorific=author.honorific, order_initials=author.order_initials),
        byline="by Card. Bernardo Rossi PIME",
    )
    assert cited(row, "apa").startswith("Rossi, B. (2022")
    assert cited(row, "chicago").startswith("Rossi, Bernardo. “")
    assert one_bibtex(cited(row, "bibtex"))["note"] == "Byline: by Card. Bernardo Rossi PIME"
    assert rispy.loads(cited(row, "ris"))[0]["notes"] == ["Byline: by Card. Bernardo Rossi PIME"]


NAMES = [
    ("Anna van der Berg", {"family": "Berg", "non-dropping-particle": "van der", "given": "Anna"}),
    ("Lorenzo de’ Medici", {"family": "Medici", "non-dropping-particle": "de’", "given": "Lorenzo"}),
    ("Alessandra De Poli", {"family": "De Poli", "given": "Alessandra"}),
    ("Santiago Ramón y Cajal", {"family": "Ramón y Cajal", "given": "Santiago"}),
    ("Ahmed al-Sharaa", {"family": "al-Sharaa", "given": "Ahmed"}),
    ("Marco d'Aviano", {"family": "d'Aviano", "given": "Marco"}),
    ("Martin Luther King Jr", {"family": "King", "given": "Martin Luther", "suffix": "Jr"}),
    ("Владимир Розанский", {"family": "Розанский", "given": "Владимир"}),
    ("Ahmad bin Talib", {"literal": "Ahmad bin Talib"}),
    ("Wang Zhicheng", {"literal": "Wang Zhicheng"}),
    ("王志成", {"literal": "王志成"}),
    ("Theresa Kim Hwa-young", {"family": "Kim Hwa-young", "given": "Theresa"}),
    ("Moon", {"literal": "Moon"}),
]


@check_rows(("name", "expected"), NAMES)
def test_names_survive_every_format(name: str, expected: dict[str, str]) -> None:
    row = article(writer(name), agency("Ali and Sons, Press & Agency"), BERG)
    names = json.loads(cited(row, "csl-json"))["author"]
    assert names[0] == expected
    assert names[1] == {"literal": "Ali and Sons, Press & Agency"}
    parsed = bibtex_names(cited(row, "bibtex"))
    assert len(parsed) == 3
    whole = expected.get("literal") or expected["family"]
    assert parsed[0]["last"] == whole
    assert parsed[0]["von"] == expected.get("non-dropping-particle", "")
    assert (parsed[0]["first"], parsed[0]["jr"]) == (expected.get("given", ""), expected.get("suffix", ""))
    assert parsed[1] == {"first": "", "von": "", "jr": "", "last": "Ali and Sons, Press & Agency"}
    authors = rispy.loads(cited(row, "ris"))[0]["authors"]
    told = [expected.get("non-dropping-particle"), expected.get("family")]
    inverted = [" ".join(filter(None, told)), expected.get("given"), expected.get("suffix")]
    literal = expected.get("literal", "")
    assert authors == [
        (f"{literal}," if " " in literal else literal) or ", ".join(filter(None, inverted)),
        "Ali and Sons Press & Agency,",
        "van der Berg, Anna",
    ]


def test_a_name_of_chinese_or_korean_parts_is_written_as_one() -> None:
    name = parse_name(writer("志成 王", sort_name="王, 志成"))
    assert (name.given_first, name.family_first, name.with_initials) == ("王志成", "王志成", "王志成")
    arabic = PersonName(family="الشرع", given="أحمد")
    assert arabic.with_initials == "الشرع, أحمد"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("JB", "J. B."),
        ("J.B.", "J. B."),
        ("JB.", "J. B."),
        ("Jean-Paul", "J.-P."),
        ("Anna Maria", "A. M."),
        ("Maria da", "M. da"),
    ],
)
def test_initials(given: str, expected: str) -> None:
    assert abbreviate_given(given) == expected


NASTY = '50% of {all} \\ R&D_x $5 #1 ~ } { "quoted" “peace” 和平 👩‍👧 @misc{x, y = {z}} and Ø %comment'


def test_bibtex_entry_as_a_whole() -> None:
    row = article(BERG, FIDES, headline="50% of R&D", language="en")
    assert cited(row, "bibtex") == "\n".join(
        [
            "@article{gazette-en-55331,",
            "  author = {van der Berg, Anna and {Fides}},",
            "  title = {{50\\% of R\\&D}},",
            "  journal = {The Gazette},",
            "  entrysubtype = {newspaper},",
            "  year = {2022},",
            "  month = mar,",
            "  date = {2022-03-12},",
            f"  url = {{{URL}}},",
            "  urldate = {2026-03-01},",
            "  language = {en},",
            "}",
        ]
    )


def test_ris_record_as_a_whole() -> None:
    assert cited(article(BERG, FIDES), "ris") == "\n".join(
        [
            "TY  - NEWS",
            "ID  - gazette-en-55331",
            "AU  - van der Berg, Anna",
            "AU  - Fides",
            "TI  - Peace comes to the harbour",
            "T2  - The Gazette",
            "PY  - 2022",
            "DA  - 2022/03/12/",
            f"UR  - {URL}",
            "Y2  - 2026/03/01/",
            "LA  - en",
            "ER  - ",
        ]
    )


@given(st.lists(st.text(min_size=1).filter(clean), min_size=1, max_size=3), st.text(min_size=1).filter(clean))
@example([NASTY, NASTY], NASTY)
@example(["and", "others"], "\n}\u2028\\textbf{x}\r\nER  - \nTY  - JOUR")
@example(["A, B, C, D"], "\\")
def test_any_title_and_any_name_come_back_from_bibtex_and_ris(names: list[str], title: str) -> None:
    row = article(*[agency(name) for name in names], headline=title)
    printed = cited(row, "bibtex") + "\n\n" + cited(article(site_key="2"), "bibtex")
    assert [entry["title"] for entry in all_bibtex(printed)] == [clean(title), "Peace comes to the harbour"]
    assert [name["last"] for name in bibtex_names(printed)] == [clean(name) for name in names]
    records = rispy.loads(cited(row, "ris") + "\n" + cited(article(), "ris"))
    assert [record["title"] for record in records] == [clean(title), "Peace comes to the harbour"]
    for style in STYLES:
        printed = cited(row, style)
        assert len(printed.splitlines()) == 1 or style in ("bibtex", "ris", "csl-json")
        assert style == "bibtex" or not any("\ud800" <= character <= "\udfff" for character in printed)


@given(
    st.text(st.characters(categories=["Lu", "Ll", "Lo", "Pd"]), min_size=1, max_size=12),
    st.text(st.characters(categories=["Lu", "Ll", "Lo", "Zs"]), min_size=1, max_size=12).filter(str.strip),
)
def test_any_person_comes_back_from_bibtex_and_ris(family: str, given_: str) -> None:
    family, given_ = clean(family), clean(given_)
    if not family or not given_:
        return
    row = article(writer(f"{given_} {family}", sort_name=f"{family}, {given_}"))
    name = parse_name(row.authors[0])
    (parsed,) = bibtex_names(cited(row, "bibtex"))
    assert parsed == {"first": name.given, "von": name.particle, "last": name.family, "jr": name.suffix}
    told = (f"{name.particle} {name.family}".strip(), name.given, name.suffix)
    assert rispy.loads(cited(row, "ris"))[0]["authors"] == [", ".join(filter(None, told))]


@given(st.lists(st.tuples(*[st.text(st.sampled_from("aB0_-/.é"), min_size=1, max_size=4)] * 3), unique=True))
@example([("a-b", "c", "d"), ("a", "b-c", "d"), ("A", "b", "c"), ("a", "b", "c"), ("a", "b", "é"), ("a", "b", "e")])
def test_keys_are_unique_and_plain(identities: list[tuple[str, str, str]]) -> None:
    keys = [make_citation_key(*identity) for identity in identities] + [
        make_citation_key(*identity, 1) for identity in identities
    ]
    assert len({key.lower() for key in keys}) == len(keys)
    assert all(re.fullmatch(r"[a-z0-9_-]+", key) for key in keys)


def test_keys_do_not_follow_better_readings() -> None:
    before, after = article(BERG), article(FIDES, headline="Another", published_on=None)
    assert one_bibtex(cited(before, "bibtex"))["ID"] == one_bibtex(cited(after, "bibtex"))["ID"]
    assert make_citation_key("gazette", "en", "asia/india/a-boat") == make_citation_key(
        "gazette", "en", "asia/india/a-boat"
    )


def test_an_address_cannot_leave_its_field() -> None:
    row = article(url="https://www.gazette.example/a{b}\\c d%20e?x=(1)&y=é")
    assert one_bibtex(cited(row, "bibtex"))["url"] == "https://www.gazette.example/a%7Bb%7D%5Cc%20d%20e?x=(1)&y=é"


def all_bibtex(printed: str) -> list[dict[str, str]]:
    library = bibtexparser.parse_string(printed)
    assert not library.failed_blocks
    return [
        {"ID": entry.key, **{field.key: untex(str(field.value)) for field in entry.fields}} for entry in library.entries
    ]


def one_bibtex(printed: str) -> dict[str, str]:
    (entry,) = all_bibtex(printed)
    return entry


def bibtex_names(printed: str) -> list[dict[str, str]]:
    library = bibtexparser.parse_string(printed, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    return [
        {part: untex(" ".join(getattr(name, part))) for part in ("first", "von", "last", "jr")}
        for name in library.entries[0]["author"]
    ]


def test_a_latex_decoder_reads_the_title_too() -> None:
    # But for braces: this one does not know textbraceleft, the only spelling that is right in every LaTeX.
    printed = cited(article(headline="50% of R&D_x $5 #1 ~ \\ “all”"), "bibtex")
    library = bibtexparser.parse_string(printed, append_middleware=[LatexDecodingMiddleware()])
    assert library.entries[0]["title"].strip("{}") == "50% of R&D_x $5 #1 ~ \\ “all”"
