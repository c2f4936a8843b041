"""Reads the lines of a parsed page: what a reader sees from top to bottom, whatever tags carry it.

A line is a run of text bounded by block elements or ``<br>``. It knows where it stands (headings, links, menus, the
words in class names), so that the anatomy can be read without depending on any one markup.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.hidden_text import (
    HIDDEN_PROSE,
    LEAST_HIDDEN_LINE,
    goes_on_behind,
    holds_prose,
    is_shown_later,
)
from crawler.extraction.layout.inline_signs import is_plain_formula, is_word, read_picture, stands_amid_sentence
from crawler.extraction.layout.prose import measure_prose
from crawler.extraction.layout.pull_quotes import find_copies
from crawler.extraction.layout.source_lines import CJK_BREAK, part_by_blank_lines
from crawler.extraction.parsing.markup import BLOCK_TAGS, HEADING_LEVELS, NO_HINTS, NO_TEXT, TAG_HINTS, Hint, read_hints
from crawler.extraction.parsing.tree import SHOWN_WITH_PROSE, UNSHOWN_TAGS, Event, Tree, find_end, pass_over
from crawler.normalisation.words.text import clean, fold
from crawler.system.unlocked_property import unlocked_property

MOST_DESCRIBED = 200
"""Pictures of a page whose description is remembered."""
LEAST_DESCRIPTION, MOST_DESCRIPTION = 25, 400
"""Characters of what a picture says of itself that may be printed under it."""
_HIDDEN = Hint.HIDDEN
_SET_IN_LINE = Hint.INLINE | Hint.BOX_IN_LINE
_SET_AS_BLOCK = Hint.CHOSEN | Hint.BLOCK
_OF_LAYOUT = _SET_AS_BLOCK | Hint.KEEPS_BREAKS
_OF_SENTENCES = frozenset(("p", "li", "td", "dd", "blockquote"))
_SHOWN_AS_WORDS = frozenset(("button", "math"))
_NAMING = frozenset(("class", "id"))


@dataclass(slots=True)
class Piece:
    """A run of text in one inline element."""

    text: str
    hints: int
    href: str | None
    owner: int = -1
    """Where the element that it stands in begins among the events of the page; -1 for none."""


@dataclass(eq=False)
class TextLine:
    """A line as a reader sees it."""

    index: int
    text: str
    block: Block
    soft: bool
    """True when only a single ``<br>`` parts the line from the one before."""
    heading: int
    """1 to 6 inside h1 to h6, else 0."""
    hints: int
    """The hints that all parts of the line share."""
    pieces: list[Piece] = field(default_factory=list)
    has_links: bool = False
    """Is any of the line link text?"""
    link_share: float = 0.0
    """The share of the line that is link text, 0 to 1."""

    def __post_init__(self) -> None:
        if not self.has_links:  # most lines: what links would tell of them need not be asked for
            self.links, self.unlinked = (), self.text
            return
        if len(self.pieces) == 1 and (href := self.pieces[0].href) is not None:  # an entry of a menu, a title
            self.links, self.unlinked = ((href, self.text),), ""
        linked = 0
        for piece in self.pieces:
            if piece.href is not None:
                linked += len(piece.text.strip())
        self.link_share = min(1.0, linked / max(1, len(self.text)))

    @unlocked_property
    def folded(self) -> str:
        """The first 1,000 characters for comparing."""
        return fold(self.text[:1000])

    @unlocked_property
    def matched(self) -> str:
        """The folded characters with one space between words, by which a line is told to be a stated headline."""
        return self.folded if self.text.isascii() else " ".join(self.folded.split())

    @unlocked_property
    def links(self) -> tuple[tuple[str, str], ...]:
        """(href, text) of each link in the line."""
        links: list[list[str]] = []
        last: str | None = None
        for piece in self.pieces:
            if piece.href is not None and piece.href == last:
                links[-1][1] += piece.text
            elif piece.href is not None:
                links.append([piece.href, piece.text])
            last = piece.href if piece.href is not None or piece.text.strip() else last
        return tuple((href, clean(text)) for href, text in links)

    @unlocked_property
    def unlinked(self) -> str:
        """The text of the line outside of links."""
        return clean(" ".join([piece.text for piece in self.pieces if piece.href is None]))


def make_inside_test(block: Block) -> Callable[[TextLine], bool]:
    """Return a test that is True for lines inside a block; it remembers the blocks that it has met."""
    answers: dict[int, bool] = {id(block): True}

    def test(line: TextLine) -> bool:
        passed: list[int] = []
        block_above: Block | None = line.block
        while block_above is not None and block_above.depth >= block.depth and id(block_above) not in answers:
            passed.append(id(block_above))
            block_above = block_above.parent
        answer = block_above is not None and answers.get(id(block_above), False)
        answers.update(dict.fromkeys(passed, answer))
        return answer

    return test


def read_lines(tree: Tree, selected: Collection[int] = ()) -> list[TextLine]:
    """Return the visible lines of a page, in order.

    Those in elements that begin at the places ``selected`` get the hint ``CHOSEN``.
    """
    return _LineReader(tree.events, frozenset(selected)).read()


class _LineReader:
    """Walks a tree once, without recursion, and collects its lines."""

    def __init__(self, events: Sequence[Event], selected: frozenset[int]) -> None:
        self.events = events
        self.selected = selected
        self.lines: list[TextLine] = []
        self.pieces: list[Piece] = []
        self.soft = False
        self.hints = NO_HINTS
        """Those that any line has."""
        self.pictured: Block | None = None
        self.is_broken = False
        """Does a break stand between the picture and what follows?"""
        self.described: set[str] = set()

    def read(self) -> list[TextLine]:
        text = ""
        # What all text that stands directly in one element shares:
        block, hints, heading, is_pre = Block(None, "html"), NO_HINTS, 0, False
        href: str | None = None
        owner = -1
        opened: list[tuple[Block, int, int, bool, str | None, int, bool]] = []
        """The same of the elements around it; the last tells whether the next inner one is a block."""
        selected = self.selected
        events = enumerate(self.events)
        for index, event in events:
            if isinstance(event, str):
                text = text + event if text else event
                continue
            if event is not None and event[0] in UNSHOWN_TAGS:
                if event[0] == "img":
                    self._note_picture(event[1], block)
                    if "alt" in event[1]:
                        before = text or (self.pieces[-1].text if self.pieces else "")
                        text += read_picture(event[1], before, self.events[index + 2])
                elif event[0] == "svg" and len(letter := event[1].get("aria-label", "")) == 1:
                    following = next(iter(self.events[find_end(self.events, index) + 1 :][:1]), None)
                    text += read_picture({"alt": letter}, text, following)
                elif event[0] == "input":
                    _note_field(event[1].get("type", "")[:9].lower(), block)
                if event[0] in _SHOWN_AS_WORDS and self._is_shown(event[0], index, heading, text):
                    event = ("span", {})
                elif event[0] in SHOWN_WITH_PROSE and holds_prose(self.events, index):
                    event = SHOWN_WITH_PROSE[event[0]]
                else:
                    pass_over(events)
                    continue
            if text:
                if text.isspace() and not (is_pre and "\n" in text):  # as between most blocks
                    if self.pieces:
                        self.pieces.append(Piece(text, hints, href, owner))
                elif "\n" not in text:
                    self.pieces.append(Piece(text, hints, href, owner))
                elif shown := text if is_pre else part_by_blank_lines(text):
                    self._add_preformatted(Piece(shown, hints, href, owner), block, heading)
                else:
                    if not text.isascii():
                        text = CJK_BREAK.sub("", text)
                    self.pieces.append(Piece(text, hints, href, owner))
                text = ""
            if event is None:
                around = opened.pop()
                if not opened:  # what stands behind the end of the page is no part of it
                    break
                if around[-1] and (self.pieces or self.soft):
                    following = self.events[index + 1]
                    if not isinstance(following, str) or not _is_drop_cap(self.pieces, following):
                        self._end_line(block, heading, soft=False)
                block, hints, heading, is_pre, href, owner, _ = around
                continue
            tag, attributes = event
            own = read_hints(tag, attributes) if attributes else TAG_HINTS.get(tag, NO_HINTS)
            if own < 0:
                last = self.lines[-1] if self.lines and own == -1 else None
                if last is not None and is_shown_later(attributes, last.text, last.heading):
                    own = NO_HINTS
                elif own == NO_TEXT or hints & _HIDDEN or not holds_prose(self.events, index):
                    pass_over(events)
                    continue
                else:
                    own = _HIDDEN
            if selected and index in selected:
                own |= Hint.CHOSEN
            is_block, keeps_breaks = tag in BLOCK_TAGS, is_pre
            if own & _OF_LAYOUT:
                is_block = is_block or own & _SET_AS_BLOCK != 0
                keeps_breaks = is_pre or own & Hint.KEEPS_BREAKS != 0
            if "-" in tag:
                is_begun = bool(self.pieces) or block.tag in _OF_SENTENCES
                is_block = is_block or not (is_begun and stands_amid_sentence(self.events, index))
            if own & _SET_IN_LINE:
                is_block = not (own & Hint.INLINE or is_word(self.events, index))
                own &= ~_SET_IN_LINE
            opened.append((block, hints, heading, is_pre, href, owner, is_block))
            if is_block:
                if self.pieces or self.soft:
                    self._end_line(block, heading, soft=False)
                hints |= own
                name = _join_names(attributes) if "id" in attributes else attributes.get("class", "")
                block = Block(block, tag, hints, name)
                heading, is_pre = HEADING_LEVELS.get(tag, heading), keeps_breaks or tag == "pre"
            elif tag == "br":
                if heading:  # a headline set on two lines is one headline
                    self.pieces.append(Piece(" ", hints, href, owner))
                else:
                    self._break(block)
            else:
                hints, is_pre = hints | own, keeps_breaks
            if tag == "a":
                href = attributes.get("href") or href
            owner = index
        self._end_line(block, heading, soft=False)
        lines = _leave_hidden_out(self.lines) if self.hints & Hint.HIDDEN else self.lines
        return _leave_copies_out(lines) if self.hints & Hint.UNSPOKEN else lines

    def _is_shown(self, tag: str, index: int, heading: int, text: str) -> bool:
        """Is a button a word of the sentence around it, or all of its heading, or a formula read as it is printed?"""
        if tag == "button":
            is_begun = self.pieces or text.strip()
            return goes_on_behind(self.events, index) if is_begun else heading > 1
        return tag == "math" and is_plain_formula(self.events, index)

    def _note_picture(self, attributes: Mapping[str, str], block: Block) -> None:
        if not self.pieces:
            self.pictured = block
        description = attributes.get("alt", "")
        if LEAST_DESCRIPTION <= len(description) <= MOST_DESCRIPTION and len(self.described) < MOST_DESCRIBED:
            self.described.add(clean(description))

    def _add_preformatted(self, whole: Piece, block: Block, heading: int) -> None:
        """Add a text whose breaks are shown; in a heading each is a space."""
        for number, text in enumerate(whole.text.split("\n")):
            if number and not heading:
                self._break(block)
            elif number:
                self.pieces.append(Piece(" ", whole.hints, whole.href, whole.owner))
            self.pieces.append(Piece(text, whole.hints, whole.href, whole.owner))

    def _break(self, block: Block) -> None:
        self.is_broken = not self.pieces and self.pictured is not None
        self._end_line(block, 0, soft=True)

    def _end_line(self, block: Block, heading: int, *, soft: bool) -> None:
        """Add the line read so far; ``soft`` when only a single ``<br>`` parts the next one from it."""
        pieces, self.pieces = self.pieces, []
        if heading and len(pieces) > 1:
            pieces = [piece for piece in pieces if not _is_anchor(piece)]
        if len(pieces) == 1:  # most lines
            piece = pieces[0]
            text, hints, linked = clean(piece.text), piece.hints, piece.href is not None
        else:
            text, hints, linked = clean("".join([piece.text for piece in pieces])) if pieces else "", -1, False
            for piece in pieces:
                if not piece.text.isspace():
                    hints &= piece.hints
                if piece.href is not None:
                    linked = True
        if not text:
            # Two breaks in a row, or a break beside a block, part as a block does.
            self.soft = False
            return
        if self.pictured is not None:
            if self.pictured is block:
                hints |= Hint.PICTURED | (Hint.BELOW_PICTURE if self.is_broken else 0)
            elif self.pictured is block.parent:
                hints |= Hint.BELOW_PICTURE
            self.pictured, self.is_broken = None, False
        if self.described and text in self.described:
            hints |= Hint.DESCRIBED
        self.hints |= hints
        self.lines.append(TextLine(len(self.lines), text, block, self.soft, heading, hints, pieces, linked))
        self.soft = soft


def _note_field(kind: str, block: Block) -> None:
    if kind == "email":
        block.note_mail_field()
    elif kind == "radio":
        block.choices += 1


def _join_names(attributes: Mapping[str, str]) -> str:
    """Return class and id of an element, as it states them."""
    names = [value for key, value in attributes.items() if key in _NAMING]
    return " ".join(names) if len(names) > 1 else names[0]


def _is_anchor(piece: Piece) -> bool:
    """Is a piece of a heading only the sign by which the heading itself is linked?"""
    return piece.href is not None and piece.text.strip() in _ANCHORS and "#" in piece.href[:500]


_ANCHORS: Final = frozenset(("#", "\u00b6", "\u00a7", "\U0001f517"))


def _is_drop_cap(pieces: Sequence[Piece], following: str) -> bool:
    """Are the one or two letters in a block the beginning of the word behind it, however large they are set?"""
    if not following[0].isalpha():
        return False
    letters = "".join([piece.text for piece in pieces]).strip()
    return 0 < len(letters) <= 2 and letters[-1].isalpha()


def _leave_hidden_out(lines: list[TextLine]) -> list[TextLine]:
    """Return the lines that are shown; all of them where most of the text is hidden until a script shows it."""
    shown_starts = {line.text[:30] for line in lines if not line.hints & Hint.HIDDEN}
    shown_prose = hidden_prose = 0
    for line in lines:
        prose = measure_prose(line.text)
        if prose <= LEAST_HIDDEN_LINE or line.link_share > 0.5:
            continue
        if not line.hints & Hint.HIDDEN:
            shown_prose += prose
        elif line.text[:30] not in shown_starts:  # a hidden copy tells nothing new
            shown_starts.add(line.text[:30])
            hidden_prose += prose
    if hidden_prose > shown_prose and (hidden_prose >= HIDDEN_PROSE or not shown_prose):
        return lines
    return _number([line for line in lines if not line.hints & Hint.HIDDEN])


def _leave_copies_out(lines: list[TextLine]) -> list[TextLine]:
    """Return the lines without those that are not read aloud because they repeat words of another: pull quotes."""
    unspoken = [line for line in lines if line.hints & Hint.UNSPOKEN]
    spoken = "\n".join([line.text for line in lines if not line.hints & Hint.UNSPOKEN])
    copies = {unspoken[place].index for place in find_copies([line.text for line in unspoken], spoken)}
    return _number([line for line in lines if line.index not in copies])


def _number(lines: list[TextLine]) -> list[TextLine]:
    """Return lines with their index in this list."""
    for index, line in enumerate(lines):
        line.index = index
    return lines
