"""The spellings of one word that depend on the letters around: rules that replace a part of a folded text.

What replaces a character wherever it stands is a row of ``tables/variants.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from itertools import chain, permutations
from typing import Final, NamedTuple

from crawler.normalisation.words.word_tables import load_table

HEBREW: Final = "א-ת"
_HEBREW_PREFIXES: Final = "בהוכלמש"
_HEBREW_OTHERS: Final = "אגדזחטיךםןנסעףפץצקרת"


class Rule(NamedTuple):
    """Replaces the group "cut" of a pattern by what the table has for it, else by nothing."""

    needs: tuple[frozenset[str], ...]
    """Only a text with a character of each of these can match."""
    pattern: re.Pattern[str]
    table: Mapping[str, str]

    def replace(self, match: re.Match[str]) -> str:
        """Return the whole match with its cut replaced."""
        begin, end = match.start("cut") - match.start(), match.end("cut") - match.start()
        return match[0][:begin] + self.table.get(match["cut"], "") + match[0][end:]


def choose_rules(characters: set[str]) -> list[Rule]:
    """Return the rules that may apply to a text with these characters."""
    if _list_needed_first().isdisjoint(characters):  # of most texts, and far quicker to find out
        return []
    return [rule for rule in _make_rules() if not any(needed.isdisjoint(characters) for needed in rule.needs)]


# Tables and patterns are made when the first text beyond ASCII asks for them: most commands meet none.


@cache
def compile_inner_mark() -> re.Pattern[str]:
    """Return the pattern of an apostrophe between two vowels, or in a word of the table."""
    parts = [word.split("'") for word in load_table("variants")["inside"]["words"]]
    words = "|".join(rf"(?<=\b{before}')(?={after[0]})" for before, after in parts)
    return re.compile(f"(?P<cut>')(?:(?<=[aeiou]')(?=[aeiou])|{words})")


@cache
def _make_rules() -> tuple[Rule, ...]:
    sequences: dict[str, str] = load_table("variants")["sequences"] | _list_reorderings()
    seconds: dict[str, list[str]] = {}
    for sequence in sequences:
        seconds.setdefault(sequence[0], []).append(sequence[1:])
    marks, hebrew = frozenset("\"'"), frozenset(_HEBREW_PREFIXES + _HEBREW_OTHERS)
    alternatives = "|".join(
        f"{first}(?:{'|'.join(sorted(rest, key=len, reverse=True))})" for first, rest in seconds.items()
    )
    return (
        Rule((frozenset("'"), frozenset("aeiou")), compile_inner_mark(), {}),
        Rule((marks, hebrew), _ABBREVIATION, {}),
        Rule((marks, hebrew), _ABBREVIATION_WITH_ENDING, {}),
        Rule((marks, hebrew), _FOREIGN_SOUND, {}),
        Rule((frozenset(seconds),), re.compile(f"(?P<cut>{alternatives})"), sequences),
        _make_nasal_rule(),
        *_make_visarga_rules(),
        *_OTHER_RULES,
        *_make_rules_of_look_alikes(),
    )


@cache
def _list_needed_first() -> frozenset[str]:
    """Return the characters of which every rule needs one."""
    return frozenset[str]().union(*(rule.needs[0] for rule in _make_rules()))


# A mark before the last letter of a Hebrew word makes it an abbreviation (צה"ל), which takes endings (מנכ"לית); one
# after a letter makes it a foreign sound (צ'ק). Both marks quote as well, and then stand after prefixes (ב"הארץ"): so
# a mark after prefixes alone is one of quotation, unless one letter follows, or two and no closing mark.
_ABBREVIATION: Final = re.compile(
    rf"""(?<=[{HEBREW}])(?P<cut>"|'')(?=[{HEBREW}](?![{HEBREW}])|[{HEBREW}]{{2}}(?![{HEBREW}"']))"""
)
_ABBREVIATION_WITH_ENDING: Final = re.compile(
    rf"""(?<![{HEBREW}])[{_HEBREW_PREFIXES}]{{0,9}}[{_HEBREW_OTHERS}][{HEBREW}]{{0,9}}(?P<cut>"|'')(?=[{HEBREW}])"""
)
_FOREIGN_SOUND: Final = re.compile(rf"""(?<=[{_HEBREW_OTHERS}])(?P<cut>')(?=[{HEBREW}])""")


_HAN_NUMBERS: Final = "一二三四五六七八九十百千〇"
_OTHER_RULES: Final = (
    # Ukrainian and Belarusian: the mark parts a consonant from the vowel after it, and no words (п'ять, аб'ява).
    Rule((frozenset("'"), frozenset("яюєіе")), re.compile("(?<=[бвгґджзйклмнпрстфхцчшщў])(?P<cut>')(?=[яюєіе])"), {}),
    # Catalan: the point within a double l (col·legi).
    Rule((frozenset("·‧∙⋅•"), frozenset("l")), re.compile("(?<=l)(?P<cut>[·‧∙⋅•])(?=l)"), {}),
    # Tamil: the vowel au, typed as e and the letter that its second half looks like.
    Rule((frozenset("\u0bc6"),), re.compile("(?P<cut>\u0bc6\u0bb3)(?![\u0bbe-\u0bcd])"), {"\u0bc6\u0bb3": "\u0bcc"}),
    # Chinese: the zero of a year, printed as a circle (二○二二).
    Rule(
        (frozenset("○◯"), frozenset(_HAN_NUMBERS)),
        re.compile(f"(?:(?<=[{_HAN_NUMBERS}])|(?=[○◯]{{1,3}}[{_HAN_NUMBERS}]))(?P<cut>[○◯]{{1,3}})"),
        {circle * number: "〇" * number for circle in "○◯" for number in (1, 2, 3)},
    ),
    # Kurdish: the r that begins a word is always the rolled one, with its sign or without.
    Rule((frozenset("ڕ"),), re.compile(r"(?<!\w)(?P<cut>ڕ)"), {"ڕ": "ر"}),
    # Burmese: the letter wa, typed as the figure that looks like it.
    Rule(
        (frozenset(map(chr, range(0x1000, 0x1040))), frozenset("0")),
        re.compile(r"(?:(?<![0-9])(?=0[\u1000-\u103f])|(?<=[\u1000-\u103f])(?=0(?![0-9])))(?P<cut>0)"),
        {"0": "\u101d"},
    ),
)


