"""The words that led to an answer: nothing is lost, and what decides a label is named first."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import torch
from made_trained import STATES, VERBS, small

from stancelab.features.actor_tokens import queries
from stancelab.finetuning.attribution import gradient_times_input
from stancelab.models.baselines import ActorMajority, Majority
from stancelab.models.blind import ActorBlind
from stancelab.models.lexicon import LexiconClassifier
from stancelab.models.linear import TfidfLogreg
from stancelab.predictors.abstaining import AbstainingPredictor
from stancelab.predictors.calibrated import CalibratedPredictor
from stancelab.predictors.evidence import MOST_WORDS, contrasts, evidence
from stancelab.schema import COOPERATIVE, HOSTILE, NEUTRAL, as_table, labels_of


@pytest.fixture(scope="module")
def sample(corpus):
    """150 rows in all languages, and some whose actor is not named."""
    table = corpus.take(np.random.default_rng(1).choice(len(corpus), 150, replace=False))
    absent = [{"text": text, "actor": "Atlantis"} for text in table["text"].to_pylist()[:10]]
    return pa.concat_tables([table, as_table(absent)])


@pytest.fixture(scope="module")
def linear(sample):
    return TfidfLogreg(random_state=0).fit(sample, labels_of(sample) % 3).predictor_


def one_verb():
    """Statements that say one thing, which decides the label whoever it is said of."""
    rows = []
    for one in STATES:
        for other in STATES:
            for verb, label in VERBS.items() if one != other else ():
                text = f"{one} {verb} {other} and Rome ."
                start = text.index(other)
                own = {"text": text, "actor": other, "label": label, "native_label": verb}
                rows.append(own | {"mention_start": start, "mention_end": start + len(other)})
    return as_table(rows)


TABLE = one_verb()
LABELS = labels_of(TABLE)
OTHERS = COOPERATIVE - LABELS


def named_first(predictor):
    """Give the share of rows in which the verb is the strongest word."""
    found = evidence(predictor, TABLE, LABELS, OTHERS)
    verbs = TABLE["native_label"].to_pylist()
    return np.mean(
        [bool(own) and own[0][0] == verb for own, verb in zip(found, verbs, strict=True)]
    )


def differences(predictor, table, answers, truths):
    """Give the difference of the two labels' logits."""
    logits, rows = np.log(predictor.predict_proba(table)), np.arange(len(table))
    return logits[rows, answers] - logits[rows, truths]


def any_labels(n_rows):
    draw = np.random.default_rng(0)
    answers = draw.integers(0, 3, n_rows)
    return answers, (answers + draw.integers(1, 3, n_rows)) % 3


@pytest.mark.parametrize(
    "chosen", [None, {"characters": False, "window": 2, "min_df": 1}, {"char_max": 3, "min_df": 5}]
)
def test_the_words_of_a_linear_model_add_up_to_its_logits(sample, linear, chosen):
    predictor = linear
    if chosen:
        model = TfidfLogreg(random_state=0, **chosen)
        predictor = model.fit(sample, labels_of(sample) % 3).predictor_
    answers, truths = any_labels(len(sample))
    found = predictor.weigh_words(sample, answers, truths)
    weights = [[weight for _, weight in row.words] for row in found]
    own = np.array([[sum(row), sum(map(abs, row))] for row in weights])
    rest = np.array([row.rest for row in found])
    expected = differences(predictor, sample, answers, truths)
    total = own[:, 0] + rest + predictor.bias[answers] - predictor.bias[truths]
    np.testing.assert_allclose(total, expected, rtol=0, atol=1e-9)
    assert np.median(own[:, 1]) > 3 * np.median(np.abs(rest))  # little is of no word


def test_the_words_of_the_lexicon_add_up_to_its_scores(sample):
    predictor = LexiconClassifier().fit(sample, labels_of(sample) % 3).predictor_
    answers, truths = any_labels(len(sample))
    found = predictor.weigh_words(sample, answers, truths)
    total = np.array([sum(weight for _, weight in row.words) for row in found])
    total += (answers == NEUTRAL).astype(float) - (truths == NEUTRAL)
    np.testing.assert_allclose(total, differences(predictor, sample, answers, truths), atol=1e-9)
    texts = sample["text"].to_pylist()
    for text, row in zip(texts, found, strict=True):
        assert all(part in text for word, _ in row.words for part in word.split())
    assert sum(len(row.words) for row in found) > 100


