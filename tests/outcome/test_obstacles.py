"""What stands in front of a page is told apart from the page, and from there being no article."""

import time
from datetime import UTC, datetime

import pytest
from support.loopback_site import make_article_page
from support.tables import check_rows

from crawler.extraction.parsing.shown_source import drop_hidden, drop_tags
from crawler.items import Capture, Failure, Fate
from crawler.normalisation.addresses.urls import read_address
from crawler.outcome.answer import read_answer
from crawler.outcome.obstacles import find_obstacle, find_refresh
from crawler.sites.registry import find_site

URL = "https://www.asianews.it/news-en/Two-bells-for-the-river-market-12345.html"
SITE = find_site("asianews")
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def capture(status=200, body=b"", url=URL, kind="text/html; charset=utf-8", **headers):
    fields = [("Content-Type", kind), *((name.replace("_", "-"), value) for name, value in headers.items())]
    body = body.encode() if isinstance(body, str) else body
    return Capture(url=url, fetched_at=NOW, status=status, headers=tuple(fields), body=body)


def page(title, text="", heading=None, extra=""):
    return (
        f"<html><head><title>{title}</title></head><body><h1>{heading or title}</h1><p>{text}</p>{extra}</body></html>"
    )


FORM = "<form method=post><input name=user><input type='password' name=p><button>Go</button></form>"
CHALLENGES = {
    "AWS WAF, 202 and empty": capture(202, x_amzn_waf_action="challenge"),
    "AWS WAF, a captcha": capture(405, "<html></html>", x_amzn_waf_action="captcha"),
    "AWS WAF, a script": capture(
        202, "<html><script>window.gokuProps={};AwsWafIntegration.checkForceRefresh()</script>"
    ),
    "202 and empty": capture(202),
    "202 and a script": capture(202, "<html><body><script>run()</script></body></html>"),
    "Cloudflare by its header": capture(403, page("x"), cf_mitigated="challenge"),
    "Cloudflare, managed": capture(403, page("Just a moment...", extra="<script>window._cf_chl_opt={}</script>")),
    "Cloudflare, in German": capture(503, page("Nur einen Moment…", extra="<script>window._cf_chl_opt={}</script>")),
    "Cloudflare, blocked": capture(
        403, page("Attention Required! | Cloudflare", "You are unable to access", "Sorry, you have been blocked")
    ),
    "Cloudflare, five seconds": capture(
        503, page("x", "Checking your browser before accessing", extra="<div id='cf-browser-verification'></div>")
    ),
    "Cloudflare with status 200": capture(200, page("Just a moment...", "Enable JavaScript and cookies to continue")),
    "Akamai": capture(
        403, page("Access Denied", "You don't have permission. Reference #18.2d351ab8 https://errors.edgesuite.net/18")
    ),
    "Akamai, a proof of work": capture(200, "<html><div id='sec-if-cpt-container'></div><script src='/x'></script>"),
    "DataDome": capture(403, "<html><script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script></html>"),
    "DataDome by its header": capture(403, "<html></html>", x_dd_b="1"),
    "Imperva": capture(
        200, "<html><iframe src='/_Incapsula_Resource?CWUDNSAI=9'>Request unsuccessful.</iframe></html>"
    ),
    "Imperva, an incident": capture(403, page("Error", "Incapsula incident ID: 443000-1")),
    "PerimeterX": capture(403, page("Access to this page has been denied", extra="<div id='px-captcha'></div>")),
    "PerimeterX, held": capture(
        200, page("Human verification", "Press &amp; hold", extra="<script>_pxAppId='P'</script>")
    ),
    "Sucuri": capture(403, page("Sucuri WebSite Firewall - Access Denied")),
    "Sucuri, a script": capture(200, "<html><script>var sucuri_cloudproxy_js='';</script></html>"),
    "Sucuri by its header": capture(403, "<html></html>", x_sucuri_block="B"),
    "Vercel": capture(429, page("Vercel Security Checkpoint"), x_vercel_mitigated="challenge"),
    "Kasada": capture(429, "<html><script src='/149e9513/2d206a39/p.js?x-kpsdk-im=AA'></script></html>"),
    "DDoS-Guard": capture(403, page("DDoS-Guard", "Checking")),
    "F5": capture(
        200, page("Request Rejected", "The requested URL was rejected. Please consult with your administrator.")
    ),
    "Anubis": capture(
        200, page("Making sure you're not a bot!", "Loading", extra="<a href='/.within.website/x/cmd/anubis/'>")
    ),
    "reCAPTCHA": capture(200, page("Robot check", extra="<div class='g-recaptcha'></div>")),
    "hCaptcha": capture(403, page("One more step", extra="<script src='https://js.hcaptcha.com/1/api.js'></script>")),
    "generic, in English": capture(403, page("Blocked", "We have seen unusual traffic from your network.")),
    "generic, in Italian": capture(403, page("Verifica", "Conferma: non sono un robot")),
    "generic, in Spanish": capture(403, page("Comprobación de seguridad")),
    "generic, in Chinese": capture(403, page("安全验证")),
}
WALLS = {
    "consent, in English": (
        Failure.CONSENT,
        capture(200, page("Before you continue to AsiaNews", "We use cookies. " * 40)),
    ),
    "consent, in German": (Failure.CONSENT, capture(200, page("Ihre Privatsphäre ist uns wichtig", "Cookies " * 90))),
    "consent, in Italian": (Failure.CONSENT, capture(200, page("La tua privacy | AsiaNews", "Cookie " * 90))),
    "consent, in French": (Failure.CONSENT, capture(200, page("Avant de continuer vers AsiaNews", "Cookies " * 90))),
    "consent, beside an offer": (
        Failure.CONSENT,
        capture(200, page("Weiterlesen mit Werbung oder Abo", "Cookies " * 90)),
    ),
    "consent by its address": (Failure.CONSENT, capture(200, page("AsiaNews"), url="https://www.asianews.it/consent")),
    "login, in English": (Failure.LOGIN, capture(200, page("Log in - AsiaNews", extra=FORM))),
    "login, in Italian": (Failure.LOGIN, capture(200, page("Accedi", extra=FORM))),
    "login, in Spanish": (Failure.LOGIN, capture(200, page("Iniciar sesión | AsiaNews", extra=FORM))),
    "login, in Chinese": (Failure.LOGIN, capture(200, page("登录", extra=FORM))),
    "login by its address": (
        Failure.LOGIN,
        capture(200, page("AsiaNews", extra=FORM), url="https://www.asianews.it/user/login"),
    ),
    "login with 401": (Failure.LOGIN, capture(401, page("Sign in", extra=FORM))),
    "not found, in English": (Failure.SOFT_404, capture(200, page("Page not found - AsiaNews", "Try the search."))),
    "not found, a number": (Failure.SOFT_404, capture(200, page("404", "Nothing here."))),
    "not found, in a heading": (
        Failure.SOFT_404,
        capture(200, page("AsiaNews", "Sorry.", "Error 404: page not found")),
    ),
    "no longer there": (Failure.SOFT_404, capture(200, page("This article is no longer available", "Sorry."))),
    "not found, in Italian": (Failure.SOFT_404, capture(200, page("Pagina non trovata", "Ci dispiace."))),
    "not found, in Spanish": (Failure.SOFT_404, capture(200, page("Página no encontrada | AsiaNews", "Lo sentimos."))),
    "not found, in German": (Failure.SOFT_404, capture(200, page("Seite nicht gefunden", "Leider."))),
    "not found, in French": (Failure.SOFT_404, capture(200, page("Page introuvable", "Désolé."))),
    "not found, in Russian": (Failure.SOFT_404, capture(200, page("Страница не найдена", "Извините."))),
    "not found, in Chinese": (Failure.SOFT_404, capture(200, page("页面不存在", "对不起"))),
    "not found, in Japanese": (Failure.SOFT_404, capture(200, page("ページが見つかりません", "…"))),
    "not found, in Arabic": (Failure.SOFT_404, capture(200, page("الصفحة غير موجودة", "…"))),
}
MISSING = [
    *("This content is not available", "This story has been removed", "Hmm, this page doesn’t exist"),
    *("We can't find the page you're looking for", "Sorry, we couldn't find that page", "Articolo non più disponibile"),
    *("La pagina richiesta non esiste", "La página que buscas no existe", "Esta noticia ya no está disponible"),
    *("Cet article n'est plus disponible", "Oups, cette page n'existe pas", "Der Artikel ist nicht mehr verfügbar"),
    *("Diese Seite existiert nicht (mehr)", "Conteúdo não disponível", "Материал удалён", "Новость не найдена"),
    *(
        "Sidan finns inte",
        "Siden findes ikke",
        "Az oldal nem található",
        "Η σελίδα δεν βρέθηκε",
        "文章不存在或已被删除",
    ),
    *(
        "抱歉，您访问的页面不存在",
        "404 页面未找到",
        "指定されたページは存在しません",
        "삭제된 기사입니다",
        "पृष्ठ नहीं मिला",
    ),
    *(
        "عذرا، الصفحة غير موجودة",
        "صفحہ نہیں ملا",
        "Berita tidak ditemukan",
        "Không tìm thấy bài viết",
        "Lehte ei leitud",
    ),
    *(
        "Stranica nije pronađena",
        "Страницата не е намерена",
        "Stran ni najdena",
        "Puslapis nerastas",
        "Faqja nuk u gjet",
    ),
]
OUT_OF_ORDER = [
    *(
        "502 Bad Gateway",
        "503 Service Temporarily Unavailable",
        "Internal Server Error",
        "Error 503 Backend fetch failed",
    ),
    *("Error establishing a database connection", "Site under maintenance", "We’re down for scheduled maintenance"),
    *("Briefly unavailable for scheduled maintenance. Check back in a minute.", "Maintenance mode | AsiaNews"),
    *("Welcome to nginx!", "Account suspended", "This content is not available in your region", "Sito in manutenzione"),
    *("Sitio en mantenimiento", "Site en maintenance", "Wartungsarbeiten", "Технические работы", "系统维护中"),
    *("メンテナンス中です", "서비스 점검 중입니다", "الموقع تحت الصيانة"),
    *("Your browser is not supported", "Votre navigateur n’est plus pris en charge", "Ваш браузер устарел"),
    *("Please turn off your ad blocker", "Adblocker erkannt", "Désactivez votre bloqueur de publicités"),
    *("asianews.example is for sale", "This domain has expired", "Diese Domain steht zum Verkauf"),
]
FATES = {
    Failure.STATUS: Fate.FAILED,
    Failure.CHALLENGE: Fate.REFUSED,
    Failure.CONSENT: Fate.REFUSED,
    Failure.LOGIN: Fate.REFUSED,
    Failure.SOFT_404: Fate.GONE,
}


