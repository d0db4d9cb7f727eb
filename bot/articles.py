"""What an article is: its address, its text's hash, its language, its own dateline.

Owns `ArticleDraft` (as it was read), `Article` (accepted: in one of our languages) and what turns one into the other.
What comes before is `bot.sources`; what comes after is `bot.pipeline`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import yaml

from bot import dates
from bot.errors import BotError
from bot.sources.feeds import ITEM_FRAGMENT
from translations.languages import Language

if TYPE_CHECKING:
    from lingua import LanguageDetector

# What the detector may answer. Besides ours: every language written in Cyrillic that it knows, those of the region, and
# the large ones of the world's news; a detector that knew only four would call Belarusian Ukrainian, with certainty.
_DETECTABLE = (
    *("ENGLISH", "UKRAINIAN", "RUSSIAN", "KOREAN"),
    *("BELARUSIAN", "BULGARIAN", "KAZAKH", "MACEDONIAN", "MONGOLIAN", "SERBIAN"),
    *("POLISH", "CZECH", "SLOVAK", "HUNGARIAN", "ROMANIAN", "LITHUANIAN", "LATVIAN", "ESTONIAN", "FINNISH", "CROATIAN"),
    *("GERMAN", "FRENCH", "SPANISH", "ITALIAN", "PORTUGUESE", "DUTCH", "SWEDISH", "TURKISH", "GREEK", "GEORGIAN"),
    *("ARMENIAN", "JAPANESE", "CHINESE", "ARABIC", "PERSIAN", "HEBREW", "VIETNAMESE", "INDONESIAN"),
)
# Below this share of certainty the detector is guessing ("SBU captured": English 0.5, Romanian 0.3).
_SURE = 0.6
# Enough for every language; more only costs time.
_SAMPLE = 3_000

# A text of fewer letters is a brief.
_BRIEF = 120
_PLAIN_WORD = re.compile(r"[^\W\d_]+")
# detained, captured; six letters, since shorter words in -ed stand in Dutch and Swedish.
_ENGLISH_PAST = re.compile("[a-z]{4,}ed")

_LETTER = re.compile(r"[^\W\d_]")
_HANGUL = re.compile("[가-힣]")
_LATIN = re.compile("[A-Za-zÀ-ÖØ-öø-ɏ]")
_CYRILLIC = re.compile("[Ѐ-ӿ]")
_CAPITALISED = re.compile("[A-ZА-ЯІЇЄҐЁ][^\\W\\d_]*")
_UNTOLD = re.compile(r"https?://\S+|\S+@\S+|[@#]\w+")
_DEFAULT_PORTS = {"http": 80, "https": 443}
# RFC 3986: what an address may hold unescaped, in a path and in a query.
_PATH_SAFE = "/:@!$&'()*+,;=~-._%"
_QUERY_SAFE = _PATH_SAFE + "?"


class EmptyArticleError(BotError):
    """An article has no words."""


class UnsupportedLanguageError(BotError):
    """An article is in none of the four languages.

    `language` is its ISO 639-1 code, None where even that is unsure.
    """

    def __init__(self, message: str, language: str | None) -> None:
        super().__init__(message)
        self.language = language


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article as it was read, before its language is known. `url` is canonical; times are aware and in UTC."""

    url: str
    title: str
    text: str
    published: datetime | None
    retrieved: datetime
    outlet: str


@dataclass(frozen=True, slots=True)
class Article:
    """An article in one of our languages; `content_hash` changes when its words do."""

    url: str
    title: str
    text: str
    published: datetime | None
    retrieved: datetime
    outlet: str
    language: Language
    content_hash: str


