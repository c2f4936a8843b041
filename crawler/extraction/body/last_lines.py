"""Leaves out what stands at the end of a text: copyright, days, prompts, who sent it, who the writer is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from crawler.extraction.body.biographies import is_biography
from crawler.extraction.body.text_ends import ends_release, is_behind_text, signs_off, strip_words_of_help
from crawler.extraction.header.signature import is_formed_as_signature
from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.date_labels import is_date_line, read_free_date
from crawler.extraction.layout.labels import PROSE, ends_sentence, fold_label, is_copyright, measure_prose
from crawler.extraction.layout.lines import TextLine
from crawler.normalisation.addresses.hosts import is_web_address
from crawler.normalisation.bylines.byline import is_byline, names_agencies

LEAST_ABOVE: Final = 2
"""Lines that a release has above the mark of its end."""
LONGEST_ROW: Final = 80
LONGEST_PROMPT: Final = 250
_PROMPT: Final = re.compile(
    r"newsletter|(?:your|my) inbox|\bsign up\b|\bsubscribe\b|abonnier|abonnez|s[’']abonner|suscr[ií]b|iscriviti|"
    r"\bfollow us\b|\bjoin (?:us|our)\b|telegram|whatsapp|síguenos|siga-nos|seguici|suivez-nous|folgen sie uns|"
    r"volg ons|följ oss|"
    r"(?:whatsapp|telegram|viber|google news).{0,40}(?:chann?el|canal|kanal|saluran|канал|قناة|کانال|चैनल|চ্যানেল|gro?up)|"
    r"assine |ติดตาม|theo dõi|ikuti kami|nieuwsbrief|nyhetsbrev|рассылк|подпи[сш]|订阅|訂閱|メルマガ|구독",
    re.I,
)
"""What a line with a link says that asks the reader to subscribe to something."""
_SOURCE: Final = re.compile(
    r"SOURCE:? [A-Z][^.]{2,80}$|(?:Źródło|Zdroj|Izvor|Kaynak|Источник|Джерело|Πηγή|Forrás|Sursa|Allikas|Avots|"
    r"Šaltinis)\s?:\s?.{2,60}$"
)
"""What stands under releases and reports: who sent them to the wire, who told it first."""
LONGEST_POSTED: Final = 400
_POSTED: Final = re.compile(
    r"this (?:entry|post) was (?:posted|published)|dieser (?:beitrag|eintrag) wurde|cette entrée a été publiée|"
    r"esta entrada (?:fue|ha sido) publicada|questa voce è stata pubblicata|dit bericht (?:is|werd) geplaatst|"
    r"ten wpis został opublikowany|запись опубликована|filed under:|posted in:? ",
    re.I,
)
"""How systems of blogs begin what they print under a text of its day, writer and section."""


def leave_end(chosen: list[TextLine], names: Sequence[str], clues: Clues) -> list[TextLine]:
    """Return the lines without what stands at their end: copyright, dates, prompts, a heading, who the writer is."""
    last = len(chosen)
    while last > 1 and measure_prose(chosen[last - 1].text) < PROSE:
        last -= 1
    # Behind the short line that names an editor or a source, or says that this is the end, nothing of the text follows.
    short = range(max(1, last), len(chosen))
    end = next((index for index in short if is_behind_text(chosen[index], clues.labels)), len(chosen))
    end = min(end, _find_release_end(chosen))
    is_set_in_headings = _is_set_in_headings(chosen)
    while end > 1 and (
        _is_end(chosen[end - 1], clues, is_set_in_headings=is_set_in_headings)
        or is_biography(chosen[end - 1], names)
        or chosen[end - 1].text.lstrip("—–-― ") in names
        or is_formed_as_signature(chosen[end - 1], chosen[end - 2], clues.language)
    ):
        end -= 1
    return chosen[:end]


def _find_release_end(chosen: Sequence[TextLine]) -> int:
    """Return the index of the mark behind which a release tells of its sender, the number of lines where none is."""
    followings = (*chosen[1:], None)
    below = range(LEAST_ABOVE, len(chosen))
    return next((index for index in below if ends_release(chosen[index], followings[index])), len(chosen))


def _is_set_in_headings(chosen: Sequence[TextLine]) -> bool:
    """Are most paragraphs of a text set as headings?"""
    paragraphs = [line for line in chosen if measure_prose(line.text) >= PROSE]
    return sum(line.heading > 0 for line in paragraphs) * 2 > len(paragraphs)


def _is_end(line: TextLine, clues: Clues, *, is_set_in_headings: bool) -> bool:
    if _SOURCE.match(line.text) or (len(line.text) <= LONGEST_POSTED and _POSTED.match(line.text)):
        return True
    if not any(map(str.isalnum, line.text)) or _is_row_of_tags(line.text):
        return True  # "–", "* * *", "#harbour #mill"
    if (
        (line.heading and not is_set_in_headings)
        or is_copyright(line)
        or is_date_line(line.text, clues.language)
        or signs_off(line.text)
    ):
        return True
    if _leads_through_site(line) or (len(line.text) <= PROSE and fold_label(line.text) in clues.labels.lists):
        return True  # "Home | News", "Most read"
    if len(line.text) <= PROSE and not ends_sentence(line.text) and _signs_below(line.text, clues):
        return True  # "Text: Ann Lee", "MTI", "(dpa)"
    date = read_free_date(line.text, clues.language) if len(line.text) <= PROSE else None
    if date is not None and date.role is not None:  # "Published in The Post, May 6th, 2024"
        return True
    return len(line.text) <= LONGEST_PROMPT and line.has_links and _PROMPT.search(line.text) is not None


def _leads_through_site(line: TextLine) -> bool:
    """Is a short line nothing but several links to pages of the site?"""
    if len(line.text) > LONGEST_ROW or len(line.links) < 2 or any(map(str.isalnum, line.unlinked)):
        return False
    return not any(is_web_address(href) for href, _ in line.links)


def _is_row_of_tags(text: str) -> bool:
    """Is a line nothing but words behind hashes, as a network files a text?"""
    return text[0] == "#" and len(text) <= LONGEST_PROMPT and all(word[0] == "#" for word in text.split())


def _signs_below(text: str, clues: Clues) -> bool:
    """Is a short line below a text only who wrote it, or the agency? A note in brackets that says more is printed."""
    if names_agencies(strip_words_of_help(text.strip("(©/) ")), clues.language):
        return True
    return text[0] != "(" and is_byline(text, clues.language)
