"""More like this: what an article is about decides, not which words everybody uses."""

from __future__ import annotations

import random

from crawler.archive.search.similar import find_telling_words, more_like

COMMON = "the people said that on monday in the town there was much to do for all of them and many came"
SUBJECTS = {
    "ferry": "ferry harbour captain island timetable engine passengers",
    "temple": "temple pilgrims incense lantern procession monks bells",
    "rice": "rice paddies drought harvest farmers irrigation seedlings",
}
CHINESE = {"渡轮": "渡轮码头船长海岛乘客", "寺庙": "寺庙香客灯笼僧侣钟声"}


def text(chance, words, how_many=80):
    return " ".join(
        chance.choice(COMMON.split()) if chance.random() < 0.8 else chance.choice(words) for _ in range(how_many)
    )


def fill(archive, run, newsroom):
    chance, visits, about = random.Random(5), [], {}
    for key in range(1, 91):
        subject = list(SUBJECTS)[key % 3]
        about[key] = subject
        words = SUBJECTS[subject].split()
        body = text(chance, words)
        visits.append(newsroom.visit(newsroom.article(key, f"{words[key % 7].title()} and more", body)))
    for key in range(101, 131):
        subject = list(CHINESE)[key % 2]
        about[key] = subject
        body = "".join(chance.choice("的了在是我他们这那有人说今天大家") for _ in range(60))
        for _ in range(6):
            at = chance.randrange(len(body))
            start = chance.randrange(0, 8, 2)
            body = body[:at] + CHINESE[subject][start : start + 4] + body[at:]
        visits.append(newsroom.visit(newsroom.article(key, f"关于{subject}", body, language="zh")))
    archive.keep(visits, run, newsroom.now)
    return about


def test_articles_of_the_same_subject_come_first_in_any_script(archive, run, newsroom):
    about = fill(archive, run, newsroom)
    for number, key in archive.db.execute("SELECT id, CAST(site_key AS INTEGER) FROM articles").fetchall():
        hits = more_like(archive.db, number, 5)
        right = [hit for hit in hits if about[int(hit.site_key)] == about[key]]
        assert len(hits) == 5
        assert len(right) >= 4, (key, about[key])
        assert number not in [hit.id for hit in hits]
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert {hit.language for hit in hits} == {"zh" if key > 100 else "en"}


def test_telling_words_are_those_of_the_subject(archive, run, newsroom):
    fill(archive, run, newsroom)
    words = [term.words[0] for term in find_telling_words(archive.db, 3)]
    assert set(words[:4]) <= set(SUBJECTS["ferry"].split())


def test_copies_and_translations_are_not_more_of_the_same(archive, run, newsroom):
    body = text(random.Random(1), SUBJECTS["ferry"].split())
    others = [
        newsroom.article(key, f"About {key}", text(random.Random(key), SUBJECTS["ferry"].split())) for key in (3, 4)
    ]
    articles = [newsroom.article(1, "One", body), newsroom.article(2, "One", body), *others]
    articles.append(newsroom.article(1, "One", body + " ma in italiano", language="it"))
    archive.keep([newsroom.visit(article) for article in articles], run, newsroom.now)
    assert archive.article(1).copies
    assert {hit.id for hit in more_like(archive.db, 1, 10)} == {3, 4}


def test_what_is_not_archived_or_says_nothing_has_nothing_like_it(archive, run, newsroom):
    assert more_like(archive.db, 1) == []
    archive.keep([newsroom.visit(newsroom.article(1, "…", "—"))], run, newsroom.now)
    assert more_like(archive.db, 1) == []
    assert more_like(archive.db, 99) == []