def read(answer, kind=URL):
    return read_answer(answer, read_address(kind, SITE), SITE)


@check_rows("title", MISSING)
def test_a_page_that_is_gone_says_so_in_many_words(title):
    assert read(capture(200, page(title, "Search for something else."))).failure is Failure.SOFT_404


@check_rows(
    ("path", "failure"),
    [
        *(
            (path, Failure.SOFT_404)
            for path in ("/404.html", "/error/404", "/not-found/", "/Error404.aspx", "/pagenotfound")
        ),
        *((path, Failure.STATUS) for path in ("/50x.html", "/errors/500.html", "/maintenance.html")),
        *(
            (path, None)
            for path in ("/news-en/Found-404.html", "/news/404", "/view/500.html", "/news/error-500-years-ago")
        ),
    ],
)
def test_a_redirect_tells_by_where_it_leads(path, failure):
    obstacle = find_obstacle(
        capture(200, page("AsiaNews", "Go to the home page."), url=f"https://www.asianews.it{path}")
    )
    assert (obstacle.failure if obstacle else None) == failure


@check_rows("title", OUT_OF_ORDER)
def test_what_a_server_sends_in_place_of_the_page_is_a_failure(title):
    outcome = read(capture(200, page(title, "Please come back later.")))
    assert (outcome.fate, outcome.failure) == (Fate.FAILED, Failure.STATUS)
    long = make_article_page(12345, headline=title, body=f"<p>{'A long story of it. ' * 60}</p>")
    assert find_obstacle(capture(200, long)) is None


