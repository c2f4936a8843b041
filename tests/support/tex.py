"""Reads TeX back: what a citation in BibTeX prints."""


def untex(value: str) -> str:
    """Undo what TeX would: outer braces group, commands print their sign. Written from the TeX side, sign by sign."""
    signs = {
        "textbraceleft{}": "{",
        "textbraceright{}": "}",
        "textbackslash{}": "\\",
        "textasciitilde{}": "~",
        "textasciicircum{}": "^",
        "%": "%",
        "&": "&",
        "_": "_",
        "$": "$",
        "#": "#",
    }
    out, at = [], 0
    while at < len(value):
        if value[at] == "\\":
            command = next(sign for sign in signs if value.startswith(sign, at + 1))
            out.append(signs[command])
            at += len(command)
        elif value[at] not in "{}":
            out.append(value[at])
        at += 1
    return "".join(out)
