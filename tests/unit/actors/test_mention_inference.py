"""Roles that are tied to a state, and phrases for the two actors last named."""

from __future__ import annotations

import pytest

from stancelab.actors.mentions import Mention, MentionFinder


def sentences(*parts: str) -> tuple[str, list[tuple[int, int]]]:
    """Put sentences into a text, and give their spans."""
    text = " ".join(parts)
    starts = [len(" ".join([*parts[:number], ""])) for number in range(len(parts))]
    return text, [(start, start + len(part)) for start, part in zip(starts, parts, strict=True)]


def inferred(finder: MentionFinder, language: str, *parts: str) -> list[tuple[str, str]]:
    """Give what is concluded in the last sentence: the phrase and the actor."""
    text, spans = sentences(*parts)
    found = finder.find_in_sentences(text, language, spans)[-1]
    return [(text[one.start : one.end], one.actor) for one in found if one.inferred]


@pytest.mark.parametrize(
    ("language", "text", "state"),
    [
        ("uk", "президент США", "США"),
        ("uk", "міністр закордонних справ Китаю", "Китаю"),
        ("uk", "із китайським лідером", "китайським"),
        ("ru", "министр обороны России", "России"),
        ("ru", "российские власти", "российские"),
        ("pl", "minister obrony Estonii", "Estonii"),
        ("en", "US president", "US"),
        ("en", "UK foreign secretary", "UK"),
        ("en", "China's supreme leader", "China"),
        ("en", "the president of the United States", "United States"),
        ("de", "der russische Außenminister", "russische"),
        ("de", "Chinas Vizepräsident", "Chinas"),
        ("fr", "le président américain", "américain"),
        ("fr", "le ministre des Affaires étrangères de la Russie", "Russie"),
        ("es", "el presidente de México", "México"),
    ],
)
def test_a_role_beside_a_state(finder: MentionFinder, language: str, text: str, state: str) -> None:
    """The span stays the state's name, and says that it is named for a role."""
    (found,) = finder.find(text, language)
    assert text[found.start : found.end] == state
    assert found.how == "role"
    assert not found.inferred


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Президент чекав. США мовчали."),
        ("uk", "президент поїхав до США"),
        ("en", "The president, France said, left."),
        ("en", "France said the president left."),
    ],
)
def test_no_role_across_other_words(finder: MentionFinder, language: str, text: str) -> None:
    """Only words that belong to a title may stand between."""
    assert [one.how for one in finder.find(text, language)] == ["name"]


@pytest.mark.parametrize(
    ("language", "first", "second", "phrase"),
    [
        ("uk", "Китай і РФ підписали угоду.", "Обидві країни задоволені.", "Обидві країни"),
        ("uk", "Китай і РФ підписали угоду.", "Сторони домовилися.", "Сторони"),
        ("uk", "Китай прийняв росіян.", "Кажуть, що сторони домовилися.", "сторони"),
        ("uk", "Китайсько-російські переговори.", "Це в інтересах обох держав.", "обох держав"),
        ("ru", "Китай и Россия договорились.", "Обе стороны довольны.", "Обе стороны"),
        ("en", "China met Russia.", "The two sides agreed.", "The two sides"),
        ("en", "China met Russia.", "Trade helps both countries.", "both countries"),
        ("pl", "Chiny i Rosja podpisały umowę.", "Oba kraje są zadowolone.", "Oba kraje"),
        ("de", "China traf Russland.", "Beide Länder sind zufrieden.", "Beide Länder"),
        ("fr", "La Chine et la Russie.", "Les deux pays sont d'accord.", "Les deux pays"),
        ("es", "China y Rusia.", "Ambos países firmaron.", "Ambos países"),
        ("zh", "中国和俄罗斯会谈。", "双方同意。", "双方"),
    ],
)
def test_two_actors_are_concluded(
    finder: MentionFinder, language: str, first: str, second: str, phrase: str
) -> None:
    """Each of the two last named gets a mention on the phrase."""
    assert inferred(finder, language, first, second) == [(phrase, "China"), (phrase, "Russia")]


