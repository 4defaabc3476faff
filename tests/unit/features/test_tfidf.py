"""The n-grams and their weights, held against scikit-learn on rows of the corpus."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from stancelab.features.ngrams import ACTOR_MARK, Row, TfidfSettings, analyse, rows
from stancelab.features.tfidf import TfidfFeatures, fit_tfidf
from stancelab.predictors.blind import hide_actor
from stancelab.schema import as_table

WORDS = TfidfSettings(characters=False)
SETTINGS = [TfidfSettings(), WORDS, TfidfSettings(char_min=3, char_max=3, window=2)]


@pytest.fixture(scope="module")
def sample(corpus: pa.Table) -> pa.Table:
    """200 rows in all languages, and one whose actor is not named."""
    table = corpus.take(np.random.default_rng(0).choice(len(corpus), 200, replace=False))
    absent = as_table([{"text": table.column("text")[0].as_py(), "actor": "Atlantis"}])
    return pa.concat_tables([table, absent])


def block(matrix: sparse.csr_matrix, features: TfidfFeatures, number: int) -> np.ndarray:
    """Give the columns of one block, its terms in the order of the alphabet."""
    order = [features.vocabularies[number][term] for term in sorted(features.vocabularies[number])]
    ends = np.cumsum([0, *map(len, features.vocabularies)])
    return matrix.toarray()[:, ends[number] : ends[number + 1]][:, order]


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("min_df", [1, 2, 5])
def test_the_weights_are_those_of_scikit_learn(
    sample: pa.Table, settings: TfidfSettings, min_df: int
) -> None:
    """Block by block: the terms and every weight, also of rows that were not learnt from."""
    training, others = sample.slice(0, 150), sample.slice(100)
    features, weighed = fit_tfidf(training, settings, min_df)
    assert (weighed != features.transform(training)).nnz == 0
    for number, name in enumerate(settings.blocks):
        reference = TfidfVectorizer(
            analyzer=lambda row, number=number: analyse(row, settings)[number],
            sublinear_tf=True,
            min_df=min_df,
        ).fit(list(rows(training)))
        assert sorted(features.vocabularies[number]) == reference.get_feature_names_out().tolist()
        for table in (training, others):
            expected = reference.transform(list(rows(table))).toarray()
            found = block(features.transform(table), features, number)
            np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12, err_msg=name)


def test_each_block_has_length_one(sample: pa.Table) -> None:
    """Long texts and rich blocks weigh no more than others; an empty block is zero."""
    features, matrix = fit_tfidf(sample, TfidfSettings(), 1)
    assert matrix.has_sorted_indices
    for number in range(len(features.settings.blocks)):
        lengths = np.linalg.norm(block(matrix, features, number), axis=1)
        assert np.all(np.isclose(lengths, 1) | (lengths == 0))
    assert lengths[-1] == 0


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_features_survive_json(sample: pa.Table, settings: TfidfSettings) -> None:
    """What is exported weighs as what was learnt."""
    features, _ = fit_tfidf(sample, settings, 2)
    data = json.loads(json.dumps(features.to_dict()))
    restored = TfidfFeatures.from_dict(data, features.idf)
    assert (restored.settings, restored.vocabularies) == (settings, features.vocabularies)
    assert (restored.transform(sample) != features.transform(sample)).nnz == 0


@given(st.permutations(range(40)))
def test_permuted_rows_give_permuted_features(sample_rows: pa.Table, order: list[int]) -> None:
    """A row's features depend on the row alone, and learning not on the order."""
    features, _ = fit_tfidf(sample_rows, WORDS, 2)
    permuted = sample_rows.take(order)
    assert (features.transform(permuted) != features.transform(sample_rows)[order]).nnz == 0
    again, weighed = fit_tfidf(permuted, WORDS, 2)
    for number, terms in enumerate(features.vocabularies):
        assert set(again.vocabularies[number]) == set(terms)
        expected = block(features.transform(permuted), features, number)
        np.testing.assert_allclose(block(weighed, again, number), expected, rtol=0, atol=1e-12)


@pytest.fixture(scope="module")
def sample_rows(sample: pa.Table) -> pa.Table:
    """Some rows, for what is done often."""
    return sample.slice(161)