def _list_reorderings() -> dict[str, str]:
    """Return pairs of marks that look the same in either order, with the order that search keeps.

    Thai: a tone stands after the vowel above the letter. Khmer: the ro below a letter stands after other letters below.
    Burmese: the four signs of medial consonants stand in the order of their codes (Unicode Technical Note 11).
    """
    tones, vowels = "\u0e48\u0e49\u0e4a\u0e4b", "\u0e31\u0e34\u0e35\u0e36\u0e37"
    thai = {tone + vowel: vowel + tone for tone in tones for vowel in vowels}
    below = [f"\u17d2{chr(code)}" for code in range(0x1780, 0x17A3) if code not in (0x178A, 0x179A)]
    ro = "\u17d2\u179a"
    khmer = {ro + letter: letter + ro for letter in below} | {f"{ro}\u17d2\u178a": f"\u17d2\u178f{ro}"}
    orders = chain.from_iterable(permutations("\u103b\u103c\u103d\u103e", number) for number in (2, 3, 4))
    burmese = {"".join(order): "".join(sorted(order)) for order in orders if list(order) != sorted(order)}
    return thai | khmer | burmese


_LATIN_LOOK_ALIKES: Final = "aceiopxy"
_CYRILLIC_LOOK_ALIKES: Final = "асеіорху"


def _make_rules_of_look_alikes() -> list[Rule]:
    """Return the rules that a letter of Latin within a Cyrillic word is the Cyrillic one, and the other way round.

    Keyboards without і, and texts that were read from pictures, mix them. Up to three stand between letters of the
    word, or one at its end beside two: the letters of "iPhoneом" stay what they are.
    """
    rules = []
    cyrillic = frozenset(map(chr, range(0x430, 0x530)))
    for letters, strays, kept in (
        ("а-яёђ-џґғ-ԯ", _LATIN_LOOK_ALIKES, _CYRILLIC_LOOK_ALIKES),
        ("a-z", _CYRILLIC_LOOK_ALIKES, _LATIN_LOOK_ALIKES),
    ):
        word, stray = f"[{letters}]", f"[{strays}]"
        places = (
            rf"(?<={word})(?={stray}{{1,3}}{word})",
            rf"(?<={word}{stray})(?={stray}{{1,2}}{word})",
            rf"(?<={word}{stray}{stray})(?={stray}{word})",
            rf"(?<!\w)(?={stray}{word}{word})",
            rf"(?<={word}{word})(?={stray}(?!\w))",
        )
        pattern = re.compile(f"(?:{'|'.join(places)})(?P<cut>{stray})")
        needs = (cyrillic, frozenset(strays if strays == _LATIN_LOOK_ALIKES else "abcdefghijklmnopqrstuvwxyz"))
        rules.append(Rule(needs, pattern, dict(zip(strays, kept, strict=True))))
    return rules


_BEFORE_VISARGA: Final = "दु नि अंत अन्त पुन प्रात स्वत अध मन वय बहि चतु"
_AFTER_VISARGA: Final = "कखपफशषस"


def _make_visarga_rules() -> list[Rule]:
    """Return the rules that दु:ख is दुःख, for each block: the visarga within words of Sanskrit, typed as a colon."""
    rules = []
    for distance in (0, 0x80, 0x180, 0x200, 0x300, 0x380):
        block = {code: code + distance for code in range(0x900, 0x980)}
        before = "|".join(_BEFORE_VISARGA.translate(block).split())
        after = _AFTER_VISARGA.translate(block)
        letters = f"{chr(0x900 + distance)}-{chr(0x97F + distance)}"
        pattern = re.compile(f"(?<![{letters}])(?:{before})(?P<cut>:)(?=[{after}])")
        rules.append(Rule((frozenset(after), frozenset(":")), pattern, {":": chr(0x903 + distance)}))
    return rules


def _make_nasal_rule() -> Rule:
    """Return the rule that हिन्दी is हिंदी: a nasal inside a word, before a consonant of its own row, is an anusvara.

    The blocks from Devanagari to Malayalam, but Tamil, which has no such sign, are laid out alike (ISCII 1991): rows of
    five consonants of which the fifth is the nasal. Habit differs from house to house and from word to word.
    """
    blocks = (0x900, 0x980, 0xA00, 0xA80, 0xB00, 0xC00, 0xC80, 0xD00)
    viramas = frozenset(chr(block + 0x4D) for block in blocks)
    table: dict[str, str] = {}
    alternatives = []
    for first in (0x15, 0x1A, 0x1F, 0x24, 0x2A):
        nasals = "".join(chr(block + first + 4) for block in blocks)
        row = "".join(f"{chr(block + first)}-{chr(block + first + 3)}" for block in blocks)
        inside = f"[{nasals}](?<=[\u0900-\u0d7f].)[{''.join(viramas)}]"
        alternatives.append(f"{inside}(?=[{row}])")
        table |= {chr(block + first + 4) + chr(block + 0x4D): chr(block + 2) for block in blocks}
    return Rule((viramas,), re.compile(f"(?P<cut>{'|'.join(alternatives)})"), table)
