"""Looking things up in the chat: cards, figures and their charts, the glossary, articles, links, inline mode."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.articles import ArticleDraft
from bot.knowledge import Knowledge
from bot.messages import Messages, to_plain
from bot.pipeline import process_article
from bot.subscriptions import Target
from bot.telegram.buttons import Action, encode
from glossary.exchange import read_glossary
from glossary.matching import Matcher
from glossary.store import load_glossary
from tests.bot.chatting import LANGUAGES, OLENA, Chatting, speaker, text
from tests.bot.samples import EN, KO, MORE_THAN_11000, NOON, RU, SOME_12000, UK, entity_id, write_figure
from tests.bot.telegram_server import Call
from translations.languages import Language

REPORT = """The SBU questions two prisoners
KYIV - The Security Service of Ukraine questioned two North Korean soldiers in Kursk on Saturday.
The National Intelligence Service said about 12,000 North Korean troops were deployed in Russia.
"""


def publish(chatting: Chatting, body: str, number: int = 1, *, outlet: str = "The Ledger", day: int = 11) -> None:
    """An article as a source would bring it."""
    with chatting.database.read() as session:
        glossary = load_glossary(session)
    draft = ArticleDraft(
        url=f"https://ledger.example/{number}",
        title=body.partition("\n")[0],
        text=body,
        published=datetime(2025, 1, day, tzinfo=UTC),
        retrieved=NOON,
        outlet=outlet,
    )
    result = process_article(
        draft, Knowledge(glossary, Matcher(glossary)), chatting.database, source="test", alert=False, now=NOON
    )
    assert result.error is None


def labelled(call: Call, words: str) -> int:
    """The number of the button that says this."""
    (index,) = (at for at, button in enumerate(call.buttons) if words in button["text"])
    return index


async def tapped(chatting: Chatting, call: Call, words: str, **who: Any) -> Call:
    """Tap a button that brings a new message; that message."""
    before = len(chatting.server.sent(42))
    await chatting.taps(call, labelled(call, words), **who)
    return chatting.server.sent(42)[before]


# --- cards


@LANGUAGES
async def test_a_card_names_the_newest_articles_and_leads_to_all_of_them(
    chatting: Chatting, language: Language
) -> None:
    person, messages = speaker(language), Messages(language)
    publish(chatting, REPORT)
    card = await chatting.says("/search SBU", person=person)
    assert to_plain(messages.text("card.latest")) in text(card)
    assert "The SBU questions two prisoners · The Ledger" in text(card)
    assert 'href="https://ledger.example/1"' in card.html
    listed = await tapped(chatting, card, messages.plain("button.articles"), person=person)
    # The sentence below the headline is quoted, with what was found in bold.
    assert "<b>Security Service of Ukraine</b> questioned two North Korean soldiers" in listed.html


async def test_a_card_of_what_nobody_wrote_of_has_no_articles_button(chatting: Chatting) -> None:
    card = await chatting.says("/search Georgia (country)")
    assert [one["text"] for one in card.buttons if "Articles" in one["text"]] == []


async def test_articles_about_a_region_include_those_about_its_towns(chatting: Chatting) -> None:
    publish(chatting, "Quiet day in Sudzha\nShops reopened in Sudzha on Friday, residents said by telephone.\n")
    assert "Quiet day in Sudzha" in text(await chatting.says("/search Kursk Oblast"))


async def test_a_long_list_of_articles_is_turned_page_by_page(chatting: Chatting) -> None:
    towns = ("bakery", "museum", "harbour", "library", "hospital", "stadium", "theatre", "market")
    for number, place in enumerate(towns):
        publish(
            chatting,
            f"The {place} opens\nThe SBU guarded the {place} on day {number + 1} while the {place} was repaired.\n",
            number,
            day=1 + number,
        )
    card = await chatting.says("/search SBU")
    first = await tapped(chatting, card, "Articles")
    assert "market" in text(first)
    assert "The bakery opens" not in text(first)
    await chatting.taps(first, labelled(first, "▶"))
    second = chatting.now_reads(first)
    assert "The bakery opens" in text(second)
    assert [one["text"] for one in second.buttons] == ["◀"]


# --- figures


@LANGUAGES
async def test_a_figure_is_told_with_who_says_it_and_drawn(chatting: Chatting, language: Language) -> None:
    person, messages = speaker(language), Messages(language)
    with chatting.database.write() as session:
        figure_id = write_figure(session, SOME_12000, MORE_THAN_11000)
    listed = await chatting.says("/figures", person=person)
    assert listed.buttons[0]["callback_data"] == encode(Action.FIGURE, figure_id)
    before = len(chatting.server.sent(42))
    await chatting.taps(listed, 0, person=person)
    figure = chatting.server.sent(42)[before]
    assert {EN: "11,000", UK: "11 000", RU: "11 000", KO: "11,000"}[language] in text(figure)
    picture = await tapped(chatting, figure, messages.plain("button.chart"), person=person)
    assert picture.method == "sendPhoto"
    assert picture.upload is not None
    assert picture.upload.content.startswith(b"\x89PNG")


async def test_one_figure_is_followed_and_left_from_its_card(chatting: Chatting) -> None:
    with chatting.database.write() as session:
        figure_id = write_figure(session, SOME_12000, MORE_THAN_11000)
    figure = await chatting.says(f"/start f-{figure_id}")
    await chatting.taps(figure, labelled(figure, "Follow this figure"))
    assert chatting.followed() == [Target(figure_id=figure_id)]
    changed = chatting.now_reads(figure)
    await chatting.taps(changed, encode(Action.LEAVE_FIGURE, figure_id))
    assert chatting.followed() == []


@pytest.mark.parametrize("action", [Action.FIGURE, Action.CHART, Action.FOLLOW_FIGURE, Action.LEAVE_FIGURE])
async def test_a_button_of_a_figure_that_is_gone_says_so(chatting: Chatting, action: Action) -> None:
    tour = await chatting.says("/language")
    answer = await chatting.taps(tour, encode(action, 999))
    assert answer.text == Messages(EN).plain("button.gone")


# --- the glossary


@LANGUAGES
async def test_the_glossary_is_leafed_through_and_filtered(chatting: Chatting, language: Language) -> None:
    person, messages = speaker(language), Messages(language)
    first = await chatting.says("/glossary", person=person)
    names = [one["text"] for one in first.buttons]
    places = messages.plain("types.PLACE")
    assert places in names
    await chatting.taps(first, labelled(first, places), person=person)
    filtered = chatting.now_reads(first)
    assert f"✓ {places}" in [one["text"] for one in filtered.buttons]
    assert any("Kursk Oblast" in one["text"] for one in filtered.buttons)
    assert not any("Security Service" in one["text"] for one in filtered.buttons)
    by_word = await chatting.says(f"/glossary {places}", person=person)
    assert text(by_word) == text(filtered)


async def test_the_drafts_of_the_readers_language_are_a_filter(chatting: Chatting) -> None:
    listed = await chatting.says("/glossary 초안", person=speaker(KO))
    labels = [one["text"] for one in listed.buttons]
    assert any("투바" in label for label in labels)
    assert not any("우크라이나 보안국" in label for label in labels)


async def test_an_entry_of_a_page_opens_below_it(chatting: Chatting) -> None:
    listed = await chatting.says("/glossary places")
    card = await tapped(chatting, listed, listed.buttons[0]["text"])
    assert "· place" in text(card)


@pytest.mark.parametrize(
    "data", ["", "PERSON", "X.a.0", "PERSON.z.0", "PERSON.a.-1", "PERSON.a.99999999", "..", "٣.a.٣"]
)
async def test_a_page_that_never_was_is_answered_politely(chatting: Chatting, data: str) -> None:
    listed = await chatting.says("/glossary")
    answer = await chatting.taps(listed, encode(Action.BROWSE, data))
    assert answer.text in {None, Messages(EN).plain("button.gone")}


async def test_an_unknown_filter_names_those_that_there_are(chatting: Chatting) -> None:
    assert "people, organisations, places" in text(await chatting.says("/glossary dragons"))


# --- articles


@LANGUAGES
async def test_the_newest_articles_are_listed(chatting: Chatting, language: Language) -> None:
    person = speaker(language)
    assert text(await chatting.says("/latest", person=person)) == to_plain(Messages(language).text("latest.none"))
    publish(chatting, REPORT)
    assert "The SBU questions two prisoners" in text(await chatting.says("/latest", person=person))


@pytest.mark.parametrize(
    ("language", "form", "measure"),
    [
        (EN, "National Intelligence Service (NIS)", "personnel"),
        (UK, "Служба безпеки України (СБУ)", "особовий склад"),
        (RU, "Служба безопасности Украины (СБУ)", "личный состав"),
        (KO, "우크라이나 보안국", "병력"),
    ],
)
async def test_a_pasted_article_gives_names_figures_and_what_is_new(
    chatting: Chatting, language: Language, form: str, measure: str
) -> None:
    answer = text(await chatting.says(REPORT, person=speaker(language)))
    assert "The SBU questions two prisoners" in answer
    assert form in answer
    assert measure in answer
    assert "🆕" in answer
    with chatting.database.read() as session:
        assert entity_id(session, "sbu")  # the glossary is there, and nothing else was stored
    assert "The SBU questions" not in text(await chatting.says("/latest", person=speaker(language)))


async def test_a_pasted_article_is_compared_with_what_is_known(chatting: Chatting) -> None:
    publish(chatting, REPORT)
    answer = text(
        await chatting.says(
            "More troops counted\nThe National Intelligence Service said on Sunday that more than 14,000 North Korean "
            "troops were deployed in Russia, in a new count."
        )
    )
    assert "more than 14,000" in answer
    assert "known: about 12,000" in answer


async def test_a_form_not_to_use_is_pointed_out(chatting: Chatting) -> None:
    answer = text(await chatting.says("Shelling of the capital\nOfficials in Kiev said the night had been quiet."))
    assert "not “Kiev”: “Kyiv”" in answer


async def test_a_forwarded_brief_is_read_as_an_article(chatting: Chatting) -> None:
    origin = {
        "type": "channel",
        "date": 1_736_600_000,
        "chat": {"id": -100, "type": "channel", "title": "Front Notes"},
        "message_id": 5,
    }
    answer = text(await chatting.says("СБУ затримала двох підозрюваних у Суджі.", forward_origin=origin))
    assert "Security Service of Ukraine (SBU)" in answer
    assert "Sudzha" in answer


async def test_a_caption_of_a_forwarded_picture_is_read(chatting: Chatting) -> None:
    origin = {"type": "hidden_user", "date": 1_736_600_000, "sender_user_name": "somebody"}
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 10, "height": 10}]
    caption = "The Security Service of Ukraine published this photograph from Sudzha on Monday."
    before = len(chatting.server.sent(42))
    chatting.server.sends({"photo": photo, "caption": caption, "forward_origin": origin}, person=OLENA)
    await chatting.server.until(lambda: len(chatting.server.sent(42)) > before)
    assert "Security Service of Ukraine (SBU)" in text(chatting.server.sent(42)[before])


@LANGUAGES
@pytest.mark.parametrize(
    ("written", "key"),
    [
        (
            "Deutschland hat am Montag neue Sanktionen beschlossen.\nDie Regierung teilte dies in Berlin mit.",
            "language",
        ),
        ("\n".join(["12345"] * 40), "empty"),
    ],
)
async def test_what_is_no_article_of_ours_is_said_to_be_none(
    chatting: Chatting, language: Language, written: str, key: str
) -> None:
    answer = await chatting.says(written, person=speaker(language))
    assert text(answer) == to_plain(Messages(language).text(f"article.{key}"))


@LANGUAGES
async def test_a_link_into_the_private_network_is_refused(chatting: Chatting, language: Language) -> None:
    answer = text(await chatting.says("http://127.0.0.1:1/admin", person=speaker(language)))
    assert answer.startswith(to_plain(Messages(language).text("article.unread", reason="|")).split("|")[0])


async def test_html_in_a_pasted_article_stays_text(chatting: Chatting) -> None:
    answer = await chatting.says("<b>Bold & <i>brash</i>\nThe SBU <script>alert(1)</script> spoke on Monday in Kyiv.")
    assert "&lt;b&gt;Bold &amp; &lt;i&gt;brash" in answer.html


# --- links and inline mode


@LANGUAGES
async def test_a_deep_link_opens_the_entry(chatting: Chatting, language: Language) -> None:
    card = await chatting.says("/start e-sbu", person=speaker(language))
    assert "СБУ" in text(card)
    assert "/subscribe" not in text(card)


@pytest.mark.parametrize("target", ["e-nothing", "f-", "f-x", "f-99999999999999999999", "q", "-", "e-"])
async def test_a_broken_deep_link_begins_the_tour(chatting: Chatting, target: str) -> None:
    answer = text(await chatting.says(f"/start {target}"))
    assert "/subscribe" in answer


async def offered(chatting: Chatting, query: str, language: Language = EN) -> list[dict[str, Any]]:
    """What inline mode offers."""
    before = len(chatting.server.of("answerInlineQuery"))
    chatting.server.types_inline(query, person=speaker(language))
    await chatting.server.until(lambda: len(chatting.server.of("answerInlineQuery")) > before)
    results: list[dict[str, Any]] = chatting.server.of("answerInlineQuery")[before].fields["results"]
    return results


@pytest.mark.parametrize(
    ("language", "query"), [(EN, "SBU"), (UK, "СБУ"), (RU, "Служба безопасности Украины"), (KO, "sbu")]
)
async def test_inline_mode_offers_the_forms_to_insert(chatting: Chatting, language: Language, query: str) -> None:
    texts = [one["input_message_content"]["message_text"] for one in await offered(chatting, query, language)]
    assert {"Security Service of Ukraine", "Служба безпеки України", "우크라이나 보안국", "СБУ"} <= set(texts)


async def test_inline_mode_marks_a_draft_and_inserts_the_bare_form(chatting: Chatting) -> None:
    (korean,) = (one for one in await offered(chatting, "Tuva") if "Korean" in one["description"])
    assert korean["title"] == "투바 (draft)"
    assert korean["input_message_content"]["message_text"] == "투바"


@pytest.mark.parametrize("query", ["", "   ", "x" * 256, "쀍쀍쀍", "<b>", "\n"])
async def test_inline_mode_offers_nothing_for_nothing(chatting: Chatting, query: str) -> None:
    assert await offered(chatting, query) == []


# --- the glossary as a file


@pytest.mark.parametrize(
    ("language", "asked", "ending", "inside", "outside"),
    [
        (EN, "/export", "csv", "kursk-oblast", "nothing-at-all"),
        (EN, "/export tbx places", "tbx", "kursk-oblast", "nis"),
        (UK, "/export json організації", "json", "nis", "sudzha"),
        (RU, "/export Курская область", "csv", "sudzha", "nis"),
        (KO, "/export JSON 장소", "json", "sudzha", "nis"),
    ],
)
async def test_the_glossary_is_exported_whole_or_by_type_or_region(
    chatting: Chatting, language: Language, asked: str, ending: str, inside: str, outside: str
) -> None:
    answer = await chatting.says(asked, person=speaker(language))
    assert answer.upload is not None
    assert answer.upload.name.endswith(f".{ending}")
    slugs = {one.slug for one in read_glossary(answer.upload.content, answer.upload.name)}
    assert inside in slugs
    assert outside not in slugs


@LANGUAGES
async def test_an_export_of_nothing_known_says_how(chatting: Chatting, language: Language) -> None:
    answer = await chatting.says("/export zzzqqq", person=speaker(language))
    assert text(answer) == to_plain(Messages(language).text("export.how"))
