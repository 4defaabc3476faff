"""What a model learns from a few rows, and that it is exported like a fine-tuned encoder."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from made_trained import Recording
from pydantic import ValidationError

from stancelab.errors import TrainingError
from stancelab.models.few_shot import FewShot, FewShotConfig
from stancelab.monitor import Surroundings
from stancelab.predictors.transformer import TransformerPredictor
from stancelab.schema import as_table, labels_of

STATES = ("Oslo", "Warsaw", "Minsk", "Vilnius", "Kyiv")
VERBS = {"thanked": 2, "praised": 2, "accused": 0, "threatened": 0}


def one_actor_rows():
    """Statements of which the verb decides the label."""
    for verb, label in VERBS.items():
        for speaker, actor in permutations(STATES, 2):
            text = f"{speaker} {verb} {actor} ."
            start = text.index(actor)
            span = {"mention_start": start, "mention_end": start + len(actor)}
            yield {"text": text, "actor": actor, "label": label, **span}


TABLE = as_table(list(one_actor_rows()))
LABELS = labels_of(TABLE)


def small(encoder, **chosen):
    usual = {
        "format": "mark",
        "learning_rate": 1e-3,
        "layer_decay": 1.0,
        "epochs": 15,
        "precision": "fp32",
        "random_state": 0,
    }
    return FewShot(str(encoder), **{**usual, **chosen})


@pytest.fixture(scope="module")
def learnt(encoders):
    """A classifier that learnt from a quarter of the rows, and what it told."""
    monitor = Recording()
    model = small(encoders["words"], examples=10)
    return model.fit(TABLE, LABELS, Surroundings(monitor=monitor)), monitor


def test_it_learns_from_few_rows(learnt):
    assert (learnt[0].predict(TABLE) == LABELS).mean() > 0.9


def test_it_is_the_predictor_of_a_fine_tuned_encoder(learnt):
    found = learnt[0].predictor_
    assert isinstance(found, TransformerPredictor)
    assert found.known == (0, 2)
    assert found.native_labels == {}
    again = TransformerPredictor.from_state(found.state())
    np.testing.assert_array_equal(again.predict_proba(TABLE), found.predict_proba(TABLE))
    assert found.predict_proba(TABLE)[:, 1].max() == 0


def test_it_tells_how_it_goes(learnt):
    _, monitor = learnt
    losses = [value for _, value in monitor.of("training/loss")]
    assert len(losses) == 15
    assert np.mean(losses[-5:]) < np.mean(losses[:5])
    assert monitor.steps == [(done, 15) for done in range(16)]
    rates = [value for _, value in monitor.of("training/learning_rate")]
    assert rates[0] < max(rates) == pytest.approx(1e-3)
    assert 0 < rates[-1] < rates[9]
    told = {name: value for name, step, value in monitor.values if step == 0}
    counts = [told[f"inputs/examples_{name}"] for name in ("hostile", "neutral", "cooperative")]
    assert counts == [10, 0, 10]
    assert told["inputs/windowed"] == told["inputs/actor_not_in_text"] == 0


def test_one_seed_repeats_and_two_differ(encoders):
    def train(seed, **chosen):
        model = small(encoders["words"], examples=4, epochs=3, random_state=seed, **chosen)
        return model.fit(TABLE, LABELS).predict_proba(TABLE)

    np.testing.assert_array_equal(train(3), train(3))
    assert np.abs(train(3) - train(4)).max() > 1e-6
    np.testing.assert_array_equal(train(None), train(0))
    assert np.abs(train(3) - train(3, temperature=1.0)).max() > 1e-6


def test_it_looks_at_no_validation_rows(encoders):
    around = Surroundings(validation=TABLE.slice(0, 20), validation_labels=LABELS[:20])
    one, other = (
        small(encoders["words"], examples=4, epochs=2)
        .fit(TABLE, LABELS, around)
        .predict_proba(TABLE)
        for around in (Surroundings(), around)
    )
    np.testing.assert_array_equal(one, other)


def test_seconds_can_run_out(encoders):
    monitor = Recording()
    model = small(encoders["words"], examples=4, epochs=500, max_seconds=1e-6)
    model.fit(TABLE, LABELS, Surroundings(monitor=monitor))
    assert len(monitor.of("training/loss")) == 1


def test_a_loss_that_is_no_number_names_the_rows(encoders):
    model = small(encoders["words"], examples=4, learning_rate=1e30)
    with pytest.raises(TrainingError, match=r"loss is nan at step .* lower learning_rate"):
        model.fit(TABLE, LABELS)


def test_half_precision_learns_too(encoders):
    model = small(encoders["words"], examples=20, precision="bf16").fit(TABLE, LABELS)
    assert (model.predict(TABLE) == LABELS).mean() > 0.8


@pytest.mark.parametrize(
    "key", ["examples", "contrasts", "temperature", "epochs", "batch_rows", "C"]
)
def test_values_out_of_range_are_refused(key):
    with pytest.raises(ValidationError, match=key):
        FewShotConfig(**{key: -1})


@pytest.mark.slow
def test_the_bundled_encoder_learns_real_statements(corpus):
    """Sixteen rows of each label say more than the commonest label does."""
    from sklearn.metrics import f1_score

    labels = labels_of(corpus)
    order = np.random.default_rng(0).permutation(len(corpus))
    learnt, asked = order[:3000], order[3000:3300]
    model = FewShot(examples=16, random_state=0).fit(corpus.take(learnt), labels[learnt])
    predicted = model.predict(corpus.take(asked))
    assert f1_score(labels[asked], predicted, average="macro") > 0.35
