"""Actions as functions of time.

A pose is a vector of D numbers in units of the body height, in a frame fixed to the person's root on the
ground (x = the person's right, y = up, z = forward):

  0:3   pelvis position              3:6   pelvis pitch (forward), roll (right), yaw (right)
  6:9   torso pitch/roll/twist on top of the pelvis         9:11  head pitch, yaw
  11:14 left hand, relative to the left shoulder, in the torso frame      14:17 right hand
  17:20 left ankle, root frame      20:23 right ankle      23:25 toe pitch left, right
  25    object in the hand (0/1)    26    knees apart (0..1)

Every factory draws the style of one performance from `rng` and returns f(t) -> poses [len(t), D], with t in
seconds since the action's start. Functions are total: they extend sensibly before 0 and after the end, so a
sequence can cross-fade neighbours.
"""
import numpy as np

D = 27
PEL, PROT, TOR, HEAD, LH, RH, LA, RA, TOE = (slice(0, 3), slice(3, 6), slice(6, 9), slice(9, 11), slice(11, 14),
                                            slice(14, 17), slice(17, 20), slice(20, 23), slice(23, 25))


def std():
    p = np.zeros(D)
    p[1] = 0.522
    p[LH] = (-0.045, -0.315, 0.03)
    p[RH] = (0.045, -0.315, 0.03)
    p[LA] = (-0.06, 0.04, 0.0)
    p[RA] = (0.06, 0.04, 0.0)
    return p


def smooth(x):
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def U(rng, a, b):
    return rng.uniform(a, b)


def wobble(rng, t, amp, fmax=0.7, n=3):
    """Smooth noise: a few sines of random frequency and phase."""
    out = np.zeros_like(t)
    for _ in range(n):
        out += np.sin(2 * np.pi * U(rng, 0.1, fmax) * t + U(rng, 0, 6.3)) * rng.normal() / n ** 0.5
    return amp * out


def tile(t, p):
    return np.repeat(p[None], len(t), 0)


def alive(rng):
    """A function adding idle sway to a pose track."""
    seeds = rng.integers(1 << 30)
    a = U(rng, 0.3, 1.3)

    def f(t, P):
        r = np.random.default_rng(seeds)
        for i, amp in ((0, .006), (2, .006), (6, .02), (7, .015), (8, .04), (9, .06), (10, .18),
                       (11, .008), (12, .008), (13, .01), (14, .008), (15, .008), (16, .01)):
            P[:, i] += wobble(r, t, amp * a)
        return P
    return f


def rest_arms(rng, p, kinds=None):
    """Some natural resting place for the arms."""
    k = rng.choice(kinds or ["hang", "hang", "hang", "hips", "fold", "pocket", "behind", "phone", "front"])
    if k == "hips":
        p[LH], p[RH] = (-0.02, -0.25, 0.02), (0.02, -0.25, 0.02)
    elif k == "fold":
        y = U(rng, -.17, -.12)
        p[LH], p[RH] = (0.16, y, 0.13), (-0.16, y - .02, 0.15)
    elif k == "pocket":
        p[LH], p[RH] = (0.0, -0.29, 0.06), (0.0, -0.29, 0.06)
    elif k == "behind":
        p[LH], p[RH] = (0.08, -0.27, -0.09), (-0.08, -0.27, -0.09)
    elif k == "phone":
        s = rng.choice([0, 1])
        p[RH if s else LH] = (-0.03 if s else 0.03, U(rng, -.13, .04), U(rng, 0.08, 0.17))
        p[9] = 0.3
    elif k == "front":
        p[LH], p[RH] = (0.09, -0.22, 0.12), (-0.09, -0.22, 0.12)
    else:
        d = U(rng, 0, .03)
        p[LH][0] -= d
        p[RH][0] += d
    return p


def stance(rng, p, spread=None):
    w = U(rng, .035, .1) if spread is None else spread
    st = U(rng, -.04, .04)
    p[LA] = (-w, .04, st)
    p[RA] = (w, .04, -st)
    p[1] = .522 - .12 * w
    return p


def standing_still(rng, ctx):
    p = stance(rng, rest_arms(rng, std()))
    sway = alive(rng)
    return lambda t: sway(t, tile(t, p))


