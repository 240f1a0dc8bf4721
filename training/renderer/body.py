"""Pose vector -> 3D joints (two-bone inverse kinematics) -> tapered capsules, compiled with numba."""
import numpy as np
from numba import njit

# joint indices
PELVIS, NECK, HEADC, LSH, RSH, LEL, REL, LHA, RHA, LHIP, RHIP, LKN, RKN, LAN, RAN, LTOE, RTOE = range(17)
NJ = 17
# the joints used as auxiliary targets in training
AUX = np.array([HEADC, NECK, PELVIS, LEL, REL, LHA, RHA, LKN, RKN, LAN, RAN, LSH, RSH])


@njit(cache=True, fastmath=True)
def _mm(a, b):
    c = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            c[i, j] = a[i, 0] * b[0, j] + a[i, 1] * b[1, j] + a[i, 2] * b[2, j]
    return c


@njit(cache=True, fastmath=True)
def _mv(a, v):
    c = np.zeros(3)
    for i in range(3):
        c[i] = a[i, 0] * v[0] + a[i, 1] * v[1] + a[i, 2] * v[2]
    return c


@njit(cache=True, fastmath=True)
def _rot(pitch, roll, yaw):
    """Columns are the body's right, up and forward axes after roll, then pitch, then yaw."""
    cp, sp, cr, sr, cy, sy = np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll), np.cos(yaw), np.sin(yaw)
    rz = np.array([[cr, sr, 0.], [-sr, cr, 0.], [0., 0., 1.]])
    rx = np.array([[1., 0., 0.], [0., cp, -sp], [0., sp, cp]])
    ry = np.array([[cy, 0., sy], [0., 1., 0.], [-sy, 0., cy]])
    return _mm(_mm(ry, rx), rz)


@njit(cache=True, fastmath=True)
def _ik(a, target, l1, l2, pole):
    """The middle joint and the end of a two-bone chain from a towards target, bending towards pole."""
    d = target - a
    n = np.sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]) + 1e-9
    u = d / n
    m = min(max(n, abs(l1 - l2) + 1e-3), (l1 + l2) * .999)
    x = (l1 * l1 - l2 * l2 + m * m) / (2 * m)
    h = np.sqrt(max(0., l1 * l1 - x * x))
    q = pole - u * (pole[0] * u[0] + pole[1] * u[1] + pole[2] * u[2])
    q = q / (np.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2]) + 1e-6)
    return a + u * x + q * h, a + u * m


@njit(cache=True, fastmath=True)
def joints(p, rx, ry, rz, heading, H, sw, hw, leg):
    """17 joints in metres. sw, hw: half widths of shoulders and hips, leg: leg length factor (all per height)."""
    J = np.zeros((NJ, 3))
    Rh = _rot(0., 0., heading)
    root = np.array([rx, ry, rz])
    Rp = _mm(Rh, _rot(p[3], p[4], p[5]))
    Rt = _mm(Rp, _rot(p[6], p[7], p[8]))
    Rhd = _mm(Rt, _rot(p[9], 0., p[10]))
    pel = root + _mv(Rh, p[0:3] * H)
    J[PELVIS] = pel
    J[NECK] = pel + _mv(Rt, np.array([0., .292 * H, 0.]))
    J[HEADC] = J[NECK] + _mv(Rhd, np.array([0., .1 * H, .012 * H]))
    for s in range(2):
        g = -1. if s == 0 else 1.
        J[LSH + s] = J[NECK] + _mv(Rt, np.array([g * sw * H, -.012 * H, 0.]))
        hand = p[11 + 3 * s:14 + 3 * s] * H
        J[LEL + s], J[LHA + s] = _ik(J[LSH + s], J[LSH + s] + _mv(Rt, hand), .168 * H, .158 * H,
                                     _mv(Rt, np.array([g * .45, -.55, -.75])))
        J[LHIP + s] = pel + _mv(Rp, np.array([g * hw * H, -.01 * H, 0.]))
        ank = root + _mv(Rh, p[17 + 3 * s:20 + 3 * s] * H)
        J[LKN + s], J[LAN + s] = _ik(J[LHIP + s], ank, .243 * H * leg, .243 * H * leg,
                                     _mv(Rp, np.array([g * (.12 + p[26]), 0.1, 1.])))
        sh = J[LAN + s] - J[LKN + s]
        sh = sh / (np.sqrt((sh * sh).sum()) + 1e-9)
        fw = _mv(Rp, np.array([g * .2, 0., 1.]))
        fw = fw - sh * (fw * sh).sum()
        fw = fw / (np.sqrt((fw * fw).sum()) + 1e-6)
        c, t = np.cos(p[23 + s]), np.sin(p[23 + s])
        J[LTOE + s] = J[LAN + s] + (fw * c + sh * t) * (.1 * H)
    for j in range(NJ):
        lim = .03 * H if j not in (HEADC, NECK) else .06 * H
        if J[j, 1] < lim:
            J[j, 1] = lim
    return J, Rt, Rhd


# Primitive rows: ax ay az ra  bx by bz rb  r1 g1 b1  r2 g2 b2  pattern freq phase  axis xyz thr  shade  part
PW = 24
# what a primitive belongs to (left and right are one); everything that is no person is 0, everybody but the first OTHER
HEAD, TORSO, UPPER_ARM, FOREARM, THIGH, SHIN, OTHER = range(1, 8)
PARTS = 8