def accept(draft: ArticleDraft) -> Article:
    """Give an article its language and its hash.

    Letters are composed (NFC), since files from some systems spell Hangul in parts. Where the source gave no time of
    publication, the text's own dateline counts; one that cannot be true, by the time of retrieval, becomes unknown.

    Raises:
        EmptyArticleError: it has no words.
        UnsupportedLanguageError: it is in another language, which the message names, or in none that can be told.
    """
    title, text = (unicodedata.normalize("NFC", part) for part in (draft.title, draft.text))
    if not _LETTER.search(text):
        message = f"{draft.url} has no words in it."
        raise EmptyArticleError(message)
    code = detect_language(f"{title}\n{text}")
    if code is None:
        message = f"The language of {draft.url} cannot be told."
        raise UnsupportedLanguageError(message, None)
    try:
        language = Language(code)
    except ValueError:
        message = f"{draft.url} is in {_language_name(code)}; English, Ukrainian, Russian and Korean are read."
        raise UnsupportedLanguageError(message, code) from None
    return Article(
        url=draft.url,
        title=title,
        text=text,
        published=believable(draft.published or _told_in(text, language), draft.retrieved),
        retrieved=draft.retrieved,
        outlet=draft.outlet,
        language=language,
        content_hash=content_hash(title, text),
    )


def believable(published: datetime | None, retrieved: datetime) -> datetime | None:
    """A time of publication, or None where it cannot be true: over a day ahead, or before there was a web to read."""
    if published is None or published > retrieved + timedelta(days=1) or published.year < 1991:
        return None
    return published


def _told_in(text: str, language: Language) -> datetime | None:
    day = dateline(text, language)
    return None if day is None else datetime.combine(day, time.min, UTC)


def dateline(text: str, language: Language) -> date | None:
    """The date that a text gives as its own, near its top; None where it gives none, or no year."""
    return dates.dateline(text, language)


# ---- identity -------------------------------------------------------------------------------------------------------


def canonical_url(url: str) -> str:
    """The address by which an article is known: two addresses that surely lead to one page become the same.

    A user's name and password go: an address is shown to readers. Scheme and host are lower case, the host in its
    ASCII form; default ports, empty queries, fragments and tracking parameters go; escapes are those that RFC 3986
    needs. Nothing is folded that a server might tell apart (a slash at the end, ``www.``, a mobile host, the order of
    parameters): that is for the page's canonical link to say. Addresses of files, and of feed items without a link,
    stay as they are.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError:
        return url
    if scheme not in {"http", "https"} or not host:
        return url
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return url
    netloc = host.rstrip(".") + (f":{port}" if port and port != _DEFAULT_PORTS[scheme] else "")
    kept = [part for part in parts.query.split("&") if part and not _is_tracking(part.partition("=")[0])]
    fragment = parts.fragment if parts.fragment.startswith(ITEM_FRAGMENT) else ""
    return urlunsplit(
        (scheme, netloc, _escaped(parts.path, _PATH_SAFE) or "/", _escaped("&".join(kept), _QUERY_SAFE), fragment)
    )


def _escaped(part: str, safe: str) -> str:
    """One way to write what may be written in several: needed escapes in capitals, needless ones undone."""

    def mend(match: re.Match[str]) -> str:
        plain = unquote(match[0])
        return plain if re.fullmatch(r"[\w.~-]", plain, re.ASCII) else match[0].upper()

    unreserved = re.sub("%[0-9a-fA-F]{2}", mend, part)
    return quote(unreserved, safe=safe)


def _is_tracking(name: str) -> bool:
    exact, prefixes = _tracking()
    name = name.lower()
    return name in exact or name.startswith(prefixes)


@cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    """The names and the beginnings of names in `articles.yaml`."""
    names = yaml.safe_load((files("bot") / "articles.yaml").read_text("utf-8"))["tracking"]
    return (
        frozenset(name for name in names if not name.endswith("*")),
        tuple(name[:-1] for name in names if name.endswith("*")),
    )


def content_hash(title: str, text: str) -> str:
    """The SHA-256 of an article's words, in hexadecimal; blanks and ways to compose a letter make no difference."""
    parts = (" ".join(unicodedata.normalize("NFKC", part).split()) for part in (title, text))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


# ---- language -------------------------------------------------------------------------------------------------------


