"""Search finds what a person reading every article would find: no more, no less, in ten scripts.

The person is played by ``Reader``, written from the definition of the query language in ``docs/archive.md`` over the
printed text, character by character and without the project's code. Queries are made as trees; the tree is read out to
the archive as text and to the reader as it is.
"""

from __future__ import annotations

import itertools
import random
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache

import pytest

from crawler.archive import Archive
from crawler.archive.search.query_parser import parse_query

TEXTS = {
    "en": "The church and the school|peace talks go on|Café Zürich|at the harbour|naïve people's façade|ferry, market|"
    "freedom of religion|co-ordinating country|3.5 million people|JB Vu|Monday",
    "it": "La libertà della città|il governo|l'Asia è lontana|perché così|pace e libertà|scuola|chiesa|JB Vu|già",
    "pl": "Zażółć gęślą jaźń|Łódź|święty kościół|szkoła|pokój|źródło|Gdańsk",
    "ru": "Церковь и правительство|мир, школа|Москва|Королёв|свобода народа|ёлка|епископ|молодёжь|переговоры",
    "el": "Η ειρήνη|η εκκλησία|Κωνσταντινούπολη|Ο Πατριάρχης μίλησε|σχολείο|λαός|ελευθερία",
    "ar": "السَّلامُ في المدرسة|الكنيسة والحكومة|بغداد|أطفال|إلى السوق|حريّة|الشعب|آسيا",
    "he": "שלום בירושלים|תפילה|בית הספר|העיר העתיקה|ממשלה|חופש|ילדים",
    "hi": "शांति और विद्यालय|चर्च|प्रार्थना|सरकार|बच्चे|स्वतंत्रता|बाज़ार",
    "zh": "香港教会|政府与人民|和平会谈|学校|港口。渡轮|主教JB Vu访问|《宗教自由》|“市场”|中国、香港|2022年",
    "ja": "東京で平和の祈り|教会|コーヒー|ガザの平和|学校へ行く|「自由」|港 の 船|カトリック・センター",
    "ko": "서울의 교회|정부와 국민|평화|학교에서|자유를|항구|한국 사람",
    "th": "สันติภาพ|โรงเรียนในกรุงเทพ|รัฐบาล|ประชาชนไทย|วัด|เชียงใหม่|น้ำท่วม",
}
PLACES = ("Hong Kong", "São Paulo", "Colombo", "香港", None)
KICKERS = ("INDIA - PAKISTAN", "INDIA", "VATICAN", "中国 - 越南", None)
NAMES = ("JB Vu", "José Núñez", "Łukasz Żak", "李新", "Иван Петров", "Vu Anh")
FIELDS = ("headline", "lead", "body", "byline")
UNSPACED = ("CJK UNIFIED", "HIRAGANA", "KATAKANA", "HANGUL", "THAI")
FOLDED = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW")
LOOK_ALIKES = {"ł": "l", "ß": "ss", "đ": "d", "ø": "o"}
BARRIER = "|"


def letters(text):
    """Yield each character as it counts, with its script; marks that only decorate are gone."""
    for printed in unicodedata.normalize("NFC", text):
        script = unicodedata.name(printed, "")
        if not script.startswith(FOLDED):
            yield printed.lower(), printed
            continue
        for part in unicodedata.normalize("NFKD", printed):
            for low in LOOK_ALIKES.get(part.lower(), part.lower()):
                if unicodedata.category(low) != "Mn":
                    yield "σ" if low == "ς" else low, printed


@cache
def units(text):
    """Cut a text into what can be searched: words, single characters of scripts without spaces, and barriers."""
    found, gap, last_alone, joined = [], "", False, False
    for letter, printed in letters(text or ""):
        if unicodedata.category(letter)[0] not in "LNM":
            if unicodedata.category(letter) != "Mn":
                gap += letter
                joined = False
            continue
        mark = unicodedata.category(letter)[0] == "M"
        alone = unicodedata.name(printed, "").startswith(UNSPACED) and not printed.isdigit()
        if (mark or not (alone or last_alone)) and joined:
            found[-1] += letter
        elif mark:
            continue
        else:
            if alone and last_alone and gap and (gap.strip() or "\n\n" in gap):
                found.append(BARRIER)
            found.append(letter)
            last_alone = alone
        gap, joined = "", True
    return found


