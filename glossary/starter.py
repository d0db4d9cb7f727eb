"""The starter glossary: reads `starter.yaml` into entries and refuses a file that could mislead.

Owns the file's schema (told in its header) and its checks. A slip in a list of names is silent at run time (a mention
is given to the wrong entity, or to none), so everything that can be checked is checked on load: unknown keys, types,
missing languages, scripts and alphabets, repeated forms, dangling relations, rings of `part_of`, and strong surfaces
that two entities share. `glossary.store` brings the entries into a database.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from glossary.entries import Entry, EntryForm, Glossary, Relation
from glossary.errors import GlossaryError
from glossary.normalize import fold
from glossary.words import EntityType, FormKind, RelationKind
from translations.languages import Language

STARTER = Path(__file__).with_name("starter.yaml")

_KEYS = frozenset({"slug", "type", "forms", "relations", "context", "note", "wikidata"})
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WIKIDATA = re.compile(r"Q[1-9][0-9]*")
_WORD = re.compile(r"[^\W\d_]+")

# Texts with no letters but the language's own. Ukrainian and Russian are told apart by their alphabets: the other one's
# letter in a form is a slip of the keyboard.
_OWN = {
    Language.EN: re.compile(r"(?:[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ]|[\W\d_])+"),
    Language.UK: re.compile(r"(?:[абвгґдеєжзиіїйклмнопрстуфхцчшщьюя]|[\W\d_])+", re.IGNORECASE),
    Language.RU: re.compile(r"(?:[абвгдеёжзийклмнопрстуфхцчшщъыьэюя]|[\W\d_])+", re.IGNORECASE),
    Language.KO: re.compile(r"(?:[가-힣]|[\W\d_])+"),
}


class StarterError(GlossaryError):
    """The starter glossary is wrong; `slug` is the entity concerned, None where the file as a whole is."""

    def __init__(self, message: str, slug: str | None = None) -> None:
        super().__init__(f"Starter glossary, entity {slug!r}: {message}" if slug else f"Starter glossary: {message}")
        self.slug = slug


@dataclass(frozen=True, slots=True)
class Starter:
    """The reviewed entries in the file's order; `version` changes whenever the file's content does."""

    entries: tuple[Entry, ...]
    version: str

    def glossary(self) -> Glossary:
        """The entries as a snapshot at revision 0."""
        return Glossary.of(self.entries)


def load_starter(path: Path | None = None) -> Starter:
    """Read and check a starter file, the bundled one by default; raises `StarterError` with what is wrong and where."""
    path = path or STARTER
    try:
        content = path.read_bytes()
        items = yaml.load(content, Loader=_Loader)  # noqa: S506 - _Loader is yaml's safe loader
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}."
        raise StarterError(message) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = f"{path} is no valid YAML: {' '.join(str(error).split())}."
        raise StarterError(message) from error
    _require(isinstance(items, list), f"{path} must be a list of entities.")
    entries = tuple(_entry(item, number) for number, item in enumerate(items, start=1))
    _check_scripts(entries)
    _check_relations(entries)
    _check_surfaces(entries)
    return Starter(entries, _version(content))


def starter_version() -> str:
    """The version of the bundled starter, without parsing it; a missing file is `load_starter`'s to report."""
    return _version(STARTER.read_bytes()) if STARTER.exists() else ""


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


