"""The pages of Seeblick, in German and French; what they say stands in microdata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.practice.dialects import escape_text
from crawler.practice.world.articles import PaperArticle
from crawler.practice.world.writing import make_slug

HOSTS = {"de": "de.seeblick.example", "fr": "fr.seeblick.example"}
JOB_URL = "https://jobs.seeblick.example/artikel/30001-nachtwaechter-gesucht"
STATIC = {
    "de": ("/artikel/19001-ueber-uns", "/artikel/19002-seeblick-abonnieren"),
    "fr": ("/article/19001-qui-sommes-nous", "/article/19002-abonnez-vous"),
}
"""Pages that are no articles: about the house, and its offer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What is printed around the articles of one language."""

    title: str
    other: str
    article: str
    """The folder of its articles."""
    section: str
    """The folder of its sections."""
    sections: tuple[str, ...]
    months: tuple[str, ...]
    byline: str
    related: str
    more: str
    jobs: str
    about: str
    offer: str
    missing: str
    search: str
    """The folder of its search, which robots.txt forbids."""
    share: str


WORDS = {
    "de": Words(
        title="Seeblick",
        other="Diesen Beitrag auf Französisch lesen",
        article="artikel",
        section="ressort",
        sections=("Stadt", "Land", "Wasser"),
        months=(
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ),
        byline="Von",
        related="Mehr zum Thema",
        more="Ältere Beiträge",
        jobs="Nachtwächter gesucht",
        about="Über uns",
        offer="Seeblick abonnieren",
        missing="Seite nicht gefunden",
        search="suche",
        share="Teilen",
    ),
    "fr": Words(
        title="Vue du lac",
        other="Lire cet article en allemand",
        article="article",
        section="rubrique",
        sections=("Ville", "Campagne", "Rivages"),
        months=(
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ),
        byline="Par",
        related="À lire aussi",
        more="Articles plus anciens",
        jobs="On cherche un veilleur de nuit",
        about="Qui sommes-nous",
        offer="Abonnez-vous",
        missing="Page introuvable",
        search="recherche",
        share="Partager",
    ),
}


def make_origin(language: str) -> str:
    """Return scheme and host of a language."""
    return f"https://{HOSTS[language]}"


def make_frame(language: str, title: str, inner: str, head: str = "") -> str:
    """Return a whole page of a language."""
    words, origin = WORDS[language], make_origin(language)
    menu = " ".join(f'<a href="{origin}/{words.section}/{make_slug(name)}">{name}</a>' for name in words.sections)
    menu += f' <a href="{origin}/{words.search}">{words.search.capitalize()}</a>'
    about, offer = STATIC[language]
    return f"""<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape_text(title)} – {words.title}</title>
<link rel="stylesheet" href="{origin}/static/seeblick.css">
<link rel="alternate" type="application/atom+xml" href="{origin}/feed.atom">
{head}</head>
<body class="{language}"><header><a class="title" href="{origin}/">{words.title}</a><nav>{menu}</nav>
<p class="languages"><a href="{make_origin("de")}/" hreflang="de">Deutsch</a> <a href="{make_origin("fr")}/" hreflang="fr">Français</a></p></header>
{inner}
<aside class="jobs"><a href="{JOB_URL}">{words.jobs}</a></aside>
<footer><a href="{origin}{about}">{words.about}</a> <a href="{origin}{offer}">{words.offer}</a></footer></body></html>
"""


def make_article_page(
    article: PaperArticle, members: Mapping[str, PaperArticle], related: Sequence[PaperArticle]
) -> str:
    """Return the page of an article; ``members`` are all prints of the story by language."""
    words = WORDS[article.language]
    paragraphs = "".join(f"<p>{escape_text(paragraph)}</p>\n" for paragraph in article.paragraphs)
    names = " & ".join(
        f'<span itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">{escape_text(name)}</span></span>'
        for name in article.authors
    )
    byline = f'<p class="byline">{words.byline} {names}</p>\n' if names else ""
    entries = "".join(f'<li><a href="{other.url}">{escape_text(other.headline)}</a></li>\n' for other in related)
    translation = next((member for language, member in members.items() if language != article.language), None)
    other_link = (
        f'<p class="translation"><a href="{translation.url}" hreflang="{translation.language}">{words.other}</a></p>\n'
        if translation
        else ""
    )
    inner = f"""<main itemscope itemtype="https://schema.org/NewsArticle">