def contains(text, wanted, prefix=False):
    """Return where a row of units begins in a text."""
    size = len(wanted)
    return [
        at
        for at in range(len(text) - size + 1)
        if text[at : at + size] == wanted
        or (prefix and text[at : at + size - 1] == wanted[:-1] and text[at + size - 1].startswith(wanted[-1]))
    ]


@dataclass(frozen=True)
class Piece:
    """A word, a phrase or a prefix; ``text`` is how it is printed."""

    text: str
    prefix: bool = False
    quoted: bool = False

    def said(self):
        return (f'"{self.text}"' if self.quoted else self.text) + ("*" if self.prefix else "")

    def places(self, text):
        return contains(text, units(self.text), self.prefix)

    def holds(self, story, fields):
        return any(self.places(story.units[name]) for name in fields)


@dataclass(frozen=True)
class Close:
    pieces: tuple[Piece, ...]
    distance: int

    def said(self):
        return f"NEAR({' '.join(piece.said() for piece in self.pieces)}, {self.distance})"

    def holds(self, story, fields):
        sizes = [len(units(piece.text)) for piece in self.pieces]
        for name in fields:
            for chosen in itertools.product(*(piece.places(story.units[name]) for piece in self.pieces)):
                spans = sorted((at, at + size) for at, size in zip(chosen, sizes, strict=True))
                if spans[-1][0] - spans[0][1] <= self.distance:
                    return True
        return False


@dataclass(frozen=True)
class Group:
    sign: str  # AND, OR, or a space
    nodes: tuple

    def said(self):
        glue = " " if self.sign == " " else f" {self.sign} "
        return f"({glue.join(node.said() for node in self.nodes)})"

    def holds(self, story, fields):
        return (any if self.sign == "OR" else all)(node.holds(story, fields) for node in self.nodes)


@dataclass(frozen=True)
class Without:
    sign: str  # a minus or NOT
    node: object

    def said(self):
        return f"{self.sign}{self.node.said()}"

    def holds(self, story, fields):
        return not self.node.holds(story, fields)


@dataclass(frozen=True)
class In:
    field: str
    node: object

    def said(self):
        return f"{self.field}:{self.node.said()}"

    def holds(self, story, fields):
        return self.node.holds(story, (self.field,))


@dataclass(frozen=True)
class With:
    """A condition that is not about the text."""

    name: str
    value: str

    def said(self):
        return f"{self.name}:{self.value}" if " " not in self.value else f'{self.name}:"{self.value}"'

    def holds(self, story, fields):
        wanted = units(self.value)
        match self.name:
            case "author":
                texts = [*(units(author) for author in story.authors), story.units["byline"]]
                return any(contains(text, wanted) for text in texts)
            case "place" | "kicker":
                return bool(contains(units(getattr(story, self.name)), wanted))
            case "since":
                return story.on is not None and story.on[: len(self.value)] >= self.value
            case "until":
                return story.on is not None and story.on[: len(self.value)] <= self.value
            case _:
                return getattr(story, self.name) == self.value


@dataclass
class Story:
    key: int
    language: str
    headline: str
    lead: str
    body: str
    byline: str
    authors: tuple
    place: str | None
    kicker: str | None
    on: str | None

    def __post_init__(self):
        self.story = str(self.key)
        self.site = "gazette"
        self.units = {name: units(getattr(self, name)) for name in FIELDS}


