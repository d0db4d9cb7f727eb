"""The closed vocabularies of the glossary: types, kinds, states. The words themselves are defined in ARCHITECTURE.md.

Their values are stored in the database and printed in JSON; a value is never renamed, only added.
"""

from __future__ import annotations

from enum import StrEnum


class EntityType(StrEnum):
    """What sort of thing an entity is."""

    PERSON = "PERSON"
    ORG = "ORG"
    PLACE = "PLACE"
    EVENT = "EVENT"
    OTHER = "OTHER"


class RelationKind(StrEnum):
    """How one entity stands to another; read ``subject KIND object`` (Sudzha part_of Kursk Oblast)."""

    PART_OF = "part_of"
    CAPITAL_OF = "capital_of"
    AGENCY_OF = "agency_of"
    MEMBER_OF = "member_of"
    LED_BY = "led_by"


class FormKind(StrEnum):
    """How a form writes its entity."""

    FULL = "full"
    SHORT = "short"
    ACRONYM = "acronym"
    ALIAS = "alias"
    ADJECTIVE = "adjective"
    FORBIDDEN = "forbidden"


class Provenance(StrEnum):
    """Where a form comes from."""

    CURATED = "curated"
    CLDR = "cldr"
    MEMORY = "memory"
    RULE = "rule"
    ARGOS = "argos"
    TRANSLITERATION = "transliteration"
    EDITOR = "editor"
    IMPORT = "import"


class FormStatus(StrEnum):
    """Whether a person stands behind a form."""

    DRAFT = "draft"
    APPROVED = "approved"
    REJECTED = "rejected"


class SpellingKind(StrEnum):
    """How a spelling that was met writes a candidate: its name, its acronym, or a part of it (a family name alone)."""

    NAME = "name"
    ACRONYM = "acronym"
    PART = "part"


class Via(StrEnum):
    """How a mention was recognised."""

    EXACT = "exact"
    INFLECTED = "inflected"
    PARTICLE = "particle"
    POSSESSIVE = "possessive"
    ADJECTIVE = "adjective"
    SURNAME = "surname"


class Bound(StrEnum):
    """How the number said stands to the interval it means."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"
    BETWEEN = "between"


class Measure(StrEnum):
    """What is counted."""

    PERSONNEL = "personnel"
    KILLED = "killed"
    WOUNDED = "wounded"
    CASUALTIES = "casualties"
    CAPTURED = "captured"
    MISSING = "missing"
    EVACUATED = "evacuated"
    DISPLACED = "displaced"
    EQUIPMENT = "equipment"
    MUNITIONS = "munitions"
    AREA = "area"
    DISTANCE = "distance"
    MONEY = "money"
    SHARE = "share"
    DURATION = "duration"
    AGE = "age"
    BIRTH_YEAR = "birth_year"
    SINCE_YEAR = "since_year"
    DATE = "date"
    OTHER = "other"


class ScopeKind(StrEnum):
    """What span of time or events a figure covers."""

    TOTAL = "total"
    PERIOD = "period"
    EVENT = "event"


class StatementRelation(StrEnum):
    """How a new statement stands to what was known; the rules are in `glossary.figures`."""

    FIRST = "first"
    REPEATS = "repeats"
    RESTATES = "restates"
    REVISES_UP = "revises_up"
    REVISES_DOWN = "revises_down"
    CONTRADICTS = "contradicts"
    OLDER = "older"
    UNRESOLVED = "unresolved"


#: The relations that are news.
NEWS = frozenset(
    {
        StatementRelation.FIRST,
        StatementRelation.RESTATES,
        StatementRelation.REVISES_UP,
        StatementRelation.REVISES_DOWN,
        StatementRelation.CONTRADICTS,
    }
)
