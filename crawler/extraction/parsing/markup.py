"""Reads hints about a text from the tags, attributes and class names around it. The class names are in one table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from crawler.extraction.parsing.styles import (
    is_block,
    is_faded,
    is_hidden,
    is_inline,
    is_out_of_sight,
    keeps_breaks,
    may_be_word,
    tells_of_sight,
)


class Hint:
    """What the markup around a line tells about it, as bits. Tags and roles are sure, class names are weak evidence.

    Plain numbers: an enum's operators would cost more than the rest of the walk.
    """

    CHROME: Final = 1
    BOILERPLATE: Final = 1 << 1
    SHARE: Final = 1 << 2
    RELATED: Final = 1 << 3
    CAPTION: Final = 1 << 4
    ADVERT: Final = 1 << 5
    DATE: Final = 1 << 6
    BYLINE: Final = 1 << 7
    KICKER: Final = 1 << 8
    HEADLINE: Final = 1 << 9
    LEAD: Final = 1 << 10
    BODY: Final = 1 << 11
    ARTICLE_BODY: Final = 1 << 12
    EMPHASIS: Final = 1 << 13
    CHOSEN: Final = 1 << 14
    """Inside an element that the page class's ``body_css`` selects."""
    TIME: Final = 1 << 15
    FORM: Final = 1 << 16
    BLOCK: Final = 1 << 17
    """Shown as a block, whatever the tag: ``<span class="d-block">``."""
    HIDDEN: Final = 1 << 18
    """Hidden by its markup, though it holds paragraphs."""
    UNSPOKEN: Final = 1 << 19
    """Not read aloud (``aria-hidden``): decoration, a copy of something, and with some publishers the text itself."""
    QUOTED: Final = 1 << 20
    """A post of another service, quoted: its words may be part of the text, its date and writer are not the page's."""

    PICTURED: Final = 1 << 21
    """Directly below a picture, in the picture's own block."""
    LARGE: Final = 1 << 22
    """Set in a large type by an old page: ``<font size=5>``."""
    ITALIC: Final = 1 << 23
    BELOW_PICTURE: Final = 1 << 24
    """The first text behind a picture, in a block of its own beside it, or parted from it by a break."""
    DESCRIBED: Final = 1 << 25
    """Word for word what a picture above says of itself (``alt``)."""
    KEEPS_BREAKS: Final = 1 << 26
    """Shown with the line breaks of its source, as ``pre`` is: ``white-space: pre-wrap``."""
    INLINE: Final = 1 << 27
    """Shown within the line around it, whatever the tag."""
    BOX_IN_LINE: Final = 1 << 28
    RIGHT: Final = 1 << 29
    """Set flush right, as the writer's name under a text is: ``<p align=right>``."""


NO_HINTS: Final = 0
NO_TEXT: Final = -2
"""Stands for the hints of an element that holds none of the page's text, be it shown or not."""
DOUBTFUL_HINTS: Final = Hint.BOILERPLATE | Hint.FORM | Hint.CAPTION | Hint.ADVERT
"""What only class names mark as boilerplate. They count until nothing is left, or a date or byline stands there."""

