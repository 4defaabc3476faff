"""Who is named where: inflection, boundaries, capital letters, compounds, in ten languages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancelab.actors.catalogue import Catalogue, read_catalogue
from stancelab.actors.mentions import MentionFinder


def named(finder: MentionFinder, text: str, language: str) -> list[tuple[str, str]]:
    """Give what is named, as it stands in the text, with its actor."""
    return [(text[one.start : one.end], one.actor) for one in finder.find(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("uk", "у Москві", [("Москві", "Russia")]),
        ("uk", "з Пекіном", [("Пекіном", "China")]),
        ("uk", "китайськими", [("китайськими", "China")]),
        ("uk", "польські колеги", [("польські", "Poland")]),
        ("uk", "Німеччино, Литво!", [("Німеччино", "Germany"), ("Литво", "Lithuania")]),
        ("uk", "Сполученими Штатами", [("Сполученими Штатами", "United States")]),
        ("uk", "Верховну раду", [("Верховну раду", "Verkhovna Rada")]),
        ("uk", "до НАТО і ЮНЕСКО", [("НАТО", "NATO"), ("ЮНЕСКО", "UNESCO")]),
        ("uk", "до HATO", [("HATO", "NATO")]),
        ("uk", "штати і штат", []),
        ("uk", "ЕЛІТА ЗБРОЙНИХ СИЛ УКРАЇНИ", [("ЗБРОЙНИХ СИЛ УКРАЇНИ", "Armed Forces of Ukraine")]),
        (
            "uk",
            "росЗМІ про москву і рфію",
            [("росЗМІ", "Russia"), ("москву", "Russia"), ("рфію", "Russia")],
        ),
        ("ru", "рос. СМИ о россии", [("рос. СМИ", "Russia"), ("россии", "Russia")]),
        ("uk", "ВОЛЯ РОСІЇ І КИТАЮ", [("РОСІЇ", "Russia"), ("КИТАЮ", "China")]),
        ("uk", "у Кот-д’Івуарі", [("Кот-д’Івуарі", "Ivory Coast")]),
        ("uk", "Гвінея-Бісау", [("Гвінея-Бісау", "Guinea-Bissau")]),
        ("ru", "Пекином и Кишинёвом", [("Пекином", "China"), ("Кишинёвом", "Moldova")]),
        ("ru", "с узбекскими коллегами", [("узбекскими", "Uzbekistan")]),
        ("ru", "Соединенным Штатам", [("Соединенным Штатам", "United States")]),
        ("pl", "z Rosją i Ukrainą", [("Rosją", "Russia"), ("Ukrainą", "Ukraine")]),
        ("pl", "chińskiej spółki", [("chińskiej", "China")]),
        ("pl", "Stanami Zjednoczonymi", [("Stanami Zjednoczonymi", "United States")]),
        ("en", "Ukraine's allies", [("Ukraine", "Ukraine")]),
        ("en", "the U.S. Army", [("U.S.", "United States")]),
        ("en", "a turkey in Turkey", [("Turkey", "Turkey")]),
        ("en", "TURKEY PROTESTS", [("TURKEY", "Turkey")]),
        ("en", "tell us, US", [("US", "United States")]),
        ("en", "New Mexico and Mexico", [("Mexico", "Mexico")]),
        ("en", "Nigerians and Nigeriens", [("Nigerians", "Nigeria"), ("Nigeriens", "Niger")]),
        ("de", "Chinas Kurs", [("Chinas", "China")]),
        ("de", "belarussischen Diplomaten", [("belarussischen", "Belarus")]),
        ("fr", "l’Ukraine, la Côte d'Ivoire", [("Ukraine",) * 2, ("Côte d'Ivoire", "Ivory Coast")]),
        ("fr", "PÉROU ET PEROU", [("PÉROU", "Peru"), ("PEROU", "Peru")]),
        ("es", "los argentinos de Perú", [("argentinos", "Argentina"), ("Perú", "Peru")]),
        ("tr", "Rusya’dan, Rusların", [("Rusya", "Russia"), ("Rusların", "Russia")]),
        ("tr", "İRAN ve IRAK", [("İRAN", "Iran"), ("IRAK", "Iraq")]),
        ("ar", "وبالصين", [("الصين", "China")]),
        ("ar", "للأردن", [("لأردن", "Jordan")]),
        ("ar", "عرضاً هندياً", [("هندياً", "India")]),
        ("zh", "美国与中国", [("美国", "United States"), ("中国", "China")]),
        ("zh", "其中美国法官", [("美国", "United States")]),
        ("zh", "美国以国家安全为由", [("美国", "United States")]),
        ("zh", "日本中部地震", [("日本", "Japan")]),
        ("zh", "美日韩", [("美", "United States"), ("日", "Japan"), ("韩", "South Korea")]),
        ("zh", "中俄与美方", [("中", "China"), ("俄", "Russia"), ("美方", "United States")]),
        ("pt", "a Alemanha e o Brasil", [("Alemanha", "Germany"), ("Brasil", "Brazil")]),
    ],
)
def test_names_are_found(
    finder: MentionFinder, language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    """The span is the name as the text has it, and nothing else is found."""
    assert named(finder, text, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "parts"),
    [
        ("uk", "російсько-китайський", ["російсько", "китайський"]),
        ("uk", "американсько-японсько-польська", ["американсько", "японсько", "польська"]),
        ("ru", "российско-китайской", ["российско", "китайской"]),
        ("pl", "polsko-ukraińskie", ["polsko", "ukraińskie"]),
        ("en", "US-China", ["US", "China"]),
        ("en", "Sino–Russian", ["Sino", "Russian"]),
        ("fr", "franco-allemand", ["franco", "allemand"]),
        ("de", "deutsch-französische", ["deutsch", "französische"]),
    ],
)
def test_compounds_name_each_of_their_parts(
    finder: MentionFinder, language: str, text: str, parts: list[str]
) -> None:
    """Each part has its own span, without the hyphen."""
    found = finder.find(text, language)
    assert [text[one.start : one.end] for one in found] == parts
    assert {one.how for one in found} == {"compound"}


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        ("Корея мовчить.", ["South Korea"]),
        ("КНДР і Корея мовчать.", ["North Korea", "North Korea"]),
        ("Корея мовчить, КНДР чекає.", ["North Korea", "North Korea"]),
        ("КНДР і Сеул: Корея", ["North Korea", "South Korea", "South Korea"]),
    ],
)
def test_a_form_of_several_actors_means_the_one_that_the_text_names(
    small_finder: MentionFinder, text: str, actors: list[str]
) -> None:
    """Named before, else after, else the preferred one."""
    assert [one.actor for one in small_finder.find(text, "uk")] == actors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Міноборони", [("Міноборони", "Ministry of Defence of Ukraine")]),
        ("Міноборони України", [("Міноборони України", "Ministry of Defence of Ukraine")]),
        ("Міноборони РФ", [("Міноборони РФ", "Ministry of Defence of Russia")]),
        ("російське Міноборони", [("російське Міноборони", "Ministry of Defence of Russia")]),
        ("Міноборони Китаю", [("Китаю", "China")]),
        ("китайське Міноборони", [("китайське", "China")]),
        ("Міноборони країни", []),
    ],
)
def test_bodies_are_those_of_the_state_beside_them(
    finder: MentionFinder, text: str, expected: list[tuple[str, str]]
) -> None:
    """A body that every state has is Ukraine's, unless another state is named."""
    assert named(finder, text, "uk") == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Європа, європейські, європейцям, Європейський Союз"),
        ("ru", "Европа, европейские, европейцам, Евросоюз"),
        ("en", "Europe, European, Europeans, European Union"),
        ("pl", "Europa, europejskich, Europejczykom, Unia Europejska"),
        ("de", "Europa, europäische, Europäern, EU"),
        ("fr", "Europe, européenne, Européens, Union européenne"),
        ("es", "Europa, europea, europeos, Unión Europea"),
        ("tr", "Avrupa, Avrupa’dan, Avrupalılar, Avrupa Birliği"),
        ("ar", "أوروبا، الأوروبية، أوروبيين، الاتحاد الأوروبي"),
        ("zh", "欧洲、欧洲、欧洲国家、欧盟"),
    ],
)
def test_the_continent_is_not_the_union(finder: MentionFinder, language: str, text: str) -> None:
    """The continent, its adjective and its people are one actor, the Union is another."""
    found = [one.actor for one in finder.find(text, language)]
    assert found == ["Europe", "Europe", "Europe", "European Union"]


