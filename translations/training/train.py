"""Train the name model of one language: ``python -m translations.training.train ru --minutes 55``.

The time given is the schedule: the learning rate rises over 300 steps and falls along a cosine that ends with the
last minute. A moving average of the weights is what gets saved and exported. Reads the folder of ``--data`` (or
EXONYM_TRAINING_DATA), writes ``model.pt`` and ``sentencepiece.model`` to ``--work``; `export` comes next.
"""

from __future__ import annotations

import argparse
import copy
import math
import os
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import sentencepiece
import torch
from torch import Tensor
from torch.nn import functional

from translations.languages import Language
from translations.training import corpus, vocabulary
from translations.training.network import END_ID, PAD_ID, START_ID, UNKNOWN_ID, Network, Shape

_BATCH_TOKENS = 9_000  # source and target symbols of a batch: some 500 single words; larger leaves the cache
_SMOOTHING = 0.1
_AVERAGE = 0.99  # of the weights, a step: a longer memory lags behind a short training
_VALIDATION = 500

Example = tuple[list[int], list[int]]


class Encoder:
    """Names to ids: the model file's tokens looked up in the two vocabularies, as CTranslate2 will do."""

    def __init__(self, model_file: Path, source: tuple[str, ...], target: tuple[str, ...], *, korean: bool) -> None:
        self.processor = sentencepiece.SentencePieceProcessor(model_file=str(model_file))
        self.source_ids = {symbol: i for i, symbol in enumerate(source)}
        self.target_ids = {symbol: i for i, symbol in enumerate(target)}
        self.target_symbols = target
        self.korean = korean

    def source(self, text: str) -> list[int]:
        """Ids of a source, normalised by the model file."""
        return [self.source_ids.get(t, UNKNOWN_ID) for t in self.processor.encode(text, out_type=str)]

    def target(self, text: str) -> list[int]:
        """Ids of a target, without start and end."""
        spaced = vocabulary.SPACE + (vocabulary.decompose_hangul(text) if self.korean else text)
        return [self.target_ids.get(c, UNKNOWN_ID) for c in spaced.replace(" ", vocabulary.SPACE)]

    def text(self, ids: list[int]) -> str:
        """A target's ids back to text."""
        return str(self.processor.decode_pieces([self.target_symbols[i] for i in ids if i > END_ID])).strip()


class Sampler:
    """Draws an epoch's examples: each pair as often as its weight says, in one of the spellings it may arrive in."""

    def __init__(self, pairs: list[corpus.Pair], encoder: Encoder, rng: random.Random) -> None:
        self.pairs, self.encoder, self.rng = pairs, encoder, rng
        self.encoded = [(encoder.source(pair.source), encoder.target(pair.target)) for pair in pairs]
        plain = [encoder.source(vocabulary.strip_marks(vocabulary.normalise_source(pair.source))) for pair in pairs]
        self.plain = [None if a == b else b for a, (b, _) in zip(plain, self.encoded, strict=True)]
        self.plain_ids = plain
        self.words = [i for i, pair in enumerate(pairs) if pair.kind == "token"]
        self.native = {
            i: pair for i, pair in enumerate(pairs)
            if encoder.korean and pair.kind == "name" and _KOREAN_NAME.fullmatch(pair.source) and " " not in pair.target
        }  # fmt: skip

    def epoch(self) -> list[Example]:
        """The examples of one epoch, in no order."""
        drawn: list[Example] = []
        for i, pair in enumerate(self.pairs):
            whole, part = divmod(pair.weight, 1)
            times = int(whole) + (self.rng.random() < part)
            drawn.extend(self._example(i) for _ in range(times))
        return drawn

    def _example(self, i: int) -> Example:
        source, target = self._spelling(i)
        # Some names whole: words are joined at random, so that a caller who sends a full name is answered too.
        if not self.encoder.korean and self.pairs[i].kind == "token" and self.rng.random() < 0.1:
            more_source, more_target = self._spelling(self.rng.choice(self.words))
            return source + more_source, target + more_target
        return source, target

    def _spelling(self, i: int) -> Example:
        source, target = self.encoded[i]
        if i in self.native and self.rng.random() < 0.4:
            return self.encoder.source(_respelt(self.native[i].source, self.rng)), target
        if self.rng.random() < 0.3:
            source = self.plain_ids[i]
        return source, target