def test_the_lexicon_names_what_was_written():
    text = "Riga ДЯКУЄ Oslo; people should stop Minsk."
    table = as_table([{"text": text, "actor": "Oslo"}, {"text": text, "actor": "Minsk"}])
    predictor = LexiconClassifier().fit(table, [2, 0]).predictor_
    thanked, stopped = evidence(predictor, table, np.array([2, 0]), np.array([0, 2]))
    assert thanked[0][0] == "ДЯКУЄ"
    assert stopped[0][0] == "should stop"
    assert evidence(predictor, table, np.array([NEUTRAL] * 2), np.array([2, 0])) == [(), ()]


def test_a_linear_model_names_the_word_that_decides():
    predictor = TfidfLogreg(min_df=1, random_state=0).fit(TABLE, LABELS).predictor_
    assert named_first(predictor) == 1.0


def test_words_are_as_written_the_strongest_first_and_each_once(sample, linear):
    answers, truths = any_labels(len(sample))
    found = evidence(linear, sample, answers, truths)
    for row, own in zip(sample.to_pylist(), found, strict=True):
        words, weights = [word for word, _ in own], [weight for _, weight in own]
        assert len(own) <= MOST_WORDS
        assert weights == sorted(weights, reverse=True)
        assert all(weight > 0 for weight in weights)
        assert all(word in row["text"] and any(map(str.isalnum, word)) for word in words)
        assert len({word.casefold() for word in words}) == len(words)
    mentions = [
        row["text"][row["mention_start"] : row["mention_end"]] for row in sample.to_pylist()
    ]
    several = [at for at, name in enumerate(mentions) if " " in name]
    assert any(mentions[at] in [word for word, _ in found[at]] for at in several)


def test_wrappers_are_looked_through(sample, linear):
    answers, truths = any_labels(len(sample))
    plain = evidence(linear, sample, answers, truths)
    wrapped = AbstainingPredictor(CalibratedPredictor(linear, "temperature", 2.0), 0.5)
    assert evidence(wrapped, sample, answers, truths) == plain
    model = ActorBlind(TfidfLogreg(characters=False, random_state=0))
    blind = model.fit(sample, labels_of(sample) % 3).predictor_
    text = as_table([{"text": "Kyiv thanked Nova Zemlya."} | {"actor": a} for a in ("Kyiv", "X")])
    one, other = evidence(blind, text, np.array([2, 2]), np.array([0, 0]))
    assert one == other
    hidden = evidence(blind, sample, answers, truths)
    spaces = [" " in word for own in hidden for word, _ in own]
    assert spaces
    assert not any(spaces)


def test_who_cannot_tell_words_apart_names_none():
    for model in (Majority(), ActorMajority()):
        predictor = model.fit(TABLE, LABELS).predictor_
        assert evidence(predictor, TABLE, LABELS, OTHERS) == [()] * len(TABLE)
    linear = TfidfLogreg(min_df=1).fit(TABLE, LABELS).predictor_
    nothing = np.empty(0, dtype=np.int64)
    assert evidence(linear, TABLE.slice(0, 0), nothing, nothing) == []
    unknown = as_table([{"text": "…!", "actor": ""}])
    assert evidence(linear, unknown, LABELS[:1], OTHERS[:1]) == [()]


def test_a_true_label_that_training_lacked_is_held_against_the_others():
    answers, truths = np.array([HOSTILE, HOSTILE]), np.array([NEUTRAL, COOPERATIVE])
    assert contrasts(answers, truths, [0, 2]).tolist() == [[1, 0, -1], [1, 0, -1]]
    assert contrasts(answers, truths, [0, 1, 2]).tolist() == [[1, -1, 0], [1, 0, -1]]
    assert contrasts(answers, np.array([1, 1]), [0]).tolist() == [[1, 0, 0], [1, 0, 0]]
    predictor = TfidfLogreg(min_df=1, random_state=0).fit(TABLE, LABELS).predictor_
    lacking = evidence(predictor, TABLE, LABELS, np.full(len(TABLE), NEUTRAL))
    assert lacking == evidence(predictor, TABLE, LABELS, OTHERS)