@pytest.mark.parametrize(
    ("language", "text", "actor"),
    [
        ("uk", "бійці ССО", "Special Operations Forces of Ukraine"),
        ("ru", "бойцы ДШВ", "Air Assault Forces of Ukraine"),
        ("uk", "бригада ДШВ ЗС України", "Air Assault Forces of Ukraine"),
        ("uk", "воїни тероборони", "Territorial Defence Forces of Ukraine"),
        ("ru", "сотрудники ТЦК", "Territorial Recruitment Centres"),
        ("ru", "на Банковой", "Office of the President of Ukraine"),
        ("uk", "у секторі Гази", "Gaza Strip"),
        ("en", "aid for Gaza", "Gaza Strip"),
    ],
)
def test_branches_and_places_are_actors_of_their_own(
    finder: MentionFinder, language: str, text: str, actor: str
) -> None:
    """What posts name is not counted as the army, or the state, that it belongs to."""
    assert [one.actor for one in finder.find(text, language)] == [actor]


def test_ambiguous_names_are_marked_and_can_be_switched_off(small: Catalogue) -> None:
    """ЄС is a party, too."""
    text = "ЄС і НАТО"
    found = MentionFinder(small).find(text, "uk")
    assert [(one.actor, one.ambiguous) for one in found] == [
        ("European Union", True),
        ("NATO", False),
    ]
    sure = MentionFinder(small, ambiguous=False).find(text, "uk")
    assert [one.actor for one in sure] == ["NATO"]


