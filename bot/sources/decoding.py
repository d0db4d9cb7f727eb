"""From bytes to text: the encoding that a source declares is a hint, and often a wrong one.

Owns `decode` and `refuse_binary`; feeds, pages and files all pass through them. The order is that of the WHATWG
encoding standard, with two departures. Bytes that are valid UTF-8 are UTF-8 whatever is declared, since accented or
Cyrillic text in another encoding is practically never valid UTF-8. And where the declared encoding does not give
plausible text, the encodings of our languages are compared.
"""

from __future__ import annotations

import codecs
import re

from bot.sources.errors import SourceError, SourceProblem

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# In the first kilobytes: <meta charset="...">, <meta ... content="text/html; charset=...">, <?xml encoding="...">.
_DECLARED = re.compile(
    rb"""<(?:meta\b[^>]{0,300}?\bcharset|\?xml\b[^>]{0,200}?\bencoding)\s*=\s*["']?\s*([\w:.-]+)""", re.IGNORECASE
)
# What web pages mean by these names, by the WHATWG encoding standard.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "euc_kr": "cp949", "gb2312": "gb18030", "gbk": "gb18030"}
_CANDIDATES = ("cp1251", "koi8-u", "cp949", "cp1252", "cp866", "iso8859-5", "cp1250", "shift_jis", "gb18030")
_SAMPLE = 20_000

# The ten most frequent letters of Russian and Ukrainian, then the next ten; the rest are rare.
_FREQUENT = frozenset("оеаинтсрві")
_COMMON = frozenset("лкмдпуяьзб")

_MAGIC = (
    (b"%PDF", SourceProblem.PDF),
    (b"\x89PNG", SourceProblem.IMAGE),
    (b"\xff\xd8\xff", SourceProblem.IMAGE),
    (b"GIF8", SourceProblem.IMAGE),
    (b"RIFF", SourceProblem.MEDIA),
    (b"ID3", SourceProblem.SOUND),
    (b"PK\x03\x04", SourceProblem.ARCHIVE),
    (b"\x1f\x8b", SourceProblem.COMPRESSED_FILE),
    (b"\x7fELF", SourceProblem.PROGRAM),
    (b"\xd0\xcf\x11\xe0", SourceProblem.OFFICE_DOCUMENT),
)
_TEXT_TYPES = re.compile(r"text/|application/(?:[\w.+-]*(?:xml|json|html|rss|atom)|octet-stream)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")


def refuse_binary(body: bytes, content_type: str | None, name: str) -> None:
    """Raise where a body is not text.

    Args:
        body: what was fetched or read.
        content_type: its declared media type, if any.
        name: how the message calls it.

    Raises:
        SourceError: it is empty, or an image, a PDF, a program ...
    """
    if not body.strip(b" \t\r\n\x00"):
        raise SourceError(SourceProblem.EMPTY.of(address=name), retryable=True)
    known = next((problem for magic, problem in _MAGIC if body.startswith(magic)), None)
    if known is not None:
        raise SourceError(known.of(address=name))
    if content_type and not _TEXT_TYPES.match(content_type):
        raise SourceError(SourceProblem.OTHER_TYPE.of(address=name, type=content_type))
    # One zero byte is a slip of somebody's program, many are no text.
    if body[:4096].count(0) > 0.01 * len(body[:4096]) and _unicode(body) is None:
        raise SourceError(SourceProblem.BINARY.of(address=name))


def decode(body: bytes, charset: str | None, name: str) -> str:
    """The text of a body, with plain newlines and without a byte order mark.

    Args:
        body: the bytes, not binary.
        charset: what the server declared, if anything.
        name: how the message calls the source.

    Raises:
        SourceError: no encoding gives text.
    """
    text = _decode(body, charset).lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(_CONTROL.findall(text[:_SAMPLE])) > 0.1 * min(len(text), _SAMPLE):
        raise SourceError(SourceProblem.NO_TEXT.of(address=name))
    return text.replace("\x00", "")


