"""Backgrounds: a perspective ground, walls or sky, furniture and boxes, all drawn once per sequence."""
import cv2
import numpy as np
from numba import njit

from .raster import project


def noise_tile(rng, n=256, octaves=5, pers=.55):
    """A tileable value-noise texture in 0..1."""
    out = np.zeros((n, n), np.float32)
    a = 1.
    for o in range(octaves):
        k = 4 << o
        g = rng.random((k, k)).astype(np.float32)
        g = np.pad(g, 1, mode="wrap")
        up = cv2.resize(g, None, fx=n / k, fy=n / k, interpolation=cv2.INTER_CUBIC)
        m = n // k
        out += a * up[m:m + n, m:m + n]
        a *= pers
    return (out - out.min()) / (np.ptp(out) + 1e-6)


@njit(cache=True, fastmath=True)
def _planes(W, H, cam, wall_z, wall_h, tex, gp, gc, gc2, wc, wc2, wp, sky1, sky2, fade, ang):
    img = np.zeros((H, W, 3), np.float32)
    ground = np.zeros((H, W), np.float32)
    depth = np.full((H, W), 1e9, np.float32)
    n = tex.shape[0]
    ca, sa = np.cos(ang), np.sin(ang)
    for y in range(H):
        vy = -(y - cam[5]) / cam[3]
        # ray in world: x, y, z per unit of camera depth
        ry = vy * cam[1] - cam[2]
        rz = vy * cam[2] + cam[1]
        for x in range(W):
            rx = (x - cam[4]) / cam[3]
            tg = -cam[0] / ry if ry < -1e-5 else 1e9
            tw = wall_z / rz if rz > 1e-5 else 1e9
            hw = cam[0] + ry * tw
            if tg < tw and tg < 80:
                X0, Z0 = rx * tg, rz * tg
                X, Z = X0 * ca + Z0 * sa, Z0 * ca - X0 * sa
                kind = int(gp[0])
                v = tex[int(X * gp[2]) % n, int(Z * gp[2]) % n]
                m = v
                if kind == 1:
                    m = .25 * v + .75 * ((np.floor(X * gp[1]) + np.floor(Z * gp[1])) % 2)
                elif kind == 2:
                    m = .4 * v + .6 * (1. if (X * gp[1]) % 1 < .92 and (Z * gp[1]) % 1 < .92 else 0.)
                elif kind == 3:
                    m = .5 * v + .5 * tex[int(np.floor(X * gp[1]) * 37) % n, int(np.floor(Z * gp[1] * .2) * 17) % n]
                k = 1 / (1 + max(0., tg - 4) * gp[3])
                m = .5 + (m - .5) * k
                f = min(1., tg * fade)
                for c in range(3):
                    img[y, x, c] = (gc[c] * (1 - m) + gc2[c] * m) * (1 - f) + sky1[c] * f
                ground[y, x] = 1
                depth[y, x] = tg
            elif tw < 1e8 and hw < wall_h:
                X = rx * tw
                kind = int(wp[0])
                v = tex[int(X * wp[2]) % n, int(hw * wp[2] + 100) % n]
                m = .35 * v
                if kind == 1:
                    row = np.floor(hw * wp[1])
                    m += .65 * (1. if (hw * wp[1]) % 1 < .9 and (X * wp[1] * .5 + .5 * (row % 2)) % 1 < .95 else 0.)
                elif kind == 2:
                    m += .65 * (1. if (X * wp[1]) % 1 < .5 else 0.)
                elif kind == 3:
                    m += .65 * (1. if hw < 1. else 0.)
                elif kind == 4:
                    m = v
                for c in range(3):
                    img[y, x, c] = wc[c] * (1 - m) + wc2[c] * m
                if hw < .1 and kind != 4:
                    for c in range(3):
                        img[y, x, c] *= .7
                depth[y, x] = tw
            else:
                e = min(1., max(0., vy * 1.5 + .2))
                v = tex[int(rx * 60) % n, int(vy * 140) % n]
                for c in range(3):
                    img[y, x, c] = sky2[c] * e + sky1[c] * (1 - e) + .12 * (v - .5)
                depth[y, x] = 1e8
    return img, ground, depth


def colour(rng, lo=.08, hi=.9, sat=.5):
    g = rng.uniform(lo, hi)
    c = g + sat * g * rng.normal(0, .4, 3)
    return np.clip(c, .02, 1).astype(np.float32)


def box(img, ground, depth, cam, rng, x, z, w, h, d, col, y0=0.):
    """A shaded box on the ground, painter-ordered by its own depth against the depth buffer."""
    P = {}
    for i, xx in enumerate((x - w / 2, x + w / 2)):
        for j, yy in enumerate((y0, y0 + h)):
            for k, zz in enumerate((z - d / 2, z + d / 2)):
                u, v, zc = project(xx, yy, zz, cam)
                if zc < .5:
                    return
                P[i, j, k] = (u, v, zc)
    faces = [([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)], 1.0)]
    faces.append(([(1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0)], .7) if x < 0 else
                 ([(0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 0)], .75))
    if y0 + h < cam[0]:
        faces.append(([(0, 1, 0), (1, 1, 0), (1, 1, 1), (0, 1, 1)], 1.2))
    for ids, s in faces[::-1]:
        pts = np.array([P[i][:2] for i in ids], np.float32)
        m = np.zeros(depth.shape, np.uint8)
        cv2.fillPoly(m, [np.round(pts * 8).astype(np.int32)], 1, cv2.LINE_8, 3)
        zc = min(P[i][2] for i in ids)
        m = (m > 0) & (depth > zc)
        img[m] = np.clip(col * s, 0, 1)
        ground[m] = 0
        depth[m] = np.minimum(depth[m], zc)