class _Loader(yaml.CSafeLoader):
    """The safe loader, refusing a key given twice, of which YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        mapping = super().construct_mapping(node, deep)
        if len(mapping) < len(node.value):
            seen = set()
            for key, _ in node.value:
                if key.value in seen:
                    problem = f"the key {key.value!r} is given twice"
                    raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
                seen.add(key.value)
        return mapping


def _require(holds: bool, message: str, slug: str | None = None) -> None:
    if not holds:
        raise StarterError(message, slug)


def _entry(item: Any, number: int) -> Entry:
    _require(isinstance(item, dict) and isinstance(item.get("slug"), str), f"item {number} has no slug.")
    slug: str = item["slug"]
    _require(_SLUG.fullmatch(slug) is not None, "a slug is lower-case ASCII words joined by hyphens.", slug)
    unknown = sorted(str(key) for key in item.keys() - _KEYS)
    _require(not unknown, f"unknown key {', '.join(unknown)}.", slug)
    _require(str(item.get("type")) in set(EntityType), f"the type must be one of {', '.join(EntityType)}.", slug)
    forms = tuple(_forms(item.get("forms"), slug))
    wikidata = _text(item["wikidata"], "wikidata", slug) if "wikidata" in item else None
    _require(wikidata is None or _WIKIDATA.fullmatch(wikidata) is not None, f"{wikidata} is no Wikidata id.", slug)
    context = tuple(_text(word, "context", slug) for word in _listed(item.get("context", ())))
    _require(all(word == word.lower() for word in context), "context words are lower-case.", slug)
    _require(len(set(context)) == len(context), "a context word is given twice.", slug)
    return Entry(
        slug=slug,
        type=EntityType(item["type"]),
        name=next(form.text for form in forms if form.language is Language.EN and form.preferred),
        forms=forms,
        relations=tuple(_relations(item.get("relations", {}), slug)),
        wikidata=wikidata,
        note=_text(item["note"], "note", slug) if "note" in item else None,
        context=context,
    )


def _forms(value: Any, slug: str) -> Iterator[EntryForm]:
    _require(isinstance(value, dict) and set(value) == set(Language), "forms are given in en, uk, ru and ko.", slug)
    for language in Language:
        kinds = value[language]
        _require(isinstance(kinds, dict) and FormKind.FULL in kinds, f"a full form is missing in {language}.", slug)
        unknown = sorted(str(kind) for kind in kinds.keys() - set(FormKind))
        _require(not unknown, f"unknown kind of form {', '.join(unknown)} in {language}.", slug)
        for kind in FormKind:
            for place, one in enumerate(_listed(kinds.get(kind, ()))):
                yield _form(one, language, kind, slug, preferred=kind is FormKind.FULL and place == 0)


def _form(value: Any, language: Language, kind: FormKind, slug: str, *, preferred: bool) -> EntryForm:
    weak = False
    if isinstance(value, dict):
        is_form = value.keys() <= {"text", "weak"} and isinstance(value.get("weak", False), bool)
        _require(is_form, f"a form in {language} is a text or a mapping of text and weak, not {value}.", slug)
        weak, value = value.get("weak", False), value.get("text")
    text = _text(value, f"{kind} form in {language}", slug)
    _require(len(text) > 1, f"the form {text!r} in {language} is too short to be found safely.", slug)
    return EntryForm(language, text, kind, preferred=preferred, weak=weak)


def _relations(value: Any, slug: str) -> Iterator[Relation]:
    _require(isinstance(value, dict), "relations must be a mapping from a kind to slugs.", slug)
    for kind, targets in value.items():
        _require(kind in set(RelationKind), f"a relation is one of {', '.join(RelationKind)}, not {kind}.", slug)
        for target in _listed(targets):
            yield Relation(RelationKind(kind), _text(target, kind, slug))


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else [value]


def _text(value: Any, what: str, slug: str) -> str:
    # Unquoted YAML turns NO into False and 2005 into a number: that is told here rather than stored.
    tidy = isinstance(value, str) and value != "" and value == " ".join(value.split())
    _require(tidy, f"{what} must be a text without spare spaces, not {value!r}.", slug)
    text = str(value)
    _require(text == unicodedata.normalize("NFC", text), f"{what} {text!r} is not composed Unicode (NFC).", slug)
    return text


def _check_scripts(entries: tuple[Entry, ...]) -> None:
    """Each word is in its language's letters, or is Latin and stands in an English form as well (Reuters, AFP통신)."""
    english = (form.text for entry in entries for form in entry.forms_in(Language.EN))
    words = (word for text in english for word in _WORD.findall(text))
    english_words = frozenset(word for word in words if _OWN[Language.EN].fullmatch(word))
    for entry in entries:
        for form in entry.forms:
            if not _OWN[form.language].fullmatch(form.text):
                _check_words(form, english_words, entry.slug)


def _check_words(form: EntryForm, english_words: frozenset[str], slug: str) -> None:
    language, text = form.language, form.text
    for word in _WORD.findall(text):
        if _OWN[language].fullmatch(word):
            continue
        strange = "".join(letter for letter in word if not language.is_own_script(letter))
        _require(strange != "", f"{text!r} in {language} has a letter of another alphabet in {word!r}.", slug)
        # Korean joins Latin and Hangul in one word; in Cyrillic such a word hides a look-alike letter.
        latin = strange if language is Language.KO else word
        _require(latin in english_words, f"{text!r} in {language} is written in another script.", slug)
    native = form.kind is not FormKind.FULL or any(language.is_own_script(letter) for letter in text)
    _require(native, f"the full form {text!r} is not written in the script of {language}.", slug)


def _check_relations(entries: Iterable[Entry]) -> None:
    by_slug: dict[str, Entry] = {}
    for entry in entries:
        _require(entry.slug not in by_slug, "the slug is given to two entities.", entry.slug)
        by_slug[entry.slug] = entry
    for entry in by_slug.values():
        for relation in entry.relations:
            _require(relation.target in by_slug, f"{relation.kind} {relation.target}, which is no entity.", entry.slug)
        _require(len(set(entry.relations)) == len(entry.relations), "a relation is given twice.", entry.slug)
    for entry in by_slug.values():
        _check_ring(entry, by_slug)


def _check_ring(entry: Entry, by_slug: Mapping[str, Entry]) -> None:
    waiting, seen = list(entry.targets(RelationKind.PART_OF)), set()
    while waiting:
        slug = waiting.pop()
        _require(slug != entry.slug, "it is part of itself by a ring of part_of.", slug)
        if slug not in seen:
            seen.add(slug)
            waiting.extend(by_slug[slug].targets(RelationKind.PART_OF))


def _check_surfaces(entries: Iterable[Entry]) -> None:
    owners: dict[tuple[Language, str], str] = {}
    for entry in entries:
        seen: set[tuple[Language, str]] = set()
        for form in entry.forms:
            key = (form.language, fold(form.text))
            _require(key not in seen, f"the form {form.text!r} is given twice in {form.language}.", entry.slug)
            seen.add(key)
            if not form.weak:
                owner = owners.setdefault(key, entry.slug)
                message = f"{form.text!r} is a strong form in {form.language} of {owner!r} too; mark one of them weak."
                _require(owner == entry.slug, message, entry.slug)
