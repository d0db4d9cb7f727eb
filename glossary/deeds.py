"""What is recorded of each change of the glossary: its summary, in English, with the names that it has.

The history keeps the sentence, which anybody can read; `Deed.read` understands it, so that it can be shown in another
language.
"""

from __future__ import annotations

from translations.phrases import Phrase


class Deed(Phrase):
    """What was done."""

    ADD = "Add {name}"
    EDIT = "Edit {name}"
    MERGE = "Merge {name} into {other}"
    RELATE = "Add the relation of {name}, {relation}: {other}"
    UNRELATE = "Remove the relation of {name}, {relation}: {other}"
    ADD_FORM = "Add “{form}” ({language}) to {name}"
    PREFER = "Prefer “{form}” ({language})"
    APPROVE = "Approve “{form}” ({language})"
    REJECT = "Reject “{form}” ({language})"
    FORBID = "Forbid “{form}” ({language})"
    REMOVE = "Remove “{form}” ({language})"

    ADD_CANDIDATE = "Add {name}, a candidate"
    IGNORE_CANDIDATE = "Ignore the candidate {name}"
    RESTORE_CANDIDATE = "Restore the candidate {name}"
    IMPORT = "Import {new} new and {changed} changed entities"
    STARTER = "Starter glossary, version {version}"
    DRAFT_FORMS = "Draft missing forms"
    RENEW_DRAFTS = "Renew drafts by a better package"

    OPEN_FIGURE = "Figure opened: {label}"
    RENAME_FIGURE = "Rename “{label}” to “{new}”"
    RETIRE_FIGURE = "Retire “{label}”"
    TAKE_UP_FIGURE = "Take up “{label}” again"
    MERGE_FIGURES = "Merge “{label}” into “{other}”"
    SPLIT_FIGURE = "Split “{new}” off “{label}”"
    PIN = "Pin “{said}” on “{label}”"
    UNPIN = "Unpin “{label}”"
    WITHDRAW = "Withdraw “{said}”"
    BRING_BACK = "Bring back “{said}”"
    CORRECT = "Correct “{said}” to “{new}”"
    HOLD = "Hold “{said}”"
    RELEASE = "Release “{said}”"

    UNDO = "Undo: {summary}"
