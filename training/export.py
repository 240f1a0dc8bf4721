"""Write a training checkpoint as a Hugging Face X-CLIP folder (fp16), and prove that transformers computes the same.

    python export.py RUN/last.pt OUTDIR --tokenizer TOK
"""
import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoTokenizer, XCLIPModel

import dataset
from labels import LABELS
from model import FRAMES, IMAGE, Trainee

PREPROCESSOR = {
    "crop_size": {"height": IMAGE, "width": IMAGE},
    "do_center_crop": True,
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "feature_extractor_type": "VideoMAEFeatureExtractor",
    "image_mean": [0.485, 0.456, 0.406],
    "image_processor_type": "VideoMAEImageProcessor",
    "image_std": [0.229, 0.224, 0.225],
    "resample": 2,
    "rescale_factor": 0.00392156862745098,
    "size": {"shortest_edge": IMAGE},
}
MANIFEST = {
    "name": "xclip-mini",
    "version": "1.3.0",
    "fps": 10,
    "frames": FRAMES,
    "strideFrames": 4,
    "referencePoint": dataset.REFERENCE,
    "backgroundLabel": "nothing happening",
    "promptTemplates": ["{}"],
    "recommended": {"enter": 0.45, "exit": 0.15, "minDurationMs": 800, "gapToleranceMs": 1000, "smoothingMs": 300},
}


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("checkpoint", type=Path)
    ap.add_argument("out", type=Path)
    ap.add_argument("--tokenizer", type=Path, required=True)
    ap.add_argument("--version", default=MANIFEST["version"])
    a = ap.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    tok = AutoTokenizer.from_pretrained(a.tokenizer)
    z = torch.load(a.checkpoint, weights_only=False)
    model = Trainee(len(tok))
    model.load_state_dict(z["ema"])
    half = {k: v.half().contiguous() for k, v in model.net.state_dict().items()}
    bad = [k for k, v in half.items() if not torch.isfinite(v).all()]
    assert not bad, bad
    save_file(half, a.out / "model.safetensors", metadata={"format": "pt"})
    cfg = model.config
    cfg.architectures = ["XCLIPModel"]
    cfg.dtype = "float16"
    cfg.save_pretrained(a.out)
    (a.out / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR, indent=2) + "\n")
    (a.out / "labels.txt").write_text("\n".join(LABELS) + "\n")
    (a.out / "manifest.json").write_text(json.dumps({**MANIFEST, "version": a.version}, indent=2) + "\n")
    for n in ("tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt", "special_tokens_map.json"):
        shutil.copy(a.tokenizer / n, a.out / n)

    # parity, in fp32 with the weights as stored
    hf = XCLIPModel.from_pretrained(a.out, dtype=torch.float32, attn_implementation="eager").eval()
    model.net.load_state_dict({k: v.float() for k, v in half.items()})
    model.eval()
    tok = AutoTokenizer.from_pretrained(a.out)
    g = torch.Generator().manual_seed(0)
    px = torch.randn(2, FRAMES, 3, IMAGE, IMAGE, generator=g)
    enc = tok(LABELS, padding=True, return_tensors="pt")
    with torch.no_grad():
        ref = hf(input_ids=enc["input_ids"], attention_mask=enc["attention_mask"], pixel_values=px).logits_per_video
        v, p, *_ = model.video(px)
        mine = model.logits(v, p, model.text(enc["input_ids"]))
    d = (ref - mine).abs().max().item()
    size = (a.out / "model.safetensors").stat().st_size
    print(json.dumps({"step": z["step"], "bytes": size, "parameters": sum(x.numel() for x in half.values()),
                      "maxAbsLogitDifference": d, "logitScale": model.net.logit_scale.exp().item()}))
    assert d < 1e-3 and size < 12e6


if __name__ == "__main__":
    main()
