"""Starting values that let a small ViT see shapes from the first step.

With transformers' defaults a patch token is almost only the patch's mean colour (white-noise filters answer to little else
in a smooth picture) and the position is lost beside it; training then sits on a plateau. Here the patch embedding starts as
a randomly rotated 2-D cosine basis whose components are brought to equal size on real patches, and the position embedding
as sines and cosines of the same size as the content. Both are trained on like every other parameter.
"""
import numpy as np
import torch


def dct_basis(n=16, k=9):
    """The k x k lowest 2-D cosines of an n x n patch, lowest first: [k * k, n * n], orthonormal."""
    x = (np.arange(n) + .5) / n
    c = np.stack([np.cos(np.pi * i * x) * np.sqrt((1 if i == 0 else 2) / n) for i in range(k)])
    pairs = sorted(((i, j) for i in range(k) for j in range(k)), key=lambda p: p[0] ** 2 + p[1] ** 2)
    return np.stack([np.outer(c[i], c[j]).ravel() for i, j in pairs])


def patch_filters(patches, dim, rng, damp=.35):
    """patches [N, 3, 16, 16] normalised pixels -> [dim, 3, 16, 16]."""
    b = dct_basis()
    lum = np.array([1, 1, 1]) / 3 ** .5
    c1, c2 = np.array([1, 0, -1]) / 2 ** .5, np.array([1, -2, 1]) / 6 ** .5
    rows = [np.multiply.outer(col, f.reshape(16, 16)) for col, m in ((lum, 81), (c1, 56), (c2, 55)) for f in b[:m]]
    F = np.stack(rows)[:dim].reshape(dim, -1).astype(np.float64)
    y = patches.reshape(len(patches), -1).astype(np.float64) @ F.T
    s = y.std(0)
    F /= (s + damp * np.median(s))[:, None] + 1e-6
    q, _ = np.linalg.qr(rng.normal(size=(dim, dim)))
    W = q @ F
    y = patches.reshape(len(patches), -1) @ W.T
    return (W * (.6 / y.std())).reshape(dim, 3, 16, 16).astype(np.float32)


def positions(dim, g=7, size=.35):
    yy, xx = np.meshgrid(np.arange(g), np.arange(g), indexing="ij")
    w = 1.4 / 8 ** (np.arange(dim // 4) / (dim // 4))
    p = np.concatenate([f(v.reshape(-1, 1) * w) for v in (yy, xx) for f in (np.sin, np.cos)], 1)
    return torch.from_numpy(p * size / p.std()).float()


def quiet_mit(model):
    """The frames' mean is normalised only at the very end, so a loud integration transformer drowns the frames in a constant."""
    with torch.no_grad():
        model.net.mit.position_embedding.mul_(.1)
        for l in model.net.mit.encoder.layers:
            l.self_attn.out_proj.weight.mul_(.2)
            l.mlp.fc2.weight.mul_(.2)


def start(model, px, seed=0):
    """px: some normalised frames [N, 3, 112, 112] as numpy."""
    rng = np.random.default_rng(seed)
    n, c, h, w = px.shape
    p = px.reshape(n, c, h // 16, 16, w // 16, 16).transpose(0, 2, 4, 1, 3, 5).reshape(-1, c, 16, 16)
    v = model.net.vision_model.embeddings
    with torch.no_grad():
        v.patch_embedding.weight.copy_(torch.from_numpy(patch_filters(p, v.embed_dim, rng)))
        v.position_embedding.weight[1:].copy_(positions(v.embed_dim, h // 16))
        quiet_mit(model)