class Scene:
    """Static surroundings: img (linear-ish 0..1), ground mask, depth, all in background pixels."""

    def __init__(self, rng, W, H, cam, focus_z, clean=False):
        self.cam = cam
        tex = noise_tile(rng, 256, rng.integers(3, 6), rng.uniform(.4, .75))
        indoor = self.indoor = rng.random() < .55
        gk = rng.choice([0, 0, 1, 2, 3])
        if indoor:
            wall_z = focus_z + rng.uniform(1.2, 5)
            wall_h = rng.uniform(2.4, 6)
        else:
            wall_z = focus_z + rng.uniform(3, 25)
            wall_h = rng.choice([0, rng.uniform(1, 3), rng.uniform(3, 12)])
        gc = colour(rng, .12, .8, .3)
        con = rng.uniform(.03, .45)
        gc2 = np.clip(gc * (1 + rng.choice([-1, 1]) * con) + rng.normal(0, .02, 3), .02, 1).astype(np.float32)
        if not indoor and rng.random() < .4:           # grass
            gc, gc2 = np.array([.16, .3, .1], np.float32) * rng.uniform(.7, 1.7), np.array([.3, .42, .18], np.float32) * rng.uniform(.7, 1.4)
            gk = 0
        wc = colour(rng, .15, .95, .25)
        wc2 = np.clip(wc * rng.uniform(.5, 1.4) + rng.normal(0, .03, 3), .02, 1).astype(np.float32)
        sky1 = np.clip(np.array([.75, .82, .9]) * rng.uniform(.3, 1.1) + rng.normal(0, .05, 3), 0, 1).astype(np.float32)
        sky2 = np.clip(np.array([.45, .6, .85]) * rng.uniform(.2, 1.1) + rng.normal(0, .08, 3), 0, 1).astype(np.float32)
        if indoor:
            sky1 = sky2 = colour(rng, .4, .95, .15)
        gp = np.array([gk, rng.uniform(.6, 3), rng.uniform(12, 60), rng.uniform(.05, .25)])
        wp = np.array([rng.choice([0, 0, 1, 2, 3, 4]), rng.uniform(.8, 5), rng.uniform(8, 60)])
        self.img, self.ground, self.depth = _planes(
            W, H, cam, wall_z, wall_h, tex, gp, gc, gc2, wc, wc2, wp, sky1, sky2,
            0. if indoor else rng.uniform(0, .02), rng.uniform(-1, 1))
        img, ground, depth = self.img, self.ground, self.depth
        # pictures, windows, doors: rectangles on the far wall
        for _ in range(rng.integers(0, 5) if wall_h > 1.5 else 0):
            x, y = rng.uniform(-5, 5), rng.uniform(.2, max(.3, wall_h - 1))
            w, h = rng.uniform(.4, 2), rng.uniform(.5, 1.8)
            if rng.random() < .3:
                y, h, w = 0, 2.1, 1.
            box(img, ground, depth, cam, rng, x, wall_z - .03, w, h, .04, colour(rng, .05, 1, .5), y)
            if rng.random() < .5:
                box(img, ground, depth, cam, rng, x, wall_z - .06, w * .85, h * .88, .04, colour(rng, .1, 1, .5), y + h * .06)
        # things standing around, never in the middle
        self.front = np.zeros((H, W), np.float32)
        n = rng.integers(0, 6) if not clean else 3
        for _ in range(n):
            z = focus_z + rng.uniform(.3, max(.6, min(8, wall_z - focus_z - .4)))
            x = rng.choice([-1, 1]) * rng.uniform(.2, 5)
            k = rng.random()
            c = colour(rng, .05, .9, .6)
            if k < .25:
                box(img, ground, depth, cam, rng, x, z, .12, rng.uniform(1.5, 5), .12, c)
            elif k < .5:
                w = rng.uniform(1.2, 2.)
                box(img, ground, depth, cam, rng, x, z, w, .72, .7, c)
            elif k < .65:
                box(img, ground, depth, cam, rng, x, z, 1.8, .7, 4., c, .25)
                box(img, ground, depth, cam, rng, x, z, 1.5, .5, 2., c * .4, .95)
            else:
                box(img, ground, depth, cam, rng, x, z, rng.uniform(.3, 1.2), rng.uniform(.3, 2.), rng.uniform(.3, 1), c)
        # blobs of foliage
        self.trees = []
        if not indoor:
            for _ in range(rng.integers(0, 4)):
                x, z = rng.uniform(-9, 9), focus_z + rng.uniform(2.5, 15)
                h = rng.uniform(2, 6)
                c = np.array([.12, .26, .08]) * rng.uniform(.6, 1.8)
                u0, v0, zc = project(x, 0., z, cam)
                u1, v1, _ = project(x, h, z, cam)
                if zc < 1:
                    continue
                px = cam[3] / zc
                cv2.line(img, (int(u0), int(v0)), (int(u1), int(v1)), (.2, .14, .08), max(1, int(.18 * px)))
                for _ in range(14):
                    o = rng.normal(0, .7, 2) * px
                    s = c * rng.uniform(.6, 1.5)
                    cv2.circle(img, (int(u1 + o[0]), int(v1 + o[1] * .7)), max(1, int(rng.uniform(.2, .7) * px)),
                               tuple(float(q) for q in s), -1, cv2.LINE_AA)
                self.trees.append((u1, v1, px, c))
        # slow light falloff over the picture
        lo = cv2.resize(rng.uniform(1 - rng.uniform(0, .45), 1.1, (3, 4)).astype(np.float32), (W, H), interpolation=cv2.INTER_CUBIC)
        img *= lo[..., None]
        if rng.random() < .25:
            img[:] = cv2.GaussianBlur(img, (0, 0), rng.uniform(.6, 2.5))
        np.clip(img, 0, 1, out=img)
