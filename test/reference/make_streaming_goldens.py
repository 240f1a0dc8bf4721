"""Computes streaming mode frame by frame with transformers' own modules and writes golden/streaming/<case>.safetensors.

    python make_streaming_goldens.py [case ...]

What docs/inference.md defines, in the plainest way: no keys or values are cached here. Every layer keeps the last T
(normed) messages themselves and runs the model's whole `message_attn` over them; the newest row is what the new frame hears.
The head runs on the last T frames' features, and the patches' mean is taken over the last T frames afresh.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

import seeded
from make_goldens import HERE, build

CASES = [
    "one-layer-4-frames",
    "three-layers-8-frames-batch-3",
    "32-frames-patch-32-101-labels",
    "exact-gelu-batch-3-101-labels",
    "half-precision",
]


def frames_of(case: dict) -> int:
    """Frames per stream: past the point where the oldest messages leave a cache that has been full for a window."""
    window = case["config"]["vision_config"]["num_frames"]
    return 2 * window + 3 if window <= 8 else window + 5


def pixel_values(case: dict) -> torch.Tensor:
    """`[streams, frames, 3, H, W]`, as the image processor makes them."""
    edge = case["config"]["vision_config"]["image_size"]
    pixels = seeded.frames(case["seed"], (case["batch"], frames_of(case), edge, edge, 3)).astype(np.float32)
    mean, std = (np.array(case[key], dtype=np.float32) for key in ("mean", "std"))
    return torch.from_numpy((pixels * np.float32(1 / 255) - mean) / std).permute(0, 1, 4, 2, 3)


class Stream:
    """One stream since its last reset."""

    def __init__(self, model, window: int):
        self.model, self.window = model, window
        self.messages = [[] for _ in model.vision_model.encoder.layers]
        self.features, self.terms = [], []

    def push(self, frame: torch.Tensor) -> None:
        """Encodes one frame, `[3, H, W]`."""
        model, vision = self.model, self.model.vision_model
        hidden = vision.pre_layernorm(vision.embeddings(frame[None]))
        for layer, messages in zip(vision.encoder.layers, self.messages):
            message = layer.message_fc(hidden[:, 0])
            messages.append(layer.message_ln(message))
            del messages[: -self.window]
            message = message + layer.message_attn(torch.stack(messages, dim=1))[0][:, -1]
            both = layer.layer_norm1(torch.cat([hidden, message[:, None]], dim=1))
            hidden = hidden + layer.self_attn(hidden_states=both, attention_mask=None)[0][:, :-1]
            hidden = hidden + layer.mlp(layer.layer_norm2(hidden))
        self.features.append(model.visual_projection(vision.post_layernorm(hidden[:, 0]))[0])
        self.terms.append((model.prompts_visual_layernorm(hidden[:, 1:]) @ model.prompts_visual_projection)[0])

    def patches(self) -> torch.Tensor:
        return torch.stack(self.terms[-self.window :]).mean(dim=0)

    def logits(self, text: torch.Tensor) -> torch.Tensor:
        """The head on the last T frames; `text` is `[labels, projection]`."""
        model = self.model
        video = model.mit(torch.stack(self.features[-self.window :])[None])[1]
        prompted = text[None] + model.prompts_generator(text[None], self.patches()[None])
        cosine = torch.nn.functional.cosine_similarity(video[:, None], prompted, dim=-1)
        return (model.logit_scale.exp() * cosine)[0]


@torch.no_grad()
def outputs(case: dict) -> dict[str, torch.Tensor]:
    model = build(case)
    window = case["config"]["vision_config"]["num_frames"]
    vocabulary = case["config"]["text_config"]["vocab_size"]
    ids = torch.from_numpy(seeded.token_ids(case["seed"], case["labels"], case["sequence"], vocabulary))
    text = model.text_projection(model.text_model(input_ids=ids)[1])
    features, logits, patches = [], [], []
    for video in pixel_values(case):
        stream, scored = Stream(model, window), []
        for index, frame in enumerate(video):
            stream.push(frame)
            if index >= window - 1:
                scored.append(stream.logits(text))
        features.append(torch.stack(stream.features))
        logits.append(torch.stack(scored))
        patches.append(stream.patches())
    return {
        "frame_features": torch.stack(features),
        "logits": torch.stack(logits),
        "patch_features": torch.stack(patches),
    }


def main() -> None:
    folder = HERE / "golden" / "streaming"
    folder.mkdir(exist_ok=True)
    for case in json.loads((HERE / "cases.json").read_text())["cases"]:
        if case["name"] not in (sys.argv[1:] or CASES):
            continue
        found = {name: np.ascontiguousarray(value.numpy()) for name, value in outputs(case).items()}
        save_file(found, folder / f"{case['name']}.safetensors")
        print(case["name"], {name: value.shape for name, value in found.items()}, "spread", np.ptp(found["logits"]))


if __name__ == "__main__":
    main()
