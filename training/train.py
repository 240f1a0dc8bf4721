"""Train X-CLIP mini.

    python train.py --data DATA --out RUN --tokenizer TOK            # starts, or goes on where RUN/last.pt stopped

The stages (see STAGES) first show few frames of many clips with part of the patches left out, then all 32 frames, then
everything. Loss: soft-label cross-entropy over all classes, whose texts are one random phrasing each, through the prompts
generator exactly as at inference; plus auxiliary heads that are thrown away (2D and 3D joints and their velocities from
each frame's class token, joints and body parts from the patch tokens, the action of each frame). Half of every batch uses the causal
message mask, so that the streaming mode is native to the model.

On a CPU two processes of one thread each (--ranks 2, gradients averaged with gloo) bear company on the machine far
better than one process of two threads, whose every operation waits for the slower half.
"""
import argparse
import json
import math
import threading
import time
from pathlib import Path
from queue import Queue

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F
from safetensors.torch import load_file
from transformers import AutoTokenizer

import dataset
import phrasings
import init
from muon import Muon
from labels import LABELS
from model import Trainee
from pretext import PARTS as PRETRAINED
from renderer.body import FOREARM, PARTS

# frames, patches kept, batch, steps
STAGES = [(4, 28, 16, 1900), (8, 28, 16, 900), (8, 20, 16, 3800), (32, 20, 8, 1100), (32, None, 8, 450), (16, None, 8, 1400), (32, None, 8, 250)]

BANK = 200                 # phrasings drawn for each label


def encode(tok, texts):
    return tok(texts, padding=True, truncation=True, return_tensors="pt")["input_ids"]


@torch.no_grad()
def evaluate(model, sh, tok, windows, causal=False, texts=None, B=16):
    """Confusion matrix on fixed windows with the centre crop."""
    model.eval()
    n = len(LABELS)
    conf = np.zeros((n, n), int)
    with torch.autocast("cpu", torch.bfloat16):
        text = model.text(encode(tok, texts or LABELS))
        for k in range(0, len(windows), B):
            w = windows[k:k + B]
            px = np.stack([sh.get(i, s, slice(None))[:, 8:120, 8:120] for i, s, _ in w]).transpose(0, 1, 4, 2, 3)
            px = (torch.from_numpy(np.ascontiguousarray(px)).float() / 255 - torch.tensor(dataset.MEAN)[:, None, None]) / torch.tensor(dataset.STD)[:, None, None]
            v, p, *_ = model.video(px, causal=torch.ones(len(w), dtype=torch.bool) if causal else None)
            pred = model.logits(v, p, text).argmax(1).numpy()
            for (_, _, c), q in zip(w, pred):
                conf[c, q] += 1
    model.train()
    return conf


def report(conf):
    acc = conf.diagonal() / np.maximum(1, conf.sum(1))
    lines = []
    for c in np.argsort(acc):
        wrong = [(LABELS[j], int(conf[c, j])) for j in np.argsort(-conf[c]) if j != c and conf[c, j]][:3]
        lines.append(f"  {LABELS[c]:20s} {acc[c]:.3f}  {wrong}")
    return conf.trace() / conf.sum(), "\n".join(lines)


@torch.no_grad()
def armed(cells, part):
    """Intersection over union of the cells said and known to be forearm: how well the thin things are seen."""
    said, true = cells.view(*part.shape, PARTS).argmax(-1) == FOREARM, part == FOREARM
    return (said & true).sum() / ((said | true).sum() + 1)


