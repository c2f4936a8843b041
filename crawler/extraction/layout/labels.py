"""Tells the kind of a line: date, kicker, share label, end of the body. The site gives the labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from crawler.extraction.layout.date_labels import is_date_line as is_date_line
from crawler.extraction.layout.date_labels import match_free_date as match_free_date
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.layout.litter import is_litter as is_litter
from crawler.extraction.layout.prose import measure_prose as measure_prose
from crawler.extraction.parsing.markup import Hint
from crawler.normalisation.addresses.hosts import list_own_hosts
from crawler.normalisation.words.scripts import HAN, HANGUL, KANA, NAME_POINT
from crawler.normalisation.words.text import clean, fold, may_fold_to
from crawler.normalisation.words.word_tables import load_table
from crawler.site import Site

SHORT: Final = 160
"""No label, date, kicker or byline is longer."""

_LONGEST_RELATED_LABEL: Final = 60
_LONGEST_PLAIN_LABEL: Final = 40
_STUB: Final = 30
PROSE: Final = 80
"""A line that measures so much outside of links is no label: see :func:`measure_prose`."""

_DIRECTIVES: Final = {
    **dict.fromkeys(("%d", "%m", "%H", "%I"), r"\d{1,2}"),
    **dict.fromkeys(("%M", "%S", "%y"), r"\d{2}"),
    **dict.fromkeys(("%A", "%B"), r"[^\W\d_]{3,12}"),
    **dict.fromkeys(("%a", "%b"), r"[^\W\d_]{2,12}\.?"),
    "%Y": r"\d{4}",
    "%f": r"\d{1,6}",
    "%p": r"[AaPp]\.?[Mm]\.?",
    "%z": r"(?:Z|[+-]\d{2}:?\d{2})",
    "%Z": r"[A-Z]{2,5}",
    "%%": "%",
}
_FIGURE: Final = re.compile(r"\d")
"""Every date has one."""
_NETWORKS: Final = re.compile(
    r"\W*(?:(?:facebook|twitter|x\s\(twitter\)|whats\s?app|telegram|linkedin|pinterest|reddit|tumblr|messenger|viber|"
    r"vkontakte|vk|wechat|weibo|e-?mail|微信|微博)\W{0,4}){1,8}",
    re.I,
)
"""Names of services that pages are shared by, one or several, and nothing else."""
_STARTS_WITH_CLOCK = re.compile(r"(?:at |ore |alle |a las |h )?\d{1,2}[:.h]\d{2}", re.I)
_BEFORE_DATE = re.compile(r"(?:[»›>|•·*\-–—\[(]\s*|[^\W\d_]{3,14}(?:\s[^\W\d_]{2,10}){0,2}\s*[:：]\s*)")
_SEPARATORS = " \t|•·»›>-–—/,;:：()[]*"
_AROUND_LABELS = _SEPARATORS + ".…!'\"→▶▸▼▾【】〈〉〔〕［］[]《》<>■□◆◇●"
_COMMENTS = re.compile(
    r"(?:\d+ |leave a |post a |lascia un |deja un )?(?:comments?|commenti?|comentarios?|评论|評論)(?:\s?\(\d+\))?", re.I
)
_COPYRIGHT = re.compile(
    r"\W{0,3}(?:©|copyright\b|all rights reserved|tutti i diritti|todos los derechos|版权所有|版權所有|저작권자|ⓒ)",
    re.I,
)
_FIRST_OF_COPYRIGHT: Final = frozenset("cCaAtT版저")
_WORDS_OF_KICKER: Final = 9
"""Words in capitals that are a kicker: "SRI LANKA – UNITED KINGDOM"."""
_WORDS_OF_UNKNOWN_KICKER: Final = 4
"""The same where nothing parts them, and the site does not say what it prints."""
_PARTED = re.compile(r"\s[-–—]\s|[,/|&]")
_LISTING = re.compile(r"^\|\s*\S|^[^|]{3,80}\s\|\s(?P<kicker>[^|a-z:：]{3,40})$")
_BUTTON = re.compile(r"#|javascript:", re.I)
_SHARES = re.compile(
    r"^(?:mailto:\?|whatsapp:)|(?:facebook\.com/(?:sharer|share|dialog)|(?:twitter|x)\.com/(?:intent|share)|t\.me/share|"
    r"wa\.me|api\.whatsapp|linkedin\.com/share|pinterest\.[a-z]+/pin|addtoany|addthis)|"
    r"^javascript:\s*(?:window\.)?print|[?&][^=&]{0,30}=?[^&=]{0,40}(?:print|stampa\b|imprimir)",
    re.I,
)
_TOOL: Final = re.compile(r"(?:A\s?[-+–−]?\s*){1,3}|pdf|print|stampa|imprimir|打印|列印")
"""What the buttons beside a text say: sizes of letters, forms of the page."""
_CJK = HAN + KANA + HANGUL + NAME_POINT
_CJK_KICKER = re.compile(rf"[{_CJK}\u00b7]{{1,8}}(?:\s?[-–—－/、·・]\s?[{_CJK}]{{1,8}}){{0,4}}")
_IDEOGRAPH = re.compile(f"[{HAN}{KANA}]")
_SENTENCE_MARKS: Final = ".!?…。！？；:：।॥۔؟።။៎៕།"
_SENTENCE_END = re.compile(rf"[{_SENTENCE_MARKS}][\"'”’»）)\]*」』]*(?:\s?\[\d+\])*$")


@dataclass(frozen=True, slots=True)
class CompiledLabels:
    """A site's labels and date shapes, folded and compiled once."""

    see_also: frozenset[str]
    """The site's own."""
    related: frozenset[str]
    """Those of the table, and the site's."""
    generous: frozenset[str]
    """Labels of the table that are also set over other boxes."""
    beginnings: frozenset[str]
    """The first three letters of the related and the generous ones."""
    before_title: frozenset[str]
    """Labels of the table that count with a colon and a title after them."""
    lists: frozenset[str]
    """Labels of lists of the section: latest, most read."""
    share: tuple[str, ...]
    ends_body: tuple[str, ...]
    firsts_of_ends: frozenset[str]
    """The first characters of those."""
    sections: frozenset[str]
    digest_leads: tuple[str, ...]
    own_names: frozenset[str]
    dateline: re.Pattern[str]
    dates: dict[str, re.Pattern[str]]
    is_declared: bool
    """Does the site declare where its text ends, by share labels or the beginnings of what follows it?"""
    usual_see_also: bool
    """Do the labels of the table count on pages that print one of the site's own, too?"""


