"""X-CLIP for training: the parameters are those of transformers' XCLIPModel (so a checkpoint loads there as it is), the
forward pass is written out again, because it has to be quick on a CPU (plain attention under bfloat16 autocast is
several times faster than fused attention there), to take fewer frames, to leave out patches, and to mask messages.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F
from transformers import XCLIPConfig, XCLIPModel

from dataset import CELLS
from labels import LABELS
from renderer.body import PARTS

FRAMES, IMAGE, PATCH = 32, 112, 16


def config(vocab):
    return XCLIPConfig(
        text_config=dict(vocab_size=vocab, hidden_size=128, intermediate_size=512, num_hidden_layers=2,
                         num_attention_heads=4, max_position_embeddings=77, hidden_act="quick_gelu",
                         bos_token_id=vocab - 2, eos_token_id=vocab - 1, pad_token_id=vocab - 1),
        vision_config=dict(hidden_size=192, intermediate_size=576, num_hidden_layers=6, num_attention_heads=3,
                           image_size=IMAGE, patch_size=PATCH, num_frames=FRAMES, hidden_act="quick_gelu",
                           mit_hidden_size=192, mit_intermediate_size=768, mit_num_hidden_layers=1,
                           mit_num_attention_heads=6, drop_path_rate=0.0),
        projection_dim=192, prompt_layers=2, prompt_num_attention_heads=6, prompt_alpha=0.1,
        prompt_attention_dropout=0.0, prompt_projection_dropout=0.0, logit_scale_init_value=2.6592)


def heads_attend(q, k, v, H, mask=None):
    B, N, D = q.shape
    q, k, v = (x.view(B, -1, H, D // H).transpose(1, 2) for x in (q, k, v))
    a = (q * (D // H) ** -.5) @ k.transpose(-1, -2)
    if mask is not None:
        a = a + mask
    return (a.softmax(-1).to(v.dtype) @ v).transpose(1, 2).reshape(B, N, D)


def attend(m, x, mask=None):
    """XCLIPAttention with one product for q, k and v."""
    w = torch.cat([m.q_proj.weight, m.k_proj.weight, m.v_proj.weight])
    b = torch.cat([m.q_proj.bias, m.k_proj.bias, m.v_proj.bias])
    q, k, v = F.linear(x, w, b).chunk(3, -1)
    return m.out_proj(heads_attend(q, k, v, m.num_heads, mask))


def quick_gelu(x):
    return x * torch.sigmoid(1.702 * x)


def mlp(m, x):
    return m.fc2(quick_gelu(m.fc1(x)))


class Trainee(nn.Module):
    def __init__(self, vocab, joints=13):
        super().__init__()
        self.config = config(vocab)
        self.net = XCLIPModel(self.config)
        d = self.config.vision_config.hidden_size
        # thrown away after training
        self.aux = nn.ModuleDict({"pose": nn.Linear(d, joints * 8), "patch": nn.Linear(d, joints),
                                  "parts": nn.Linear(d, CELLS * CELLS * PARTS),
                                  "frame": nn.Linear(self.config.projection_dim, len(LABELS))})

    def text(self, ids):
        """[K, L] token ids -> [K, P]."""
        t = self.net.text_model
        e = t.embeddings
        x = e.token_embedding(ids) + e.position_embedding.weight[:ids.shape[1]]
        L = ids.shape[1]
        mask = torch.full((L, L), float("-inf"), device=ids.device).triu(1)
        for l in t.encoder.layers:
            x = x + attend(l.self_attn, l.layer_norm1(x), mask)
            x = x + mlp(l.mlp, l.layer_norm2(x))
        x = t.final_layer_norm(x)
        return self.net.text_projection(x[torch.arange(len(ids)), ids.argmax(1)])

    def video(self, px, keep=None, causal=None, times=None, through=None):
        """px [B, T, 3, 112, 112]; keep [B, K] patch numbers or None; causal [B] bool or None (all see all).

        through: how much of the window loss's gradient reaches the frame tower, a scalar tensor (training only).
        Returns video [B, P], patches [B, N, P], frame features [B, T, P], cls [B, T, D], tokens [B, T, N, D].
        """
        n, v = self.net, self.net.vision_model
        B, T = px.shape[:2]
        D = self.config.vision_config.hidden_size
        pe = v.embeddings
        g = IMAGE // PATCH
        x = px.reshape(B * T, 3, g, PATCH, g, PATCH).permute(0, 2, 4, 1, 3, 5).reshape(B, T, g * g, 3 * PATCH * PATCH)
        pos = pe.position_embedding.weight
        ppos = pos[1:].expand(B, 1, -1, -1)
        if keep is not None:
            x = torch.gather(x, 2, keep[:, None, :, None].expand(-1, T, -1, x.shape[-1]))
            ppos = torch.gather(ppos, 2, keep[:, None, :, None].expand(-1, 1, -1, D))
        x = F.linear(x, pe.patch_embedding.weight.reshape(D, -1)) + ppos
        x = torch.cat([(pe.class_embedding + pos[0]).expand(B, T, 1, D).to(x.dtype), x], 2).flatten(0, 1)
        x = v.pre_layernorm(x)
        mask = None
        if causal is not None:
            m = torch.full((T, T), float("-inf"), device=px.device).triu(1)
            mask = torch.where(causal[:, None, None], m, torch.zeros_like(m))[:, None]
        for l in v.encoder.layers:
            m = l.message_fc(x[:, 0]).view(B, T, D)
            m = m + attend(l.message_attn, l.message_ln(m), mask)
            x = torch.cat([x, m.reshape(B * T, 1, D).to(x.dtype)], 1)
            x = x + attend(l.self_attn, l.layer_norm1(x))
            x = x[:, :-1]
            x = x + mlp(l.mlp, l.layer_norm2(x))
        cls = v.post_layernorm(x[:, 0]).view(B, T, D)
        feat = n.visual_projection(cls)
        mp = n.mit.position_embedding[0][times] if times is not None else n.mit.position_embedding
        own, raw = feat, n.prompts_visual_layernorm(x[:, 1:])
        if through is not None:
            feat, x = feat * through + feat.detach() * (1 - through), x * through + x.detach() * (1 - through)
        y = feat + mp
        for l in n.mit.encoder.layers:
            y = y + attend(l.self_attn, l.layer_norm1(y))
            y = y + mlp(l.mlp, l.layer_norm2(y))
        video = (y + feat).mean(1)
        tok = n.prompts_visual_layernorm(x[:, 1:])
        patches = (tok @ n.prompts_visual_projection.to(tok.dtype)).view(B, T, -1, feat.shape[-1]).mean(1)
        return video, patches, own, cls, raw.view(B, T, -1, D)

    def logits(self, video, patches, text):
        g = self.net.prompts_generator
        B = len(video)
        vis = g.layernorm(patches)
        t = text.expand(B, -1, -1)
        for l in g.decoder:
            h = l.norm1(t)
            c = l.cross_attn
            t = t + c.proj(heads_attend(c.q_proj(h), c.k_proj(vis), c.v_proj(vis), c.num_heads))
            t = t + l.mlp[3](quick_gelu(l.mlp[0](l.norm3(t))))
        t = text + g.alpha * t
        v = F.normalize(video.float(), dim=-1)
        t = F.normalize(t.float(), dim=-1)
        return torch.einsum("bd,bkd->bk", v, t) * self.net.logit_scale.exp()
