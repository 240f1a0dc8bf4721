"""Writes small checkpoints the way PyTorch does: golden/torch/, read by test/checkpoint/torch.

    pip install -r requirements.txt && python make_torch_files.py

one-layer-4-frames.bin is a Hugging Face state_dict as `save_pretrained` of older versions stores it; videox-names.pth is what the
training program of VideoX saves (its keys, its settings object, an optimiser's state), with the weights under the names of VideoX.
views.pth holds tensors that share storages, and one whose numbers do not follow one another; legacy.pth is the format before PyTorch 1.6.
"""

import json
import re
from pathlib import Path

import torch
from yacs.config import CfgNode

from make_goldens import build

HERE = Path(__file__).parent
OUT = HERE / "golden" / "torch"


def case(name: str) -> dict:
    return next(one for one in json.loads((HERE / "cases.json").read_text())["cases"] if one["name"] == name)


def hugging_face() -> None:
    torch.save(build(case("one-layer-4-frames")).state_dict(), OUT / "one-layer-4-frames.bin")


def to_videox(state: dict) -> dict:
    """The names of Hugging Face turned back into those of VideoX: the inverse of transformers' conversion script."""
    renamed = {}
    for name, value in state.items():
        if "position_ids" in name:
            continue
        if name in ("text_projection.weight", "visual_projection.weight"):
            value = value.T.contiguous()
        for pattern, replacement in INVERSE:
            name = re.sub(pattern, replacement, name)
        renamed[name] = value
    for name in [name for name in renamed if name.endswith("attn.q_proj.weight") and "cross_attn" not in name]:
        for kind in ("weight", "bias"):
            parts = [renamed.pop(name.replace("q_proj.weight", f"{part}_proj.{kind}")) for part in "qkv"]
            renamed[name.replace("q_proj.weight", f"in_proj_{kind}")] = torch.cat(parts)
    return renamed


INVERSE = [
    (r"^text_model\.embeddings\.token_embedding", "token_embedding"),
    (r"^text_model\.embeddings\.position_embedding\.weight", "positional_embedding"),
    (r"^text_model\.final_layer_norm", "ln_final"),
    (r"^text_model\.encoder\.layers", "transformer.resblocks"),
    (r"^text_projection\.weight", "text_projection"),
    (r"^vision_model\.embeddings\.class_embedding", "visual.class_embedding"),
    (r"^vision_model\.embeddings\.position_embedding\.weight", "visual.positional_embedding"),
    (r"^vision_model\.embeddings\.patch_embedding", "visual.conv1"),
    (r"^vision_model\.pre_layernorm", "visual.ln_pre"),
    (r"^vision_model\.post_layernorm", "visual.ln_post"),
    (r"^vision_model\.encoder\.layers", "visual.transformer.resblocks"),
    (r"^visual_projection\.weight", "visual.proj"),
    (r"^prompts_visual_layernorm", "prompts_visual_ln"),
    (r"^prompts_visual_projection", "prompts_visual_proj"),
    (r"^prompts_generator\.layernorm", "prompts_generator.norm"),
    (r"^mit\.position_embedding", "mit.positional_embedding"),
    (r"^mit\.encoder\.layers", "mit.resblocks"),
    (r"\.layer_norm(\d)\.", r".ln_\1."),
    (r"\.mlp\.fc1\.", ".mlp.c_fc."),
    (r"\.mlp\.fc2\.", ".mlp.c_proj."),
    (r"\.self_attn\.", ".attn."),
]


def videox() -> None:
    """What `epoch_saving` of X-CLIP/utils/tools.py saves."""
    state = {name: value.half() for name, value in build(case("videox-names")).state_dict().items()}
    parameter = torch.nn.Parameter(torch.ones(3))
    optimizer = torch.optim.AdamW([parameter], lr=8e-6, betas=(0.9, 0.98))
    parameter.sum().backward()
    optimizer.step()
    config = CfgNode({"DATA": {"NUM_FRAMES": 4, "LABEL_LIST": "labels.csv"}, "AUG": {"GRAY_SCALE": 0.2}})
    config.freeze()
    saved = {
        "model": to_videox(state),
        "optimizer": optimizer.state_dict(),
        "lr_scheduler": {"base_values": [8e-6], "noise_range_t": None, "t_in_epochs": False, "warmup_t": -1},
        "max_accuracy": 83.4,
        "epoch": 49,
        "config": config,
    }
    torch.save(saved, OUT / "videox-names.pth")


def views() -> None:
    numbers = torch.arange(24, dtype=torch.float32).reshape(4, 6)
    tensors = {
        "whole": numbers,
        "rows": numbers[1:3],
        "turned": numbers.t(),
        "parameter": torch.nn.Parameter(torch.ones(2, 2, dtype=torch.bfloat16)),
        "half": torch.ones(3, dtype=torch.float16),
        "integers": torch.arange(3),
        "scalar": torch.tensor(1.5),
        "empty": torch.empty(0),
        "channels_last": torch.ones(2, 3, 1, 1).contiguous(memory_format=torch.channels_last),
    }
    torch.save({"state_dict": tensors, "epoch": 3}, OUT / "views.pth")
    torch.save({"columns": numbers[:, 1:3]}, OUT / "columns.pth")
    torch.save({"whole": numbers}, OUT / "legacy.pth", _use_new_zipfile_serialization=False)
    torch.save({"model": {"whole": numbers}}, OUT / "protocol-5.pth", pickle_protocol=5)


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    hugging_face()
    videox()
    views()
