"""Which function answers which command and which button, and who may use them.

A command is added here and to the catalogues (`command.NAME`, which the menus and /help show); a button's action to
`buttons.Action` too. `desk` asks for what a command or an action needs, and calls its answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.models import Role
from bot.telegram import (
    alerts,
    browsing,
    candidates,
    cards,
    complaints,
    editing,
    figure_editing,
    figure_typing,
    figures,
    following,
    held,
    importing,
    privacy,
    reading,
    reviewing,
    roles,
    settings,
    sources,
    statement_editing,
    status,
    undoing,
    wishes,
    work,
)
from bot.telegram.buttons import Action, Press
from bot.telegram.context import Answer, Ask, BotContext, Reply


@dataclass(frozen=True, slots=True)
class Command:
    """A command and what answers it; `changes` are the administrators' in a group, `role` who may use it at all."""

    name: str
    answer: Answer
    changes: bool = False
    role: Role | None = None


COMMANDS = (
    Command("start", reading.start),
    Command("help", reading.help_),
    Command("subscribe", following.subscribe, changes=True),
    Command("unsubscribe", following.unsubscribe, changes=True),
    Command("subscriptions", following.subscriptions),
    Command("search", reading.search),
    Command("glossary", browsing.browse),
    Command("figures", figures.figures),
    Command("latest", browsing.latest),
    Command("export", reading.export),
    Command("language", following.language, changes=True),
    Command("settings", settings.settings),
    Command("timezone", settings.timezone, changes=True),
    Command("quiet", settings.quiet, changes=True),
    Command("mute", settings.mute, changes=True),
    Command("unmute", settings.unmute, changes=True),
    Command("privacy", privacy.privacy),
    Command("delete_me", privacy.delete_me, changes=True),
    Command("add", editing.add, role=Role.EDITOR),
    Command("edit", editing.edit, role=Role.EDITOR),
    Command("review", reviewing.review, role=Role.EDITOR),
    Command("candidates", candidates.candidates, role=Role.EDITOR),
    Command("history", undoing.history, role=Role.EDITOR),
    Command("sources", sources.sources, role=Role.EDITOR),
    Command("stats", status.stats, role=Role.EDITOR),
    Command("status", status.status, role=Role.EDITOR),
    Command("editor", roles.editor, role=Role.ADMIN),
    Command("admin", roles.admin, role=Role.ADMIN),
)

PRESSES: dict[Action, Callable[[BotContext, Ask, Press], Reply]] = {
    Action.FOLLOW: lambda context, ask, press: following.follow_chosen(context, ask, press.id),
    Action.CARD: lambda context, ask, press: cards.show_card(context, ask, press.id),
    Action.CARD_BELOW: lambda context, ask, press: cards.show_card(context, ask, press.id, fresh=True),
    Action.ARTICLES: browsing.articles_of,
    Action.FIGURES: lambda context, ask, press: figures.figures_of(context, ask, press.id),
    Action.FIGURE: lambda context, ask, press: figures.show_figure(context, ask, press.id),
    Action.CHART: lambda context, ask, press: figures.chart(context, ask, press.id),
    Action.FOLLOW_FIGURE: lambda context, ask, press: figures.follow_figure(context, ask, press.id),
    Action.LEAVE_FIGURE: lambda context, ask, press: figures.leave_figure(context, ask, press.id),
    Action.BROWSE: browsing.turn,
    Action.LATEST: browsing.turn_latest,
    Action.CARD_FOLLOW: lambda context, ask, press: following.follow_from_card(context, ask, press.id),
    Action.LEAVE: lambda context, ask, press: following.leave(context, ask, press.id),
    Action.STOP: lambda context, ask, press: following.stop(context, ask, press.id),
    Action.STOP_ALL: lambda context, ask, _press: following.stop_all(context, ask),
    Action.LIST: lambda context, ask, _press: following.list_from_alert(context, ask),
    Action.LANGUAGE: lambda context, ask, press: following.set_language(context, ask, press.argument),
    Action.FOLLOW_KIND: following.follow_kind,
    Action.SUBSCRIPTION: lambda context, ask, press: wishes.show_subscription(context, ask, press.id),
    Action.WISH: wishes.set_wish,
    Action.LIST_HERE: lambda context, ask, _press: following.subscriptions(context, ask),
    Action.LESS: lambda context, ask, press: alerts.less(context, ask, press.id),
    Action.LESS_OF: lambda context, ask, press: alerts.less_of(context, ask, press.id),
    Action.DO_LESS: alerts.do_less,
    Action.WRONG: lambda context, ask, press: alerts.wrong(context, ask, press.id),
    Action.WRONG_ITEM: lambda context, ask, press: alerts.wrong_item(context, ask, press.id),
    Action.WRONG_ENTITY: complaints.say_wrong,
    Action.MORE: lambda context, ask, press: alerts.more(context, ask, press.id),
    Action.WORK: work.open_queue,
    Action.SETTINGS: settings.open_page,
    Action.SET: settings.choose,
    Action.ERASE: privacy.decide,
    Action.CANDIDATES: candidates.turn,
    Action.CANDIDATE: candidates.choose,
    Action.ADD: candidates.add,
    Action.IGNORE: candidates.ignore,
    Action.CANDIDATES_IGNORED: candidates.turn_ignored,
    Action.RESTORE: candidates.restore,
    Action.UNDO: undoing.take_back,
    Action.HISTORY: undoing.earlier,
    Action.EDIT: editing.show_entry,
    Action.EDIT_BELOW: lambda context, ask, press: replace(editing.show_entry(context, ask, press), fresh=True),
    Action.EDIT_FORMS: editing.show_forms,
    Action.EDIT_FORM: editing.show_form,
    Action.FORM_STEP: editing.take_step,
    Action.EDIT_TYPE: editing.ask_type,
    Action.PROMPT: editing.prompt,
    Action.MERGE: editing.merge,
    Action.REVIEW: reviewing.decide,
    Action.SKIP: reviewing.skip,
    Action.FIGURE_EDIT: figure_editing.show,
    Action.FIGURE_EDIT_BELOW: lambda context, ask, press: replace(figure_editing.show(context, ask, press), fresh=True),
    Action.FIGURE_STEP: figure_editing.take_step,
    Action.FIGURE_MERGE: figure_editing.choose_winner,
    Action.FIGURE_MERGE_INTO: figure_editing.merge,
    Action.FIGURE_SPLIT: figure_editing.choose_statements,
    Action.FIGURE_PROMPT: figure_typing.prompt,
    Action.FIGURES_UNLISTED: figure_editing.show_unlisted,
    Action.STATEMENT: statement_editing.show,
    Action.STATEMENT_STEP: statement_editing.take_step,
    Action.COMPLAINTS: complaints.first,
    Action.COMPLAINTS_NEXT: complaints.following,
    Action.COMPLAINTS_SETTLE: complaints.settle,
    Action.HELD: held.first,
    Action.HELD_NEXT: held.following,
    Action.HELD_STEP: held.decide,
    Action.SOURCES: sources.turn,
    Action.SOURCE: sources.show,
    Action.SOURCE_STEP: sources.take_step,
    Action.IMPORT: importing.apply,
}


def is_question(text: str) -> bool:
    """Whether a message of ours asks for a text, of an entry or of a figure."""
    return editing.is_prompt(text) or figure_typing.is_prompt(text)


def typed(context: BotContext, ask: Ask) -> Reply | None:
    """What was typed in answer to one of our questions, of an entry or of a figure."""
    return editing.typed(context, ask) or figure_typing.typed(context, ask)
