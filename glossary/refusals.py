"""Why an edit, an import or an undo is refused: every sentence, in English, with the values that it names.

`glossary.errors.RefusedError` carries one; `bot.messages.sayings` says it in the reader's language. What `language`,
`relation`, `measure`, `unit` and `field` hold are words of ours, which are translated too; `n` is a count that the
sentence agrees with.
"""

from __future__ import annotations

from enum import StrEnum

from translations.phrases import Phrase


class Field(StrEnum):
    """What an entered text is."""

    NAME = "The English name"
    FORM = "The form"
    NOTE = "The note"
    CONTEXT = "The context word"
    LABEL = "The figure's label"


class Refusal(Phrase):
    """Why something is not done."""

    # Entered texts
    EMPTY = "{field} is empty."
    LONG = "{field} has {n} characters; {limit} are the most."
    UNPRINTABLE = "{field} has characters that cannot be printed."
    NO_LATIN_LETTERS = "The English name “{name}” has no Latin letters."
    NO_WIKIDATA_ID = "“{text}” is no Wikidata id; one looks like Q212."

    # Forms
    OTHER_LETTERS = "“{form}” is not written in {language} letters."
    NO_LETTERS = "“{form}” has no letters."
    SINGLE_LETTER = "“{form}” is a single letter and would be found in every article."
    COMMON_WORD = "“{form}” is a common word and would be found in every article."
    NAME_TAKEN = (
        "“{form}” ({language}) already stands for {name} ({slug}); two entries can share only a weak form, which needs "
        "support in the article."
    )
    FORM_KNOWN = "{name} has “{form}” ({language}) already."
    FORM_FORBIDDEN = "“{form}” ({language}) is a form not to use."
    FORM_IN_USE = "“{form}” is the form to use for {name}; prefer another one first."
    FORM_IS_NAME = "“{form}” is the English name of this entry; prefer another one first, or merge the entry."
    FORM_GONE = "This form is no longer in the glossary."

    # Entries
    UNKNOWN_ENTITY = "The glossary has no “{name}”."
    MERGED_WITH_ITSELF = "{name} cannot be merged with itself."
    RELATED_TO_ITSELF = "{name} cannot be related to itself."
    RELATION_KNOWN = "This relation is recorded already: {name}, {relation}: {other}."
    RELATION_UNKNOWN = "This relation is not recorded: {name}, {relation}: {other}."
    RING = "{other} is itself part of {name}."
    CHANGED_MEANWHILE = "{actor} has changed {name} meanwhile (“{summary}”); look at it again."

    # Figures and statements
    NO_FIGURE = "There is no figure {number}."
    NO_STATEMENT = "There is no statement {number}."
    RETIRED_ALREADY = "This figure is retired already."
    NOT_RETIRED = "This figure is not retired."
    FIGURE_MERGED_WITH_ITSELF = "A figure cannot be merged with itself."
    OTHER_MEASURE = "The two figures count different things: {measure} ({unit}) and {other_measure} ({other_unit})."
    SPLIT_NONE_OR_ALL = "Name some of the figure's statements, of which there are {total}, and not all."
    NOTHING_PINNED = "Nothing is pinned on this figure."
    PINNED_ALREADY = "“{said}” is pinned already."
    PINNED = "“{said}” is pinned; unpin it first."
    WITHDRAWN_ALREADY = "“{said}” is withdrawn already."
    NOT_WITHDRAWN = "“{said}” is not withdrawn."
    WITHDRAWN = "“{said}” is withdrawn; bring it back first."
    STATED_ALREADY = "“{said}” states that already."
    HELD = "“{said}” is held; release it first."
    NOT_HELD = "“{said}” is not held."
    NO_FIGURE_OF_STATEMENT = "“{said}” is of no figure."
    OTHER_UNIT = "This figure counts in another unit: {unit}, not {other_unit}."
    UPSIDE_DOWN = "{low} is more than {high}."

    # Candidates
    NO_CANDIDATE = "There is no candidate “{name}”."
    CANDIDATE_GONE = "There is no candidate {number}; it may have been dropped."
    SEVERAL_CANDIDATES = "“{name}” may be any of these candidates: {numbers}; say which by its number."
    NEEDS_ENGLISH_NAME = "“{name}” needs an English name to be added."
    CANDIDATE_KNOWN = "The glossary has “{name}” already: {entity} ({slug})."
    CANDIDATE_IGNORED = "“{name}” is ignored already."
    CANDIDATE_NOT_IGNORED = "“{name}” is not ignored."

    # Undoing
    UNKNOWN_CHANGE = "There is no change “{change}” in the history."
    UNDONE_ALREADY = "The change “{summary}” is undone already."
    PLACE_TAKEN = "The change “{summary}” cannot be undone: something newer has taken the place of what it removed."
    CHANGED_SINCE = "The change “{summary}” cannot be undone: {row} has changed since."
    CHANGED_LATER = (
        "The change “{summary}” cannot be undone: {row} was changed later by “{later}” ({actor}, {time} UTC, change "
        "{change}); undo that first."
    )
    REFERRED_TO = "The change “{summary}” cannot be undone: what it added is in use by now ({rows})."

    # Files that cannot be read
    UNKNOWN_FORMAT = "“{format}” is none of {formats}."
    FILE_LARGE = "The file has {size} MiB; {limit} are the most."
    FILE_EMPTY = "The file is empty."
    NOT_UTF8 = "The file is not UTF-8 text; save it as “CSV UTF-8”."
    NOT_CSV = "The file is not a CSV table: line {line} cannot be read."
    TABLE_LONG = "The table has more than {n} rows, which are the most; split it."
    WRONG_COLUMNS = "The first row must name columns of a glossary ({columns} ...); it has {found}."
    COLUMN_TWICE = "The first row names a column twice."
    MORE_CELLS = "In {where} there are more cells than columns."
    CELL_LONG = "In {where} a cell has {n} characters; {limit} are the most."
    NO_SUCH_WORD = "In {where}, “{word}” is none of {words}."
    NOT_JSON = "The file is not JSON."
    NO_GLOSSARY = "The file is JSON, but not a glossary: it lacks the format “{format}” or its entities."
    OTHER_VERSION = "The file is of version {version}; this program reads version {ours}."
    WRONG_VALUE = "In {where}, “{name}” is missing or is not what it should be."
    NO_LIST_OF_TEXTS = "In {where}, “{name}” must be a list of texts."
    NOT_XML = "The file is not XML."
    NOT_XML_AT = "The file is not XML: line {line} cannot be read."
    DOCUMENT_TYPE = "The file declares a document type or entities, which is not accepted."
    NOT_TBX = "The file is XML, but not TBX of 2019: it begins with “{name}”."
    NO_ENGLISH_TERM = "In {where} there is no English term."
    EMPTY_TERM = "In {where} there is an empty term."
    NOTE_DAMAGED = "In {where}, the note that begins with “{mark}” is damaged."
    WITHIN = "In {where}: {reason}"

    # Entries of a file that are left out
    ENTRY_CHANGED = "{name} has changed since this import was looked at; look at it again."
    TWICE_IN_FILE = "“{slug}” is in the file twice."
    NEITHER_SLUG_NOR_NAME = "It has neither a slug nor an English name in Latin letters."
    NO_SLUG = "“{slug}” is no slug: lower-case Latin words joined by hyphens."
    NEW_ENTRY_LACKS = "A new entry needs a type and an English name."
    FORM_REJECTED = "“{form}” ({language}) was rejected by an editor."
    FORM_TAKEN = "“{form}” ({language}) already stands for {slug}."
    PREFERRED_UNUSABLE = "“{form}” ({language}) would be preferred and yet is not to be used."
    NO_TARGET = "Its relation is to no entry of the glossary: {relation}: “{slug}”."
    ITS_OWN_TARGET = "It is related to itself."
    TARGET_BELOW = "{slug} is itself part of it."
    TARGET_LEFT_OUT = "It relates to an entry that cannot be imported."


