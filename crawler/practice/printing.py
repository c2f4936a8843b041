"""The labels and dates that the practice site prints around its stories, as AsiaNews is known to print them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

ORIGIN = "https://www.asianews.it"


@dataclass(frozen=True, slots=True)
class PageLabels:
    """The labels of one language."""

    share: str
    printable: str
    see_also: str
    newsletter: tuple[str, ...]
    areas: str
    front: str
    home: str
    reads: str


PAGE_LABELS = {
    "en": PageLabels(
        "Send to a friend",
        "Printable version",
        "See also",
        ("Subscribe to Asia News updates or change your preferences", "Subscribe now"),
        "Geographical areas",
        "In the foreground",
        "/en.html",
        "{} readers today",
    ),
    "it": PageLabels(
        "Invia ad un amico",
        "Versione stampabile",
        "Vedi anche",
        ("Iscriviti alle newsletter di Asia News o cambia le tue preferenze",),
        "Aree geografiche",
        "In primo piano",
        "/",
        "{} lettori oggi",
    ),
    "es": PageLabels(
        "Enviar a un amigo",
        "Versión para imprimir",
        "Ver también",
        ("Suscríbete a las novedades de Asia News",),
        "Áreas geográficas",
        "En primer plano",
        "/es.html",
        "{} lectores hoy",
    ),
    "zh": PageLabels(
        "發送給朋友",
        "列印版本",
        "另见",
        ("Subscribe to Asia News updates or change your preferences", "Subscribe now"),
        "地区",
        "要闻",
        "/zh.html",
        "今日读者 {}",
    ),
}
MOTTO = "“L’Asia: ecco il nostro comune compito per il terzo millennio!” - Giovanni Paolo II"
ADVERT = "Il nostro lavoro è gratuito: se puoi, sostieni i narratori di questo sito di prova"

AREAS = {
    2: "South Asia",
    5: "South East Asia",
    6: "East Asia",
    12: "Bangladesh",
    17: "China",
    20: "India",
    25: "Japan",
    32: "Lebanon",
    41: "Russia",
    48: "Thailand",
    53: "Vietnam",
}
THEMES = {1: "China", 6: "Economy"}


def is_month_first(language: str) -> bool:
    """Return True if headers of a language print month/day (English, Chinese) rather than day/month."""
    return language in ("en", "zh")


def format_header_date(moment: date | datetime, language: str, layout: str) -> str:
    """Return the date in the header of an article: ``03/11/2022, 09.45``; ``00.00`` without a time; no time in layout A."""
    day = moment.strftime("%m/%d/%Y" if is_month_first(language) else "%d/%m/%Y")
    if layout == "A":
        return day
    return f"{day}, {moment.strftime('%H.%M')}" if isinstance(moment, datetime) else f"{day}, 00.00"


def format_see_also_date(moment: date | datetime) -> str:
    """Return the date beside a See also entry: day first in every language, no time where none was recorded."""
    return moment.strftime("%d/%m/%Y %H:%M") if isinstance(moment, datetime) else moment.strftime("%d/%m/%Y")


def format_mobile_date(moment: date | datetime) -> str:
    """Return the date before a See also entry of the mobile edition."""
    return moment.strftime("%d/%m/%Y %H:%M:%S") if isinstance(moment, datetime) else moment.strftime("%d/%m/%Y")


def find_visit_day(phase: int) -> date:
    """Return the day on which the site is visited: phase 2 is a week after phase 1."""
    return date(2026, 10, 12 if phase < 2 else 19)
