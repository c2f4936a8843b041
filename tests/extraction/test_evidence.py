"""All that speaks for an article is weighed: old pages are articles, other kinds of pages are none, and each says why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.items import Article, Capture
from crawler.process import process
from crawler.site import Site
from crawler.sites.registry import find_site

ASIANEWS = find_site("asianews")

# Pages of the kind that the paper printed before it had structured data: tables in tables, no heading, a title that is
# the paper's name, and a column of links to other articles before the text.

OLD_PAGES = {
    "en": (
        "12/03/2004",
        "NEPAL",
        "Weavers of Patan hang their looms on the bridge",
        "by Maria Rossi",
        "The weavers of Patan have hung forty looms on the old bridge, so that nobody may cross it before the council "
        "has heard them.",
        "They ask for the light that was promised to their street nine years ago. The council meets on Thursday, and "
        "its clerk says that the matter stands on the list.",
        "Until then the children take the boat to school, and the ferryman has asked for a second oar.",
        "news-en",
    ),
    "it": (
        "12/03/2004",
        "NEPAL",
        "I tessitori di Patan appendono i telai al ponte",
        "di Maria Rossi",
        "I tessitori di Patan hanno appeso quaranta telai al vecchio ponte, perché nessuno lo attraversi prima che il "
        "consiglio li abbia ascoltati.",
        "Chiedono la luce promessa alla loro via nove anni fa. Il consiglio si riunisce giovedì, e il segretario dice "
        "che la questione è all'ordine del giorno.",
        "Fino ad allora i bambini vanno a scuola in barca, e il traghettatore ha chiesto un secondo remo.",
        "notizie-it",
    ),
    "es": (
        "12/03/2004",
        "NEPAL",
        "Los tejedores de Patan cuelgan sus telares del puente",
        "de Maria Rossi",
        "Los tejedores de Patan han colgado cuarenta telares del viejo puente, para que nadie lo cruce antes de que el "
        "consejo los haya escuchado.",
        "Piden la luz que se prometió a su calle hace nueve años. El consejo se reúne el jueves, y su secretario dice "
        "que el asunto está en la lista.",
        "Hasta entonces los niños van a la escuela en barca, y el barquero ha pedido un segundo remo.",
        "noticias-es",
    ),
    "zh": (
        "12/03/2004",
        "尼泊尔",
        "帕坦的织工把织机挂在桥上",
        "玛利亚",
        "帕坦的织工把四十架织机挂在旧桥上，要求议会先听取他们的意见，然后才准许任何人过桥，许多居民站在岸边观看。",
        "他们要求得到九年前答应给他们那条街的灯光。议会将于星期四开会，书记说这件事已经列入议程，请大家耐心等候。",
        "在此之前，孩子们坐船上学，船夫已经要求再添一支桨，因为早上的水流很急，来回一趟要花半个小时的时间。",
        "news-zh",
    ),
}


def make_old_page(language: str, *, byline: bool = True, date: bool = True) -> str:
    day, country, headline, by, first, second, third, folder = OLD_PAGES[language]
    column = "".join(
        f'<tr><td><img src="dot.gif"></td><td><a href="/{folder}/T-{70000 + number}.html">'
        f"<font size=1>{headline[:12]} {number}: {country}</font></a></td></tr>"
        for number in range(9)
    )
    return (
        f'<html lang="{language}"><head><title>AsiaNews</title></head><body bgcolor=white><table width=780><tr>'
        f"<td width=150 valign=top><table>{column}</table></td><td valign=top><table><tr><td>"
        + (f"<font size=1>{day}</font><br>" if date else "")
        + f"<font size=1><b>{country}</b></font></td></tr><tr><td><font size=4><b>{headline}</b></font></td></tr>"
        + (f"<tr><td><i>{by}</i></td></tr>" if byline else "")
        + f"<tr><td><p>{first}</p><p>{second}</p><p>{third}</p></td></tr></table></td></tr></table></body></html>"
    )


def read(html: str, site: Site, url: str) -> Article:
    capture = Capture(
        url=url,
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=html.encode(),
    )
    return process(capture, site)


@pytest.mark.parametrize("language", OLD_PAGES)
@pytest.mark.parametrize("address", ["index.php?l={language}&art=4711", "{folder}/A-slug-4711.html"])
def test_an_old_page_of_tables_is_an_article(language: str, address: str) -> None:
    folder = OLD_PAGES[language][-1]
    url = "https://www.asianews.it/" + address.format(language=language, folder=folder)
    article = read(make_old_page(language), ASIANEWS, url)
    assert article.headline == OLD_PAGES[language][2]
    assert OLD_PAGES[language][5] in article.body
    assert article.site_key == "4711"
    assert [problem for problem in article.problems if problem.kind == "doubt"] == []
