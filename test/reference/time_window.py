"""Times one window of transformers' XCLIPModel, text tower left out, each time a line comes on standard input.

    python time_window.py <folder> <threads>

The folder holds a checkpoint, `frames.bin` (uint8 [T, H, W, 3]) and `text.bin` (float32 [labels, projection]). Answers are JSON lines: first what runs,
then {"ms", "logits", "video"} for each window. Used by bench/precision.mjs.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
import transformers
from transformers import XCLIPModel


def load_inputs(folder: Path, model: XCLIPModel) -> tuple[torch.Tensor, torch.Tensor]:
    """Normalised pixels [1, T, 3, H, W] and text embeddings [labels, projection]."""
    settings = json.loads((folder / "preprocessor_config.json").read_text())
    vision = model.config.vision_config
    shape = (vision.num_frames, vision.image_size, vision.image_size, 3)
    frames = np.fromfile(folder / "frames.bin", dtype=np.uint8).reshape(shape).astype(np.float32) / 255
    mean, std = (np.array(settings[key], dtype=np.float32) for key in ("image_mean", "image_std"))
    pixels = torch.from_numpy((frames - mean) / std).permute(0, 3, 1, 2)[None].contiguous()
    text = np.fromfile(folder / "text.bin", dtype=np.float32).reshape(-1, model.config.projection_dim)
    return pixels, torch.from_numpy(text)


def score(model: XCLIPModel, pixels: torch.Tensor, text: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Video embedding and logits, from the modules of XCLIPModel in the order of its forward."""
    batch, frames = pixels.shape[:2]
    tokens, pooled = model.vision_model(pixel_values=pixels.flatten(0, 1))[:2]
    video = model.mit(model.visual_projection(pooled).view(batch, frames, -1))[1]
    patches = model.prompts_visual_layernorm(tokens[:, 1:]) @ model.prompts_visual_projection
    patches = patches.view(batch, frames, -1, video.shape[-1]).mean(dim=1)
    words = text.expand(batch, -1, -1)
    words = words + model.prompts_generator(words, patches)
    cosine = torch.nn.functional.cosine_similarity(video[:, None], words, dim=-1)
    return video, model.logit_scale.exp() * cosine


def main() -> None:
    folder, threads = Path(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    model = XCLIPModel.from_pretrained(folder, attn_implementation="sdpa").eval()
    pixels, text = load_inputs(folder, model)
    print(json.dumps({"torch": torch.__version__, "transformers": transformers.__version__, "threads": threads}), flush=True)
    for _ in sys.stdin:
        with torch.inference_mode():
            started = time.perf_counter()
            video, logits = score(model, pixels, text)
            ms = 1000 * (time.perf_counter() - started)
        print(json.dumps({"ms": ms, "logits": logits[0].tolist(), "video": video[0].tolist()}), flush=True)


if __name__ == "__main__":
    main()
