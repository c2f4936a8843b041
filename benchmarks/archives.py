"""Archives of any size to measure with: made-up articles, written through the project's own writing code.

    python benchmarks/archives.py --articles 100000 --to PATH [--seed 1]

Six languages in six scripts, some thousand words in each, as unevenly frequent as those of a language (Zipf); twenty
years of days and a few articles without one; some hundred authors, places and kickers, a few of which have most of the
articles; stories with translations; See also entries, most of which are archived; revisions and withdrawn articles.
The same seed makes the same articles. ``WORDS`` has the frequent words that can be asked for, most frequent first.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from crawler.archive import Archive
from crawler.items import Address, Article, Author, Capture, Fate, Moment, SeeAlso, Visit
from crawler.normalisation.digest import compute_digest
from crawler.sites.registry import find_site

ASIANEWS = find_site("asianews")

AT_ONCE = 500
"""Articles written in one transaction."""
FIRST_DAY = date(2004, 1, 1)
DAYS = 7305
BUILT = datetime(2026, 1, 1, tzinfo=UTC)
DISTINCT_WORDS = 6000
UNDATED, REVISED, WITHDRAWN, WITHOUT_AUTHOR, WITHOUT_PLACE = 0.02, 0.03, 0.01, 0.1, 0.12

WORDS = {
    "en": "the of and to in a for with on that church people government bishop peace school country harbour minister"
    " talks religious freedom community children women police court election university hospital rice flood market"
    " village coordinating festival bridge ferry prayer young workers factory border refugees dialogue mosque temple",
    "it": "di il la che e in per un con del chiesa popolo governo vescovo pace scuola paese porto ministro colloqui"
    " libertà religiosa comunità bambini donne polizia tribunale elezioni università ospedale riso alluvione mercato"
    " villaggio festa ponte traghetto preghiera giovani operai fabbrica confine profughi dialogo moschea tempio città",
    "ru": "и в не на с что по из для от церковь народ правительство епископ мир школа страна порт министр переговоры"
    " свобода община дети женщины полиция суд выборы университет больница рис наводнение рынок деревня праздник мост"
    " паром молитва молодёжь рабочие завод граница беженцы диалог мечеть храм",
    "ar": "في من على إلى أن عن مع هذا التي الذي كنيسة شعب حكومة أسقف سلام مدرسة بلد ميناء وزير محادثات حرية جماعة"
    " أطفال نساء شرطة محكمة انتخابات جامعة مستشفى أرز فيضان سوق قرية عيد جسر عبارة صلاة شباب عمال مصنع حدود لاجئون"
    " حوار مسجد معبد",
    "zh": "的 在 和 是 了 对 与 中 为 上 教会 人民 政府 主教 和平 学校 国家 港口 部长 会谈 宗教 自由"
    " 团体 儿童 妇女 警察 法院 选举 大学 医院 大米 洪水 市场 村庄 节日 桥梁 渡轮"
    " 祈祷 青年 工人 工厂 边境 难民 对话 清真寺 寺庙 香港 中国",
    "ko": "이 그 및 등 수 것 더 한 위해 대한 교회 국민 정부 주교 평화 학교 나라 항구 장관 회담 종교 자유"
    " 공동체 어린이 여성 경찰 법원 선거 대학교 병원 쌀 홍수 시장 마을"
    " 축제 다리 여객선 기도 청년 노동자 공장 국경 난민 대화 사원 서울 한국",
}
SYLLABLES = {
    "en": [a + b for a in (*"bdfgklmnprstv", "sh", "th") for b in "aeiou"],
    "it": [a + b for a in (*"bcdfglmnprstv", "gli", "sc") for b in "aeiouàò"],
    "ru": [a + b for a in "бвгдзклмнпрстчш" for b in "аеиоуя"],
    "ar": [a + b for a in "بتجحدرسشعفقكلمنهو" for b in ("ا", "ي", "و", "")],
    "zh": list(
        "人大国年会学生地工方用发成部法民作主分东教行西力政市长府各和开公北新加全选明海南高平安文化王华城山江河田李陈林"
    ),
    "ko": list(
        "가나다라마바사아자차카타파하고노도로모보소오조초구누두루무부수우주추기니디리미비시이지치강남동서북산천원정민"
    ),
}
FOLDERS = {"en": "news-en", "it": "notizie-it", "ru": "news-ru", "ar": "news-ar", "zh": "news-zh", "ko": "news-ko"}
SHARES = {"en": 40, "it": 25, "zh": 15, "ru": 8, "ar": 6, "ko": 6}
"""How many of a hundred stories begin in each language."""
COUNTRIES = """
INDIA, CHINA, JAPAN, VIETNAM, MYANMAR, THAILAND, INDONESIA, PAKISTAN, SRI LANKA, SOUTH KOREA, PHILIPPINES, IRAQ,
LEBANON, ISRAEL, PALESTINE, SYRIA, TURKEY, RUSSIA, KAZAKHSTAN, NEPAL, BANGLADESH, MALAYSIA, SINGAPORE, CAMBODIA, LAOS,
MONGOLIA, TAIWAN, IRAN, SAUDI ARABIA, YEMEN, VATICAN, HONG KONG
"""
PLACES = """
Hong Kong, Beijing, New Delhi, Tokyo, Hanoi, Yangon, Bangkok, Jakarta, Islamabad, Colombo, Seoul, Manila, Baghdad,
Beirut, Jerusalem, Damascus, Ankara, Moscow, Astana, Kathmandu, Dhaka, Kuala Lumpur, Singapore, Phnom Penh, Vientiane,
Ulaanbaatar, Taipei, Tehran, Riyadh, Sanaa, Vatican City, Milan, Mosul, Erbil, Lahore, Mumbai, Chennai, Kolkata,
Shanghai, Ho Chi Minh City
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """Things of which some are taken far more often than others."""

    things: tuple[str, ...]
    weights: tuple[float, ...]

    @classmethod
    def zipf(cls, things: Sequence[str], flat: float = 2.7) -> Choice:
        """Weigh the n-th of the things with 1/(n + flat), the law of Zipf and Mandelbrot."""
        return cls(tuple(things), tuple(accumulate(1 / (rank + flat) for rank in range(len(things)))))

    def some(self, chance: random.Random, how_many: int) -> list[str]:
        return chance.choices(self.things, cum_weights=self.weights, k=how_many)

    def one(self, chance: random.Random) -> str:
        return self.some(chance, 1)[0]


