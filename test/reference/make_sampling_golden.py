"""Writes test/evaluate/golden/sampling.json: frame numbers by NumPy, as the published X-CLIP evaluations compute them.

even: SampleFrames(clip_len=1, frame_interval=1, num_clips=T, test_mode=True) of microsoft/VideoX.
jittered: the same without test_mode, its random offsets given as `draws` (fractions of a part, below 1).
stretch: sample_frame_indices of the X-CLIP notebook, its random end given as a fraction of what it may be.
Only NumPy is needed. The formulas are restated, not copied.
"""
import json
from pathlib import Path

import numpy as np

OUT = Path(__file__).resolve().parents[1] / "evaluate" / "golden" / "sampling.json"
FRAMES = [1, 4, 8, 16, 32]
PICTURES = [1, 2, 3, 7, 8, 9, 15, 16, 17, 29, 31, 32, 33, 48, 63, 64, 65, 100, 144, 179, 180, 251, 300, 901, 1776]


def even(total, frames):
    part = (total - 1 + 1) / float(frames)
    return (np.arange(frames) * part + part / 2.0).astype(int) % total


def jittered(total, frames, draws):
    part = total // frames
    if part > 0:
        offsets = np.floor(np.asarray(draws) * part).astype(int)
        return (np.arange(frames) * part + offsets) % total
    ratio = (total - 1 + 1.0) / frames
    return np.around(np.arange(frames) * ratio).astype(int) % total


def stretch(total, frames, step, draw):
    length = int(frames * step)
    end = length + int(np.floor(draw * (total - length)))
    start = end - length
    return np.clip(np.linspace(start, end, num=frames), start, end - 1).astype(np.int64)


def main():
    rng = np.random.default_rng(7)
    cases = []
    for frames in FRAMES:
        for total in PICTURES:
            draws = [round(float(x), 6) for x in rng.random(frames) * 0.999999]
            case = {"pictures": total, "frames": frames, "draws": draws}
            case["even"] = even(total, frames).tolist()
            case["jittered"] = jittered(total, frames, draws).tolist()
            for step in (1, 4):
                if total > frames * step:
                    case[f"stretch{step}"] = stretch(total, frames, step, draws[0]).tolist()
            cases.append(case)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")


if __name__ == "__main__":
    main()
