"""A depth-buffered rasteriser for tapered capsules, and their shadows on the ground; numba, no other dependency."""
import numpy as np
from numba import njit


@njit(cache=True, fastmath=True)
def project(x, y, z, cam):
    """World metres -> (u, v, depth) in background pixels. cam = [height, cos pitch, sin pitch, f, cx, cy]."""
    dy = y - cam[0]
    zc = z * cam[1] - dy * cam[2]
    yc = dy * cam[1] + z * cam[2]
    zz = max(zc, .05)
    return cam[4] + cam[3] * x / zz, cam[5] - cam[3] * yc / zz, zc


@njit(cache=True, fastmath=True)
def shadows(img, ground, prims, n, cam, A, sun, strength, soft):
    """Darken ground pixels under the figures. A = 2x3 map from background pixels to frame pixels. sun = world light."""
    Hh, Ww = ground.shape
    sh = np.zeros((Hh, Ww), np.float32)
    sc = np.sqrt(abs(A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0]))
    lx, lz = sun[0] / sun[1], sun[2] / sun[1]
    for i in range(n):
        p = prims[i]
        ax, az, bx, bz = p[0] - lx * p[1], p[2] - lz * p[1], p[4] - lx * p[5], p[6] - lz * p[5]
        u0, v0, z0 = project(ax, 0., az, cam)
        u1, v1, z1 = project(bx, 0., bz, cam)
        if z0 < .4 or z1 < .4:
            continue
        x0, y0 = A[0, 0] * u0 + A[0, 1] * v0 + A[0, 2], A[1, 0] * u0 + A[1, 1] * v0 + A[1, 2]
        x1, y1 = A[0, 0] * u1 + A[0, 1] * v1 + A[0, 2], A[1, 0] * u1 + A[1, 1] * v1 + A[1, 2]
        r0, r1 = p[3] * cam[3] * sc / z0, p[7] * cam[3] * sc / z1
        sq = max(.12, min(1., cam[0] / max(z0, .5) + cam[2] * .3))
        R = max(r0, r1) + soft
        xa, xb = int(max(0, min(x0, x1) - R)), int(min(Ww - 1, max(x0, x1) + R + 1))
        ya, yb = int(max(0, min(y0, y1) - R * sq - 1)), int(min(Hh - 1, max(y0, y1) + R * sq + 2))
        dx, dy = x1 - x0, (y1 - y0) / sq
        L = dx * dx + dy * dy + 1e-6
        for y in range(ya, yb + 1):
            for x in range(xa, xb + 1):
                px, py = x - x0, (y - y0) / sq
                t = min(1., max(0., (px * dx + py * dy) / L))
                ex, ey = px - t * dx, py - t * dy
                d = np.sqrt(ex * ex + ey * ey)
                a = (r0 + (r1 - r0) * t - d + soft * .5) / soft
                if a > 0:
                    a = min(1., a)
                    if a > sh[y, x]:
                        sh[y, x] = a
    for y in range(Hh):
        for x in range(Ww):
            if sh[y, x] > 0 and ground[y, x] > 0:
                k = 1 - strength * sh[y, x] * ground[y, x]
                for c in range(3):
                    img[y, x, c] *= k


@njit(cache=True, fastmath=True)
def draw(img, depth, part, prims, n, cam, A, light, amb, diff):
    """Draw n capsules into img [H, W, 3] (linear 0..1) with a depth buffer, and their body parts into part [H, W].

    light: camera frame, y down, z away."""
    Hh, Ww = depth.shape
    sc = np.sqrt(abs(A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0]))
    for i in range(n):
        p = prims[i]
        u0, v0, z0 = project(p[0], p[1], p[2], cam)
        u1, v1, z1 = project(p[4], p[5], p[6], cam)
        if z0 < .35 or z1 < .35:
            continue
        x0, y0 = A[0, 0] * u0 + A[0, 1] * v0 + A[0, 2], A[1, 0] * u0 + A[1, 1] * v0 + A[1, 2]
        x1, y1 = A[0, 0] * u1 + A[0, 1] * v1 + A[0, 2], A[1, 0] * u1 + A[1, 1] * v1 + A[1, 2]
        r0, r1 = p[3] * cam[3] * sc / z0, p[7] * cam[3] * sc / z1
        R = max(r0, r1) + 1
        xa, xb = int(max(0, min(x0, x1) - R)), int(min(Ww - 1, max(x0, x1) + R + 1))
        ya, yb = int(max(0, min(y0, y1) - R)), int(min(Hh - 1, max(y0, y1) + R + 1))
        dx, dy = x1 - x0, y1 - y0
        L = dx * dx + dy * dy + 1e-6
        il = 1 / np.sqrt(L)
        pat = int(p[14])
        # the head's facing direction in the camera frame (y down)
        hx = p[17]
        hz = p[19] * cam[1] - p[18] * cam[2]
        hy = -(p[18] * cam[1] + p[19] * cam[2])
        for y in range(ya, yb + 1):
            for x in range(xa, xb + 1):
                px, py = x - x0, y - y0
                t = min(1., max(0., (px * dx + py * dy) / L))
                ex, ey = px - t * dx, py - t * dy
                d2 = ex * ex + ey * ey
                r = r0 + (r1 - r0) * t
                if d2 > (r + .5) * (r + .5):
                    continue
                d = np.sqrt(d2)
                a = min(1., max(0., r - d + .5))
                q = d / max(r, .5)
                nz = np.sqrt(max(0., 1 - q * q))
                z = z0 + (z1 - z0) * t - nz * (p[3] + (p[7] - p[3]) * t)
                if z > depth[y, x]:
                    continue
                nx, ny = ex / max(r, .5), ey / max(r, .5)
                w = 0.
                if pat == 1:
                    w = 1. if np.sin(p[15] * t * 3. + p[16]) > 0 else 0.
                elif pat == 2:
                    w = 1. if np.sin(p[15] * (px * dy - py * dx) * il / max(r, .5) + p[16]) > 0 else 0.
                elif pat == 3:
                    w = 0. if nx * hx + ny * hy - nz * hz > p[20] else 1.
                elif pat == 4:
                    w = 1. if np.sin(p[15] * t * 3. + p[16]) * np.sin(p[15] * (px * dy - py * dx) * il / max(r, .5)) > 0 else 0.
                lam = nx * light[0] + ny * light[1] - nz * light[2]
                s = (amb + diff * max(0., lam)) * (.58 + .42 * nz) * p[22]
                for c in range(3):
                    col = (p[8 + c] * (1 - w) + p[11 + c] * w) * s
                    img[y, x, c] = img[y, x, c] * (1 - a) + col * a
                if a > .5:
                    depth[y, x] = z
                    part[y, x] = p[23]
