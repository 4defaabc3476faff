"""A comparison that looks like a real one, made without training anything."""

from __future__ import annotations

from dataclasses import fields
from itertools import combinations

import numpy as np

from stancelab.bias.records import ActorBias, BiasReport, Measured
from stancelab.comparison.records import Board, Comparison, Standing
from stancelab.evaluation.abstention import RiskCoverage
from stancelab.evaluation.aggregates import MeanStance
from stancelab.evaluation.calibration import Bin, Calibration
from stancelab.evaluation.learning import LearningPoint
from stancelab.evaluation.mistakes import Mistake
from stancelab.evaluation.paired import Difference
from stancelab.evaluation.report import Row
from stancelab.evaluation.slices import SliceScore
from stancelab.schema import LABELS

MODELS = (
    ("finetuned/multilingual-e5-small/all-heads", 0.731),
    ("embedding_logreg", 0.712),
    ("tfidf_logreg", 0.705),
    ("few_shot/setfit-paraphrase-multilingual", 0.684),
    ("tfidf_word_logreg", 0.641),
    ("zero_shot/xlm-roberta-large-xnli", 0.593),
    ("embedding_logreg/blind", 0.562),
    ("tfidf_logreg/blind", 0.551),
    ("lexicon", 0.478),
    ("actor_majority", 0.411),
    ("majority", 0.212),
)
ACTORS = ("Росія", "Україна", "China", "United States", "Польща", "إيران", "Türkiye", "Угорщина")
TEXTS = (
    ("uk", "Президент заявив, що відносини з {} розвиваються правильним шляхом, і запросив "
     "делегацію на переговори щодо об’єднання зусиль."),
    ("uk", "Речниця МЗС попередила: якщо {} не припинить обстріли, відповідь буде жорсткою."),
    ("en", "The minister said talks with {} would go on, but offered neither dates nor terms."),
    ("ru", "В Брюсселе назвали решение, которое приняла {}, шагом назад и пообещали ответ."),
    ("ar", "رحّبت الوزارة بمبادرة {} وأعلنت استعدادها لاستضافة جولة جديدة من المحادثات."),
    ("en", "🕊 “No gifts,” he wrote 🙂 after {} had sent the third convoy of medicine this week."),
    ("zh", "发言人表示，愿同{}一道推动双边关系健康稳定发展。"),
)  # fmt: skip
WORDS = ("жорсткою", "попередила", "talks", "neither", "шагом назад", "رحّبت", "推动", "співпраці")
SLICES = (
    *(("language", one, n) for one, n in (("uk", 510), ("en", 220), ("ru", 140), ("ar", 11))),
    *(("actor", one, n) for one, n in zip(ACTORS, range(90, 10, -10), strict=True)),
    *(("length", one, n) for one, n in (("up to 10 words", 120), ("11–25", 600), ("26 on", 290))),
    *(("topic", one, n) for one, n in (("diplomacy", 420), ("war", 310), ("trade", 120))),
)


def made_comparison(models=11, boards=1, errors=12, seed=0):
    """Make boards of the first models, and further ones where more are asked for."""
    draws = np.random.default_rng(seed)
    names = [*MODELS, *((f"ensemble/{at}", 0.5 - at / 100) for at in range(len(MODELS), models))]
    names = names[:models]
    corpora = ("statements", "newsmtsc", "rusentne", "unscon")[: max(boards, 1)]
    made = tuple(_board("statements", test, names, draws) for test in corpora[:boards])
    trained = [name for name, _ in names if _role(name) == "model"]
    return Comparison(
        title="05_encoders",
        question="How much does fine-tuning an encoder give over frozen embeddings and n-grams?",
        boards=made,
        learning=tuple(_learning(trained[:6], names)),
        mistakes={name: _mistakes(errors, draws, at) for at, name in enumerate(trained)},
        configs={name: _config(at) for at, name in enumerate(trained)},
        about={
            "data": "statements, 4,259 rows in 1,062 documents",
            "seeds": "0, 1, 2, 3, 4",
            "commit": "080e95e0c7d1f0a3b2",
            "device": "CPU, 2 cores",
        },
        bias={name: _bias(value) for name, value in names if not name.endswith("majority")},
    )


def _role(name):
    if name.endswith("/blind"):
        return "blind"
    return "control" if name.endswith("majority") else "model"


def _board(train, test, names, draws):
    values = {name: round(value - 0.04 * (test != train), 4) for name, value in names}
    order = sorted(values, key=lambda name: -values[name])
    standings = tuple(_standing(name, values, train, test, draws) for name in order)
    differences = tuple(_difference(*pair, values, draws) for pair in combinations(order, 2))
    return Board(train, test, (0, 1, 2), standings, differences)


def _spread(name, value, half):
    return {name: value, f"{name}_low": value - half, f"{name}_high": value + half}


