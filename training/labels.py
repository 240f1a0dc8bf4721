"""The closed list of classes. The order is the order of models/xclip-mini/labels.txt."""

LABELS = [
    "standing still",
    "walking",
    "running",
    "waving",
    "clapping",
    "jumping",
    "jumping jacks",
    "squatting",
    "bending to pick up",
    "falling down",
    "lying down",
    "sitting down",
    "standing up",
    "punching",
    "kicking",
    "pointing",
    "throwing",
    "nothing happening",
]
INDEX = {name: i for i, name in enumerate(LABELS)}
NOTHING = INDEX["nothing happening"]
