"""What is different between two texts, word by word; in Japanese, which has no spaces, sign by sign."""

import re
from difflib import SequenceMatcher

#: Words of both texts beyond which they are shown one after the other: comparing takes the product of the two.
MOST = 1_200

_WORDS = re.compile(r"\s+|[0-9A-Za-zÀ-ɏ]+|.", re.DOTALL)


def pieces(old, new):
    """`[("same" | "gone" | "new", text), …]`: the texts woven into one another; wholly gone and new where little is the same."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if not before or not after or len(before) + len(after) > MOST:
        return _apart(old, new)
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    if matcher.ratio() < 0.5:
        return _apart(old, new)
    woven = []
    for change, start, end, start_new, end_new in matcher.get_opcodes():
        if change == "equal":
            woven.append(("same", "".join(before[start:end])))
        else:
            woven += [("gone", "".join(before[start:end])), ("new", "".join(after[start_new:end_new]))]
    return [(kind, text) for kind, text in woven if text]


def _apart(old, new):
    return [(kind, text) for kind, text in (("gone", old), ("new", new)) if text]
