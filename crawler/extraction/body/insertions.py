"""Leaves out what pages print amid their text and is none of it: captions, prompts to subscribe, consent, clocks.

Such lines are sentences as those of the text are, and stand among them. What tells them is how they end, what their box
asks for, or where it stands.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from crawler.extraction.body.button_boxes import find_button_boxes
from crawler.extraction.body.notes import find_notes
from crawler.extraction.body.polls_and_charts import find_charts, find_polls
from crawler.extraction.body.prompts import find_prompts
from crawler.extraction.header.header import Header
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.date_labels import is_date_line
from crawler.extraction.layout.labels import PROSE, measure_prose
from crawler.extraction.layout.line_parts import split_pieces
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.layout.paragraphs import find_paragraph_block
from crawler.extraction.layout.picture_captions import is_set_as_caption
from crawler.extraction.layout.picture_credits import ends_with_credit
from crawler.extraction.parsing.markup import Hint
from crawler.normalisation.bylines.byline import is_byline

LONGEST_CAPTION: Final = 400
LONGEST_BOX: Final = 700
"""Letters of a box that asks for an address, or of what is printed under a prompt to pay."""
LONGEST_LINE_OF_BOX: Final = 120
"""Letters that one line of such a box has at most."""
LONGEST_PROMPT: Final = 90
LEAST_LEFT: Final = 300
"""Letters of prose that a page has beside what is left out."""
MOST_LEFT_OUT: Final = 0.25
"""The share of a text from which its captions, or its boxes, are the text."""
SURE_OF_BOX: Final = 0.97
"""The chance from which a line in a box that asks for an address is no prompt."""
LONGEST_CLOCK: Final = 30
LEAST_CLOCKS: Final = 3
"""Lines that are nothing but a clock, which a live report has at least."""
_LONGEST_TIME: Final = 16
_CLOCK: Final = re.compile(
    r"[\[(]?(?:[01]?\d|2[0-3])(?:[:h][0-5]\d(?::[0-5]\d)?|\.[0-5]\d(?=\s?[a-zA-Z]))"
    r"(?:\s?(?:[ap]\.?m\.?|uhr|h|utc|gmt|bst|cest?|[ec][ds]t|ist))?[\])]?[:–-]?",
    re.I,
)
_SUBSCRIPTION: Final = re.compile(r"subscri|newsletter|sign-?up|mailing-?list|opt-?in")
"""Names of boxes that ask for an address, however long their line is."""
_LEVELS: Final = 4
_AROUND: Final = " .:!–—-»>→"
_PAID: Final = re.compile(
    r"(?:register|sign (?:up|in)|log ?in|create an? (?:free )?account|join us)(?: for free| now)? to (?:continue|"
    r"keep|read|"
    r"unlock).{0,50}|"
    r"(?:jetzt|hier|gleich|direkt)?\s?(?:weiterlesen|weiter lesen)(?: mit\b.{0,40}| und\b.{0,40}|:.{0,40})?|"
    r"(?:nur|exklusiv) für (?:abonnent|mitglied).{0,40}|.{0,30}\b(?:abo|abonnement) (?:abschließen|wählen|"
    r"sichern).{0,30}|"
    r"(?:continue|keep) reading (?:with|for|by|this|the).{0,50}|subscribe (?:now )?(?:to|for) (?:continue|read|"
    r"keep|unlock|full|access).{0,50}|"
    r"read (?:this|the) (?:full |whole |rest of the )?(?:story|article) (?:with|for|free).{0,50}|"
    r"start your (?:free )?trial.{0,30}|"
    r"(?:unlock|get) (?:this|full|unlimited) (?:article|story|access).{0,40}|(?:this|the) (?:article|story|"
    r"content) is (?:only )?(?:for|reserved).{0,50}|"
    r"(?:lisez|lire) la suite (?:de|avec|en|pour).{0,50}|(?:il vous reste|la suite est|article|"
    r"contenu) .{0,60}(?:réservée? aux abonnés|à découvrir|à lire).{0,60}|"
    r"abonnez-vous (?:pour|et|dès).{0,50}|(?:suscr[ií]b[ae]te|hazte (?:suscriptor|socio)|reg[ií]strate).{0,50}|"
    r"(?:contenido|art[ií]culo) (?:exclusivo|solo) para (?:suscriptores|socios).{0,30}|para (?:seguir|"
    r"continuar) leyendo.{0,50}|"
    r"abb[oò]nati (?:per|a|ora|e).{0,50}|(?:contenuto|articolo) riservato agli abbonati.{0,30}|"
    r"per continuare a leggere.{0,50}|"
    r"(?:assine|torne-se assinante).{0,50}|(?:conte[uú]do|artigo|mat[eé]ria) exclusiv[oa] para assinantes.{0,30}|"
    r"lees (?:verder|dit artikel) (?:met|als).{0,50}|(?:exclusief|alleen) voor (?:abonnees|leden).{0,30}|"
    r"(?:artikeln är|endast) för prenumeranter.{0,30}|(?:kun|bare|saken er) for abonnenter.{0,30}|"
    r"czytaj dalej (?:z|w).{0,40}|"
    r"(?:тільки|только) для (?:подписчиков|передплатників).{0,30}",
    re.I,
)
"""A short line under which a page says what the rest of its text costs."""
_ASKS_CONSENT: Final = re.compile(
    r"\b(?:we|our (?:site|partners)|this (?:web)?site|wir|diese (?:web)?seite|nous|ce site|nosotros|este sitio|noi|"
    r"questo sito|nós|este site|wij|deze (?:web)?site|vi|мы|ми|我们|我們)\b[^.]{0,60}\bcookies?\b|"
    r"\b(?:utiliz(?:amos|ziamo)|usamos|usiamo|używamy|используем|використовуємо|kullanıyoruz)\b[^.]{0,40}\bcookie|"
    r"\b(?:we and our|wir und unsere|nous et nos|nosotros y nuestros|noi e i nostri) (?:\d{1,4} )?partner|"
    r"\b(?:your|us(?:e|ing) an?|disable|turn off) (?:your )?ad[ -]?block|"
    r"\b(?:ihren|einen) werbeblocker|\bbloqueurs? de pub",
    re.I,
)
"""How a paper itself says that it keeps such files, or asks whether it may."""
_CONSENT: Final = re.compile(
    r"\bcookies?\b|\bad[ -]?block|\bwerbeblocker|\bbloqueurs? de pub|"
    r"\bконсент\b|файл\w* cookie|\bour (?:\d+ )?partners\b|processing of (?:your )?personal data",
    re.I,
)


def leave_insertions(
    chosen: list[TextLine], lines: Sequence[TextLine], chances: Sequence[float], header: Header
) -> list[TextLine]:
    """Return the lines of a text without what is printed amid them and is none of it.

    ``lines`` are all of the page and ``chances`` theirs. What would leave nothing, or is much of the text, stays.
    """
    for find in (_find_consent, _find_boxes, _find_prompts, _find_captions, _find_offer):
        left_out = find(chosen, chances, header)
        if left_out:
            remaining = [line for line in chosen if line.index not in left_out]
            if remaining:
                chosen = remaining
            elif find is _find_consent and header.line is not None and chosen[-1].index < header.first:
                return []  # the text stands below, and is not likely beside so many words of the law
    for few in (
        find_polls(chosen, lines) | find_charts(chosen, lines),
        find_button_boxes(chosen, lines),
        find_notes(chosen),
    ):
        chosen = _leave_few(chosen, few)
    filler = _find_filler(chosen)
    chosen = [line for line in chosen if line.index not in filler] if 0 < len(filler) < len(chosen) else chosen
    chosen = [line for line in chosen if not (line.hints & Hint.TIME and len(line.text) <= LONGEST_CLOCK)]
    chosen = _leave_counters(_leave_stamps(_leave_clocks(chosen, lines)))
    return [line for line in chosen if not (_lists_contents(line) or _heads_contents(line, chosen, lines))]


def _find_filler(chosen: Sequence[TextLine]) -> set[int]:
    """Return the lines of boxes that begin with the printers' Latin, as behind an offer to pay, and each such line."""
    filler = {line.index for line in chosen if line.text[:11].lower() == _FILLER}
    if not filler:
        return filler
    boxes: dict[Block | None, list[TextLine]] = defaultdict(list)
    for line in chosen:
        boxes[line.block.parent].append(line)
    return filler | {line.index for inside in boxes.values() if inside[0].index in filler for line in inside}


