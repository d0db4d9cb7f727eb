"""Whether two spellings can be the same name: their consonants compared, letter classes against letter classes.

Pairs taken from Wikidata by position hold some that name two different people, or a title in place of a name. Their
consonants give them away without any model: ``hirohito`` against ``쇼와``. `corpus` drops what this finds.
"""

from __future__ import annotations

import unicodedata

# Classes: P lips, T tongue-tip stops, K back stops, S hissing sounds, M, N, L liquids, H breath (free on both sides).
_LATIN = {
    "b": "P", "p": "P", "f": "P", "v": "P", "w": "PH", "t": "TS", "d": "TS", "ð": "T", "þ": "T", "đ": "TS",
    "k": "KS", "g": "KSH", "q": "K", "c": "KST", "x": "KSH", "s": "S", "z": "ST", "ß": "S", "j": "SHK", "h": "HKS",
    "m": "MN", "n": "NM", "ŋ": "N", "r": "L", "l": "LP", "ł": "LP",
}  # fmt: skip
_CYRILLIC = {
    "б": "P", "п": "P", "в": "PH", "ф": "PT", "т": "TS", "д": "TS", "ц": "STK", "к": "K", "г": "KHS", "ґ": "K",
    "х": "HKS", "с": "SK", "з": "SK", "ш": "SK", "щ": "S", "ж": "SHK", "ч": "STK", "м": "MN", "н": "NM", "р": "L",
    "л": "L",
}  # fmt: skip
_JAMO_FIRST = dict(
    zip(
        (chr(c) for c in range(0x1100, 0x1113)),
        ("K", "K", "N", "TS", "TS", "L", "MN", "P", "P", "S", "S", "H", "SK", "S", "SK", "K", "TS", "P", "HK"),
        strict=True,
    )
)
_JAMO_LAST = dict(
    zip(
        (chr(c) for c in range(0x11A8, 0x11C3)),
        (
            "KH",
            "K",
            "K",
            "N",
            "N",
            "N",
            "TS",
            "L",
            "LK",
            "LM",
            "LP",
            "LS",
            "LT",
            "LP",
            "L",
            "MN",
            "PL",
            "P",
            "ST",
            "S",
            "NK",
            "S",
            "S",
            "K",
            "T",
            "P",
            "H",
        ),
        strict=True,
    )
)
_CLASSES = {**_LATIN, **_CYRILLIC, **_JAMO_FIRST, **_JAMO_LAST}
_FREE = 0.25  # the cost of a breath, a glide or a letter that is often silent, left out on one side


def skeleton(text: str) -> tuple[str, ...]:
    """The consonants of a name as the classes that each may stand for; doubled letters once."""
    letters = [c for c in unicodedata.normalize("NFKD", text.casefold()) if c in _CLASSES]
    return tuple(_CLASSES[c] for i, c in enumerate(letters) if i == 0 or letters[i - 1] != c)


def distance(one: tuple[str, ...], two: tuple[str, ...]) -> float:
    """Edits between two skeletons over the longer one's length: 0 the same, 1 nothing in common."""
    if not one or not two:
        return 0.0 if len(one) + len(two) <= 1 else 1.0
    previous = [0.0]
    for b in two:
        previous.append(previous[-1] + _drop(b))
    for a in one:
        current = [previous[0] + _drop(a)]
        for j, b in enumerate(two):
            swap = 0.0 if set(a) & set(b) else 1.0
            current.append(min(previous[j] + swap, previous[j + 1] + _drop(a), current[j] + _drop(b)))
        previous = current
    return previous[-1] / max(len(one), len(two))


def _drop(classes: str) -> float:
    return _FREE if "H" in classes else 0.75


def name_distance(source: str, target: str) -> float:
    """The least distance over the orders of the target's words: a Korean form may begin with the surname."""
    latin = skeleton(source)
    words = target.split()
    orders = [target]
    if len(words) > 1:
        orders += [" ".join(words[1:] + words[:1]), " ".join(words[-1:] + words[:-1])]
    elif "가" <= target[:1] <= "힣":
        orders.append(target[1:] + target[:1])
        if len(target) > 3:
            orders.append(target[2:] + target[:2])
    return min(distance(latin, skeleton(order)) for order in orders)
