"""Words that are left out one by one, and what that says of them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_bundles import make_bundle

from stancelab import load_bundle
from stancelab.scoring.spans import SpanFinder
from stancelab.serving.explaining import MOST_ACTORS, Explanation
from stancelab.serving.occlusion import left_out, lost

TEXT = "Oslo thanked Warsaw, but accused Minsk."
WORDS = st.lists(st.sampled_from(["Oslo", "а", "didn't", "ні-ні", "—", "U.S.", "😀", "Oslo"]))


@given(WORDS, WORDS, st.booleans())
def test_each_word_but_the_mention_goes_once_and_the_span_stays_right(before, after, named):
    mention = "the U.S." if named else ""
    text = " ".join([*before, *([mention] if named else []), *after])
    start = len(" ".join([*before, ""])) if named else -1
    end = start + len(mention) if named else -1
    found = left_out(text, start, end, most=99)
    for one in found:
        assert len(one.text) < len(text)
        assert one.text.count(one.word) < text.count(one.word)
        if named:
            assert one.text[one.start : one.end] == mention
        else:
            assert (one.start, one.end) == (-1, -1)
    assert len({one.text for one in found}) >= len({one.word for one in found})


def test_of_many_words_those_next_to_the_name_are_left_out():
    text = "far " * 50 + "near Warsaw close " + "away " * 50
    start = text.index("Warsaw")
    assert {one.word for one in left_out(text, start, start + 6, most=2)} == {"near", "close"}
    assert left_out(text, start, start + 6, most=0) == []


def test_a_probability_of_0_gives_a_finite_weight():
    [(_, weight)] = lost(np.array([1.0, 0.0, 0.0]), np.array([[0.0, 0.0, 1.0]]), ["accused"])
    assert 10 < weight < 30


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explained")
    return lambda kind: load_bundle(make_bundle(kind, folder / kind))


def explained(bundle, content):
    job = Explanation(bundle, SpanFinder(), json.dumps(content).encode()).job()
    return json.loads(job.finish(bundle.tag(job.prepare())))


def test_a_linear_classifier_tells_by_its_weights(bundles):
    bundle = bundles("abstaining")  # calibrated n-grams in two wrappers
    found = explained(bundle, {"text": TEXT, "actors": ["Minsk", "Warsaw", "Minsk"]})
    assert found["words_by"] == "weights"
    minsk, warsaw = found["tags"]
    assert [one["actor"] for one in (minsk, warsaw)] == ["Minsk", "Warsaw"]
    assert (minsk["mention_start"], minsk["mention_end"]) == (33, 38)
    shares = [
        [one[f"p_{name}"] for name in ("hostile", "neutral", "cooperative")]
        for one in (minsk, warsaw)
    ]
    np.testing.assert_allclose(shares, bundle.predict_proba([TEXT] * 2, ["Minsk", "Warsaw"]))
    assert "accused" in dict(minsk["words"])


def test_a_network_is_asked_without_each_word(bundles):
    bundle = bundles("onnx_transformer")
    found = explained(bundle, {"text": "Rome thanked Oslo.", "actors": ["Oslo"]})
    assert (found["words_by"], found["classifier"]) == ("occlusion", "onnx_transformer")
    [tag] = found["tags"]
    whole = bundle.predict_proba(["Rome thanked Oslo."], ["Oslo"])[0]
    parts = bundle.predict_proba(["thanked Oslo.", "Rome Oslo."], ["Oslo"] * 2)
    order = np.argsort(whole)
    leads = np.log([row[order[2]] / row[order[1]] for row in (whole, *parts)])
    expected = dict(zip(["Rome", "thanked"], leads[0] - leads[1:], strict=True))
    positive = {word: pytest.approx(one, abs=1e-4) for word, one in expected.items() if one > 0}
    assert dict(tag["words"]) == positive
    assert positive


def test_a_classifier_that_reads_no_words_names_none(bundles):
    found = explained(bundles("actor_prior"), {"text": TEXT, "actors": ["Oslo"]})
    assert found["tags"][0]["words"] == []


def test_another_name_of_the_actor_is_found(bundles):
    found = explained(
        bundles("lexicon"), {"text": "Осло подякувало Варшаві.", "actors": ["Польща"]}
    )
    assert found["tags"][0]["renamed"]
    assert found["tags"][0]["mention_start"] == 16


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"text": TEXT}, "column 'actors': expected a list of 1 to 20 names"),
        ({"text": TEXT, "actors": []}, "expected a list of 1 to 20 names"),
        ({"text": TEXT, "actors": ["a"] * (MOST_ACTORS + 1)}, "expected a list of 1 to 20 names"),
        ({"text": TEXT, "actors": ["a", 1]}, "column 'actor', row 1: expected text, found 1"),
        ({"text": " ", "actors": ["a"]}, "column 'text', row 0: expected text"),
        ({"text": "\ud800", "actors": ["a"]}, "half a surrogate pair"),
    ],
)
def test_what_cannot_be_explained_is_refused(bundles, content, said):
    from stancelab.errors import StancelabError

    with pytest.raises(StancelabError, match=said):
        explained(bundles("lexicon"), content)
