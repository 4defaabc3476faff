"""A small bundle of every kind and format, for tests that damage them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from stancelab.export.bundle import write_bundle
from stancelab.features.actor_tokens import InputSettings
from stancelab.features.lexicon import Lexicon
from stancelab.inference.network import GRAPH, TOKENIZER, Network
from stancelab.predictors.abstaining import AbstainingPredictor
from stancelab.predictors.base import Predictor
from stancelab.predictors.blind import ActorBlindPredictor
from stancelab.predictors.calibrated import CalibratedPredictor, Curve
from stancelab.predictors.ensemble import EnsemblePredictor
from stancelab.predictors.lexicon import LexiconPredictor
from stancelab.predictors.linear import EmbeddingLinearPredictor
from stancelab.predictors.onnx_embedding import OnnxEmbeddingPredictor, OnnxEncoder
from stancelab.predictors.onnx_transformer import OnnxTransformerPredictor
from stancelab.predictors.priors import ActorPriorPredictor, ConstantPredictor
from stancelab.predictors.transformer import TransformerPredictor
from stancelab.schema import as_table

ROWS = [
    {"text": f"{who} {verb} {whom} {when}.", "actor": whom, "label": label}
    for verb, label in (("thanked", 2), ("accused", 0), ("neighbours", 1))
    for who, whom in (("Rome", "Oslo"), ("Oslo", "Rome"), ("Kyiv", "Warsaw"), ("Minsk", "Kyiv"))
    for when in ("today", "again", "yesterday")
]
LABELS = [row["label"] for row in ROWS]
OLD = Path(__file__).parent / "data" / "format_1"
"""A bundle that the code of format 1 wrote."""

_WORDS = ("<s>", "<pad>", "</s>", "<unk>", "rome", "oslo", "kyiv", "thanked", "accused", ".")
_SIZE = 4


def constant() -> Predictor:
    return ConstantPredictor(np.array([0.2, 0.3, 0.5]))


def actor_prior() -> Predictor:
    return ActorPriorPredictor({"Oslo": 0, "Rome": 1}, np.array([[0.1, 0.2, 0.7]] * 3))


def lexicon() -> Predictor:
    return LexiconPredictor(Lexicon.packaged(), np.array([1.0, 2.0, 1.0]))


@cache
def tfidf() -> Predictor:
    from stancelab.models.linear import TfidfLogreg

    return TfidfLogreg(min_df=2, char_max=3).fit(as_table(ROWS), LABELS).predictor_


@cache
def embedding() -> Predictor:
    from stancelab.encoders import open_encoder

    encoder = open_encoder("bundled")
    weights = np.random.default_rng(0).normal(size=(2 * encoder.size, 3)).astype(np.float32)
    return EmbeddingLinearPredictor(encoder, 30, weights, np.array([0.1, -np.inf, 0.3]))


def transformer() -> Predictor:
    """Weights alone: the encoder that they belong to is nowhere, so it cannot answer."""
    rows = np.random.default_rng(0).normal(size=(3, _SIZE)).astype(np.float32)
    weights = {
        "words.ids": np.array([2, 5, 9]),
        "words.rows": rows,
        "encoder.layer.0.weight": np.eye(_SIZE, dtype=np.float32),
        "heads.stance.weight": rows,
        "heads.stance.bias": np.zeros(3, dtype=np.float32),
    }
    inputs = InputSettings("mark", False, 64)
    return TransformerPredictor("/nowhere/at/all", "local-0", inputs, "mean", (0, 2), {}, weights)


@cache
def estimator() -> Predictor:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from stancelab.models.estimator import TextEstimator

    words = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression())
    return TextEstimator(words).fit(ROWS, LABELS).predictor_


def softened() -> Predictor:
    return AbstainingPredictor(CalibratedPredictor(tfidf(), "temperature", 1.5), 0.4)


def curved() -> Predictor:
    curve = Curve(np.array([0.1, 0.5, 0.9]), np.array([0.2, 0.5, 0.8]))
    return CalibratedPredictor(ActorBlindPredictor(tfidf()), "isotonic", curves=[curve] * 3)


def onnx_transformer(scratch: Path) -> Predictor:
    """A network of one layer: the label's weight of each word, added up, the actor's twice."""
    inputs, known = InputSettings("mark", False, 64), (0, 1, 2)
    network = _network(scratch, len(_WORDS) + 3, 3, ("ids", "attention", "actor"))
    return OnnxTransformerPredictor(network, inputs, known, 1, False)


def onnx_embedding(scratch: Path) -> Predictor:
    network = _network(scratch, len(_WORDS), _SIZE, ("ids", "attention"))
    encoder = OnnxEncoder("mine", "local-0", _SIZE, network, "query: ", 64, 1)
    weights = np.random.default_rng(0).normal(size=(2 * _SIZE, 3)).astype(np.float32)
    return OnnxEmbeddingPredictor(encoder, 30, weights, np.zeros(3))


def ensemble(scratch: Path) -> Predictor:
    """One with files, one with arrays, one that holds another: each keeps its own apart."""
    return EnsemblePredictor([onnx_transformer(scratch), tfidf(), softened()])


PREDICTORS: Mapping[str, Callable[[], Predictor]] = {
    "constant": constant,
    "actor_prior": actor_prior,
    "lexicon": lexicon,
    "tfidf_linear": tfidf,
    "embedding_linear": embedding,
    "transformer": transformer,
    "estimator": estimator,
    "abstaining": softened,
    "calibrated": curved,
}
OF_FILES: Mapping[str, Callable[[Path], Predictor]] = {
    "onnx_transformer": onnx_transformer,
    "onnx_embedding": onnx_embedding,
    "ensemble": ensemble,
}
KINDS = ("format_1", *PREDICTORS, *OF_FILES)


def make_bundle(kind: str, folder: Path) -> Path:
    """Write a bundle of a kind."""
    if kind == "format_1":
        shutil.copytree(OLD, folder)
        return folder
    if kind in PREDICTORS:
        predictor = PREDICTORS[kind]()
    else:
        scratch = folder.with_name(f"{folder.name}-parts")
        scratch.mkdir(parents=True)
        predictor = OF_FILES[kind](scratch)
    if kind == "transformer":  # which cannot be asked for what it answers to the probes
        predictor = _unasked(predictor)
    write_bundle(folder, predictor, {"model": {"name": kind}})
    return folder


def _unasked(predictor: TransformerPredictor) -> Predictor:
    class Unasked(TransformerPredictor):
        def predict_proba(self, table):
            return np.full((len(table), 3), 1 / 3)

    return Unasked(**vars(predictor))


def tiny_graph(path: Path, tokens: int, size: int, names: tuple[str, ...]) -> Path:
    """Write an ONNX file that adds up a row of weights for each token that is no padding."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    rows = np.random.default_rng(0).normal(size=(tokens, size)).astype(np.float32)
    weights = [
        numpy_helper.from_array(rows, "rows"),
        numpy_helper.from_array(np.array([2]), "last"),
        numpy_helper.from_array(np.array([1]), "words"),
    ]
    masks = names[1:]
    nodes = [helper.make_node("Gather", ["rows", "ids"], ["each"])]
    for name in masks:
        nodes.append(helper.make_node("Cast", [name], [f"{name}_f"], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("Unsqueeze", [f"{name}_f", "last"], [f"{name}_u"]))
        nodes.append(helper.make_node("Mul", ["each", f"{name}_u"], [f"{name}_m"]))
    nodes.append(helper.make_node("Sum", [f"{name}_m" for name in masks], ["added"]))
    nodes.append(helper.make_node("ReduceSum", ["added", "words"], ["out"], keepdims=0))
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["rows", "n"]) for n in names]
    outputs = [helper.make_tensor_value_info("out", TensorProto.FLOAT, ["rows", size])]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, weights)
    opset = [helper.make_opsetid("", 20)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=10), path)
    return path


def _network(scratch: Path, tokens: int, size: int, names: tuple[str, ...]) -> Network:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    made = Tokenizer(models.WordLevel({w: at for at, w in enumerate(_WORDS)}, unk_token="<unk>"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    made.save(str(scratch / TOKENIZER))
    return Network(tiny_graph(scratch / GRAPH, tokens, size, names), scratch / TOKENIZER, "fp32")
