"""A generated news site of any size: every page follows from seed and number, and nothing is kept in memory.

Numbers run from 1 to ``articles`` in English; every fifth has an Italian edition too. See also blocks form a binary tree
from number 1 (each page links to its two children) with two links across, so that every number is reached from the home page.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import parse_qs, unquote

from crawler.practice import listings
from crawler.practice.layouts import Related, print_page
from crawler.practice.padding import make_padding
from crawler.practice.printing import mobile_date, see_also_date
from crawler.practice.redesigns import Redesign
from crawler.practice.site import HTML, LANGUAGE_OF, PracticeRequest, PracticeResponse, add_validators, split_target
from crawler.practice.stories import FOLDERS, Edition, StoryAuthor
from crawler.practice.vocabulary import VOCABULARIES, Vocabulary

FIRST_DAY = date(2003, 12, 1)
DAYS = 8300
ITALIAN_EVERY = 5
SENTENCES = 24
"""About 650 words an article, as long as the articles of the site it stands for."""
SYLLABLES = tuple(
    start + vowel for start in ("b", "d", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "sh") for vowel in "aeiou"
)
"""Of which the made-up words in its sentences are put together."""
DIALECT_ORDER = ("divs", "semantic", "plain", "table")
_NOT_IN_SLUGS = re.compile(r"[^A-Za-z0-9]+")


class _Dice:
    """Choices that follow from a text: one digest, stretched; much quicker than seeding a generator for each page."""

    def __init__(self, key: str) -> None:
        self._state = int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) | 1

    def roll(self) -> int:
        # Multiplier and increment are Knuth's for 64 bits; only the upper bits are good.
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) & 0xFFFF_FFFF_FFFF_FFFF
        return self._state >> 24

    def pick(self, choices: tuple[str, ...]) -> str:
        return choices[self.roll() % len(choices)]


def languages_of(number: int) -> tuple[str, ...]:
    """The languages in which a number exists."""
    return ("en", "it") if number % ITALIAN_EVERY == 0 else ("en",)


def edition(number: int, language: str, articles: int, seed: int, *, whole: bool = True) -> Edition:
    """The article of that number and language, or all but its lead and body; ``articles`` only spreads the dates."""
    words = VOCABULARIES[language]
    dice = _Dice(f"{seed}/{language}/{number}")
    day = FIRST_DAY + timedelta(days=number * DAYS // max(articles, 1))
    clock = time(6 + number % 16, number * 7 % 60 or 30)
    when: date | datetime = datetime.combine(day, clock) if day >= date(2015, 2, 1) else day
    headline = _capital(f"{dice.pick(words.subjects)} {dice.pick(words.verbs)} {dice.pick(words.objects)} ({number})")
    name = f"{dice.pick(words.first_names)} {dice.pick(words.last_names)}"
    place = dice.pick(words.places)
    signed, with_kicker = number % 8 != 0, number % 11 != 0
    sentences = [_sentence(words, dice) for _ in range(SENTENCES)] if whole else []
    layout = "A" if day.year < 2010 else "B" if day.year < 2016 else "C"
    return Edition(
        number=number,
        language=language,
        when=when,
        headline=headline,
        clean_headline=headline,
        kicker=words.kickers[number % len(words.kickers)] if with_kicker else None,
        byline=name if signed else None,
        prefix=layout != "B",
        writers=(StoryAuthor(name=name),) if signed else (),
        lead=" ".join(sentences[:2]) or None,
        dateline=f"{place} (AsiaNews)",
        place=place,
        paragraphs=tuple(" ".join(sentences[at : at + 3]) for at in range(2, len(sentences), 3)),
        layout=layout,
        dialect=DIALECT_ORDER[number % 4],
        spellings=(f"/{FOLDERS[language]}/{_NOT_IN_SLUGS.sub('-', headline).strip('-')}-{number}.html",),
        json_ld="good" if number % 4 == 1 else None,
    )


def _sentence(words: Vocabulary, dice: _Dice) -> str:
    roll = dice.roll()
    parts = []
    for choices in (words.subjects, words.verbs, words.objects, words.wheres, words.whens):
        roll, at = divmod(roll, len(choices))
        parts += choices[at].split()
    # A made-up word after every second one: in real news, too, hardly any three words in a row stand in two stories.
    sentence = []
    for at in range(0, len(parts), 2):
        roll = dice.roll()
        sentence += parts[at : at + 2]
        sentence.append(SYLLABLES[roll % 65] + SYLLABLES[roll // 65 % 65] + SYLLABLES[roll // 4225 % 65])
    return _capital(" ".join(sentence)) + "."


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def pick_neighbours(number: int, language: str, articles: int, phase: int = 1) -> tuple[int, ...]:
    """The numbers in a See also block: two children in the tree, and two across that change with the phase."""
    step = ITALIAN_EVERY if language == "it" else 1
    node, last = number // step, articles // step
    across = (_Dice(f"{phase}/{node}").roll() % last + 1, node // 2) if last else ()
    nodes = dict.fromkeys(
        neighbour for neighbour in (2 * node, 2 * node + 1, *across) if 1 <= neighbour <= last and neighbour != node
    )
    return tuple(node * step for node in nodes)


class GeneratedSite:
    """Serves the generated articles with feeds, home pages and robots.txt like the hand-made site's."""

    def __init__(self, articles: int, seed: int = 1, phase: int = 1, page_size: int | None = None) -> None:
        self.articles, self.seed, self.phase, self.page_size = articles, seed, phase, page_size
        self.redesign = Redesign()

    def respond(self, request: PracticeRequest) -> PracticeResponse:
        """Answer one request, with validators on whatever was found."""
        answer = self._find(request.target)
        return add_validators(answer, request, self.phase) if answer.status == 200 else answer

    def related(self, number: int, language: str) -> tuple[Related, ...]:
        """The See also block of a page; every ninth entry has no date."""
        found = []
        for other in pick_neighbours(number, language, self.articles, self.phase):
            target = edition(other, language, self.articles, self.seed, whole=False)
            dated = (number + other) % 9 != 0
            found.append(
                Related(
                    path=target.page_path,
                    headline=target.headline,
                    date=see_also_date(target.when) if dated else None,
                    mobile_date=mobile_date(target.when) if dated else None,
                )
            )
        return tuple(found)

    def _find(self, target: str) -> PracticeResponse:
        parts = split_target(target)
        path = unquote(parts.path)
        if path == "/robots.txt":
            return PracticeResponse(status=200, body=listings.ROBOTS.encode(), content_type="text/plain; charset=utf-8")
        if match := re.fullmatch(r"/(news-en|notizie-it)/.*?-?(\d{1,9})\.html", path):
            return self._article(LANGUAGE_OF[match[1]], int(match[2]), printed=False)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if re.fullmatch(r"\d{1,9}", query.get("art", "")) and query.get("l") in ("en", "it"):
            return self._article(query["l"], int(query["art"]), printed="mag" in query)
        if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", query.get("data_art_filtro", "")):
            return self._day(query.get("l", "en"), match[0])
        if match := re.fullmatch(r"/(en|it|es|zh)\.xml", path):
            body = listings.feed(match[1], self._front(match[1]), self.phase)
            return PracticeResponse(status=200, body=body.encode(), content_type="application/rss+xml; charset=utf-8")
        match = re.fullmatch(r"/(en|it|es|zh)\.html", path)
        language = match[1] if match else query.get("l", "it")
        return self._home(language if language in FOLDERS else "it")

    def _front(self, language: str) -> list[Edition]:
        """Number 1 (the root of the tree) and the newest ones."""
        if language not in ("en", "it"):
            return []
        step = ITALIAN_EVERY if language == "it" else 1
        last = self.articles // step
        nodes = dict.fromkeys((*range(max(1, last - 9), last + 1), *((1,) if last else ())))
        return [edition(node * step, language, self.articles, self.seed) for node in nodes]

    def _day(self, language: str, day: str) -> PracticeResponse:
        try:
            when = date.fromisoformat(day)
        except ValueError:
            return self._home("en")
        if language not in FOLDERS:
            return self._home("en")
        after = (when - FIRST_DAY).days
        # The first number of a day is the least n for which n * DAYS // articles is not before it.
        first, behind = (-(-days * self.articles // DAYS) for days in (after, after + 1))
        shown = [
            edition(number, language, self.articles, self.seed)
            for number in range(max(first, 1), min(behind, self.articles + 1))
            if language in languages_of(number)
        ]
        html = listings.day_page(language, when, self._front(language), shown, self.phase, ())
        return PracticeResponse(status=200, body=html.encode(), content_type=HTML)

    def _home(self, language: str) -> PracticeResponse:
        return PracticeResponse(
            status=200,
            body=listings.home_page(language, self._front(language), self.phase, ()).encode(),
            content_type=HTML,
        )

    def _article(self, language: str, number: int, *, printed: bool) -> PracticeResponse:
        if not 1 <= number <= self.articles or language not in languages_of(number):
            return self._home(language)
        one = edition(number, language, self.articles, self.seed)
        if printed:
            return PracticeResponse(status=200, body=print_page(one).encode(), content_type=HTML)
        others = [
            (other, edition(number, other, self.articles, self.seed, whole=False).page_path)
            for other in languages_of(number)
            if other != language
        ]
        html = self.redesign.page(one, self.phase, self.related(number, language), others)
        if self.page_size and len(html) < self.page_size:
            head, menu = _make_padding(self.page_size - len(html))
            html = html.replace("</head>", head + "</head>", 1).replace("<body>", "<body>" + menu, 1)
        return PracticeResponse(status=200, body=html.encode(), content_type=HTML)


@lru_cache(maxsize=64)
def _make_padding(size: int) -> tuple[str, str]:
    return make_padding(size)