def stories(chance):
    """Yield 150 articles: the pieces of a language, shuffled, with the punctuation of print between them."""
    for key in range(1, 151):
        language = list(TEXTS)[key % len(TEXTS)]
        pieces = TEXTS[language].split("|")

        def text(size, pieces=pieces, language=language):
            stop = (
                chance.choice(["。", "，", "", "、", "\n\n"])
                if language in ("zh", "ja")
                else chance.choice([" ", ", ", ". ", "\n\n"])
            )
            return stop.join(chance.choices(pieces, k=size))

        authors = tuple(chance.sample(NAMES, chance.choice([0, 1, 1, 2])))
        byline = ", ".join(chance.choice(["", "Fr "]) + author for author in authors)
        on = chance.choice(
            [None, *(f"20{year:02}-{month:02}-{day:02}" for year in (9, 21) for month in (2, 11) for day in (1, 28))]
        )
        yield Story(
            key,
            language,
            text(2),
            text(3) if chance.random() < 0.7 else "",
            text(8),
            byline,
            authors,
            chance.choice(PLACES),
            chance.choice(KICKERS),
            on,
        )


class Asker:
    """Makes queries out of what is printed, so that most of them find something."""

    def __init__(self, shelf, chance):
        self.shelf, self.chance = shelf, chance

    def query(self):
        self.language = self.chance.choice(list(TEXTS))
        self.own = [story for story in self.shelf if story.language == self.language]
        node = self.node(self.chance.choice([0, 0, 1, 1, 2, 3]))
        text = node.said()
        return node, text[1:-1] if isinstance(node, Group) else text

    def node(self, depth):
        roll = self.chance.random()
        if depth == 0 or roll < 0.1:
            return self.leaf()
        if roll < 0.6:
            sign = self.chance.choice([" ", "AND", "OR", "OR"])
            nodes = [self.node(depth - 1) for _ in range(self.chance.choice([2, 2, 3]))]
            if sign == " " and self.chance.random() < 0.5:
                nodes.append(Without(self.chance.choice(["-", "NOT "]), self.node(depth - 1)))
            return Group(sign, tuple(nodes))
        if roll < 0.75:
            return In(
                self.chance.choice(FIELDS), Group(self.chance.choice(["OR", " "]), (self.leaf(False), self.leaf(False)))
            )
        if roll < 0.85:
            return Without(self.chance.choice(["-", "NOT "]), self.node(depth - 1))
        return Group(" ", (self.node(depth - 1), self.condition()))

    def leaf(self, anything=True):
        roll = self.chance.random()
        if roll < 0.4:
            return self.piece(1)
        if roll < 0.6:
            return self.piece(self.chance.choice([2, 2, 3]))
        if roll < 0.7:
            whole = self.piece(1)
            cut = whole.text[: max(1, len(whole.text) - self.chance.randrange(3))]
            return replace(whole, text=cut, prefix=True) if units(cut) and not trailing(cut, whole.text) else whole
        if roll < 0.8 or not anything:
            return Close((self.piece(1), self.piece(1)), self.chance.choice([0, 1, 3, 8]))
        return In(self.chance.choice(FIELDS), self.piece(1)) if roll < 0.92 else self.condition()

    def condition(self):
        name = self.chance.choice(["author", "place", "kicker", "language", "since", "until", "story", "site"])
        value = {
            "author": self.chance.choice([*NAMES, "Vu", "nunez", "ZAK"]),
            "place": self.chance.choice(["hong kong", "sao paulo", "香港", "Kong", "港"]),
            "kicker": self.chance.choice(["india", "pakistan", "越南", "vatican"]),
            "language": self.language,
            "since": self.chance.choice(["2009-11", "2021", "2021-02-28"]),
            "until": self.chance.choice(["2009", "2021-02", "2009-02-01"]),
            "story": str(self.chance.randrange(1, 160)),
            "site": "gazette",
        }[name]
        return With(name, value)

    def piece(self, size):
        """Cut something out of a printed text at the edges of its units."""
        story = self.chance.choice(self.own)
        text = getattr(story, self.chance.choice(["headline", "body", "body", "lead"])) or story.headline
        edges = edges_of(text)
        longest = len(edges) - 1
        size = min(size if edges_are_words(text) else self.chance.choice([1, 2, 2, 3, 4]), longest)
        at = self.chance.randrange(len(edges) - size)
        cut = text[edges[at][0] : edges[at + size - 1][1]]
        if self.chance.random() < 0.4:
            cut = self.chance.choice([cut.upper, cut.lower, lambda: unicodedata.normalize("NFD", cut)])()
        plain = " " not in cut and all(unicodedata.category(character)[0] in "LNM" for character in cut)
        cut = cut.translate(dict.fromkeys(map(ord, "“”「」《》"), "、"))  # marks of quotation would end the phrase
        return Piece(cut, False, not plain or self.chance.random() < 0.2)


