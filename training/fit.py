import sys, pickle, collections, math, time
sys.setrecursionlimit(100000); sys.path.insert(0, "training")
import numpy as np
import body
from body import score
from crawler.extraction import block_features as bf
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier

def folds(data, k=5, seed=7):
    rng = np.random.RandomState(seed)
    domains = sorted({d["domain"] for d in data}); rng.shuffle(domains)
    fold = {dom: i % k for i, dom in enumerate(domains)}
    return np.array([fold[d["domain"]] for d in data])

def words_of(block, cache):
    key = id(block)
    if key in cache: return cache[key]
    up = words_of(block.parent, cache) if block.parent is not None else frozenset()
    cache[key] = up | frozenset(bf.split_class_words(block.name)) if block.name else up
    return cache[key]

def count_words(data):
    """word -> domain -> [body words, all words]"""
    for d in data:
        cache = {}; c = collections.defaultdict(lambda: [0.0, 0.0])
        for line, o, n in zip(d["lines"], d["label"], d["nw"]):
            n = min(n, 60)
            for w in words_of(line.block, cache):
                c[w][0] += o*n; c[w][1] += n
        d["classes"] = dict(c)

def table(data, minimum=4, out=None):
    share = collections.defaultdict(lambda: collections.defaultdict(list))
    for d in data:
        for w, (b, n) in d["classes"].items():
            if n: share[w][d["domain"]].append(b/n)
    base = 0.5
    def value(per):
        s = sum(per); n = len(per)
        p = (s + 0.5*2)/(n + 2)
        return math.log(p/(1-p))
    full = {}
    for w, per in share.items():
        if len(per) >= minimum:
            full[w] = value([sum(v)/len(v) for v in per.values()])
    own = collections.defaultdict(dict)   # per domain: the table without it
    for w, per in share.items():
        for dom in per:
            rest = [sum(v)/len(v) for k, v in per.items() if k != dom]
            own[dom][w] = value(rest) if len(rest) >= minimum else None
    return full, own

def without(full, own, dom):
    t = dict(full)
    for w, v in own[dom].items():
        if v is None: t.pop(w, None)
        else: t[w] = v
    return t

def rows(d, scores):
    r, contexts = bf.describe(d["lines"], scores, d["head"], d["title"], d["body"], d["description"])
    d["contexts"] = contexts
    return np.array(r, dtype=np.float32).reshape(-1, len(bf.NAMES))

NAMES2 = ("p","b1","b2","b3","a1","a2","a3","parent_p","signature_p","grand_p","mass_before","mass_after","dist_before","dist_after","page_p","between","sure_run","longest_p","heading_between", "tag_p", "mass_share_before", "max_near")
def second(d, p):
    n = len(p); L = d["lines"]; nw = np.array([min(x,100) for x in d["nw"]], float)
    out = np.zeros((n, len(NAMES2)), np.float32)
    m = p*nw; tot = m.sum() or 1
    par = collections.defaultdict(lambda: [0.0, 0.0]); sig = collections.defaultdict(lambda: [0.0,0.0]); gr = collections.defaultdict(lambda: [0.0,0.0]); tg = collections.defaultdict(lambda: [0.0,0.0])
    keys = []
    for i, line in enumerate(L):
        b = line.block; pa = b.parent or b; g = pa.parent or pa
        k = (id(pa), d["contexts"][i].signature, id(g), (b.tag, line.heading))
        keys.append(k); w = max(nw[i], 1)
        for dic, key in zip((par, sig, gr, tg), k):
            dic[key][0] += p[i]*w; dic[key][1] += w
    cum = np.cumsum(m)
    sure = p > .8
    last = None; before = [99]*n
    for i in range(n):
        before[i] = min(30, i-last) if last is not None else 30
        if sure[i] and nw[i] > 8: last = i
    last = None; after = [99]*n
    for i in range(n-1, -1, -1):
        after[i] = min(30, last-i) if last is not None else 30
        if sure[i] and nw[i] > 8: last = i
    longest = int(np.argmax(m)) if n else 0
    def at(i): return p[i] if 0 <= i < n else 0
    for i in range(n):
        k = keys[i]
        out[i] = [p[i], at(i-1), at(i-2), at(i-3), at(i+1), at(i+2), at(i+3), par[k[0]][0]/par[k[0]][1], sig[k[1]][0]/sig[k[1]][1], gr[k[2]][0]/gr[k[2]][1],
            math.log(1+cum[i]-m[i]), math.log(1+tot-cum[i]), before[i], after[i], math.log(1+tot), 1 if before[i]<30 and after[i]<30 else 0, before[i]+after[i], p[longest], 
            sum(1 for j in range(i, min(n, i+after[i])) if L[j].heading), tg[k[3]][0]/tg[k[3]][1], (cum[i]-m[i])/tot, max(at(i-1), at(i+1))]
    return out

def evaluate(data, choose, label=""):
    res = {}
    line = []
    for s in ("aeb","fundus","wcxb"):
        P, R, W = [], [], []
        for d, c in zip(data, choose):
            if d["set"] != s: continue
            text = "\n".join(l.text for l, o in zip(d["lines"], c) if o)
            p, r = score.precision_recall(score.shingles(text), d["shingles"])
            P.append(p); R.append(r)
            w = score.f1(*score.precision_recall(collections.Counter(score.words(text)), d["words"]))
            W.append(w >= .9); d["f1"] = w
        p, r = score.mean(P), score.mean(R)
        line.append(f"{s} {p:.3f} {r:.3f} {score.f1(p,r):.4f} {np.mean(W):.3f}")
    print(label, " | ".join(line), flush=True)

def drop_header(d):
    """lines that are the printed headline are none of the body"""
    return [i == d["head"] for i in range(len(d["lines"]))]

if __name__ == "__main__":
    t = time.time()
    data = pickle.load(open("/tmp/body_data.pkl", "rb"))
    for d in data:
        d["shingles"] = score.shingles(d["truth"]); d["words"] = collections.Counter(score.words(d["truth"]))
    F = folds(data); count_words(data)
    print(len(data), sum(len(d["lines"]) for d in data), time.time()-t, flush=True)
    P1 = [None]*len(data); X1 = [None]*len(data)
    for k in range(5):
        train = [i for i in range(len(data)) if F[i] != k]; test = [i for i in range(len(data)) if F[i] == k]
        full, own = table([data[i] for i in train])
        Xtr = [rows(data[i], without(full, own, data[i]["domain"])) for i in train]
        y = np.concatenate([data[i]["label"] for i in train]); X = np.concatenate(Xtr)
        w = np.concatenate([np.sqrt(np.minimum(data[i]["nw"], 60)) + 1 for i in train])
        w = w*np.concatenate([[1/ (5+math.log(1+len(data[i]["lines"])))]*len(data[i]["lines"]) for i in train])
        sc = StandardScaler().fit(X)
        m = LogisticRegression(C=.3, max_iter=300).fit(sc.transform(X), y, sample_weight=w/w.mean())
        for i in test:
            X1[i] = rows(data[i], full)
            P1[i] = m.predict_proba(sc.transform(X1[i]))[:, 1] if len(X1[i]) else np.zeros(0)
        print("fold", k, len(full), time.time()-t, flush=True)
    evaluate(data, [p >= .5 for p in P1], "one pass")
    pickle.dump((P1, X1, F), open("/tmp/body_p1.pkl", "wb"))
