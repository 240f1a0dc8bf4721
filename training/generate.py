"""Render labelled sequences into shards that the trainer maps into memory.

    python generate.py --out DATA/train --split train --count 6000 --workers 2
    python generate.py --out DATA/heldout --split heldout --count 1080

Sequence i uses seed SPLITS[split] + i; in the held-out split the classes take turns, in training they are drawn.
A shard that exists is not rendered again, so the command can be stopped and repeated.
"""
import argparse
import os
from multiprocessing import Process, Value
from pathlib import Path

import numpy as np

from labels import LABELS

SHARD = 90          # sequences; a multiple of the number of classes
T, SIZE = 64, 128


def shard(out, split, k, near=False, first=0):
    from renderer.sequence import SPLITS, render
    path = out / f"{k:05d}"
    if (out / f"{k:05d}.npz").exists():
        return
    frames = np.lib.format.open_memmap(out / f"{k:05d}.tmp.npy", "w+", np.uint8, (SHARD, T, SIZE, SIZE, 3))
    parts = np.zeros((SHARD, T, SIZE // 2, SIZE // 2), np.uint8)
    rest = {"label": [], "j2d": [], "j3d": [], "times": [], "person": [], "seed": [], "light": []}
    for i in range(SHARD):
        n = first + k * SHARD + i
        seed = SPLITS[split] + n
        s = render(seed, LABELS[n % len(LABELS)], T, SIZE, near=near)
        s |= {"seed": seed, "light": s["frames"][::16, ::8, ::8].mean()}
        frames[i], parts[i] = s["frames"], s["parts"]
        for key in rest:
            rest[key].append(s[key])
    frames.flush()
    del frames
    os.replace(out / f"{k:05d}.tmp.npy", out / f"{k:05d}.npy")
    np.save(out / f"{k:05d}.parts.npy", parts)
    np.savez(out / f"{k:05d}.tmp.npz", **{a: np.array(b) for a, b in rest.items()})
    os.replace(out / f"{k:05d}.tmp.npz", out / f"{k:05d}.npz")


def work(out, split, nxt, n, near, first):
    while True:
        with nxt.get_lock():
            k = nxt.value
            nxt.value += 1
        if k >= n:
            return
        shard(out, split, k, near, first)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--out", type=Path, required=True)
    a.add_argument("--split", choices=["train", "heldout", "demo"], default="train")
    a.add_argument("--count", type=int, default=6000)
    a.add_argument("--first", type=int, default=0, help="number of the first sequence, to keep several folders of a split apart")
    a.add_argument("--workers", type=int, default=2)
    a.add_argument("--near", action="store_true", help="figures of 55 to 105 %% of the frame's height only")
    a = a.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    n = -(-a.count // SHARD)
    nxt = Value("i", 0)
    ps = [Process(target=work, args=(a.out, a.split, nxt, n, a.near, a.first)) for _ in range(a.workers)]
    [p.start() for p in ps]
    [p.join() for p in ps]


if __name__ == "__main__":
    main()
