"""From a seed to a labelled sequence: plan of actions, poses, camera, picture, and the damage a real camera does.

`render(seed, ...)` is a pure function of its arguments. Seed ranges keep training, held-out and demo apart
(see SPLITS): bodies, clothes, scenes, cameras, timings and noise are all drawn from the seed.
"""
import io
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from labels import INDEX, LABELS, NOTHING  # noqa: E402

from . import actions as A  # noqa: E402
from .body import AUX, NJ, OTHER, PW, figure, joints  # noqa: E402
from .raster import draw, project, shadows  # noqa: E402
from .scene import Scene, colour, noise_tile  # noqa: E402

SPLITS = {"train": 0, "heldout": 1_000_000_000, "demo": 2_000_000_000}
UPRIGHT = [n for n in LABELS if n not in ("falling down", "lying down", "sitting down", "standing up", "nothing happening")]
cv2.setNumThreads(1)


# ---- what happens when ---------------------------------------------------------------------------------------

def plan(rng, label, dur):
    """Segments [(label, start, ctx)] covering -1 .. dur + 1 s, with `label` as the main one."""
    def other():
        r = rng.random()
        return "standing still" if r < .3 else "walking" if r < .5 else rng.choice(UPRIGHT)
    segs = []
    if label == "falling down":
        t = rng.uniform(.3, 3.4)
        segs = [(other(), -1, {}), (label, t, {}), ("lying down", None, {})]
        if rng.random() < .2:
            segs.append(("standing up", "+%f" % rng.uniform(1, 2.2), {}))
            segs.append((other(), None, {}))
    elif label == "lying down":
        r = rng.random()
        if r < .6:
            segs = [(label, -1, {})]
        else:
            segs = [(other(), -1, {}), (label, rng.uniform(-.5, 2.5), {"descend": True})]
    elif label == "sitting down":
        chair = rng.random() < .78
        if rng.random() < .35:
            segs = [(label, -1, {"seated": True, "chair": chair})]
        else:
            a = rng.choice(["standing still", "standing still", "waving", "clapping", "pointing"])
            if not chair and rng.random() < .4:
                a = "walking"
            segs = [(a, -1, {}), (label, rng.uniform(-.3, 3), {"chair": chair})]
    elif label == "standing up":
        t = rng.uniform(.4, 3.2)
        if rng.random() < .5:
            chair = rng.random() < .75
            segs = [("sitting down", -1, {"seated": True, "chair": chair}), (label, t, {"chair": chair})]
        else:
            segs = [("lying down", -1, {}), (label, t, {})]
        segs.append((other() if rng.random() < .7 else "standing still", None, {}))
    else:
        r = rng.random()
        if r < .58:
            segs = [(label, -1, {})]
        elif r < .79:
            segs = [(label, -1, {}), (other(), rng.uniform(2.2, dur - .8), {})]
        else:
            segs = [(other(), -1, {}), (label, rng.uniform(.8, dur - 2.4), {})]
    return [s for i, s in enumerate(segs) if i == 0 or s[0] != segs[i - 1][0] or s[0] in ("lying down",)]


def _heading(rng, segs):
    """Any azimuth; but what hands do in front of the chest is not watched from behind, where it cannot be seen (0 = away from the camera)."""
    if any(s[0] in ("clapping", "waving", "pointing", "punching", "throwing") for s in segs):
        return np.pi + rng.uniform(-1, 1) * 1.8
    return rng.uniform(-np.pi, np.pi)


