"""Train the byte-level BPE of the text tower (CLIP's scheme, lower-cased, at most 1000 entries).

    python tokenizer.py OUTDIR
"""
import json
import sys
from pathlib import Path

from tokenizers import trainers
from transformers import CLIPTokenizer

import phrasings

VOCAB = 1000
BOS, EOS = "<|startoftext|>", "<|endoftext|>"
# general vocabulary, so that labels of other data sets are not spelled out byte by byte
EXTRA = """shaking hands hugging pushing fighting drinking water eating talking on the phone reading a book writing typing
opening closing door dancing climbing stairs cycling riding swimming carrying box lifting weights push ups sit ups stretching
handshake hug kick point punch push none fight no aerobics playing guitar cooking cleaning driving car catching crawling
turning looking smoking laughing crying sleeping brushing teeth hair cutting bread washing pulling entering leaving room""".split("\n")


def train(out: Path):
    base = CLIPTokenizer()
    tok = base.backend_tokenizer
    alphabet = sorted({c for c in __import__("tokenizers").pre_tokenizers.ByteLevel.alphabet()})
    tr = trainers.BpeTrainer(vocab_size=VOCAB - 2 - 256, initial_alphabet=alphabet, end_of_word_suffix="</w>",
                             special_tokens=[], show_progress=False)
    tok.train_from_iterator(list(phrasings.corpus()) + [x for x in EXTRA for _ in range(60)], tr)
    model = json.loads(tok.to_str())["model"]
    merges = [tuple(m) if not isinstance(m, str) else tuple(m.split(" ")) for m in model["merges"]]
    # CLIP's order: bytes, bytes at a word's end, merges, specials last (the end token has the highest id)
    words = alphabet + [c + "</w>" for c in alphabet]
    keep = []
    for a, b in merges:
        if len(words) < VOCAB - 2 and a + b not in words:
            words.append(a + b)
            keep.append((a, b))
    words += [BOS, EOS]
    vocab = {w: i for i, w in enumerate(words)}
    out.mkdir(parents=True, exist_ok=True)
    t = CLIPTokenizer(vocab=vocab, merges=keep, model_max_length=77)
    t.save_pretrained(out)
    (out / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False))
    (out / "merges.txt").write_text("#version: 0.2\n" + "\n".join(a + " " + b for a, b in keep) + "\n")
    (out / "special_tokens_map.json").write_text(json.dumps(
        {"bos_token": BOS, "eos_token": EOS, "pad_token": EOS, "unk_token": EOS}, indent=1))
    return t


if __name__ == "__main__":
    out = Path(sys.argv[1])
    train(out)
    from transformers import AutoTokenizer
    t = AutoTokenizer.from_pretrained(out)
    print(type(t).__name__, len(t), t.eos_token_id, t.pad_token_id, t.bos_token_id)
    for x in ("standing still", "A person Picks up an object, zebra-crossing!"):
        e = t(x)
        print(e["input_ids"], t.convert_ids_to_tokens(e["input_ids"]))
