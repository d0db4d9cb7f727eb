"""How fast names are found, beside spaCy's PhraseMatcher and flashtext: ``python -m benchmarks.matching``.

English articles of some 3,000 characters are made from sentences of our own and names of a made-up glossary, at a
stated density of mentions. What is timed is `Matcher.find` as the program calls it: folding, scan, boundaries, case,
overlaps, ambiguity and offsets, in processor seconds. Every size runs in a process of its own, so that its memory is
its own. `--sizes 1000` runs fewer; `--json` prints figures for a record. flashtext is no dependency: it is measured
where it can be imported (``pip install --target FOLDER flashtext==2.7``, FOLDER on PYTHONPATH); the table says where it
cannot.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from glossary.entries import Entry, EntryForm, Glossary, Relation
from glossary.inflect import surfaces
from glossary.matching import Matcher
from glossary.words import EntityType, FormKind, RelationKind
from translations.languages import Language

#: Entities; with some three surfaces each, 3,200 make ten thousand surface forms and 320,000 a million.
SIZES = (1_000, 3_200, 32_000, 100_000, 320_000)
#: The peers stand beside us here.
PEER_SIZE = 32_000
ARTICLE = 3_000
#: A mention in so many characters. Agency news about a beat has one in 40 to 100.
SPACING = 100

_STARTS = "b br c ch d dr f g gr h k kr l m n p r s sh st t tr v vl w y z zh"
_MIDDLES = "a ai e ei i o ou u ya yo"
_ENDS = "n r l k m s sh t v d nd rk lt"
_PLACES = ("Oblast", "Republic", "River", "Region", "Island", "Province")
_BODIES = ("Ministry", "Institute", "Party", "Brigade", "Agency", "Council", "Committee", "Union")
_SENTENCES = (
    "{} said on {day} that {count} soldiers had been moved to the border near {} during the night.",
    "According to {}, the two sides exchanged lists of prisoners, but no date was agreed.",
    "Officials in {} denied that they had asked for help, while {} declined to comment on the report.",
    "The commander, who’d spoken to reporters after the meeting, called the losses “very high” and blamed {}’s staff.",
    "Satellite pictures show new trenches, and residents describe queues for fuel, water and bread.",
    "It’s the third time this year that a delegation has arrived without an interpreter, a diplomat noted.",
    "Prices rose by {count} per cent; the central bank expects them to fall again before the winter is over.",
    "{} and {} signed a paper of {count} pages that leaves most of the difficult questions to a later round.",
    "A court heard that the man had carried documents in another person’s name, issued far from where he was born.",
    "In a video, a wounded man drinks through a straw; a doctor says that his jaw will take months to heal.",
    "Those who left the town last autumn have found work elsewhere and do not intend to return, {} found.",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def made_up_glossary(entities: int, seed: int = 7) -> Glossary:
    """People, places and bodies with made-up names: full names, surnames, adjectives, acronyms, one in twenty weak."""
    chance = random.Random(seed)  # noqa: S311 - the same names in every run are what is wanted

    starts, middles, ends = _STARTS.split(), _MIDDLES.split(), _ENDS.split()

    def word() -> str:
        syllables = chance.choice((2, 2, 3))
        return "".join(chance.choice(starts) + chance.choice(middles) for _ in range(syllables)) + chance.choice(ends)

    def entry(number: int) -> Entry:
        name, weak = word().title(), chance.random() < 0.05
        relations = (Relation(RelationKind.PART_OF, f"e{chance.randrange(entities)}"),)
        match number % 3:
            case 0:
                texts = [(f"{word().title()} {name}", FormKind.FULL), (f"{word().title()[:1]}. {name}", FormKind.ALIAS)]
                return _entry(number, EntityType.PERSON, texts, weak, relations)
            case 1:
                texts = [(f"{name} {chance.choice(_PLACES)}", FormKind.FULL), (f"{name}ian", FormKind.ADJECTIVE)]
                return _entry(number, EntityType.PLACE, texts, weak, relations)
            case _:
                full = f"{chance.choice(_BODIES)} of {name} {word().title()}"
                acronym = "".join(chance.choice("BCDFGHKLMNPRSTVZ") for _ in range(chance.choice((3, 4, 5))))
                return _entry(
                    number, EntityType.ORG, [(full, FormKind.FULL), (acronym, FormKind.ACRONYM)], weak, relations
                )

    return Glossary.of(entry(number) for number in range(entities))


def _entry(
    number: int, type_: EntityType, texts: list[tuple[str, FormKind]], weak: bool, relations: tuple[Relation, ...]
) -> Entry:
    forms = tuple(
        EntryForm(Language.EN, text, kind, preferred=place == 0, weak=weak and place > 0)
        for place, (text, kind) in enumerate(texts)
    )
    return Entry(f"e{number}", type_, texts[0][0], forms, relations)


def articles(glossary: Glossary, megabytes: float, spacing: int = SPACING, seed: int = 11) -> list[str]:
    """Articles with a mention in about `spacing` characters, `megabytes` in all."""
    chance = random.Random(seed)  # noqa: S311 - the same articles in every run are what is wanted
    names = [form.text for entry in glossary.entries.values() for form in entry.forms]
    made, size = [], 0
    while size < megabytes * 1e6:
        parts: list[str] = []
        length = mentions = 0
        while length < ARTICLE:
            sentence = chance.choice(_SENTENCES)
            slots = sentence.count("{}")
            if slots and mentions * spacing > length:
                continue
            text = sentence.format(
                *(chance.choice(names) for _ in range(slots)), day=chance.choice(_DAYS), count=chance.randrange(2, 900)
            )
            mentions += slots
            parts.append(text + ("\n\n" if chance.random() < 0.3 else " "))
            length += len(parts[-1])
        made.append("".join(parts))
        size += len(made[-1].encode())
    return made


def best_of(times: int, work: Callable[[], Any]) -> float:
    """The shortest processor time, in seconds, that a piece of work took: other programs can only make it longer."""
    shortest = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        shortest = min(shortest, time.process_time() - start)
    return shortest


def measure(entities: int) -> dict[str, Any]:
    """Everything about one size, as plain values."""
    glossary = made_up_glossary(entities)
    start = time.process_time()
    forms = 0
    for entry in glossary.entries.values():
        for form in entry.forms:
            forms += len(surfaces(form.text, form.kind, entry.type, Language.EN))
    inflecting = time.process_time() - start
    before = _memory()
    matcher = Matcher(glossary)
    start = time.process_time()
    matcher.prepare(Language.EN)
    building = time.process_time() - start
    memory = _memory() - before
    texts = articles(glossary, 3)
    size = sum(len(text.encode()) for text in texts) / 1e6
    found = sum(len(matcher.find(text, Language.EN)) for text in texts)
    seconds = best_of(7, lambda: [matcher.find(text, Language.EN) for text in texts])
    result: dict[str, Any] = {
        "entities": entities,
        "surfaces": matcher.size(Language.EN),
        "inflect_s": inflecting,
        "build_s": building,
        "memory_mb": memory,
        "density": found / sum(map(len, texts)) * 1000,
        "mb_s": size / seconds,
    }
    if entities == PEER_SIZE:
        result["peers"] = [_phrase_matcher(glossary, texts, size), _flashtext(glossary, texts, size)]
    return result


def _phrase_matcher(glossary: Glossary, texts: Sequence[str], size: float) -> dict[str, Any]:
    """The peer, spaCy's PhraseMatcher, on the same names and texts: exact forms of tokens, no cases, no ambiguity."""
    import spacy
    from spacy.matcher import PhraseMatcher

    blank = spacy.blank("en")
    peer = PhraseMatcher(blank.vocab)
    start = time.process_time()
    peer.add("names", list(blank.pipe(form.text for entry in glossary.entries.values() for form in entry.forms)))
    building = time.process_time() - start
    with_tokenizer = best_of(2, lambda: [peer(blank.make_doc(text)) for text in texts])
    documents = [blank.make_doc(text) for text in texts]
    alone = best_of(2, lambda: [peer(document) for document in documents])
    return {
        "name": f"spaCy {version('spacy')} PhraseMatcher",
        "build_s": building,
        "mb_s": size / with_tokenizer,
        "note": f"{size / alone:.0f} MB/s on documents tokenised already",
    }


