import json, sys, re, pickle, collections
from pathlib import Path
from urllib.parse import urlsplit
import types
score = types.ModuleType("score"); score.__file__ = "/work/shared/pages/score.py"
exec(compile(open(score.__file__).read().rsplit("main()", 1)[0], "score", "exec"), score.__dict__)
from crawler.items import Capture
from crawler.sites.generic import make_site, read_page_address
from crawler.extraction.page import ArticlePage
from crawler.extraction.headline import find_headline
from datetime import datetime, UTC

WORD = score.words

def domain(url):
    host = (urlsplit(url if "://" in url else "https://" + url).hostname or "").removeprefix("www.")
    parts = host.split(".")
    if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in ("co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "go"):
        return ".".join(parts[-3:])
    return ".".join(parts[-2:])

def label(lines, truth):
    """1 for the lines that are body."""
    tw = WORD(truth)
    grams = {tuple(tw[i:i+4]) for i in range(len(tw)-3)}
    n = len(lines)
    lw = [WORD(line.text) for line in lines]
    out = [0.0]*n
    tlines = {tuple(WORD(l)) for l in truth.split("\n")}
    for i, w in enumerate(lw):
        if len(w) >= 4:
            own = [tuple(w[k:k+4]) for k in range(len(w)-3)]
            out[i] = 1.0 if sum(g in grams for g in own) >= len(own)/2 else 0.0
    # short: joined to the neighbour
    for _ in range(2):
        for i, w in enumerate(lw):
            if out[i] or not w or len(w) >= 4: continue
            ok = False
            for side in (-1, 1):
                j = i + side
                while 0 <= j < n and not lw[j]: j += side
                if not 0 <= j < n or not out[j]: continue
                joined = (lw[j][-4:] + w) if side < 0 else (w + lw[j][:4])
                joined = joined[-(len(w)+3):] if side < 0 else joined[:len(w)+3]
                own = [tuple(joined[k:k+4]) for k in range(len(joined)-3)]
                if own and sum(g in grams for g in own) >= max(1, len(own)/2): ok = True
            if ok: out[i] = 1.0
    # repeated texts: the one with most body around
    places = collections.defaultdict(list)
    for i, w in enumerate(lw):
        if out[i] and w: places[tuple(w)].append(i)
    mass = [len(w)*o for w, o in zip(lw, out)]
    tcount = collections.Counter(tuple(WORD(l)) for l in truth.split("\n"))
    for key, where in places.items():
        if len(where) > 1:
            allowed = max(1, tcount.get(key, 1))
            ranked = sorted(where, key=lambda i: -sum(mass[j] for j in range(max(0,i-12), min(n,i+13)) if tuple(lw[j]) != key))
            for i in ranked[allowed:]: out[i] = 0.0
    return out, [len(w) for w in lw]

def load(work=Path("/tmp/pages"), sets=("aeb","fundus","wcxb")):
    for name in sets:
        for record in score.load(score.HERE / name / "truth.jsonl"):
            yield name, record, (work / name / record["file"]).read_bytes()

def read(record, html):
    url = record.get("url") or ""
    if "://" not in url: url = "https://" + (url.lstrip("/") or "unknown.example/article/1")
    capture = Capture(url=url, fetched_at=datetime(2026,11,1,tzinfo=UTC), status=200, headers=(), body=html)
    site = make_site(capture)
    page = ArticlePage(capture, site, read_page_address(url, site))
    return page, url

def build(out="/tmp/body_data.pkl"):
    data = []
    for name, record, html in load():
        page, url = read(record, html)
        try:
            lines = page.lines
            header = page.header
        except Exception as e:
            print(name, record["file"], type(e), e); continue
        lab, nw = label(lines, record["body"])
        got = score.shingles("\n".join(l.text for l, o in zip(lines, lab) if o))
        pr = score.precision_recall(got, score.shingles(record["body"]))
        head = header.line.index if header.line is not None else None
        desc = page.head.find_meta("og:description","description")
        data.append(dict(set=name, file=record["file"], domain=domain(url), lines=lines, label=lab, nw=nw, head=head, start=header.start,
            title=header.headline.value if header.headline else "", body=(page.thing.find_text("articlebody") if page.thing else "") or "", description=desc.value if desc else "", truth=record["body"], oracle=pr))
    pickle.dump(data, open(out,"wb"))
    for s in ("aeb","fundus","wcxb"):
        p = score.mean(d["oracle"][0] for d in data if d["set"]==s); r = score.mean(d["oracle"][1] for d in data if d["set"]==s)
        print(s, sum(d["set"]==s for d in data), round(p,4), round(r,4), round(score.f1(p,r),4))
        print(sorted((round(score.f1(*[x or 0 for x in d["oracle"]]),2), d["file"]) for d in data if d["set"]==s)[:8])

if __name__ == "__main__":
    build()