def edges_of(text):
    """Return begin and end of each word, or of each character with its marks where there are no words."""
    found, inside = [], False
    for at, character in enumerate(text):
        kind = unicodedata.category(character)[0]
        if kind == "M" and inside:
            found[-1][1] = at + 1
        elif kind in "LN":
            alone = unicodedata.name(character, "").startswith(UNSPACED)
            before = at and unicodedata.name(text[at - 1], "").startswith(UNSPACED)
            if inside and not alone and not before:
                found[-1][1] = at + 1
            else:
                found.append([at, at + 1])
            inside = True
        else:
            inside = False
    return found


def edges_are_words(text):
    return not any(unicodedata.name(character, "").startswith(UNSPACED) for character in text)


def trailing(cut, whole):
    """Say whether a cut parts a character from its mark; nobody types half a character."""
    return len(cut) < len(whole) and unicodedata.category(whole[len(cut)])[0] == "M"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    from support.newsroom import GAZETTE, NOW, Newsroom

    newsroom, printed = Newsroom(), list(stories(random.Random(3)))
    with Archive(tmp_path_factory.mktemp("recall") / "archive.db", "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        visits = []
        for story in printed:
            article = newsroom.article(
                story.key,
                story.headline,
                story.body,
                language=story.language,
                lead=story.lead or None,
                byline=story.byline or None,
                authors=story.authors,
                place=story.place,
                on=story.on,
            )
            visits.append(newsroom.visit(replace(article, kicker=story.kicker)))
        archive.keep(visits, run, NOW)
        yield archive, printed


@pytest.mark.parametrize(("count", "least"), [(75, 1), pytest.param(500, 10, marks=pytest.mark.slow)])
def test_hundreds_of_queries_find_what_a_reader_finds(shelf, count, least):
    """Five hundred of them, the slow case, take three seconds; each language has so many that find some articles."""
    archive, printed = shelf
    asker = Asker(printed, random.Random(2026))
    fruitful: Counter[str] = Counter()
    for _ in range(count):
        tree, query = asker.query()
        wanted = {story.key for story in printed if tree.holds(story, FIELDS)}
        found = {int(hit.site_key) for hit in archive.search(query, limit=1000)}
        assert found == wanted, (query, sorted(found - wanted), sorted(wanted - found), parse_query(query))
        assert archive.count(query) == len(wanted), query
        assert {int(row.site_key) for row in archive.articles(query, order="newest")} == wanted
        fruitful[asker.language] += bool(wanted) and len(wanted) < len(printed)
    assert min(fruitful[language] for language in TEXTS) >= least, fruitful


def test_the_reader_reads_as_the_definition_says():
    assert units("Café, l'Asia: ŁÓDŹ") == ["cafe", "l", "asia", "lodz"]
    assert units("中国、香港 人\n\n民JB Vu") == ["中", "国", "|", "香", "港", "人", "|", "民", "jb", "vu"]
    assert units("น้ำท่วม")[0] == "น้ำ"[:2] or units("น้ำท่วม")[0].startswith("น")
    assert contains(units("the peace talks"), units("Peace talk"), prefix=True) == [1]
    assert contains(units("the peace talks"), units("peace talk")) == []
