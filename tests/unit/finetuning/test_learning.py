"""What a fine-tuned encoder learns and answers, on statements that the actor decides."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest
import torch
from made_trained import VERBS, Recording, small, toy_table

from stancelab.evaluation.metrics import swapped_statements
from stancelab.monitor import Surroundings
from stancelab.schema import as_table, labels_of

TABLE = toy_table()
LABELS = labels_of(TABLE)


@pytest.fixture(scope="module")
def learnt(encoders):
    """A classifier that learnt all rows, the corpus' own labels too, and what it told."""
    monitor = Recording()
    model = small(encoders["words"], native=True, epochs=20, pooling="span", other_names=0.0)
    return model.fit(TABLE, LABELS, Surroundings(monitor=monitor)), monitor


def asked_for(text, actor, mention=None):
    """A row as it is asked; with the span of its mention where that is given."""
    start = text.index(mention) if mention else -1
    end = start + len(mention) if mention else -1
    return {"text": text, "actor": actor, "mention_start": start, "mention_end": end}


def weights(model):
    return model.predictor_.weights


def equal(one, other):
    return all(np.array_equal(array, weights(other)[name]) for name, array in weights(one).items())


def test_it_learns_what_the_verb_before_the_actor_says(learnt):
    predicted = learnt[0].predict(TABLE)
    assert (predicted == LABELS).mean() > 0.95
    rows, right = swapped_statements(TABLE["statement"].to_pylist(), LABELS, predicted)
    assert len(rows) == 40
    assert right.mean() > 0.9


@pytest.mark.slow
def test_the_bundled_encoder_learns_too(encoders):
    model = small(encoders["bundled"], learning_rate=5e-4, epochs=9, batch_tokens=64)
    assert (model.fit(TABLE, LABELS).predict(TABLE) == LABELS).mean() > 0.9


def test_a_label_that_training_lacked_has_probability_zero(learnt):
    probabilities = learnt[0].predict_proba(TABLE)
    assert probabilities[:, 1].max() == 0
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)


def test_own_labels_have_a_head_of_their_own(learnt):
    model = learnt[0]
    assert model.native_classes().tolist() == sorted(VERBS)
    found = model.predict_native(TABLE)
    assert found.shape == (len(TABLE), len(VERBS))
    np.testing.assert_allclose(found.sum(axis=1), 1)
    named = model.native_classes()[found.argmax(axis=1)]
    assert (named == np.array(TABLE["native_label"].to_pylist())).mean() > 0.9
    assert model.predict_native(TABLE.slice(0, 0)).shape == (0, len(VERBS))


def test_it_tells_how_training_goes(learnt):
    _, monitor = learnt
    losses = [value for _, value in monitor.of("training/loss")]
    assert len(losses) > 20
    assert np.mean(losses[-5:]) < np.mean(losses[:5])
    rates = [value for _, value in monitor.of("training/learning_rate")]
    assert max(rates) <= 3e-3 + 1e-9
    assert rates[0] < max(rates) > rates[-1]
    assert min(value for _, value in monitor.of("throughput/tokens_per_second")) > 0
    done, total = monitor.steps[-1]
    assert done == total == len(monitor.steps) - 1


def test_rows_do_not_depend_on_their_company_or_order(learnt):
    model = learnt[0]
    longer = as_table([{"text": "Rome and Oslo . " * 12, "actor": "Oslo"}])
    table = pa.concat_tables([TABLE, longer])
    together = model.predict_proba(table)
    order = np.random.default_rng(0).permutation(len(table))
    np.testing.assert_allclose(model.predict_proba(table.take(order)), together[order], atol=1e-5)
    for at in (0, 17, len(table) - 1):
        alone = model.predict_proba(table.slice(at, 1))
        np.testing.assert_allclose(alone, together[at : at + 1], atol=1e-5)