<p class="section">{article.section}</p>
<h1 itemprop="headline">{escape_text(article.headline)}</h1>
{byline}<p class="when"><time itemprop="datePublished" datetime="{article.when.isoformat()}">{format_moment(article.when, article.language)}</time></p>
<p class="lead" itemprop="description">{escape_text(article.lead or "")}</p>
<div itemprop="articleBody">
{paragraphs}</div>
{other_link}<p class="share"><button>{words.share}</button></p>
<section class="related"><h2>{words.related}</h2><ul>
{entries}</ul></section></main>"""
    alternates = "".join(
        f'<link rel="alternate" hreflang="{language}" href="{member.url}">\n' for language, member in members.items()
    )
    head = f'<link rel="canonical" href="{article.url}">\n{alternates if translation else ""}<meta property="og:title" content="{escape_text(article.headline)}">\n'
    return make_frame(article.language, article.headline, inner, head)


def make_listing(language: str, articles: Sequence[PaperArticle], following: str | None) -> str:
    """Return a page of teasers; ``following`` is the address of the older ones."""
    words = WORDS[language]
    rows = "".join(
        f'<article><h2><a href="{article.url}">{escape_text(article.headline)}</a></h2><p>{escape_text(article.lead or "")}</p><p class="when">{format_moment(article.when, language)}</p></article>\n'
        for article in articles
    )
    more = f'<p class="more"><a rel="next" href="{following}">{words.more}</a></p>' if following else ""
    head = f'<link rel="next" href="{following}">\n' if following else ""
    return make_frame(language, words.title, f"<main>\n{rows}{more}</main>", head)


def make_static_page(language: str, path: str, articles: Sequence[PaperArticle]) -> str:
    """Return the page about the house or the page of its offer."""
    words = WORDS[language]
    if path == STATIC[language][0]:
        names = sorted({name for article in articles for name in article.authors})
        people = "".join(f"<li>{escape_text(name)}</li>" for name in names)
        return make_frame(language, words.about, f"<main><h1>{words.about}</h1><ul>{people}</ul></main>")
    prices = "".join(f"<li>{months}: CHF {6 * months}.–</li>" for months in (3, 6, 12))
    return make_frame(language, words.offer, f"<main><h1>{words.offer}</h1><ul>{prices}</ul></main>")


def make_portal() -> str:
    """Return the page on which readers choose their language."""
    links = "".join(
        f'<p><a href="{make_origin(language)}/" hreflang="{language}">{words.title}</a></p>'
        for language, words in WORDS.items()
    )
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>Seeblick</title><link rel="stylesheet" href="/static/seeblick.css"></head><body class="portal">{links}</body></html>\n'


def make_job_page() -> str:
    """Return an offer of work, which another part of the house publishes."""
    return '<!DOCTYPE html>\n<html lang="de"><head><meta charset="utf-8"><title>Nachtwächter gesucht</title></head><body><h1>Nachtwächter gesucht</h1><p>Für den Leuchtturm, mit Laterne.</p></body></html>\n'


def format_moment(moment: datetime, language: str) -> str:
    """Return date and time as readers of the language expect them."""
    month = WORDS[language].months[moment.month - 1]
    if language == "de":
        return f"{moment.day}. {month} {moment.year}, {moment:%H.%M} Uhr"
    return f"{moment.day} {month} {moment.year} à {moment.hour} h {moment:%M}"