_NEVER = re.compile(r"(?!)")


@lru_cache(maxsize=64)
def compile_labels(site: Site) -> CompiledLabels:
    """Return the labels and date shapes of a site, compiled."""
    printed = site.labels
    folded = {
        name: tuple(fold_label(label) for label in getattr(printed, name))
        for name in ("see_also", "share", "sections", "digest_leads")
    }
    shapes: dict[str, list[str]] = {}
    for row in site.dates:
        shapes.setdefault(row.place, []).extend(row.formats)
    hosts = (*list_own_hosts(site), *site.domains, *(f"www.{domain}" for domain in site.domains))
    own_names = (site.title, *site.agencies, *hosts)
    ends_of_body = tuple(fold(clean(label)).lstrip(_SEPARATORS) for label in printed.ends_body)
    return CompiledLabels(
        see_also=frozenset(folded["see_also"]),
        related=_load_related_labels("related") | set(folded["see_also"]),
        generous=_load_related_labels("generous"),
        beginnings=_load_beginnings() | {label[:3] for label in folded["see_also"]},
        before_title=_load_related_labels("before_title"),
        lists=_load_related_labels("lists"),
        share=tuple(sorted(folded["share"], key=len, reverse=True)),
        ends_body=ends_of_body,
        firsts_of_ends=frozenset(label[:1] for label in ends_of_body),
        sections=frozenset(folded["sections"]),
        digest_leads=folded["digest_leads"],
        own_names=frozenset(fold_label(name) for name in own_names),
        dateline=_compile_dateline(site.agencies),
        dates={place: _compile_shape(formats) for place, formats in shapes.items()},
        is_declared=bool(printed.share or printed.ends_body),
        usual_see_also=not printed.see_also or printed.see_also_adds,
    )


@cache
def _load_related_labels(kind: str) -> frozenset[str]:
    """Return the labels of one kind, of all languages, from ``tables/related.toml``."""
    return frozenset(fold_label(label) for labels in load_table("related")[kind].values() for label in labels)


@cache
def _load_beginnings() -> frozenset[str]:
    kinds = ("related", "generous", "before_topic")
    return frozenset(label[:3] for kind in kinds for label in _load_related_labels(kind))


@lru_cache(maxsize=4096)  # a page asks of a line several times, and every page prints the same labels
def fold_label(text: str) -> str:
    """Return the form in which labels are compared: folded, without the marks around it."""
    return " ".join(fold(clean(text[: SHORT * 2])).strip(_AROUND_LABELS).split())


