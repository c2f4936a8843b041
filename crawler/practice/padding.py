"""Makes the scripts, styles and menus that fill a real news page besides the news, for benchmarks of reading."""

from __future__ import annotations

SCRIPT = "window.slots.push({{id:'slot-{n}',sizes:[[300,250],[728,90]],targeting:{{section:'asia',position:{n}}},lazy:true}});\n"
STYLE = ".slot-{n}{{display:block;margin:0 auto 12px;max-width:{n}px}}.slot-{n} a:hover{{color:#900;text-decoration:none}}\n"
ITEM = '<li class="menu-item level-{level}"><a href="/geo-en/Area-{n}.html" title="Area {n}"><span>Area number {n}</span></a></li>\n'


def make_padding(size: int) -> tuple[str, str]:
    """Return (for the head, for the start of the body), together about ``size`` characters: half menus, half code."""
    menu_size = size // 2
    menu: list[str] = []
    length = 0
    while length < menu_size - 60:
        menu.append(ITEM.format(n=len(menu) + 100, level=len(menu) % 3))
        length += len(menu[-1])
    code: list[str] = []
    length = 0
    while length < size - menu_size - 60:
        code.append((SCRIPT if len(code) % 2 else STYLE).format(n=len(code)))
        length += len(code[-1])
    head = f"<style>\n{''.join(code[::2])}</style><script>\n{''.join(code[1::2])}</script>\n"
    return head, f'<nav class="mega"><ul>\n{"".join(menu)}</ul></nav>\n'
