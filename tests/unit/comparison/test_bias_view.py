"""The page and the card show bias by model and by actor, and nothing where none was measured."""

from __future__ import annotations

from dataclasses import replace

from made_comparison import made_comparison
from made_manifest import manifest

from stancelab.bias.records import ActorBias, BiasReport, Measured
from stancelab.comparison.page import page
from stancelab.comparison.views.bias import REASONS, bias
from stancelab.export.card.bias import chosen_bias
from stancelab.export.card.page import model_card


def actor(name, put_in, shift):
    interval = Measured(shift, shift - 0.05, shift + 0.05)
    return ActorBias(name, 30, Measured(0.3, 0.1, 0.5), put_in, interval, interval, -0.2, "hostile")


REPORT = BiasReport(
    1064,
    {"other_language": 195, "several_words": 133},
    682,
    3325,
    Measured(0.203, 0.178, 0.227),
    Measured(0.173, 0.162, 0.183),
    0.97,
    0.02,
    (
        *(actor("Russia", 66, -0.39), actor("Ukraine", 57, 0.21), actor("Oman", 12, -0.9)),
        *(actor("Japan", 40, 0.01), ActorBias("Fiji", alone=0.1, alone_label="neutral")),
    ),
)


def test_the_table_and_the_figures_have_the_numbers():
    found = bias({"words": REPORT, "deaf": BiasReport(10, {"no_mention": 10})})
    assert (
        "Of 1,064 test rows of the first seed, 736 can be tested; 195 are in a lang" in found.rows
    )
    cells = [cell.text for cell in found.table.lines[0].cells]
    assert cells == ["words", "0.203", "0.173", "682", "3,325", "0.970", "0.020"]
    assert [cell.text for cell in found.table.lines[1].cells][1:4] == ["–", "–", "0"]
    ((model, figure),) = found.actors
    assert model == "words"
    assert "Russia: −0.39 (−0.440 to −0.340), alone −0.20 (hostile)." in figure.svg
    assert figure.svg.index("Oman") < figure.svg.index("Russia") < figure.svg.index("Ukraine")
    assert "Fiji" not in figure.svg
    assert [line.cells[0].text for line in figure.table.lines] == [
        "Russia",
        "Ukraine",
        "Oman",
        "Japan",
    ]


def test_the_page_has_a_section_where_bias_was_measured():
    made = made_comparison(models=3)
    content = page(replace(made, bias={"tfidf_logreg": REPORT}))
    assert 'id="bias"' in content
    assert 'href="#bias"' in content
    assert "195 are in a language whose words are not inflected here" in content
    assert 'id="bias"' not in page(replace(made, bias={}))


def test_every_reason_is_told_in_words():
    from stancelab.bias import swapping

    names = {name: value for name, value in vars(swapping).items() if name.isupper()}
    reasons = {value for value in names.values() if isinstance(value, str)}
    assert reasons == set(REASONS)


def test_a_card_names_the_actors_whose_names_move_answers_most():
    found = manifest()
    assert "## Bias" not in model_card(found)
    found["metrics"]["bias"] = chosen_bias(REPORT)
    card = model_card(found)
    assert "\n## Bias\n" in card
    assert "the label changes in 20.3% of these answers (95 % interval 17.8% to 22.7%)" in card
    assert "| Russia | 66 | -0.39 | -0.44 to -0.34 |\n| Ukraine | 57 | +0.21 |" in card
    assert "Oman" not in card
    assert "Japan" not in card
    assert "answered with neutral in 97% of the cases" in card


def test_a_card_of_a_model_that_could_not_be_tested_says_nothing():
    found = manifest()
    found["metrics"]["bias"] = chosen_bias(BiasReport(10, {"no_mention": 10}))
    assert "## Bias" not in model_card(found)