@dataclass(frozen=True, slots=True)
class Press:
    """Everything that articles are made of."""

    words: dict[str, Choice]
    authors: Choice
    places: Choice
    kickers: Choice


def press(seed: int) -> Press:
    """Make vocabulary and names."""
    chance = random.Random(f"words {seed}")
    words = {}
    for language, syllables in SYLLABLES.items():
        known = dict.fromkeys(WORDS[language].split())
        while len(known) < DISTINCT_WORDS:
            size = chance.choice((2, 2, 3) if language in ("zh", "ko") else (2, 3, 3, 4))
            known.setdefault("".join(chance.choices(syllables, k=size)))
        words[language] = Choice.zipf(list(known))
    parts = [word.capitalize() for word in words["en"].things[60:400]]
    names = dict.fromkeys(f"{chance.choice(parts)} {chance.choice(parts)}" for _ in range(400))
    towns = [word.capitalize() for word in words["it"].things[100:240]]
    countries, cities = (re.split(r",\s+", block.strip()) for block in (COUNTRIES, PLACES))
    pairs = [f"{a} - {b}" for a in countries[:16] for b in countries if a != b]
    chance.shuffle(pairs)
    return Press(
        words=words,
        authors=Choice.zipf(("AsiaNews", *names)),
        places=Choice.zipf((*cities, *towns)),
        kickers=Choice.zipf((*countries, *pairs[:300])),
    )


def text(chance: random.Random, language: str, words: Choice, how_many: int) -> str:
    """Return so many words as paragraphs of sentences, as the language prints them."""
    space, comma, stop = ("", "，", "。") if language == "zh" else (" ", ", ", ". ")
    drawn = words.some(chance, how_many)
    paragraphs, sentences, place = [], [], 0
    while place < how_many:
        size = chance.randrange(8, 26)
        part = drawn[place : place + size]
        place += size
        half = len(part) // 2
        sentence = space.join(part[:half]) + comma + space.join(part[half:]) if size > 18 and half else space.join(part)
        sentences.append(sentence[:1].upper() + sentence[1:] + stop.rstrip())
        if len(sentences) == 4 or place >= how_many:
            paragraphs.append(space.join(sentences))
            sentences = []
    return "\n\n".join(paragraphs)


def address(number: int, language: str) -> Address:
    return Address(
        url=f"{ASIANEWS.origin}/{FOLDERS[language]}/Story-{number}.html",
        url_key=f"asianews/{language}/{number}",
        kind="article",
        language=language,
        site_key=str(number),
        story=str(number),
    )


def languages_of(seed: int, number: int) -> list[str]:
    """Return the languages in which a story exists, the one it was written in first."""
    chance = random.Random(f"story {seed} {number}")
    first = chance.choices(list(SHARES), weights=list(SHARES.values()))[0]
    others = [language for language in SHARES if language != first and chance.random() < 0.08]
    return [first, *others]


