"""Writes TEI P5: one corpus of all articles, or a file for each, with header, headline, lead and paragraphs.

The elements are those of TEI's core, header, text structure and corpus modules (https://tei-c.org/guidelines/P5/), and
nothing of our own.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree

from crawler import __version__
from crawler.archive.articles.records import ArticleRow
from crawler.normalisation.dates.moments import instant
from crawler.research.exports.context import ExportJob
from crawler.research.exports.plain_text import write_folder
from crawler.research.exports.sanitize import replace_non_xml
from crawler.research.exports.streams import HashedStream
from crawler.research.exports.target import PROGRAM_NAME

TEI: Final = "http://www.tei-c.org/ns/1.0"
XML: Final = "http://www.w3.org/XML/1998/namespace"
_NAMES: Final[Any] = {None: TEI}  # the stubs know of no default namespace
_PUBLICATION_NOTE: Final = f"Exported by {PROGRAM_NAME} {__version__}; the text belongs to the publisher of its source."


def write_corpus(job: ExportJob, stream: HashedStream) -> None:
    """Write one ``teiCorpus``, article after article."""
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        with file.element(_qualify_tag("teiCorpus"), nsmap=_NAMES):
            file.write(_make_corpus_header(job), "\n")
            for row in job.selected.rows():
                file.write(make_document(row, job.get_publication(row.site)), "\n")
    stream.write_text("\n")


def write_files(job: ExportJob) -> None:
    """Write a folder of one TEI document for each article, and a table about them."""

    def content(row: ArticleRow) -> bytes:
        root = make_document(row, job.get_publication(row.site))
        return etree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"

    write_folder(job, "tei", "xml", content)


def make_document(row: ArticleRow, publication: str) -> etree._Element:
    """Return an article as a ``TEI`` element."""
    root = etree.Element(_qualify_tag("TEI"), {f"{{{XML}}}id": f"article-{row.id}"}, nsmap=_NAMES)
    _fill_header(etree.SubElement(root, _qualify_tag("teiHeader")), row, publication)
    text = etree.SubElement(root, _qualify_tag("text"), {f"{{{XML}}}lang": _make_language_tag(row.language)})
    div = etree.SubElement(etree.SubElement(text, _qualify_tag("body")), _qualify_tag("div"), {"type": "article"})
    _add(div, "head", row.headline)
    if row.byline:
        _add(div, "byline", row.byline)
    if row.lead:
        _add(_add(div, "argument"), "p", row.lead)
    if row.dateline:
        _add(div, "dateline", row.dateline)
    for paragraph in row.body.split("\n\n"):
        _add(div, "p", paragraph)
    return root


def _fill_header(header: etree._Element, row: ArticleRow, publication: str) -> None:
    description = _add(header, "fileDesc")
    titles = _add(description, "titleStmt")
    _add(titles, "title", row.headline)
    _add_authors(titles, row)
    _add(_add(description, "extent"), "measure", str(row.word_count), unit="words", quantity=str(row.word_count))
    _add(_add(description, "publicationStmt"), "p", _PUBLICATION_NOTE)
    source = _add(_add(description, "sourceDesc"), "bibl")
    _add(source, "title", row.headline, level="a")
    _add_authors(source, row)
    _add(source, "title", publication, level="j")
    if row.published_on:
        _add(source, "date", row.published_raw or row.published_on, when=row.published_at or row.published_on)
    _add(source, "idno", row.url, type="URL")
    _add(source, "idno", f"{row.site}/{row.language}/{row.site_key}", type="archive")
    profile = _add(header, "profileDesc")
    if row.dateline_place:
        _add(_add(profile, "creation"), "placeName", row.dateline_place)
    _add(_add(profile, "langUsage"), "language", ident=_make_language_tag(row.language))
    if row.kicker:
        _add(_add(_add(profile, "textClass"), "keywords"), "term", row.kicker, type="kicker")


def _make_corpus_header(job: ExportJob) -> etree._Element:
    header = etree.Element(_qualify_tag("teiHeader"), nsmap=_NAMES)
    description = _add(header, "fileDesc")
    _add(_add(description, "titleStmt"), "title", job.manifest.title)
    _add(
        _add(description, "extent"), "measure", str(job.selected.total), unit="texts", quantity=str(job.selected.total)
    )
    _add(_add(description, "publicationStmt"), "p", f"{_PUBLICATION_NOTE} Made at {instant(job.made_at)}.")
    _add(_add(description, "sourceDesc"), "p", "Each text names its source.")
    return header


def _add_authors(parent: etree._Element, row: ArticleRow) -> None:
    for author in row.authors:
        _add(_add(parent, "author"), "orgName" if author.kind == "agency" else "persName", author.name)


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(
        parent, _qualify_tag(name), {key: replace_non_xml(value) for key, value in attributes.items()}
    )
    if text is not None:
        element.text = replace_non_xml(text)
    return element


def _qualify_tag(name: str) -> str:
    return f"{{{TEI}}}{name}"


def _make_language_tag(code: str) -> str:
    """Return a language as ``xml:lang`` takes it (BCP 47); ``und`` for what is none."""
    return code if re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", code) else "und"