def walking(rng, ctx):
    A, f, ph = U(rng, .12, .19), U(rng, .75, 1.1), U(rng, 0, 6.3)
    lift, B, lean = U(rng, .03, .07), U(rng, .06, .17), U(rng, 0, .1)
    arm = rng.choice(["swing"] * 5 + ["hold", "pocket"])
    w, sway = U(rng, .03, .06), alive(rng)
    base = std()
    if arm != "swing":
        base = rest_arms(rng, base, ["phone", "front", "pocket"])
    ctx["speed"] = 4 * A * f * U(rng, .9, 1.05)

    def g(t):
        P = tile(t, base)
        x = 2 * np.pi * f * t + ph
        for sgn, sl, hand, toe in ((-1, LA, LH, 23), (1, RA, RH, 24)):
            y = x + (0 if sgn > 0 else np.pi)
            sw = np.maximum(0, -np.sin(y))
            P[:, sl.start] = sgn * w
            P[:, sl.start + 1] = .04 + lift * sw + .035 * np.maximum(0, -np.cos(y)) ** 2
            P[:, sl.start + 2] = A * np.cos(y)
            P[:, toe] = .5 * np.maximum(0, -np.cos(y)) - .25 * np.maximum(0, np.cos(y))
            if arm == "swing" or (arm == "hold" and sgn < 0):
                P[:, hand.start + 2] = .04 - B * np.cos(y)
                P[:, hand.start + 1] = -.31 + .5 * B * np.maximum(0, -np.cos(y)) ** 2 * .5
        P[:, 1] = .512 - .014 * (np.cos(2 * x)) - .25 * A * A
        P[:, 6] += lean
        P[:, 8] += .12 * np.cos(x)
        P[:, 7] += .03 * np.sin(x)
        return sway(t, P)
    return g


def running(rng, ctx):
    A, f, ph = U(rng, .2, .29), U(rng, 1.2, 1.65), U(rng, 0, 6.3)
    lift, B, lean = U(rng, .13, .24), U(rng, .1, .18), U(rng, .1, .32)
    w = U(rng, .02, .05)
    base = std()
    ctx["speed"] = 4 * A * f * U(rng, .95, 1.2)

    def g(t):
        P = tile(t, base)
        x = 2 * np.pi * f * t + ph
        for sgn, sl, hand, toe in ((-1, LA, LH, 23), (1, RA, RH, 24)):
            y = x + (0 if sgn > 0 else np.pi)
            P[:, sl.start] = sgn * w
            sw = np.maximum(0, -np.sin(y - .5))
            P[:, sl.start + 1] = .05 + lift * sw ** 1.2
            P[:, sl.start + 2] = A * np.cos(y) - .03
            P[:, toe] = .8 * np.maximum(0, -np.cos(y))
            P[:, hand.start] = -sgn * .03
            P[:, hand.start + 1] = -.19 - .09 * np.cos(y)
            P[:, hand.start + 2] = .1 - B * np.cos(y)
        P[:, 1] = .505 + .03 * np.cos(2 * x + .6)
        P[:, 6] = lean
        P[:, 8] = .25 * np.cos(x)
        P[:, 9] = -lean * .6
        return P
    return g


def waving(rng, ctx):
    p = stance(rng, rest_arms(rng, std(), ["hang", "hang", "hips", "pocket"]))
    sides = rng.choice(["l", "r", "b"], p=[.42, .42, .16])
    f, amp, ph = U(rng, .9, 2.3), U(rng, .06, .13), U(rng, 0, 6.3)
    big = rng.random() < .35
    cx, cy, cz = U(rng, .07, .14), U(rng, .12, .22), U(rng, .02, .12)
    if big:
        cx, cy, cz, amp, f = U(rng, 0, .08), U(rng, .26, .3), U(rng, 0, .06), U(rng, .1, .19), U(rng, .7, 1.6)
    anti, sway = rng.random() < .6, alive(rng)

    def g(t):
        P = tile(t, p)
        for k, sgn, hand in (("l", -1, LH), ("r", 1, RH)):
            if sides in (k, "b"):
                o = np.sin(2 * np.pi * f * t + ph)
                o = o if (sgn > 0 or not anti) else -o
                P[:, hand.start] = sgn * cx + amp * o
                P[:, hand.start + 1] = cy - .3 * amp * o * o
                P[:, hand.start + 2] = cz
        P[:, 7] += .03 * np.sin(2 * np.pi * f * t + ph)
        return sway(t, P)
    return g


