"""Formats a reference as an entry for BibTeX and biblatex.

Letters stay as they are (UTF-8); what TeX takes for a command is escaped, and braces are always balanced.
"""

from __future__ import annotations

import re

from crawler.normalisation.wording import MONTHS
from crawler.research.citation.names import PersonName
from crawler.research.citation.reference import Reference

_ESCAPES = str.maketrans(
    {
        # Not \{ and \}: BibTeX counts braces without looking at what stands before them.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "%&_$#"},
    }
)


def format_bibtex(reference: Reference) -> str:
    """Return one entry, without a line feed at its end.

    ``@article`` with ``entrysubtype`` newspaper, as reference managers write and read it; a snapshot is ``@misc``, as
    ``@dataset`` is known to biblatex alone.
    """
    fields = {
        "author": " and ".join(_format_name(name) for name in reference.names),
        "title": f"{{{escape_tex(reference.title)}}}",  # a second pair keeps the capitals as printed
        ("journal" if reference.kind == "article" else "howpublished"): escape_tex(reference.publication),
        "entrysubtype": "newspaper" if reference.kind == "article" else "",
        "version": escape_tex(reference.version_number),
        "year": f"{reference.issued.year:04}" if reference.issued else "",
        # biblatex takes this one; it comes last, as Zotero puts a month that follows before the day.
        "date": reference.issued.isoformat() if reference.issued else "",
        "url": reference.url or "",  # verbatim in every style
        "urldate": reference.viewed_on.isoformat() if reference.viewed_on and reference.url else "",
        "language": reference.language or "",
        "note": escape_tex(". ".join(filter(None, (reference.captured_as, reference.note)))),
    }
    kind = "article" if reference.kind == "article" else "misc"
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    if reference.issued:
        month_index = next(index for index, line in enumerate(lines) if line.startswith("  year")) + 1
        lines.insert(month_index, f"  month = {MONTHS[reference.issued.month - 1][:3].lower()},")
    return "\n".join([f"@{kind}{{{reference.key},", *lines, "}"])


def escape_tex(text: str) -> str:
    r"""Return text as TeX prints it.

    >>> print(escape_tex("50% of R&D {draft}"))
    50\% of R\&D \textbraceleft{}draft\textbraceright{}
    """
    return text.translate(_ESCAPES)


def _format_name(name: PersonName) -> str:
    if name.literal:
        return f"{{{escape_tex(name.literal)}}}"
    # Of the words before the comma, BibTeX takes all up to the last small one for particles: "Ramón y Cajal".
    family = _brace_part(name.family, small=True)
    return ", ".join(
        part
        for part in (f"{escape_tex(name.particle)} {family}".strip(), _brace_part(name.suffix), _brace_part(name.given))
        if part
    )


def _brace_part(part: str, *, small: bool = False) -> str:
    """Return a part of a name, in braces when BibTeX would take it apart."""
    splits = "," in part or re.search(r"\band\b", part, re.IGNORECASE) or part.lower() == "others"
    if splits or (small and any(not word[0].isupper() for word in part.split())):
        return f"{{{escape_tex(part)}}}"
    return escape_tex(part)
