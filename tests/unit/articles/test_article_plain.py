"""Plain text: paragraphs, headings and lists without markup."""

from __future__ import annotations

import textwrap

from stancelab.articles.article import make_article


def blocks(text: str) -> list[tuple[str, str]]:
    article = make_article(text, "a", language="uk")
    return [(block.kind, block.pieces.text) for block in article.blocks]


def kinds(text: str) -> str:
    return "".join(kind[0] for kind, _ in blocks(text))


def test_empty_lines_part_paragraphs_and_else_lines_do() -> None:
    assert len(blocks("Один.\n\nДва.\n \t\n\u200b\nТри.")) == 3
    assert len(blocks("Один.\nДва.\r\nТри.\rЧотири.")) == 4
    assert len(blocks("Один.\r\n\r\nДва.\fТри.\u2029Чотири.")) == 4


def test_wrapped_lines_are_one_paragraph() -> None:
    """Also where the file has no empty line at all, and with bullets between."""
    sentence = "Лідер Китаю провів відеодзвінок із президентом і заявив про дружбу. " * 4
    wrapped = textwrap.fill(sentence, 60)
    assert blocks(wrapped) == [("paragraph", sentence.strip())]
    assert blocks(f"{wrapped}\n\n{wrapped}") == [("paragraph", sentence.strip())] * 2
    listed = f"Напрямки:\n- {textwrap.fill(sentence, 58)}\n- газ."
    assert blocks(listed)[1:] == [("item", sentence.strip()), ("item", "газ.")]


def test_a_line_that_goes_on_with_a_comma_is_no_paragraph() -> None:
    text = "Про це пише\nвидання\n, а також влада. Усе.\nДалі."
    assert [each for _, each in blocks(text)] == [
        "Про це пише видання, а також влада. Усе.",
        "Далі.",
    ]
    quoted = "«Перемога буде\n», – сказав він."
    assert [each for _, each in blocks(quoted)] == ["«Перемога буде», – сказав він."]


def test_lines_of_one_width_are_no_wrapped_text_if_each_begins_anew() -> None:
    lines = ["Китай підтримав Росію у війні проти України, пишуть газети сьогодні."] * 4
    assert len(blocks("\n".join(lines))) == 4


def test_chinese_lines_are_joined_without_a_space() -> None:
    article = make_article("<p>中国支持\n谈判。Xi said\nno.", "a", markup="html", language="zh")
    assert article.blocks[0].pieces.text == "中国支持谈判。Xi said no."


def test_a_short_line_without_a_full_stop_is_a_heading() -> None:
    assert kinds("Ключові заяви\n\nСі Цзіньпін наголосив на дружбі.\n\nКінець") == "hpp"
    assert kinds("Ключові заяви\nСі Цзіньпін наголосив на дружбі.") == "hp"
    assert kinds("Що далі?\n\nСі Цзіньпін наголосив на дружбі.") == "pp"
    assert kinds(f"{'Дуже довгий рядок ' * 12}\n\nСі Цзіньпін наголосив.") == "pp"


def test_bullets_and_numbers_that_count_make_items() -> None:
    text = "Вони домовилися\n– Газ.\n• Торгівля.\n1. Перше.\n2. Друге.\nа) Третє.\n(4) Четверте."
    assert blocks(text)[1:] == [
        ("item", "Газ."),
        ("item", "Торгівля."),
        ("item", "Перше."),
        ("item", "Друге."),
        ("item", "Третє."),
        ("item", "Четверте."),
    ]
    assert blocks("5. травня вони зустрілися.") == [("paragraph", "5. травня вони зустрілися.")]


def test_a_colon_makes_items_of_what_looks_alike_behind_it() -> None:
    labels = "Напрямки:\n\nЕнергетика: газ.\n\nТоргівля: зерно.\n\nСторони домовилися про все."
    assert kinds(labels) == "piip"
    clauses = "Напрямки:\nгаз і нафта;\nзерно;\nзброя.\nСторони домовилися."
    assert kinds(clauses) == "piiip"
    short = "Напрямки:\nгаз\nзерно\nКонтекст\nСторони домовилися про все, що хотіли."
    assert kinds(short) == "piihp"
    assert kinds("Напрямки:\n\nКонтекст\n\nСторони домовилися про все.") == "php"
    assert kinds("Він заявив:\n\nМи домовилися про все, що хотіли.") == "pp"


def test_what_has_no_letter_is_no_paragraph() -> None:
    assert blocks("***\n\n1234\n\nКиїв мовчить.\n\n…") == [("paragraph", "Київ мовчить.")]
