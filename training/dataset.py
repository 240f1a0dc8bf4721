"""Windows out of the rendered shards: sampling, soft labels, augmentation, and the targets of the auxiliary heads."""
import os
from pathlib import Path

import cv2
import numpy as np

from labels import LABELS, NOTHING

REFERENCE = .65            # where in the window the label applies
SIGMA = 5.                 # frames of a 32-frame window
CROP = 112
CELLS = 4                  # body parts are asked for in CELLS x CELLS cells of every patch
MEAN = np.array([.485, .456, .406], np.float32)
STD = np.array([.229, .224, .225], np.float32)
# mirrored pairs of body.AUX: head neck pelvis lel rel lha rha lkn rkn lan ran lsh rsh
MIRROR = np.array([0, 1, 2, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11])


def reference_weights(T=32):
    i = np.arange(32)
    w = np.exp(-.5 * ((i - REFERENCE * 31) / SIGMA) ** 2)
    w = w if T == 32 else w[np.linspace(0, 31, T).round().astype(int)]
    return (w / w.sum()).astype(np.float32)


class Pictures:
    """A .npy file [N, T, H, W, ...] of u8 read picture by picture: mapped into memory, it would be read several times over."""

    def __init__(self, path):
        m = np.load(path, mmap_mode="r")
        self.shape, self.offset = m.shape, m.offset
        self.file = os.open(path, os.O_RDONLY)

    def read(self, i, s, idx):
        """Frames s + idx of sequence i; idx: numbers below 32 in order, or a slice(None) for all 32."""
        one = int(np.prod(self.shape[2:]))
        idx = np.arange(32)[idx]
        out = np.empty((len(idx), *self.shape[2:]), np.uint8)
        at = self.offset + (i * self.shape[1] + s) * one
        if len(idx) == 32:
            os.preadv(self.file, [out], at)
        else:
            for k, t in enumerate(idx):
                os.preadv(self.file, [out[k]], at + int(t) * one)
        return out


