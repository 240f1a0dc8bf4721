"""How people say the actions. TRAIN is what the text tower learns from; UNSEEN is never trained on, only measured."""
from labels import LABELS

SUBJECTS = ["", "a person ", "someone ", "a man ", "a woman ", "a human ", "people ", "the person ", "one person "]
TEMPLATES = ["{}", "{}", "a video of {}", "a photo of {}", "footage of {}", "a clip of {}", "a video showing {}",
             "camera footage of {}", "this is {}", "an example of {}", "a scene of {}"]

TRAIN = {
    "standing still": ["standing still", "standing", "standing there", "standing around", "standing in place",
                       "just standing", "waiting", "standing and waiting", "idle", "being idle", "not moving", "motionless",
                       "doing nothing", "standing without moving", "standing upright", "stands still", "stand still", "to stand"],
    "walking": ["walking", "walking around", "walking slowly", "walking along", "taking a walk", "strolling",
                "going for a walk", "walking past", "walking through the room", "stepping forward", "walking by on foot",
                "walks", "walk", "wandering", "pacing back and forth", "walking away", "walking towards the camera"],
    "running": ["running", "running fast", "running around", "jogging", "sprinting", "running away", "rushing",
                "running quickly", "going for a run", "runs", "run", "moving fast on foot", "running past", "a runner running",
                "hurrying", "dashing"],
    "waving": ["waving", "waving a hand", "waving hello", "waving goodbye", "waving at the camera", "hand waving",
               "waving with one arm", "waving both arms", "greeting with a raised hand", "saying hello with a hand",
               "waves", "wave", "waves a hand", "waving to someone", "swinging a raised hand from side to side"],
    "clapping": ["clapping", "clapping hands", "applauding", "hand clapping", "clapping both hands together", "applause",
                 "giving applause", "clapping the hands", "claps", "clap", "hitting the palms together", "clapping along"],
    "jumping": ["jumping", "jumping up and down", "jumping up", "hopping", "leaping", "jumping in place", "hopping up and down",
                "jumps", "jump", "a jump", "jumping into the air", "bouncing up and down", "doing jumps", "leaping up"],
    "jumping jacks": ["jumping jacks", "doing jumping jacks", "star jumps", "doing star jumps", "jumping jack", "jumping jack exercise",
                      "jumping with arms and legs apart", "side straddle hops", "performing jumping jacks", "star jump exercise",
                      "does jumping jacks", "exercising with jumping jacks"],
    "squatting": ["squatting", "doing squats", "squats", "a squat", "squatting down", "squat exercise", "performing squats",
                  "bending the knees deeply", "knee bends", "body weight squats", "squat", "lowering into a squat",
                  "crouching and rising", "crouching down", "doing knee bends"],
    "bending to pick up": ["bending to pick up", "picking up an object", "picking something up", "bending down to pick something up",
                           "bending over to pick up an object", "picking up something from the floor", "picking up",
                           "reaching down to the floor", "lifting an object from the ground", "bending over",
                           "picks something up", "pick up", "bending forward to the floor", "collecting something from the ground"],
    "falling down": ["falling down", "falling", "a fall", "falling over", "falling to the floor", "falling to the ground", "collapsing",
                     "tripping and falling", "dropping to the ground", "losing balance and falling", "falls", "falls down", "fall",
                     "toppling over", "a fall accident", "collapsing onto the floor"],
    "lying down": ["lying down", "lying", "lying on the floor", "lying on the ground", "laying down", "lying on the back",
                   "lying motionless on the floor", "resting on the floor", "lies down", "lie down", "lies on the ground",
                   "lying flat", "stretched out on the floor", "sleeping on the floor"],
    "sitting down": ["sitting down", "sitting", "sitting on a chair", "taking a seat", "seated", "being seated", "sitting on the floor",
                     "sits down", "sits", "sit down", "sitting in a chair", "sitting there", "seated on a chair", "sitting on a stool"],
    "standing up": ["standing up", "getting up", "rising", "standing up from a chair", "getting up from the floor", "rising from a chair",
                    "stands up", "gets up", "stand up", "getting to the feet", "rising to the feet", "rising up from the ground",
                    "standing up again"],
    "punching": ["punching", "boxing", "throwing punches", "shadow boxing", "hitting with the fist", "punching the air", "a punch",
                 "throwing a punch", "punches", "punch", "boxing with both fists", "striking with the fist", "hitting with fists",
                 "fist fighting"],
    "kicking": ["kicking", "a kick", "kicking with the leg", "kicking with one leg", "kicking the air", "high kick", "performing a kick",
                "kicks", "kick", "karate kick", "kicking a ball", "striking with the foot", "swinging the leg to kick",
                "kicking with the foot"],
    "pointing": ["pointing", "pointing at something", "pointing with the finger", "pointing with an arm", "pointing forward",
                 "pointing to the side", "points", "point", "pointing in a direction", "stretching out an arm to point",
                 "showing a direction with the arm", "pointing with one hand", "holding an arm out to point"],
    "throwing": ["throwing", "throwing a ball", "throwing something", "throwing an object", "tossing", "tossing a ball", "pitching",
                 "a throw", "throws", "throw", "hurling an object", "overhand throw", "throwing overhand", "tossing something away"],
    "nothing happening": ["nothing happening", "nothing", "nobody", "empty scene", "an empty room", "no one is there", "no person",
                          "an empty place", "nobody there", "no people", "nothing is happening", "no activity", "background",
                          "empty", "scene without people", "no one", "nobody in the picture"],
}