@check_rows("name", CHALLENGES)
def test_a_challenge_is_a_refusal(name):
    outcome = read(CHALLENGES[name])
    assert (outcome.fate, outcome.failure) == (Fate.REFUSED, Failure.CHALLENGE)
    assert "firewall" in outcome.error


@pytest.mark.parametrize(
    "vendor", ["AWS WAF", "Cloudflare", "Akamai", "DataDome", "Imperva", "PerimeterX", "Sucuri", "Vercel", "Kasada"]
)
def test_the_firewall_is_named(vendor):
    answers = [answer for name, answer in CHALLENGES.items() if name.startswith(vendor)]
    assert any(f"({vendor})" in find_obstacle(answer).words for answer in answers)


@check_rows("name", WALLS)
def test_a_wall_is_told_apart(name):
    failure, answer = WALLS[name]
    outcome = read(answer)
    assert (outcome.fate, outcome.failure) == (FATES[failure], failure)


def test_a_challenge_in_place_of_a_home_page_or_feed_is_none():
    for url in ("https://www.asianews.it/en.html", "https://www.asianews.it/files/rss/en.xml"):
        assert read(CHALLENGES["DataDome"], url).failure is Failure.CHALLENGE


GOOD = {
    "an article": make_article_page(12345),
    "an article with scripts of firewalls": make_article_page(12345)
    .replace(
        b"</head>",
        b"<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script><script>_pxAppId='PX'</script>"
        b"<script src='/_Incapsula_Resource?x'></script><script>var sucuri_cloudproxy_js=''</script></head>",
    )
    .replace(b"</body>", b"<p>" + b"More words of the paper. " * 40 + b"</p></body>"),
    "an article about captchas": make_article_page(
        12345,
        headline="Are you a robot? Captcha tests vex the blind",
        body="<p>" + "A long story of it. " * 60 + "</p>",
    ),
    "an article about a page that was not found": make_article_page(
        12345, headline="Lost page of the diary not found in raid"
    ),
    "an article with a form to log in": make_article_page(12345, body=f"<p>{'A long story of it. ' * 60}</p>{FORM}"),
    "an article whose headline is about consent": make_article_page(12345, headline="Consent of the governed"),
    "an article that reloads itself": make_article_page(12345).replace(
        b"<head>", b'<head><meta http-equiv="refresh" content="300">'
    ),
    "an article with another page for browsers without scripts": make_article_page(12345).replace(
        b"<head>", b'<head><noscript><meta http-equiv="refresh" content="0; url=/noscript.html"></noscript>'
    ),
}