class Place(Phrase):
    """Where in a file something is."""

    ROW = "row {number}"
    ENTITY = "entity {number}"
    ENTRY = "entry {number}"


class Row(Phrase):
    """A row of the glossary as a reader knows it; a member has the name of its table."""

    ENTITY = "“{name}”"
    FORM = "the form “{form}” ({language})"
    FIGURE = "the figure “{label}”"
    ENTITY_RELATION = "a relation ({relation})"
    STATEMENT = "a statement"
    MENTION = "a mention"
    CANDIDATE = "a candidate"
    SUBSCRIPTION = "a subscription"
    OTHER = "something else"


class Rows(Phrase):
    """How many rows there are of a table; a member has its name."""

    ENTITY = "entries: {number}"
    FORM = "forms: {number}"
    FIGURE = "figures: {number}"
    ENTITY_RELATION = "relations: {number}"
    STATEMENT = "statements: {number}"
    MENTION = "mentions: {number}"
    CANDIDATE = "candidates: {number}"
    SUBSCRIPTION = "subscriptions: {number}"
    OTHER = "other: {number}"


class Difference(Phrase):
    """What an import changes of an entry."""

    NEW = "new"
    TYPE = "type"
    NAME = "name"
    WIKIDATA = "Wikidata id"
    NOTE = "note"
    CONTEXT = "context words"
    ADDS = "adds “{form}” ({language})"
    PREFERS = "prefers “{form}” ({language})"
    DRAFT = "“{form}” ({language}) becomes a draft"
    APPROVED = "“{form}” ({language}) is approved"
    REJECTED = "“{form}” ({language}) is rejected"
    WEAK = "“{form}” ({language}) becomes weak"
    STRONG = "“{form}” ({language}) becomes strong"
    RELATION = "{relation}: {slug}"


class Sharing(Phrase):
    """How the matcher tells apart the entries that one form stands for."""

    ONE_STRONG = "“{form}” ({language}) stands for {names}; it is always taken for {owner}, where the form is not weak."
    SEVERAL_STRONG = (
        "“{form}” ({language}) stands for {names}; the rest of the article decides, and where it says nothing the "
        "mention is not certain."
    )
    ALL_WEAK = (
        "“{form}” ({language}) stands for {names}; it counts only with support in the article, for the one supported "
        "most."
    )