_KOREAN_NAME = re.compile(r"([A-Z][a-z]+) ([A-Z][a-z]+)[- ]([A-Za-z]+)")


def _respelt(name: str, rng: random.Random) -> str:
    """A Korean name as another newsroom writes it: Kim Jong-un, Kim Jong Un, Kim Jongun, Jong-un Kim."""
    match = _KOREAN_NAME.fullmatch(name)
    if match is None:
        return name
    family, first, second = match.groups()
    given = rng.choice((f"{first}-{second.lower()}", f"{first} {second}", first + second.lower()))
    return f"{given} {family}" if rng.random() < 0.2 else f"{family} {given}"


def batches(examples: list[Example], rng: random.Random) -> Iterator[tuple[Tensor, Tensor]]:
    """Padded (source, target with start and end) batches of like lengths, in random order."""
    examples.sort(key=lambda pair: len(pair[1]) + len(pair[0]) + 2 * rng.random())
    grouped: list[list[Example]] = [[]]
    longest = 0
    for example in examples:
        longest = max(longest, len(example[0]) + len(example[1]) + 3)
        if grouped[-1] and longest * (len(grouped[-1]) + 1) > _BATCH_TOKENS:
            grouped.append([])
            longest = len(example[0]) + len(example[1]) + 3
        grouped[-1].append(example)
    rng.shuffle(grouped)
    for group in grouped:
        yield _padded([s for s, _ in group]), _padded([[START_ID, *t, END_ID] for _, t in group])


def _padded(rows: list[list[int]]) -> Tensor:
    width = max(len(row) for row in rows)
    return torch.tensor([row + [PAD_ID] * (width - len(row)) for row in rows])


def greedy(network: Network, sources: list[list[int]], limit: int = 60) -> list[list[int]]:
    """The likeliest next symbol at each step; for watching a training, CTranslate2's beams come later."""
    network.eval()
    answers: list[list[int]] = []
    with torch.no_grad():
        for begin in range(0, len(sources), 250):
            memory, mask = network.encode(_padded(sources[begin : begin + 250]))
            target = torch.full((memory.shape[0], 1), START_ID)
            done = torch.zeros(memory.shape[0], dtype=torch.bool)
            while not done.all() and target.shape[1] < limit:
                chosen = network.decode(target, memory, mask)[:, -1].argmax(-1)
                target = torch.cat([target, chosen.masked_fill(done, END_ID)[:, None]], dim=1)
                done |= chosen == END_ID
            answers += [[i for i in row if i > END_ID] for row in target.tolist()]
    network.train()
    return answers


def _learning_rate(step: int, share: float, peak: float) -> float:
    return peak * min(1.0, step / 300) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, share))))