def _standing(name, values, train, test, draws):
    value, role = values[name], _role(name)
    control = f"{name}/blind" if f"{name}/blind" in values else None
    above = value - values[control] if control else None
    best = max(one for other, one in values.items() if _role(other) == "model")
    found = {
        "model": name, "role": role, "train": train, "test": test, "seeds": 5,
        **_spread("macro_f1", value, 0.021), "macro_f1_seeds_low": value - 0.032,
        "macro_f1_seeds_high": value + 0.029, **_spread("polar_f1", value - 0.02, 0.024),
        **_spread("accuracy", value + 0.03, 0.019),
        **_spread("actor_swap", 0.0 if role == "blind" else value - 0.3, 0.03),
        **_spread("mae", 1 - value, 0.03), **_spread("weighted_kappa", value - 0.1, 0.04),
        **_spread("polar_errors", (1 - value) / 4, 0.01),
        "validation_macro_f1": value + 0.01, "control": control, "control_difference": above,
        "control_difference_low": above and above - 0.03,
        "control_difference_high": above and above + 0.03,
        "above_control": None if above is None else above > 0.03,
        "train_seconds": 0.002 * 10 ** (8 * value) * draws.lognormal(0, 1.5),
        "predict_microseconds": 2 * 10 ** (5 * value) * draws.lognormal(0, 1.5),
        "test_rows": 5_325, "leaked": 0.0 if train == test else 0.034,
    }  # fmt: skip
    known = {one.name for one in fields(Row)}
    return Standing(
        Row(**{key: one for key, one in found.items() if key in known}),
        is_best=role == "model" and value == best,
        is_indistinct=best - value < 0.022,
        matrix=_matrix(value, draws),
        calibration=_calibration(value, draws),
        risk_coverage=_risk(value),
        slices=tuple(_slice(*one, value, draws) for one in SLICES),
        stances=tuple(_stance(one, at, draws) for at, one in enumerate(ACTORS)),
        megabytes=None if role != "model" else 4.0 * 10 ** (2.6 * value - 1),
    )


def _matrix(value, draws):
    wrong = (1 - value) / 2
    shares = np.full((3, 3), wrong) + np.eye(3) * (value - wrong)
    return np.round(shares * [[310], [420], [335]] * draws.uniform(0.9, 1.1, (3, 3)))


def _calibration(value, draws):
    ends = np.linspace(0.37, 0.98, 10)
    right = np.clip(ends * (0.6 + value / 2) + draws.normal(0, 0.02, 10), 0, 1)
    pairs = zip(ends, right, strict=True)
    bins = tuple(
        Bin(106, float(one), float(share), max(float(share) - 0.08, 0), min(float(share) + 0.08, 1))
        for one, share in pairs
    )
    ece = float(abs(ends - right).mean())
    return Calibration(ece, 1 - value, ece / 5, 0.66 - 1 + value + ece / 5, 0.66, 1.4 - value, bins)


def _risk(value):
    coverage = np.linspace(0.001, 1, 1000)
    risk = (1 - value) * coverage ** (2 * value)
    return RiskCoverage(tuple(coverage.tolist()), tuple(risk.tolist()), float(risk.mean()))


def _slice(dimension, name, rows, value, draws):
    found = float(np.clip(value + draws.normal(0, 0.06), 0, 1))
    half = 1 / np.sqrt(rows)
    documents = max(rows // 4, 2)
    return SliceScore(
        dimension, name, rows, documents, found, found - half, found + half, found, documents < 20
    )


def _stance(actor, at, draws):
    true = -0.6 + 0.16 * at
    corrected = float(true + draws.normal(0, 0.05))
    return MeanStance(
        actor, 120 - 11 * at, true * 0.7, corrected, corrected - 0.12, corrected + 0.12, true
    )


def _difference(first, second, values, draws):
    value = values[first] - values[second]
    p = float(np.exp(-abs(value) * 180))
    only = int(300 + value * 800)
    return Difference(
        first, second, value, value - 0.022, value + 0.021, p, min(p * 8, 1.0), min(p * 1.3, 1.0),
        only, 300, float(draws.uniform(0.024, 0.041)),
    )  # fmt: skip


def _learning(trained, names):
    for name in trained:
        top = dict(names)[name]
        for part, rows in ((0.1, 270), (0.25, 675), (0.5, 1350), (1.0, 2700)):
            value = top - 0.09 * (1 - part) ** 2 - 0.02 * (1 - part)
            yield LearningPoint(
                name, "statements", "statements", part, rows, value, value - 0.02, value + 0.02
            )


def _mistakes(number, draws, model):
    made = []
    for at in range(number):
        language, text = TEXTS[at % len(TEXTS)]
        actor = ACTORS[(at + model) % len(ACTORS)]
        start = text.index("{")
        true, answer = draws.permutation(3)[:2]
        made.append(
            Mistake(
                f"statements/{language}-{at:03}-{model}/{actor}",
                f"{text.format(actor)} ({at + 1}.{model})",
                actor,
                language,
                start,
                start + len(actor),
                LABELS[true],
                LABELS[answer],
                round(0.99 - 0.4 * at / max(number, 1), 4),
                tuple((WORDS[(at + k) % len(WORDS)], 0.91 / (k + 1)) for k in range(at % 6)),
            )
        )
    return made


def _bias(value):
    actors = (_actor_bias(name, at, value) for at, name in enumerate(ACTORS))
    reasons = {"other_language": 195, "several_words": 133, "other_name": 45}
    changed, moved = Measured(value / 4, value / 5, value / 3), Measured(0.17, 0.16, 0.18)
    return BiasReport(1064, reasons, 682, 3325, changed, moved, 0.97, 0.02, tuple(actors))


def _actor_bias(name, at, value):
    shift = (at - 4) * value / 10
    changed = Measured(0.2, 0.1, 0.35)
    moves = Measured(shift, shift - 0.06, shift + 0.05)
    return ActorBias(name, 40, changed, 90 - at, changed, moves, shift / 3, LABELS[at % 3])


def _config(at):
    own = {"kind": ("transformer", "embedding_logreg", "tfidf_logreg")[at % 3], "C": 2.0**-at}
    return own | ({"encoder": "intfloat/multilingual-e5-small", "lower": True} if at < 3 else {})
