"""A generated news site of any size: makes every page from a seed and its number, and keeps nothing in memory.

Numbers run from 1 to ``articles`` in English; every fifth has an Italian edition too. See also blocks form a binary tree
from number 1 (each page links to its two children) with two links across, so that every number is reached from the home page.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from urllib.parse import parse_qs, unquote

from crawler.practice import listings
from crawler.practice.dice import Dice
from crawler.practice.layouts import Related, make_print_page
from crawler.practice.padding import make_padding
from crawler.practice.printing import format_mobile_date, format_see_also_date
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
"""The syllables of the made-up words in its sentences."""
DIALECT_ORDER = ("divs", "semantic", "plain", "table")
_NOT_IN_SLUGS = re.compile(r"[^A-Za-z0-9]+")


def list_languages(number: int) -> tuple[str, ...]:
    """Return the languages in which a number exists."""
    return ("en", "it") if number % ITALIAN_EVERY == 0 else ("en",)


def make_edition(number: int, language: str, articles: int, seed: int, *, whole: bool = True) -> Edition:
    """Return the article of that number and language; without lead and body unless ``whole``.

    ``articles`` is the size of the site, over which the dates are spread.
    """
    vocabulary = VOCABULARIES[language]
    dice = Dice(f"{seed}/{language}/{number}")
    day = FIRST_DAY + timedelta(days=number * DAYS // max(articles, 1))
    clock = time(6 + number % 16, number * 7 % 60 or 30)
    moment: date | datetime = datetime.combine(day, clock) if day >= date(2015, 2, 1) else day
    headline = _capitalise(
        f"{dice.pick(vocabulary.subjects)} {dice.pick(vocabulary.verbs)} {dice.pick(vocabulary.objects)} ({number})"
    )
    name = f"{dice.pick(vocabulary.first_names)} {dice.pick(vocabulary.last_names)}"
    place_name = dice.pick(vocabulary.places)
    signed, with_kicker = number % 8 != 0, number % 11 != 0
    sentences = [_make_sentence(vocabulary, dice) for _ in range(SENTENCES)] if whole else []
    layout = "A" if day.year < 2010 else "B" if day.year < 2016 else "C"
    return Edition(
        number=number,
        language=language,
        when=moment,
        headline=headline,
        clean_headline=headline,
        kicker=vocabulary.kickers[number % len(vocabulary.kickers)] if with_kicker else None,
        byline=name if signed else None,
        prefix=layout != "B",
        writers=(StoryAuthor(name=name),) if signed else (),
        lead=" ".join(sentences[:2]) or None,
        dateline=f"{place_name} (AsiaNews)",
        place=place_name,
        paragraphs=tuple(" ".join(sentences[start : start + 3]) for start in range(2, len(sentences), 3)),
        layout=layout,
        dialect=DIALECT_ORDER[number % 4],
        spellings=(f"/{FOLDERS[language]}/{_NOT_IN_SLUGS.sub('-', headline).strip('-')}-{number}.html",),
        json_ld="good" if number % 4 == 1 else None,
    )


def _make_sentence(vocabulary: Vocabulary, dice: Dice) -> str:
    roll = dice.roll()
    parts = []
    for choices in (vocabulary.subjects, vocabulary.verbs, vocabulary.objects, vocabulary.wheres, vocabulary.whens):
        roll, index = divmod(roll, len(choices))
        parts += choices[index].split()
    # A made-up word after every second one: in real news, too, hardly any three words in a row stand in two stories.
    sentence = []
    for index in range(0, len(parts), 2):
        roll = dice.roll()
        sentence += parts[index : index + 2]
        sentence.append(SYLLABLES[roll % 65] + SYLLABLES[roll // 65 % 65] + SYLLABLES[roll // 4225 % 65])
    return _capitalise(" ".join(sentence)) + "."


def _capitalise(text: str) -> str:
    return text[0].upper() + text[1:]


def pick_neighbours(number: int, language: str, articles: int, phase: int = 1) -> tuple[int, ...]:
    """Return the numbers in a See also block: two children in the tree, and two across that change with the phase."""
    step = ITALIAN_EVERY if language == "it" else 1
    node, last = number // step, articles // step
    across = (Dice(f"{phase}/{node}").roll() % last + 1, node // 2) if last else ()
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

    def make_related(self, number: int, language: str) -> tuple[Related, ...]:
        """Return the See also block of a page; every ninth entry has no date."""
        entries = []
        for neighbour in pick_neighbours(number, language, self.articles, self.phase):
            target = make_edition(neighbour, language, self.articles, self.seed, whole=False)
            dated = (number + neighbour) % 9 != 0
            entries.append(
                Related(
                    path=target.page_path,
                    headline=target.headline,
                    date=format_see_also_date(target.when) if dated else None,
                    mobile_date=format_mobile_date(target.when) if dated else None,
                )
            )
        return tuple(entries)

    def _find(self, target: str) -> PracticeResponse:
        parts = split_target(target)
        path = unquote(parts.path)
        if path == "/robots.txt":
            return PracticeResponse(status=200, body=listings.ROBOTS.encode(), content_type="text/plain; charset=utf-8")
        if match := re.fullmatch(r"/(news-en|notizie-it)/.*?-?(\d{1,9})\.html", path):
            return self._serve_article(LANGUAGE_OF[match[1]], int(match[2]), printed=False)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if re.fullmatch(r"\d{1,9}", query.get("art", "")) and query.get("l") in ("en", "it"):
            return self._serve_article(query["l"], int(query["art"]), printed="mag" in query)
        if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", query.get("data_art_filtro", "")):
            return self._serve_day(query.get("l", "en"), match[0])
        if match := re.fullmatch(r"/(en|it|es|zh)\.xml", path):
            body = listings.make_feed(match[1], self._list_front(match[1]), self.phase)
            return PracticeResponse(status=200, body=body.encode(), content_type="application/rss+xml; charset=utf-8")
        match = re.fullmatch(r"/(en|it|es|zh)\.html", path)
        language = match[1] if match else query.get("l", "it")
        return self._serve_home(language if language in FOLDERS else "it")

    def _list_front(self, language: str) -> list[Edition]:
        """Return number 1 (the root of the tree) and the newest ones."""
        if language not in ("en", "it"):
            return []
        step = ITALIAN_EVERY if language == "it" else 1
        last = self.articles // step
        nodes = dict.fromkeys((*range(max(1, last - 9), last + 1), *((1,) if last else ())))
        return [make_edition(node * step, language, self.articles, self.seed) for node in nodes]

    def _serve_day(self, language: str, day: str) -> PracticeResponse:
        try:
            day_date = date.fromisoformat(day)
        except ValueError:
            return self._serve_home("en")
        if language not in FOLDERS:
            return self._serve_home("en")
        after = (day_date - FIRST_DAY).days
        # The first number of a day is the least n for which n * DAYS // articles is not before it.
        first, behind = (-(-days * self.articles // DAYS) for days in (after, after + 1))
        day_editions = [
            make_edition(number, language, self.articles, self.seed)
            for number in range(max(first, 1), min(behind, self.articles + 1))
            if language in list_languages(number)
        ]
        html = listings.make_day_page(language, day_date, self._list_front(language), day_editions, self.phase, ())
        return PracticeResponse(status=200, body=html.encode(), content_type=HTML)

    def _serve_home(self, language: str) -> PracticeResponse:
        return PracticeResponse(
            status=200,
            body=listings.make_home_page(language, self._list_front(language), self.phase, ()).encode(),
            content_type=HTML,
        )

    def _serve_article(self, language: str, number: int, *, printed: bool) -> PracticeResponse:
        if not 1 <= number <= self.articles or language not in list_languages(number):
            return self._serve_home(language)
        edition = make_edition(number, language, self.articles, self.seed)
        if printed:
            return PracticeResponse(status=200, body=make_print_page(edition).encode(), content_type=HTML)
        translations = [
            (other_language, make_edition(number, other_language, self.articles, self.seed, whole=False).page_path)
            for other_language in list_languages(number)
            if other_language != language
        ]
        html = self.redesign.make_page(edition, self.phase, self.make_related(number, language), translations)
        if self.page_size and len(html) < self.page_size:
            head, menu = _make_padding(self.page_size - len(html))
            html = html.replace("</head>", head + "</head>", 1).replace("<body>", "<body>" + menu, 1)
        return PracticeResponse(status=200, body=html.encode(), content_type=HTML)


@lru_cache(maxsize=64)
def _make_padding(size: int) -> tuple[str, str]:
    return make_padding(size)