def clapping(rng, ctx):
    p = stance(rng, std())
    f, gap, ph = U(rng, 1.3, 3.2), U(rng, .07, .17), U(rng, 0, 6.3)
    y, z = U(rng, -.14, .02), U(rng, .15, .23)
    if rng.random() < .1:
        y, z = U(rng, .17, .22), U(rng, .05, .1)
    sway = alive(rng)

    def g(t):
        P = tile(t, p)
        o = gap * np.abs(np.sin(np.pi * f * t + ph)) ** .8 + .008
        tilt = .3 * o
        P[:, 11], P[:, 12], P[:, 13] = .105 - o, y + tilt, z - .25 * o
        P[:, 14], P[:, 15], P[:, 16] = -.105 + o, y - tilt, z - .25 * o
        return sway(t, P)
    return g


def jumping(rng, ctx):
    p = stance(rng, std(), U(rng, .03, .08))
    cyc, H = U(rng, .65, 1.15), U(rng, .1, .24)
    cr, arm, ph = U(rng, .06, .15), U(rng, 0, 1), U(rng, 0, 1)
    tuck = U(rng, 0, .07)
    if rng.random() < .2:
        cyc, H, cr, arm = U(rng, .5, .65), U(rng, .06, .1), .04, 0.15
    fl = U(rng, .4, .55)
    ctx["speed"] = 0 if rng.random() < .75 else U(rng, .1, .5)

    def g(t):
        P = tile(t, p)
        u = np.mod(t / cyc + ph, 1)
        inair = u < fl
        a = np.where(inair, u / fl, 0)
        hgt = 4 * a * (1 - a) * H
        b = np.where(inair, 0, (u - fl) / (1 - fl))
        crouch = cr * np.sin(np.pi * b) ** 1
        P[:, 1] += hgt - crouch
        for s in (LA, RA):
            P[:, s.start + 1] += hgt + tuck * 4 * a * (1 - a)
        P[:, TOE] = np.where(inair, .7 * np.sin(np.pi * a), 0)[:, None]
        P[:, 6] += 2.2 * crouch
        up = np.where(inair, np.sin(np.pi * np.minimum(1, a * 1.1 + .15)), -.5 * np.sin(np.pi * b)) * arm
        for sgn, h in ((-1, LH), (1, RH)):
            th = np.clip(up, -.4, 1) * 2.4
            P[:, h.start] = sgn * .05
            P[:, h.start + 1] = -.29 * np.cos(th)
            P[:, h.start + 2] = .03 + .27 * np.sin(th)
        return P
    return g


def jumping_jacks(rng, ctx):
    p = std()
    f, ph = U(rng, .65, 1.25), U(rng, 0, 6.3)
    wide, hi, hop = U(rng, .16, .27), U(rng, 2.35, 3.0), U(rng, .015, .06)
    bend = U(rng, .86, .98)

    def g(t):
        P = tile(t, p)
        x = 2 * np.pi * f * t + ph
        o = .5 - .5 * np.cos(x)
        o = .5 * o + .5 * smooth(o)
        h = hop * np.abs(np.sin(x))
        for sgn, a, hand in ((-1, LA, LH), (1, RA, RH)):
            P[:, a.start] = sgn * (.03 + (wide - .03) * o)
            P[:, a.start + 1] = .04 + h
            th = .12 + (hi - .12) * o
            P[:, hand.start] = sgn * .32 * bend * np.sin(th)
            P[:, hand.start + 1] = -.32 * bend * np.cos(th)
            P[:, hand.start + 2] = .03
        w = .03 + (wide - .03) * o
        P[:, 1] = .04 + np.sqrt(np.maximum(.01, .482 ** 2 - (w - .05) ** 2)) + h - .006
        P[:, TOE] = (3 * h)[:, None]
        return P
    return g


