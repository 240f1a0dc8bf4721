"""Measure an exported folder: held-out renderings, unseen phrasings, and real clips. Events are measured by tune.mjs.

    python evaluate.py MODEL --data HELDOUT --far HELDOUT --clips CLIPS --out figures.json --confusion confusion.png

CLIPS is a folder with sources.tsv (path, label, dataset, ...) and the clips it names; leave it out to skip the real ones.
"""
import argparse
import csv
import json
from collections import defaultdict
from pathlib import Path

import av
import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from transformers import AutoTokenizer

import dataset
import phrasings
from labels import LABELS
from model import Trainee
from train import encode, report

MEAN, STD = torch.tensor(dataset.MEAN)[:, None, None], torch.tensor(dataset.STD)[:, None, None]


class Model:
    def __init__(self, folder):
        self.tok = AutoTokenizer.from_pretrained(folder)
        self.m = Trainee(len(self.tok)).eval()
        self.m.net.load_state_dict({k: v.float() for k, v in load_file(Path(folder) / "model.safetensors").items()})

    @torch.no_grad()
    def text(self, labels):
        return self.m.text(encode(self.tok, list(labels)))

    @torch.no_grad()
    def video(self, clips, causal=False):
        """clips u8 [B, 32, 112, 112, 3] -> video [B, P], patches."""
        px = (torch.from_numpy(np.ascontiguousarray(clips.transpose(0, 1, 4, 2, 3))).float() / 255 - MEAN) / STD
        with torch.autocast("cpu", torch.bfloat16):
            v, p, *_ = self.m.video(px, causal=torch.ones(len(px), dtype=torch.bool) if causal else None)
        return v.float(), p.float()

    @torch.no_grad()
    def logits(self, v, p, text):
        return self.m.logits(v, p, text)


