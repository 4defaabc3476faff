"""Embeddings: what is embedded of a row, and the cache."""

from __future__ import annotations

import sqlite3

import numpy as np

from stancelab.encoders import open_encoder
from stancelab.features.embeddings import CachedEncoder, embed_table, inputs
from stancelab.predictors.blind import hide_actor
from stancelab.schema import as_table

TEXT = "Осло подякувало Варшаві, але пригрозило Мінську санкціями."
TABLE = as_table([{"text": TEXT, "actor": a} for a in ("Варшаві", "Мінську", "Відень")])


class Counting:
    """The bundled encoder, counting what it is asked."""

    def __init__(self, revision="one"):
        self.encoder = open_encoder("bundled")
        self.name, self.revision, self.size = "counting", revision, self.encoder.size
        self.asked = []

    def embed(self, texts):
        self.asked += texts
        return self.encoder.embed(texts)


def test_context_is_the_mention_and_the_words_around_it():
    statements, contexts = inputs(TABLE, window=12)
    assert statements == [(TEXT, "")] * 3
    assert contexts[0] == ("Варшаві: подякувало Варшаві, але", "Варшаві")
    assert contexts[2] == (f"Відень: {TEXT}", "Відень"), "not named: the actor and all of the text"


def test_equal_texts_are_embedded_once_and_the_file_remembers(tmp_path):
    first = Counting()
    made = embed_table(TABLE, CachedEncoder(first, tmp_path / "cache.sqlite"), 12)
    assert made.shape == (3, 2 * first.size)
    assert len(first.asked) == len(set(first.asked)) == 4
    again = Counting()
    np.testing.assert_array_equal(
        embed_table(TABLE, CachedEncoder(again, tmp_path / "cache.sqlite"), 12), made
    )
    assert again.asked == []
    np.testing.assert_allclose(embed_table(TABLE, Counting(), 12), made, atol=1e-6)


def test_key_holds_text_actor_encoder_and_revision(tmp_path):
    path = tmp_path / "cache.sqlite"
    encoder = Counting()
    cached = CachedEncoder(encoder, path)
    cached.embed_inputs([("one", "A"), ("one", "B"), ("two", "A")])
    assert encoder.asked == ["one", "one", "two"]
    other = Counting(revision="two")
    CachedEncoder(other, path).embed_inputs([("one", "A")])
    assert other.asked == ["one"], "another revision is another vector"


def test_a_vector_of_another_length_is_made_anew(tmp_path):
    path = tmp_path / "cache.sqlite"
    good = CachedEncoder(Counting(), path).embed(["one"])
    with sqlite3.connect(path) as store:
        store.execute("UPDATE vectors SET vector = x'00'")
    np.testing.assert_array_equal(CachedEncoder(Counting(), path).embed(["one"]), good)


def test_progress_counts_what_is_missing(tmp_path):
    cached = CachedEncoder(Counting(), tmp_path / "cache.sqlite")
    cached.embed(["one"])
    steps = []
    cached.embed_inputs([(f"{n}", "") for n in ("one", "two", "three")], lambda *s: steps.append(s))
    assert steps == [(2, 2)]


def test_without_an_actor_the_context_is_zero():
    vectors = embed_table(hide_actor(TABLE), open_encoder("bundled"), 12)
    assert np.abs(vectors[:, 384:]).max() == 0
    np.testing.assert_allclose(np.linalg.norm(vectors[:, :384], axis=1), 1, atol=1e-5)


def test_related_statements_are_nearer_than_others():
    encoder = open_encoder("bundled")
    texts = ["Oslo thanked Warsaw.", "Осло подякувало Варшаві.", "The recipe needs two eggs."]
    one, same, other = encoder.embed(texts)
    assert one @ same > one @ other
