"""Editing figures in the chat: statements put right, figures named, merged, split, pinned and retired, and undone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.knowledge import KnowledgeKeeper
from bot.messages import Messages, quantity_text, to_plain
from bot.models import Role, RoleGrant
from bot.telegram.buttons import ROLES, Action, decode, encode_own
from bot.telegram.figure_editing import MOST_CHOSEN, FigureStep
from bot.telegram.statement_editing import StatementStep
from glossary import figure_editing as editing
from glossary.figure_history import edited_since, history_revision
from glossary.figure_views import FigureView, list_figures
from glossary.history import list_changes
from glossary.models import Statement
from glossary.words import FormStatus
from tests.bot.chatting import LANGUAGES, Chatting, make_context, running_bot, text
from tests.bot.samples import EN, GLOSSARY, KO, NOON, RU, UK, people
from tests.bot.telegram_server import Call, Person, Place, TelegramServer
from tests.bot.test_corrections import Newsroom
from translations.languages import Language

STRANGER = Person(50, "Jisoo")
OTHER_EDITOR = Person(43, "Marta")
GROUP = Place(-7, "supergroup", "Newsroom")
WITH_NUMBERS = {EN: "more than 9,000", UK: "понад 9 тисяч", RU: "более 9 тысяч", KO: "9천 명 이상"}


def editor(language: Language = EN) -> Person:
    """Who is an editor in these tests."""
    return Person(42, language_code={EN: "en", UK: "uk", RU: "ru", KO: "ko"}[language])


@dataclass
class Desk:
    """A running bot with two editors, and the service whose articles tell of figures."""

    chat: Chatting
    room: Newsroom

    def figures(self) -> tuple[FigureView, ...]:
        with self.room.database.read() as session:
            return list_figures(session, GLOSSARY)

    def figure(self) -> FigureView:
        (found,) = self.figures()
        return found

    def value(self) -> float | None:
        current = self.figure().current
        return current.value if current is not None else None

    async def rest(self) -> list[str]:
        """Let the story come to rest; the messages that left then."""
        return await asyncio.to_thread(self.room.rest)

    def edit(self, edit: Callable[[Session], object]) -> None:
        with self.room.database.write() as session:
            edit(session)

    async def opened(self, call: Call, words: str, person: Person | None = None) -> Call:
        """Tap a button; what its message has become."""
        await self.chat.taps(call, at(call, words), person=person or editor())
        return self.chat.now_reads(call)

    async def below(self, call: Call, words: str, person: Person | None = None) -> Call:
        """Tap a button that answers in a message of its own."""
        before = len(self.chat.server.sent(call.chat_id))
        await self.chat.taps(call, at(call, words), person=person or editor())
        return self.chat.server.sent(call.chat_id)[before]

    async def answered(self, call: Call, words: str, answer: str, person: Person | None = None) -> Call:
        """Tap a button that asks for a text, answer it; what the bot says to that."""
        question = await self.below(call, words, person)
        assert question.fields["reply_markup"]["force_reply"] is True
        return await self.chat.says(answer, person=person or editor(), answering=question)

    async def editing(self, person: Person | None = None) -> Call:
        """The view in which a figure is edited, from where it is read: the list, its card, the button."""
        person = person or editor()
        messages = Messages(Language(person.language_code or "en"))
        listed = await self.chat.says("/figures", person=person)
        card = await self.below(listed, listed.buttons[0]["text"], person)
        return await self.below(card, messages.plain("button.edit"), person)

    async def undone(self, call: Call, person: Person | None = None) -> None:
        person = person or editor()
        words = Messages(Language(person.language_code or "en")).plain("button.undo")
        await self.chat.taps(call, at(call, words), person=person)


@pytest.fixture
async def desk(database: Any, telegram: TelegramServer) -> AsyncIterator[Desk]:
    room = Newsroom(database)
    with database.write() as session:
        for user_id in (42, 43):
            session.add(RoleGrant(user_id=user_id, role=Role.EDITOR, name="", given_by=1, given_at=NOON))
    for person in (editor(), OTHER_EDITOR, STRANGER):
        telegram.add(Place(person.id))
    context = replace(make_context(database, telegram), knowledge=KnowledgeKeeper(database).current)
    async with running_bot(context, telegram) as chatting:
        yield Desk(chatting, room)


def at(call: Call, words: str) -> int:
    """The number of the button that says this."""
    (index,) = (place for place, button in enumerate(call.buttons) if words in button["text"])
    return index


def labels(call: Call) -> list[str]:
    return [str(button["text"]) for button in call.buttons]


# --- Reaching the edit from where one reads


@LANGUAGES
async def test_an_editor_opens_the_edit_from_an_entitys_card_and_a_reader_is_not_offered_it(
    desk: Desk, language: Language
) -> None:
    desk.room.publish(12_000, "sbu")
    messages = Messages(language)
    words = messages.plain("button.edit")
    card = await desk.chat.says("/search Tuva", person=editor(language))
    view = await desk.below(card, words, editor(language))
    assert text(view).startswith("✏️ Tuva")
    assert desk.chat.now_reads(card) is card
    reader = Person(50, language_code=language.value)
    assert words not in labels(await desk.chat.says("/search Tuva", person=reader))
    listed = await desk.chat.says("/figures", person=reader)
    assert words not in labels(await desk.below(listed, listed.buttons[0]["text"], reader))


async def test_an_editors_button_in_a_group_is_for_that_editor_alone(desk: Desk) -> None:
    desk.room.publish(12_000, "sbu")
    card = await desk.chat.says("/search North Korea", person=editor(), place=GROUP)
    edit = at(card, "Edit")
    assert (await desk.chat.taps(card, edit, person=OTHER_EDITOR)).text == Messages(EN).plain("button.theirs")
    assert (await desk.chat.taps(card, edit, person=STRANGER)).text == Messages(EN).plain("role.editors_only")
    assert "Edit" not in "".join(labels(await desk.chat.says("/search North Korea", person=STRANGER, place=GROUP)))


@LANGUAGES
async def test_the_view_of_a_figure_shows_every_statement_with_how_it_stands(desk: Desk, language: Language) -> None:
    desk.room.publish(12_000, "sbu")
    withdrawn = desk.room.publish(11_500, "nis", days=1)
    desk.edit(lambda session: editing.withdraw_statement(session, withdrawn, actor="telegram:43", now=NOON))
    desk.room.publish(1_200_000, "sbu", days=2)
    messages = Messages(language)
    view = await desk.editing(editor(language))
    lines = text(view).splitlines()
    assert lines[2].startswith("1. ")
    for line, state in zip(lines[2:], ("held", "withdrawn", "current"), strict=True):
        assert line.endswith(messages.plain(f"statement_state.{state}")), line
    assert "<s>" in view.html


# --- The steps on a statement


@LANGUAGES
async def test_a_statement_is_withdrawn_brought_back_held_and_released_each_undone_exactly(
    desk: Desk, language: Language
) -> None:
    desk.room.publish(12_000, "sbu")
    desk.room.publish(11_500, "nis", days=1)
    person, messages = editor(language), Messages(language)
    value = quantity_text(people(11_500), language)
    for steps in (("withdraw", "reinstate"), ("hold", "release"), ("hold", "reject", "reinstate", "release"), ("pin",)):
        before = desk.figures()
        shown = await desk.opened(await desk.editing(person), "1", person)
        assert "There are 11500 soldiers." in text(shown)
        assert "https://courier.example/2" in shown.html
        for step in steps:
            states = desk.figures()
            shown = await desk.opened(shown, messages.plain(f"statement_step.{step}"), person)
            done = messages.plain(f"statement_done.{step}", value=value).replace("\xa0", " ")
            assert text(shown).startswith(f"✅ {done}"), step
            assert desk.chat.server.of("answerCallbackQuery")[-1].text.replace("\xa0", " ") == done
            assert desk.figures() != states, step
            await desk.undone(shown, person)
            assert desk.figures() == states, step
            again = desk.chat.now_reads(shown)
            await desk.chat.taps(again, at(again, messages.plain("button.redo")), person=person)
            assert desk.figures() != states, step
        assert (desk.figures() == before) is (steps != ("pin",))


@LANGUAGES
async def test_what_a_statement_says_is_typed_in_the_editors_language_and_who_was_told_is_told_so_once(
    desk: Desk, language: Language
) -> None:
    desk.room.follow(77, language)
    desk.room.publish(12_000, "sbu")
    (told,) = await desk.rest()
    assert quantity_text(people(12_000), language).replace("\xa0", " ") in told.replace("\xa0", " ")
    person, messages = editor(language), Messages(language)
    before = desk.figures()
    shown = await desk.opened(await desk.editing(person), "1", person)
    done = await desk.answered(shown, messages.plain("button.correct"), WITH_NUMBERS[language], person)
    assert desk.value() == 9_000
    now = quantity_text(desk.figure().current, language).replace("\xa0", " ")  # type: ignore[arg-type]  # it has one
    assert text(done).startswith("✅ ")
    assert now in text(done)
    (corrected,) = await desk.rest()
    assert messages.plain("correction.corrected", after=now) in corrected.replace("\xa0", " ")
    assert await desk.rest() == []
    await desk.undone(done, person)
    assert desk.figures() == before


async def test_two_taps_do_it_once_and_the_second_is_told_why_not(desk: Desk) -> None:
    desk.room.publish(12_000, "sbu")
    shown = await desk.opened(await desk.editing(), "1")
    known = len(desk.chat.server.of("answerCallbackQuery"))
    for _ in range(2):
        desk.chat.server.taps(shown, at(shown, "Withdraw"), person=editor())
    await desk.chat.server.until(lambda: len(desk.chat.server.of("answerCallbackQuery")) == known + 2)
    first, second = desk.chat.server.of("answerCallbackQuery")[known:]
    assert first.text == "Withdrawn: 12,000"
    assert second.text is not None
    assert second.text.startswith("Not done.")
    assert second.fields["show_alert"] is True
    with desk.room.database.read() as session:
        assert len([one for one in list_changes(session) if one.actor == "telegram:42"]) == 1


@LANGUAGES
async def test_the_later_of_two_editors_is_told_and_nothing_is_overwritten(desk: Desk, language: Language) -> None:
    statement = desk.room.publish(12_000, "sbu")
    person, messages = editor(language), Messages(language)
    view = await desk.editing(person)
    shown = await desk.opened(view, "1", person)
    question = await desk.below(shown, messages.plain("button.correct"), person)
    desk.edit(lambda session: editing.correct_statement(session, statement, people(11_000), actor="telegram:43",
                                                        now=NOON))  # fmt: skip
    late = messages.plain("figure_edit.outdated")
    answer = await desk.chat.taps(shown, at(shown, messages.plain("statement_step.withdraw")), person=person)
    assert (answer.text, answer.fields["show_alert"]) == (late, True)
    assert text(await desk.chat.says(WITH_NUMBERS[language], person=person, answering=question)) == late
    assert desk.value() == 11_000
    # What one has done oneself is no surprise: the first message still works.
    again = await desk.editing(person)
    await desk.answered(again, messages.plain("button.rename"), "Troops in Kursk", person)
    await desk.opened(again, messages.plain("figure_step.retire"), person)
    assert (desk.figure().name, desk.figure().retired) == ("Troops in Kursk", True)


# --- The steps on a figure


@LANGUAGES
async def test_a_figure_is_named_retired_found_again_and_taken_up(desk: Desk, language: Language) -> None:
    desk.room.publish(12_000, "sbu")
    person, messages = editor(language), Messages(language)
    before = desk.figures()
    named = await desk.answered(await desk.editing(person), messages.plain("button.rename"), "Troops <b>& Co", person)
    assert "Troops &lt;b&gt;&amp; Co" not in named.html.replace("&lt;b&gt;&amp; Co", "")
    assert desk.figure().name == "Troops <b>& Co"
    assert "Troops <b>& Co · " in text(await desk.chat.says("/figures", person=STRANGER))
    await desk.undone(named, person)
    assert desk.figures() == before
    retired = await desk.opened(await desk.editing(person), messages.plain("figure_step.retire"), person)
    assert text(retired).startswith(f"✅ {messages.plain('figure_done.retire')}")
    listed = await desk.chat.says("/figures", person=person)
    assert text(listed) == to_plain(messages.text("figures.none"))
    unlisted = await desk.below(listed, messages.plain("button.unlisted", n=1), person)
    assert text(unlisted) == to_plain(messages.plural("figure_edit.unlisted", 1))
    view = await desk.opened(unlisted, labels(unlisted)[0], person)
    restored = await desk.opened(view, messages.plain("figure_step.restore"), person)
    assert desk.figures() == before
    await desk.undone(restored, person)
    assert desk.figure().retired
    assert labels(await desk.chat.says("/figures", person=Person(50, language_code=language.value))) == []


@LANGUAGES
async def test_a_value_is_pinned_and_unpinned(desk: Desk, language: Language) -> None:
    desk.room.publish(12_000, "sbu")
    person, messages = editor(language), Messages(language)
    before = desk.figures()
    pinned = await desk.answered(await desk.editing(person), messages.plain("button.pin_value"),
                                 WITH_NUMBERS[language], person)  # fmt: skip
    assert desk.value() == 9_000
    await desk.undone(pinned, person)
    assert desk.figures() == before
    await desk.answered(await desk.editing(person), messages.plain("button.pin_value"), WITH_NUMBERS[language], person)
    view = await desk.editing(person)
    latest = quantity_text(people(12_000), language).replace("\xa0", " ")
    assert to_plain(messages.text("figure_edit.latest", latest=latest)) in text(view)
    await desk.opened(view, messages.plain("figure_step.unpin"), person)
    assert desk.figures() == before


async def test_a_pinned_statement_is_unpinned_before_anything_else(desk: Desk) -> None:
    desk.room.publish(12_000, "sbu")
    desk.room.publish(11_500, "nis", days=1)
    shown = await desk.opened(await desk.editing(), "2")
    pinned = await desk.opened(shown, "Pin")
    assert desk.value() == 12_000
    assert [one for one in labels(pinned) if "Withdraw" in one or "Hold" in one] == []
    answer = await desk.chat.taps(shown, at(shown, "Withdraw"), person=editor())
    assert answer.text is not None
    assert answer.text.startswith("Not done.")
    await desk.opened(pinned, "Unpin")
    assert desk.value() == 11_500


async def test_what_is_no_number_is_answered_with_how_and_may_be_typed_again(desk: Desk) -> None:
    desk.room.publish(12_000, "sbu")
    shown = await desk.opened(await desk.editing(), "1")
    question = await desk.below(shown, "Correct")
    for typed in ("many <b>", "3 to 4 km and 300 people", "x" * 4000, "💥"):
        answer = text(await desk.chat.says(typed, person=editor(), answering=question))
        assert "is not one number" in answer
    answer = text(await desk.chat.says("300 km", person=editor(), answering=question))
    assert answer.startswith("Not done.")
    assert desk.value() == 12_000
    await desk.chat.says("at least 10,000", person=editor(), answering=question)
    assert desk.value() == 10_000


async def test_a_name_that_is_too_long_is_refused(desk: Desk) -> None:
    desk.room.publish(12_000, "sbu")
    question = await desk.below(await desk.editing(), "Name")
    answer = await desk.chat.says("가" * 4000, person=editor(), answering=question)
    assert text(answer).startswith("Not done.")
    assert desk.figure().name is None


# --- Splitting and merging


@LANGUAGES
async def test_statements_are_split_off_by_taps_and_merged_back_after_a_question(
    desk: Desk, language: Language
) -> None:
    desk.room.publish(12_000, "sbu")
    desk.room.publish(11_500, "nis", days=1)
    desk.room.publish(11_000, "nis", days=2)
    person, messages = editor(language), Messages(language)
    before = desk.figures()
    choosing = await desk.opened(await desk.editing(person), messages.plain("button.split"), person)
    assert to_plain(messages.plural("figure_edit.chosen", 0)) in text(choosing)
    assert messages.plain("button.split_name") not in labels(choosing)
    for _ in range(2):
        unchosen = next(one for one in labels(choosing) if one.startswith("☐"))
        choosing = await desk.opened(choosing, unchosen, person)
    assert to_plain(messages.plural("figure_edit.chosen", 2)) in text(choosing)
    choosing = await desk.opened(choosing, next(one for one in labels(choosing) if one.startswith("☑")), person)
    assert to_plain(messages.plural("figure_edit.chosen", 1)) in text(choosing)
    done = await desk.answered(choosing, messages.plain("button.split_name"), "Those who <fight>", person)
    assert "Those who &lt;fight&gt;" in done.html
    assert [(one.name, len(one.statements)) for one in desk.figures()] == [(None, 2), ("Those who <fight>", 1)]
    apart = desk.figures()
    (other,) = (one for one in desk.figures() if one.name)
    view = await desk.chat.says(f"/start f-{other.id}", person=person)
    view = await desk.below(view, messages.plain("button.edit"), person)
    choices = await desk.opened(view, messages.plain("button.merge"), person)
    sure = await desk.opened(choices, labels(choices)[0], person)
    assert "Those who &lt;fight&gt;" in sure.html
    assert desk.figures() == apart
    merged = await desk.opened(sure, messages.plain("button.merge_sure"), person)
    assert text(merged).startswith("✅ ")
    assert [(one.id, one.quantity, one.relation) for one in desk.figure().statements] == [
        (one.id, one.quantity, one.relation) for one in before[0].statements
    ]
    await desk.undone(merged, person)
    assert desk.figures() == apart
    await desk.undone(done, person)
    assert desk.figures() == before


async def test_a_second_answer_to_what_is_split_off_is_refused(desk: Desk) -> None:
    desk.room.publish(12_000, "sbu")
    desk.room.publish(11_500, "nis", days=1)
    choosing = await desk.opened(await desk.editing(), "Split off")
    choosing = await desk.opened(choosing, "☐ 11,500")
    question = await desk.below(choosing, "Name the new figure")
    for _ in range(2):
        answer = await desk.chat.says("Those who fight", person=editor(), answering=question)
    assert text(answer).startswith("Not done.")
    assert len(desk.figures()) == 2


async def test_many_statements_are_turned_page_by_page_and_those_chosen_stay(desk: Desk) -> None:
    for number in range(MOST_CHOSEN + 12):
        desk.room.publish(10_000 + 10 * number, "nis", days=number)
    view = await desk.editing()
    assert text(view).splitlines()[2].startswith("1. ")
    second = await desk.opened(view, "▶")
    assert text(second).splitlines()[2].startswith("9. ")
    choosing = await desk.opened(second, "Split off")
    choosing = await desk.opened(choosing, labels(choosing)[0])
    choosing = await desk.opened(choosing, "▶")
    assert [one[0] for one in labels(choosing)[:2]] == ["☑", "☐"]
    for _ in range(MOST_CHOSEN - 1):
        choosing = await desk.opened(choosing, next(one for one in labels(choosing) if one.startswith("☐")))
    assert len([one for one in labels(choosing) if one.startswith("☑")]) == MOST_CHOSEN
    answer = await desk.chat.taps(choosing, next(at(choosing, one) for one in labels(choosing) if one.startswith("☐")),
                                  person=editor())  # fmt: skip
    assert answer.text == Messages(EN).plain("figure_edit.most_chosen", limit=MOST_CHOSEN)
    await desk.answered(choosing, "Name the new figure", "The first of them")
    assert sorted(len(one.statements) for one in desk.figures()) == [12, MOST_CHOSEN]


async def test_a_figure_that_nothing_fits_is_merged_with_none(desk: Desk) -> None:
    desk.room.publish(12_000, "sbu")
    choices = await desk.opened(await desk.editing(), "Merge into")
    assert text(choices).startswith("No other figure counts the same")
    await desk.opened(choices, "Back")
    assert "1. " in text(desk.chat.now_reads(choices))


# --- What waits for an editor


@LANGUAGES
async def test_held_statements_come_one_after_another_and_the_review_says_how_many_wait(
    desk: Desk, language: Language
) -> None:
    desk.room.publish(12_000, "sbu")
    first, second, third = (desk.room.publish(number, "sbu", days=days)
                            for days, number in enumerate((1_200_000, 1_300_000, 1_400_000), 1))  # fmt: skip
    person, messages = editor(language), Messages(language)
    review = await desk.chat.says("/review", person=person)
    queue = await desk.below(review, messages.plain("button.held", n=3), person)
    assert to_plain(messages.plural("held.heading", 3)) in text(queue)
    assert "There are 1.2e+06 soldiers." in text(queue)
    assert quantity_text(people(12_000), language).replace("\xa0", " ") in text(queue)
    assert "https://courier.example/2" in queue.html
    # Left for later, corrected, rejected, released.
    later = await desk.opened(queue, messages.plain("button.later"), person)
    assert "1.3e+06" in text(later)
    typed = await desk.answered(later, messages.plain("button.correct"), WITH_NUMBERS[language], person)
    back = await desk.opened(typed, messages.plain("button.decide"), person)
    released = await desk.opened(back, messages.plain("statement_step.release"), person)
    assert to_plain(messages.plural("held.heading", 2)) in text(released)
    assert (desk.value(), [one.id for one in desk.figure().held]) == (9_000, [first, third])
    await desk.undone(released, person)
    assert [one.id for one in desk.figure().held] == [first, second, third]
    queue = await desk.below(
        await desk.chat.says("/figures", person=person), messages.plain("button.held", n=3), person
    )
    for left in (2, 1, 0):
        queue = await desk.opened(queue, messages.plain("statement_step.reject"), person)
        assert len(desk.figure().held) == left
    assert to_plain(messages.text("held.none")) in text(queue)
    drafts = await desk.opened(queue, messages.plain("button.drafts", n=1), person)
    assert "투바" in text(drafts)
    assert messages.plain("button.held", n=1)[:4] not in "".join(labels(drafts))


async def test_the_review_leads_to_what_is_held_where_no_draft_waits(desk: Desk) -> None:
    desk.room.publish(12_000, "sbu")
    desk.room.publish(1_200_000, "sbu", days=1)
    review = await desk.chat.says("/review", person=editor())
    review = await desk.opened(review, "Approve")
    assert text(review).startswith("No draft waits for review.")
    assert "Held statements: 1" in labels(review)[0]
    with desk.room.database.read() as session:
        form = next(one for one in desk.chat.context.glossary()["tuva"].forms if one.text == "투바")
        assert form.status is FormStatus.APPROVED
        assert history_revision(session) > 0


async def test_what_another_editor_decided_meanwhile_is_not_decided_again(desk: Desk) -> None:
    desk.room.publish(12_000, "sbu")
    held = desk.room.publish(1_200_000, "sbu", days=1)
    queue = await desk.below(await desk.chat.says("/review", person=editor()), "Held statements")
    desk.edit(lambda session: editing.reject_statement(session, held, actor="telegram:43", now=NOON))
    answer = await desk.chat.taps(queue, at(queue, "Release"), person=editor())
    assert answer.text == Messages(EN).plain("figure_edit.outdated")
    assert desk.value() == 12_000
    with desk.room.database.read() as session:
        figure_id = session.exec(select(Statement.held_figure_id).where(Statement.id == held)).one() or 0
        seen = history_revision(session) - 1
        assert edited_since(session, figure_id, seen, but="telegram:42") is not None
        assert edited_since(session, figure_id, seen, but="telegram:43") is None
        assert edited_since(session, figure_id, seen + 1, but="telegram:42") is None


# --- Old buttons, and data that was never on one

FIGURE_ACTIONS = [one for one in ROLES if one.value.startswith("f")]


@pytest.mark.parametrize("action", FIGURE_ACTIONS)
async def test_a_button_that_means_nothing_any_more_is_answered(desk: Desk, action: Action) -> None:
    statement = desk.room.publish(12_000, "sbu")
    before = desk.figures()
    for data in ("", "x", "r.1", "z.1.1", "1.1.1.1.1.1", "r.999999.1", f"w.{statement}.x.y", "1.0.+", "1.0.-x",
                 "label.1", "split.1.9", "states.999999.9", "99999999999.0", "pin.1.1.1"):  # fmt: skip
        listed = await desk.chat.says("/figures", person=editor())
        await desk.chat.taps(listed, encode_own(42, action, data), person=editor())
    assert [replace(one, retired=False) for one in desk.figures()] == [replace(one, retired=False) for one in before]


@pytest.mark.parametrize("action", FIGURE_ACTIONS)
async def test_a_strangers_tap_and_anothers_button_do_nothing(desk: Desk, action: Action) -> None:
    statement = desk.room.publish(12_000, "sbu")
    before = desk.figures()
    listed = await desk.chat.says("/figures", person=editor(), place=GROUP)
    for sign in (*FigureStep, *StatementStep):
        data = encode_own(42, action, f"{sign.value}.{statement}.999999")
        assert (await desk.chat.taps(listed, data, person=STRANGER)).text == Messages(EN).plain("role.editors_only")
        assert (await desk.chat.taps(listed, data, person=OTHER_EDITOR)).text == Messages(EN).plain("button.theirs")
    assert desk.figures() == before


async def test_a_strangers_answer_to_an_editors_question_changes_nothing(desk: Desk) -> None:
    desk.room.publish(12_000, "sbu")
    question = await desk.below(await desk.editing(), "Name")
    answer = await desk.chat.says("Mine", person=STRANGER, place=Place(42), answering=question)
    assert text(answer) == Messages(EN).plain("role.editors_only")
    assert desk.figure().name is None


def test_every_button_fits_64_bytes_at_its_longest() -> None:
    row, owner = 999_999_999, 2**52
    for action, argument in (
        (Action.FIGURE_STEP, f"r.{row}.{row}"),
        (Action.FIGURE_MERGE_INTO, f"{row}.{row}.{row}"),
        (Action.FIGURE_SPLIT, f"{row}.{row}.-{row}"),
        (Action.FIGURE_PROMPT, f"states.{row}.{row}"),
        (Action.STATEMENT_STEP, f"w.{row}.{row}"),
        (Action.HELD_STEP, f"a.{row}.{row}"),
    ):
        data = encode_own(owner, action, argument)
        assert len(data.encode()) <= 64
        press = decode(data)
        assert press is not None
        assert press.own_parts(3) == (*argument.split("."), "")[:3]
