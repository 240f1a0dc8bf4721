"""Writes small checkpoints the way PyTorch does: golden/torch/, read by test/checkpoint/torch.

    pip install -r requirements.txt && python make_torch_files.py

one-layer-4-frames.bin is a Hugging Face state_dict as `save_pretrained` of older versions stores it; videox-names.pth is what the
training program of VideoX saves (its keys, its settings object, an optimiser's state), with the weights under the names of VideoX.
views.pth holds tensors that share storages, and one whose numbers do not follow one another; legacy.pth is the format before PyTorch 1.6.
"""

import json
from pathlib import Path

import torch

from make_goldens import build

HERE = Path(__file__).parent
OUT = HERE / "golden" / "torch"


def case(name: str) -> dict:
    return next(one for one in json.loads((HERE / "cases.json").read_text())["cases"] if one["name"] == name)


def hugging_face() -> None:
    torch.save(build(case("one-layer-4-frames")).state_dict(), OUT / "one-layer-4-frames.bin")


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
    views()
