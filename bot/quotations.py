"""Headlines and sentences of alerts in their readers' language: translated once for all readers, checked, remembered.

Owns the way from an alert's passages (`bot.messages.render`) to `translations.sentences`, and what only the glossary
can check: that a translation names the same entities and says the same quantities. Before it: `bot.delivery`, which
asks for what it is about to send. An alert never waits long for a machine: what is not there in time, has no package
or fails a check is shown in the original.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future

import structlog

from bot.knowledge import Knowledge
from bot.messages.render import Passage
from glossary.inflect import surfaces, surnames
from glossary.matching import FoundMention
from glossary.quantities import Quantity, read_quantities
from glossary.words import EntityType, FormKind
from translations.engine import Engine
from translations.languages import Language
from translations.sentences import NameInSentence, Sentence, route, translate_checked

log = structlog.get_logger(__name__)

#: How long a round of deliveries waits for translations, in seconds. A batch of fifty sentences takes a second or two.
PATIENCE = 10.0
#: Passages remembered: some days of a busy bot's alerts.
REMEMBERED = 4_000

# Written small within English names: Security Service of Ukraine.
_SMALL_WORDS = frozenset({"of", "the", "and", "for", "in", "on", "to", "at"})


class AlertTranslator:
    """Translates passages in a thread of its own, one batch at a time, and remembers the answers.

    The thread is a daemon: a model that hangs keeps neither the alerts nor the end of the program waiting. While it is
    at work nothing more is asked of it, and what it answers late is there for the next alert.
    """

    def __init__(self, engine: Engine, knowledge: Callable[[], Knowledge], patience: float = PATIENCE) -> None:
        self._engine = engine
        self._knowledge = knowledge
        self._patience = patience
        self._lock = threading.Lock()
        self._answers: OrderedDict[Passage, str | None] = OrderedDict()
        self._packages: tuple[str, ...] = ()
        self._busy = False

    async def prepare(self, passages: Iterable[Passage]) -> None:
        """Translate what is not known yet, and wait for it as long as patience lasts. Raises nothing."""
        wanted = self._unknown(passages)
        if not wanted or self._busy:
            return
        self._busy = True
        done: Future[None] = Future()
        done.set_running_or_notify_cancel()  # from now on whoever waits may give up, and the thread still end it
        threading.Thread(target=self._work, args=(wanted, done), name="sentences", daemon=True).start()
        try:
            await asyncio.wait_for(asyncio.wrap_future(done), self._patience)
        except TimeoutError:
            log.warning("translating takes too long; alerts leave in the original", passages=len(wanted))

    def translated(self, passages: Iterable[Passage]) -> Mapping[Passage, str]:
        """The translations that are known of some passages; what is missing is to be shown in the original."""
        with self._lock:
            return {one: text for one in passages if (text := self._answers.get(one)) is not None}

    def _unknown(self, passages: Iterable[Passage]) -> list[Passage]:
        with self._lock:
            return [one for one in dict.fromkeys(passages) if one not in self._answers]

    def _work(self, wanted: list[Passage], done: Future[None]) -> None:
        try:
            self._forget_other_packages()
            by_pair: dict[tuple[Language, Language], list[Passage]] = {}
            for one in wanted:
                by_pair.setdefault((one.source, one.target), []).append(one)
            for (source, target), asked in by_pair.items():
                if route(self._engine, source, target):
                    self._remember(asked, translate_passages(self._engine, self._knowledge(), asked, source, target))
        except Exception:
            # Whatever a model, its files or its libraries do: the alerts leave in the original.
            log.exception("sentences cannot be translated")
        finally:
            self._busy = False
            done.set_result(None)

    def _forget_other_packages(self) -> None:
        """A package that came or went may answer otherwise: what was not translated is asked again."""
        packages = tuple(f"{one.path} {one.label}" for one in self._engine.packages())
        with self._lock:
            if packages != self._packages:
                self._packages = packages
                self._answers.clear()

    def _remember(self, asked: Iterable[Passage], answers: Iterable[str | None]) -> None:
        with self._lock:
            self._answers.update(zip(asked, answers, strict=True))
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)


def translate_passages(
    engine: Engine, knowledge: Knowledge, passages: Sequence[Passage], source: Language, target: Language
) -> list[str | None]:
    """Passages of one pair of languages in one call; None where there is no translation that may be shown."""
    sentences = [_sentence(passage, knowledge) for passage in passages]
    answers = translate_checked(engine, sentences, source, target)
    return [
        text if text is not None and not _changes_what_is_told(passage, text, knowledge) else None
        for passage, text in zip(passages, answers, strict=True)
    ]


def _changes_what_is_told(passage: Passage, text: str, knowledge: Knowledge) -> bool:
    """Whether a translation names an entity or states a quantity that its original does not, or leaves one out."""
    sure, unsure = _named(passage, knowledge)
    return _invented(text, passage.target, sure | unsure, knowledge) or (
        _quantities(text, passage.target) != _quantities(passage.text, passage.source)
    )


def _sentence(passage: Passage, knowledge: Knowledge) -> Sentence:
    sure, _ = _named(passage, knowledge)
    return Sentence(passage.text, tuple(_name(slug, passage.target, knowledge) for slug in sorted(sure)))


def _named(passage: Passage, knowledge: Knowledge) -> tuple[frozenset[str], frozenset[str]]:
    """The entities that a passage surely names, and those that it may name or only describes."""
    found = knowledge.matcher.find(passage.text, passage.source)
    described = {mention.slug for mention in found if _describes(mention, passage.source, knowledge)}
    sure = {mention.slug for mention in found if mention.certain}.union(passage.slugs) - described
    return frozenset(sure), frozenset(mention.slug for mention in found) - sure


def _describes(mention: FoundMention, language: Language, knowledge: Knowledge) -> bool:
    """Whether an organisation is told by what it is (Ukraine's military intelligence), which is no name to keep."""
    entry = knowledge.glossary.get(mention.slug)
    if entry is None or entry.type is not EntityType.ORG or language is Language.KO:
        return False
    words = mention.form.split()
    if language is Language.EN:
        return any(word.islower() and word not in _SMALL_WORDS for word in words)
    return words[0].islower()


def _name(slug: str, target: Language, knowledge: Knowledge) -> NameInSentence:
    entry = knowledge.glossary.get(slug)
    if entry is None:
        return NameInSentence(slug, ())

    def forms(language: Language) -> tuple[str, ...]:
        written: dict[str, None] = {}
        for form in entry.forms_in(language):
            if form.kind is FormKind.FORBIDDEN:
                continue
            written.update(dict.fromkeys(one for one, _ in surfaces(form.text, form.kind, entry.type, language)))
            if entry.type is EntityType.PERSON and form.kind is FormKind.FULL:
                written.update(dict.fromkeys(surnames(form.text, language)))
        return tuple(written)

    return NameInSentence(entry.name, forms(target), forms(Language.EN))


def _invented(text: str, target: Language, slugs: frozenset[str], knowledge: Knowledge) -> bool:
    """Whether a translation names an entity that its original does not."""
    # One language says Tuva, or the SBU, where another says Russia's Tuva, or Ukraine's security service.
    glossary = knowledge.glossary
    known = slugs.union(*(glossary.wholes(slug) | glossary.related(slug) for slug in slugs))
    return any(mention.certain and mention.slug not in known for mention in knowledge.matcher.find(text, target))


def _quantities(text: str, language: Language) -> Counter[tuple[float | None, ...]]:
    """What a text counts: each number, or the ends of a range, and to which side it is open.

    At least 300 is no more at most 300 than it is 3,000. About 300 and 300 are not told apart, since languages differ
    in how they hedge (estimated at), nor is one counted, which Korean says where others have an article.
    """
    found = (one.quantity for one in read_quantities(text, language) if not one.pronoun and not one.past)
    return Counter(_told(one) for one in found if one.value != 1)


def _told(quantity: Quantity) -> tuple[float | None, ...]:
    ends = (quantity.low, quantity.high) if quantity.value is None else (quantity.value,)
    return (*(_rounded(end) for end in ends), quantity.low is None, quantity.high is None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
