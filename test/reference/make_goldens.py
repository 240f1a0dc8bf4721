"""Runs transformers' XCLIPModel on the cases of cases.json and writes what it computes to golden/<case>.safetensors.

    pip install -r requirements.txt && python make_goldens.py [case ...]
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from transformers import XCLIPConfig, XCLIPModel

import seeded

HERE = Path(__file__).parent
STORED = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def build(case: dict) -> XCLIPModel:
    """The model with every weight made from the seed, rounded to the stored type, computing in float32."""
    model = XCLIPModel(XCLIPConfig(**case["config"])).eval()
    state = {
        name: torch.from_numpy(seeded.tensor(name, tuple(value.shape), case["seed"], case["alpha"]))
        .to(STORED[case["dtype"]])
        .float()
        for name, value in model.state_dict().items()
    }
    model.load_state_dict(state, strict=True)
    return model


def pixel_values(case: dict) -> torch.Tensor:
    """What the image processor makes of the frames: rescale, normalise, channels first."""
    vision = case["config"]["vision_config"]
    shape = (case["batch"], vision["num_frames"], vision["image_size"], vision["image_size"], 3)
    pixels = seeded.frames(case["seed"], shape).astype(np.float32) * np.float32(1 / 255)
    mean, std = (np.array(case[key], dtype=np.float32) for key in ("mean", "std"))
    return torch.from_numpy((pixels - mean) / std).permute(0, 1, 4, 2, 3)


@torch.no_grad()
def outputs(case: dict) -> dict[str, torch.Tensor]:
    """Everything the three graphs give out."""
    model = build(case)
    kept = {}
    record = lambda name: lambda module, args, out: kept.__setitem__(name, out)
    model.visual_projection.register_forward_hook(record("frame_features"))
    model.text_projection.register_forward_hook(record("text_embeds"))
    model.mit.register_forward_hook(record("mit"))
    model.prompts_generator.register_forward_pre_hook(lambda module, args: kept.__setitem__("patch_features", args[1]))
    vocabulary = case["config"]["text_config"]["vocab_size"]
    ids = seeded.token_ids(case["seed"], case["labels"], case["sequence"], vocabulary)
    result = model(input_ids=torch.from_numpy(ids), pixel_values=pixel_values(case))
    batch, frames = case["batch"], case["config"]["vision_config"]["num_frames"]
    return {
        "text_embeds": kept["text_embeds"],
        "frame_features": kept["frame_features"].view(batch, frames, -1),
        "video_embeds": kept["mit"][1],
        "patch_features": kept["patch_features"][:, :: case.get("patchStride", 1)],
        "logits": result.logits_per_video,
        "probabilities": result.logits_per_video.softmax(dim=1),
    }


def main() -> None:
    wanted = sys.argv[1:]
    (HERE / "golden").mkdir(exist_ok=True)
    for case in json.loads((HERE / "cases.json").read_text())["cases"]:
        if wanted and case["name"] not in wanted:
            continue
        found = {name: np.ascontiguousarray(value.numpy()) for name, value in outputs(case).items()}
        save_file(found, HERE / "golden" / f"{case['name']}.safetensors")
        print(case["name"], "logits", np.round(found["logits"][0][:5], 3), "spread", np.ptp(found["logits"]))


if __name__ == "__main__":
    main()