def test_the_phrase_may_stand_in_the_same_sentence(finder: MentionFinder) -> None:
    """Only what stands before it counts."""
    text = "Китай і Іран кажуть, що обидві країни проти США"
    found = inferred(finder, "uk", text)
    assert [actor for _, actor in found] == ["China", "Iran"]


def test_states_come_first(finder: MentionFinder) -> None:
    """An organisation is one of the two only where there is one state."""
    mixed = ("Україна і Польща говорили про НАТО.", "Обидві сторони задоволені.")
    assert [actor for _, actor in inferred(finder, "uk", *mixed)] == ["Ukraine", "Poland"]
    one = ("Україна звернулася до НАТО.", "Обидві сторони задоволені.")
    assert [actor for _, actor in inferred(finder, "uk", *one)] == ["Ukraine", "NATO"]


def test_those_that_are_joined_come_before_others(finder: MentionFinder) -> None:
    """Who was only named in passing is none of the two."""
    parts = ("Переговори Китаю і Росії.", "Про Іран забули, Росія мовчить.", "Обидві країни раді.")
    assert [actor for _, actor in inferred(finder, "uk", *parts)] == ["China", "Russia"]


@pytest.mark.parametrize(
    "parts",
    [
        ("Обидві країни задоволені.",),
        ("Китай мовчить.", "Обидві країни задоволені."),
        ("Китай і Росія.", "Раз.", "Два.", "Три.", "Обидві країни задоволені."),
        ("Китай і Росія.", "З одного боку, усе тихо; інші сторони мовчать."),
    ],
)
def test_nothing_is_concluded(finder: MentionFinder, parts: tuple[str, ...]) -> None:
    """Two must have been named, at most three sentences before, and the phrase must be one."""
    assert inferred(finder, "uk", *parts) == []


def test_three_sentences_back_are_near_enough(finder: MentionFinder) -> None:
    """The distance is that of the issue's rule."""
    parts = ("Китай і Росія.", "Раз.", "Два.", "Обидві країни задоволені.")
    assert len(inferred(finder, "uk", *parts)) == 2


def test_nothing_is_concluded_without_sentences(finder: MentionFinder) -> None:
    """What is concluded needs sentences."""
    assert not any(one.inferred for one in finder.find("Китай і Росія. Обидві країни.", "uk"))


def test_sentences_of_several_languages(finder: MentionFinder) -> None:
    """Each sentence has its own language, and a pair may come from another one."""
    text, spans = sentences("Китай і РФ.", "Both countries agreed.")
    found = finder.find_in_sentences(text, ["uk", "en"], spans)
    assert [one.actor for one in found[1]] == ["China", "Russia"]


def test_a_concluded_mention_is_marked(finder: MentionFinder) -> None:
    """Both have the same span, and say what they are."""
    text, spans = sentences("Китай і РФ.", "Сторони раді.")
    assert finder.find_in_sentences(text, "uk", spans)[1] == [
        Mention(12, 19, "China", "pair", inferred=True),
        Mention(12, 19, "Russia", "pair", inferred=True),
    ]


def test_what_one_sentence_names_tells_what_another_means(finder: MentionFinder) -> None:
    """A form of several actors means the one that the text names."""
    text, spans = sentences("Пхеньян мовчить.", "Корея чекає.")
    found = finder.find_in_sentences(text, "uk", spans)
    assert [one.actor for part in found for one in part] == ["North Korea", "North Korea"]


def test_no_sentences(finder: MentionFinder) -> None:
    """An empty text names nobody."""
    assert finder.find_in_sentences("", "uk", []) == []
    assert finder.find("", "uk") == []


def test_a_long_text_is_read_in_parts(finder: MentionFinder) -> None:
    """Places and pairs are right across the parts, which keep memory bounded."""
    parts = ["Китай і РФ мовчать.", "Обидві країни чекають."] * 5_000
    text, spans = sentences(*parts)
    found = finder.find_in_sentences(text, "uk", spans)
    assert {tuple(one.actor for one in part) for part in found} == {("China", "Russia")}
    assert {text[one.start : one.end] for part in found for one in part} == {
        "Китай",
        "РФ",
        "Обидві країни",
    }
    flat = [one for part in found for one in part if not one.inferred]
    assert finder.find(text, "uk") == flat
