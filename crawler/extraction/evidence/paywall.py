"""Finds the sentence by which a page tells readers that it withholds the text: paywalls, cookie walls, errors.

Only sentences that a page shows *instead of* the rest are marks; what newspapers print on every page ("subscribe to our
newsletter", "we use cookies") is no mark. A mark alone means nothing: it counts when the text has shrunk
(:mod:`crawler.archive.articles.truncation`).
"""

from __future__ import annotations

import re

from crawler.extraction.parsing.decoding import decode
from crawler.extraction.parsing.shown_source import drop_hidden, drop_tags
from crawler.items import Capture
from crawler.normalisation.words.text import fold

MAX_CHARACTERS = 2_000_000
"""Characters of a page that are looked at."""

_PHRASES = (
    # paywalls
    r"(?:subscribe|register|log ?in|sign (?:in|up)) (?:now |here |for free )?to (?:continue|read|keep reading|unlock)",
    r"to (?:continue|keep) reading (?:this|the|our|your|please|you|log|sign|subscribe|register)",
    r"(?:only|exclusively|reserved) (?:available )?(?:for|to) (?:our )?(?:subscribers|members)",
    r"(?:article|story|content) is (?:for|only for|reserved for|available to) (?:our )?(?:subscribers|members)",
    r"(?:already|not yet) a (?:subscriber|member)\?",
    r"(?:contenuto|articolo) (?:e )?(?:riservato|disponibile solo) (?:a|ai|agli|per)",
    r"(?:abbonati|registrati|accedi) (?:ora |subito )?per (?:continuare|leggere)",
    r"per continuare a leggere|sei gia abbonato\?",
    r"(?:articulo|contenido) (?:es )?(?:exclusivo|solo|reservado) (?:para|a)",
    r"(?:suscribete|suscribase|registrate|inicia sesion) para (?:continuar|seguir|leer)",
    r"para (?:seguir|continuar) leyendo|ya eres suscriptor\?",
    r"(?:订阅|登录|登入|注册|訂閱|註冊)(?:后|後|以|即可|才能)?(?:继续|繼續)?(?:阅读|閱讀)|(?:仅限|僅限)(?:会员|會員|订阅|訂閱)",
    # cookie walls
    r"(?:accept|allow|enable) (?:all |the )?(?:cookies|javascript)[^.]{0,40}? to (?:continue|read|proceed|view)",
    r"to (?:continue|read|proceed|view)[^.]{0,40}? (?:accept|allow|enable) (?:all |the )?(?:cookies|javascript)",
    r"(?:accetta|abilita) (?:tutti )?(?:i )?cookie[^.]{0,40}? per (?:continuare|leggere|proseguire)",
    r"(?:acepta|habilita|activa) (?:todas )?(?:las )?cookies[^.]{0,40}? para (?:continuar|seguir|leer)",
    # errors and gatekeepers
    r"(?:internal server|database|fatal|application) error|error establishing|bad gateway|service unavailable",
    r"(?:page|site|server|article|service) is (?:temporarily|currently) (?:unavailable|not available)",
    r"(?:an|some) (?:error|problem) (?:has )?occurred|something went wrong(?! while submitting)|"
    r"(?:please )?try again (?:later|in a few)",
    r"(?:verify|confirm|prove|checking) (?:that |if )?you are (?:a )?(?:human|not a robot)|checking your browser",
    r"temporaneamente non disponibile|si e verificato un errore|riprova(?:re)? piu tardi",
    r"temporalmente no disponible|se ha producido un error|intent(?:a|e|elo) (?:de nuevo )?mas tarde",
    r"暂时无法|暫時無法|服务器错误|伺服器錯誤|请稍后再试|請稍後再試",
)
_MARK = re.compile("|".join(_PHRASES))


def find_wall_phrase(capture: Capture, language: str | None = None) -> str | None:
    """Return the words, folded, by which a page says that it withholds its text; None without such words."""
    return find_phrase_in_text(decode(capture, language))


def find_phrase_in_text(text: str) -> str | None:
    """Return the words, folded, by which the text of a page says that it is not all; None without such words."""
    match = _MARK.search(" ".join(fold(drop_tags(drop_hidden(text[:MAX_CHARACTERS]))).split()))
    return None if match is None else match[0]