def squatting(rng, ctx):
    p = stance(rng, std(), U(rng, .07, .13))
    cyc, depth = U(rng, 1.5, 3.0), U(rng, .2, .34)
    hold, ph = U(rng, 0, .35), U(rng, 0, 1)
    pitch = U(rng, .35, .75)
    arms = rng.choice(["fwd", "fwd", "hang", "head", "clasp", "knees"])
    sway = alive(rng)

    def g(t):
        P = tile(t, p)
        u = np.mod(t / cyc + ph, 1)
        tri = 1 - np.abs(2 * u - 1)
        d = smooth(tri * (1 + hold)) * depth
        k = d / depth
        P[:, 1] -= d
        P[:, 2] -= .22 * d
        P[:, 6] += pitch * k * .75
        P[:, 3] += pitch * k * .25
        P[:, 9] -= .4 * pitch * k
        P[:, 26] = .6
        for sgn, h in ((-1, LH), (1, RH)):
            if arms == "fwd":
                q = (0., U(np.random.default_rng(1), -.03, -.02), .31)
                q = (0., -.02 + .2 * pitch, .3)
            elif arms == "head":
                q = (-sgn * .06, .14, -.02)
            elif arms == "clasp":
                q = (-sgn * .1, -.1, .16)
            elif arms == "knees":
                q = (sgn * .02, -.22, .2)
            else:
                q = (sgn * .05, -.3, .08)
            stay = arms in ("head", "clasp")
            for i in range(3):
                P[:, h.start + i] = q[i] if stay else P[:, h.start + i] * (1 - k) + q[i] * k
        return sway(t, P)
    return g


def picking(rng, ctx):
    p = stance(rng, std(), U(rng, .05, .1))
    down, low, up, pause = U(rng, .7, 1.3), U(rng, .1, .5), U(rng, .7, 1.3), U(rng, .15, .7)
    cyc = down + low + up + pause
    ph = U(rng, 0, .35) * cyc
    knee = U(rng, .03, .22)                      # how much the knees help
    total = U(rng, 1.55, 1.85) - 2.0 * max(0, knee - .05)
    side = rng.choice([-1, 1])
    both = rng.random() < .3
    reach = U(rng, .02, .1)
    obj = rng.random() < .65
    tw = U(rng, -.25, .25)
    sway = alive(rng)

    def g(t):
        P = tile(t, p)
        v = np.mod(t + ph, cyc)
        n = np.floor((t + ph) / cyc)
        k = np.where(v < down, smooth(v / down), np.where(v < down + low, 1, 1 - smooth((v - down - low) / up)))
        P[:, 1] -= knee * k
        P[:, 2] -= (.09 + .15 * knee) * k
        P[:, 3] += .42 * total * k
        P[:, 6] += .58 * total * k
        P[:, 8] += tw * k
        P[:, 9] -= .3 * k
        for sgn, h in ((-1, LH), (1, RH)):
            if both or sgn == side:
                q = (-sgn * .05, -.26, .12 + reach) if not both else (-sgn * .06, -.25, .12 + reach)
                # hang towards the floor: the torso frame is pitched by `total`, so "down" there is +z
                c, s = np.cos(total), np.sin(total)
                q = (q[0], -.31 * c, .31 * s)
            else:
                q = (sgn * .03, -.2, .12)
            for i in range(3):
                P[:, h.start + i] += (q[i] - P[:, h.start + i]) * smooth(k * 1.3)
            carry = (1 - k) * ((v > down + low) | ((n > 0) & (v < down)))
            if obj and (both or sgn == side):
                P[:, h.start + 1] += .12 * carry
                P[:, h.start + 2] += .1 * carry
        if obj:
            grab = v > down + .5 * low
            P[:, 25] = np.where(np.mod(n, 2) == 0, grab, ~grab) * (1 if side > 0 or both else -1)
        return sway(t, P)
    return g


# ---- states on the floor or a chair -------------------------------------------------------------------------

