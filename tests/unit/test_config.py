"""The experiment file: what is read, what is refused and how, and overriding it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stancelab.config import ExperimentConfig, read_experiment, restore_experiment, with_controls
from stancelab.errors import ConfigError, StancelabError, UnknownNameError
from stancelab.models.linear import TfidfLogregConfig, TfidfWordLogregConfig

GOOD = """
question = "Does it help?"
seeds = [3, 1]
[data]
name = "statements"
[split]
test = 0.2
[model.lexicon]
[model.tfidf_logreg]
C = 0.5
[model.heavy]
kind = "tfidf_word_logreg"
class_weight = { hostile = 2.0 }
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A good experiment file."""
    path = tmp_path / "my_question.toml"
    path.write_text(GOOD)
    return path


def test_a_good_file_is_read(path: Path) -> None:
    """The stem is the name, a model's name its kind unless given, the rest has defaults."""
    config = read_experiment(path)
    assert (config.name, config.question, config.seeds) == ("my_question", "Does it help?", (3, 1))
    assert (config.data.name, config.data.title) == ("statements", "statements")
    assert (config.split.kind, config.split.validation, config.split.test) == ("grouped", 0.15, 0.2)
    assert list(config.model) == ["lexicon", "tfidf_logreg", "heavy"]
    assert config.model["tfidf_logreg"] == TfidfLogregConfig(C=0.5)
    assert config.model["heavy"] == TfidfWordLogregConfig(class_weight={"hostile": 2.0})
    assert config.overrides == ()


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("seeds", "sedes", r"my_question\.toml: sedes: unknown key; did you mean 'seeds'\? Known"),
        ("test =", "tset =", r"split\.tset: unknown key; did you mean 'test'\? Known: allow_leaks"),
        ("C =", "c_ =", r"model\.tfidf_logreg\.c_: unknown key"),
        ("class_weight", "clas_weight", r"model\.heavy\.clas_weight: .* mean 'class_weight'\?"),
        ('kind = "tfidf_word_logreg"', 'kind = "tfidf_wrd_logreg"',
         r"toml: model\.heavy\.kind: unknown model kind 'tfidf_wrd_logreg'; did you mean "
         r"'tfidf_word_logreg'\? Known: actor_majority"),
        ("[model.lexicon]", "[model.lexikon]", "unknown model kind 'lexikon'; .* 'lexicon'"),
        ('"statements"', '"statement"',
         r"toml: data\.name: unknown data set 'statement'; did you mean 'statements'\?"),
        ("C = 0.5", "C = 0", r"model\.tfidf_logreg\.C: Input should be greater than 0 \(found 0\)"),
        ("C = 0.5", "window = 0", r"model\.tfidf_logreg\.window: .* equal to 1 \(found 0\)"),
        ("C = 0.5", "char_min = 6", r"char_min 6 is above char_max 5"),
        ("hostile = 2.0", "unkind = 2.0", r"toml: model\.heavy\.class_weight.*unkind"),
        ("test = 0.2", "test = 1.2", r"split\.test: Input should be less than .* \(found 1\.2\)"),
        ("test = 0.2", "test = 0.9", r"split: validation and test take 1\.05 of the rows"),
        ("[3, 1]", "[]", r"seeds: .* at least 1 item"),
        ("[3, 1]", '["a"]', r"seeds\.0: Input should be a valid integer.*found \"a\""),
        ('name = "statements"', "", r"data: give one of name = .* or path"),
        ('name = "statements"', 'name = "statements"\npath = "a.csv"', r"data: give one of name"),
        ('name = "statements"', 'path = "a.csv"\ncolumns = { txt = "a" }',
         r"data\.columns\.txt: unknown key; did you mean 'text'\?"),
        ("[model.lexicon]", '[model."a/blind"]', r"model\.a/blind: a model's name has no '/'"),
        ("[data]", "data = 3\n[other]", r"data: expected a table, \[data\]"),
        ("[model.lexicon]", "[model]\nlexicon = 1", r"model\.lexicon: expected a table, \[mo"),
        ("[3, 1]", "[3, 1", r"my_question\.toml: not TOML: .*\(at line 4, column 1\)"),
        ("[split]", "[data]", r"not TOML: .*line 6"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(path: Path, old: str, new: str, error: str) -> None:
    """The file, the key and the closest right name or the value that was found."""
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(StancelabError, match=error):
        read_experiment(path)


def test_a_file_without_models_is_told(path: Path) -> None:
    """There is nothing to compare."""
    path.write_text('[data]\nname = "statements"')
    with pytest.raises(ConfigError, match="no model to train; give at least one"):
        read_experiment(path)


def test_a_missing_file_is_told_with_the_closest(path: Path) -> None:
    """A slip in the name is told from an empty folder."""
    expected = r"my_qestion\.toml: no such experiment file; did you mean .*my_question\.toml\?"
    with pytest.raises(ConfigError, match=expected):
        read_experiment(path.with_name("my_qestion.toml"))
    with pytest.raises(ConfigError, match=r"x\.toml: no such experiment file$"):
        read_experiment(path.parent / "nowhere" / "x.toml")
    path.write_bytes("question = 'так'".encode("cp1251"))
    with pytest.raises(ConfigError, match="not a readable text file"):
        read_experiment(path)
    with pytest.raises(ConfigError, match="not a readable text file"):
        read_experiment(path.parent)


def weights(config: ExperimentConfig) -> list[float | None]:
    """Give the C of every model, None where it has none."""
    return [getattr(model, "C", None) for model in config.model.values()]


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("model.C=0.25", [None, 0.25, 0.25]),
        ("model.heavy.C=0.25", [None, 0.5, 0.25]),
        (" model.tfidf_logreg.C = 2 ", [None, 2.0, 1.0]),
    ],
)
def test_a_key_is_overridden_for_all_models_or_for_one(
    path: Path, override: str, expected: list[float | None]
) -> None:
    """Models without the key are left alone, and the override is remembered."""
    config = read_experiment(path, [override])
    assert weights(config) == expected
    assert config.overrides == (override,)


