"""The text around an actor: finding a name, cutting a window of words, folding copies."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stancelab.text import ABSENT, around, find_mention, fold

LETTERS = "abcdefgzABCDEFGZабвгґдеєжзиіїйАБВГҐДЕЄЖЗИІЇЙäöüßąęłńóśźżğşçÄÖÜĄĘŁŃÓŚŹŻĞŞÇéèñ0189"
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=9), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Romania and Oman met; Oman agreed.", "Oman", (12, 16, 2)),
        ("Nigeria met Niger.", "Niger", (12, 17, 1)),
        ("The EU-Oman pact", "Oman", (7, 11, 1)),
        ("Київ, Польща і «Київ»", "Київ", (0, 4, 2)),
        ("У Києві чекали. Київ мовчав.", "Київ", (16, 20, 1)),
        ("中国与美国会谈，美国同意。", "美国", (3, 5, 2)),
        ("أدانت الصين وشكرت مصر", "مصر", (18, 21, 1)),
        ("شكر الوفد لمصر دعمها", "مصر", (11, 14, 1)),
        ("Nobody was named.", "Oman", (ABSENT, ABSENT, 0)),
        ("oman in small letters", "Oman", (ABSENT, ABSENT, 0)),
        ("A.B (C) met", "B (C)", (2, 7, 1)),
        ("A+B met", "B", (2, 3, 1)),
        ("", "Oman", (ABSENT, ABSENT, 0)),
        ("Oman", "", (ABSENT, ABSENT, 0)),
    ],
)
def test_a_name_is_found_on_word_boundaries(
    text: str, name: str, expected: tuple[int, int, int]
) -> None:
    """The first occurrence as a word; one inside a word only where there is no other."""
    assert find_mention(text, name) == expected


@given(st.text("ab _.б1²½", max_size=12), st.text("ab _.б1", min_size=1, max_size=3))
@example("aaaa aa", "aa")
def test_boundaries_are_those_of_patterns(text: str, name: str) -> None:
    """A name stands between what is not of a word, as ``\\w`` has it."""
    literal = re.escape(name)
    found = list(re.finditer(rf"(?<!\w){literal}(?!\w)", text)) or [*re.finditer(literal, text)]
    span = found[0].span() if found else (ABSENT, ABSENT)
    assert find_mention(text, name) == (*span, len(found))


def test_an_occurrence_inside_a_word_does_not_make_a_name_ambiguous() -> None:
    """Only whole words are counted where there is one."""
    assert find_mention("Romania, Omani guests and Oman", "Oman") == (26, 30, 1)


@given(WORDS, st.data())
def test_a_word_of_a_text_is_found_where_it_stands_first(words: list[str], data: st.DataObject):
    """The span is the name itself, and is counted as often as the word occurs."""
    name = data.draw(st.sampled_from(words))
    found = find_mention(" ".join(words), name)
    assert " ".join(words)[found.start : found.end] == name
    assert found.start == len(" ".join([*words[: words.index(name)], ""]))
    assert found.occurrences == words.count(name)


@pytest.mark.parametrize(
    ("characters", "expected"),
    [
        (0, ("", "Warsaw", "")),
        (1, (" ", "Warsaw", " ")),
        (7, ("", "Warsaw", " for")),
        (8, ("thanked ", "Warsaw", " for its")),
        (99, ("Today Kyiv thanked ", "Warsaw", " for its help.")),
    ],
)
def test_a_window_keeps_whole_words(characters: int, expected: tuple[str, str, str]) -> None:
    """A word that would be cut is left out, and a window beyond the text is the text."""
    assert around("Today Kyiv thanked Warsaw for its help.", 19, 25, characters) == expected


def test_a_window_without_a_span_is_the_whole_text() -> None:
    """A text that does not name its actor is shown whole."""
    assert around("Nobody was named.", ABSENT, ABSENT, 3) == ("Nobody was named.", "", "")


def test_a_script_without_spaces_is_cut_at_the_character() -> None:
    """Where no blank is near, the window is as wide as it may be."""
    assert around("中国与美国会谈并同意合作", 3, 5, 2) == ("国与", "美国", "会谈")


@given(WORDS, st.data(), st.integers(0, 40))
def test_every_word_of_a_window_is_a_word_of_the_text(
    words: list[str], data: st.DataObject, characters: int
) -> None:
    """The window is a stretch of the text, no longer than asked, that starts and ends at words."""
    place = data.draw(st.integers(0, len(words) - 1))
    start = len(" ".join([*words[:place], ""]))
    text, end = " ".join(words), start + len(words[place])
    left, mention, right = around(text, start, end, characters)
    assert mention == words[place]
    assert text[:start].endswith(left)
    assert text[end:].startswith(right)
    assert max(len(left), len(right)) <= characters
    before, after = left.split(), right.split()
    assert before == words[place - len(before) : place]
    assert after == words[place + 1 : place + 1 + len(after)]


def test_a_line_break_ends_a_word_of_a_window() -> None:
    """The nearest whole word is kept, whatever white space stands around it."""
    assert around("They said\nnext Xi met", 15, 17, 7)[0].split() == ["next"]
    assert around("longer\tnext\u00a0Xi met", 12, 14, 8)[0].split() == ["next"]


@pytest.mark.parametrize(
    "copy",
    [
        "президент подякував польщі",
        "  Президент\tподякував \n Польщі ",
        "Президент: «подякував» — Польщі!!!",
        "ПРЕЗИДЕНТ ПОДЯКУВАВ ПОЛЬЩІ",
        "Президе́нт подя́кував По́льщі",
        "Президент\u00a0подякував Польщі…",
    ],
)
def test_copies_of_a_text_fold_to_one(copy: str) -> None:
    """Case, spaces, punctuation and stress marks do not make another text."""
    assert fold(copy) == fold("Президент подякував Польщі")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Präsident ŁÓDŹ", "prasident łodz"),
        ("Straße", "strasse"),
        ("naïve café", "naive cafe"),
        ("ﬁnal", "final"),
        ("don't", "dont"),
        ("м’ята мʼята", "мята мята"),
        ("a,b", "a b"),
        ("…!?", ""),
        ("", ""),
    ],
)
def test_the_folded_text_is_plain_words(text: str, expected: str) -> None:
    """What is left are small letters without marks, one blank apart."""
    assert fold(text) == expected


def test_other_words_do_not_fold_to_one() -> None:
    """A different word or another order is another text."""
    assert len({fold(text) for text in ("Rome thanked Oslo", "Oslo thanked Rome", "Rome met")}) == 3


@given(st.text(LETTERS + " .,!?«»—\n\t\u0301"))
def test_folding_twice_is_folding_once(text: str) -> None:
    """A folded text is its own folded text."""
    assert fold(fold(text)) == fold(text)


@given(st.text())
@example("№ 5")
@example("𝗕𝗥𝗘𝗔𝗞𝗜𝗡𝗚")
def test_folding_twice_is_folding_once_for_any_text(text: str) -> None:
    """Also for signs that are capitals in disguise."""
    assert fold(fold(text)) == fold(text)


@given(WORDS, st.lists(st.sampled_from(["  ", "\n", ", ", " — ", "! ", "\u00a0"]), min_size=12))
def test_case_and_what_stands_between_words_are_folded_away(
    words: list[str], between: list[str]
) -> None:
    """A copy in capitals with other punctuation folds to the same text."""
    copy = "".join(word.upper() + sign for word, sign in zip(words, between, strict=False))
    assert fold(copy) == fold(" ".join(words))