def lie_pose(rng, kind=None):
    p = std()
    kind = kind or rng.choice(["back", "back", "prone", "left", "right"])
    e = U(rng, -.12, .12)
    p[1] = .07
    up = {"back": (0, -1), "prone": (0, 1), "left": (-1, 0), "right": (1, 0)}[kind]
    hipd = U(rng, .38, .47)
    b1, b2 = U(rng, 0, .2), U(rng, 0, .2)
    if rng.random() < .5:
        b1 = b2 = U(rng, 0, .05)
    if kind in ("back", "prone"):
        p[3] = -np.pi / 2 + e * .3 if kind == "back" else np.pi / 2 + e * .3
        s = -up[1]
        p[LA] = (-U(rng, .03, .16), .045, s * (hipd - b1))
        p[RA] = (U(rng, .03, .16), .045, s * (hipd - b2))
        k = rng.choice(["side", "wide", "up", "belly"])
        q = {"side": (.06, -.3, .0), "wide": (.25, -.12, 0.), "up": (.12, .25, .0), "belly": (-.08, -.22, .13)}[k]
        if kind == "prone":
            q = (q[0], q[1], .02)
        p[LH], p[RH] = (-q[0], q[1], q[2]), (q[0], q[1], q[2])
        if rng.random() < .4:
            p[RH] = (.08, -.28, .02)
    else:
        sx = up[0]
        p[4] = sx * (np.pi / 2 + e * .2)
        p[LA] = (-sx * (hipd - b1), .045 + (.06 if sx > 0 else 0), U(rng, -.1, .2))
        p[RA] = (-sx * (hipd - b2), .045 + (.06 if sx < 0 else 0), U(rng, -.1, .2))
        p[LH] = (0.02, -.15, .2)
        p[RH] = (-.02, -.15, .2)
        p[1] = .085
        p[6] = U(rng, 0, .3)
    p[TOE] = .9
    p[9] = U(rng, -.1, .2)
    return p, kind


def sit_pose(rng, chair):
    p = std()
    p[26] = U(rng, .1, .6)
    if chair:
        p[1] = .285
        p[2] = -.18
        w = U(rng, .04, .1)
        z = U(rng, .02, .16)
        p[LA], p[RA] = (-w, .04, z), (w, .04, z + U(rng, -.05, .05))
        p[6] = U(rng, -.2, .25)
    else:
        p[1] = .075
        p[2] = -.1
        k = rng.random()
        if k < .5:
            p[LA], p[RA] = (-.07, .045, U(rng, .2, .34)), (.07, .045, U(rng, .2, .34))
        else:
            p[LA], p[RA] = (.07, .045, .12), (-.07, .045, .15)
            p[26] = 1.5
        p[6] = U(rng, -.3, .3)
    k = rng.choice(["lap", "lap", "knees", "type", "fold", "hang"])
    q = {"lap": (-.04, -.22, .13), "knees": (-.01, -.2, .2), "type": (-.03, -.13, .22), "fold": (-.14, -.15, .13),
         "hang": (.03, -.28, .05)}[k]
    p[LH], p[RH] = (-q[0], q[1], q[2]), (q[0], q[1], q[2])
    return p


def crouch_pose(rng):
    p = stance(rng, std(), U(rng, .06, .1))
    p[1], p[2], p[6], p[3] = U(rng, .2, .3), -.06, U(rng, .4, .8), .3
    p[LH], p[RH] = (-.02, -.22, .2), (.02, -.22, .2)
    p[26] = .5
    return p


def keys(t, times, poses, ease=smooth):
    """Piecewise interpolation of key poses."""
    P = tile(t, poses[0])
    for i in range(1, len(poses)):
        k = ease(np.clip((t - times[i - 1]) / max(1e-3, times[i] - times[i - 1]), 0, 1))[:, None]
        P = P * (1 - k) + poses[i][None] * k
    return P


def falling(rng, ctx):
    start = stance(rng, std())
    kind = rng.choice(["back", "prone", "left", "right"], p=[.28, .3, .21, .21])
    end, _ = lie_pose(rng, kind)
    d = {"back": (0, -1), "prone": (0, 1), "left": (-1, 0), "right": (1, 0)}[kind]
    dist = U(rng, .1, .4)
    end = end.copy()
    for s in (PEL, LA, RA):                       # topple about the feet: the pelvis lands away from them
        end[s.start] += d[0] * dist
        end[s.start + 2] += d[1] * dist
    T = U(rng, .5, 1.05)
    collapse = rng.random() < .35
    flail = U(rng, .05, .16)
    mid = (start + end) / 2
    mid[1] = U(rng, .24, .33) if collapse else U(rng, .32, .4)
    mid[3:6] = end[3:6] * U(rng, .3, .5)
    mid[LA], mid[RA] = start[LA] * .9, start[RA] * .9
    if kind == "back":
        mid[LH], mid[RH] = (-.16, U(rng, -.1, .1), U(rng, .1, .2)), (.16, U(rng, -.1, .1), U(rng, .1, .2))
    else:
        mid[LH], mid[RH] = (-.1, U(rng, -.05, .15), U(rng, .15, .27)), (.1, U(rng, -.05, .15), U(rng, .15, .27))
    mid[23:25] = 0
    ctx["impact"] = T
    ctx["lie"] = end
    ph = U(rng, 0, 6)
    pre = U(rng, .0, .25)

    def g(t):
        P = keys(t, [0, .55 * T, T], [start, mid, end], ease=lambda x: .35 * smooth(x) + .65 * x ** 1.5)
        w = np.exp(-((t - .5 * T) / (.5 * T)) ** 2) * flail
        P[:, 11] += w * np.sin(9 * t + ph)
        P[:, 15] += w * np.cos(10 * t + ph)
        P[:, 12] += w * np.cos(8 * t + ph)
        b = np.exp(-np.maximum(0, t - T) * 6) * np.abs(np.sin(np.maximum(0, t - T) * 12)) * .03
        P[:, 1] += b * (t > T)
        return P
    return g


