"""Turning the bundled 4-bit file into a model and a tokenizer that `transformers` opens."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors.numpy import save_file

from stancelab.encoders.e5_file import E5File, Header, Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_HIDDEN = {"\uff5e": "\ufdd0", "\u0651": "\ufdd1"}
"""What NFKC must not touch, and the noncharacter that stands for it meanwhile.

The model's own table keeps the full-width tilde, and the order of marks: NFKC would put an Arabic
shadda behind the vowel that is written after it.
"""

_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")


def write_encoder(file: E5File, folder: Path, layers: int | None = None) -> None:
    """Write a model file as a directory of `transformers`: config, weights and fast tokenizer.

    Parameters
    ----------
    file : E5File
        What was read.
    folder : Path
        An existing directory.
    layers : int, optional
        Keep only so many of the lowest layers; all by default.
    """
    kept = file.header.layers if layers is None else layers
    save_file(_tensors(file, kept), folder / "model.safetensors", {"format": "pt"})
    _write(folder / "config.json", _config(file.header, file.vocabulary, kept))
    make_tokenizer(file.vocabulary).save(str(folder / "tokenizer.json"))
    names = dict(zip(("cls", "pad", "sep", "unk", "mask"), _SPECIAL, strict=True))
    about: dict[str, object] = {f"{role}_token": token for role, token in names.items()}
    about |= {"bos_token": "<s>", "eos_token": "</s>"}
    about |= {"model_max_length": file.header.positions}
    about |= {"tokenizer_class": "PreTrainedTokenizerFast"}
    about |= {"model_input_names": ["input_ids", "attention_mask"]}
    _write(folder / "tokenizer_config.json", about)


def make_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """Make the fast tokenizer: Unigram over NFKC-normalised text with marked word beginnings."""
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    made = Tokenizer(models.Unigram(list(vocabulary.pieces), unk_id=vocabulary.unknown))
    replaced = [
        normalizers.Replace(Regex(f"[{_class(points)}]"), to)
        for to, points in _beside_nfkc(vocabulary).items()
    ]
    spaces = normalizers.Replace(Regex(" {2,}"), " ")
    hidden = [normalizers.Replace(kept, hide) for kept, hide in _HIDDEN.items()]
    shown = [normalizers.Replace(hide, kept) for kept, hide in _HIDDEN.items()]
    made.normalizer = normalizers.Sequence([*replaced, *hidden, normalizers.NFKC(), *shown, spaces])
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    made.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    made.add_special_tokens([AddedToken(token, special=True) for token in _SPECIAL])
    ends = [("<s>", vocabulary.bos), ("</s>", vocabulary.eos)]
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=ends
    )
    return made


def _beside_nfkc(vocabulary: Vocabulary) -> dict[str, list[int]]:
    """Give the code points that the model's own table replaces and NFKC does not, by result."""
    found: dict[str, list[int]] = {}
    for point, to in vocabulary.normalised.items():
        if unicodedata.normalize("NFKC", chr(point)) != to:
            found.setdefault(to, []).append(point)
    return found


def _class(points: list[int]) -> str:
    return "".join(re.escape(chr(point)) for point in points)


def _tensors(file: E5File, layers: int) -> dict[str, NDArray[np.float32]]:
    hidden = file.header.hidden
    found = {}
    for name, array in file.tensors.items():
        known = _name(name, layers)
        if known is None:
            continue
        inputs = file.header.intermediate if name.endswith(".fo.w") else hidden
        flat = name.endswith(".b") or "ln." in name
        found[known] = np.ascontiguousarray(array if flat else array.reshape(-1, inputs))
    return found


def _name(name: str, layers: int) -> str | None:
    """Give the name of a tensor in a `BertModel`; None for a layer that is cut off."""
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    number = int(layer.removeprefix("l"))
    if number >= layers:
        return None
    return f"encoder.layer.{number}.{_LAYER[part]}.{'weight' if kind == 'w' else 'bias'}"


def _config(header: Header, vocabulary: Vocabulary, layers: int) -> dict[str, object]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": header.hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": header.heads,
        "intermediate_size": header.intermediate,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "max_position_embeddings": header.positions,
        "type_vocab_size": header.token_types,
        "vocab_size": header.vocabulary,
        "layer_norm_eps": header.epsilon,
        "pad_token_id": vocabulary.pad,
        "bos_token_id": vocabulary.bos,
        "eos_token_id": vocabulary.eos,
        "dtype": "float32",
    }


def _write(path: Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