def main() -> None:
    """Train by the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("language", type=Language, choices=[Language.UK, Language.RU, Language.KO])
    parser.add_argument("--data", type=Path, default=os.environ.get("EXONYM_TRAINING_DATA"), help="folder of pairs")
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--minutes", type=float, default=55)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--peak", type=float, default=1.5e-3, help="highest learning rate")
    parser.add_argument("--start-from", type=Path, help="model.pt of another language: its weights begin this one's")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--bf16", action="store_true", help="bfloat16 arithmetic: only where the processor has it")
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the folder of pairs by --data or EXONYM_TRAINING_DATA")
    train(options)


def train(options: argparse.Namespace) -> None:
    """Fit, watch and save; see `main` for the options."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    work: Path = options.work
    work.mkdir(parents=True, exist_ok=True)
    korean = options.language is Language.KO

    pairs = corpus.training_pairs(options.data, options.language)
    rng.shuffle(pairs)
    written = [vocabulary.decompose_hangul(p.target) if korean else p.target for p in pairs]
    symbols = vocabulary.target_symbols(written, least=5)
    vocabulary.write_model(work / "sentencepiece.model", symbols, korean=korean)
    source_symbols = (*vocabulary.SPECIAL, *dict.fromkeys(vocabulary.SOURCE_SYMBOLS))
    target_symbols = (*vocabulary.SPECIAL, vocabulary.SPACE, *symbols)
    encoder = Encoder(work / "sentencepiece.model", source_symbols, target_symbols, korean=korean)

    main_kind = "name" if korean else "token"
    watched = [p for p in pairs if p.kind == main_kind and p.weight <= 2][:_VALIDATION]
    chosen = {id(p) for p in watched}
    sampler = Sampler([p for p in pairs if id(p) not in chosen], encoder, rng)

    network = Network(Shape(len(source_symbols), len(target_symbols)))
    if options.start_from:
        _begin_from(network, options.start_from, source_symbols, target_symbols)
    average = copy.deepcopy(network)
    optimiser = torch.optim.AdamW(network.parameters(), lr=options.peak, betas=(0.9, 0.98), weight_decay=0.01)
    print(f"{len(sampler.pairs)} pairs, {sum(p.numel() for p in network.parameters())} parameters", flush=True)

    begun = time.monotonic()
    saved, step, seen, loss_sum = begun, 0, 0, 0.0
    while (elapsed := time.monotonic() - begun) < options.minutes * 60:
        for source, target in batches(sampler.epoch(), rng):
            elapsed = time.monotonic() - begun
            if elapsed > options.minutes * 60:
                break
            step += 1
            for group in optimiser.param_groups:
                group["lr"] = _learning_rate(step, elapsed / (options.minutes * 60), options.peak)
            with torch.autocast("cpu", torch.bfloat16, enabled=options.bf16):
                logits = network(source, target[:, :-1])
            wanted = target[:, 1:]
            loss = functional.cross_entropy(
                logits.float().flatten(0, 1), wanted.flatten(), ignore_index=PAD_ID, label_smoothing=_SMOOTHING
            )
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            _average_into(average, network, min(_AVERAGE, step / (step + 50)))
            seen += len(source)
            loss_sum += loss.item()
            if step % 200 == 0:
                print(
                    f"step {step} loss {loss_sum / 200:.3f} {seen / elapsed:.0f} pairs/s {elapsed / 60:.1f} min",
                    flush=True,
                )
                loss_sum = 0.0
            if time.monotonic() - saved > 300:
                saved = time.monotonic()
                _save(work, average, source_symbols, target_symbols)
                _report(average, watched, encoder)
    _save(work, average, source_symbols, target_symbols)
    _report(average, watched, encoder)
    print("finished", flush=True)


def _begin_from(network: Network, checkpoint: Path, source: tuple[str, ...], target: tuple[str, ...]) -> None:
    """Take over the other language's weights; embeddings by symbol, new symbols stay as they were drawn."""
    other = torch.load(checkpoint, weights_only=True)
    state = network.state_dict()
    rows = {"source_embedding.weight": (other["source"], source), "target_embedding.weight": (other["target"], target)}
    for name in ("projection.weight", "projection.bias"):
        rows[name] = (other["target"], target)
    for name, value in other["weights"].items():
        if name not in rows:
            state[name].copy_(value)
            continue
        before, now = rows[name]
        for i, symbol in enumerate(now):
            if symbol in before:
                state[name][i].copy_(value[before.index(symbol)])
    network.load_state_dict(state)


def _average_into(average: Network, network: Network, keep: float) -> None:
    with torch.no_grad():
        for mean, new in zip(average.parameters(), network.parameters(), strict=True):
            mean.lerp_(new, 1 - keep)


def _save(work: Path, network: Network, source: tuple[str, ...], target: tuple[str, ...]) -> None:
    partial = work / "model.pt.part"
    torch.save({"weights": network.state_dict(), "source": list(source), "target": list(target)}, partial)
    partial.replace(work / "model.pt")


def _report(network: Network, watched: list[corpus.Pair], encoder: Encoder) -> None:
    answers = [encoder.text(ids) for ids in greedy(network, [encoder.source(p.source) for p in watched])]
    right = sum(answer == p.target for answer, p in zip(answers, watched, strict=True))
    print(f"watched, greedy: {right / max(1, len(watched)):.3f} of {len(watched)}", flush=True)


if __name__ == "__main__":
    main()