def lying(rng, ctx):
    """Lying (a state), possibly after a slow way down when ctx['descend']."""
    end = ctx.get("lie")
    if end is None:
        end, _ = lie_pose(rng)
    ctx["lie"] = end
    sway = alive(rng)
    seed = rng.integers(1 << 30)
    restless = U(rng, .01, .05) if rng.random() < .6 else .003
    if ctx.get("descend"):
        T = U(rng, 2.0, 3.4)
        a = stance(rng, std())
        b = crouch_pose(rng)
        c = sit_pose(rng, False)
        ctx["impact"] = T
        f = lambda t: keys(t, [0, .36 * T, .66 * T, T], [a, b, c, end])
    else:
        f = lambda t: tile(t, end)

    def g(t):
        P = f(t)
        r = np.random.default_rng(seed)
        for i in (11, 12, 14, 15, 17, 19, 20, 22):
            P[:, i] += wobble(r, t, restless, .5)
        P[:, 10] += wobble(r, t, .15)
        return P
    return g


def sitting(rng, ctx):
    start = stance(rng, std())
    end = ctx.get("sit")
    if end is None:
        end = sit_pose(rng, ctx.get("chair", True))
    ctx["sit"] = end
    T = U(rng, .8, 1.7)
    mid = (start + end) / 2
    mid[6] += U(rng, .3, .7)
    mid[2] -= .03
    if not ctx.get("chair", True):
        mid = crouch_pose(rng)
        T += U(rng, .4, .9)
    seated = ctx.get("seated", False)
    sway, seed, act = alive(rng), rng.integers(1 << 30), U(rng, .005, .04)

    def g(t):
        P = tile(t, end) if seated else keys(t, [0, .5 * T, T], [start, mid, end])
        r = np.random.default_rng(seed)
        for i in (11, 12, 13, 14, 15, 16):
            P[:, i] += wobble(r, t, act, .9)
        P[:, 6] += wobble(r, t, .04)
        return sway(t, P)
    return g


def standing_up(rng, ctx):
    end = stance(rng, rest_arms(rng, std(), ["hang", "hang", "hang", "hips"]))
    if ctx.get("lie") is not None:
        a = ctx["lie"]
        T = U(rng, 1.6, 2.8)
        off = a[PEL] - np.array([0, a[1], 0])
        b, c = sit_pose(rng, False), crouch_pose(rng)
        e = end.copy()
        for q in (b, c, e):
            for s in (PEL, LA, RA):
                q[s] += off * .8
        if abs(a[4]) > .7:
            b[5] = np.sign(a[4]) * .5
        end2 = e
        f = lambda t: keys(t, [0, .4 * T, .72 * T, T], [a, b, c, end2])
    else:
        a = ctx.get("sit")
        if a is None:
            a = sit_pose(rng, ctx.get("chair", True))
        T = U(rng, .8, 1.6)
        m = (a + end) / 2
        m[6] += U(rng, .35, .8)
        m[2] += .05
        if a[1] < .15:
            m = crouch_pose(rng)
            T += U(rng, .4, .8)
        end2 = end
        f = lambda t: keys(t, [0, .45 * T, T], [a, m, end2])
    ctx["rise"] = T
    ctx["base"] = end2
    sway = alive(rng)
    return lambda t: sway(t, f(t))


