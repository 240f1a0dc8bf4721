"""Numbers from a seed, the same here and in test/checkpoint/support/seeded.ts: a hash of the index, no state."""

import numpy as np


def name_seed(name: str, seed: int) -> int:
    """FNV-1a of the name, mixed with the seed; 32 bits."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return (value ^ (seed * 0x9E3779B1)) & 0xFFFFFFFF


def words(name: str, seed: int, start: int, count: int) -> np.ndarray:
    """`count` hashed 32-bit words of the stream `name`, from index `start`."""
    x = np.arange(start, start + count, dtype=np.uint32) + np.uint32(name_seed(name, seed))
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x21F0AAAD)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0xD35A2D97)
    x ^= x >> np.uint32(15)
    return x


def scale_and_offset(name: str, shape: tuple[int, ...], alpha: float) -> tuple[float, float]:
    """The range of a tensor's numbers: offset plus or minus scale. Nothing is zero, so that every tensor matters."""
    if name == "logit_scale":
        return 0.0, 2.6592
    if name == "prompts_generator.alpha":
        return 0.3 * alpha, alpha
    if name == "prompts_visual_projection":
        return (3 / shape[0]) ** 0.5, 0.0
    if len(shape) == 1:
        return (0.25, 1.0) if name.endswith(".weight") else (0.2, 0.0)
    if "patch_embedding" not in name and "embedding" in name:
        return 0.5, 0.0
    return (3 / int(np.prod(shape[1:]))) ** 0.5, 0.0


def tensor(name: str, shape: tuple[int, ...], seed: int, alpha: float) -> np.ndarray:
    """A float32 tensor, uniform in its range."""
    scale, offset = scale_and_offset(name, shape, alpha)
    count = int(np.prod(shape))
    out = np.empty(count, dtype=np.float32)
    step = 1 << 22
    for start in range(0, count, step):
        n = min(step, count - start)
        uniform = (words(name, seed, start, n) >> np.uint32(8)).astype(np.float64) * 2.0**-23 - 1.0
        out[start : start + n] = (offset + scale * uniform).astype(np.float32)
    return out.reshape(shape)


def frames(seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """uint8 pictures of noise, brighter towards one corner of each picture."""
    noise = (words("frames", seed, 0, int(np.prod(shape))) & np.uint32(0xFF)).reshape(shape)
    height, width = shape[-3], shape[-2]
    ramp = (np.arange(height)[:, None, None] + np.arange(width)[None, :, None]) * 255 // (height + width)
    return ((noise + ramp) // 2).astype(np.uint8)


def token_ids(seed: int, labels: int, sequence: int, vocabulary: int) -> np.ndarray:
    """int64 [labels, sequence]: begin token, words, end token (the highest id), and end tokens as padding."""
    raw = words("ids", seed, 0, labels * sequence).reshape(labels, sequence)
    ids = (raw % np.uint32(vocabulary - 2)).astype(np.int64)
    ids[:, 0] = vocabulary - 2
    for row in range(labels):
        ids[row, sequence - 1 - row % (sequence - 2) :] = vocabulary - 1
    return ids
