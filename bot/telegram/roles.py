"""Who may do what beyond reading: the roles editor and admin, and giving and taking them.

Owns `role_of` and the commands `/editor` and `/admin`. The admins of the setting EXONYM_ADMINS are so always; they and
those whom they make admins give roles. A command or button says which role it needs where it is declared
(`answers.COMMANDS`, `buttons.ROLES`); `desk` checks it, in one place, before anything is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot.messages.markup import join
from bot.models import Channel, Role, RoleGrant
from bot.settings import Settings
from bot.subscriptions import ensure_chat, find_chat
from bot.telegram.context import Ask, BotContext, Reply

#: The commands of a role, in the order in which help and menu list them.
EDITOR_COMMANDS = ("add", "edit", "review", "candidates", "history", "sources", "stats", "status")
ADMIN_COMMANDS = ("editor", "admin")
_LONGEST_NAME = 100
# Telegram's ids fit 52 bits (https://core.telegram.org/bots/api#user).
_LARGEST_ID = 2**52


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who has a role; `fixed` where the settings give it, so that nobody can take it."""

    user_id: int
    name: str
    fixed: bool = False


def commands_of(role: Role | None) -> tuple[str, ...]:
    """The commands that a role has beyond everybody's."""
    if role is None:
        return ()
    return EDITOR_COMMANDS + ADMIN_COMMANDS if role is Role.ADMIN else EDITOR_COMMANDS


def role_of(session: Session, settings: Settings, user_id: int) -> Role | None:
    """The highest role that a person has; None for nobody in particular (0: a channel, an anonymous administrator)."""
    if user_id in settings.admins:
        return Role.ADMIN
    query = select(RoleGrant.role).where(RoleGrant.user_id == user_id, col(RoleGrant.taken_at).is_(None))
    held = set(session.exec(query)) if 0 < user_id < _LARGEST_ID else set()
    return Role.ADMIN if Role.ADMIN in held else Role.EDITOR if held else None


def holders(session: Session, settings: Settings, role: Role) -> tuple[Holder, ...]:
    """Who has a role, those of the settings first, then in the order in which it was given."""
    fixed = sorted(settings.admins) if role is Role.ADMIN else ()
    query = select(RoleGrant).where(RoleGrant.role == role, col(RoleGrant.taken_at).is_(None))
    given = session.exec(query.order_by(col(RoleGrant.id))).all()
    names = {one.user_id: one.name for one in given}
    return (
        *(Holder(user_id, names.get(user_id, ""), fixed=True) for user_id in fixed),
        *(Holder(one.user_id, one.name) for one in given if one.user_id not in fixed),
    )


def know_chat(context: BotContext, ask: Ask) -> None:
    """Keep the chat in which somebody edits, in their language: where they are told of work that waits."""
    with context.database.read() as session:
        if find_chat(session, Channel.TELEGRAM, ask.chat_id) is not None:
            return
    with context.database.write() as session:
        ensure_chat(session, Channel.TELEGRAM, ask.chat_id, language=ask.language, now=context.clock())


def give_role(session: Session, user_id: int, role: Role, *, name: str, by: int, now: datetime) -> bool:
    """Give a role; False where the person has it already."""
    if _held(session, user_id, role) is not None:
        return False
    session.add(RoleGrant(user_id=user_id, role=role, name=name[:_LONGEST_NAME], given_by=by, given_at=now))
    session.flush()
    return True


def take_role(session: Session, user_id: int, role: Role, *, by: int, now: datetime) -> bool:
    """Take a role; False where the person has not got it. That it was held, and who took it, stays recorded."""
    held = _held(session, user_id, role)
    if held is None:
        return False
    held.taken_by, held.taken_at = by, now
    session.flush()
    return True


def _held(session: Session, user_id: int, role: Role) -> RoleGrant | None:
    query = select(RoleGrant).where(RoleGrant.user_id == user_id, RoleGrant.role == role)
    return session.exec(query.where(col(RoleGrant.taken_at).is_(None)).with_for_update()).one_or_none()


# The commands


def editor(context: BotContext, ask: Ask) -> Reply:
    """List the editors, make one, or end it."""
    return _manage(context, ask, Role.EDITOR)


def admin(context: BotContext, ask: Ask) -> Reply:
    """List the admins, make one, or end it."""
    return _manage(context, ask, Role.ADMIN)


def _manage(context: BotContext, ask: Ask, role: Role) -> Reply:
    verb, _, whom = ask.text.partition(" ")
    if verb.lower() not in {"add", "remove"}:
        return _listed(context, ask, role)
    user_id, name = (ask.replied.id, ask.replied.name) if ask.replied is not None else (0, "")
    if whom.strip():
        # Digits of any script are digits, and a number of any length is typed in a moment.
        user_id, name = (int(whom) if whom.strip().isdecimal() and len(whom) <= 16 else 0), ""
    if not 0 < user_id < _LARGEST_ID:
        return Reply(ask.messages.text("role.whom", command=f"/{role.value}"))
    now = context.clock()
    label = ask.messages.plain(f"role.{role.value}")
    shown = f"{name} ({user_id})" if name else str(user_id)
    with context.database.write() as session:
        if verb.lower() == "add":
            fixed = role is Role.ADMIN and user_id in context.settings.admins
            done = not fixed and give_role(session, user_id, role, name=name, by=ask.user_id, now=now)
            key = "role.given" if done else "role.has"
        elif role is Role.ADMIN and user_id in context.settings.admins:
            key = "role.fixed"
        else:
            key = "role.taken" if take_role(session, user_id, role, by=ask.user_id, now=now) else "role.has_not"
    return Reply(ask.messages.text(key, person=shown, role=label), menu_of=user_id)


def _listed(context: BotContext, ask: Ask, role: Role) -> Reply:
    with context.database.read() as session:
        found = holders(session, context.settings, role)
    label = ask.messages.plain(f"role.{role.value}")
    lines = [ask.messages.plural("role.heading", len(found), role=label)]
    for one in found:
        shown = f"{one.name} ({one.user_id})" if one.name else str(one.user_id)
        lines.append(ask.messages.text("role.line_fixed" if one.fixed else "role.line", person=shown))
    lines.append(ask.messages.text("role.how", command=f"/{role.value}"))
    return Reply(join("\n", lines))
