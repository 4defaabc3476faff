"""The lexicon: direction, negation, reversal, three languages, and a well-formed word list."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from stancelab.features.lexicon import DIRECTIONS, MODIFIERS, STANCES, Lexicon
from stancelab.text import find_mention

LANGUAGES = ("uk", "en", "ru")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """The lexicon of the package, read once."""
    return Lexicon.packaged()


def balance(lexicon: Lexicon, text: str, actor: str) -> float:
    """Cooperative minus hostile evidence toward an actor who must be in the text."""
    found = find_mention(text, actor)
    assert found.start >= 0
    hostile, cooperative = lexicon.score(text, found.start, found.end)
    assert min(hostile, cooperative) >= 0
    return cooperative - hostile


@pytest.mark.parametrize(
    ("text", "thanked", "accused"),
    [
        ("Кишинів подякував Румунії, але звинуватив Мінськ у шантажі.", "Румунії", "Мінськ"),
        ("Chisinau condemned Minsk but thanked Romania.", "Romania", "Minsk"),
        ("Кишинёв поблагодарил Румынию, но осудил Минск.", "Румынию", "Минск"),
    ],
    ids=LANGUAGES,
)
def test_two_actors_of_one_statement_get_opposite_evidence(
    lexicon: Lexicon, text: str, thanked: str, accused: str
) -> None:
    """A cue belongs to the actor beside it, in every language."""
    assert balance(lexicon, text, thanked) > 0.3
    assert balance(lexicon, text, accused) < -0.3


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("Прага засудила Мінськ.", "Прага", "Мінськ"),
        ("Prague condemned Minsk.", "Prague", "Minsk"),
        ("Прага осудила Минск.", "Прага", "Минск"),
    ],
    ids=LANGUAGES,
)
def test_who_condemns_is_not_condemned(
    lexicon: Lexicon, text: str, source: str, target: str
) -> None:
    """On the side where the actor is not meant, a cue counts much less."""
    assert balance(lexicon, text, target) < 2 * balance(lexicon, text, source) <= 0


def test_passive_puts_the_actor_before_the_word(lexicon: Lexicon) -> None:
    """ "X was thanked" says as much about X as "thanked X"."""
    passive = balance(lexicon, "Poland was thanked.", "Poland")
    assert passive > balance(lexicon, "Poland later thanked everyone.", "Poland") > 0


@pytest.mark.parametrize(
    "text",
    [
        "Рада не засудила X.",
        "Рада відмовилася засуджувати X.",
        "Єгипет виключив напад на X.",
        "The council declined to condemn X.",
        "The council refused to condemn X.",
        "The general ruled out an attack on X.",
        "Совет не осудил X.",
        "Совет отказался осудить X.",
    ],
)
def test_negated_hostility_is_no_evidence(lexicon: Lexicon, text: str) -> None:
    """Rule 4: what is denied is neutral."""
    found = find_mention(text, "X")
    assert lexicon.score(text, found.start, found.end) == (0.0, 0.0)


@pytest.mark.parametrize(
    "text",
    [
        "Сенат відмовився підтримати X.",
        "The senate refused to recognise X.",
        "Сенат отказался поддержать X.",
        "Сенат відмовив X.",
        "Берлін призупинив допомогу X.",
    ],
)
def test_refused_cooperation_is_hostile(lexicon: Lexicon, text: str) -> None:
    """Rule 4: a refusal, or the end of something good, is hostile."""
    assert balance(lexicon, text, "X") < -0.3


@pytest.mark.parametrize(
    "text",
    [
        "Канада скасувала санкції проти X.",
        "Рада зняла заборону для X.",
        "Рада пом’якшила обмеження щодо X.",
        "Canada lifted sanctions on X.",
        "The council suspended its sanctions against X.",
        "Канада отменила санкции против X.",
    ],
)
def test_reversed_hostility_is_cooperative(lexicon: Lexicon, text: str) -> None:
    """Rule 4: lifting a measure is cooperative."""
    found = find_mention(text, "X")
    hostile, cooperative = lexicon.score(text, found.start, found.end)
    assert cooperative > hostile


def test_negated_reversal_stays_hostile(lexicon: Lexicon) -> None:
    """Who never lifted the sanctions still has them."""
    assert balance(lexicon, "Canada never lifted the harsh sanctions on X.", "X") < -0.3


def test_evidence_decays_with_distance_and_pauses(lexicon: Lexicon) -> None:
    """A cue counts most beside the mention, least in another clause."""
    texts = (
        "Oslo thanked X.",
        "Oslo thanked the tall men of X.",
        "Oslo thanked the tall men; of X.",
    )
    near, far, apart = (balance(lexicon, text, "X") for text in texts)
    assert near == pytest.approx(1.0)
    assert near > far > apart > 0


def test_without_a_mention_the_whole_text_counts(lexicon: Lexicon) -> None:
    """Then neither distance nor direction matters."""
    assert lexicon.score("Oslo thanked everyone and condemned the attack.", -1, -1) == (2.0, 1.0)


@pytest.mark.parametrize("text", ["", "...", "Потяг прибув о восьмій.", "Xi"])
def test_no_cue_is_no_evidence(lexicon: Lexicon, text: str) -> None:
    """Texts without stance words, empty ones included, say nothing."""
    assert lexicon.score(text, -1, -1) == (0.0, 0.0)


def test_words_of_the_mention_are_no_cues(lexicon: Lexicon) -> None:
    """The name of an actor says nothing about it."""
    text = "World Bank for Aid opened at eight."
    assert lexicon.score(text, 0, 18) == (0.0, 0.0)
    assert lexicon.score(text, -1, -1) == (0.0, 1.0)


def test_round_trip_through_json(lexicon: Lexicon) -> None:
    """An exported lexicon is equal, and scores equally."""
    copy = Lexicon.from_dict(json.loads(json.dumps(lexicon.to_dict())))
    text = "Прага засудила Мінськ."
    assert copy == lexicon
    assert copy.score(text, 15, 21) == lexicon.score(text, 15, 21) != (0.0, 0.0)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"uk": {"rude": {"after": ["зрад"]}}}, r"uk\.rude\.after: unknown, expected one of"),
        ({"en": {"hostile": {"under": ["slam"]}}}, r"en\.hostile\.under: unknown, expected one of"),
        ({"en": {"hostile": {"after": ["Slam"]}}}, r"'Slam': expected two lower-case letters"),
        ({"en": {"modifiers": {"negators": [""]}}}, r"'': expected two lower-case letters"),
    ],
)
def test_malformed_tables_are_refused(data: dict[str, object], message: str) -> None:
    """A wrong role, direction or stem is named."""
    with pytest.raises(ValueError, match=message):
        Lexicon.from_dict(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_packaged_lists_are_well_formed(lexicon: Lexicon, language: str) -> None:
    """No stem stands twice, in both stances, or beside a shorter one that covers it."""
    entries = [entry for entry in lexicon.entries if entry.language == language]
    cues = Counter(entry.stem for entry in entries if entry.role in STANCES)
    modifiers = Counter(entry.stem for entry in entries if entry.role == "modifiers")
    assert {*cues.values(), *modifiers.values()} == {1}
    assert 60 <= cues.total() <= 170
    for entry in entries:
        same = [e.stem for e in entries if e[:3] == entry[:3] and e.stem != entry.stem]
        assert not entry.stem.startswith(tuple(same)), entry


def test_packaged_lexicon_fills_every_table(lexicon: Lexicon) -> None:
    """Each language has both stances in all directions, and what negates them."""
    data = lexicon.to_dict()
    assert tuple(data) == LANGUAGES
    for tables in data.values():
        assert all(tuple(tables[stance]) == DIRECTIONS for stance in STANCES)
        assert set(MODIFIERS) - {"passives"} <= set(tables["modifiers"])
