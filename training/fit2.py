import sys; sys.setrecursionlimit(100000); sys.path.insert(0, "training")
from fit import *
data = pickle.load(open("/tmp/body_data.pkl", "rb"))
P1, X1, F = pickle.load(open("/tmp/body_p1.pkl", "rb"))
for d, p in zip(data, P1):
    d["shingles"] = score.shingles(d["truth"]); d["words"] = collections.Counter(score.words(d["truth"]))
    d["contexts"] = bf.describe(d["lines"], {}, None)[1] if d["lines"] else []
X2 = [np.hstack([x, second(d, p)]) for d, x, p in zip(data, X1, P1)]
Y = [np.array(d["label"]) for d in data]
W = [(np.sqrt(np.minimum(d["nw"], 60)) + 1)/(5+math.log(1+len(d["lines"]))) for d in data]
pickle.dump((X2, Y, W, F), open("/tmp/body_x2.pkl", "wb"))
def run(make, label, cut=.02, cols=None):
    P2 = [None]*len(data); t = time.time()
    for k in range(5):
        tr = [i for i in range(len(data)) if F[i] != k]; te = [i for i in range(len(data)) if F[i] == k]
        X = np.concatenate([X2[i][P1[i] >= cut] for i in tr]); y = np.concatenate([Y[i][P1[i] >= cut] for i in tr]); w = np.concatenate([W[i][P1[i] >= cut] for i in tr])
        if cols is not None: X = X[:, cols]
        m = make(); m.fit(X, y, **({"logisticregression__sample_weight": w/w.mean()} if hasattr(m, "steps") else {"sample_weight": w/w.mean()}))
        for i in te:
            p = np.zeros(len(P1[i])); keep = P1[i] >= cut
            if keep.any(): p[keep] = m.predict_proba(X2[i][keep] if cols is None else X2[i][keep][:, cols])[:, 1]
            P2[i] = p
    print(round(time.time()-t), end=" ")
    for th in (.4, .5, .6): evaluate(data, [p >= th for p in P2], f"{label} {th}")
    return P2
if __name__ == "__main__":
    from sklearn.pipeline import make_pipeline
    for iters, depth, rate in ((60, 3, .2), (150, 3, .1), (120, 4, .1), (300, 1, .25), (300, 2, .12)):
        P2 = run(lambda: HistGradientBoostingClassifier(max_iter=iters, max_depth=depth, learning_rate=rate, min_samples_leaf=60, l2_regularization=1., random_state=1, early_stopping=False, max_bins=64), f"hist {iters}x{depth}")
        pickle.dump(P2, open(f"/tmp/body_p2_{iters}_{depth}.pkl", "wb"))
