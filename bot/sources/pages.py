"""Reading articles: the text of a news page, of a feed's content, of a file, without what is printed around it.

Owns `ReadPage`, `read_page` and `read_text_file`, and is the only module that uses trafilatura. What comes after is
`bot.articles`, which gives an article its identity and its language. What counts as boilerplate is data, `pages.yaml`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import yaml

from bot.sources.decoding import decode, refuse_binary
from bot.sources.errors import SourceError, SourceProblem
from bot.sources.markup import parse_html, plain_text, tidy, without_declaration

#: The most characters and elements of one page's markup. Articles have a tenth of it; archives and hostile pages have
#: more, and would take minutes to read.
MAX_MARKUP = 5_000_000
MAX_ELEMENTS = 30_000
#: The most characters of one article's text; what comes after would work on more for minutes.
MAX_TEXT = 300_000
#: Fewer letters than this are no article.
MIN_LETTERS = 20
#: A longer first line is a paragraph, not a heading.
MAX_TITLE = 200

_HTML = re.compile(r"<(?:!doctype html|html|head|body|article|div|p|br|h1|meta|title)\b", re.IGNORECASE)
_WHOLE_PAGE = re.compile(r"<(?:html|head|body)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…。]['\"”’»)\]]*$")
# A full stop before a capital, a digit or Hangul; the verb's ending closes a Korean sentence.
_FIRST_SENTENCE = re.compile(
    r"(?s).{20,}?[.!?…。]['\"”’»)]*(?=\s+[\"“«'(]?[A-ZА-ЯІЇЄҐЁ가-힣0-9])|.{20,}?다\.(?=\s|$)",
)
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class ReadPage:
    """An article as its page tells it.

    Attributes:
        title: one line; the first sentence where there is no heading.
        text: paragraphs, one a line; a heading is not repeated in it.
        published: in UTC; None where the page's own data does not say. The text's dateline is not looked at here.
        canonical: the address that the page calls its own, on the same site; None where it names none.
        outlet: the site's name, else the host or the file's name.
    """

    title: str
    text: str
    published: datetime | None
    canonical: str | None
    outlet: str


def read_page(body: bytes, *, url: str, content_type: str | None, charset: str | None) -> ReadPage:
    """Read a page, a fragment of HTML or plain text.

    Args:
        body: what was fetched.
        url: where it was fetched.
        content_type: its declared media type.
        charset: its declared charset; a wrong one is mended.

    Raises:
        SourceError: it is empty, binary, or has no article in it.
    """
    refuse_binary(body, content_type, url)
    text = decode(body, charset, url)
    outlet = (urlsplit(url).hostname or url).removeprefix("www.")
    if content_type == "text/plain" or not _HTML.search(text[:65_536]):
        return _read_plain(text, name=url, outlet=outlet)
    if len(text) > MAX_MARKUP:
        raise SourceError(SourceProblem.LONG_MARKUP.of(address=url, n=MAX_MARKUP))
    if not _WHOLE_PAGE.search(text[:65_536]):
        return _read_plain(plain_text(text), name=url, outlet=outlet)
    return _read_html(text, url, outlet)


def read_text_file(path: Path, body: bytes) -> ReadPage:
    """Read an article from a file of plain text or HTML.

    Raises:
        SourceError: it is empty, binary, or has no article in it.
    """
    refuse_binary(body, None, str(path))
    text = decode(body, None, str(path))
    outlet = path.stem
    if path.suffix.lower() in {".html", ".htm"} or _WHOLE_PAGE.search(text[:2_000]):
        page = _read_html(text, path.absolute().as_uri(), outlet)
    else:
        page = _read_plain(text, name=str(path), outlet=outlet)
    return page


def _read_plain(text: str, *, name: str, outlet: str) -> ReadPage:
    if len(text) > 2 * MAX_TEXT:
        raise SourceError(SourceProblem.LONG_TEXT.of(address=name, n=MAX_TEXT))
    lines = without_boilerplate(_unwrap(text))
    title, lines = _title_and_lines(lines)
    return ReadPage(title=title, text=_enough(lines, name), published=None, canonical=None, outlet=outlet)


def _read_html(html: str, url: str, outlet: str) -> ReadPage:
    import trafilatura

    root = parse_html(html)
    if root is not None and sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise SourceError(SourceProblem.MANY_ELEMENTS.of(address=url, n=MAX_ELEMENTS))
    head = _Head.of(root)
    try:
        found: Any = trafilatura.bare_extraction(
            without_declaration(html),
            url=url,
            include_comments=False,
            with_metadata=True,
            # Only dates that the page marks as its own; an extensive search would take one out of the text.
            date_extraction_params={"extensive_search": False, "original_date": True},
            # What the page itself marks as no part of the article.
            prune_xpath=["//nav", "//aside", "//footer", "//form", "//*[@role='navigation']"],
            config=_settings(),
        )
    except Exception as error:  # on malformed pages it raises whatever its parts raise
        raise SourceError(SourceProblem.BAD_PAGE.of(address=url), retryable=True) from error
    lines = without_boilerplate([_row(line) for line in tidy((found and found.text) or "").splitlines()])
    site = head.meta.get("og:site_name") or head.linked_data.get("publisher") or (found and found.sitename)
    outlet = " ".join(str(site or outlet).split())
    title = head.meta.get("og:title") or head.linked_data.get("headline") or (found and found.title) or head.title
    title = _without_outlet(" ".join(plain_text(str(title or "")).split()), outlet)
    if title:
        # Some pages repeat the heading as the first paragraph.
        lines = lines[1:] if lines and _same(lines[0], title) else lines
    else:
        title, lines = _title_and_lines(lines)
    published = head.published() or _moment(found.date if found is not None else None)
    canonical = _canonical(head.canonical or head.meta.get("og:url"), url)
    return ReadPage(title=title, text=_enough(lines, url), published=published, canonical=canonical, outlet=outlet)


@cache
def _settings() -> Any:
    """How trafilatura is to work.

    A report of two sentences is an article; below its default of 250 characters it would take the whole page instead.
    """
    from trafilatura.settings import use_config

    settings = use_config()
    settings.set("DEFAULT", "MIN_EXTRACTED_SIZE", "40")
    return settings


def _row(line: str) -> str:
    """A line of text; of a table's row, which is told as ``| tanks | 45 |``, its cells."""
    if not (line.startswith("|") and line.endswith("|")):
        return line
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    return (": " if len(cells) == 2 else ", ").join(cell for cell in cells if cell)


