"""Give the text tower a start of its own: phrasings of one action close together, actions far apart.

Untrained, the tower gives every sentence nearly the same vector, and the video side has nothing to aim at. A minute of
text-only training against fixed orthogonal directions, one per class, removes that saddle; afterwards the tower is
trained together with everything else.

    python pretext.py TOK OUT.pt
"""
import sys

import numpy as np
import torch
import torch.nn.functional as F
from transformers import AutoTokenizer

import phrasings
from labels import LABELS
from model import Trainee

PARTS = ("text_model.", "text_projection.")


def start(model):
    with torch.no_grad():
        t = model.net.text_model
        t.embeddings.token_embedding.weight.normal_(0, .5)
        t.embeddings.position_embedding.weight.normal_(0, .05)
        for l in t.encoder.layers:
            for p in (l.self_attn.q_proj, l.self_attn.k_proj, l.self_attn.v_proj, l.self_attn.out_proj):
                torch.nn.init.xavier_uniform_(p.weight)


def main(tokpath, out, steps=700, seed=0):
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    tok = AutoTokenizer.from_pretrained(tokpath)
    model = Trainee(len(tok))
    start(model)
    q, _ = torch.linalg.qr(torch.randn(192, 192))
    proto = q[:len(LABELS)]
    ps = [p for n, p in model.net.named_parameters() if n.startswith(PARTS)]
    opt = torch.optim.AdamW(ps, 1e-3, weight_decay=.05, betas=(.9, .98))
    rng = np.random.default_rng(seed)
    y = torch.arange(len(LABELS)).repeat(4)
    for s in range(steps):
        for g in opt.param_groups:
            g["lr"] = 1e-3 * min(1, (s + 1) / 50) * (1 - s / steps) + 1e-6
        e = tok([phrasings.sample(rng, LABELS[i]) for i in y.tolist()], padding=True, return_tensors="pt")["input_ids"]
        z = F.normalize(model.text(e), dim=-1)
        loss = F.cross_entropy(12 * z @ proto.T, y, label_smoothing=.02)
        opt.zero_grad()
        loss.backward()
        opt.step()
        if s % 100 == 99:
            print(s + 1, loss.item(), flush=True)
    with torch.no_grad():
        un = [F.normalize(model.text(tok([phrasings.UNSEEN[l][k] for l in LABELS], padding=True, return_tensors="pt")["input_ids"]), dim=-1) for k in range(3)]
        print("unseen phrasings of their own class's direction:", [float(((u @ proto.T).argmax(1) == torch.arange(len(LABELS))).float().mean()) for u in un])
        print("wrong:", [(phrasings.UNSEEN[l][k], LABELS[int((un[k][i] @ proto.T).argmax())]) for k in range(3) for i, l in enumerate(LABELS) if int((un[k][i] @ proto.T).argmax()) != i])
    torch.save({n: p.detach() for n, p in model.net.state_dict().items() if n.startswith(PARTS)}, out)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