@njit(cache=True, fastmath=True)
def _put(P, i, a, b, ra, rb, c1, c2, pat, fr, ph, part):
    P[i, 0:3] = a
    P[i, 3] = ra
    P[i, 4:7] = b
    P[i, 7] = rb
    P[i, 8:11] = c1
    P[i, 11:14] = c2
    P[i, 14] = pat
    P[i, 15] = fr
    P[i, 16] = ph
    P[i, 22] = 1.
    P[i, 23] = part
    return i + 1


@njit(cache=True, fastmath=True)
def figure(P, i, J, Rt, Rhd, H, L, C, hold):
    """Append one figure's primitives to P from row i; returns the next row.

    L: look parameters (girth, hair, sleeve, trousers, skirt, torso pattern, its freq, leg pattern, hat, pack, head,
    object radius, stripe phase); C: colours [9, 3] = skin, hair, top, top 2, legs, legs 2, shoes, hat, object.
    """
    g = L[0] * H
    skin, hair, top, top2, leg, leg2, shoe, hat, obj = C[0], C[1], C[2], C[3], C[4], C[5], C[6], C[7], C[8]
    hr = .062 * H * L[10]
    k = i
    i = _put(P, i, J[HEADC], J[HEADC] - Rhd[:, 1] * (.022 * H), hr, hr * .8, skin, hair, 3, 0, 0, HEAD)
    P[k, 17:20] = Rhd[:, 2] * .88 - Rhd[:, 1] * .48
    P[k, 20] = L[1]
    if L[1] > .35:                                # long hair
        i = _put(P, i, J[HEADC] - Rhd[:, 2] * (.02 * H), J[HEADC] - Rhd[:, 2] * (.045 * H) - Rhd[:, 1] * (.12 * H),
                 hr * .95, hr * .6, hair, hair, 0, 0, 0, HEAD)
    if L[8] > 0:
        i = _put(P, i, J[HEADC] + Rhd[:, 1] * (.035 * H), J[HEADC] + Rhd[:, 1] * (.045 * H) + Rhd[:, 2] * (L[8] * H),
                 hr * .95, hr * .55, hat, hat, 0, 0, 0, HEAD)
    i = _put(P, i, J[NECK] - Rt[:, 1] * (.02 * H), J[NECK] + (J[HEADC] - J[NECK]) * .6, .032 * g, .03 * g, skin, skin, 0, 0, 0, HEAD)
    tp, tf, ph = L[5], L[6], L[12]
    mid = J[PELVIS] + Rt[:, 1] * (.25 * H)
    i = _put(P, i, J[PELVIS], mid, .078 * g, .074 * g, top, top2, tp, tf, ph, TORSO)
    for s in range(2):
        i = _put(P, i, J[LHIP + s] + Rt[:, 1] * (.04 * H), J[LSH + s] * .75 + J[NECK] * .25 - Rt[:, 1] * (.05 * H),
                 .058 * g, .062 * g, top, top2, tp, tf, ph, TORSO)
    i = _put(P, i, J[LSH], J[RSH], .047 * g, .047 * g, top, top2, 0, tf, ph, TORSO)
    i = _put(P, i, J[LHIP], J[RHIP], .072 * g, .072 * g, leg, leg2, 0, 0, 0, TORSO)
    for s in range(2):
        sl = L[2]
        i = _put(P, i, J[LSH + s], J[LEL + s], .041 * g, .032 * g, top if sl > .2 else skin, top2, tp if sl > .2 else 0, tf, ph, UPPER_ARM)
        cu = top if sl > .6 else skin
        i = _put(P, i, J[LEL + s], J[LHA + s], .031 * g, .023 * g, cu, top2, tp if sl > .6 else 0, tf, ph, FOREARM)
        d = J[LHA + s] - J[LEL + s]
        d = d / (np.sqrt((d * d).sum()) + 1e-6)
        i = _put(P, i, J[LHA + s], J[LHA + s] + d * (.045 * H), .024 * H, .022 * H, skin, skin, 0, 0, 0, FOREARM)
        i = _put(P, i, J[LHIP + s], J[LKN + s], .064 * g, .045 * g, leg, leg2, L[7], 9., ph, THIGH)
        i = _put(P, i, J[LKN + s], J[LAN + s], .043 * g, .03 * g, leg if L[3] > .5 else skin, leg2, L[7] if L[3] > .5 else 0, 9., ph, SHIN)
        i = _put(P, i, J[LAN + s], J[LTOE + s], .032 * H, .025 * H, shoe, shoe, 0, 0, 0, SHIN)
    if L[4] > 0:
        i = _put(P, i, J[PELVIS] + Rt[:, 1] * (.03 * H), (J[LKN] + J[RKN]) * .5 * L[4] + J[PELVIS] * (1 - L[4]),
                 .08 * g, .115 * g, leg, leg2, L[7], 6., ph, THIGH)
    if L[9] > 0:
        i = _put(P, i, J[NECK] - Rt[:, 1] * (.05 * H) - Rt[:, 2] * (.1 * H), J[PELVIS] + Rt[:, 1] * (.08 * H) - Rt[:, 2] * (.1 * H),
                 .06 * H, .075 * H, hat, hat, 0, 0, 0, TORSO)
    if hold != 0:
        s = 1 if hold > 0 else 0
        d = J[LHA + s] - J[LEL + s]
        d = d / (np.sqrt((d * d).sum()) + 1e-6)
        q = J[LHA + s] + d * (.05 * H + .5 * L[11])
        i = _put(P, i, q, q + Rt[:, 0] * L[11] * .4, L[11], L[11], obj, obj, 0, 0, 0, 0)
    return i