def _decode(body: bytes, charset: str | None) -> str:
    encoding = _unicode(body)
    if encoding is not None:
        return body.decode(encoding, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # A page cut in the middle of a letter, or with one bad byte in an advertisement, is still UTF-8.
    text = body.decode("utf-8", "replace")
    high = sum(1 for character in text[:_SAMPLE] if character > "\x7f")
    if text[:_SAMPLE].count("\ufffd") <= 0.02 * high or (high == 0 and text.count("\ufffd") <= 2):
        return text
    declared = _DECLARED.search(body[:4096])
    hints = (charset, declared[1].decode("ascii") if declared else None)
    best, best_score = text, float("-inf")
    for place, candidate in enumerate((*hints, *_CANDIDATES)):
        known = _codec(candidate)
        if known is None:
            continue
        try:
            text = body.decode(known, "replace")
        except UnicodeError:  # codecs such as punycode replace nothing
            continue
        # What is declared is believed where it is plausible.
        score = _plausibility(text) + (0.15 if place < len(hints) else 0)
        if score > best_score:
            best, best_score = text, score
    return best


def _codec(name: str | None) -> str | None:
    """Python's name of a declared encoding, or None where there is none (or it is UTF-8, which was tried)."""
    if not name:
        return None
    try:
        info = codecs.lookup(name.strip().lower().replace("windows", "cp").replace("cp-", "cp"))
        b"x".decode(info.name, "replace")  # refuses what is no encoding of text, such as base64
    except (LookupError, UnicodeError, ValueError):
        return None
    found = _MEANT.get(info.name, info.name)
    return None if found in {"utf-8", "utf-7", "utf-16", "utf-32"} else found


def _unicode(body: bytes) -> str | None:
    """The Unicode encoding that a byte order mark tells, or UTF-16 without a mark.

    In UTF-16 every other byte of markup and spaces is zero.
    """
    marked = next((encoding for mark, encoding in _BOMS if body.startswith(mark)), None)
    if marked is not None:
        return marked
    head = body[:1024]
    if len(head) < 4:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < 0.1 * len(head) or min(even, odd) > 0.02 * len(head):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _plausibility(text: str) -> float:
    """How much a text looks like one of the languages we expect: a mean over its letters beyond ASCII, -1 to 1.

    The letters of a Cyrillic text read in a wrong Cyrillic encoding come out as rare ones, in the wrong case, or as
    signs; those of a Korean text come out as Latin letters side by side.
    """
    total, count, previous = 0.0, 0, " "
    for character in text:
        if character > "\x7f":
            count += 1
            total += _letter(character, previous)
            if count >= _SAMPLE:
                break
        previous = character
    return total / count if count else -1.0


def _letter(character: str, previous: str) -> float:
    if "\u0400" <= character <= "\u04ff" and previous.isascii() and previous.isalpha():
        return -0.5  # no word mixes the scripts
    if "а" <= character <= "ё" or character in "іїєґў":
        return 1.0 if character in _FREQUENT else 0.7 if character in _COMMON else 0.2
    if "А" <= character <= "Я" or character in "ІЇЄҐЁЎ":
        return -0.5 if previous.islower() else 0.2
    if "가" <= character <= "힣":
        return 1.0 if _in_ksx1001(character) else -0.5
    if "\u3040" <= character <= "\u30ff":
        return 0.6
    if "\u4e00" <= character <= "\u9fff":
        return 0.1
    if character in "«»–—…“”„’‘№·\xa0":
        return 0.3
    if character.isalpha() and character < "\u0250":  # Latin with marks stands beside plain Latin
        return 0.6 if previous.isascii() and previous.isalpha() and character.islower() else -0.5
    return -1.0


def _in_ksx1001(syllable: str) -> bool:
    """Whether a syllable is one of the 2,350 of KS X 1001, as nearly all in use are."""
    try:
        return len(syllable.encode("euc_kr")) == 2
    except UnicodeEncodeError:
        return False
