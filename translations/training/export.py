"""Turn a trained model into an Argos package: ``python -m translations.training.export ru --work DIR --output DIR``.

The weights are laid into CTranslate2's own model layout and stored as int8; the package is the zip that
``argos-translate`` itself installs: one folder with model/, sentencepiece.model, metadata.json, README.md and LICENSE.
`evaluate` measures the package and writes its figures into the model card.
"""

from __future__ import annotations

import argparse
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import torch
from ctranslate2.specs import TransformerSpec, common_spec, transformer_spec

from translations.languages import Language
from translations.training import vocabulary
from translations.training.network import positions

VERSION = "1.1"
_HERE = Path(__file__).parent


def package_name(language: Language) -> str:
    """The folder inside the package and the stem of its file."""
    return f"exonym-en_{language}"


def main() -> None:
    """Export by the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("language", type=Language, choices=[Language.UK, Language.RU, Language.KO])
    parser.add_argument("--work", type=Path, required=True, help="folder with model.pt and sentencepiece.model")
    parser.add_argument("--output", type=Path, required=True, help="folder for the unpacked package")
    options = parser.parse_args()
    print(export(options.language, options.work, options.output))


def export(language: Language, work: Path, output: Path) -> Path:
    """Write the unpacked package of a trained model; its folder is the answer."""
    folder = output / package_name(language)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "model").mkdir(parents=True)
    checkpoint = torch.load(work / "model.pt", weights_only=True, map_location="cpu")
    weights = {name: value.float().numpy() for name, value in checkpoint["weights"].items()}
    spec = _specification(weights, checkpoint["source"], checkpoint["target"])
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder / "model"))
    shutil.copy(work / "sentencepiece.model", folder)
    (folder / "metadata.json").write_text(
        json.dumps(_metadata(language), ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    shutil.copy(_HERE / "package_licence.txt", folder / "LICENSE")
    return folder


def pack(folder: Path, bundled: Path) -> Path:
    """Zip an unpacked package into `bundled`; the same content gives the same bytes."""
    file = bundled / f"{folder.name}.argosmodel"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            member = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder)}", (2020, 1, 1, 0, 0, 0))
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, path.read_bytes())
    return file


def _metadata(language: Language) -> dict[str, object]:
    return {
        "package_version": VERSION,
        "argos_version": "1.9",
        "from_code": "en",
        "from_name": Language.EN.english_name,
        "to_code": str(language),
        "to_name": language.english_name,
        # Not read by Argos: tells this package from a general one for the same pair.
        "purpose": "names",
    }


def _specification(weights: dict[str, Any], source: list[str], target: list[str]) -> Any:
    layers = {part: 1 + max(int(n.split(".")[1]) for n in weights if n.startswith(f"{part}.")) for part in _PARTS}
    spec = TransformerSpec(
        transformer_spec.TransformerEncoderSpec(
            layers["encoder"], 4, pre_norm=True, activation=common_spec.Activation.RELU
        ),
        transformer_spec.TransformerDecoderSpec(
            layers["decoder"], 4, pre_norm=True, activation=common_spec.Activation.RELU
        ),
    )
    spec.register_source_vocabulary(source)
    spec.register_target_vocabulary(target)
    spec.config.add_source_bos = False
    spec.config.add_source_eos = False
    spec.config.unk_token = vocabulary.UNKNOWN
    spec.config.bos_token = vocabulary.START
    spec.config.eos_token = vocabulary.END
    spec.config.decoder_start_token = vocabulary.START

    width = weights["encoder_norm.weight"].shape[0]
    table = positions(width).numpy()
    for side, embedding, norm in (
        (spec.encoder, spec.encoder.embeddings[0], "encoder"),
        (spec.decoder, spec.decoder.embeddings, "decoder"),
    ):
        side.scale_embeddings = True
        side.position_encodings.encodings = table
        embedding.weight = weights[f"{'source' if norm == 'encoder' else 'target'}_embedding.weight"]
        _norm(side.layer_norm, weights, f"{norm}_norm")
    for i, layer in enumerate(spec.encoder.layer):
        _attention(layer.self_attention, weights, f"encoder.{i}.0")
        _feed_forward(layer.ffn, weights, f"encoder.{i}.1")
    for i, layer in enumerate(spec.decoder.layer):
        _attention(layer.self_attention, weights, f"decoder.{i}.0")
        _attention(layer.attention, weights, f"decoder.{i}.1")
        _feed_forward(layer.ffn, weights, f"decoder.{i}.2")
    _linear(spec.decoder.projection, weights, "projection")
    return spec


_PARTS = ("encoder", "decoder")


def _attention(spec: Any, weights: dict[str, Any], name: str) -> None:
    _norm(spec.layer_norm, weights, f"{name}.norm")
    over_memory = f"{name}.query.weight" in weights
    inputs = ("query", "key_value") if over_memory else ("query_key_value",)
    for linear, part in zip(spec.linear, (*inputs, "out"), strict=True):
        _linear(linear, weights, f"{name}.{part}")


def _feed_forward(spec: Any, weights: dict[str, Any], name: str) -> None:
    _norm(spec.layer_norm, weights, f"{name}.norm")
    _linear(spec.linear_0, weights, f"{name}.inner")
    _linear(spec.linear_1, weights, f"{name}.outer")


def _linear(spec: Any, weights: dict[str, Any], name: str) -> None:
    spec.weight = np.ascontiguousarray(weights[f"{name}.weight"])
    spec.bias = weights[f"{name}.bias"]


def _norm(spec: Any, weights: dict[str, Any], name: str) -> None:
    spec.gamma = weights[f"{name}.weight"]
    spec.beta = weights[f"{name}.bias"]


if __name__ == "__main__":
    print(f"CTranslate2 {ctranslate2.__version__}")
    main()