class Actor:
    """One person: body, clothes, the poses and the path over the given times."""

    def __init__(self, rng, segs, times, at, R, heading=None, tall=None, walk=None):
        self.H = H = tall or (rng.normal(1.72, .1) if rng.random() < .88 else rng.uniform(1.15, 1.5))
        self.shape = (rng.uniform(.093, .118), rng.uniform(.046, .06), rng.uniform(.96, 1.01))
        n = len(times)
        tracks, labels, starts, speeds, chair, lie, sit, off = [], [], [], [], None, None, None, np.zeros(3)
        t0 = None
        hd = rng.uniform(-np.pi, np.pi) if heading is None else heading
        for name, start, ctx in segs:
            if start is None:                      # when the previous one is over by itself
                start = t0 + prev["impact"] + 1.0 if "impact" in prev else t0 + prev["rise"] + .5
            elif isinstance(start, str):
                start = max(t0, 0) + float(start)
            ctx = {**ctx, "heading": hd}
            if lie is not None and name in ("lying down", "standing up"):
                ctx["lie"] = lie
            if sit is not None and name in ("sitting down", "standing up") and lie is None:
                ctx["sit"] = sit
            f = A.FACTORY[name](rng, ctx)
            P = f(times - start)
            if name not in ("lying down", "standing up") or lie is None:
                for s in (A.PEL, A.LA, A.RA):
                    P[:, s] += off
                if ctx.get("lie") is not None:
                    ctx["lie"] = ctx["lie"].copy()
                    for s in (A.PEL, A.LA, A.RA):
                        ctx["lie"][s] += off
            lie = ctx.get("lie") if name in ("falling down", "lying down") else None
            sit = ctx.get("sit") if name == "sitting down" else None
            if name == "sitting down" and ctx.get("chair"):
                chair = start
            if name == "standing up":
                if ctx.get("chair") and ctx.get("lie") is None:
                    chair = start if chair is None else chair
                b = ctx["base"]
                off = np.array([(b[17] + b[20]) / 2, 0, (b[19] + b[22]) / 2])
            tracks.append(P)
            labels.append(INDEX[name])
            starts.append(start)
            speeds.append(ctx.get("speed", 0.) * H)
            prev, t0 = ctx, start
        # cross-fade
        W = np.zeros((len(tracks), n))
        W[0] = 1
        lab = np.full(n, labels[0])
        for i in range(1, len(tracks)):
            h = rng.uniform(.12, .25)
            if labels[i] in (INDEX["falling down"], INDEX["sitting down"], INDEX["standing up"], INDEX["lying down"]):
                k = A.smooth((times - starts[i] + 2 * h) / (2 * h))     # done when the motion begins
            else:
                k = A.smooth((times - starts[i] + h) / (2 * h))
            W[:i] *= 1 - k
            W[i] = k
            lab[times >= starts[i]] = labels[i]
        self.P = np.einsum("kn,knd->nd", W, np.stack(tracks))
        obj = np.stack(tracks)[:, :, 25]
        self.hold = obj[W.argmax(0), np.arange(n)]
        self.lab = lab
        # the path over the ground
        v = W.T @ np.array(speeds)
        x, z = at
        base_turn = rng.normal(0, .25)
        if rng.random() < .25:
            base_turn = rng.choice([-1, 1]) * rng.uniform(.4, 1.1)
        path = np.zeros((n, 3))
        px, pz = x, z
        if speeds[0] > 0 and R < 50:
            px, pz = x + rng.uniform(-.7, .7) * R, z + rng.uniform(-.7, .7) * R
        idle = rng.normal(0, .08)
        for i in range(n):
            dt = times[i] - times[i - 1] if i else 0.
            if v[i] > .05:
                out = np.hypot(px - x, pz - z)
                turn = base_turn
                if out > R:
                    want = np.arctan2(x - px, z - pz)
                    e = (want - hd + np.pi) % (2 * np.pi) - np.pi
                    turn = np.clip(3 * e, -2.6, 2.6)
                hd += turn * dt
            else:
                hd += idle * dt * (lab[i] != INDEX["lying down"])
            px += np.sin(hd) * v[i] * dt
            pz += np.cos(hd) * v[i] * dt
            path[i] = px, pz, hd
        if walk is not None:
            path = walk(times, v)
        self.path = path
        self.chair = None
        if chair is not None:
            self.chair = path[np.searchsorted(times, np.clip(chair, times[0], times[-1] - 1e-3))]
        self.J = np.zeros((n, NJ, 3))
        self.rot = []
        for i in range(n):
            J, Rt, Rhd = joints(self.P[i], path[i, 0], 0., path[i, 1], path[i, 2], H, *self.shape)
            self.J[i] = J
            self.rot.append((Rt, Rhd))
        # looks
        skin = np.array([.85, .64, .52]) * rng.uniform(.25, 1.08) * (1 + rng.normal(0, .04, 3))
        hair = rng.choice([0, 1, 2, 3], p=[.5, .2, .15, .15])
        hair = np.array([[.05, .04, .035], [.2, .12, .06], [.55, .42, .2], [.45, .45, .45]])[hair] * rng.uniform(.6, 1.4)
        top = colour(rng, .06, .95, 1.1)
        legc = colour(rng, .05, .7, .6)
        if rng.random() < .3:
            legc = np.array([.1, .13, .25]) * rng.uniform(.5, 2.2)
        if rng.random() < .08:
            legc = top.copy()
        self.C = np.clip(np.stack([skin, hair, top, colour(rng, .05, .95, .9), legc, legc * rng.uniform(.5, 1.5),
                                   colour(rng, .02, .9, .4), colour(rng, .03, .9, .9), colour(rng, .05, 1, 1.2)]), .03, 1)
        self.L = np.array([rng.uniform(.85, 1.3), rng.uniform(-.1, .6) if rng.random() < .8 else -1.5,
                           rng.choice([.4, .9, .1], p=[.4, .5, .1]), rng.choice([.2, 1.], p=[.25, .75]),
                           rng.uniform(.55, .95) if rng.random() < .1 else 0.,
                           rng.choice([0, 1, 2, 4], p=[.6, .17, .13, .1]), rng.uniform(3, 9),
                           rng.choice([0, 1, 2], p=[.86, .07, .07]),
                           rng.choice([0, .0001, .07], p=[.8, .1, .1]), 1. if rng.random() < .08 else 0.,
                           rng.uniform(.92, 1.15), rng.uniform(.03, .09), rng.uniform(0, 6)])
        self.chair_look = (colour(rng, .05, .7, .6), rng.random() < .6, rng.uniform(.2, .26))

    def prims(self, P, k, i):
        c, s = self.C, self.hold[i]
        k = figure(P, k, self.J[i], *self.rot[i], self.H, self.L, c, s)
        if self.chair is not None:
            k = self._chair(P, k)
        return k

    def _chair(self, P, k):
        x, z, h = self.chair
        col, back, w = self.chair_look
        H = self.H
        f, r = np.array([np.sin(h), 0, np.cos(h)]), np.array([np.cos(h), 0, -np.sin(h)])
        o = np.array([x, 0, z]) - f * .19 * H
        y = np.array([0, 1., 0])
        top = .205 * H
        rows = []
        for u in (-.5, 0, .5):
            rows.append((o + r * u * w + f * .1 + y * top, o + r * u * w - f * .22 + y * top, .05, .05))
        for u in (-1, 1):
            for v in (.12, -.24):
                q = o + r * u * w * .7 + f * v
                rows.append((q + y * top, q + y * .01, .02, .018))
            if back:
                q = o + r * u * w * .6 - f * .26
                rows.append((q + y * top, q + y * (top + .42), .022, .022))
        if back:
            q = o - f * .27 + y * (top + .33)
            rows.append((q - r * w * .6, q + r * w * .6, .07, .07))
        for a, b, ra, rb in rows:
            P[k] = 0
            P[k, 0:3], P[k, 3], P[k, 4:7], P[k, 7], P[k, 8:11], P[k, 22] = a, ra, b, rb, col, 1
            k += 1
        return k


