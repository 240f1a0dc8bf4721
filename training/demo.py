"""Render the bundled demo clip: one scene, one person, many actions, with the truth in a sidecar.

    python demo.py ../assets/demo.mp4 [--seed 7] [--sheet look.png]
"""
import argparse
import json
from pathlib import Path

import av
import cv2
import numpy as np

from labels import LABELS, NOTHING
from renderer import actions as A
from renderer.body import PW
from renderer.raster import draw, project, shadows
from renderer.scene import Scene
from renderer.sequence import SPLITS, Actor

FPS, W, H, SS = 25, 640, 360, 2
PI = np.pi
# label, seconds, heading (0 = away from the camera, pi = towards it)
SCRIPT = [
    ("walking", 5.2, PI / 2), ("standing still", 3.2, PI - .2), ("waving", 5, PI - .15), ("clapping", 5, PI + .35),
    ("jumping jacks", 5.5, PI), ("squatting", 6, PI - .6), ("bending to pick up", 6, PI / 2 + .25),
    ("throwing", 5, PI / 2 + .45), ("punching", 5, PI / 2 + .5), ("kicking", 5, PI / 2 + .3), ("falling down", None, PI / 2 + .15),
    ("lying down", 4.5, PI / 2 + .15), ("standing up", None, PI / 2 + .15), ("standing still", 2.5, PI / 2 + .4), ("running", 4.6, -.75),
]
EMPTY = 4.0


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("out", type=Path)
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--crf", type=int, default=25)
    ap.add_argument("--sheet", help="only write a contact sheet")
    a = ap.parse_args()
    seed = SPLITS["demo"] + a.seed
    rng = np.random.default_rng(seed)

    segs, heads, t, prev = [], [], EMPTY, None
    for name, dur, hd in SCRIPT:
        start = None if prev in ("falling down", "standing up") else t
        segs.append((name, start, {}))
        heads.append((t, hd))
        t += dur if dur else 2.0 if name == "falling down" else 3.0
        prev = name
    heads.append((heads[-1][0] + 1.35, PI / 2 + .05))      # runs away, turns, and leaves to the right
    total = t + EMPTY
    times = np.arange(int(total * FPS)) / FPS

    d, hc, tall = 5.2, 1.55, 1.74
    w, h = W * SS, H * SS
    f = .72 * h * d / tall
    pitch = np.arctan2(hc - .52 * tall, d)
    cam = np.array([hc, np.cos(pitch), np.sin(pitch), f, w / 2, h / 2])

    def walk(ts, v):
        hd = np.full(len(ts), heads[0][1])
        for t0, x in heads[1:]:
            k = A.smooth((ts - t0 + .45) / .8)
            hd = hd * (1 - k) + x * k
        v = np.where(ts < EMPTY + .3, 1.35, v)            # already on the way, outside the picture
        dt = 1 / FPS
        x, z = np.cumsum(np.sin(hd) * v * dt), np.cumsum(np.cos(hd) * v * dt)
        i = np.searchsorted(ts, heads[1][0] + .3)
        return np.stack([x - x[i], z - z[i] + d, hd], 1)

    me = Actor(rng, segs, times, (0, d), 99, None, tall, walk=walk)
    me.C[2] = (.62, .13, .12)
    me.C[4] = (.12, .16, .3)
    me.L[[4, 9]] = 0
    me.L[5] = 0
    me.L[8] = 0
    scene = Scene(rng, w, h, cam, d, clean=True)
    M = np.array([[1., 0, 0], [0, 1., 0]])
    sun = np.array([.45, 1., -.5])
    sun /= np.linalg.norm(sun)
    L = np.array([sun[0], -(sun[1] * cam[1] + sun[2] * cam[2]), sun[2] * cam[1] - sun[1] * cam[2]])
    prims = np.zeros((200, PW))

    def frame(i):
        img = scene.img.copy()
        k = me.prims(prims, 0, i)
        # nothing to draw when everybody is outside
        u = [project(*j, cam)[0] for j in me.J[i]]
        if max(u) > -120 and min(u) < w + 120:
            shadows(img, scene.ground, prims, k, cam, M, sun, .45, 7.)
            depth = np.full((h, w), 1e9, np.float32)
            draw(img, depth, np.zeros((h, w), np.uint8), prims, k, cam, M, L, .55, .6)
        img = np.clip(img * 1.05, 0, 1)
        img = cv2.resize(img, (W, H), interpolation=cv2.INTER_AREA) ** .9
        r = np.random.default_rng((seed, i))
        img += .006 * r.standard_normal((H, W, 1), np.float32)
        return (np.clip(img, 0, 1) * 255).astype(np.uint8)

    if a.sheet:
        rows = [np.concatenate([cv2.resize(frame(min(len(times) - 1, int((r * 5 + c) * FPS * total / 45))), (320, 180), interpolation=cv2.INTER_AREA)
                                for c in range(5)], 1) for r in range(9)]
        cv2.imwrite(a.sheet, np.concatenate(rows, 0)[..., ::-1])
        return
    lab = me.lab.copy()
    for i in range(len(times)):
        u = np.array([project(*j, cam)[:2] for j in me.J[i]])
        seen = ((u[:, 0] > 0) & (u[:, 0] < w)).sum()
        if seen < 6:
            lab[i] = NOTHING
    a.out.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(a.out), "w", options={"movflags": "+faststart"}) as out:
        st = out.add_stream("libx264", rate=FPS)
        st.width, st.height, st.pix_fmt = W, H, "yuv420p"
        st.options = {"crf": str(a.crf), "preset": "slow", "bf": "0", "g": "50", "profile": "high", "threads": "1",
                      "x264-params": "bframes=0:keyint=50"}
        for i in range(len(times)):
            for p in st.encode(av.VideoFrame.from_ndarray(frame(i), format="rgb24")):
                out.mux(p)
        for p in st.encode():
            out.mux(p)
    cut = [0] + [i for i in range(1, len(lab)) if lab[i] != lab[i - 1]] + [len(lab)]
    truth = {"source": a.out.name, "durationMs": round(len(times) * 1000 / FPS), "fps": FPS,
             "segments": [{"label": LABELS[lab[x]], "fromMs": round(x * 1000 / FPS), "toMs": round(y * 1000 / FPS)}
                          for x, y in zip(cut, cut[1:])]}
    a.out.with_name(a.out.stem + ".truth.json").write_text(json.dumps(truth, indent=1) + "\n")
    print(a.out.stat().st_size, "bytes", json.dumps(truth["segments"]))


if __name__ == "__main__":
    main()