def _flashtext(glossary: Glossary, texts: Sequence[str], size: float) -> dict[str, Any]:
    """The peer flashtext on the same names and texts, with offsets: whole words, either case, no more."""
    try:
        from flashtext import KeywordProcessor  # type: ignore[import-not-found]  # a peer, not a dependency
    except ImportError:
        return {"name": "flashtext", "note": "not installed, so not measured"}
    peer = KeywordProcessor()
    start = time.process_time()
    for entry in glossary.entries.values():
        for form in entry.forms:
            peer.add_keyword(form.text, entry.slug)
    building = time.process_time() - start
    seconds = best_of(3, lambda: [peer.extract_keywords(text, span_info=True) for text in texts])
    return {
        "name": f"flashtext {version('flashtext')}",
        "build_s": building,
        "mb_s": size / seconds,
        "note": "with offsets; whole words in either case",
    }


def _memory() -> float:
    """Resident memory of this process, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _measured(sizes: Sequence[int]) -> Iterator[dict[str, Any]]:
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.matching", "--one", str(size)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own module
        yield json.loads(done.stdout)


def _print_peers(ours: dict[str, Any]) -> None:
    print(f"\nThe same {ours['entities']:,} entities and texts:\n")
    print("| | MB/s | build, s | ours is faster by | |")
    print("|---|---|---|---|---|")
    note = "folding, cases, boundaries, ambiguity, offsets"
    print(f"| Exonym | {ours['mb_s']:.1f} | {ours['build_s']:.1f} | | {note} |")
    for peer in ours["peers"]:
        if "mb_s" in peer:
            faster = f"{ours['mb_s'] / peer['mb_s']:.1f} times"
            print(f"| {peer['name']} | {peer['mb_s']:.2f} | {peer['build_s']:.1f} | {faster} | {peer['note']} |")
        else:
            print(f"| {peer['name']} | | | | {peer['note']} |")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of entities")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one)))
        return
    results = []
    if not options.json:
        print("| entities | surface forms | mentions per 1,000 chars | MB/s | inflect, s | build, s | index, MB |")
        print("|---|---|---|---|---|---|---|")
    for one in _measured(options.sizes):
        results.append(one)
        if not options.json:
            print(
                f"| {one['entities']:,} | {one['surfaces']:,} | {one['density']:.1f} | {one['mb_s']:.1f}"
                f" | {one['inflect_s']:.2f} | {one['build_s']:.2f} | {one['memory_mb']:.0f} |",
                flush=True,
            )
    if options.json:
        print(json.dumps(results, indent=2))
        return
    for one in results:
        if "peers" in one:
            _print_peers(one)


if __name__ == "__main__":
    main()