def punching(rng, ctx):
    p = stance(rng, std(), U(rng, .05, .09))
    lead = rng.choice([-1, 1])
    st = U(rng, .05, .12)
    p[(LA if lead < 0 else RA).start + 2] += st
    p[(RA if lead < 0 else LA).start + 2] -= st
    p[1] -= .03
    p[8] = -lead * U(rng, .1, .4) * -1
    f, ph = U(rng, .9, 2.0), U(rng, 0, 1)
    up = U(rng, -.02, .06)
    tgt = U(rng, -.06, .08)
    order = [rng.choice([-1, 1]) if rng.random() < .3 else (lead if i % 2 == 0 else -lead) for i in range(64)]
    sharp, sway, bounce = U(rng, .55, .85), alive(rng), U(rng, 0, .012)
    uppercut = rng.random() < .15

    def g(t):
        P = tile(t, p)
        v = t * f + ph + 1
        n = np.floor(v).astype(int)
        u = v - n
        k = np.where(u < sharp, np.sin(np.pi * u / sharp), 0) ** 1.3
        who = np.array([order[i % 64] for i in n])
        for sgn, h in ((-1, LH), (1, RH)):
            kk = k * (who == sgn)
            a = np.array((-sgn * .05, -.02 + up, .11))
            b = np.array((-sgn * .09, tgt, .31)) if not uppercut else np.array((-sgn * .07, .14, .2))
            for i in range(3):
                P[:, h.start + i] = a[i] + (b[i] - a[i]) * kk
            P[:, 8] += -sgn * .45 * kk
            P[:, 2] += .03 * kk
            P[:, 6] += .08 * kk
        P[:, 1] += bounce * np.sin(2 * np.pi * 2 * t)
        P[:, 6] += .08
        return sway(t, P)
    return g


def kicking(rng, ctx):
    p = stance(rng, std(), U(rng, .04, .08))
    guard = rng.random() < .5
    if guard:
        p[LH], p[RH] = (.05, -.06, .13), (-.05, -.06, .13)
    dur, pause = U(rng, .55, .95), U(rng, .15, .7)
    cyc = dur + pause
    ph = U(rng, 0, cyc)
    hgt = U(rng, .17, .55)
    side = rng.choice([-1, 1])
    alt = rng.random() < .35
    az = U(rng, -.2, .5) if rng.random() < .75 else U(rng, .7, 1.3)
    sway = alive(rng)

    def g(t):
        P = tile(t, p)
        v = np.mod(t + ph, cyc)
        n = np.floor((t + ph) / cyc)
        u = np.clip(v / dur, 0, 1)
        back = np.sin(np.pi * np.clip(u / .35, 0, 1)) * (u < .35)
        k = np.where(u > .22, np.sin(np.pi * (u - .22) / .78), 0) ** 1.2
        for sgn, a, toe in ((-1, LA, 23), (1, RA, 24)):
            m = ((sgn == side) if not alt else (np.where(np.mod(n, 2) == 0, 1, -1) == sgn * side)) * 1.0
            r = .2 + .27 * min(1, hgt / .3)
            kk, bb = k * m, back * m
            P[:, a.start] += sgn * np.sin(az) * r * kk
            P[:, a.start + 1] += hgt * kk + .1 * bb
            P[:, a.start + 2] += np.cos(az) * r * 1.1 * kk - .2 * bb
            P[:, toe] = .5 * kk + .4 * bb
            P[:, 0] -= sgn * .03 * kk
            P[:, 6] -= (.15 + .5 * hgt) * kk * np.cos(az)
            P[:, 7] -= sgn * (.1 + .7 * hgt) * kk * np.sin(az)
            P[:, 8] += sgn * .2 * kk
            if not guard:
                P[:, 11] -= .12 * kk
                P[:, 14] += .12 * kk
                P[:, 12] += .1 * kk
                P[:, 15] += .1 * kk
        return sway(t, P)
    return g


