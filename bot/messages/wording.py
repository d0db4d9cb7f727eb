"""How names, numbers, figures and dates are worded for a reader: plain text, in the reader's language.

Pure functions over values, shared by alerts, replies, charts and the command line. Numbers follow CLDR through Babel;
words come from the catalogues.
"""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from babel.numbers import format_compact_currency, format_decimal

from bot.messages.catalogue import Messages
from glossary.entries import Glossary
from glossary.quantities import Quantity
from glossary.words import Bound, FormKind, FormStatus, Measure, ScopeKind
from translations.languages import Language

# Measures of what belongs to a party, so that its name can stand before them: "North Korean personnel", "북한 병력".
_OF_A_PARTY = frozenset(
    {
        Measure.PERSONNEL,
        Measure.KILLED,
        Measure.WOUNDED,
        Measure.CASUALTIES,
        Measure.CAPTURED,
        Measure.MISSING,
        Measure.EVACUATED,
        Measure.DISPLACED,
        Measure.EQUIPMENT,
        Measure.MUNITIONS,
    }
)
_YEARS = frozenset({Measure.BIRTH_YEAR, Measure.SINCE_YEAR})
_COUNTED_ITEMS = {Measure.EQUIPMENT: "unit.equipment", Measure.MUNITIONS: "unit.munitions"}
_COMPACT_MONEY_FROM = 1_000_000


def entity_name(glossary: Glossary, slug: str, language: Language) -> str:
    """The form to use in a language, else the canonical English name, else (an entity since removed) the slug."""
    entry = glossary.get(slug)
    if entry is None:
        return slug
    form = entry.preferred(language)
    return entry.name if form is None or form.status is FormStatus.REJECTED else form.text


def entity_title(glossary: Glossary, slug: str, language: Language) -> str:
    """As `entity_name`, with the acronym of that language behind it: ``Служба безпеки України (СБУ)``."""
    name = entity_name(glossary, slug, language)
    entry = glossary.get(slug)
    acronyms = entry.forms_in(language, FormKind.ACRONYM) if entry else ()
    return f"{name} ({acronyms[0].text})" if acronyms and acronyms[0].text != name else name


def measure_text(measure: Measure, language: Language) -> str:
    """What is counted, as a noun: ``personnel``, ``загиблі``, ``병력``."""
    return Messages(language).plain(f"measure.{measure.value}")


def figure_label(
    measure: Measure,
    subject: str,
    place: str | None,
    scope: ScopeKind | str,
    language: Language,
    glossary: Glossary,
    *,
    days: tuple[date | None, date | None] = (None, None),
) -> str:
    """What a figure counts: ``North Korean personnel in Kursk Oblast``, ``Північна Корея: особовий склад (...)``.

    English puts its adjective before what belongs to a party and Korean the name itself; Ukrainian and Russian
    adjectives would have to agree with the noun, so there the name stands first, in the nominative. A period or event
    is told by its first and last day where they are known.
    """
    messages = Messages(language)
    name = _attribute(glossary, subject, language) if measure in _OF_A_PARTY else None
    order = "label.attributive" if name else "label.plain"
    values = {"subject": name or entity_name(glossary, subject, language), "measure": measure_text(measure, language)}
    if place is None or place == subject:
        label = messages.plain(order, **values)
    else:
        label = messages.plain(f"{order}_place", place=entity_name(glossary, place, language), **values)
    if scope == ScopeKind.TOTAL:
        return label
    first, last = days
    if first is None:
        when = messages.plain(f"scope.{ScopeKind(scope).value}")
    elif last is None or last == first:
        when = date_text(first, language)
    else:
        when = messages.plain("scope.days", first=date_text(first, language), last=date_text(last, language))
    return messages.plain("label.scoped", label=label, scope=when)


def _attribute(glossary: Glossary, slug: str, language: Language) -> str | None:
    if language is Language.KO:
        return entity_name(glossary, slug, language)
    entry = glossary.get(slug)
    if language is Language.EN and entry is not None:
        return next((form.text for form in entry.forms_in(language, FormKind.ADJECTIVE)), None)
    return None


def quantity_text(quantity: Quantity, language: Language, measure: Measure | None = None) -> str:
    """A quantity with its bound and unit: ``more than 11,000``, ``понад 11 000``, ``11,000명 초과``, ``100–200 km²``.

    The measure tells an age from a calendar year and, in Korean, which counter goes with the number.
    """
    if measure is Measure.DATE:
        return quantity.said
    messages = Messages(language)
    bound, said = quantity.bound, quantity.value
    if said is None and quantity.low is not None and quantity.high is not None:
        numbers = messages.plain(
            "quantity.between",
            low=_number(quantity.low, quantity.unit, language, measure),
            high=_number(quantity.high, quantity.unit, language, measure),
        )
        return _with_unit(numbers, quantity.high, quantity.unit, messages, measure)
    if said is None:  # half-open: only one end was said
        said, bound = (quantity.low, Bound.AT_LEAST) if quantity.low is not None else (quantity.high, Bound.AT_MOST)
    if said is None:
        return quantity.said
    text = _with_unit(_number(said, quantity.unit, language, measure), said, quantity.unit, messages, measure)
    return text if bound in {Bound.EXACT, Bound.BETWEEN} else messages.plain(f"quantity.{bound.value}", quantity=text)


def range_text(low: float | None, high: float | None, unit: str, language: Language, measure: Measure) -> str:
    """An interval as a reader sees it, the same ends once; an open end is worded as a bound."""
    bound = Bound.EXACT if low == high else Bound.BETWEEN
    return quantity_text(Quantity(low if low == high else None, low, high, bound, unit, ""), language, measure)


def date_text(day: date, language: Language) -> str:
    """A date written out: ``January 11, 2025``, ``11 січня 2025 р.``, ``2025년 1월 11일``."""
    return format_date(day, "long", locale=language.value)


def _number(value: float, unit: str, language: Language, measure: Measure | None) -> str:
    if _is_year(unit, measure):
        return format_decimal(value, format="0", locale=language.value)
    if not _is_money(unit):
        return format_decimal(value, format="#,##0.#", locale=language.value)
    if abs(value) >= _COMPACT_MONEY_FROM:
        return format_compact_currency(value, unit, locale=language.value, fraction_digits=2)
    return f"{format_decimal(value, format='#,##0.##', locale=language.value)}\N{NO-BREAK SPACE}{unit}"


def _with_unit(number: str, value: float, unit: str, messages: Messages, measure: Measure | None) -> str:
    if _is_money(unit) or unit == "none":
        return number
    if measure in _COUNTED_ITEMS and unit == "items":
        return messages.plain(_COUNTED_ITEMS[measure], number=number)
    if unit == "days" or (unit == "year" and not _is_year(unit, measure)):
        key = "unit.days" if unit == "days" else "unit.age" if measure is Measure.AGE else "unit.years"
        # A fraction takes the form of "few" in the Slavic languages, which is that of two.
        return messages.plain_plural(key, int(value) if float(value).is_integer() else 2, number=number)
    return messages.plain(f"unit.{unit}", number=number)


def _is_year(unit: str, measure: Measure | None) -> bool:
    """Whether a number of unit ``year`` names a calendar year, not a count of years."""
    return unit == "year" and (measure is None or measure in _YEARS)


def _is_money(unit: str) -> bool:
    return len(unit) == 3 and unit.isupper()