def test_other_keys_are_overridden(path: Path) -> None:
    """Values are TOML, and words may stand without quotes; the last one counts."""
    overrides = ["seeds=[7]", "split.kind=folds", "split.folds=5", "question=Why?", "seeds=[8, 9]"]
    config = read_experiment(path, [*overrides, "model.class_weight=none"])
    assert (config.seeds, config.question) == ((8, 9), "Why?")
    assert (config.split.kind, config.split.folds, config.split.test) == ("folds", 5, 0.2)
    assert {model.class_weight for model in config.model.values()} == {"none"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("override", "error"),
    [
        ("seeds", "--set: expected key=value, found 'seeds'"),
        ("=3", "--set: expected key=value, found '=3'"),
        ("split.=3", "--set: expected key=value"),
        ("sedes=[1]", r"--set: sedes: unknown key; did you mean 'seeds'\?"),
        ("split.tset=0.1", r"split\.tset: unknown key; did you mean 'test'\?"),
        ("split.test=2", r"split\.test: Input should be less than or equal to 0\.9 \(found 2\)"),
        ("model.window_=3", r"--set: model\.window_: unknown key; did you mean 'window'\?"),
        ("model.hevy.C=3", r"--set: model\.hevy\.C: unknown key.* Known: .*heavy"),
        ("model.heavy.D=3", r"model\.heavy\.D: unknown key"),
        ("model.lexicon.C=3", r"model\.lexicon\.C: unknown key"),
        ("model.a.b.c=3", r"--set: model\.a\.b\.c: unknown key"),
        ("data.name=statment", r"data\.name: unknown data set 'statment'; did you mean"),
        pytest.param("data=3", r"data: is a table; name a key in it"),
        pytest.param("seeds.0=3", "seeds"),
        pytest.param("question.a=3", "question"),
        pytest.param("seeds=[-1]", "seeds"),
    ],
)  # fmt: skip
def test_a_faulty_override_is_told(path: Path, override: str, error: str) -> None:
    """An override is checked as the file is."""
    with pytest.raises((ConfigError, UnknownNameError), match=error):
        read_experiment(path, [override])


def test_the_controls_come_with_every_experiment(path: Path) -> None:
    """They are added once, before the models of the file, whatever they are called there."""
    models = read_experiment(path).model
    assert list(with_controls(models))[:3] == ["majority", "actor_majority", "lexicon"]
    path.write_text(GOOD + '[model.commonest]\nkind = "majority"\n')
    models = read_experiment(path).model
    assert list(with_controls(models)) == ["actor_majority", *models]


def test_a_data_path_is_taken_from_the_folder_of_the_file(path: Path) -> None:
    """So that an experiment runs from anywhere."""
    path.write_text(GOOD.replace('name = "statements"', 'path = "mine.csv"'))
    assert read_experiment(path).data.path == Path("mine.csv")
    (path.parent / "mine.csv").touch()
    assert read_experiment(path).data.path == path.parent / "mine.csv"


def test_a_config_survives_json(path: Path) -> None:
    """What a run has recorded makes the same config, models and all."""
    data = 'path = "a.csv"\non_error = "skip"\ncolumns = {text = "t"}\nlabels = {x = "hostile"}'
    for content in (GOOD, GOOD.replace('name = "statements"', data)):
        path.write_text(content)
        config = read_experiment(path, ["model.C=0.25"])
        restored = restore_experiment(json.loads(json.dumps(config.model_dump(mode="json"))))
        assert restored == config
        assert [type(one) for one in restored.model.values()] == [
            type(one) for one in config.model.values()
        ]