@pytest.fixture(scope="module")
def learnt(encoders):
    chosen = {"format": "mark_pair", "pooling": "mean_span", "max_tokens": 32, "dropout": 0.3}
    model = small(encoders["words"], epochs=4, other_names=0.0, source=True, **chosen)
    return model.fit(TABLE, LABELS).predictor_


def test_a_fine_tuned_encoder_names_the_word_that_decides(learnt):
    """By chance it would be one of six."""
    answered = learnt.predict_proba(TABLE).argmax(axis=1)
    assert (answered == LABELS).mean() > 0.9
    assert named_first(learnt) > 0.7


def test_its_weights_are_those_of_small_steps(learnt):
    """Held against differences of the network's own answers halfway to the blank token."""
    tokenizer, network, pad = learnt._opened
    [row] = tokenizer.encode(queries(TABLE.slice(3, 1)))
    blank = tokenizer.mask_id
    assert tokenizer.tokenizer.id_to_token(blank) == "[MASK]"
    sign = np.array([[-1.0, 0.0, 1.0]])
    [found] = gradient_times_input(network, [row], sign, pad, blank)
    column = torch.tensor([[1]] * len(row.ids))
    words = network.words(torch.tensor(row.ids)).detach()
    inputs = words - network.words.weight[blank].detach()
    step = 0.02
    kept = network.words.register_forward_hook(lambda *_: steps)
    try:
        for at in range(len(row.ids)):
            moved = (torch.arange(len(row.ids)) == at).float()[:, None] * step * inputs
            half = words - inputs / 2
            steps = torch.stack([half + moved, half - moved])
            batch = {"ids": [row.ids] * 2, "actor": [row.actor] * 2, "types": [row.types] * 2}
            made = {name: torch.tensor(value) for name, value in batch.items()}
            with torch.inference_mode():
                scores = network(attention=column.T.repeat(2, 1), **made)["stance"].numpy()
            up, down = (scores @ sign[0]).tolist()
            assert found[at] == pytest.approx((up - down) / (2 * step), rel=0.02, abs=2e-3)
    finally:
        kept.remove()
    assert np.abs(found).max() > 0.1


def test_rows_are_weighed_alone_as_together(learnt):
    longer = as_table([{"text": "Rome and Oslo . " * 12, "actor": "Oslo"}])
    table = pa.concat_tables([TABLE.slice(0, 30), longer])
    answers, truths = any_labels(len(table))
    together = learnt.weigh_words(table, answers, truths)
    assert together == learnt.weigh_words(table, answers, truths)
    for at in (0, 11, 30):
        [alone] = learnt.weigh_words(table.slice(at, 1), answers[at : at + 1], truths[at : at + 1])
        assert [word for word, _ in alone.words] == [word for word, _ in together[at].words]
        for (_, one), (_, other) in zip(alone.words, together[at].words, strict=True):
            assert one == pytest.approx(other, abs=1e-5)
    assert learnt.predict_proba(table.slice(0, 1)).shape == (1, 3)  # the hook is gone


def test_pieces_are_joined_to_words(encoders):
    text = "Прем'єр-міністр Росії подякував Варшаві, а Kyiv-based 联合国安理会 — ні."
    rows = [{"text": text, "actor": actor} for actor in ("Росії", "Варшаві", "Nauru")]
    model = small(encoders["bundled"], format="mark_pair", max_tokens=64, max_steps=1)
    predictor = model.fit(as_table(rows), [2, 0, 0]).predictor_
    for row in predictor.weigh_words(as_table(rows), np.array([2] * 3), np.array([0] * 3)):
        words = [word for word, _ in row.words]
        assert words[:4] == ["Прем'єр-міністр", "Росії", "подякував", "Варшаві"]
        assert words[4:6] == ["а", "Kyiv-based"]
        assert words[-1] == "ні"
        assert len(words) > 8
        assert "".join(words[6:-1]) == "联合国安理会"
        assert all(weight != 0 for _, weight in row.words)