DROPPED_TAGS: Final = (
    *("script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "applet", "canvas"),
    *("audio", "video", "select", "button", "textarea", "datalist", "dialog", "map", "rp", "rt", "head"),
    *("noframes", "math", "annotation", "amp-ad", "amp-embed", "amp-sticky-ad", "amp-sidebar"),
)
BLOCK_TAGS: Final = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dir", "div", "dl"),
        *("dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4"),
        *("h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "marquee", "menu", "nav"),
        *("ol", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead"),
        *("tr", "ul", "caption"),
    )
)
HEADING_LEVELS: Final = {f"h{level}": level for level in range(1, 7)}
TAG_HINTS: Final[dict[str, int]] = {
    "nav": Hint.CHROME,
    "footer": Hint.CHROME,
    "aside": Hint.CHROME,
    "menu": Hint.CHROME,
    "marquee": Hint.CHROME,
    "figcaption": Hint.CHROME | Hint.CAPTION,
    "caption": Hint.CHROME | Hint.CAPTION,
    "form": Hint.FORM,
    "b": Hint.EMPHASIS,
    "strong": Hint.EMPHASIS,
    "i": Hint.EMPHASIS | Hint.ITALIC,
    "em": Hint.EMPHASIS | Hint.ITALIC,
    "time": Hint.TIME,
}
_ROLES: Final[dict[str, int]] = {
    "navigation": Hint.CHROME,
    "contentinfo": Hint.CHROME,
    "complementary": Hint.CHROME,
    "search": Hint.CHROME,
    "dialog": Hint.CHROME,
    "alertdialog": Hint.CHROME,
    "banner": Hint.BOILERPLATE,
}
_PROPERTIES: Final[dict[str, int]] = {
    "headline": Hint.HEADLINE,
    "name headline": Hint.HEADLINE,
    "author": Hint.BYLINE,
    "datepublished": Hint.DATE,
    "articlebody": Hint.ARTICLE_BODY,
    "description": Hint.LEAD,
    "articlesection": Hint.KICKER,
    "abstract": Hint.LEAD,
}
_WORDS: Final[dict[int, str]] = {
    Hint.BOILERPLATE: (
        "nav navbar navigation menu menubar submenu footer sidebar breadcrumb breadcrumbs cookie cookies "
        "newsletter subscribe subscription comments disqus popup modal consent widget pagination pager "
        "skip masthead topbar toolbar login search copyright tags taglist tagcloud donate donation gdpr "
    ),
    Hint.SHARE: "share sharing social socials condividi addthis addtoany sharethis compartir sharebar",
    Hint.RELATED: "related correlati relatednews seealso see-also relacionados vedianche",
    Hint.CAPTION: "caption didascalia wp-caption wp-caption-text photo-caption image-caption leyenda",
    Hint.ADVERT: (
        "ad ads advert advertisement advertising adsbygoogle sponsor sponsored pubblicita publicidad "
        "banner-ad ad-banner adv "
    ),
    Hint.DATE: (
        "date data time datetime published pubdate datepublished fecha dateline-date post-date entry-date "
        "article-date publish-date timestamp "
    ),
    Hint.BYLINE: ("author byline autore autor writer by-line article-author post-author entry-author firma signature "),
    Hint.KICKER: (
        "kicker occhiello eyebrow overline country paese section-name section-label topic rubric rutitr rotitr ro-titr "
        "uptitle surtitle suptitle overtitle toptitle pretitle antetitulo volanta ust-baslik dachzeile nadnaslov "
        "nadtitulok topline supertitle surtitre cintillo rubrik spitzmarke"
    ),
    Hint.HEADLINE: "headline title titolo titulo entry-title article-title post-title heading",
    Hint.LEAD: (
        "lead lede abstract summary sommario standfirst deck dek subtitle excerpt intro sottotitolo "
        "entradilla article-lead article-summary catenaccio sapo chapo chapeau perex ingress bajada copete "
        "subheader subheadline vorspann zajawka "
    ),
    Hint.BODY: (
        "articlebody article-body article-text body-text story-body article-content entry-content post- "
        "content story-text testo bodytext articletext storytext articlecontent "
    ),
    Hint.UNSPOKEN: "pullquote pull-quote pullout",
    Hint.BLOCK: "block d-block d-flex d-grid display-block",
}
HINT_OF_WORD: Final = {word: hint for hint, words in _WORDS.items() for word in words.split()}
"""Word of a class name or id → the hint that it gives."""
NEVER_OTHERWISE: Final = frozenset(
    (
        "cookie",
        "cookies",
        "newsletter",
        "breadcrumb",
        "breadcrumbs",
        "sidebar",
        "navbar",
        "disqus",
        "addthis",
        "adsbygoogle",
        "gdpr",
        "donate",
        "donation",
    )
)
"""Words of the table that mean the same wherever they stand in a name: ``cookie-law-info-bar``."""
_NEGATIONS: Final = frozenset(("no", "not", "non", "without", "hasnt", "isnt", "ohne", "sans", "sin", "senza"))
"""Parts of a class name that deny the rest: ``hasnt-bio``, ``not-an-aside``."""
_PARTS: Final = frozenset(part for word in HINT_OF_WORD for part in word.split("-"))
_WITHOUT_HYPHENS: Final = frozenset(word.replace("-", "") for word in HINT_OF_WORD)
_RELATED: Final = re.compile(
    r"(?<![a-z])(?<!no-)(?<!non-)(?<!has-)(?<!with-)(?:related|relacionad[ao]s?|correlat[ei]|verwandte|similaires)"
    r"(?!-by|-to)(?:-|s?$|(?=\s)|(?:articles?|posts?|news|links?|stor(?:y|ies)|contents?|items?|teasers?|list|wrap|box)s?)"
)
"""What names a box of related links wherever it stands: ``td-block-related-posts``, ``content-related``."""
_QUOTED_POSTS: Final = frozenset(
    (
        *("twitter-tweet", "twitter-video", "instagram-media", "fb-post", "fb-video", "tiktok-embed", "bluesky-embed"),
        *("reddit-embed-bq", "reddit-card", "text-post-media", "mastodon-embed", "wp-embedded-content"),
    )
)
"""The classes that these services ask pages to print around a post until their script shows it; all have a hyphen."""
_CONSENT_TOOLS: Final = frozenset(
    (
        *("onetrust-consent-sdk", "onetrust-banner-sdk", "onetrust-pc-sdk", "didomi-host", "CybotCookiebotDialog"),
        *("usercentrics-root", "qc-cmp2-container", "iubenda-cs-banner", "cookie-law-info-bar", "BorlabsCookieBox"),
        *(
            "cmplz-cookiebanner-container",
            "moove_gdpr_cookie_modal",
            "moove_gdpr_cookie_info_bar",
            "termly-code-snippet",
        ),
    )
)
"""The ids of the elements in which tools that ask for consent print what they ask and their policies."""
_ARCHIVES_OF_THE_WEB: Final = frozenset(("wm-ipp-base", "wm-ipp", "wm-ipp-print", "wm-capinfo"))
"""The ids of what the Wayback Machine prints above a page that it shows."""
_PRINTED_BY_OTHERS: Final = _CONSENT_TOOLS | _ARCHIVES_OF_THE_WEB
_SECTION_LIST: Final = re.compile(r"(?:latest|recent|popular|most-?(?:read|viewed)|trending|top-?stories|newest)")
"""What names a list of the section: ``latestlist related`` is one, whatever it is related to."""
_LARGE_TYPE: Final = re.compile(r"\s*(?:\+?[4-7]|\+[1-3])\s*")
"""The sizes of ``font`` in which headlines were set; that of a text is 3."""
_OF_WHOLE_PAGES: Final = frozenset(("html", "body", "main", "article"))
_INNER_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_KEEP_BREAKS: Final = frozenset(
    (
        *("whitespace-pre", "whitespace-pre-wrap", "whitespace-pre-line", "whitespace-break-spaces"),
        *("pre-wrap", "pre-line", "text-pre-wrap", "text-pre-line", "ws-pre-wrap", "ws-pre-line"),
    )
)
"""Classes by which frameworks (Tailwind, Bootstrap's users) show the line breaks of a text's source."""
_FOR_READERS_ALOUD: Final = re.compile(
    r"(?<![a-z0-9])(?<!not-)(?:visually-?hidden|hidden-visually|hide-visually|sr-only|screen-?readers?|"
    r"element-invisible|mw-(?:editsection|jump-link)|"
    r"a11y-(?:hidden|only|text)|accessibl[ey]-hidden|accessibility-(?:text|hidden|hide)|access(?:ible)?-hide|"
    r"hidden-accessible|show-for-sr|assistive-text|off-?screen|elementor-screen-only|sr-text)"
    r"(?:-(?:focusable|text|root|only))*(?![\w-])"
)
"""Classes by which frameworks hide a text from the eye (Bootstrap, WordPress, Drupal, Foundation, GOV.UK, jQuery UI).

Those of the tools that MediaWiki prints beside headings are among them.
"""
_ATTRIBUTES: Final = frozenset(("itemprop", "rel", "role", "style", "aria-hidden", "aria-label", "hidden", "align"))
_NAMED_BY_LABEL: Final = frozenset(("nav", "section", "aside", "div", "ul", "ol"))
_LONGEST_NAME: Final = 200
_LONGEST_VALUE: Final = 500


def read_hints(tag: str, attributes: Mapping[str, str]) -> int:
    """Return the hints of a tag and its attributes, -1 when the element is hidden, or :data:`NO_TEXT`."""
    hints, others = TAG_HINTS.get(tag, NO_HINTS), len(attributes)
    if "class" in attributes:
        others -= 1
        named = _read_class(attributes["class"][:_LONGEST_NAME])
        if named < 0 or tag not in _OF_WHOLE_PAGES:
            hints |= named
    if "id" in attributes:
        others -= 1
        if tag not in _OF_WHOLE_PAGES:
            if attributes["id"] in _PRINTED_BY_OTHERS:
                return NO_TEXT
            hints |= _read_id(attributes["id"][:_LONGEST_NAME])
    if tag == "font" and _LARGE_TYPE.fullmatch(attributes.get("size", "")[:8]):
        hints |= Hint.EMPHASIS | Hint.LARGE
    if others and not _ATTRIBUTES.isdisjoint(attributes):
        for name in _ATTRIBUTES.intersection(attributes):
            hints |= _read_attribute(tag, name, attributes[name][:_LONGEST_VALUE])
    return hints if hints >= 0 else -1  # -1 has all bits: what is added to it changes nothing


def _read_attribute(tag: str, name: str, value: str) -> int:
    """Return the hints of an attribute that is no name, -1 when it hides the element."""
    if name == "style":
        return _read_style(tag, value)
    if name == "align":
        return Hint.RIGHT if tag in _SET_IN_LINE and value.strip().lower() == "right" else NO_HINTS
    if name == "itemprop":
        return _PROPERTIES.get(value[:40].lower(), NO_HINTS)
    if name == "rel":
        if "author" in value[:40].lower().split():
            return Hint.BYLINE
        return Hint.ADVERT if "sponsored" in value[:80].lower() else NO_HINTS
    if name == "role":
        return _ROLES.get(value[:40].lower(), NO_HINTS)
    if name == "aria-hidden":
        return Hint.UNSPOKEN if value.lower() == "true" and tag in BLOCK_TAGS else NO_HINTS
    if name == "aria-label":
        label = value[:60].lower() if tag in _NAMED_BY_LABEL else ""
        return Hint.RELATED if "relat" in label and _RELATED.search(label) else NO_HINTS
    return -1 if name == "hidden" and value.lower() != "until-found" else NO_HINTS


@lru_cache(maxsize=4096)
def _read_style(tag: str, value: str) -> int:
    """Return the hints of an inline style, -1 when it hides the element, :attr:`Hint.HIDDEN` when it may."""
    style = value.lower()
    right = Hint.RIGHT if tag in _SET_IN_LINE and _FLUSH_RIGHT.search(style) else NO_HINTS
    if not tells_of_sight(style):
        return right
    if is_hidden(style) or (tag not in HEADING_LEVELS and is_out_of_sight(tag, style)):
        return -1
    if tag not in HEADING_LEVELS and is_faded(style):
        return Hint.HIDDEN if tag in BLOCK_TAGS else -1
    hints = right | (Hint.BLOCK if is_block(style) else NO_HINTS)
    if tag in _SET_IN_LINE:
        hints |= Hint.INLINE if is_inline(style) else Hint.BOX_IN_LINE if may_be_word(style) else NO_HINTS
    return hints | (Hint.KEEPS_BREAKS if keeps_breaks(style) else NO_HINTS)


_SET_IN_LINE: Final = frozenset(("div", "p"))
_FLUSH_RIGHT: Final = re.compile(r"text-align\s?:\s?(?:right|end)\b")


@lru_cache(maxsize=4096)
def _read_class(value: str) -> int:
    """Return the hints of class names, -1 when one hides the element."""
    words = _part_words(value)
    if _may_be_for_readers_aloud(words) and _FOR_READERS_ALOUD.search(words):
        return -1
    hints = _read_words(words)
    if "-" in value and not _QUOTED_POSTS.isdisjoint(value.lower().split()):
        hints |= Hint.QUOTED
    if "pre" in words and not _KEEP_BREAKS.isdisjoint(words.split()):
        hints |= Hint.KEEPS_BREAKS
    return hints


@lru_cache(maxsize=4096)
def _read_id(value: str) -> int:
    return _read_words(_part_words(value))


def _may_be_for_readers_aloud(words: str) -> bool:
    """Return False for names that the pattern surely finds nothing in: each of its classes holds one of these."""
    is_named_so = "hid" in words or "visib" in words or "screen" in words or "sr" in words
    return is_named_so or "access" in words or "a11y" in words or "assist" in words or "mw-" in words


def _part_words(value: str) -> str:
    """Return a class name or id in lower case, its words parted by hyphens: "postTitle", "post_title"."""
    return (value if value.islower() else _INNER_CAPITAL.sub("-", value).lower()).replace("_", "-")


def _read_words(words: str) -> int:
    """Return the hints of the words in a class name or id, which hyphens part."""
    hints = NO_HINTS
    has_parts = "-" in words
    names = words.split()
    may_hint = not _PARTS.isdisjoint(words.replace("-", " ").split() if has_parts else names)
    if may_hint or (has_parts and not _WITHOUT_HYPHENS.isdisjoint(words.replace("-", "").split())):  # few names do
        for name in names:
            hints |= _read_word(name)
    if "relat" in words or "relacionad" in words or "verwandte" in words or "similaires" in words:
        hints |= Hint.RELATED if _RELATED.search(words) else NO_HINTS
    if hints & Hint.RELATED and _SECTION_LIST.search(words):
        hints &= ~Hint.RELATED
    return hints


@lru_cache(maxsize=8192)
def _read_word(word: str) -> int:
    """Return the hint of one name among those of a class or id, in lower case."""
    hint = HINT_OF_WORD.get(word)
    if hint is None and "-" in word:
        hint = HINT_OF_WORD.get(word.replace("-", ""))
        if hint is None:
            parts = word.split("-")
            if not _NEGATIONS.isdisjoint(parts):
                return NO_HINTS
            hint = HINT_OF_WORD.get(parts[-1], NO_HINTS)
            if HINT_OF_WORD.get("".join(parts[-2:])) == Hint.LEAD:
                hint = Hint.LEAD  # "post-sub-title"
            elif hint == Hint.LEAD and "with" in parts:
                hint = NO_HINTS  # "text-with-summary": the whole text
            if not NEVER_OTHERWISE.isdisjoint(parts):
                hint = next(HINT_OF_WORD[part] for part in parts if part in NEVER_OTHERWISE)
            if hint & (Hint.DATE | Hint.BODY | Hint.BLOCK):
                hint = NO_HINTS  # "load-more-data", "main-text": too common to mean anything
    return hint or NO_HINTS
