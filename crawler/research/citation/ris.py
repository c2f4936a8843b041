"""Formats a reference as a RIS record, as reference managers read it.

Source: Research Information Systems, "RIS Format Specifications" (2001 tags, and T2 and DA as Zotero and EndNote use
them since 2011). UTF-8; a value is one line whatever its length.
"""

from __future__ import annotations

from datetime import date

from crawler.research.citation.reference import Reference


def format_ris(reference: Reference) -> str:
    """Return one record, from TY to ER, without a line feed at its end.

    A name in parts is ``Family, Given, Suffix``; one with spaces that is to stay whole ends with a comma, as EndNote
    asks. Honorifics are in a note.
    """
    lines = [("TY", "NEWS" if reference.kind == "article" else "DATA"), ("ID", reference.key)]
    lines += [("AU", name.unsplit) for name in reference.names]
    lines += [("TI", reference.title), ("T2" if reference.kind == "article" else "PB", reference.publication)]
    if reference.issued:
        lines += [("PY", f"{reference.issued.year:04}"), ("DA", _format_day(reference.issued))]
    if reference.version:
        lines.append(("ET", reference.version))
    if reference.url:
        lines.append(("UR", reference.url))
        lines += [("Y2", _format_day(reference.viewed_on))] if reference.viewed_on else []
    if reference.language:
        lines.append(("LA", reference.language))
    lines += [("N1", note) for note in (reference.captured_as, reference.note) if note]
    return "\n".join([*(f"{tag}  - {value}" for tag, value in lines), "ER  - "])


def _format_day(day: date) -> str:
    return f"{day.year:04}/{day.month:02}/{day.day:02}/"