def prepare(rgb):
    """The checkpoint's preprocessing without the normalisation: shorter edge 112 (PIL bilinear), centre crop."""
    im = Image.fromarray(rgb)
    w, h = im.size
    s = 112 / min(w, h)
    w, h = max(112, round(w * s)), max(112, round(h * s))
    x = np.asarray(im.resize((w, h), Image.BILINEAR))
    return x[(h - 112) // 2:(h - 112) // 2 + 112, (w - 112) // 2:(w - 112) // 2 + 112]


def read(path):
    """All frames, prepared, and their times in seconds."""
    out, ts = [], []
    with av.open(str(path)) as c:
        st = c.streams.video[0]
        rate = float(st.average_rate or 25)
        for i, f in enumerate(c.decode(st)):
            out.append(prepare(f.to_ndarray(format="rgb24")))
            ts.append(i / rate)
    return np.stack(out), np.array(ts)


def run_heldout(m, sh, windows, causal, texts, B=18):
    """Confusion for each text list at once (the video side is computed once)."""
    embs = [m.text(t) for t in texts]
    conf = [np.zeros((len(LABELS),) * 2, int) for _ in texts]
    for k in range(0, len(windows), B):
        w = windows[k:k + B]
        v, p = m.video(np.stack([sh.get(i, s, slice(None))[:, 8:120, 8:120] for i, s, _ in w]), causal)
        for e, c in zip(embs, conf):
            for (_, _, y), q in zip(w, m.logits(v, p, e).argmax(1).numpy()):
                c[y, q] += 1
    return conf


def picture(conf, path, title):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    n = conf / np.maximum(1, conf.sum(1, keepdims=True))
    fig, ax = plt.subplots(figsize=(8.2, 7.4), dpi=80)
    ax.imshow(n, cmap="Blues", vmin=0, vmax=1)
    ax.set_xticks(range(len(LABELS)), LABELS, rotation=60, ha="right", fontsize=8)
    ax.set_yticks(range(len(LABELS)), LABELS, fontsize=8)
    for i in range(len(LABELS)):
        for j in range(len(LABELS)):
            if n[i, j] >= .005:
                ax.text(j, i, f"{100 * n[i, j]:.0f}", ha="center", va="center", fontsize=7, color="white" if n[i, j] > .5 else "black")
    ax.set_xlabel("recognised")
    ax.set_ylabel("true")
    ax.set_title(title, fontsize=9)
    fig.tight_layout()
    fig.savefig(path)


MAP = {"kick": "kicking", "point": "pointing", "punch": "punching"}


def real(m, folder):
    rows = [r for r in csv.DictReader(open(folder / "sources.tsv"), delimiter="\t")]
    by = defaultdict(list)
    for r in rows:
        by[r["dataset"]].append(r)
    emb = {}
    out = {}

    def clip(r):
        if r["path"] not in emb:
            f, _ = read(folder / r["path"])
            i = np.linspace(0, len(f) - 1, 32).round().astype(int)
            emb[r["path"]] = m.video(f[i][None])
        return emb[r["path"]]

    for name in ("ut_interaction", "surv_fight", "intel_asl"):
        rs = [r for r in by[name] if not (name == "ut_interaction" and r["label"] == "none")]
        labels = sorted({r["label"] for r in rs})
        text = m.text(labels)
        hit = [labels[int(m.logits(*clip(r), text).argmax())] == r["label"] for r in rs]
        out[name] = {"clips": len(rs), "classes": len(labels), "chance": 1 / len(labels), "top1": float(np.mean(hit)),
                     "right": int(sum(hit))}
        print(name, out[name], flush=True)
    # the three labels both sides know, in this model's words, and what all 18 classes say
    rs = [r for r in by["ut_interaction"] if r["label"] in MAP]
    names = sorted(MAP.values())
    text, full = m.text(names), m.text(LABELS)
    hit = [names[int(m.logits(*clip(r), text).argmax())] == MAP[r["label"]] for r in rs]
    hit18 = [LABELS[int(m.logits(*clip(r), full).argmax())] == MAP[r["label"]] for r in rs]
    out["ut_own_words"] = {"clips": len(rs), "top1_of_3": float(np.mean(hit)), "top1_of_18": float(np.mean(hit18))}
    # nearest class mean: 4 clips per class from set1 (by number), the others tested
    rs = [r for r in by["ut_interaction"] if r["label"] != "none"]
    labels = sorted({r["label"] for r in rs})
    norm = lambda x: x / x.norm(dim=-1, keepdim=True)
    for tag, use in (("4_shot_first", lambda g: g[:4]), ):
        mean, test = {}, []
        for l in labels:
            g = sorted((r for r in rs if r["label"] == l and "set1" in r["path"]), key=lambda r: int(Path(r["path"]).stem.split("_")[1]))
            mean[l] = norm(torch.cat([norm(clip(r)[0]) for r in use(g)]).mean(0))
            test += [r for r in rs if r["label"] == l and r not in use(g)]
        M = torch.stack([mean[l] for l in labels])
        hit = [labels[int((norm(clip(r)[0]) @ M.T).argmax())] == r["label"] for r in test]
        out["ut_nearest_class_mean_4_shot"] = {"tested": len(test), "classes": len(labels), "top1": float(np.mean(hit)), "right": int(sum(hit))}
    # many random choices of the four, because one choice says little
    rng = np.random.default_rng(0)
    accs = []
    for _ in range(50):
        M, test = [], []
        for l in labels:
            g = [r for r in rs if r["label"] == l]
            q = rng.permutation(len(g))
            M.append(norm(torch.cat([norm(clip(g[i])[0]) for i in q[:4]]).mean(0)))
            test += [g[i] for i in q[4:]]
        M = torch.stack(M)
        accs.append(np.mean([labels[int((norm(clip(r)[0]) @ M.T).argmax())] == r["label"] for r in test]))
    out["ut_nearest_class_mean_4_shot"]["mean_of_50_draws"] = float(np.mean(accs))
    out["ut_nearest_class_mean_4_shot"]["sd"] = float(np.std(accs))
    return out


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("model", type=Path)
    ap.add_argument("--data", type=Path, help="held-out shards, figures of 50 to 95 %% of the frame's height")
    ap.add_argument("--far", type=Path, help="held-out shards with figures of all sizes")
    ap.add_argument("--clips", type=Path)
    ap.add_argument("--out", type=Path)
    ap.add_argument("--confusion", type=Path)
    ap.add_argument("--per-class", type=int, default=60)
    ap.add_argument("--threads", type=int, default=2)
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    m = Model(a.model)
    fig = json.loads(a.out.read_text()) if a.out and a.out.exists() else {}
    if a.data:
        sh = dataset.Shards(a.data)
        windows = dataset.heldout(sh, a.per_class)
        rng = np.random.default_rng(0)
        unseen = [[phrasings.UNSEEN[l][k] for l in LABELS] for k in range(3)]
        conf = run_heldout(m, sh, windows, False, [LABELS] + unseen)
        top, lines = report(conf[0])
        print("exact", top, "\n" + lines, flush=True)
        fig["heldout"] = {"windows": len(windows), "sequences": len({i for i, _, _ in windows}), "exactTop1": float(top),
                          "unseenPhrasings": [float(c.trace() / c.sum()) for c in conf[1:]],
                          "perClass": {LABELS[i]: float(conf[0][i, i] / conf[0][i].sum()) for i in range(len(LABELS))},
                          "precision": {LABELS[i]: float(conf[0][i, i] / max(1, conf[0][:, i].sum())) for i in range(len(LABELS))}}
        print("unseen phrasings", fig["heldout"]["unseenPhrasings"], flush=True)
        c = run_heldout(m, sh, windows, True, [LABELS])[0]
        fig["heldout"]["causalTop1"] = float(c.trace() / c.sum())
        fig["heldout"]["perClassCausal"] = {LABELS[i]: float(c[i, i] / c[i].sum()) for i in range(len(LABELS))}
        print("causal", fig["heldout"]["causalTop1"], flush=True)
        if a.confusion:
            picture(conf[0], a.confusion, f"Held-out renderings, exact mode, % of each true class ({len(windows)} windows)")
    if a.far:
        sh = dataset.Shards(a.far)
        windows = dataset.heldout(sh, a.per_class // 2)
        top = [float((c := run_heldout(m, sh, windows, causal, [LABELS])[0]).trace() / c.sum()) for causal in (False, True)]
        fig["heldoutFar"] = {"windows": len(windows), "exactTop1": top[0], "causalTop1": top[1]}
        print("far", fig["heldoutFar"], flush=True)
    if a.clips:
        fig["real"] = real(m, a.clips)
        print(json.dumps(fig["real"], indent=1))
    if a.out:
        a.out.write_text(json.dumps(fig, indent=1) + "\n")


if __name__ == "__main__":
    main()