def work(rank, a):
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    if a.ranks > 1:
        dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{a.port}", rank=rank, world_size=a.ranks)
    run(rank, a)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, nargs="+", required=True, help="folders of shards to learn from")
    ap.add_argument("--heldout", type=Path, required=True, help="a folder of shards to measure on")
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--tokenizer", required=True)
    ap.add_argument("--text", type=Path, help="the start of the text tower, from pretext.py")
    ap.add_argument("--init", type=Path, help="an exported folder to go on from; the auxiliary heads start anew")
    ap.add_argument("--stages", type=json.loads, default=STAGES)
    ap.add_argument("--lr", type=float, default=5e-4, help="peak; at 1e-3 the losses stop falling: batches of 64 frames are too noisy for it")
    ap.add_argument("--ranks", type=int, default=2, help="processes")
    ap.add_argument("--muon", type=float, default=1.7, help="learning rate of the vision layers' matrices, in units of --lr")
    ap.add_argument("--through", type=float, default=.25, help="share of the window loss that reaches the frame tower: it is mostly noise at first; grows to 1 over the first half")
    ap.add_argument("--compile", action="store_true", help="torch.compile: a minute per stage, then about a seventh quicker")
    ap.add_argument("--warm", type=int, default=0, help="first steps in which only the auxiliary heads learn: with --init they start anew")
    ap.add_argument("--parts", type=float, default=2., help="weight of the body parts' loss")
    ap.add_argument("--see", type=int, default=700, help="steps before the action losses begin; they are at full weight after as many again")
    ap.add_argument("--threads", type=int, default=1, help="threads of each process")
    ap.add_argument("--port", type=int, default=29511)
    ap.add_argument("--eval-every", type=float, default=600., help="seconds")
    ap.add_argument("--save-every", type=float, default=150., help="seconds")
    ap.add_argument("--seed", type=int, default=0)
    a = ap.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    if a.ranks > 1:
        mp.spawn(work, (a,), a.ranks)
    else:
        work(0, a)


