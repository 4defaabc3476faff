"""Where sentences end, what introduces them and what stands before them."""

from __future__ import annotations

import sys
import time

import pytest

from stancelab.articles import boundaries
from stancelab.articles.article import make_article
from stancelab.articles.segments import LONGEST, LONGEST_WHOLE, segment
from stancelab.articles.sentences import before, sentences_of
from stancelab.errors import MissingExtraError

SENTENCES = {
    "uk": [
        ["Про це повідомив В. Путін.", "С. Шойгу приїхав."],
        ["Президент В. В. Путін прибув до м. Київ."],
        ["Прем'єр Польщі А. Дуда зустрівся з Ван І.", "Сторони домовилися."],
        ["У ст. 5 сказано: 5 млрд. доларів.", "Т. зв. ЛНР мовчить."],
        ["Дали 5 млн грн.", "Україна подякувала."],
        ["Це коштує 5 млн дол. США.", "Дорого."],
        ["Танки, літаки та ін.", "Польща допомогла."],
        ["Ген. Залужний та проф. Іваненко прийшли."],
        ["Він сказав: «Ми готові.»", "Потім пішов."],
        ['Він сказав: "Ми готові."', "Потім пішов."],
        ["«Ми готові. Так!» – сказав він.", "«Ні», – відповів той."],
        ["„Ми готові. Китай з нами“, – заявив Путін.", "Це все."],
        ["Що далі?..", "Побачимо.", "Так…", "Ні."],
        ["1. Перший пункт.", "2. Другий пункт."],
        ["😀 Привіт.", "😀 Бувай."],
        ["Рос. війська відступили (див. с. 5)."],
        ["Хто?", "Він!"],
        ["рф знову вдарила.", "нелюди.", "Не пробачимо."],
        ["«Хто це?» – «Він!»"],
    ],
    "ru": [
        ["Об этом сообщил В. Путин.", "С. Шойгу приехал."],
        ["В 2024 г. Россия напала.", "Им сказали: ждите им.", "Потом."],
        ["«Мы готовы. Да!» — сказал он.", "И т. д. и т. п.", "Потом."],
        ["Министр Ван И.", "Стороны договорились."],
    ],
    "en": [
        ["Mr. Smith met U.S. President J. Biden.", "He left."],
        ["It cost $5 bn.", "Russia paid.", "World War I.", "The end."],
        ['"We are ready. China helps," he said.', '"No."', "Then he left."],
        ["Gen. Milley and Sen. Graham met on Jan. 5.", "He said no.", "Russia agreed."],
    ],
    "pl": [
        ["W 2024 r. Rosja napadła.", "Prof. Kowalski i gen. Nowak, ul. Długa."],
        ["„Tak. Nie” – powiedział W. Putin.", "Powiedział im.", "Poszedł."],
        ["Podpisano go w Brukseli w maju 2019 r.", "Rosja odeszła."],
    ],
    "de": [
        ["Am 5. Mai traf sich Dr. Müller mit V. Putin.", "„Ja. Nein.“", "Er ging."],
        ["Der 2. Weltkrieg war von dieser Art.", "Russland schweigt."],
    ],
    "fr": [["M. Macron a vu V. Poutine.", "« Oui. Non. »", "Il est parti."]],
    "es": [["El Sr. Pérez vio a V. Putin.", "¿Qué?", "¡No!"]],
    "tr": [["R. T. Erdoğan geldi.", "Prof. Dr. Ali 5. Kolordu.", "“Evet.” dedi."]],
    "zh": [["中国说：“我们准备好了。俄罗斯也是。”", "美国反对！", "真的？", "J. Biden来了。"]],
    "ar": [["قال الرئيس: «نحن جاهزون.»", "ثم غادر.", "هل هذا صحيح؟", "د. محمد وصل."]],
}


