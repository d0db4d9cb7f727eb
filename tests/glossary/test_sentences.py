"""Where sentences end, and which ends of lines are only those of a page."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary.sentences import sentence_around, sentence_spans, unwrapped
from translations.languages import Language

ARTICLES = {
    Language.EN: (
        "The staff said on Monday that some 1,300 men had crossed the river at night, and that most of them had come "
        "back by noon. Nobody could confirm the number.\n\nA second crossing failed, an officer of the brigade said."
    ),
    Language.UK: (
        "У штабі в понеділок повідомили, що вночі річку перейшли близько 1300 військових і що більшість із них до "
        "полудня повернулася. Підтвердити це число не вдалося.\n\nДруга спроба була невдалою, сказав офіцер бригади."
    ),
    Language.RU: (
        "В штабе в понедельник сообщили, что ночью реку перешли около 1300 военных и что большинство из них к полудню "
        "вернулось. Подтвердить это число не удалось.\n\nВторая попытка была неудачной, сказал офицер бригады."
    ),
    Language.KO: (
        "참모부는 월요일 약 1300명의 병력이 밤사이 강을 건넜으며 이들 대부분이 정오까지 돌아왔다고 밝혔다. "
        "이 숫자는 확인되지 않았다. 강가의 주민들은 밤새 포성이 이어졌고 아침에는 빈 배 여러 척이 떠내려왔다고 전했다."
        "\n\n두 번째 도하는 실패했다고 여단 장교가 말했다."
    ),
}


def wrapped(text: str, width: int, end: str = "\n") -> str:
    return (end * 2).join(textwrap.fill(one, width).replace("\n", end) for one in text.split("\n\n"))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("width", [26, 40, 52])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_text_broken_to_a_width_has_the_sentences_of_the_whole(language: Language, width: int, end: str) -> None:
    text = ARTICLES[language]
    broken = wrapped(text, width, end)
    joined = unwrapped(broken)
    assert len(joined) == len(broken)
    sentences = [" ".join(joined[start:stop].split()) for start, stop in sentence_spans(joined, language)]
    assert sentences == [text[start:stop] for start, stop in sentence_spans(text, language)]


def test_korean_broken_by_columns_is_joined_too() -> None:
    lines = (
        "국방부는 어제 오후 브리핑에서 병력",
        "이동을 확인했으며 추가 파병 가능성을",
        "주시하고 있다고 설명했다. 관계자는",
    )
    broken = "\n".join((*lines, "답하지 않았다."))
    assert "\n" not in unwrapped(broken)


@pytest.mark.parametrize(
    "text",
    [
        "Aid for the region\nBy our correspondent\nThe convoy left on Monday with forty lorries for the villages.",
        "Losses of the week:\n- 12 tanks\n- 30 lorries\n- 4 guns",
        "Killed 12\nWounded 40\nMissing 3",
        "A headline of some length about a river\nWhat follows is one long paragraph. " + "It goes on and on. " * 20,
        "Роза\nчорна\nбіла",
        "",
        "\n\n\n",
    ],
)
def test_the_lines_of_lists_and_headlines_stay_apart(text: str) -> None:
    assert unwrapped(text) == text


def test_a_quoted_sentence_is_whole_and_keeps_its_place() -> None:
    broken = wrapped(ARTICLES[Language.EN], 46)
    start = broken.index("men")
    sentence, begin = sentence_around(broken, start, start + 3, Language.EN)
    assert sentence.startswith("The staff said")
    assert sentence.endswith("come back by noon.")
    assert sentence[start - begin : start - begin + 3] == "men"


@given(st.text("ab. \r\n-1국", max_size=300))
def test_joining_lines_changes_nothing_but_their_ends(text: str) -> None:
    joined = unwrapped(text)
    assert len(joined) == len(text)
    assert all(now == before or (before in "\r\n" and now == " ") for before, now in zip(text, joined, strict=True))
    assert joined.split() == text.split()