def fold_line(line: TextLine) -> str:
    """Return the form in which a line is compared with labels, as :func:`fold_label` does for any text."""
    return " ".join(line.folded.strip(_AROUND_LABELS).split()) if len(line.text) <= SHORT * 2 else fold_label(line.text)


def find_date(text: str, labels: CompiledLabels, place: str) -> tuple[str, str] | None:
    """Return the date at the beginning or end of a short line, as printed, and the rest of the line."""
    pattern = labels.dates.get(place)
    if pattern is None or len(text) > SHORT or not _FIGURE.search(text):
        return None
    before = _BEFORE_DATE.match(text)
    starts = {before.end() if before else 0, 0}
    for start in sorted(starts, reverse=True):
        if (match := pattern.match(text, start)) and _ends_word(text, match.end()):
            rest = text[match.end() :].strip(_SEPARATORS)
            # "03/11/2022 - 09:45" in a form that is not declared: the time must not be cut off.
            return None if _STARTS_WITH_CLOCK.match(rest) else (match[0].strip(), rest)
    for match in pattern.finditer(text):
        rest = text[match.end() :]
        if not rest.strip(_SEPARATORS + "."):
            return match[0].strip(), text[: match.start()].strip(_SEPARATORS)
    return None


def is_see_also(line: TextLine, labels: CompiledLabels) -> bool:
    """Does the line head a See also block? Links may follow the label on the same line."""
    if len(line.text) < 40 and fold_label(line.text) in labels.see_also:
        return True
    if not line.has_links or not line.link_share:
        return False
    return 0 < len(line.unlinked) < 40 and fold_label(line.unlinked) in labels.see_also


def heads_related(line: TextLine, labels: CompiledLabels) -> bool:
    """Is the line nothing but a label of the table, or the site's, over related links?

    What is also set on buttons and over adverts counts only for a site that says what it prints, and so does a heading:
    a text may have a part that is called "Further reading".
    """
    if len(line.text) > _LONGEST_RELATED_LABEL or (line.heading and not labels.is_declared):
        return False
    folded = fold_line(line)
    return folded in labels.related or (labels.is_declared and folded in labels.generous)


def is_related_label(line: TextLine, labels: CompiledLabels) -> bool:
    """Is a short line, a heading or not, a label of the table, or the site's, over related links?"""
    return not line.has_links and len(line.text) <= _LONGEST_PLAIN_LABEL and fold_line(line) in labels.related


def is_share_label(line: TextLine, labels: CompiledLabels) -> bool:
    """Is the line made of the site's share, print and mail labels?"""
    return bool(labels.share) and len(line.text) <= SHORT and _is_all_labels(fold_label(line.text), labels.share)


def is_share(line: TextLine, labels: CompiledLabels) -> bool:
    """Is the line made of share labels, or of links that only share?"""
    if len(line.text) > SHORT:
        return False
    if is_share_label(line, labels):
        return True
    if line.hints & Hint.SHARE:
        return True
    if line.heading:
        return False
    if len(line.text) <= 60 and _names_networks(line.text):
        return True
    if len(line.unlinked) >= 20:
        return False
    links = line.links
    return bool(links) and all(_is_share_link(href, text, labels) for href, text in links)


@lru_cache(maxsize=2048)  # a line is asked by several steps, and the pages of a site print the same
def _names_networks(text: str) -> bool:
    return _NETWORKS.fullmatch(text) is not None


def _is_share_link(href: str, text: str, labels: CompiledLabels) -> bool:
    """Does a link share, mail or print, by its address or its label?

    An empty link is a button when it shows hardly more than an icon; the address of a sharing service or of a print
    edition is always one, whatever its label in whatever language.
    """
    if _SHARES.search(href[:300]):
        return len(text) <= 60
    if len(text) <= 12 and (_TOOL.fullmatch(text) or href[:300].lower().partition("?")[0].endswith(".pdf")):
        return True
    return bool(_BUTTON.match(href)) and ((len(text) <= 2 and text.isascii()) or fold_label(text) in labels.share)


def ends_body(line: TextLine, labels: CompiledLabels) -> bool:
    """Does nothing of the article follow this line: newsletter, motto, copyright, readers' comments?"""
    if may_fold_to(line.text[0], labels.firsts_of_ends) and line.folded[:200].lstrip(_SEPARATORS).startswith(
        labels.ends_body
    ):
        return True
    if len(line.text) < 400 and _begins_copyright(line.text):
        return True
    return line.heading > 0 and len(line.text) < 40 and _COMMENTS.fullmatch(line.text) is not None