class Shards:
    """All shards of some folders; rescan() finds those rendered since."""

    def __init__(self, *folders, lit=False):
        self.lit = lit
        self.folders, self.names, self.frames, self.parts, self.meta = [Path(f) for f in folders], set(), [], [], []
        self.rescan()

    def rescan(self):
        for f in sorted(f for folder in self.folders for f in folder.glob("?????.npz")):
            if f not in self.names:
                self.names.add(f)
                self.frames.append(Pictures(f.with_suffix(".npy")))
                self.parts.append(Pictures(f.with_suffix(".parts.npy")))
                self.meta.append(dict(np.load(f)))
        self.label = np.concatenate([m["label"] for m in self.meta])
        self.per = len(self.meta[0]["label"])
        self.T = self.label.shape[1]
        w = reference_weights()
        n = self.T - 31
        # soft label of every window start, and per class the windows to draw from
        one = np.eye(len(LABELS), dtype=np.float32)[self.label]
        self.soft = np.stack([np.einsum("nft,f->nt", one[:, s:s + 32], w) for s in range(n)], 1)
        top, val = self.soft.argmax(2), self.soft.max(2)
        # sequences too dark to see anybody in are left out of training
        ok = np.concatenate([m["light"] for m in self.meta]) > 30 if self.lit else np.ones(len(top), bool)
        top[~ok] = 255
        self.pure = [np.argwhere((top == c) & (val > .9)) for c in range(len(LABELS))]
        self.mixed = [np.argwhere((top == c) & (val <= .9)) for c in range(len(LABELS))]
        return self

    def get(self, i, s, idx):
        return self.frames[i // self.per].read(i % self.per, s, idx)

    def cells(self, i, s, idx, x, y, side, n):
        """The body part at the n x n cell centres of the square (x, y, side) of the rendered frames: u8 [T, n, n]."""
        m = self.parts[i // self.per].read(i % self.per, s, idx)
        c = (np.arange(n) + .5) * side / n
        at = lambda o: np.clip(((o + c) / 2).astype(int), 0, m.shape[1] - 1)
        return m[:, at(y)][:, :, at(x)]

    def field(self, name, i, s, idx):
        return self.meta[i // self.per][name][i % self.per, s:s + 32][idx]


def window(rng, j2, person, label, zoom, size=128):
    """The square cut out of the rendered frames: x, y, side. A share `zoom` is zoomed in upon the figure, as an operator would."""
    here = label != NOTHING
    side = CROP
    if person and here.sum() >= 8 and rng.random() < zoom:
        p = j2[here].reshape(-1, 2)
        lo, hi = np.percentile(p, 2, 0) - 5, np.percentile(p, 98, 0) + 5
        ext = (hi - lo).max()
        side = int(np.clip(ext / rng.uniform(.7, 1.05), 56, 128))
        c = (lo + hi) / 2 + rng.uniform(-.5, .5, 2) * max(0, side - ext) + rng.normal(0, 2, 2)
        ox, oy = np.clip(np.round(c - side / 2), 0, size - side).astype(int)
        return ox, oy, side
    side = int(rng.integers(100, 129)) if person else int(rng.integers(56, 129))
    ox, oy = rng.integers(0, size - side + 1, 2)
    return ox, oy, side


def batch(sh, rng, B, T=32, keep=None, zoom=.75):
    """A class-balanced training batch as numpy arrays; pixels stay uint8, gain and offset come beside them."""
    idx = np.arange(32) if T == 32 else None
    out = {k: [] for k in ("px", "a", "b", "y", "lab", "j2d", "j3d", "vel", "on", "keep", "times", "parts")}
    for _ in range(B):
        c = rng.integers(len(LABELS))
        pool = sh.mixed[c] if rng.random() < .3 and len(sh.mixed[c]) else sh.pure[c]
        i, s = pool[rng.integers(len(pool))]
        if T != 32:
            step = rng.choice([2, 2, 3, 4]) if T <= 8 else 32 // T
            off = int(np.clip(round(REFERENCE * (32 - T * step)) + rng.integers(-2, 3), 0, 31 - (T - 1) * step))
            ii = np.arange(T) * step + off
        else:
            ii = idx
        f = sh.get(i, s, ii)
        j2 = sh.field("j2d", i, s, slice(None))
        ox, oy, side = window(rng, j2, bool(sh.meta[i // sh.per]["person"][i % sh.per]), sh.label[i, s:s + 32], zoom)
        f = f[:, oy:oy + side, ox:ox + side]
        if side != CROP:
            f = np.stack([cv2.resize(x, (CROP, CROP), interpolation=cv2.INTER_LINEAR) for x in f])
        j2 = (j2 - (ox, oy)) / side
        j3 = sh.field("j3d", i, s, slice(None)).copy()
        cells = sh.cells(i, s, ii, ox, oy, side, 7 * CELLS)
        if rng.random() < .5:
            f, cells = f[:, :, ::-1], cells[:, :, ::-1]
            j2, j3 = j2[:, MIRROR].copy(), j3[:, MIRROR]
            j2[..., 0] = 1 - j2[..., 0]
            j3[..., 0] *= -1
        vel = np.gradient(j3, axis=0) * 4
        vel[..., 1] += -np.gradient(j2[:, 2:3, 1], axis=0)[:, :] * 4      # and the pelvis's own way over the picture
        ps = j2[ii]
        on = bool(sh.meta[i // sh.per]["person"][i % sh.per])
        lab = sh.label[i, s:s + 32][ii]
        # x -> a * x + b per clip and channel: gain, contrast, colour, then the normalisation
        con = rng.uniform(.7, 1.3)
        gain = con * rng.uniform(.85, 1.15, 3)
        bias = rng.normal(0, .05) + f[::4, ::4, ::4].mean() / 255 * (1 - con)
        if rng.random() < .1:
            f = np.repeat(f.mean(-1, keepdims=True).astype(np.uint8), 3, -1)
        out["px"].append(f.transpose(0, 3, 1, 2))
        out["a"].append(gain / 255 / STD)
        out["b"].append((bias - MEAN) / STD)
        out["times"].append(ii)
        out["parts"].append(cells.reshape(-1, 7, CELLS, 7, CELLS).transpose(0, 1, 3, 2, 4).reshape(-1, 49, CELLS * CELLS))
        out["y"].append(sh.soft[i, s])
        out["lab"].append(lab)
        out["j2d"].append(ps * 2 - 1)
        out["j3d"].append(j3[ii])
        out["vel"].append(vel[ii])
        seen = ((ps > -.1) & (ps < 1.1)).all(-1).sum(-1) >= 5
        out["on"].append((seen & on).astype(np.float32))
        if keep:
            has = np.zeros(49)
            if on:
                q = np.clip((ps * 7).astype(int), -1, 7)
                q = q[((q >= 0) & (q < 7)).all(-1)]
                has[np.unique(q[:, 1] * 7 + q[:, 0])] = 1
            out["keep"].append(np.sort(np.argsort(-(rng.random(49) + .6 * has))[:keep]))
    return {k: np.stack(v) for k, v in out.items() if v}


def patch_targets(j2d):
    """j2d [B, T, J, 2] in -1..1 -> [B, T, 49, J]: how much of a joint's blob lies in each patch."""
    c = (np.arange(7, dtype=np.float32) * 2 + 1) / 7 - 1
    d = 2 / 7
    wx = np.clip(1 - np.abs(j2d[..., None, 0] - c) / d, 0, 1)
    wy = np.clip(1 - np.abs(j2d[..., None, 1] - c) / d, 0, 1)
    t = wy[..., :, None] * wx[..., None, :]                   # B T J 7 7
    return np.moveaxis(t.reshape(*t.shape[:3], 49), 2, 3)


def heldout(sh, limit=None, purity=.75):
    """The fixed evaluation windows: per class, evenly spread, one class holding >= purity of the reference weights."""
    out = []
    for c in range(len(LABELS)):
        ok = np.argwhere((sh.soft[..., c] >= purity))
        ok = ok[(ok[:, 1] % 4) == 0]
        if limit and len(ok) > limit:
            # as many different sequences as possible
            rng = np.random.default_rng(c)
            ok = ok[rng.permutation(len(ok))]
            _, first = np.unique(ok[:, 0], return_index=True)
            rest = np.setdiff1d(np.arange(len(ok)), first)
            ok = ok[np.concatenate([rng.permutation(first), rest])[:limit]]
        out += [(int(i), int(s), c) for i, s in ok]
    return out