def cut(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in segment(text, language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [(language, found) for language, texts in SENTENCES.items() for found in texts],
)
def test_sentences_end_where_readers_see_it(language: str, expected: list[str]) -> None:
    assert cut(("" if language == "zh" else " ").join(expected), language) == expected


@pytest.mark.parametrize("text", ["«Геть!», вигукнув він.", "Виторг становив 1,1 млрд грн., ні."])
def test_no_sentence_begins_with_a_comma(text: str) -> None:
    assert cut(text, "uk") == [text]


def test_a_long_quotation_is_cut_into_its_sentences() -> None:
    """A short one stays with who says it."""
    words = "Китай підтримує нас у всьому, що ми робимо. "
    short, long = (f"«{(words * count).strip()}» – заявив Путін." for count in (3, 12))
    assert cut(short, "uk") == [short]
    assert len(short) < LONGEST_WHOLE < len(long)
    found = cut(long, "uk")
    assert len(found) == 12
    assert found[0] == "«" + words.strip()
    assert found[-1].endswith("» – заявив Путін.")


def test_no_sentence_is_longer_than_a_model_can_read() -> None:
    assert [len(found) for found in cut("а" * (2 * LONGEST + 1), "uk")] == [LONGEST, LONGEST, 1]
    clauses = cut("Китай підтримує нас, " * 200, "uk")
    assert all(len(found) <= LONGEST and found.endswith("нас,") for found in clauses)


@pytest.mark.parametrize("piece", ["«", '"Так. ', "(", "В. ", "слово ", "Так. ", "!? ", "…"])
def test_long_paragraphs_take_time_with_their_size_alone(piece: str) -> None:
    begin = time.perf_counter()
    segment(piece * (200_000 // len(piece)), "uk")
    assert time.perf_counter() - begin < 20


def read(text: str) -> list[tuple[str, str]]:
    """Give what introduces each sentence, and the sentence itself."""
    found = sentences_of(make_article(text, "a", language="uk"))
    return [(each.text[: each.own], each.text[each.own :]) for each in found]


def test_items_are_joined_with_what_introduces_them() -> None:
    text = "Він прибув. Він назвав напрямки:\n\n– газ. І нафту.\n\n– зерно.\n\nСторони згодні."
    assert read(text) == [
        ("", "Він прибув."),
        ("", "Він назвав напрямки:"),
        ("Він назвав напрямки: ", "газ."),
        ("", "І нафту."),
        ("Він назвав напрямки: ", "зерно."),
        ("", "Сторони згодні."),
    ]


def test_items_right_behind_a_heading_are_joined_with_it() -> None:
    found = read("Вимоги Росії\n– вивести війська\n– змінити закон\nКиїв проти.")
    assert found[1:] == [
        ("Вимоги Росії: ", "вивести війська"),
        ("Вимоги Росії: ", "змінити закон"),
        ("", "Київ проти."),
    ]
    assert read("Вимоги Росії\nОсь вони всі.\n– вивести війська")[2] == ("", "вивести війська")


def test_a_paragraph_behind_a_colon_is_joined_with_it_once() -> None:
    assert read("Він заявив:\n\n«Ми проти війни.»\n\nІ пішов.")[1:] == [
        ("Він заявив: ", "«Ми проти війни.»"),
        ("", "І пішов."),
    ]


def test_a_table_is_not_joined_with_what_stands_above_it() -> None:
    """What introduces it would be read again with every cell."""
    found = read("Список:\n" + "– газ.\n" * 80)
    assert [bool(introduction) for introduction, _ in found] == [False] + [True] * 50 + [False] * 30
    assert not read("Дуже довгий вступ " * 20 + "такий:\n– газ.")[-1][0]


def test_spans_of_an_introduction_lie_where_it_stands() -> None:
    text = "<p>Росія й&nbsp;Китай:<ul><li>газ"
    article = make_article(text, "a", markup="html", language="uk")
    intro, item = sentences_of(article)
    assert item.text == "Росія й Китай: газ"
    assert text[slice(*item.span(0, 5))] == "Росія" == text[slice(*intro.span(0, 5))]
    assert text[slice(*item.span(8, 13))] == "Китай"
    assert text[slice(*item.span(item.own, item.own + 3))] == "газ" == text[item.start : item.end]


def test_the_sentence_before_is_context_where_nothing_parts_them() -> None:
    text = "Вступ\n\nОдин. Два.\n\nТри:\n\n– чотири;\n– п'ять."
    article = make_article(text, "a", language="uk")
    found = sentences_of(article)
    context = [before(found, at, article) for at in range(len(found))]
    assert [each and each.text for each in context] == [None, None, "Один.", "Два.", None, None]


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    boundaries._segmenter.cache_clear()
    monkeypatch.setitem(sys.modules, "sentencex", None)
    with pytest.raises(MissingExtraError, match=r"'sentencex'.*stancelab\[articles\]"):
        segment("Так.", "uk")