class Thing:
    """Something that moves and is nobody: a ball, a box, a car, a dog, a branch, a curtain."""

    def __init__(self, rng, d, kind=None):
        self.kind = kind or rng.choice(["ball", "car", "dog", "branch", "branch", "box"])
        self.c = colour(rng, .05, .9, .8)
        self.z = d + rng.uniform(-.8, 3)
        self.v = rng.choice([-1, 1]) * rng.uniform(.5, 4)
        self.x0 = -self.v * rng.uniform(.5, 5)
        self.p = rng.uniform(0, 6, 8)
        self.f = rng.uniform(.2, .9)
        self.y = rng.uniform(1.2, 2.6)
        self.s = rng.uniform(.6, 1.3)
        self.bx = rng.uniform(-2, 2)
        self.leaf = np.array([.12, .26, .08]) * rng.uniform(.5, 1.8)

    def prims(self, P, k, t):
        rows = []
        x = self.x0 + self.v * t
        s, z = self.s, self.z
        if self.kind == "ball":
            y = .12 * s + abs(np.sin(t * 3 + self.p[0])) * .4 * s
            rows.append(((x, y, z), (x, y, z + .01), .12 * s, .12 * s, self.c))
        elif self.kind == "box":
            for yy in (.2, .45, .7):
                rows.append(((x - .3 * s, yy * s, z), (x + .3 * s, yy * s, z), .17 * s, .17 * s, self.c))
        elif self.kind == "car":
            for yy, w, r in ((.55, 1.6, .35), (.45, 1.7, .3), (1.05, .75, .3)):
                rows.append(((x - w, yy, z), (x + w, yy, z), r, r, self.c))
            for w in (-1.1, 1.1):
                rows.append(((x + w, .3, z - .5), (x + w, .3, z - .3), .3, .3, self.c * .2))
        elif self.kind == "dog":
            g = np.sign(self.v)
            rows.append(((x - .3 * s, .5 * s, z), (x + .3 * s, .52 * s, z), .14 * s, .15 * s, self.c))
            rows.append(((x + g * .42 * s, .7 * s, z), (x + g * .58 * s, .66 * s, z), .11 * s, .06 * s, self.c))
            rows.append(((x - g * .35 * s, .55 * s, z), (x - g * .55 * s, .75 * s, z), .03 * s, .02 * s, self.c))
            for i, w in enumerate((-.26, -.2, .2, .26)):
                q = .16 * s * np.sin(9 * t + i * 1.7)
                rows.append(((x + w * s, .45 * s, z + .06 * (i % 2)), (x + w * s + q, .03, z + .06 * (i % 2)), .045 * s, .03 * s, self.c))
        else:
            a = .35 * np.sin(2 * np.pi * self.f * t + self.p[0]) + .15 * np.sin(5 * t + self.p[1])
            for i in range(5):
                b = a * (1 + .2 * i) + self.p[i] * .25 - .8
                x1, y1 = self.bx + np.sin(b) * 1.1 * s, self.y + .9 - np.cos(b) * .9 * s
                rows.append(((self.bx, self.y + .9, z), (x1, y1, z), .025, .015, np.array([.15, .1, .05])))
                for u in (.5, .75, 1.):
                    q = (self.bx + (x1 - self.bx) * u, self.y + .9 + (y1 - self.y - .9) * u, z)
                    rows.append((q, (q[0] + .08, q[1] - .04, z), .11 * s, .07 * s, self.leaf * (.7 + .1 * i)))
        for a, b, ra, rb, c in rows:
            P[k] = 0
            P[k, 0:3], P[k, 3], P[k, 4:7], P[k, 7], P[k, 8:11], P[k, 22] = a, ra, b, rb, c, 1
            k += 1
        return k