def article(press: Press, seed: int, number: int, stories: int, language: str) -> Article:
    """Return one article; the day, the authors and the place are those of its story."""
    chance = random.Random(f"facts {seed} {number}")
    day = (FIRST_DAY + timedelta(days=number * DAYS // (stories + 1))).isoformat()
    on = None if chance.random() < UNDATED else day
    place = None if chance.random() < WITHOUT_PLACE else press.places.one(chance)
    kicker = press.kickers.one(chance)
    names: list[str] = []
    if chance.random() >= WITHOUT_AUTHOR:
        names = list(dict.fromkeys(press.authors.some(chance, 1 if chance.random() < 0.9 else 2)))
    moment = None
    if on:
        minute = chance.random() < 0.7
        at = f"{day}T{chance.randrange(5, 20):02}:{chance.randrange(60):02}:00Z" if minute else day
        moment = Moment(value=at, on=day, precision="minute" if minute else "day", raw=at)
    chance = random.Random(f"text {seed} {number} {language}")
    words = press.words[language]
    headline = text(chance, language, words, chance.randrange(5, 11)).rstrip(".。")
    lead = text(chance, language, words, chance.randrange(20, 40)) if chance.random() < 0.8 else None
    body = text(chance, language, words, chance.randrange(300, 600))
    byline = ("by " if language == "en" else "") + ", ".join(names) if names else None
    own = address(number, language)
    earlier = {chance.randrange(max(1, number - 400), number) for _ in range(4)} if number > 1 else set()
    linked = [story for story in sorted(earlier) if language in languages_of(seed, story) or chance.random() < 0.1]
    return Article(
        site="asianews",
        language=language,
        site_key=str(number),
        story=str(number),
        url=own.url,
        headline=headline,
        kicker=kicker,
        lead=lead,
        byline=byline,
        body=body,
        word_count=len(body.split()) if language != "zh" else len(body) // 2,
        digest=compute_digest(headline, lead, byline, body, language),
        published=moment,
        dateline=place and f"{place} (AsiaNews) –",
        dateline_place=place,
        dateline_agencies=("AsiaNews",) if place else (),
        authors=tuple(
            Author(
                name=name,
                sort_name=" ".join(reversed(name.split())),
                printed=name,
                kind="agency" if name == "AsiaNews" else "person",
            )
            for name in names
        ),
        see_also=tuple(
            SeeAlso(position=position, address=address(story, language), headline=f"Story {story}")
            for position, story in enumerate(linked, 1)
        ),
        sources=(("headline", "anatomy:h1"), ("body", "anatomy:body")),
    )


def visit(article: Article, at: datetime, fate: Fate | None = None) -> Visit:
    own = address(int(article.site_key), article.language)
    capture = Capture(url=own.url, fetched_at=at, status=200 if fate is None else 404)
    return Visit(address=own, fate=fate, article=article if fate is None else None, captures=(capture,), status=200)


def articles(how_many: int, seed: int) -> Iterator[Article]:
    """Yield so many articles, story by story, each in its languages."""
    materials = press(seed)
    stories = int(how_many / 1.4)
    made, number = 0, 0
    while made < how_many:
        number += 1
        for language in languages_of(seed, number)[: how_many - made]:
            yield article(materials, seed, number, stories, language)
            made += 1


def build(path: Path, how_many: int, seed: int) -> None:
    """Write an archive of so many articles."""
    begun = time.perf_counter()
    chance = random.Random(f"later {seed}")
    with Archive(path, "create") as archive:
        run = archive.begin_run(ASIANEWS, now=BUILT, versions={"seealso": "generated"}, settings={"seed": seed})
        batch: list[Visit] = []
        later: list[Visit] = []
        done = 0

        def write(visits: list[Visit]) -> None:
            archive.keep(visits, run, BUILT)
            visits.clear()

        for article in articles(how_many, seed):
            batch.append(visit(article, BUILT))
            lot = chance.random()
            if lot < REVISED:
                body = article.body + "\n\n" + article.body.split("\n\n")[0]
                edited = compute_digest(article.headline, article.lead, article.byline, body, article.language)
                later.append(visit(replace(article, body=body, digest=edited), BUILT + timedelta(days=1)))
            elif lot < REVISED + WITHDRAWN:
                later.append(visit(article, BUILT + timedelta(days=1), Fate.GONE))
            if len(batch) == AT_ONCE:
                done += len(batch)
                write(batch)
                if done % 10_000 == 0:
                    print(f"{done:,} articles, {done / (time.perf_counter() - begun):.0f} a second", flush=True)
            if len(later) >= AT_ONCE:
                write(batch + later)
                batch, later = [], []
        write(batch + later)
        archive.finish_run(run, "finished", BUILT + timedelta(hours=1))
        print(f"{archive.count():,} articles in {time.perf_counter() - begun:.0f} s: {path}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.to.exists():
        raise SystemExit(f"{options.to} exists already")
    unfinished = options.to.with_suffix(".part")
    build(unfinished, options.articles, options.seed)
    unfinished.rename(options.to)  # its log went when it was closed


if __name__ == "__main__":
    main()
