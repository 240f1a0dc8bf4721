"""Write a contact sheet of the renderer: one row per action, frames in time order.

    python contact_sheet.py out.png [first_seed] [rows_per_action] [label ...]
"""
import sys
import time

import cv2
import numpy as np

from labels import LABELS
from renderer.sequence import SPLITS, render


def main():
    out = sys.argv[1]
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    names = sys.argv[4:] or LABELS
    sheet, t = [], 0.
    for name in names:
        for r in range(rows):
            a = time.time()
            s = render(SPLITS["train"] + seed + r + len(sheet), name, T=64, near=True)
            t += time.time() - a
            f = s["frames"][8:58:5].copy()
            for i, x in enumerate(f):
                cv2.putText(x, LABELS[s["label"][8 + 5 * i]][:18], (2, 10), 0, .32, (255, 255, 0), 1, cv2.LINE_AA)
            sheet.append(np.concatenate(list(f), 1))
    print("ms per frame", 1000 * t / (64 * len(sheet)))
    img = np.concatenate(sheet, 0)[..., ::-1]
    cv2.imwrite(out, img)


if __name__ == "__main__":
    main()