# ---- the damage done by cameras -------------------------------------------------------------------------------

_NOISE = np.random.default_rng(7).normal(0, 1, (8, 512, 512)).astype(np.float32)


def h264(frames, crf, rng, fps=10):
    """Encode and decode [T, H, W, 3] uint8 in memory."""
    import av
    T, H, W, _ = frames.shape
    buf = io.BytesIO()
    with av.open(buf, "w", format="mp4") as out:
        st = out.add_stream("libx264", rate=fps)
        st.width, st.height, st.pix_fmt = W, H, "yuv420p"
        st.options = {"crf": str(int(crf)), "preset": "ultrafast" if rng.random() < .5 else "veryfast",
                      "tune": "zerolatency", "g": str(int(rng.integers(10, 60))), "threads": "1"}
        for f in frames:
            for p in st.encode(av.VideoFrame.from_ndarray(f, format="rgb24")):
                out.mux(p)
        for p in st.encode():
            out.mux(p)
    buf.seek(0)
    with av.open(buf) as inp:
        inp.streams.video[0].thread_type = "NONE"
        got = [f.to_ndarray(format="rgb24") for f in inp.decode(video=0)]
    return np.stack(got) if len(got) == T else frames


# ---- one sequence -----------------------------------------------------------------------------------------------

def render(seed, label=None, T=64, size=128, clean=False, near=False):
    """Returns dict(frames u8 [T, size, size, 3], label u8 [T], j2d f32 [T, 13, 2] pixels, j3d f32 [T, 13, 3], times,
    parts u8 [T, size / 2, size / 2] of body.PARTS)."""
    rng = np.random.default_rng(seed)
    label = LABELS[rng.integers(len(LABELS))] if label is None else label
    rate = rng.uniform(8.5, 12) if rng.random() < .6 else 10.
    dt = np.full(T, 1 / rate)
    if rng.random() < .35:
        dt *= np.clip(rng.normal(1, rng.uniform(.05, .3), T), .3, 2)
    times = np.cumsum(dt) - dt[0]
    dur = times[-1]
    dup = rng.random(T) < rng.uniform(.02, .15) if rng.random() < .1 else np.zeros(T, bool)
    sub = 3 if rng.random() < .13 else 1
    expo = rng.uniform(.3, .8) / rate
    tt = (times[:, None] + np.arange(sub)[None] * expo / max(1, sub)).ravel()

    # camera
    far = rng.random()
    hc = rng.uniform(.8, 2.2) if rng.random() < .55 else rng.uniform(2, 5)
    d = rng.uniform(2.3, 5) if rng.random() < .5 else rng.uniform(4, 14)
    d = max(d, 1.25 * hc)
    frac = rng.uniform(.24, .42) if far < .05 else rng.uniform(1., 1.15) if far > .95 else .42 + .55 * rng.beta(1.5, 1.5)
    if near:                                                # nobody far away, and room for raised arms: 50 to 95 % of the frame's height
        frac = .5 + .45 * rng.beta(1.5, 1.5)
    Hmain = rng.normal(1.72, .1) if rng.random() < .88 else rng.uniform(1.15, 1.5)
    dist = np.hypot(d, hc - .8)
    f = frac * (size * .875) * dist / Hmain
    pitch = np.arctan2(hc - .5 * Hmain, d)
    bw, bh = int(size * 2.2), int(size * 1.5)
    cam = np.array([hc, np.cos(pitch), np.sin(pitch), f, bw / 2, bh / 2])
    view = size * dist / f                                # metres across the picture
    R = np.clip(.3 * view, .3, .33 * d)

    people, things = [], []
    at = np.array([0., d])
    if label != "nothing happening":
        segs = plan(rng, label, dur)
        travel = label in ("walking", "running") and rng.random() < .3 and len(segs) == 1
        if travel:                                          # comes in, crosses, leaves
            hd = rng.choice([-1, 1]) * np.pi / 2 + rng.normal(0, .3)
            me = Actor(rng, segs, tt, (0, 0), 99, hd, Hmain)
            mid = me.path[int(len(tt) * rng.uniform(.3, .7))]
            shift = np.array([-mid[0], d - mid[1]])
            me.J[..., 0] += shift[0]
            me.J[..., 2] += shift[1]
            me.path[:, :2] += shift
        else:
            me = Actor(rng, segs, tt, at, R, _heading(rng, segs), Hmain)
        people.append(me)
        if rng.random() < .17:
            for _ in range(rng.integers(1, 3)):
                lab2 = rng.choice(["standing still", "standing still", "walking", label])
                z2 = d * rng.uniform(1.4, 2.1) + .6
                x2 = rng.choice([-1, 1]) * rng.uniform(.12, .5) * view * z2 / d
                people.append(Actor(rng, plan(rng, lab2, dur), tt, (x2, z2), .6))
    if label == "nothing happening":
        for _ in range(rng.integers(0, 4)):
            things.append(Thing(rng, d))
    elif rng.random() < .1:
        things.append(Thing(rng, d + 1.5))
    scene = Scene(rng, bw, bh, cam, d)

    # the moving crop: shake, pan, zoom, roll
    n = len(tt)
    ox, oy = rng.normal(0, .06, 2) * size
    follow = rng.uniform(.6, 1) if rng.random() < .45 else rng.uniform(0, .15)
    shake = rng.exponential(1.2) * size / 128 if rng.random() < .4 else 0.
    sx, sy = A.wobble(rng, tt, shake, 2.5, 5), A.wobble(rng, tt, shake, 2.5, 5)
    roll = A.wobble(rng, tt, .006 * min(shake, 3), 1.5) + (rng.normal(0, .03) if rng.random() < .3 else 0)
    zoom = 1 + (A.wobble(rng, tt, .06, .15) if rng.random() < .12 else 0 * tt)
    asp = rng.normal(1, .035)
    cx, cy = np.full(n, bw / 2.), np.full(n, bh / 2.)
    if people:
        J = people[0].J
        c = np.array([project(*J[i].mean(0), cam)[:2] for i in range(n)])
        k = max(1, int(rng.uniform(.3, 1.2) * rate * sub))
        ker = np.hanning(2 * k + 3)
        ker /= ker.sum()
        sm = np.stack([np.convolve(np.pad(c[:, q], k + 1, mode="edge"), ker, "valid") for q in (0, 1)], 1)
        if travel:
            follow = follow if follow > .3 else 0.
        else:                                               # a still camera is at least aimed at the action
            med = np.median(c, 0)
            cx[:], cy[:] = med[0], bh / 2 + .5 * (med[1] - bh / 2)
        cx = cx + follow * (sm[:, 0] - cx)
        cy = cy + .5 * follow * (sm[:, 1] - cy)
    cx, cy = cx + ox + sx, cy + oy + sy
    cx, cy = np.clip(cx, size * .45, bw - size * .45), np.clip(cy, size * .45, bh - size * .45)

    # light
    el, az = rng.uniform(.5, 1.5), rng.uniform(-np.pi, np.pi)
    sun = np.array([np.cos(el) * np.sin(az), np.sin(el), np.cos(el) * np.cos(az)])     # towards the light
    L = np.array([sun[0], -(sun[1] * cam[1] + sun[2] * cam[2]), sun[2] * cam[1] - sun[1] * cam[2]])
    amb, diff = rng.uniform(.35, .75), rng.uniform(.3, .8)
    sh = rng.uniform(.15, .65) if rng.random() < .7 else 0.
    if sh and rng.random() < .35:                           # soft, overhead
        sun = np.array([0.05, 1., 0.05])
    soft = rng.uniform(1.2, 6) * size / 128

    # exposure over time: a camera's automatic exposure brings the first picture to a mean of `target`; a tenth are darker
    target = rng.uniform(.3, .58) if rng.random() < .9 else rng.uniform(.15, .3)
    gain = None
    gains = np.ones(T)
    if rng.random() < (.35 if label == "nothing happening" else .05):
        for _ in range(rng.integers(1, 4)):
            gains[rng.integers(0, T):] = rng.uniform(.35, 1.3)
    if rng.random() < .1:
        gains = gains * (1 + A.wobble(rng, times, .12, 1.5))
    cast = 1 + rng.normal(0, .06, 3)
    grey = rng.random() < .1
    gamma = rng.uniform(.65, 1.1)
    noise = rng.exponential(.02) if rng.random() < .7 else 0.
    occ = None
    if people and rng.random() < .1:                        # something in front, low or narrow
        occ = (rng.random() < .5, rng.uniform(.72, .95), rng.uniform(.1, .9), rng.uniform(.02, .05), colour(rng, .02, .6, .4))

    frames = np.zeros((T, size, size, 3), np.uint8)
    j2d = np.zeros((T, len(AUX), 2), np.float32)
    j3d = np.zeros((T, len(AUX), 3), np.float32)
    lab = np.full(T, NOTHING, np.uint8)
    parts = np.zeros((T, size // 2, size // 2), np.uint8)
    prims = np.zeros((400, PW))
    bg = scene.img
    static = shake == 0 and np.ptp(cx) < .3 and np.ptp(cy) < .3 and np.ptp(zoom) == 0
    cached = None
    for i in range(T):
        acc = None
        if dup[i] and i:
            frames[i], j2d[i], j3d[i], lab[i], parts[i] = frames[i - 1], j2d[i - 1], j3d[i - 1], lab[i - 1], parts[i - 1]
            continue
        for s in range(sub):
            j = i * sub + s
            z = zoom[j]
            co, si = np.cos(roll[j]) * z, np.sin(roll[j]) * z
            M = np.array([[co * asp, -si, 0], [si * asp, co, 0]])
            M[:, 2] = size / 2 - M[:, :2] @ (cx[j], cy[j])
            if cached is None or not static:
                img = cv2.warpAffine(bg, M, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
                gm = cv2.warpAffine(scene.ground, M, (size, size), borderMode=cv2.BORDER_REFLECT)
                cached = (img, gm)
            img, gm = cached[0].copy(), cached[1]
            k = 0
            for p in people:
                first = k
                k = p.prims(prims, k, j)
                if p is not people[0]:
                    prims[first:k, 23] = np.where(prims[first:k, 23] > 0, OTHER, 0)
            for q in things:
                k = q.prims(prims, k, tt[j])
            if sh:
                shadows(img, gm, prims, k, cam, M, sun, sh, soft)
            depth = np.full((size, size), 1e9, np.float32)
            part = np.zeros((size, size), np.uint8)
            draw(img, depth, part, prims, k, cam, M, L, amb, diff)
            if s == sub // 2:
                parts[i] = part[1::2, 1::2]
            acc = img if acc is None else acc + img
        img = acc / sub if sub > 1 else acc
        if occ is not None:
            low, y, x, w, c = occ
            if low:
                img[int(y * size):] = c
                parts[i, int(y * size / 2):] = 0
            else:
                img[:, int((x - w / 2) * size):int((x + w / 2) * size)] = c
                parts[i, :, int((x - w / 2) * size / 2):int((x + w / 2) * size / 2)] = 0
        if gain is None:
            gain = np.clip(target ** (1 / gamma) / img.mean(), .3, 5)
        img = img * (gain * gains[i] * cast)
        if grey:
            img[:] = img.mean(2, keepdims=True)
        img = np.clip(img, 0, 1.3) ** gamma
        if noise:
            a, b, c = rng.integers(0, 8), rng.integers(0, 512 - size) if size < 512 else 0, rng.integers(0, 512 - size) if size < 512 else 0
            img += noise * _NOISE[a, b:b + size, c:c + size, None] if grey or size > 512 else \
                noise * np.stack([_NOISE[(a + q) % 8, b:b + size, c:c + size] for q in range(3)], 2)
        frames[i] = (np.clip(img, 0, 1) * 255).astype(np.uint8)
        if people:
            m = i * sub + sub // 2
            me = people[0]
            for q, jj in enumerate(AUX):
                u, v, zc = project(*me.J[m, jj], cam)
                j2d[i, q] = M[0, 0] * u + M[0, 1] * v + M[0, 2], M[1, 0] * u + M[1, 1] * v + M[1, 2]
            rel = (me.J[m, AUX] - me.J[m, 0]) / me.H
            j3d[i, :, 0] = rel[:, 0]
            j3d[i, :, 1] = rel[:, 1] * cam[1] + rel[:, 2] * cam[2]
            j3d[i, :, 2] = rel[:, 2] * cam[1] - rel[:, 1] * cam[2]
            b0, b1 = size / 16, size * 15 / 16
            seen = ((j2d[i] > b0) & (j2d[i] < b1)).all(1).sum()
            lab[i] = me.lab[m] if seen >= 5 else NOTHING
    if rng.random() < .2:
        q = int(rng.uniform(.5, .9) * size)
        for i in range(T):
            frames[i] = cv2.resize(cv2.resize(frames[i], (q, q), interpolation=cv2.INTER_AREA), (size, size), interpolation=cv2.INTER_LINEAR)
    if not clean and rng.random() < .4:
        frames = h264(frames, rng.uniform(22, 37), rng)
    return {"frames": frames, "label": lab, "j2d": j2d, "j3d": j3d, "times": times, "parts": parts, "person": bool(people)}
