"""Numbers in digits: how they may be grouped, and where their decimals begin."""

from __future__ import annotations

#: Spaces and apostrophes group in every language; that they stand three by three, the tokens have seen to.
_SPACES = str.maketrans(dict.fromkeys(" \u00a0\u202f\u2009\u2007'’"))


def parse_digits(written: str, group: str, decimal: str) -> float | None:
    """A number in digits, or None where its grouping is none (12,000,00; 1,2,3,4).

    A comma before exactly three digits groups in every language: news in Ukrainian and Russian writes 12,000 after its
    English source, and a count with three decimals is not written.
    """
    text = written.translate(_SPACES)
    if len(text) > 24:
        return None
    marks = [mark for mark in text if mark in ".,"]
    if not marks:
        return float(text)
    parts = text.replace(",", ".").split(".")
    if len(set(marks)) == 1:
        mark = marks[0]
        grouped = 1 <= len(parts[0]) <= 3 and parts[0] != "0" and all(len(part) == 3 for part in parts[1:])
        # Nobody writes three decimals that are all nought: 12.000 is twelve thousand in English too.
        if grouped and (mark in (group, ",") or set(parts[1:]) == {"000"}):
            return float("".join(parts))
        if len(marks) == 1 and (decimal in (mark, ",")):
            return float(".".join(parts))
        return None
    # Both marks: the last is the decimal one, the others group.
    whole, fraction = parts[:-1], parts[-1]
    if (
        marks[-1] == decimal
        and marks.count(decimal) == 1
        and len(whole[0]) <= 3
        and all(len(p) == 3 for p in whole[1:])
    ):
        return float("".join(whole) + "." + fraction)
    return None