def test_one_row_weighs_as_in_a_batch(sample: pa.Table) -> None:
    """Batches of any size give the same features."""
    features, _ = fit_tfidf(sample, TfidfSettings(), 2)
    whole = features.transform(sample)
    for size in (1, 7):
        parts = [features.transform(sample.slice(at, size)) for at in range(0, 21, size)]
        assert (sparse.vstack(parts) != whole[:21]).nnz == 0


def test_no_rows_have_no_features(sample_rows: pa.Table) -> None:
    """An empty batch is a matrix without rows, as in scikit-learn."""
    features, _ = fit_tfidf(sample_rows, WORDS, 1)
    assert features.transform(sample_rows.slice(0, 0)).shape == (0, len(features.idf))


def test_a_pair_is_cut_into_words_with_the_actor_marked() -> None:
    """The name is replaced, signs are words, and sides and distances are told apart."""
    row = Row("Kyiv thanked Warsaw, again!", "PL", 13, 19)
    text, window, mention = analyse(row, TfidfSettings(characters=False, window=2))
    words = ["kyiv", "thanked", ACTOR_MARK, ",", "again", "!"]
    assert text[:6] == words
    assert text[6:] == ["kyiv thanked", "thanked §", "§ ,", ", again", "again !"]
    assert window[:6] == ["<thanked", "<kyiv", "<near thanked", "<near kyiv", "<§ thanked",
                          "<thanked kyiv"]  # fmt: skip
    assert window[6:] == [">,", ">again", ">near ,", ">near again", ">§ ,", ">, again"]
    assert mention[:4] == ["actor=PL", "name=warsaw", "place=0", "first=False"]
    assert {"ending=w", "ending=aw", "ending=saw", "left=thanked", "right=,"} <= set(mention)


def test_words_far_from_the_mention_are_told_apart() -> None:
    """Three are near, the others far, and none is beyond the window."""
    row = Row("a b c d e X", "X", 10, 11)
    window = analyse(row, TfidfSettings(characters=False, window=4))[1]
    assert [term for term in window if " " in term and "r " in term] == [
        "<near e", "<near d", "<near c", "<far b"
    ]  # fmt: skip


def test_two_actors_of_one_text_have_other_features() -> None:
    """What the text says is nearly the same, what is said of whom is not."""
    text = "Rome thanked Oslo, but condemned Minsk."
    table = as_table([{"text": text, "actor": actor} for actor in ("Oslo", "Minsk")])
    features, matrix = fit_tfidf(table, TfidfSettings(), 1)
    for number, name in enumerate(features.settings.blocks):
        one, two = block(matrix, features, number)
        assert not np.allclose(one, two), name


def test_a_row_without_a_span_has_no_window() -> None:
    """The whole text is there without a mark, and of the actor only who it is."""
    blocks = analyse(Row("Rome left.", "Oslo", -1, -1), TfidfSettings())
    assert blocks[0][:3] == ["rome", "left", "."]
    assert blocks[1] == blocks[4] == []
    assert blocks[2] == ["actor=Oslo", "absent"]
    assert not any(ACTOR_MARK in term for terms in blocks for term in terms)


def test_a_hidden_actor_leaves_only_the_text(sample: pa.Table) -> None:
    """The blind control sees no mark, window or mention: pairs of a text are equal."""
    hidden = hide_actor(sample)
    for row in rows(hidden):
        blocks = dict(zip(TfidfSettings().blocks, analyse(row, TfidfSettings()), strict=True))
        assert blocks["window_words"] == blocks["mention"] == blocks["window_chars"] == []
        assert blocks["text_words"]
    features, matrix = fit_tfidf(hidden, TfidfSettings(), 1)
    assert [len(terms) > 0 for terms in features.vocabularies] == [True, False, False, True, False]
    assert (matrix[0] != matrix[len(sample) - 1]).nnz == 0


def test_character_ngrams_stay_inside_a_word() -> None:
    """Padded with a blank on each side; a short word stays whole; sides have their sign."""
    settings = TfidfSettings(char_min=3, char_max=4, window=1)
    *_, text, window = analyse(Row("so X do", "X", 3, 4), settings)
    assert text == [" so", "so ", " so ", f" {ACTOR_MARK} ", " do", "do ", " do "]
    assert window == ["< so", "<so ", "< so ", "> do", ">do ", "> do "]