def pointing(rng, ctx):
    p = stance(rng, rest_arms(rng, std(), ["hang", "hang", "hips", "pocket"]))
    side = rng.choice([-1, 1])
    hold, rise, low = U(rng, 1.2, 3.5), U(rng, .3, .55), U(rng, 0, .5)
    forever = rng.random() < .5
    cyc = hold + 2 * rise + low
    ph = U(rng, 0, cyc) if not forever else rise
    azs = rng.uniform(-.35, 1.45, 16)
    for i in range(16):                           # across the line of sight, where an arm can be seen to be stretched
        while abs(np.sin(ctx.get("heading", 1.) + side * azs[i])) < .4:
            azs[i] = U(rng, -.35, 1.45)
    els = rng.uniform(-.22, .5, 16)
    jab = U(rng, 0, .025)
    jf = U(rng, 1, 2.2)
    sway = alive(rng)
    sl = RH if side > 0 else LH

    def g(t):
        P = tile(t, p)
        if forever:
            v, n = np.minimum(t + ph, rise + hold * .5), np.zeros(len(t), int)
        else:
            v, n = np.mod(t + ph, cyc), np.floor((t + ph) / cyc).astype(int)
        k = np.where(v < rise, smooth(v / rise), np.where(v < rise + hold, 1, 1 - smooth((v - rise - hold) / rise)))
        az, el = azs[n % 16], els[n % 16]
        L = .318 - jab * (1 + np.sin(2 * np.pi * jf * t))
        q = np.stack([side * np.sin(az) * np.cos(el) * L, np.sin(el) * L, np.cos(az) * np.cos(el) * L], 1)
        th = (1 - k)[:, None]
        P[:, sl] = P[:, sl] * th + q * (1 - th)
        P[:, 10] += side * .5 * az * k
        P[:, 8] += side * .2 * az * k
        P[:, 9] -= .4 * el * k
        return sway(t, P)
    return g


def throwing(rng, ctx):
    p = stance(rng, std(), U(rng, .05, .09))
    side = rng.choice([-1, 1])
    wind, fling, rec, pause = U(rng, .4, .7), U(rng, .2, .32), U(rng, .35, .6), U(rng, .1, .6)
    cyc = wind + fling + rec + pause
    ph = U(rng, 0, cyc)
    under = rng.random() < .22
    two = not under and rng.random() < .12
    obj = rng.random() < .7
    step = U(rng, .05, .16)
    sway = alive(rng)
    if under:
        key = [(.05, -.3, .03), (.06, -.24, -.2), (0, -.06, .29), (.02, -.24, .12)]
    else:
        key = [(.02, -.2, .12), (.12, U(rng, .06, .16), U(rng, -.2, -.12)), (-.05, U(rng, .08, .2), .27), (-.12, -.22, .2)]

    def g(t):
        P = tile(t, p)
        v = np.mod(t + ph, cyc)
        a = smooth(v / wind)
        b = np.clip((v - wind) / fling, 0, 1)
        c = smooth((v - wind - fling * .75) / (rec * .5))
        d = smooth((v - wind - fling - rec * .5) / (rec * .5))
        for sgn, h in ((-1, LH), (1, RH)):
            if sgn == side or two:
                for i in range(3):
                    m = np.array([-sgn if False else sgn, 1, 1])[i]
                    x = key[0][i] + (key[1][i] - key[0][i]) * a
                    x = x + (key[2][i] - x) * b
                    x = x + (key[3][i] - x) * c
                    x = x + (key[0][i] - x) * d
                    P[:, h.start + i] = m * x
            else:
                P[:, h.start + 1] += .14 * a * (1 - d)
                P[:, h.start + 2] += .16 * (a - b) * (1 - d)
        w = (a * (1 - b) - b * (1 - d))
        P[:, 8] += side * .6 * w
        P[:, 6] += (-.15 * a * (1 - b) + .3 * b * (1 - d)) * (1 if not under else .6)
        P[:, 2] += (-.03 * a * (1 - b) + .05 * b * (1 - d))
        fr = LA if side > 0 else RA
        P[:, fr.start + 2] += step * smooth((v - wind * .6) / .3) * (1 - d)
        P[:, fr.start + 1] += .06 * np.sin(np.pi * np.clip((v - wind * .5) / .35, 0, 1))
        if obj:
            P[:, 25] = side * ((v < wind + fling * .7) | (d > .9))
        return sway(t, P)
    return g


FACTORY = {
    "standing still": standing_still, "walking": walking, "running": running, "waving": waving,
    "clapping": clapping, "jumping": jumping, "jumping jacks": jumping_jacks, "squatting": squatting,
    "bending to pick up": picking, "falling down": falling, "lying down": lying, "sitting down": sitting,
    "standing up": standing_up, "punching": punching, "kicking": kicking, "pointing": pointing,
    "throwing": throwing,
}
