"""What a button says when it is tapped: a version, an action and an argument, ``1:f:123``.

Telegram gives 64 bytes (https://core.telegram.org/bots/api#inlinekeyboardbutton), and a name in Hangul takes three
bytes a letter, so that arguments are ids. Buttons live as long as the messages that carry them: the version changes
with the meaning of an action, and what a later program does not know is answered politely.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models import Role

_VERSION = "1"


class Action(StrEnum):
    """What a button does; its argument is in parentheses."""

    FOLLOW = "f"  # an entity that was chosen among several (its id)
    CARD = "c"  # show an entity (its id)
    CARD_FOLLOW = "k"  # follow the entity of the card (its id)
    LEAVE = "x"  # stop following an entity (its id)
    STOP = "u"  # stop a subscription in the list (its id)
    STOP_ALL = "U"
    LIST = "l"  # show the subscriptions
    LANGUAGE = "g"  # choose a language (its code)
    CARD_BELOW = "C"  # show an entity in a message of its own (its id)
    ARTICLES = "a"  # the articles that mention an entity (its id, a page)
    FIGURES = "F"  # the figures about an entity (its id)
    FIGURE = "i"  # show a figure (its id)
    CHART = "h"  # a figure's chart (its id)
    FOLLOW_FIGURE = "w"  # (its id)
    LEAVE_FIGURE = "W"  # (its id)
    BROWSE = "b"  # a page of the glossary (type, state, page)
    LATEST = "n"  # a page of the newest articles (page)
    FOLLOW_KIND = "fk"  # follow a type, or the glossary's changes (which)
    SUBSCRIPTION = "sc"  # a subscription with its wishes (its id)
    WISH = "sw"  # set a wish of a subscription (its id, which, its value)
    LIST_HERE = "sl"  # the subscriptions, in the place of one
    LESS = "al"  # less of what an alert told (the delivery's id)
    LESS_OF = "ao"  # of one subscription (its id)
    DO_LESS = "ad"  # (its id, how)
    WRONG = "aw"  # an alert is wrong (the delivery's id)
    WRONG_ITEM = "ai"  # an item of a digest is wrong (the id of the item's delivery)
    WRONG_ENTITY = "cw"  # a form of an entity is wrong (its id)
    MORE = "am"  # the articles of an alert's story, or of a digest's (the delivery's id)
    WORK = "wk"  # a queue of work that waits for editors (which)
    SETTINGS = "st"  # a page of the settings (which)
    SET = "ss"  # a setting (which, its value)
    ERASE = "er"  # remove what is stored, or not (yes, no)
    # What an editor does; its argument begins with whose button it is.
    CANDIDATES = "d"  # a page of the candidates (page)
    CANDIDATE = "D"  # ask what a candidate is (its id)
    ADD = "p"  # add a candidate (its id, a type)
    IGNORE = "r"  # ignore a candidate (its id)
    CANDIDATES_IGNORED = "di"  # a page of those that are ignored (page)
    RESTORE = "dr"  # take up again one that is ignored (its id)
    UNDO = "z"  # take a change back (its id)
    EDIT = "e"  # an entity to edit (its id)
    EDIT_BELOW = "E"  # the same in a message of its own (its id)
    EDIT_FORMS = "L"  # its forms in a language (its id, a language)
    EDIT_FORM = "o"  # a form to edit (its id)
    FORM_STEP = "s"  # approve, prefer, reject, forbid or remove a form (what, its id, the revision seen)
    EDIT_TYPE = "t"  # choose an entity's type (its id, a type, the revision seen)
    PROMPT = "T"  # ask for a text (what, an entity's id, a language)
    MERGE = "m"  # merge two entities (the one that goes, the one that stays)
    REVIEW = "v"  # decide on a draft (what, its id, the revision seen, the queue's language)
    SKIP = "V"  # the next draft (the id of the one before, the queue's language)
    HISTORY = "H"  # changes before one (its id)
    SOURCES = "S"  # a page of the sources (page)
    SOURCE = "O"  # a source (its id)
    SOURCE_STEP = "P"  # pause, resume or remove a source (what, its id)
    FIGURE_EDIT = "fe"  # a figure to edit (its id, a page of its statements)
    FIGURE_EDIT_BELOW = "fE"  # the same in a message of its own (its id)
    FIGURE_STEP = "fs"  # retire it, take it up again or unpin it (what, its id, the revision seen)
    FIGURE_MERGE = "fm"  # choose the figure that another goes into (its id, a page)
    FIGURE_MERGE_INTO = "fM"  # merge two figures (the one that goes, the one that stays, the revision seen)
    FIGURE_SPLIT = "fx"  # choose statements to split off (the figure's id, a page, + or - and a statement's id)
    FIGURE_PROMPT = "fp"  # ask for a name or a value (what, a figure's or a statement's id, the revision seen)
    FIGURES_UNLISTED = "fu"  # the figures that readers are not shown
    STATEMENT = "fa"  # a statement to edit (its id)
    STATEMENT_STEP = "fb"  # withdraw, bring back, hold, release, reject or pin it (what, its id, the revision seen)
    COMPLAINTS = "cq"  # the first entity that a reader questions, in a message of its own
    COMPLAINTS_NEXT = "cn"  # the next one (the id of the one before)
    COMPLAINTS_SETTLE = "cs"  # nothing is wrong with it any more (its id)
    HELD = "fh"  # the first statement that waits for an editor, in a message of its own
    HELD_NEXT = "fn"  # the next one (the id of the one before)
    HELD_STEP = "fd"  # release or reject the one shown (what, its id, the revision seen)
    IMPORT = "I"  # apply the file that the message answers (the digest of what was shown)


#: The actions that change what a chat has; in a group they are its administrators'.
CHANGES = frozenset(
    {
        Action.FOLLOW,
        Action.CARD_FOLLOW,
        Action.LEAVE,
        Action.STOP,
        Action.STOP_ALL,
        Action.LANGUAGE,
        Action.FOLLOW_FIGURE,
        Action.LEAVE_FIGURE,
        Action.FOLLOW_KIND,
        Action.WISH,
        Action.DO_LESS,
        Action.SET,
        Action.ERASE,
    }
)


#: The actions that need a role; their buttons are for who asked for them alone.
ROLES = dict.fromkeys(
    (
        Action.WORK,
        Action.CANDIDATES,
        Action.CANDIDATE,
        Action.ADD,
        Action.IGNORE,
        Action.CANDIDATES_IGNORED,
        Action.RESTORE,
        Action.UNDO,
        Action.EDIT,
        Action.EDIT_BELOW,
        Action.EDIT_FORMS,
        Action.EDIT_FORM,
        Action.FORM_STEP,
        Action.EDIT_TYPE,
        Action.PROMPT,
        Action.MERGE,
        Action.REVIEW,
        Action.SKIP,
        Action.HISTORY,
        Action.SOURCES,
        Action.SOURCE,
        Action.SOURCE_STEP,
        Action.FIGURE_EDIT,
        Action.FIGURE_EDIT_BELOW,
        Action.FIGURE_STEP,
        Action.FIGURE_MERGE,
        Action.FIGURE_MERGE_INTO,
        Action.FIGURE_SPLIT,
        Action.FIGURE_PROMPT,
        Action.FIGURES_UNLISTED,
        Action.STATEMENT,
        Action.STATEMENT_STEP,
        Action.COMPLAINTS,
        Action.COMPLAINTS_NEXT,
        Action.COMPLAINTS_SETTLE,
        Action.HELD,
        Action.HELD_NEXT,
        Action.HELD_STEP,
        Action.IMPORT,
    ),
    Role.EDITOR,
)


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was tapped."""

    action: Action
    argument: str = ""

    @property
    def id(self) -> int:
        """The argument as a row's id; 0, which no row has, where it is none."""
        return int(self.argument) if self.argument.isdecimal() and len(self.argument) <= 18 else 0

    @property
    def owner(self) -> int:
        """Whose button it is, of those that are somebody's; 0 for nobody's."""
        owner, own, _ = self.argument.partition("/")
        return int(owner) if own and owner.isdecimal() and len(owner) <= 18 else 0

    @property
    def own_argument(self) -> str:
        """What stands behind the owner."""
        return self.argument.partition("/")[2]

    def own_parts(self, count: int) -> tuple[str, ...]:
        """The parts of that, as many as are asked for; what is missing is empty."""
        parts = self.own_argument.split(".", count - 1)
        return (*parts, *[""] * (count - len(parts)))


def row_id(text: str) -> int:
    """A row's id or a revision in a part of an argument; 0, which none has, for what is none."""
    return int(text) if text.isdecimal() and len(text) <= 9 else 0


def encode(action: Action, argument: int | str = "") -> str:
    """The data of a button."""
    return f"{_VERSION}:{action.value}:{argument}"


def encode_own(owner: int, action: Action, argument: int | str) -> str:
    """The data of a button that is for one person alone."""
    return encode(action, f"{owner}/{argument}")


def decode(data: str | None) -> Press | None:
    """What a button means, or None for one of another version."""
    parts = (data or "").split(":", maxsplit=2)
    if len(parts) != 3 or parts[0] != _VERSION or parts[1] not in set(Action):
        return None
    return Press(Action(parts[1]), parts[2])
