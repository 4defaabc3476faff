"""Who speaks, in sentences that say so."""

from __future__ import annotations

import pytest

from stancelab.sources import find_sources

UKRAINIAN = [
    # the verb before or after, with the text in quotation marks or without
    ("Речник МЗС Китаю Го Веймінь заявив, що Пекін проти санкцій.", "Речник МЗС Китаю Го Веймінь"),
    ("«Ми не підемо на поступки», — сказав прем'єр Гани.", "прем'єр Гани"),
    ("«Краб як краб», — філософствує рибалка з Тромсе.", "рибалка з Тромсе"),
    ("Якщо мосту не буде, підемо в суд, попередив президент асоціації.", "президент асоціації"),
    ("Цього, підкреслив міністр, Непал не допустить.", "міністр"),
    ("«Дощ не читає, — бідкався мер Ліми. — І вітер також».", "мер Ліми"),
    ("«Річ не в грошах»: директорка фонду вимагає вибачень.", "директорка фонду"),
    ("«Усе гаразд», — запевнила головний інженер порту.", "головний інженер порту"),
    # the verb far from its subject
    (
        "Депутат від опозиції, який три роки мовчав, назвав угоду ганьбою.",
        "Депутат від опозиції",
    ),
    (
        "Стоячи перед чергою, голова Червоного Хреста довго дякував водіям.",
        "голова Червоного Хреста",
    ),
    ("Пропозицію Пекін назвав розумною.", "Пекін"),
    ("Чуток про розрив Тегусігальпа не підтвердила.", "Тегусігальпа"),
    # a colon, a place, a body without a person
    ("Генштаб: за ніч збито 81 ціль.", "Генштаб"),
    ("Мер містечка не добирає слів: «Сусіди мовчать».", "Мер містечка"),
    ("У Держдепартаменті США наголосили, що підтримка триває.", "Держдепартаменті США"),
    ("Закон розглянуть восени, повідомили в апараті парламенту.", "апараті парламенту"),
    ("Посольство КНР у Чехії не пробачило галасу: «Досить».", "Посольство КНР у Чехії"),
    # "he" and "its spokesman" go back in the sentence
    ("Інженер із Лунда не тримає зла: поправки, каже він, були нечемні.", "Інженер із Лунда"),
    ("Міністерство не знає, сказала його речниця.", "Міністерство"),
]
ENGLISH = [
    ("Chinese foreign ministry spokesman Wei Ming said Beijing objects.", None),
    ('"This is a red line," said the Polish foreign minister.', "Polish foreign minister"),
    (
        '"The ship leaves," the Greek spokesperson said, adding that it was late.',
        "Greek spokesperson",
    ),
    ("Prices rose by a third, the bank said.", "bank"),
    ("Null and void, said Mogadishu of the lease.", "Mogadishu"),
    ("Thank you, Palau, writes Taiwan's representative on the island.", "Taiwan's representative"),
    ("Moscow, which denies it, accused Kyiv of staging the attack.", "Moscow"),
    (
        "Analysts at the Institute of War believe that peace is near.",
        "Analysts at the Institute of War",
    ),
    ("Ethiopian officials deny that troops crossed the border.", "Ethiopian officials"),
    ("The US has warned Oslo.", "US"),
    ("U.S. officials (and others) told reporters so.", "U.S. officials"),
    ("The mission had heard shots, its spokeswoman said.", "mission"),
    ("Mayor of a small port: “I blame neither Tunis nor Tripoli.”", "Mayor of a small port"),
]
RUSSIAN = [
    ("Представитель МИД КНР заявил, что Пекин против санкций.", "Представитель МИД КНР"),
    ("«Мы не уступим», — отчеканил премьер-министр Вануату.", "премьер-министр Вануату"),
    ("Письмо получено, выразился министр по делам диаспоры Сенегала.", None),
    ("Терпеть это больше нельзя, сказала главный инженер станции «Аккую».", None),
    ("Анкара готова к переговорам, сообщили в МИД Турции.", "МИД Турции"),
    ("Границу закрыли, пишет «Вестник».", "«Вестник»"),
]
WHOLE = {
    "Chinese foreign": "Chinese foreign ministry spokesman Wei Ming",
    "Письмо получено": "министр по делам диаспоры Сенегала",
    "Терпеть это бол": "главный инженер станции «Аккую»",
}


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [("uk", *case) for case in UKRAINIAN]
    + [("en", *case) for case in ENGLISH]
    + [("ru", *case) for case in RUSSIAN],
)
def test_finds_who_speaks(language, text, speaker):
    (source,) = find_sources([text], language)
    assert source is not None
    assert (source.text, source.how) == (speaker or WHOLE[text[:15]], "speaker")
    assert text[source.start : source.end] == source.text


@pytest.mark.parametrize(
    ("language", "text", "named"),
    [
        ("uk", "За даними розвідки Британії, війська стоять під містом.", "розвідки Британії"),
        ("uk", "Іран, за словами представника МАГАТЕ, прискорив роботу.", "представника МАГАТЕ"),
        ("uk", "Берлін готує новий пакет, за даними SCMP.", "SCMP"),
        ("uk", "Як повідомляє агентство Reuters, Берлін готує пакет.", "агентство Reuters"),
        ("uk", "У заяві МЗС Туреччини йдеться, що Анкара готова.", "МЗС Туреччини"),
        ("en", "According to Reuters, Iran has moved its centrifuges.", "Reuters"),
        (
            "en",
            "Iran has moved them, according to the Atomic Energy Agency.",
            "Atomic Energy Agency",
        ),
        ("en", "As the BBC reports, Berlin is preparing more aid.", "BBC"),
        ("ru", "По словам губернатора, дорога закрыта.", "губернатора"),
        ("ru", "«Это не так», — говорится в сообщении МИД КНР.", "МИД КНР"),
    ],
)
def test_finds_who_is_named_as_the_source(language, text, named):
    (source,) = find_sources([text], language)
    assert source is not None
    assert (source.text, source.how) == (named, "attribution")


@pytest.mark.parametrize(
    ("language", "text", "actor"),
    [
        ("uk", "Які, за словами військових, шляхи лишилися, Київ знає.", "військових"),
        ("uk", "Анкара повернула суховантажі, які, за даними порту, стояли без діла.", "порту"),
        ("ru", "Минск освободил людей, рассчитывая, как признают чиновники, на жест.", "чиновники"),
    ],
)
def test_leaves_out_whose_word_only_part_of_the_sentence_is(language, text, actor):
    (source,) = find_sources([text], language)
    assert source is None or source.text != actor
