"""AsiaNews, the news agency of the PIME missionaries: Asia in English, Italian, Spanish and Chinese since 2003.

The live markup was not seen while this was written, so no value here is a selector: the readers work from structured
data and from the printed text. English and Chinese headers print month/day, Italian and Spanish ones day/month, See also
blocks and listings day/month in every language; ``00.00`` means that no time was recorded.
"""

from crawler.site import AddressForm, DateFormats, Expectation, Labels, Site

LANGUAGE_PATTERN = "en|it|es|zh"
FOLDERS = {"news-en": "en", "notizie-it": "it", "noticias-es": "es", "news-zh": "zh"}
FULL_PAGE = "/index.php?l={language}&art={key}"

SITE = Site(
    name="asianews",
    title="AsiaNews",
    origin="https://www.asianews.it",
    domains=("asianews.it",),
    country="it",
    languages=("en", "it", "es", "zh"),
    timezone="Europe/Rome",
    addresses=(
        # The slug is lossy and unstable; only the digits before ".html" are the article.
        AddressForm(
            kind="article",
            path=r"/(?P<folder>news-en|notizie-it|noticias-es|news-zh)/(?:.*-)?(?P<key>\d{1,9})\.html",
            folders=FOLDERS,
            rank=2,
        ),
        # Print and mobile editions lack date, kicker or See also: the full page is fetched in their place.
        AddressForm(
            kind="article",
            path=r"/(?:index\.php)?",
            query={"l": f"(?P<language>{LANGUAGE_PATTERN})", "art": r"(?P<key>\d{1,9})", "mag": ".*"},
            fetch=FULL_PAGE,
        ),
        AddressForm(
            kind="article",
            path=r"/(?:index\.php)?",
            query={"l": f"(?P<language>{LANGUAGE_PATTERN})", "art": r"(?P<key>\d{1,9})"},
            fetch=FULL_PAGE,
        ),
        AddressForm(
            kind="listing",
            path=r"/(?:index\.php)?",
            query={"l": f"(?P<language>{LANGUAGE_PATTERN})", "data_art_filtro": r"\d{4}-\d{2}-\d{2}"},
        ),
        AddressForm(
            kind="listing",
            path=rf"/(?:geo|theme)-(?P<language>{LANGUAGE_PATTERN})/.*-\d+\.html|/(?:geo|theme)-(?P<language2>{LANGUAGE_PATTERN})/.*-\d+",
            follow=True,
        ),
        AddressForm(
            kind="listing",
            path=r"/(?:index\.php)?",
            query={"l": f"(?P<language>{LANGUAGE_PATTERN})", "geo|theme": r"\d+"},
            follow=True,
        ),
        AddressForm(kind="feed", path=rf"/(?P<language>{LANGUAGE_PATTERN})\.xml"),
        AddressForm(kind="home", path=rf"/(?P<language>{LANGUAGE_PATTERN})\.html|/"),
        # Since 2026: /en/<region>/<country>/<slug>, no number. The path is the key until the page tells the number.
        AddressForm(
            kind="article",
            path=rf"/(?P<language>{LANGUAGE_PATTERN})/(?P<key>[^/]+/[^/]+/[^/]+?)/?",
            numeric=False,
            rank=1,
        ),
    ),
    entry_points=("/en.xml", "/it.xml", "/es.xml", "/zh.xml", "/en.html", "/", "/es.html", "/zh.html"),
    sitemaps="none",  # its feeds, listings and walks lead to all of it; a sitemap would make every crawl one of everything
    by_day="/index.php?l={language}&idn=1&filtro_art=1&data_art_filtro={day}",
    by_id=FULL_PAGE,
    dates=(
        DateFormats(
            place="header",
            languages=("en", "zh"),
            formats=("%m/%d/%Y, %H.%M", "%m/%d/%Y %H.%M", "%m/%d/%Y, %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y"),
        ),
        DateFormats(
            place="header",
            languages=("it", "es"),
            formats=("%d/%m/%Y, %H.%M", "%d/%m/%Y %H.%M", "%d/%m/%Y, %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y"),
        ),
        DateFormats(
            place="see_also",
            formats=("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y, %H.%M", "%d/%m/%Y %H.%M", "%d/%m/%Y"),
        ),
        DateFormats(place="listing", formats=("%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y, %H.%M")),
    ),
    unknown_times=("00.00",),
    labels=Labels(
        see_also=(
            "See also",
            "Read also",
            "Related articles",
            "Vedi anche",
            "Leggi anche",
            "Vedi pure",
            "Articoli correlati",
            "Ver también",
            "Véase también",
            "Vea también",
            "Lea también",
            "Lee también",
            "Mira también",
            "Ver además",
            "Artículos relacionados",
            "参见",
            "參見",
            "另见",
            "另見",
            "相关新闻",
            "相關新聞",
            "相关文章",
            "相關文章",
            "参阅",
            "參閱",
            "请参阅",
            "請參閱",
            "另请参阅",
            "另請參閱",
            "延伸阅读",
            "延伸閱讀",
        ),
        share=(
            "Send to a friend",
            "e-mail this to a friend",
            "Printable version",
            "Invia ad un amico",
            "Versione stampabile",
            "Versione per la stampa",
            "Enviar a un amigo",
            "Versión para imprimir",
            "Versión imprimible",
            "發送給朋友",
            "发送给朋友",
            "列印版本",
            "打印版本",
            "可打印版本",
            "打印版",
            "打印本页",
        ),
        ends_body=(
            "Subscribe to Asia News updates",
            "Subscribe now",
            "Iscriviti alle newsletter",
            "Suscríbete",
            "订阅",
            "訂閱",
            "Help AsiaNews",
            "Support AsiaNews",
            "Aiuta AsiaNews",
            "Sostieni AsiaNews",
            "Ayuda a AsiaNews",
            "Apoya a AsiaNews",
            "支持亚洲新闻",
            "支持亞洲新聞",
            "“L’Asia: ecco il nostro comune compito",
            "L’Asia: ecco il nostro comune compito",
        ),
        sections=(
            "ASIA TODAY",
            "今日亚洲",
            "ASIA - EDITORIALE",
            "评论员文章",
            "RUSSIAN WORLD",
            "MONDO RUSSO",
            "GATEWAY TO THE EAST",
            "INDIAN MANDALA",
            "RED LANTERNS",
        ),
        digest_leads=(
            "Today's headlines:",
            "Today's news:",
            "Todays headlines:",
            "Le notizie di oggi:",
            "Le altre notizie del giorno:",
            "Noticias de hoy:",
            "Otras noticias del día:",
            "今日头条:",
        ),
    ),
    agencies=("AsiaNews", "Asia News", "亚洲新闻", "亞洲新聞"),
    headline_suffixes=(" - AsiaNews", " | AsiaNews", " - AsiaNews.it"),
    crawl_delay=5.0,
    expect=Expectation(required=("headline", "body", "published_on")),
)