def _enough(lines: Sequence[str], name: str) -> str:
    text = "\n".join(lines)
    if len(text) > MAX_TEXT:
        raise SourceError(SourceProblem.LONG_TEXT.of(address=name, n=MAX_TEXT))
    letters = 0
    for letters, _ in enumerate(_LETTER.finditer(text), start=1):
        if letters >= MIN_LETTERS:
            return text
    raise SourceError(SourceProblem.NO_ARTICLE.of(address=name), retryable=True)


# ---- boilerplate ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Boilerplate:
    """The patterns of `pages.yaml`."""

    lines: re.Pattern[str]
    lists: re.Pattern[str]
    appeals: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    appeal_words: re.Pattern[str]


@cache
def _boilerplate() -> _Boilerplate:
    """Load the patterns; an unknown key or a pattern that cannot be compiled fails."""
    data = yaml.safe_load((files("bot.sources") / "pages.yaml").read_text("utf-8"))
    lines, lists, appeals, words = (data.pop(key) for key in ("lines", "lists", "appeals", "appeal_words"))
    if data:
        message = f"pages.yaml has unknown keys: {', '.join(data)}"
        raise ValueError(message)
    return _Boilerplate(
        lines=_any_of(lines),
        lists=_any_of(lists),
        appeals=tuple((_any_of([appeal["begin"]]), _any_of([appeal["end"]])) for appeal in appeals),
        appeal_words=_any_of(words),
    )


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def without_boilerplate(lines: Sequence[str]) -> list[str]:
    """The lines of an article without cookie bars, appeals, lists of other articles, comment forms; repeats go too."""
    rules = _boilerplate()
    kept: list[str] = []
    in_list = False
    skip_to = -1
    for number, line in enumerate(lines):
        if number <= skip_to:
            continue
        bare = line.strip(" \t:•|·*#-–—>»")
        short = len(bare) <= 200
        if short and rules.lists.fullmatch(bare):
            in_list = True
            continue
        if short and (end := _appeal_end(lines, number, bare)) is not None:
            skip_to = end
            continue
        if (short and rules.lines.fullmatch(bare)) or not bare:
            continue
        if len({match.group().lower() for match in rules.appeal_words.finditer(line)}) >= 2:
            continue
        # Headlines of other articles are short and end without a full stop.
        in_list = in_list and len(bare) <= 160 and not _SENTENCE_END.search(bare)
        if in_list or (kept and line == kept[-1]):
            continue
        kept.append(line)
    return kept


