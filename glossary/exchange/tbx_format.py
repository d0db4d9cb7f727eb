"""The glossary as TBX (ISO 30042:2019, dialect TBX-Basic, DCT style), without loss; others' TBX as far as it goes.

Owns the mapping onto TBX-Basic's data categories. What they cannot say (weakness, provenance, status, model,
confidence, context words) stands as JSON in a core ``note`` that begins with ``exonym``; other programs show it or
leave it. TBX from elsewhere, in DCT or DCA style, is read by its terms, types and administrative status. Files come
from strangers: they are read by defusedxml, without a document type.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from itertools import count
from typing import Any

import defusedxml.ElementTree
from defusedxml import DefusedXmlException

from glossary.editing import EditRefusedError, slug_of
from glossary.entries import Entry, EntryForm, Glossary, Relation
from glossary.exchange.json_format import form_from_json
from glossary.exchange.parsed import ExchangeError, ParsedEntry, from_entry
from glossary.refusals import Place, Refusal
from glossary.words import EntityType, FormKind, FormStatus, Provenance, RelationKind
from translations.languages import Language
from translations.phrases import Saying

# The names of the dialect's schemas, which differ from the standard's prose in the edition (ed-2).
_CORE = "urn:iso:std:iso:30042:ed-2"
_MIN = "http://www.tbxinfo.net/ns/min"
_BASIC = "http://www.tbxinfo.net/ns/basic"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_WIKIDATA = "https://www.wikidata.org/wiki/"
_ID = "c-"  # an XML id begins with a letter, a slug may begin with a digit
_MARK = "exonym "
_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_TERM_TYPES = {
    FormKind.FULL: "fullForm",
    FormKind.SHORT: "shortForm",
    FormKind.ACRONYM: "acronym",
    FormKind.ALIAS: "variant",
    FormKind.ADJECTIVE: "variant",
    FormKind.FORBIDDEN: "variant",
}
_SAID_IF_SET = ("preferred", "weak", "model", "problems")
_KINDS = {
    "fullForm": FormKind.FULL,
    "shortForm": FormKind.SHORT,
    "acronym": FormKind.ACRONYM,
    "abbreviation": FormKind.ACRONYM,
    "variant": FormKind.ALIAS,
}


def export_tbx(glossary: Glossary, select: Callable[[Entry], bool] | None = None) -> bytes:
    """The entries (those selected) as a TBX-Basic document in UTF-8."""
    root = ET.Element(
        "tbx",
        {
            "type": "TBX-Basic",
            "style": "dct",
            "xml:lang": "en",
            "xmlns": _CORE,
            "xmlns:min": _MIN,
            "xmlns:basic": _BASIC,
        },
    )
    description = ET.SubElement(ET.SubElement(root, "tbxHeader"), "fileDesc")
    _text(ET.SubElement(description, "titleStmt"), "title", "Exonym glossary")
    _text(ET.SubElement(description, "sourceDesc"), "p", f"Exported by Exonym at revision {glossary.revision}.")
    body = ET.SubElement(ET.SubElement(root, "text"), "body")
    for entry in glossary.entries.values():
        if select is None or select(entry):
            _write_entry(body, entry)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()


def parse_tbx(content: bytes) -> tuple[ParsedEntry, ...]:
    """Read a TBX document; languages other than the four are left out.

    Raises:
        ExchangeError: it is not XML, declares entities or a document type, is not TBX, or an entry in it is wrong.
    """
    try:
        root = defusedxml.ElementTree.fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise ExchangeError(Refusal.DOCUMENT_TYPE.of()) from error
    except ET.ParseError as error:
        raise ExchangeError(Refusal.NOT_XML_AT.of(line=error.position[0])) from error
    except (ValueError, LookupError) as error:
        raise ExchangeError(Refusal.NOT_XML.of()) from error
    if _local(root) != "tbx":
        raise ExchangeError(Refusal.NOT_TBX.of(name=_local(root)[:40]))
    elements = _children(root, "conceptEntry", deep=True)
    places = (Place.ENTRY.of(number=number) for number in count(1))
    return tuple(from_entry(_read_entry(one, place), place) for one, place in zip(elements, places, strict=False))


# --- Writing ---------------------------------------------------------------------------------------------------------


def _write_entry(body: ET.Element, entry: Entry) -> None:
    concept = ET.SubElement(body, "conceptEntry", {"id": _ID + entry.slug})
    _text(concept, "min:subjectField", entry.type.value)
    if entry.note is not None:
        _text(concept, "basic:definition", entry.note)
    if entry.wikidata is not None:
        _text(concept, "min:externalCrossReference", entry.wikidata, target=_WIKIDATA + entry.wikidata)
    for relation in entry.relations:
        _text(concept, "basic:crossReference", relation.kind.value, target=_ID + relation.target)
    _note(concept, {"name": entry.name, "context": entry.context})
    for language in Language:
        forms = [form for form in entry.forms if form.language is language]
        if forms:
            section = ET.SubElement(concept, "langSec", {"xml:lang": language.value})
            for form in forms:
                _write_form(section, form, entry.forms.index(form))


def _write_form(section: ET.Element, form: EntryForm, place: int) -> None:
    term = ET.SubElement(section, "termSec")
    _text(term, "term", form.text)
    _text(term, "min:administrativeStatus", _administrative_status(form))
    _text(term, "min:partOfSpeech", "adjective" if form.kind is FormKind.ADJECTIVE else "noun")
    _text(term, "basic:termType", _TERM_TYPES[form.kind])
    _text(term, "basic:source", " ".join(filter(None, (form.provenance.value, form.model))))
    # What is at its default says nothing, and there are tens of thousands of these notes.
    own = {"place": place, "kind": form.kind, "provenance": form.provenance, "status": form.status}
    said = {name: value for name, value in asdict(form).items() if name in _SAID_IF_SET and value}
    _note(term, own | said | ({} if form.confidence is None else {"confidence": form.confidence}))


def _administrative_status(form: EntryForm) -> str:
    if form.kind is FormKind.FORBIDDEN or form.status is FormStatus.REJECTED:
        return "deprecatedTerm-admn-sts"
    return "preferredTerm-admn-sts" if form.preferred else "admittedTerm-admn-sts"


def _note(parent: ET.Element, value: dict[str, Any]) -> None:
    _text(parent, "note", _MARK + json.dumps(value, ensure_ascii=False, sort_keys=True))


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = _ILLEGAL.sub("", text)


# --- Reading ---------------------------------------------------------------------------------------------------------


def _read_entry(concept: ET.Element, where: Saying) -> Entry:
    own = _own_note(concept, where)
    placed = [
        (place, form)
        for section in _children(concept, "langSec")
        if (language := _language(section)) is not None
        for term in _children(section, "termSec")
        for place, form in [_read_form(term, language, where)]
    ]
    forms = [form for _, form in sorted(placed, key=lambda one: one[0])]
    if own is None:
        forms = _prefer_first(forms)
    english = next((form.text for form in forms if form.language is Language.EN and form.preferred), None)
    name = own.get("name") if own else english
    if not isinstance(name, str):
        raise ExchangeError(Refusal.NO_ENGLISH_TERM.of(where=where))
    identifier = concept.get("id", "")
    notes = [_all_text(note) for note in _children(concept, "note")]
    definition = next((_all_text(one) for one in _category(concept, "definition")), None)
    context = own.get("context", []) if own else []
    if not isinstance(context, list) or not all(isinstance(word, str) for word in context):
        raise ExchangeError(Refusal.NO_LIST_OF_TEXTS.of(where=where, name="context"))
    subject = next((_all_text(one) for one in _category(concept, "subjectField")), "")
    return Entry(
        slug=identifier.removeprefix(_ID) if own else _slug(name, where),
        type=EntityType(subject) if subject in set(EntityType) else EntityType.OTHER,
        name=name,
        forms=tuple(forms),
        relations=tuple(_relations(concept)) if own else (),
        wikidata=_wikidata(concept),
        note=definition if definition is not None else next((one for one in notes if not one.startswith(_MARK)), None),
        context=tuple(context),
    )


def _read_form(term: ET.Element, language: Language, where: Saying) -> tuple[int, EntryForm]:
    text = next((_all_text(one) for one in _children(term, "term")), "")
    if not text.strip():
        raise ExchangeError(Refusal.EMPTY_TERM.of(where=where))
    own = _own_note(term, where)
    if own is not None:
        place = own.get("place", 0)
        return place if isinstance(place, int) else 0, form_from_json(own | {"language": language, "text": text}, where)
    status = next((_all_text(one) for one in _category(term, "administrativeStatus")), "").removesuffix("-admn-sts")
    kind = _KINDS.get(next((_all_text(one) for one in _category(term, "termType")), "fullForm"), FormKind.ALIAS)
    if status in {"deprecatedTerm", "supersededTerm"}:
        kind = FormKind.FORBIDDEN
    preferred = status == "preferredTerm"
    return 0, EntryForm(language, " ".join(text.split()), kind, preferred=preferred, provenance=Provenance.IMPORT)


def _prefer_first(forms: list[EntryForm]) -> list[EntryForm]:
    """TBX of others may prefer several terms of a language, or none: then the first full one."""
    chosen: dict[Language, EntryForm] = {}
    for form in sorted(forms, key=lambda one: (not one.preferred, one.kind is not FormKind.FULL)):
        if form.kind is not FormKind.FORBIDDEN:
            chosen.setdefault(form.language, form)
    return [replace(form, preferred=chosen.get(form.language) is form) for form in forms]


def _own_note(element: ET.Element, where: Saying) -> dict[str, Any] | None:
    for note in _children(element, "note"):
        text = _all_text(note)
        if text.startswith(_MARK):
            try:
                value = json.loads(text.removeprefix(_MARK))
            except (ValueError, RecursionError) as error:
                raise ExchangeError(Refusal.NOTE_DAMAGED.of(where=where, mark=_MARK.strip())) from error
            if isinstance(value, dict):
                return value
    return None


def _relations(concept: ET.Element) -> Iterator[Relation]:
    for reference in _category(concept, "crossReference"):
        kind = _all_text(reference)
        if kind in set(RelationKind):
            yield Relation(RelationKind(kind), reference.get("target", "").removeprefix(_ID))


def _wikidata(concept: ET.Element) -> str | None:
    targets = (one.get("target", "") for one in _category(concept, "externalCrossReference"))
    return next((target.removeprefix(_WIKIDATA) for target in targets if target.startswith(_WIKIDATA)), None)


def _slug(name: str, where: Saying) -> str:
    try:
        return slug_of(name)
    except EditRefusedError as error:
        raise ExchangeError(Refusal.WITHIN.of(where=where, reason=error.reason)) from error


def _language(section: ET.Element) -> Language | None:
    code = section.get(_LANG, "").split("-")[0].lower()
    return Language(code) if code in set(Language) else None


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(parent: ET.Element, name: str, *, deep: bool = False) -> Iterator[ET.Element]:
    return (element for element in (parent.iter() if deep else parent) if _local(element) == name)


def _category(parent: ET.Element, name: str) -> Iterator[ET.Element]:
    """The elements of a data category: its own in DCT style, a generic one with its type in DCA style."""
    return (element for element in parent if name in {_local(element), element.get("type")})


def _all_text(element: ET.Element) -> str:
    return "".join(element.itertext())
