"""Trains a small tokenizer of CLIP's kind on the sources of transformers, and writes what transformers makes of many texts.

    pip install -r requirements.txt && python make_tokenizer.py

Writes golden/tokenizer/ (a folder as CLIPTokenizer saves it) and golden/token-ids.json. Texts and ids are stored as JSON.
"""

import json
import tempfile
from pathlib import Path

import transformers
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import AutoTokenizer, CLIPTokenizer

from texts import TEXTS, UNICODE

HERE = Path(__file__).parent
WORDS = r"""'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""
BOS, EOS = "<|startoftext|>", "<|endoftext|>"
MERGES = 2000


def corpus() -> list[str]:
    sources = sorted((Path(transformers.__file__).parent / "models").glob("*/modeling_*.py"))[:150]
    return [path.read_text(encoding="utf8") for path in sources] + UNICODE * 2000


def train() -> list[tuple[str, str]]:
    """Byte pairs by frequency, most frequent first."""
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>", continuing_subword_prefix="", unk_token=EOS))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    split = pre_tokenizers.Split(Regex(WORDS), behavior="removed", invert=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=512 + MERGES, initial_alphabet=alphabet, end_of_word_suffix="</w>", show_progress=False
    )
    tokenizer.train_from_iterator(corpus(), trainer)
    return [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]][:MERGES]


def vocabulary(merges: list[tuple[str, str]]) -> dict[str, int]:
    """CLIP's order: bytes, bytes that end a word, merges, special tokens."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = alphabet + [byte + "</w>" for byte in alphabet] + [a + b for a, b in merges] + [BOS, EOS]
    return {token: index for index, token in enumerate(dict.fromkeys(tokens))}


def main() -> None:
    merges = train()
    clip = CLIPTokenizer(vocab=vocabulary(merges), merges=merges, model_max_length=77)
    folder = HERE / "golden" / "tokenizer"
    clip.save_pretrained(folder)
    definition = json.loads((folder / "tokenizer.json").read_text())
    (folder / "tokenizer.json").write_text(json.dumps(definition, ensure_ascii=False, separators=(",", ":")))
    with tempfile.TemporaryDirectory() as copy:
        clip.save_pretrained(copy)
        loaded = AutoTokenizer.from_pretrained(copy)
    rows = [{"text": text, "ids": loaded(text, truncation=True)["input_ids"]} for text in TEXTS]
    padded = loaded(TEXTS[:4], padding=True, truncation=True)["input_ids"]
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    golden = f'{{"padded":{json.dumps(padded)},\n"texts":[\n{lines}\n]}}\n'
    (HERE / "golden" / "token-ids.json").write_text(golden)
    print(len(rows), "texts", len(loaded), "tokens")


if __name__ == "__main__":
    main()
