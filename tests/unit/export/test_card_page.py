"""A card says all that one must know before using a classifier, and nothing that is not so."""

from __future__ import annotations

import pytest
from made_manifest import manifest, piece, row

from stancelab.export.card.figures import chosen_slices
from stancelab.export.card.page import model_card

PARTS = ("What it is for", "Use", "Figures", "Size and speed", "Training data", "Licence", "Limits")


def test_every_part_is_there_in_its_order():
    card = model_card(manifest(), size=131_400)
    places = [card.index(f"\n## {name}\n") for name in (*PARTS, "Origin")]
    assert places == sorted(places)
    for words in (
        "| macro-F1 | 0.610 | 0.590 to 0.630 |",
        "These weights are those of seed 0, whose macro-F1 is 0.611.",
        "expected calibration error is 0.045 on newsmtsc",
        "are as the model gives them, without a correction",
        "131 kB, 2,307 parameters.",
        "4,321 statements a second, measured at export on 1,146 rows: Some CPU 2.0, up to 2 thr",
        "| [newsmtsc](https://example.org/newsmtsc) | 900 | en | MIT | open | 0123456789ab… |",
        "These weights stand under mit: it is the licence of all that they learnt from.",
        "- newsmtsc: Hamborg & Donnay 2021.",
        "It is not for decisions about persons",
        "Model `words`, seed 0, of run 9f2c; exported with stancelab 0.1.0.",
    ):
        assert words in card, words
    for words in ("## Conversion", "uncertain", "actor swap", "the encoder", "leaked"):
        assert words not in card, words


def test_a_corrected_model_and_leaked_rows_are_told():
    found = manifest()
    found["model"]["config"]["calibration"] = "temperature"
    found["metrics"]["experiment"] = [row("newsmtsc", leaked=0.43, seeds=1)]
    card = model_card(found)
    assert "were corrected on the validation rows (temperature)" in card
    assert "1 seed, 400 rows in all" in card
    assert "43.0% of these rows stand, by their sentence or their document" in card


def test_slices_stand_below_their_own_test_set():
    found = manifest()
    found["metrics"] |= {
        "experiment": [row("one"), row("other")],
        "macro_f1": {"one": 0.5, "other": 0.5},
        "slices": [
            piece("language", "uk", test_set="one"),
            piece("mention", "not named", test_set="other"),
        ],
    }
    first, second = model_card(found).split("On the test parts of other")
    assert "| language: uk | 50 | 0.500 | 0.400 to 0.600 |" in first
    assert "| mention: not named | 50 |" in second
    assert "not named" not in first


def test_the_largest_languages_and_the_weakest_others_are_shown():
    slices = [piece("language", f"l{n}", rows=n) for n in range(10)]
    slices += [piece("topic", f"t{n}", macro_f1=n / 10) for n in range(6)]
    slices += [piece("actor", "rare", macro_f1=0.0, is_small=True), piece("mention", "named")]
    shown = [one["value"] for one in chosen_slices(slices)]
    assert shown == ["l9", "l8", "l7", "l6", "l5", "l4", "named", "t0", "t1", "t2"]


def test_what_a_conversion_changed_is_told():
    card = model_card(
        manifest(
            encoder={"name": "bundled", "revision": "one"},
            precision="int8",
            opset=20,
            int8={"agreement": 0.9934, "largest_difference": 0.0841, "rows": 610},
            vocabulary={
                "languages": ["uk", "en"],
                "tokens": 40_000,
                "of": 250_002,
                "changed_segmentation": 0.012,
                "macro_f1_change": -0.0012,
            },
            unlabelled_data=[
                {
                    "name": "wordfreq",
                    "licence": "CC-BY-SA-4.0",
                    "terms": "open",
                    "used_for": "choosing the tokens that are kept",
                }
            ],
        ),
        "onnx",
    )
    for words in (
        "ONNX (opset 20) in int8. The figures above were measured before that conversion.",
        "on 610 validation rows: the same label for 99.34%, a largest difference of 0.084",
        "Of its 250,002 tokens it keeps 40,000, for uk, en: 1.2%",
        "macro-F1 on them changes by -0.0012",
        "- wordfreq, CC-BY-SA-4.0 (open): choosing the tokens that are kept.",
        "- the encoder: intfloat/multilingual-e5-small.",
    ):
        assert words in card, words
    assert "is not inside" not in card


def test_an_encoder_that_is_not_inside_is_named():
    encoder = {"name": "bundled", "revision": "one"}
    card = model_card(manifest(encoder=encoder, requires=["embed"]))
    assert "Its encoder `bundled` is not inside." in card
    assert "pip install 'stancelab[embed]'" in card


@pytest.mark.parametrize(
    ("export_format", "shown", "hidden"),
    [
        ("bundle", "stancelab.load_bundle", "AutoModel"),
        ("onnx", "stancelab.load_bundle", "AutoModel"),
        ("mlflow", "pip install -r THIS_FOLDER/requirements.txt", "load_bundle"),
        ("huggingface", "the_code()", "load_bundle"),
    ],
)
def test_each_format_says_how_it_is_used(export_format, shown, hidden):
    card = model_card(manifest(), export_format, code="the_code()\n")
    assert shown in card
    assert hidden not in card.replace("`AutoModel", "")
