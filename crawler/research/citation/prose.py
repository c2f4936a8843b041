"""Formats a reference as a citation for people: APA, Chicago or plain, in English and without markup.

Sources of the forms: *Publication Manual of the American Psychological Association*, 7th ed. (2020), sections 10.16
(pages on news websites), 9.8 to 9.12 (authors), 9.17 (no date), 10.9 (data sets); *The Chicago Manual of Style*, 18th
ed. (2024), chapters 13 and 14, notes and bibliography: the entry of the bibliography for news on the web, no date,
quotations inside titles. A headline keeps the capitals it was printed with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from crawler.normalisation.wording import MONTHS
from crawler.research.citation.names import PersonName
from crawler.research.citation.reference import Reference

MOST_IN_APA = 20
"""Authors that APA names; of more, the first nineteen and the last."""
MOST_IN_CHICAGO = 6
"""Authors that Chicago names since the 18th edition; of more, the first three."""
_ENDS = (".", "?", "!", "…", "。", "？", "！")


def format_apa(reference: Reference) -> str:
    """Return an entry of a reference list in APA style (7th edition)."""
    when = f"({reference.issued.year}, {_format_month_day(reference.issued)})" if reference.issued else "(n.d.)"
    names = _format_apa_names(reference.names)
    publication = _add_full_stop(reference.publication)
    if reference.kind == "snapshot":
        return f"{reference.title} ({_format_version(reference)}) [Data set]. {when}. {publication}"
    title = reference.title + (f" [{_format_version(reference)}]" if reference.version else "")
    start = f"{_add_full_stop(names)} {when}. {_add_full_stop(title)}" if names else f"{_add_full_stop(title)} {when}."
    # A site that is also the author is not named twice (APA 10.16).
    return _join_parts(start, "" if names == reference.publication else publication, _format_apa_address(reference))


def format_chicago(reference: Reference) -> str:
    """Return an entry of a bibliography in Chicago style (notes and bibliography)."""
    names = _format_chicago_names(reference.names)
    title = f"“{_add_inner_full_stop(_replace_double_quotes(reference.title))}”"
    issued = f"{_format_month_day(reference.issued)}, {reference.issued.year}" if reference.issued else "n.d."
    version = _add_full_stop(_format_version(reference)) if reference.version else ""
    viewed_on = reference.accessed if reference.issued else reference.viewed_on
    accessed = f"Accessed {_format_month_day(viewed_on)}, {viewed_on.year}." if viewed_on and reference.url else ""
    address = f"{reference.url}." if reference.url else ""
    return _join_parts(
        _add_full_stop(names) if names else "",
        title,
        _add_full_stop(f"{reference.publication}, {issued}"),
        version[:1].upper() + version[1:],
        accessed,
        address,
    )


def format_plain_text(reference: Reference) -> str:
    """Return what identifies the reference on one line, in no particular style, with days as ``2022-03-11``."""
    names = ", ".join(name.given_first for name in reference.names)
    issued = reference.issued.isoformat() if reference.issued else "no date"
    version = [reference.version or ""]
    version += [f"captured {reference.captured.isoformat()}"] if reference.captured else []
    version += [reference.digest] if reference.digest else []
    details = ", ".join(filter(None, version))
    return _join_parts(
        f"{names}: {_add_full_stop(reference.title)}" if names else _add_full_stop(reference.title),
        f"{reference.publication}, {issued}.",
        reference.url or "",
        f"({details})" if details else "",
    )


def _format_apa_names(names: Sequence[PersonName]) -> str:
    printed = [name.with_initials for name in names]
    if len(printed) > MOST_IN_APA:
        return ", ".join(printed[: MOST_IN_APA - 1]) + f", . . . {printed[-1]}"
    return f"{', '.join(printed[:-1])}, & {printed[-1]}" if len(printed) > 1 else "".join(printed)


def _format_chicago_names(names: Sequence[PersonName]) -> str:
    printed = [name.given_first if index else name.family_first for index, name in enumerate(names)]
    if len(printed) > MOST_IN_CHICAGO:
        return ", ".join(printed[:3]) + ", et al."
    return f"{', '.join(printed[:-1])}, and {printed[-1]}" if len(printed) > 1 else "".join(printed)


def _format_apa_address(reference: Reference) -> str:
    if reference.url is None:
        return ""
    viewed_on = reference.accessed if reference.issued else reference.viewed_on
    if viewed_on is None:
        return reference.url
    return f"Retrieved {_format_month_day(viewed_on)}, {viewed_on.year}, from {reference.url}"


def _format_version(reference: Reference) -> str:
    version = reference.version or ""
    captured = reference.captured
    parts = [version[:1].upper() + version[1:]]
    parts += [f"captured {_format_month_day(captured)}, {captured.year}"] if captured else []
    return "; ".join([", ".join(parts), *([reference.digest] if reference.digest else [])])


def _format_month_day(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.day}"


def _add_full_stop(text: str) -> str:
    """End a part with a full stop, unless it ends a sentence already, inside closing quotation marks too."""
    return text if text.rstrip("”’\"'»」』)").endswith(_ENDS) else f"{text}."


def _add_inner_full_stop(title: str) -> str:
    """End a title with a full stop; it stands before a single quotation mark that closes there."""
    opened = title.count("‘") and title.endswith("’") and title.rfind("‘") > title.rstrip("’").rfind("’")
    return f"{title[:-1]}.’" if opened and _add_full_stop(title) != title else _add_full_stop(title)


def _replace_double_quotes(title: str) -> str:
    """Replace double quotation marks by single ones: the title stands in double ones itself."""
    title = title.translate({ord("“"): "‘", ord("”"): "’", ord("„"): "‘"})
    title = re.sub(r'(?<![^\s(\[—–-])"(?=\S)', "‘", title)
    return title.replace('"', "’")


def _join_parts(*parts: str) -> str:
    return " ".join(part for part in parts if part)