def _appeal_end(lines: Sequence[str], start: int, bare: str) -> int | None:
    """The number of the line that ends an appeal which begins at `start`, or None."""
    for begin, end in _boilerplate().appeals:
        if begin.fullmatch(bare):
            for number in range(start + 1, min(start + 11, len(lines))):
                if end.fullmatch(lines[number].strip()):
                    return number
    return None


# ---- titles and lines of plain text ---------------------------------------------------------------------------------


def _unwrap(text: str) -> list[str]:
    """The paragraphs of plain text; one that was broken into lines of even length is joined again."""
    paragraphs: list[str] = []
    for block in re.split(r"\n[^\S\n]*\n", text):
        lines = tidy(block).splitlines()
        wrapped = (
            len(lines) >= 3
            and all(40 <= len(line) <= 100 for line in lines[:-1])
            and sum(1 for line in lines[:-1] if _SENTENCE_END.search(line)) <= len(lines) / 3
        )
        paragraphs += [" ".join(lines)] if wrapped else lines
    return paragraphs


def _title_and_lines(lines: Sequence[str]) -> tuple[str, list[str]]:
    """The heading and the rest; without a heading the first sentence, which then stays in the text."""
    lines = [line for n, line in enumerate(lines) if n > 6 or not any(_is_trail(line, x) for x in lines[n + 1 : n + 5])]
    place = next((place for place, line in enumerate(lines[:6]) if not _is_stamp(line)), 0)
    if not lines:
        return "", []
    line = lines[place]
    if len(line) <= MAX_TITLE and len(lines) > place + 1 and not re.search(r"[.…。]['\"”’»)\]]*$", line):
        return line, [other for number, other in enumerate(lines) if number != place and not _same(other, line)]
    sentence = _FIRST_SENTENCE.match(line)
    title = sentence.group() if sentence else line
    if len(title) > MAX_TITLE:
        title = title[: MAX_TITLE - 1].rpartition(" ")[0].rstrip(",;:") + "…"
    return title, lines


def _is_stamp(line: str) -> bool:
    """Whether a short line is a date or a time rather than a heading."""
    words = re.findall(r"[^\W\d_]{2,}", line)
    return (
        len(line) <= 60
        and bool(re.search(r"\d", line))
        and (len(words) <= 4 and bool(re.search(r"\b(?:19|20)\d\d\b|\d{1,2}:\d\d", line)))
    )


def _is_trail(line: str, later: str) -> bool:
    """Whether a line is the path to the article ("Home", "News", the heading itself) run together by copying."""
    return len(later) >= 20 and len(line) > len(later) and line.endswith(later) and len(line) - len(later) <= 60


def _same(one: str, other: str) -> bool:
    return "".join(filter(str.isalnum, one)).casefold() == "".join(filter(str.isalnum, other)).casefold()


