"""A genuine general Argos package, small enough to be made in a test: CTranslate2 and SentencePiece, no training.

Its transformer's weights are set by hand, so that it translates word by word: the decoder's step i looks at the
source's word i and says what the lexicon has for it. A word that the lexicon has not is unknown to the model, and is
copied by the attention, as an official package copies what it does not know.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece
from ctranslate2.specs import TransformerSpec, transformer_spec

from translations.languages import Language

#: Positions that the model knows: more than the engine lets it write. A sentence has a word less, for its end.
_POSITIONS = 260
_SHARP = 50.0  # how much an attention's right place, or a projection's right word, stands out
_SPECIAL = ["<unk>", "<s>", "</s>"]


def write_general_package(
    folder: Path,
    source: Language,
    target: Language,
    lexicon: Mapping[str, str],
    *,
    version: str = "1.9",
    positions: int = _POSITIONS,
) -> Path:
    """Write an unpacked package that says ``lexicon[word]`` for each word between spaces; its path is the answer.

    Words are as written, with their punctuation; what is said for one may be several words. With fewer `positions` it
    fails, as official packages do, on a sentence that is as long.
    """
    place = folder / f"translate-{source}_{target}-{version.replace('.', '_')}"
    (place / "model").mkdir(parents=True)
    words = [f"▁{word}" for word in lexicon]
    says = ["▁" + "▁".join(said.split()) for said in lexicon.values()]
    spec = _specification(words, says, positions)
    spec.validate()
    spec.save(str(place / "model"))
    (place / "sentencepiece.model").write_bytes(_tokenizer(list(lexicon)))
    metadata = {
        "package_version": version,
        "argos_version": "1.9",
        "from_code": source.value,
        "from_name": source.english_name,
        "to_code": target.value,
        "to_name": target.english_name,
    }
    (place / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    return place


def _tokenizer(words: list[str]) -> bytes:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(words * 2),
        model_writer=model,
        model_type="word",
        vocab_size=len(words) + len(_SPECIAL),
        hard_vocab_limit=False,
        normalization_rule_name="identity",
        minloglevel=3,
    )
    return model.getvalue()


def _specification(words: list[str], says: list[str], positions: int) -> Any:
    spec = TransformerSpec(
        transformer_spec.TransformerEncoderSpec(1, 1, pre_norm=True),
        transformer_spec.TransformerDecoderSpec(1, 1, pre_norm=True),
    )
    known = list(dict.fromkeys(words))
    sources, targets = [*_SPECIAL, *known], [*_SPECIAL, *dict.fromkeys(says)]
    spec.register_source_vocabulary(sources)
    spec.register_target_vocabulary(targets)
    spec.config.add_source_bos = False
    spec.config.add_source_eos = True
    spec.config.unk_token, spec.config.bos_token, spec.config.eos_token = _SPECIAL
    spec.config.decoder_start_token = "<s>"

    # A state has a place for each source word, then one for each position, then one that is always 1.
    width = len(sources) + positions + 1
    at = np.eye(positions, width, k=len(sources), dtype=np.float32)
    one = np.zeros(width, dtype=np.float32)
    one[-1] = 1.0
    word_of = np.diag(np.concatenate([np.ones(len(sources)), np.zeros(positions + 1)]).astype(np.float32))
    position_of = np.diag(np.concatenate([np.zeros(len(sources)), np.ones(positions), [0.0]]).astype(np.float32))

    for side, embedding, weight in (
        (spec.encoder, spec.encoder.embeddings[0], np.eye(len(sources), width, dtype=np.float32)),
        (spec.decoder, spec.decoder.embeddings, np.tile(one, (len(targets), 1))),
    ):
        side.scale_embeddings = False
        side.position_encodings.encodings = at
        embedding.weight = weight
    _keep(spec.encoder.layer_norm, width, ones=2)
    _keep(spec.decoder.layer_norm, width, ones=3)
    for layer in (spec.encoder.layer[0], spec.decoder.layer[0]):
        _silence(layer.self_attention, width, inputs=1)
        _keep(layer.ffn.layer_norm, width, ones=2)
        _linear(layer.ffn.linear_0, np.zeros((1, width)))
        _linear(layer.ffn.linear_1, np.zeros((width, 1)))
    look = spec.decoder.layer[0].attention
    _keep(look.layer_norm, width, ones=2)
    # A step looks at the word of its own position, and past the last word at the end.
    always = np.outer(one, one)
    is_end = np.outer(one, np.eye(width)[sources.index("</s>")])
    _linear(look.linear[0], np.sqrt(width) * (_SHARP * position_of + _SHARP / 4 * always))
    _linear(look.linear[1], np.concatenate([position_of + is_end, word_of]))
    _linear(look.linear[2], np.eye(width))

    says_of = np.zeros((len(targets), width))
    says_of[
        targets.index("</s>"), len(_SPECIAL) : len(sources)
    ] = -_SHARP  # an end too early would be among the best answers
    for i, token in enumerate(_SPECIAL):
        says_of[targets.index(token), i] = _SHARP
    for word, said in zip(words, says, strict=True):
        says_of[targets.index(said), sources.index(word)] = _SHARP
    _linear(spec.decoder.projection, says_of)
    return spec


def _silence(attention: Any, width: int, inputs: int) -> None:
    """An attention that adds nothing."""
    _keep(attention.layer_norm, width, ones=2)
    for linear, rows in zip(attention.linear, (3 * width,) * inputs + (width,), strict=True):
        _linear(linear, np.zeros((rows, width)))


def _keep(norm: Any, width: int, ones: int) -> None:
    """Undo the normalisation of a state that holds so many ones and no other number but nought."""
    mean = ones / width
    norm.gamma = np.full(width, np.sqrt(mean - mean**2), dtype=np.float32)
    norm.beta = np.full(width, mean, dtype=np.float32)


def _linear(linear: Any, weight: Any) -> None:
    linear.weight = np.ascontiguousarray(weight, dtype=np.float32)
    linear.bias = np.zeros(len(weight), dtype=np.float32)
