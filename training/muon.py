"""Muon for the matrices of the vision layers: momentum, made orthogonal by a few Newton-Schulz steps.

Per step it learns clearly more than AdamW here; the scale (.2 * sqrt(longer side)) makes one learning rate serve both. The matrices
are shared out between the ranks, each orthogonalises its part, and the parts are summed.
"""
import torch
import torch.distributed as dist


def orthogonal(x, steps=4):
    """[K, m, n] with m <= n -> nearly orthogonal rows."""
    x = x.bfloat16()
    x = x / (x.float().norm(dim=(1, 2), keepdim=True) + 1e-7).bfloat16()
    for _ in range(steps):
        a = x @ x.transpose(1, 2)
        x = 3.4445 * x + (-4.775 * a + 2.0315 * (a @ a)) @ x
    return x.float()


class Muon:
    def __init__(self, params, rank=0, ranks=1, momentum=.95, decay=.05):
        self.params, self.rank, self.ranks, self.momentum, self.decay = list(params), rank, ranks, momentum, decay
        self.buf = [torch.zeros_like(p) for p in self.params]
        self.groups = {}
        for i, p in enumerate(self.params):
            self.groups.setdefault(tuple(sorted(p.shape)), []).append(i)

    def state_dict(self):
        return self.buf

    def load_state_dict(self, buf):
        [a.copy_(b) for a, b in zip(self.buf, buf)]

    @torch.no_grad()
    def step(self, lr):
        out = [torch.zeros_like(p) for p in self.params] if self.ranks > 1 else [None] * len(self.params)
        torch._foreach_lerp_(self.buf, [p.grad for p in self.params], 1 - self.momentum)
        for (m, n), ids in self.groups.items():
            ids = ids[self.rank::self.ranks]
            us = [self.params[i].grad.lerp(self.buf[i], self.momentum) for i in ids]
            o = orthogonal(torch.stack([u if u.shape[0] == m else u.T for u in us]))
            for i, x, u in zip(ids, o, us):
                out[i] = x if u.shape[0] == m else x.T
        if self.ranks > 1:
            flat = torch.cat([x.reshape(-1) for x in out])
            dist.all_reduce(flat)
            out = [x.view_as(p) for x, p in zip(flat.split([p.numel() for p in self.params]), self.params)]
        for p, o in zip(self.params, out):
            p.mul_(1 - lr * self.decay).add_(o, alpha=-lr * .2 * max(p.shape) ** .5)