_FILLER: Final = "lorem ipsum"


def _leave_few(chosen: list[TextLine], indexes: set[int]) -> list[TextLine]:
    """Return the lines of a text without those of these indexes, where they are little of it."""
    letters = sum(len(line.text) for line in chosen if line.index in indexes)
    if not indexes or letters > MOST_LEFT_OUT * sum(len(line.text) for line in chosen):
        return chosen
    return [line for line in chosen if line.index not in indexes]


def _leave_clocks(chosen: list[TextLine], lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines of a live report without those that are only the clock of a part; the page has several."""
    clocks = {line.index for line in chosen if _is_clock(line)}
    if not clocks or sum(map(_is_clock, lines[chosen[0].index : chosen[-1].index])) < LEAST_CLOCKS:
        return chosen
    return [line for line in chosen if line.index not in clocks]


def _leave_counters(chosen: list[TextLine]) -> list[TextLine]:
    """Return the lines without those that only count slides, one after the other: "1/4", "2/4", "3/4"."""
    counts = [
        (int(match[1]), int(match[2]), line.index)
        for line in chosen
        if len(line.text) <= _LONGEST_COUNTER and (match := _COUNTER.fullmatch(line.text))
    ]
    numbers = [number for number, _, _ in counts]
    is_row = len(counts) >= LEAST_CLOCKS and len({total for _, total, _ in counts}) == 1
    if not is_row or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return chosen
    left_out = {index for _, _, index in counts}
    return [line for line in chosen if line.index not in left_out]


_LONGEST_COUNTER: Final = 20
_COUNTER: Final = re.compile(r"(?:[^\W\d_]{3,10}\s)?(\d{1,3})\s?(?:/|／|of|von|sur|de|di|van|av|z|из)\s?(\d{1,3})")


def _leave_stamps(chosen: list[TextLine]) -> list[TextLine]:
    """Return the lines of a live report without those that say when a part of it was written, and by whom."""
    stamps = [line for line in chosen if len(line.pieces) > 1 and len(line.text) <= _LONGEST_STAMP and _is_stamp(line)]
    rows = Counter((line.block.tag, line.block.name) for line in stamps)
    left_out = {line.index for line in stamps if rows[line.block.tag, line.block.name] >= LEAST_CLOCKS}
    return [line for line in chosen if line.index not in left_out] if left_out else chosen


_LONGEST_STAMP: Final = 80


def _is_stamp(line: TextLine) -> bool:
    """Does a line print a time and a writer, each in an element of its own, and nothing else?"""
    if line.heading or not any(map(str.isdigit, line.text)):
        return False
    texts = [part.text for part in split_pieces(line)]
    times = [text for text in texts if is_date_line(text, None)]
    return 0 < len(times) < len(texts) and all(text in times or is_byline(text, None) for text in texts)


def _is_clock(line: TextLine) -> bool:
    return len(line.text) <= _LONGEST_TIME and _CLOCK.fullmatch(line.text) is not None


def _find_consent(chosen: Sequence[TextLine], chances: Sequence[float], header: Header) -> set[int]:
    """Return what asks for consent above the headline or beside the text: the paragraphs of a box with cookies."""
    boxes = {line.block.parent for line in chosen if _may_ask(line.text) and _CONSENT.search(line.text)}
    if not boxes:
        return set()
    letters: Counter[Block | None] = Counter()
    for line in chosen:
        letters[find_paragraph_block(line)] += measure_prose(line.text)
    home = letters.most_common(1)[0][0]
    below = sum(measure_prose(line.text) for line in chosen if line.index >= header.start)
    left_out: set[int] = set()
    for box in boxes:
        inside = [line for line in chosen if line.block.parent is box]
        is_above = header.line is not None and inside[-1].index < header.first
        asks = any(_ASKS_CONSENT.search(line.text) for line in inside)
        is_beside = box is not home and (header.line is None or box is not header.line.block.parent)
        if (is_above and (asks or below >= LEAST_LEFT)) or (asks and is_beside):
            left_out.update(line.index for line in inside)
    return left_out


def _may_ask(text: str) -> bool:
    """Return False for a text that surely asks for no consent: sooner than the patterns."""
    return any(map(text.lower().__contains__, _WORDS_OF_CONSENT))


_WORDS_OF_CONSENT: Final = ("cookie", "partners", "personal data", "block", "bloqueur", "консент")


def _find_boxes(chosen: Sequence[TextLine], chances: Sequence[float], header: Header) -> set[int]:
    """Return the lines of boxes that ask for an address to send mail to."""
    boxes: dict[Block, list[TextLine]] = defaultdict(list)
    for line in chosen:
        above: Block | None = line.block
        for _ in range(_LEVELS):
            if above is None or above.asks_for_mail:
                break
            above = above.parent
        if above is not None and above.asks_for_mail:
            boxes[above].append(line)
    most = min(LONGEST_BOX, MOST_LEFT_OUT * sum(len(line.text) for line in chosen))
    return {
        line.index
        for box, inside in boxes.items()
        if sum(len(line.text) for line in inside) <= most
        and min(chances[line.index] for line in inside) < SURE_OF_BOX
        and (_SUBSCRIPTION.search(box.name.lower()) or min(len(line.text) for line in inside) < LONGEST_LINE_OF_BOX)
        for line in inside
    }


def _find_prompts(chosen: Sequence[TextLine], chances: Sequence[float], header: Header) -> set[int]:
    """Return the lines that ask to subscribe or to follow, with the small boxes around them."""
    return find_prompts(chosen)


def _find_captions(chosen: Sequence[TextLine], chances: Sequence[float], header: Header) -> set[int]:
    """Return the lines that are printed under a picture, as markup or words tell, where they are little of the text."""
    homes = Counter(find_paragraph_block(line) for line in chosen if measure_prose(line.text) >= PROSE)
    captions = [line for line in chosen if len(line.text) <= LONGEST_CAPTION and not line.heading]
    captions = [line for line in captions if ends_with_credit(line.text) or is_set_as_caption(line, homes)]
    if sum(len(line.text) for line in captions) > MOST_LEFT_OUT * sum(len(line.text) for line in chosen):
        return set()
    return {line.index for line in captions}


def _find_offer(chosen: Sequence[TextLine], chances: Sequence[float], header: Header) -> set[int]:
    """Return the short line that asks to pay for the rest of a text, and the little that stands under it."""
    letters = 0
    for place in range(len(chosen) - 1, 0, -1):
        line = chosen[place]
        letters += len(line.text)
        if letters > LONGEST_BOX:
            return set()
        if len(line.text) <= LONGEST_PROMPT and line.link_share < 0.9 and _PAID.fullmatch(line.text.strip(_AROUND)):
            if _goes_on(chosen[:place], chosen[place + 1 :]):
                return {line.index}
            return {following.index for following in chosen[place:]}
    return set()


def _goes_on(before: Sequence[TextLine], after: Sequence[TextLine]) -> bool:
    """Do paragraphs stand behind a line as sisters of the last one before it?"""
    last = next((line for line in reversed(before) if measure_prose(line.text) >= PROSE), None)
    return last is not None and any(
        measure_prose(line.text) >= PROSE and line.block.parent is last.block.parent for line in after
    )


def _heads_contents(line: TextLine, chosen: Sequence[TextLine], lines: Sequence[TextLine]) -> bool:
    """Is a line a heading under which the page prints nothing but links to its own parts, and then another heading?"""
    if not line.heading or line.index + 1 >= len(lines) or not _leads_within_page(lines[line.index + 1]):
        return False
    following = next((other for other in chosen if other.index > line.index), None)
    if following is None or not 0 < following.heading <= line.heading:
        return False
    between = lines[line.index + 1 : following.index]
    return all(_leads_within_page(other) or other.hints & Hint.TIME for other in between)


def _lists_contents(line: TextLine) -> bool:
    """Does a line link to several parts of the page, and hold little beside: "Jump to: The costs | The prices"?"""
    if not line.has_links or line.heading or len(line.unlinked) > LONGEST_CLOCK:
        return False
    return len(line.links) > 1 and all(href.startswith("#") and len(text) > 2 for href, text in line.links)


def _leads_within_page(line: TextLine) -> bool:
    return line.link_share >= 0.9 and all(href.startswith("#") for href, _ in line.links)