def test_an_actor_can_be_asked_by_any_name(learnt):
    text = "Rome thanked Росія and accused Oslo ."
    asked = [
        asked_for(text, "Russia"),
        asked_for(text, "Росія"),
        asked_for(text, "Russia", "Росія"),
    ]
    asked.append(asked_for("Rome thanked Oslo .", "Mercosur"))
    probabilities = learnt[0].predict_proba(as_table(asked))
    assert np.isfinite(probabilities).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert len({tuple(row) for row in probabilities.round(6)}) == 4


def test_one_seed_repeats_and_two_differ(encoders):
    def train(seed, **chosen):
        model = small(encoders["words"], epochs=2, other_names=0.5, dropout=0.1, **chosen)
        return model.set_params(random_state=seed).fit(TABLE, LABELS)

    one = train(3)
    torch.rand(5)
    assert equal(one, train(3))
    assert not equal(one, train(4))
    assert not equal(one, train(3, r_drop=1.0))
    assert equal(train(None), train(0))


def test_training_leaves_the_users_randomness_alone(encoders):
    def states():
        of_numpy = np.random.get_state()[1].tolist()  # noqa: NPY002
        return random.getstate(), of_numpy, torch.get_rng_state().tolist()

    before = states()
    small(encoders["words"], max_steps=1).fit(TABLE, LABELS)
    assert states() == before


@pytest.mark.parametrize("format", ["mark", "pair", "mark_pair"])
@pytest.mark.parametrize("pooling", ["mean", "span", "mean_span", "cls"])
def test_every_format_and_pooling_tells_actors_apart(encoders, format, pooling):
    model = small(encoders["words"], format=format, pooling=pooling, source=True, max_steps=2)
    one, other = model.fit(TABLE, LABELS).predict_proba(TABLE.slice(0, 2))
    assert np.abs(one - other).max() > 1e-4


def test_class_weights_tilt(encoders):
    def hostile(**chosen):
        model = small(encoders["words"], epochs=2, **chosen).fit(TABLE, LABELS)
        return model.predict_proba(TABLE)[:, 0].mean()

    assert hostile(class_weight={"hostile": 20.0}) > hostile() + 0.1
    assert hostile(class_weight={"cooperative": 20.0}) < hostile() - 0.1


def test_what_was_done_to_the_rows_is_counted(encoders):
    long = "Rome thanked Oslo . " * 20
    rows = [asked_for(long, "Oslo", "Oslo"), asked_for(long, "Oslo"), asked_for("Oslo", "Kyiv")]
    monitor = Recording()
    model = small(encoders["words"], format="mark_pair", max_tokens=32, epochs=1)
    model.fit(as_table(rows), [2, 0, 1], Surroundings(monitor=monitor))
    assert monitor.of("inputs/windowed") == [(0, 2)]
    assert monitor.of("inputs/actor_not_in_text") == [(0, 2)]
    [(_, mean)] = monitor.of("inputs/mean_tokens")
    assert mean == pytest.approx((32 + 32 + 5) / 3)


def test_a_text_longer_than_the_encoder_takes_is_windowed(encoders):
    text = "Rome accused Minsk . " * 40 + "Rome thanked Oslo ."
    table = as_table([asked_for(text, "Oslo", "Oslo"), asked_for(text, text)])
    for kind in ("words", "roberta", "modernbert"):
        model = small(encoders[kind], max_tokens=4096, epochs=1).fit(table, [2, 0])
        tokens = model.predictor_.tokens(table)
        assert all(one.windowed and len(one.ids) <= 64 and sum(one.actor) for one in tokens)
        assert np.isfinite(model.predict_proba(table)).all()


def test_a_single_row_and_a_single_label_are_learnt(encoders):
    for rows in (1, 3):
        model = small(encoders["words"], epochs=1, r_drop=0.5)
        model.fit(TABLE.slice(0, rows), [2] * rows)
        assert model.predict_proba(TABLE).tolist() == [[0, 0, 1]] * len(TABLE)
