"""The texts of the tokenizer's golden file: ordinary labels, every kind of oddity, very long ones and the empty one."""

UCF = """ApplyEyeMakeup ApplyLipstick Archery BabyCrawling BalanceBeam BandMarching BaseballPitch Basketball BasketballDunk
BenchPress Biking Billiards BlowDryHair BlowingCandles BodyWeightSquats Bowling BoxingPunchingBag BoxingSpeedBag
BreastStroke BrushingTeeth CleanAndJerk CliffDiving CricketBowling CricketShot CuttingInKitchen Diving Drumming Fencing
FieldHockeyPenalty FloorGymnastics FrisbeeCatch FrontCrawl GolfSwing Haircut Hammering HammerThrow HandstandPushups
HandstandWalking HeadMassage HighJump HorseRace HorseRiding HulaHoop IceDancing JavelinThrow JugglingBalls JumpingJack
JumpRope Kayaking Knitting LongJump Lunges MilitaryParade Mixing MoppingFloor Nunchucks ParallelBars PizzaTossing""".split()

PHRASES = """a person standing still|somebody walks across the room|running away|waving with both hands|falling down the stairs
a photo of a cat, sitting on a mat.|two people shaking hands (indoors)|playing sports|eating spaghetti|go shopping
someone's opening the door|don't|they'll have been|I'M SURE WE'VE SEEN IT'S|rock'n'roll|'s 't 're 've 'm 'll 'd|''quoted''
person #3 @ gate 12|50% off!!!|3.14159|1,000,000|2026-11-23T19:25:38Z|C++ & C#|e-mail: someone@example.org|https://example.org/a?b=c&d=e#f
snake_case_and-kebab-case|CamelCaseLabelHere|ALLCAPS|MiXeD cAsE|x|.|,|?!|-|--|---|...|…|a.b.c|a . b . c|(((|<|>|</w>|a</w>b|#version: 0.2
!!!!!!!!!!!!!!!!!!!!!!!!|\\ backslash \\n|"double" 'single' `back`|tab\tseparated\tvalues|line one\nline two\r\nline three""".replace("\n", "|").split("|")

UNICODE = [
    "Ä Ö Ü ß ẞ", "ſtrange long s", "İstanbul ı I i", "café", "cafe\u0301", "e\u0301\u0323 x\u0323\u0301", "Å Å Å", "Ω Ω", "ﬁ ﬂ ﬃ",
    "ΟΔΥΣΣΕΥΣ", "Σ", "ΣΑΣ ΣΟΦΟΣ", "σίγμα ς", "Ѐ Ё привет МИР", "Ǆ ǅ ǆ", "ŉ ǰ ΐ", "Ⅷ ⅷ Ⓐ ⓐ", "½ ¾ ² ³ ¹ ①", "٣ ३ ๓ 三", "߀߁",
    "日本語のテキスト", "走っている人", "中文字符测试", "한국어 텍스트", "각 각", "ไทย", "हिन्दी क्षत्रिय", "தமிழ்", "မြန်မာ",
    "مرحبا بالعالم", "שלום עולם", "שָׁלוֹם", "ગુજરાતી", "ქართული ᲥᲐᲠᲗᲣᲚᲘ", "Հայերեն և", "Ꭰ ꭰ", "𐐀𐐨 deseret", "𝒜𝓑𝔠 𝟘𝟙", "𠜎𠜱",
    "😀", "😀😃😄", "👍🏽 thumbs", "👨‍👩‍👧‍👦 family", "🏳️‍🌈", "🇩🇪🇫🇷", "1️⃣2️⃣", "☃️ ☃", "™ © ®", "♥ ♫ ✓", "a😀b", "😀1", "…—–‘’“”„", "«guillemets»", "¿qué? ¡sí!",
    "€100 £5 ¥7 ₹9", "∑∫√∞≠≤", "←↑→↓", "x² + y³ = z⁴", "°C ‰", "\u00a0nbsp\u00a0", "em\u2003space", "thin\u2009space", "zero\u200bwidth",
    "zwj\u200dzwnj\u200c", "\ufeffbom", "soft\u00adhyphen", "line\u2028sep\u2029par", "next\x85line", "\x1c\x1d\x1e\x1f", "\x00\x01\x02", "\x7f\x80\x9f",
    "\u202ertl override", "vertical\x0btab\x0cfeed", "\ufffd replacement", "\ufffe\uffff", "\ue000 private", "\U0010ffff", "\U000e0001tag", "A\u0300\u0301\u0302\u0303",
    "\u1e9b\u0323", "\u0130\u0130", "\u1fbc \u1fb3", "\u03f4", "\u2126\u212a\u212b", "\u3000ideographic\u3000space", "\u180emongolian",
]

SPECIAL = [
    "", " ", "   ", "\t\n", "<|startoftext|>", "<|endoftext|>", "<|endoftext|><|endoftext|>", "a <|endoftext|> b", "a<|startoftext|>b",
    " <|endoftext|> ", "<|ENDOFTEXT|>", "<|EndOfText|>x", "x <|STARTOFTEXT|> y", "<|ENDOFTEXT|><|endoftext|>", "<| endoftext |>", "<|endoftext", "endoftext|>",
    "<|pad|>", "[CLS] [SEP] [MASK]", "<s></s>", "  leading", "trailing  ", "  both  ", "many     inner      spaces",
]

LONG = [
    "word " * 76, "word " * 75, "word " * 74, "word " * 1000, "a" * 75, "a" * 77, "a" * 1000, "ab" * 5000, "1" * 74, "1" * 75, "1" * 76, "1" * 400,
    "!" * 300, "😀" * 100, "é" * 200, "日本" * 200, "x " * 20000, "supercalifragilisticexpialidocious " * 12, ". " * 75, "<|endoftext|>" * 100,
]

TEXTS = list(dict.fromkeys(UCF + PHRASES + UNICODE + SPECIAL + LONG))