def detect_language(text: str) -> str | None:
    """The ISO 639-1 code of a text's language, among 38; None where it is unsure.

    Addresses and handles do not count, nor do names, nor quotations in the lesser of its scripts. Text a fifth of whose
    letters are Hangul is Korean: a syllable stands for two or three letters, and no other language is written so.
    """
    sample = _UNTOLD.sub(" ", text[: 2 * _SAMPLE])[:_SAMPLE]
    letters = len(_LETTER.findall(sample))
    if letters < 3:
        return None
    if len(_HANGUL.findall(sample)) >= letters / 5:
        return "ko"
    if letters < _BRIEF and _is_english_brief(sample):
        return "en"
    latin, cyrillic = len(_LATIN.findall(sample)), len(_CYRILLIC.findall(sample))
    if latin and cyrillic:
        sample = (_CYRILLIC if latin > cyrillic else _LATIN).sub(" ", sample)
    # Names look alike in many languages ("Zelensky visits Kursk" is Slovak to the detector); the other words tell.
    unnamed = _CAPITALISED.sub(" ", sample)
    written = _CYRILLIC.findall(sample.lower())
    readings = (unnamed, sample) if len(_LETTER.findall(unnamed)) >= 25 else (sample,)
    for reading in readings:
        told = [
            (one.value, one.language.iso_code_639_1.name.lower())
            for one in _detector().compute_language_confidence_values(reading)
        ]
        possible = [(share, code) for share, code in told if share and _may_be_written(written, code)]
        if possible:
            share, code = possible[0]
            return code if share / sum(share for share, _ in possible) >= _SURE else None
    # What the detector took it for is not written so; where one alphabet alone has all the letters, they tell.
    able = [code for code in _alphabets() if written and _may_be_written(written, code)]
    return able[0] if len(able) == 1 else None


def _may_be_written(cyrillic: Sequence[str], code: str) -> bool:
    """Whether a text's Cyrillic letters, in lower case, allow a language; in a hundred, one may be quoted."""
    needs, lacks = _alphabets().get(code, ("", ""))
    foreign = sum(letter in lacks for letter in cyrillic)
    return foreign <= len(cyrillic) / 100 and (not needs or not cyrillic or any(one in needs for one in cyrillic))


@cache
def _alphabets() -> dict[str, tuple[str, str]]:
    """The letters that a language needs and lacks, by its code: `cyrillic` in `articles.yaml`."""
    rows = yaml.safe_load((files("bot") / "articles.yaml").read_text("utf-8"))["cyrillic"]
    return {code: (row.get("needs", ""), row.get("lacks", "")) for code, row in rows.items()}


def _is_english_brief(text: str) -> bool:
    """Whether a line or two is English by its small words and verbs: too short a text for the detector."""
    all_words = _PLAIN_WORD.findall(text)
    # A capital is a name's, except where a sentence begins so.
    words = [word for word in all_words if word.islower() or word.lower() in {"the", "two", "a"}]
    if len(all_words) < 3 or any(not word.isascii() for word in words):
        return False
    sure, likely = _english_words()
    low = [word.lower() for word in words]
    certain = any(word in sure or _ENGLISH_PAST.fullmatch(word) for word in low)
    return certain or sum(word in likely for word in low) >= 2


@cache
def _english_words() -> tuple[frozenset[str], frozenset[str]]:
    """The sure and the likely words in `articles.yaml`."""
    words = yaml.safe_load((files("bot") / "articles.yaml").read_text("utf-8"))["english"]
    return frozenset(words["sure"]), frozenset(words["likely"])


@cache
def _detector() -> LanguageDetector:
    """Built on first use: half a second and 45 MB; with the accurate models it would be 8 seconds and 700 MB."""
    import lingua

    languages = [getattr(lingua.Language, name) for name in _DETECTABLE]
    return lingua.LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()


def _language_name(code: str) -> str:
    """The English name of a language that the detector knows."""
    import lingua

    return lingua.Language.from_iso_code_639_1(getattr(lingua.IsoCode639_1, code.upper())).name.title()