def is_copyright(line: TextLine) -> bool:
    """Is the line a notice of copyright and little else?"""
    return len(line.text) <= SHORT * 2 and _begins_copyright(line.text)


def _begins_copyright(text: str) -> bool:
    first = text[:1]
    return (not first.isalpha() or first in _FIRST_OF_COPYRIGHT) and _COPYRIGHT.match(text) is not None


def is_listing_row(text: str) -> bool:
    """Is the line one that only listings print: ``| 22/09/2023``, ``by X | LEBANON``?"""
    row = _LISTING.match(text) if "|" in text and len(text) < 120 else None
    # In scripts without capitals anything may stand behind the bar.
    return row is not None and (row["kicker"] is None or row["kicker"].isupper() or not row["kicker"][-1].isalpha())


def reads_as_kicker(text: str, labels: CompiledLabels) -> bool:
    """Does a short line read as a section or as countries in upper case?"""
    if not 2 <= len(text) <= 60 or any(map(str.isdigit, text)):
        return False
    if fold_label(text) in labels.sections:
        return True
    letters = list(filter(str.isalpha, text))
    if len(letters) < 2:
        return False
    if _CJK_KICKER.fullmatch(text):
        return True
    most = _WORDS_OF_KICKER if labels.is_declared or _PARTED.search(text) else _WORDS_OF_UNKNOWN_KICKER
    return all(map(str.isupper, letters)) and len(text.split()) <= most and text[-1] not in ".!?:："


def is_sure_kicker(text: str, labels: CompiledLabels) -> bool:
    """Is a heading a kicker and no headline? Five ideographs or more, parted by nothing, could be either."""
    if not reads_as_kicker(text, labels):
        return False
    return len(text) <= 4 or _IDEOGRAPH.match(text) is None or fold_label(text) in labels.sections


def is_country_line(text: str) -> bool:
    """Is the line an upper-case heading inside a digest?"""
    first = next(filter(str.isalpha, text), None) if len(text) <= 80 else None
    if first is None:
        return False
    return all(map(str.isupper, filter(str.isalpha, text))) if first.isupper() else bool(_CJK_KICKER.fullmatch(text))


def reads_as_stub(text: str) -> bool:
    """Is a text too short for a lead, and no sentence?"""
    return measure_prose(text) <= _STUB and not ends_sentence(text)


def ends_sentence(text: str) -> bool:
    """Does the text end as sentences do, a footnote mark allowed?"""
    last = text[-1:]
    if last.isalnum():
        return False
    return (last != "" and last in _SENTENCE_MARKS) or _SENTENCE_END.search(text[-40:]) is not None


def starts_with_dateline(text: str, labels: CompiledLabels) -> bool:
    """Does a paragraph begin with a place and, in brackets, the agency: ``Moscow (AsiaNews) -``?"""
    return labels.dateline.match(text[:200]) is not None


def is_own_name(text: str, labels: CompiledLabels) -> bool:
    """Is the line the name of the publication, as in a logo?"""
    return fold_label(text) in labels.own_names


def _ends_word(text: str, end: int) -> bool:
    return end >= len(text) or not (text[end].isalnum() or (text[end] in "/.:" and text[end + 1 : end + 2].isdigit()))


def _is_all_labels(text: str, labels: tuple[str, ...]) -> bool:
    is_label = False
    for _ in range(12):
        if not text:
            return is_label
        if not text.startswith(labels):
            return False
        label = next(label for label in labels if text.startswith(label))
        is_label = True
        text = text[len(label) :].lstrip(_SEPARATORS)
    return False


def _compile_dateline(agencies: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(re.escape(agency).replace(r"\ ", r"\s?") for agency in agencies)
    return (
        re.compile(rf"[^()（）]{{0,60}}[(（]\s*(?:{names})\s*(?:[/,，、;–—-][^()（）]{{0,80}})?[)）]", re.I)
        if names
        else _NEVER
    )


def _compile_shape(formats: list[str]) -> re.Pattern[str]:
    """Return a pattern of the shape that these strptime formats read; the longest form is tried first."""
    shapes = sorted({_convert_format(form) for form in formats}, key=len, reverse=True)
    return re.compile(rf"(?<!\d)(?:{'|'.join(shapes)})(?!\d)")


def _convert_format(form: str) -> str:
    parts: list[str] = []
    for token in re.findall(r"%.|\s+|[^%\s]", form):
        if token.isspace():
            parts.append(r"\s*")
        else:
            parts.append(
                _DIRECTIVES.get(token) or rf"\s?{re.escape(token)}"
                if token in ",:"
                else _DIRECTIVES.get(token) or re.escape(token)
            )
    return "".join(parts)