def test_mentions_say_how_they_were_found(finder: MentionFinder) -> None:
    """The column of the name, or the place that it has in a word."""
    text = "Росія, Москва, Кремль, російський флот, росіяни"
    hows = [one.how for one in finder.find(text, "uk")]
    assert hows == ["name", "capital", "seat", "adjective", "people"]


def test_names_may_be_broken_across_lines_and_not_across_paragraphs(finder: MentionFinder) -> None:
    """One line break is a space; a full stop is none after a word."""
    assert named(finder, "New\nZealand", "en") == [("New\nZealand", "New Zealand")]
    assert named(finder, "New\n\nZealand", "en") == []
    assert named(finder, "to the South. Africa", "en") == []
    assert named(finder, "St. Lucia", "en") == [("St. Lucia", "Saint Lucia")]


def test_many_threads_find_the_same(finder: MentionFinder) -> None:
    """A finder may be called from several threads."""
    texts = [f"Україна, Польща та {name}" for name in ("Китай", "Іран", "Чилі")] * 20
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: finder.find(text, "uk"), texts))
    assert found == [finder.find(text, "uk") for text in texts]
    assert all(len(one) == 3 for one in found)


def test_a_removed_actor_is_not_named(tmp_path) -> None:
    """What a user takes out is not found, and what a user adds is."""
    own = tmp_path / "own.toml"
    own.write_text(
        'NATO = {remove = true}\n[Meloni]\nkind = "person"\nof = "Italy"\n'
        '[Meloni.uk]\nnames = ["Мелоні", "Джорджа Мелоні"]\n',
        encoding="utf-8",
    )
    finder = MentionFinder(read_catalogue(own))
    text = "НАТО вітає Джорджу Мелоні"
    assert named(finder, text, "uk") == [("Джорджу Мелоні", "Meloni")]


WORDS = [
    "Росія",
    "російсько",
    "китайський",
    "США",
    "Того",
    "US",
    "China",
    "Türkiye",
    "中俄",
    "美方",
]
WORDS += [
    "روسيا",
    "وبالصين",
    "Міноборони",
    "обидві країни",
    "мовою",
    "-",
    "–",
    "'",
    ".",
    "\n",
    "A.",
]


@given(
    st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=12),
    st.sampled_from(["uk", "ru", "en", "de", "fr", "es", "tr", "ar", "zh"]),
)
def test_mentions_are_in_order_and_do_not_overlap(
    finder: MentionFinder, words: list[str], language: str
) -> None:
    """Whatever the text, spans are stretches of it that name known actors."""
    text = " ".join(words)
    found = finder.find(text, language)
    ends = [0, *(one.end for one in found)]
    assert all(end <= one.start < one.end for end, one in zip(ends, found, strict=False))
    assert ends[-1] <= len(text)
    assert {one.actor for one in found} <= set(read_catalogue().actors)