BESIDE = "<div><h2>{}</h2><p>We and our partners store and access information on a device.</p></div>"
SIGN_IN = f"<div><h2>Sign in</h2>{FORM}</div>"


@check_rows("box", [BESIDE.format("We value your privacy"), BESIDE.format("Ihre Privatsphäre"), SIGN_IN])
def test_a_box_on_the_page_of_a_story_is_no_wall(box):
    story = page("The bell is cast at last | AsiaNews", "The bell was cast on Friday.", "The bell is cast at last", box)
    assert find_obstacle(capture(200, story)) is None
    assert find_obstacle(capture(200, story.replace("The bell is cast at last</h1>", "Today</h1>"))) is not None


@pytest.mark.parametrize("name", GOOD)
def test_a_page_is_no_obstacle(name):
    answer = capture(200, GOOD[name])
    assert find_obstacle(answer) is None
    assert find_refresh(answer) is None
    assert read(answer).article is not None


CHALLENGED = "<title>Just a moment...</title>"
FORWARDED = "<meta http-equiv=refresh content='0;url=/b'>"


@check_rows(
    ("begin", "repeated"),
    [
        (CHALLENGED, "<"),
        (CHALLENGED, "<!--"),
        (CHALLENGED, "<script>"),
        (CHALLENGED, "<svg "),
        (CHALLENGED, "<noscript>"),
        (CHALLENGED, "<head>"),
        (FORWARDED, "<!--"),
        (FORWARDED, "<"),
        ("<title>Log in</title>", "<input "),
        ("", "<h1>"),
        ("", "<title>"),
    ],
)
def test_a_page_of_what_never_ends_is_looked_at_in_linear_time(begin, repeated):
    """A tenth of a second each; it was minutes, which a crawl would have stood still."""
    answer = capture(body=begin + repeated * (390_000 // len(repeated)))
    begun = time.process_time()
    find_obstacle(answer)
    find_refresh(answer)
    assert time.process_time() - begun < 5


@check_rows(
    ("text", "words"),
    [
        ("<!-- open <p>Just a moment", True),
        ("<svg><title>x</title><p>Just a moment", True),
        ("<script>var a = 'Just a moment'", False),
        ("<noscript>Just a moment</noscript><style>p { }", False),
    ],
)
def test_what_never_ends_hides_what_browsers_hide(text, words):
    assert ("moment" in drop_tags(drop_hidden(text))) is words


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_refusal_without_marks_is_a_status(status):
    outcome = read(capture(status, page("Error", "Something")))
    assert outcome.failure is Failure.STATUS


MOVED = "https://www.asianews.it/news-en/Two-bells-for-the-river-market-30008.html"
REFRESHES = [
    (f'<meta http-equiv="refresh" content="0; url={MOVED}">', MOVED),
    (f"<META HTTP-EQUIV=Refresh CONTENT='0;URL={MOVED}'>", MOVED),
    (f"<meta content='3; URL=\"{MOVED}\"' http-equiv='refresh'>", MOVED),
    ('<meta http-equiv="refresh" content="0; url=../news-en/Two-bells-for-the-river-market-30008.html">', MOVED),
    ('<meta http-equiv="refresh" content="0;/news-en/Two-bells-for-the-river-market-30008.html">', MOVED),
    ('<meta http-equiv="refresh" content="0.5; url=/a?x=1&amp;y=2">', "https://www.asianews.it/a?x=1&y=2"),
    ('<meta http-equiv="refresh" content="0">', None),
    ('<meta http-equiv="refresh" content="60; url=/a">', None),
    ('<meta http-equiv="refresh" content="soon; url=/a">', None),
    (f'<meta http-equiv="refresh" content="0; url={URL}">', None),
    (f'<meta http-equiv="refresh" content="0; url={URL}#top">', None),
    ('<!-- <meta http-equiv="refresh" content="0; url=/a"> -->', None),
    ('<noscript><meta http-equiv="refresh" content="0; url=/a"></noscript>', None),
    ('<meta name="refresh" content="0; url=/a">', None),
    ('<base href="/b/"><meta http-equiv="refresh" content="0; url=a">', "https://www.asianews.it/b/a"),
    ("<script>window.location.replace('/a');</script>", "https://www.asianews.it/a"),
    ('<script type="text/javascript">\n document . location.href = "/a"\n</script>', "https://www.asianews.it/a"),
    ('<script>top.location="https:\\/\\/www.asianews.it\\/a"</script>', "https://www.asianews.it/a"),
    ("</head><body onload=\"location.href='/a'\">", "https://www.asianews.it/a"),
    ("<script>if (isMobile) location = '/a'</script>", None),
    ("<script>document.cookie = 'a=1'; location = '/a'</script>", None),
    ("<script>location = '/a' + location.hash</script>", None),
    ("<script>location.reload()</script>", None),
    ("<script>count()</script><script>location = '/a'</script>", None),
    ("<!-- <script>location = '/a'</script> -->", None),
]


@check_rows(("tag", "target"), REFRESHES)
def test_a_refresh_leads_on(tag, target):
    answer = capture(
        200, f"<html><head><title>Moved</title>{tag}</head><body><p>This page has moved.</p></body></html>"
    )
    assert find_refresh(answer) == target


def test_a_refresh_in_a_header_leads_on():
    assert find_refresh(capture(200, page("Moved"), Refresh=f"0; url={MOVED}")) == MOVED
    assert find_refresh(capture(200, page("Moved"), Refresh="5")) is None


def test_a_page_that_only_sends_on_is_no_hole_and_its_link_is_queued():
    tag = f'<meta http-equiv="refresh" content="0; url={MOVED}">'
    outcome = read(capture(200, f"<html><head>{tag}</head><body>Moved</body></html>"))
    assert (outcome.fate, outcome.failure) == (Fate.FAILED, Failure.REDIRECTS)
    assert [link.address.url for link in outcome.links] == [MOVED]
    gone_off = read(capture(200, "<meta http-equiv=refresh content='0; url=https://example.org/'>"))
    assert (gone_off.fate, gone_off.links) == (Fate.FAILED, ())