def run(rank, a):
    R = a.ranks
    tok = AutoTokenizer.from_pretrained(a.tokenizer)
    model = Trainee(len(tok))
    train, held = dataset.Shards(*a.data, lit=True), dataset.Shards(a.heldout)
    windows = dataset.heldout(held, 20)
    for n, p in model.net.named_parameters():
        # the text tower stays as pretext.py left it: while the pictures mean nothing yet, the cheapest way for it to
        # please the cross-entropy would be to make all labels alike
        p.requires_grad_(not n.startswith(PRETRAINED))
    inner = [p for n, p in model.named_parameters() if "vision_model.encoder" in n and p.ndim == 2]
    ids = {id(p) for p in inner}
    muon = Muon(inner, rank, R)
    decay = [p for n, p in model.named_parameters() if p.requires_grad and id(p) not in ids and p.ndim > 1 and "position" not in n]
    ids |= {id(p) for p in decay}
    plain = [p for p in model.parameters() if p.requires_grad and id(p) not in ids]
    opt = torch.optim.AdamW([{"params": decay, "weight_decay": .05}, {"params": plain, "weight_decay": 0.}], a.lr,
                            betas=(.9, .95), fused=True)
    b = dataset.batch(train, np.random.default_rng(a.seed), 64, 8)
    init.start(model, (b["px"][:, 0] * b["a"][:, :, None, None] + b["b"][:, :, None, None]).astype(np.float32), a.seed)
    heads = torch.optim.Adam(model.aux.parameters(), 3e-3, fused=True)
    if a.text:
        model.net.load_state_dict(torch.load(a.text), strict=False)
    if a.init:
        model.net.load_state_dict({k: v.float() for k, v in load_file(a.init / "model.safetensors").items()})
    rng = np.random.default_rng((a.seed, 1))
    with torch.no_grad():                                   # the text tower is held: its phrasings are encoded once
        bank = torch.stack([model.text(encode(tok, [phrasings.sample(rng, l) for _ in range(BANK)])) for l in LABELS])
    ema = {k: v.detach().clone() for k, v in model.state_dict().items()}
    step = 0
    last = a.out / "last.pt"
    if last.exists():
        z = torch.load(last, weights_only=False)
        model.load_state_dict(z["model"])
        if "muon" in z:
            opt.load_state_dict(z["opt"])
            muon.load_state_dict(z["muon"])
        ema, step = z["ema"], z["step"]
    first = step
    ends = np.cumsum([s[3] for s in a.stages])
    total = int(ends[-1])
    # the schedule runs over work, not steps: a step of a later stage costs more
    cost = [s[0] * ((s[1] or 49) + 2) * s[2] for s in a.stages]
    work = lambda st: sum(c * min(max(st - (e - s[3]), 0), s[3]) for c, e, s in zip(cost, ends, a.stages))
    log = open(a.out / "log.txt", "a", buffering=1)

    def say(*x):
        if rank:
            return
        line = time.strftime("%H:%M:%S ") + " ".join(str(q) for q in x)
        print(line, flush=True)
        log.write(line + "\n")

    say("sequences", len(train.label), "windows held out", len(windows), "parameters",
        sum(p.numel() for p in model.net.parameters()), "start at step", step, "of", total)
    q = Queue(4)

    def feed():
        st = step
        while st < total:
            T, keep, B, _ = a.stages[int(np.searchsorted(ends, st, side="right"))]
            rng = np.random.default_rng((a.seed, st, rank))
            b = dataset.batch(train, rng, B // R, T, keep, zoom=.75 - .45 * st / total)
            b["T"] = T
            b["text"] = np.random.default_rng((a.seed, st)).integers(BANK, size=len(LABELS))
            q.put(b)
            st += 1
    threading.Thread(target=feed, daemon=True).start()

    params = [p for p in model.parameters() if p.requires_grad]
    look = torch.compile(model.video, dynamic=False) if a.compile else model.video
    weigh = torch.full((PARTS,), 2.)
    weigh[0] = .5                                           # most cells are background
    sizes = [p.numel() for p in params]

    def average():
        flat = torch.cat([(p.grad if p.grad is not None else torch.zeros_like(p)).reshape(-1) for p in params])
        dist.all_reduce(flat)
        flat /= R
        for p, g in zip(params, flat.split(sizes)):
            p.grad = g.view_as(p)

    def save():
        if rank:
            return
        torch.save({"model": model.state_dict(), "opt": opt.state_dict(), "ema": ema, "step": step, "muon": muon.state_dict()}, a.out / "last.tmp")
        (a.out / "last.tmp").replace(last)

    t_log = t_eval = t_save = time.time()
    acc, seen = {}, 0
    while step < total:
        b = q.get()
        T, B = b["T"], len(b["y"])
        w = work(step) / work(total)
        lr = a.lr * min(1, max(1, step + 1 - a.warm) / 150, (step - first + 1) / 30) * (.5 + .5 * math.cos(math.pi * w)) + 1e-6
        for g in opt.param_groups:
            g["lr"] = lr
        t = {k: torch.from_numpy(v).float() for k, v in b.items() if k in ("a", "b", "y", "j2d", "j3d", "vel", "on")}
        px = torch.from_numpy(b["px"]).float().mul_(t["a"][:, None, :, None, None]).add_(t["b"][:, None, :, None, None])
        keep = torch.from_numpy(b["keep"]) if "keep" in b else None
        causal = torch.arange(B) % 2 == 0
        times = None if T == 32 else torch.from_numpy(b["times"])
        text = bank[torch.arange(len(LABELS)), torch.from_numpy(b["text"])]
        warming = step < a.warm
        torch.set_grad_enabled(not warming)
        with torch.autocast("cpu", torch.bfloat16):
            through = torch.tensor(min(1., a.through + (1 - a.through) * 2 * w))
            video, patches, feat, cls, tokens = (model.video if warming else look)(px, keep, causal, times, through)
            torch.set_grad_enabled(True)
            logits = model.logits(video, patches, text)
            pose, ptok, frame = model.aux["pose"](cls), model.aux["patch"](tokens), model.aux["frame"](feat)
            cells = model.aux["parts"](tokens)
        ce = -(t["y"] * logits.log_softmax(1)).sum(1).mean()
        on = t["on"]
        pose = pose.float().view(B, T, 13, 8)
        d = F.smooth_l1_loss(pose, torch.cat([t["j2d"].clamp(-1.6, 1.6), t["j3d"] * 2, t["vel"].clamp(-2, 2)], -1), reduction="none", beta=.1)
        den = on.sum() * 13 + 1
        d = d.sum(2) * on[..., None]
        parts = [d[..., k].sum() / den for k in (slice(0, 2), slice(2, 5), slice(5, 8))]
        lp = 4 * parts[0] + 5 * parts[1] + 6 * parts[2]
        pt = torch.from_numpy(dataset.patch_targets(b["j2d"]).astype(np.float32)) * on[..., None, None]
        part = torch.from_numpy(b["parts"]).long()
        if keep is not None:
            pt, part = (torch.gather(x, 2, keep[:, None, :, None].expand(-1, T, -1, x.shape[-1])) for x in (pt, part))
        ls = F.cross_entropy(cells.float().reshape(-1, PARTS), part.flatten(), weigh)
        lt = F.binary_cross_entropy_with_logits(ptok.float(), pt) * 12
        lf = F.cross_entropy(frame.float().flatten(0, 1), torch.from_numpy(b["lab"]).long().flatten())
        # first learn to see people: labels are noise to a network that cannot find a person yet
        see = min(1., max(.02, (step - a.see) / a.see))
        loss = see * (ce * (not warming) + lf) + lp + 1.5 * lt + a.parts * ls + 2e-4 * video.float().pow(2).sum(1).mean()
        opt.zero_grad(set_to_none=True)
        loss.backward()
        if R > 1:
            average()
        gn = torch.nn.utils.clip_grad_norm_(params, 2.)
        if warming:
            heads.step()
        else:
            opt.step()
            muon.step(lr * a.muon)
        with torch.no_grad():
            model.net.logit_scale.clamp_(0, math.log(30))
            if step % 4 == 3:
                k = min(.995, 1 - 40 / (step + 41 - min(step, a.warm))) if step >= a.warm else 0.
                sd = model.state_dict()
                torch._foreach_lerp_([ema[n] for n in sd], [sd[n] for n in sd], 1 - k)
        step += 1
        seen += B * R
        hit = (logits.argmax(1) == t["y"].argmax(1)).float()
        for n, v in (("ce", ce), ("acc", hit.mean()), ("acc_causal", hit[causal].mean()), ("2d", parts[0]), ("3d", parts[1]), ("vel", parts[2]), ("patch", lt), ("parts", ls), ("arm", armed(cells, part)), ("frame", lf), ("gn", gn)):
            acc.setdefault(n, []).append(v.item())
        now = time.time()
        due = torch.tensor([now - t_eval > a.eval_every], dtype=torch.int32)
        if R > 1:
            dist.broadcast(due, 0)
        if now - t_log > 30:
            say(f"step {step} lr {lr:.1e} clips/s {seen / (now - t_log):.1f} queue {q.qsize()} scale {model.net.logit_scale.exp().item():.1f}",
                " ".join(f"{n} {np.mean(v):.3f}" for n, v in acc.items()))
            acc, seen, t_log = {}, 0, now
        if now - t_save > a.save_every:
            save()
            t_save = now
        if due.item() or step == total:
            mine = {k: v.clone() for k, v in model.state_dict().items()}
            model.load_state_dict(ema)
            both = [torch.from_numpy(evaluate(model, held, tok, windows[k:: R * k2], causal=c)) for c, k, k2 in ((False, rank, 1), (True, rank, 3))]
            if R > 1:
                [dist.all_reduce(x) for x in both]
            (top, lines), (top_c, _) = report(both[0].numpy()), report(both[1].numpy())
            model.load_state_dict(mine)
            say(f"HELD-OUT step {step} top-1 {top:.4f} causal (every third window) {top_c:.4f}\n{lines}")
            t_eval = time.time()
    save()


if __name__ == "__main__":
    main()
