"""Invented articles, what papers make of them, and the truth about every pair: material to measure copies with.

``make_families`` draws texts in eleven languages and eight scripts, as unevenly frequent as those of a language
(Zipf), with stock phrases that many texts share. Of each it derives what newsrooms make of an agency's text: printed as
it is, shortened, extended, edited, put in another order, quoted. Beside them stand texts that look alike and are no
copies: forecasts, results and notices from one template, and other reports with the words of the first.
``list_shingles``, ``compare`` and ``measure_shares`` are the definitions of docs/desk.md and docs/archive.md, written
without the code that is measured.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Final

_SPACED: Final = {
    "en": [a + b for a in (*"bdfgklmnprstv", "sh", "th") for b in "aeiou"],
    "it": [a + b for a in (*"bcdfglmnprstv", "gli", "sc") for b in "aeiouàò"],
    "vi": [a + b for a in (*"bcdghklmnt", "ng", "ph", "th") for b in "aáàảãạăâeéêioôơuưy"],
    "ru": [a + b for a in "бвгдзклмнпрстчш" for b in "аеиоуя"],
    "ar": [a + b for a in "بتجحدرسشعفقكلمنهو" for b in ("ا", "ي", "و", "")],
    "he": [a + b for a in "בגדהוזחטכלמנספצקרש" for b in ("", "ו", "י")],
    "hi": [a + b for a in "कखगचजटडतदनपबमयरलवसह" for b in ("", "ा", "ि", "ी", "ु", "े", "ो")],
}
_UNSPACED: Final = {
    "zh": "".join(map(chr, range(0x4E00, 0x4E00 + 900))),
    "ja": "のにをはがとでもしたてるいあこれさんかなりまアイウエオカキクケコ"
    + "".join(map(chr, range(0x65E0, 0x65E0 + 300))),
    "th": "กขคงจชซดตถทนบปผพฟมยรลวสหอะาเแโไ",
    "ko": "".join(map(chr, range(0xAC00, 0xAC00 + 28 * 300, 28))),
}
LANGUAGES: Final = (*_SPACED, *_UNSPACED)
LENGTHS: Final = (25, 45, 120, 350, 900, 3000)
"""Words of a text; characters are two for each word where a script writes no spaces."""
_JOINED: Final = frozenset(("zh", "ja", "th"))
"""Languages that print no spaces between words; Korean prints them and is compared by syllables all the same."""


@dataclass(frozen=True)
class Text:
    """One text of a family, and what was done to the original to make it."""

    language: str
    family: int
    made: str
    body: str
    length: int
    """Words of the original, one of ``LENGTHS``."""


class Press:
    """Words of one language, and the phrases that many of its texts share."""

    def __init__(self, language: str, seed: int) -> None:
        chance = random.Random(f"press {language} {seed}")
        syllables = _SPACED.get(language) or list(_UNSPACED[language])
        sizes = (2, 2, 3) if language in _UNSPACED else (2, 3, 3, 4)
        words: dict[str, None] = {}
        while len(words) < 5000:
            words.setdefault("".join(chance.choices(syllables, k=chance.choice(sizes))))
        self.language = language
        self.words = list(words)
        self.weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(words))))
        self.phrases = [self.draw(chance, chance.randrange(5, 10)) for _ in range(60)]

    def draw(self, chance: random.Random, count: int) -> list[str]:
        return chance.choices(self.words, cum_weights=self.weights, k=count)

    def write_sentence(self, chance: random.Random) -> str:
        words = self.draw(chance, chance.randrange(8, 22))
        if chance.random() < 0.08:
            words[2:4] = chance.choice(self.phrases)
        return self.join(words)

    def join(self, words: Sequence[str]) -> str:
        if self.language in _JOINED:
            return "".join(words) + ("。" if self.language != "th" else " ")
        return " ".join(words).capitalize() + "."

    def write(self, chance: random.Random, count: int) -> list[list[str]]:
        """Return paragraphs of sentences, of so many words or some more."""
        paragraphs: list[list[str]] = [[]]
        written = 0
        while written < count:
            sentence = self.write_sentence(chance)
            size = len(sentence.split()) if self.language not in _JOINED else len(sentence) // 2
            paragraphs[-1].append(sentence)
            written += size
            if len(paragraphs[-1]) == 3 and written < count:
                paragraphs.append([])
        return paragraphs


def print_text(press: Press, paragraphs: Sequence[Sequence[str]]) -> str:
    space = "" if press.language in _JOINED else " "
    return "\n\n".join(space.join(sentences).strip() for sentences in paragraphs if sentences)


def make_family(press: Press, family: int, length: int, seed: int) -> list[Text]:
    """Return an original and what newsrooms make of it."""
    chance = random.Random(f"family {seed} {press.language} {family} {length}")
    original = press.write(chance, length)
    sentences = [sentence for paragraph in original for sentence in paragraph]
    own = press.write(chance, max(20, length // 2))
    statement = sentences[: max(1, len(sentences) // 4)]
    variants: dict[str, Sequence[Sequence[str]]] = {
        "original": original,
        "as it is": original,
        "other first paragraph": [[press.write_sentence(chance)], *original[1:]] if len(original) > 1 else original,
        "first half": _cut(original, 0.5),
        "first quarter": _cut(original, 0.25),
        "first tenth": _cut(original, 0.1),
        "extended by half": [*original, *own],
        "within a long report": [*press.write(chance, 2 * length), *original, *press.write(chance, length)],
        "other order": chance.sample(list(original), len(original)),
        "a word in fifty": _edit(press, chance, original, 0.02),
        "a word in twenty": _edit(press, chance, original, 0.05),
        "a word in eight": _edit(press, chance, original, 0.125),
        "every sentence rewritten": _edit(press, chance, original, 0.6),
        "half its own": [*_cut(original, 0.5), *own],
        "another report with the statement": [*press.write(chance, length), statement, *press.write(chance, length)],
        "another report": press.write(chance, length),
    }
    return [
        Text(press.language, family, made, print_text(press, paragraphs), length)
        for made, paragraphs in variants.items()
    ]


def make_templates(press: Press, family: int, count: int, seed: int) -> list[Text]:
    """Return short items from one frame: only names and numbers differ, as in forecasts and results."""
    chance = random.Random(f"template {seed} {press.language} {family}")
    frame = [press.draw(chance, 6) for _ in range(8)]
    texts = []
    for number in range(count):
        words = [word for part in frame for word in (*part, str(chance.randrange(1000, 9999)), *press.draw(chance, 1))]
        body = (" ".join(words) if press.language not in _JOINED else "".join(words)) + f" {number}"
        texts.append(Text(press.language, family, "template", body, 60))
    return texts


def make_families(seed: int, count: int, longest: int) -> Iterator[list[Text]]:
    """Yield families of texts: so many of each language and length, and one of templates a language."""
    family = 0
    for language in LANGUAGES:
        press = Press(language, seed)
        for length in (length for length in LENGTHS if length <= longest):
            for _ in range(count if length < 3000 else 1):
                family += 1
                yield make_family(press, family, length, seed)
        family += 1
        yield make_templates(press, family, 20, seed)


def list_shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Return the runs of three words of a text, as docs/archive.md defines them."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c for c in folded if not ("\u0300" <= c <= "\u036f" or "\u064b" <= c <= "\u065f"))
    words = _cut_words(unicodedata.normalize("NFC", kept))
    return frozenset(zip(words, words[1:], words[2:], strict=False)) if len(words) > 2 else frozenset({tuple(words)})


def compare(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> tuple[float, float, float]:
    """Return what two texts have in common: of both together, of the first, of the second."""
    shared = len(one & other)
    return shared / len(one | other), shared / len(one), shared / len(other)


def measure_shares(one: str, other: str, language: str) -> tuple[float, float]:
    """Return which share of the words of each text stands in runs of six (of twelve characters) that both have."""
    length = 12 if language in _UNSPACED else 6
    texts = [_cut_words(unicodedata.normalize("NFKC", text).casefold(), marks=True) for text in (one, other)]
    runs = [{tuple(words[at : at + length]) for at in range(len(words) - length + 1)} for words in texts]
    both = runs[0] & runs[1]
    shares = []
    for words in texts:
        covered = {
            place
            for at in range(len(words) - length + 1)
            if tuple(words[at : at + length]) in both
            for place in range(at, at + length)
        }
        shares.append(len(covered) / max(1, len(words)))
    return shares[0], shares[1]


def _cut(paragraphs: Sequence[Sequence[str]], share: float) -> list[list[str]]:
    sentences = [sentence for paragraph in paragraphs for sentence in paragraph]
    kept = sentences[: max(1, round(share * len(sentences)))]
    return [kept[at : at + 3] for at in range(0, len(kept), 3)]


def _edit(press: Press, chance: random.Random, paragraphs: Sequence[Sequence[str]], share: float) -> list[list[str]]:
    """Return the text with so many of its words (two characters where there are no spaces) replaced."""
    edited = []
    for paragraph in paragraphs:
        edited.append([])
        for sentence in paragraph:
            units = re.findall(r"..?", sentence) if press.language in _JOINED else sentence.split(" ")
            units = [press.draw(chance, 1)[0] if chance.random() < share else unit for unit in units]
            edited[-1].append(("" if press.language in _JOINED else " ").join(units))
    return edited


@cache
def _cut_words(text: str, marks: bool = False) -> list[str]:
    """Return the words as sketches cut them; with marks at their letters, as search cuts them."""
    words: list[str] = []
    word = ""
    for character in text:
        code = ord(character)
        if marks and unicodedata.category(character)[0] == "M" and (word or words):
            if word:
                word += character
            else:
                words[-1] += character
            continue
        alone = any(first <= code <= last for first, last in _CHARACTER_BLOCKS)
        if alone or not (character.isalnum() and unicodedata.category(character)[0] in "LN"):
            words += [word] if word else []
            words += [character] if alone else []
            word = ""
        else:
            word += character
    return [*words, word] if word else words


_CHARACTER_BLOCKS: Final = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