UNSEEN = {
    "standing still": ["remaining still while standing", "a person waiting and not moving", "someone who stands in place"],
    "walking": ["a person walking across the room", "someone strolling along slowly", "moving on foot at a walk"],
    "running": ["a man jogging past", "someone running by very fast", "a person sprinting away"],
    "waving": ["a person waving hello with one hand", "someone waves goodbye", "waving an arm in greeting"],
    "clapping": ["a person clapping their hands", "someone applauding with both hands", "clapping the palms together"],
    "jumping": ["a person who jumps up and down", "someone hopping in place", "leaping into the air"],
    "jumping jacks": ["a person performing star jumps", "jumping jacks workout", "someone exercising, jumping jacks"],
    "squatting": ["a person doing deep squats", "someone squatting with bent knees", "squats as an exercise"],
    "bending to pick up": ["a person picks up an object from the ground", "bending down to lift something from the floor",
                           "someone picking up a bag"],
    "falling down": ["a person falls to the ground", "someone collapsing and falling over", "tripping and falling onto the floor"],
    "lying down": ["a person lies flat on the ground", "someone resting while lying on the floor", "lying stretched out"],
    "sitting down": ["a person taking a seat on a chair", "someone sits in a chair", "sitting down on the ground"],
    "standing up": ["a person getting up from a chair", "someone rises to their feet", "getting up again from the ground"],
    "punching": ["a person throwing a punch with the fist", "someone boxing the air", "hitting out with both fists"],
    "kicking": ["a person kicks with one foot", "someone doing a high kick", "kicking out with a leg"],
    "pointing": ["a person pointing in one direction", "someone points at something with a finger", "arm stretched out, pointing"],
    "throwing": ["a person throws a ball", "someone tossing an object", "throwing something away"],
    "nothing happening": ["nobody is in the scene", "an empty scene with no people", "no one there, nothing happens"],
}
assert list(TRAIN) == LABELS and list(UNSEEN) == LABELS


def sample(rng, label):
    """One random phrasing of a label, as the text tower sees it in training."""
    if rng.random() < .25:
        return label
    p = TRAIN[label][rng.integers(len(TRAIN[label]))]
    if label != "nothing happening" and rng.random() < .5:
        s = SUBJECTS[rng.integers(len(SUBJECTS))]
        p = s + ("is " if s and p.endswith("ing") and rng.random() < .3 else "who is " if s and rng.random() < .1 else "") + p
    return TEMPLATES[rng.integers(len(TEMPLATES))].format(p) if rng.random() < .4 else p


def corpus():
    """Every training phrase in every template: what the tokenizer is trained on."""
    for label in LABELS:
        for p in TRAIN[label]:
            for s in SUBJECTS if label != "nothing happening" else [""]:
                for t in TEMPLATES:
                    yield t.format(s + p)
                    yield t.format(s + "is " + p)
                    yield t.format(s + "who is " + p)
