"""A tagger of a bundle on disk and the catalogue."""

from __future__ import annotations

import pytest
from made_bundles import make_bundle

from stancelab.articles.article import make_article
from stancelab.errors import StancelabError
from stancelab.tagging.opening import open_tagger


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return make_bundle("tfidf_linear", tmp_path_factory.mktemp("bundles") / "words")


def test_it_tags_toward_actors_that_are_named_in_any_language(bundle):
    article = make_article("Kyiv condemned Minsk and thanked Riga.", "a.txt", language="en")
    assert [tag.actor for tag in open_tagger(bundle).tag(article)] == ["Belarus", "Latvia"]
    (tag,) = open_tagger(str(bundle), actors=["Латвія"]).tag(article)
    assert tag.actor == "Latvia"


def test_it_knows_whose_a_body_is(bundle):
    article = make_article("МЗС України заявило, що Україна підтримує Литву.", "a", language="uk")
    assert [tag.actor for tag in open_tagger(bundle).tag(article)] == ["Lithuania"]


def test_an_actor_that_is_not_known_is_named(bundle):
    with pytest.raises(StancelabError, match="--actor 'Атлантида' is not known; see 'stancelab"):
        open_tagger(bundle, actors=["Атлантида"])
