"""Makes the reference pictures of test/stream/preprocess.test.ts: small lossless clips, and what Hugging Face makes of them.

Every clip holds one procedurally drawn, photo-like picture in its own size, pixel format, colour tags and orientation.
The reference is computed here from the very planes written into the clip: YUV to RGB in floating point, then the
processor of the X-CLIP checkpoints (VideoMAE's, PIL back end) for resizing and cropping. FFmpeg takes no part in it
except to store the planes without loss.

Run: python test/reference/make_preprocess_golden.py
Pinned: pillow==13.0.0 numpy==2.4.6 av==18.1.0 transformers==5.23.0
"""

import json
import struct
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from transformers.models.videomae.image_processing_pil_videomae import VideoMAEImageProcessorPil

OUT = Path(__file__).resolve().parent.parent / "stream" / "golden" / "preprocess"
RESAMPLE = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
KR_KB = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}


def draw(width, height, seed):
    """Sky gradient, ground texture, coloured bodies with hard edges, fine stripes, text-like strokes, sensor noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    sky = np.stack([90 + 80 * y / height, 130 + 60 * y / height, 200 - 60 * y / height], -1)
    ground = 90 + 30 * np.sin(x / 5 + 3 * np.sin(y / 11)) + 15 * np.sin(y / 2.3)
    ground = np.stack([ground * 1.1, ground, ground * 0.7], -1)
    horizon = height * (0.45 + 0.05 * np.sin(x / width * 6))
    image = Image.fromarray(np.where((y < horizon)[..., None], sky, ground).clip(0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    for _ in range(7):
        cx, cy = rng.uniform(0, width), rng.uniform(height * 0.3, height)
        size = rng.uniform(0.06, 0.25) * min(width, height)
        colour = tuple(int(c) for c in rng.integers(20, 236, 3))
        pen.ellipse([cx - size / 2, cy - size, cx + size / 2, cy + size], fill=colour)
        pen.rectangle([cx, cy, cx + size, cy + size / 3], fill=tuple(255 - c for c in colour))
    for i in range(0, width // 4, 3):
        pen.line([i, height * 0.05, i + 6, height * 0.2], fill=(20, 20, 20))
    for _ in range(40):
        tx, ty = rng.uniform(width * 0.5, width * 0.95), rng.uniform(height * 0.05, height * 0.3)
        pen.line([tx, ty, tx + rng.uniform(-4, 4), ty + rng.uniform(-5, 5)], fill=(250, 250, 240))
    image = image.filter(ImageFilter.GaussianBlur(0.6))
    noisy = np.asarray(image, float) + rng.normal(0, 1.5, (height, width, 1))
    return noisy.round().clip(0, 255).astype(np.uint8)


def to_planes(rgb, matrix, full, halved, depth):
    """Y, U, V planes of `depth` bits; chroma averaged along the axes in `halved`."""
    kr, kb = KR_KB[matrix]
    r, g, b = (rgb[..., i].astype(float) for i in range(3))
    luma = kr * r + (1 - kr - kb) * g + kb * b
    u, v = (b - luma) / (2 - 2 * kb), (r - luma) / (2 - 2 * kr)
    for axis in halved:
        even, odd = slice(0, None, 2), slice(1, None, 2)
        u, v = (
            (p[even] + p[odd]) / 2 if axis == 0 else (p[:, even] + p[:, odd]) / 2 for p in (u, v)
        )
    unit, top = 2 ** (depth - 8), 2**depth - 1
    if full:
        planes = [luma * top / 255, u * top / 255 + 128 * unit, v * top / 255 + 128 * unit]
    else:
        planes = [(16 + luma * 219 / 255) * unit, (128 + u * 224 / 255) * unit, (128 + v * 224 / 255) * unit]
    return [p.round().clip(0, top).astype(np.uint8 if depth == 8 else np.uint16) for p in planes]


def upsample(plane, halved):
    """Twice the size along the axes in `halved`, linearly, each chroma sample in the middle of its pixels.

    That is how FFmpeg, and with it PyAV, decord and OpenCV, reads 4:2:0 whatever its chroma location says: the reading
    the checkpoints were trained with.
    """
    plane = plane.astype(float)
    for axis in halved:
        size = plane.shape[axis]
        low = (np.arange(2 * size) - 1) // 2
        near, far = (plane.take(np.clip(low + i, 0, size - 1), axis) for i in (0, 1))
        weight = np.where(np.arange(2 * size) % 2 == 0, 0.75, 0.25)
        weight = weight.reshape((-1, 1) if axis == 0 else (1, -1))
        plane = near * (1 - weight) + far * weight
    return plane


def to_rgb(planes, matrix, full, halved, depth):
    kr, kb = KR_KB[matrix]
    unit, top = 2 ** (depth - 8), 2**depth - 1
    luma, u, v = (p.astype(float) for p in planes)
    u, v = upsample(u, halved) - 128 * unit, upsample(v, halved) - 128 * unit
    if full:
        luma, u, v = (p * 255 / top for p in (luma, u, v))
    else:
        luma, u, v = (luma / unit - 16) * 255 / 219, u / unit * 255 / 224, v / unit * 255 / 224
    r, b = luma + (2 - 2 * kr) * v, luma + (2 - 2 * kb) * u
    g = (luma - kr * r - kb * b) / (1 - kr - kb)
    return np.stack([r, g, b], -1).round().clip(0, 255).astype(np.uint8)


def pack(pixel_format, planes):
    """The planes as PyAV wants them."""
    if pixel_format in ("yuv420p", "yuv422p", "yuv420p10le", "yuv422p10le"):
        return np.concatenate([p.ravel() for p in planes]).reshape(-1, planes[0].shape[1])
    if pixel_format == "nv12":
        chroma = np.stack(planes[1:], -1).reshape(-1, planes[0].shape[1])
        return np.concatenate([planes[0], chroma])
    if pixel_format == "yuv444p":
        return np.stack(planes)
    raise ValueError(pixel_format)


def to_frame(array, pixel_format):
    """A frame that holds exactly these samples; planar YUV of any subsampling and depth is one array of all samples in order."""
    if not pixel_format.startswith("yuv4") or pixel_format == "yuv444p":
        return av.VideoFrame.from_ndarray(array, format=pixel_format)
    width, rows = array.shape[1], array.shape[0]
    height = rows // 2 if pixel_format.startswith("yuv422") else rows * 2 // 3
    frame = av.VideoFrame(width, height, pixel_format)
    samples = array.ravel()
    for plane in frame.planes:
        count = plane.width * plane.height
        rowed = samples[:count].reshape(plane.height, plane.width)
        padded = np.zeros((plane.height, plane.line_size // array.itemsize), array.dtype)
        padded[:, : plane.width] = rowed
        plane.update(padded.tobytes())
        samples = samples[count:]
    return frame


def write(path, codec, pixel_format, array, colorspace, full):
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as container:
        # Lossless H.264 where FFV1 will not do: QuickTime files, and planar GBR of 8 bits.
        lossless = {"qp": "0"} if codec.startswith("libx264") else {"lossless": "1"} if codec.startswith("libvpx") else {}
        stream = container.add_stream(codec, rate=25, options=lossless)
        frame = to_frame(array, pixel_format)
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, pixel_format
        if colorspace is not None:
            stream.codec_context.colorspace = frame.colorspace = colorspace
        stream.codec_context.color_range = frame.color_range = 2 if full else 1
        frame.pts = 0
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def set_rotation(path, degrees):
    """Writes the display matrix of a clockwise rotation into the track header of a QuickTime file."""
    a, b, c, d = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}[degrees]
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    one = 1 << 16
    data[at : at + 36] = struct.pack(">9i", a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)
    path.write_bytes(data)


# name, file type, codec, pixel format, width, height, matrix, tag (AVCOL_SPC_*), full range, clockwise rotation
CLIPS = [
    ("landscape-bt709", "mkv", "ffv1", "yuv420p", 480, 270, "bt709", 1, False, 0),
    ("portrait-full-range", "mkv", "ffv1", "yuv420p", 240, 426, "bt601", 6, True, 0),
    ("four-to-three-444", "mkv", "ffv1", "yuv444p", 400, 300, "bt601", 6, False, 0),
    ("odd-rgb", "mkv", "libx264rgb", "rgb24", 341, 251, None, None, True, 0),
    ("untagged-nv12", "nut", "rawvideo", "nv12", 352, 240, "bt601", None, False, 0),
    ("phone-upright", "mov", "libx264", "yuv420p", 426, 240, "bt709", 1, False, 90),
    ("large-enough-to-resize-directly", "mkv", "ffv1", "yuv420p", 854, 480, "bt709", 1, False, 0),
    ("upside-down", "mov", "libx264", "yuv420p", 320, 240, "bt601", 6, False, 180),
    ("ten-bit-bt2020", "mkv", "ffv1", "yuv420p10le", 208, 144, "bt2020", 9, False, 0),
    ("ten-bit-422-full-range", "mkv", "ffv1", "yuv422p10le", 208, 144, "bt709", 1, True, 0),
    ("wide-422", "mkv", "ffv1", "yuv422p", 224, 126, "bt709", 1, False, 0),
    ("untagged", "mkv", "ffv1", "yuv420p", 192, 128, "bt601", None, False, 0),
    ("full-range-bt709", "mkv", "ffv1", "yuv420p", 192, 128, "bt709", 1, True, 0),
    ("gray", "mkv", "ffv1", "gray", 161, 143, None, None, True, 0),
    ("palette", "avi", "rawvideo", "pal8", 160, 144, None, None, True, 0),
    ("planar-gbr", "mkv", "libvpx-vp9", "gbrp", 176, 144, None, 0, True, 0),
    ("blue-first", "avi", "rawvideo", "bgr24", 133, 121, None, None, True, 0),
    ("with-alpha", "mkv", "ffv1", "bgra", 160, 120, None, None, True, 0),
]
# The smaller clips are prepared at the small size only, the kernel alternating.
SMALL = 240
HALVED = {"yuv420p": (0, 1), "nv12": (0, 1), "yuv420p10le": (0, 1), "yuv422p": (1,), "yuv422p10le": (1,)}


def rgb_like(pixel_format, drawn):
    """What is to be shown, and the samples that say it, for formats without a matrix."""
    if pixel_format == "gray":
        luma = np.asarray(Image.fromarray(drawn).convert("L"))
        return np.stack([luma] * 3, -1), luma
    if pixel_format == "pal8":
        picture = Image.fromarray(drawn).quantize(256)
        palette = np.zeros((256, 4), np.uint8)
        colours = np.array(picture.getpalette(), np.uint8).reshape(-1, 3)
        palette[: len(colours), 0] = 255
        palette[: len(colours), 1:] = colours
        return np.asarray(picture.convert("RGB")), (np.asarray(picture), palette)
    if pixel_format == "bgr24":
        return drawn, np.ascontiguousarray(drawn[..., ::-1])
    if pixel_format == "bgra":
        # Half seen through: alpha is not applied, as PIL's convert("RGB") does not apply it.
        return drawn, np.concatenate([drawn[..., ::-1], np.full((*drawn.shape[:2], 1), 128, np.uint8)], -1)
    return drawn, drawn


def reference(rgb, edge, resample):
    processor = VideoMAEImageProcessorPil(
        size={"shortest_edge": edge},
        crop_size={"height": edge, "width": edge},
        resample=RESAMPLE[resample],
        do_rescale=False,
        do_normalize=False,
    )
    pixels = processor(Image.fromarray(rgb), return_tensors="np")["pixel_values"]
    return np.asarray(pixels).reshape(3, edge, edge).transpose(1, 2, 0).astype(np.uint8)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    manifest = []
    for seed, (name, suffix, codec, pixel_format, width, height, matrix, tag, full, rotation) in enumerate(CLIPS):
        drawn = draw(width, height, seed)
        halved, depth = HALVED.get(pixel_format, ()), 10 if pixel_format.endswith("10le") else 8
        if matrix is None:
            shown, array = rgb_like(pixel_format, drawn)
        else:
            planes = to_planes(drawn, matrix, full, halved, depth)
            shown, array = to_rgb(planes, matrix, full, halved, depth), pack(pixel_format, planes)
        path = OUT / f"{name}.{suffix}"
        write(path, codec, pixel_format, array, tag, full)
        if rotation:
            set_rotation(path, rotation)
            shown = np.ascontiguousarray(np.rot90(shown, -rotation // 90))
        # Both kernels at the small size; at the large one (bigger files) the kernel alternates from clip to clip.
        cases = [(112, "bilinear"), (112, "bicubic")]
        if width < SMALL:
            cases = [cases[seed % 2]]
        elif min(width, height) < 3 * 112:
            cases.append((224, ("bilinear", "bicubic")[seed % 2]))
        for edge, resample in cases:
            golden = f"{name}-{edge}-{resample}.png"
            Image.fromarray(reference(shown, edge, resample)).save(OUT / golden, optimize=True)
            manifest.append({"clip": path.name, "edge": edge, "resample": resample, "golden": golden})
    (OUT / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


main()