def _without_outlet(title: str, outlet: str) -> str:
    """A title without the outlet's name after its last dash or bar."""
    parts = re.match(r"(.*\S)(?:\s+[|–—·:-]\s+|\s*\|\s*)(.*)$", title)
    return parts[1] if parts and _same(parts[2], outlet) else title


# ---- what a page says about itself ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Head:
    """The metadata that news pages carry: meta tags, the canonical link, linked data, marked times."""

    meta: Mapping[str, str]
    linked_data: Mapping[str, str]
    canonical: str | None
    title: str
    times: Sequence[str]

    @classmethod
    def of(cls, root: Any) -> _Head:
        """Collect it from a page's root element, if there is one; the first of each name counts."""
        meta: dict[str, str] = {}
        linked_data: dict[str, str] = {}
        canonical, title = None, ""
        times: list[str] = []
        for element in root.iter("meta", "link", "time", "title", "script") if root is not None else ():
            kind = (element.get("type") or "").lower()
            if element.tag == "meta":
                name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
                content = (element.get("content") or "").strip()
                if name and content:
                    meta.setdefault(name, content)
            elif element.tag == "link" and "canonical" in (element.get("rel") or "").lower().split():
                canonical = canonical or (element.get("href") or "").strip() or None
            elif element.tag == "time" and (
                "datepublished" in (element.get("itemprop") or "").lower() or element.get("pubdate") is not None
            ):
                times.append(element.get("datetime") or "")
            elif element.tag == "title":
                title = title or (element.text or "").strip()
            elif element.tag == "script" and "ld+json" in kind:
                for key, said in _linked_data(element.text or ""):
                    linked_data.setdefault(key, said)
        return cls(meta, linked_data, canonical, title, times)

    def published(self) -> datetime | None:
        """The time of publication, from the most explicit place that says it."""
        open_graph = ("article:published_time", "og:article:published_time", "datepublished", "pubdate", "publishdate")
        dublin_core = ("dc.date.issued", "dcterms.issued", "dc.date", "date", "parsely-pub-date")
        named = (self.meta.get(name) for name in (*open_graph, *dublin_core))
        said = (self.linked_data.get("published"), *named, *self.times)
        return next((moment for moment in map(_moment, said) if moment is not None), None)


def _linked_data(text: str) -> Iterator[tuple[str, str]]:
    """What linked data (schema.org as JSON-LD) says of the article; it is often malformed, and only a help."""
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return
    for thing in _things(value):
        kinds = thing.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if not any(str(kind).endswith(("Article", "Posting", "Report")) for kind in kinds):
            continue
        publisher = thing.get("publisher")
        found = {
            "headline": thing.get("headline"),
            "published": thing.get("datePublished"),
            "publisher": publisher.get("name") if isinstance(publisher, dict) else None,
        }
        for key, said in found.items():
            if isinstance(said, str) and said.strip():
                yield key, said.strip()


def _things(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The objects in linked data, those on top first."""
    if depth > 4:
        return
    if isinstance(value, list):
        for part in value[:50]:
            yield from _things(part, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _things(value.get(key), depth + 1)


def _moment(said: str | None) -> datetime | None:
    """An ISO 8601 time in UTC; without an offset it is taken as UTC."""
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _canonical(link: str | None, url: str) -> str | None:
    """The address that a page calls its own, where it is believable: on the same site, and not the front page."""
    if not link:
        return None
    try:
        address = urljoin(url, link)
        own, page = urlsplit(address), urlsplit(url)
        hosts = [_plain_host(own.hostname), _plain_host(page.hostname)]
    except ValueError:
        return None
    same_site = hosts[0] == hosts[1] or hosts[0].endswith("." + hosts[1]) or hosts[1].endswith("." + hosts[0])
    front = own.path in {"", "/"} and not own.query and page.path not in {"", "/"}
    return address if own.scheme in {"http", "https"} and hosts[0] and same_site and not front else None


def _plain_host(host: str | None) -> str:
    return re.sub(r"^(?:www|m|mobile|amp)\.", "", host or "")
