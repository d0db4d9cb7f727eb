"""Changes of the glossary as news: those of a minute in one message, told by how a form stands to its reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from bot.events import Reason
from bot.glossary_news import BATCH, FormState, changes_for, changes_from_json, fan_out_edits
from bot.messages import to_plain
from bot.messages.forms import form_changes
from bot.models import Channel, Chat, Delivery, DeliveryStatus, GlossaryEdits, Pace
from bot.subscriptions import Target, ensure_chat, follow, keep_wishes, list_subscriptions
from glossary.database import Database
from glossary.history import recorded_change, undo
from glossary.models import Form
from glossary.words import EntityType, FormKind, FormStatus, Provenance
from tests.bot.samples import EN, GLOSSARY, NOON, SECOND, UK, entity_id, stock

SBU = Target(slug="sbu")


@pytest.fixture
def any_stocked(any_database: Database) -> Database:
    """The glossary, on each database that we support; its history has been read."""
    stock(any_database)
    assert fan_out_edits(any_database, GLOSSARY, NOON) == 0
    return any_database


def subscribe(database: Database, target: Target, address: int = 42, *, pace: Pace = Pace.AT_ONCE) -> None:
    with database.write() as session:
        chat = ensure_chat(session, Channel.TELEGRAM, address, language=EN, now=NOON)
        follow(session, chat.id or 0, 0, target, now=NOON)
        (one,) = (one for one in list_subscriptions(session, chat.id or 0, 0) if one.target == target)
        keep_wishes(session, chat.id or 0, 0, replace(one, changes=not target.glossary, pace=pace))


def edit(database: Database, change: Callable[[Session], None], at: datetime = NOON) -> str:
    with database.write() as session, recorded_change(session, actor="telegram:1", summary="an edit", now=at) as made:
        change(session)
    return made


def form(session: Session, text: str) -> Form:
    return session.exec(select(Form).where(Form.text == text)).one()


def add(text: str, status: FormStatus = FormStatus.APPROVED) -> Callable[[Session], None]:
    def change(session: Session) -> None:
        session.add(
            Form(
                entity_id=entity_id(session, "sbu"),
                language=UK,
                text=text,
                kind=FormKind.ALIAS,
                provenance=Provenance.EDITOR,
                status=status,
                created_at=NOON,
            )
        )

    return change


def written(database: Database) -> list[Delivery]:
    with database.read() as session:
        return list(session.exec(select(Delivery).where(col(Delivery.edits_id).is_not(None))).all())


def told(database: Database) -> set[tuple[str, str, FormState]]:
    with database.read() as session:
        newest = session.exec(select(GlossaryEdits).order_by(col(GlossaryEdits.id).desc()).limit(1)).one()
        return {(one.slug, one.text, one.state) for one in changes_from_json(newest.changes)}


def test_the_changes_of_a_minute_are_one_message(any_stocked: Database) -> None:
    subscribe(any_stocked, SBU)
    edit(any_stocked, add("Служба безпеки"))
    edit(any_stocked, add("СБ України"), NOON + 50 * SECOND)
    assert fan_out_edits(any_stocked, GLOSSARY, NOON + BATCH - SECOND) == 0
    assert fan_out_edits(any_stocked, GLOSSARY, NOON + BATCH) == 1
    assert fan_out_edits(any_stocked, GLOSSARY, NOON + 5 * BATCH) == 0
    (delivery,) = written(any_stocked)
    assert delivery.status is DeliveryStatus.PENDING
    assert told(any_stocked) == {
        ("sbu", "Служба безпеки", FormState.OTHER),
        ("sbu", "СБ України", FormState.OTHER),
    }


def test_who_follows_all_a_type_or_the_entity_is_told_and_nobody_else(any_stocked: Database) -> None:
    for address, target in enumerate((SBU, Target(type=EntityType.ORG), Target(glossary=True)), start=1):
        subscribe(any_stocked, target, address)
    subscribe(any_stocked, Target(slug="nis"), 4)
    with any_stocked.write() as session:  # follows, but not the changes
        chat = ensure_chat(session, Channel.TELEGRAM, 5, language=EN, now=NOON)
        follow(session, chat.id or 0, 0, SBU, now=NOON)
    edit(any_stocked, add("Служба безпеки"))
    assert fan_out_edits(any_stocked, GLOSSARY, NOON + BATCH) == 3


def test_who_follows_a_place_is_told_of_the_changes_of_its_parts_unless_switched_off(any_stocked: Database) -> None:
    russia, kursk = Target(slug="russia"), Target(slug="kursk-oblast")
    subscribe(any_stocked, russia, 1)
    subscribe(any_stocked, kursk, 2)
    subscribe(any_stocked, Target(slug="sudzha"), 3)
    subscribe(any_stocked, Target(slug="north-korea"), 4)
    subscribe(any_stocked, russia, 5)
    with any_stocked.write() as session:
        chat = ensure_chat(session, Channel.TELEGRAM, 5, language=EN, now=NOON)
        (one,) = list_subscriptions(session, chat.id or 0, 0)
        keep_wishes(session, chat.id or 0, 0, replace(one, parts=False))

    def change(session: Session) -> None:
        form(session, "Kursk region").kind = FormKind.FORBIDDEN
        form(session, "수자").preferred = False
        form(session, "국정원").status = FormStatus.REJECTED

    edit(any_stocked, change)
    assert fan_out_edits(any_stocked, GLOSSARY, NOON + BATCH) == 3
    heard = {}
    for delivery in written(any_stocked):
        with any_stocked.read() as session:
            address = session.get_one(Chat, delivery.chat_id).address
            edits = session.get_one(GlossaryEdits, delivery.edits_id)
            reasons = [Reason(**one) for one in delivery.reasons]
            heard[address] = [(one.slug, one.text) for one in changes_for(changes_from_json(edits.changes), reasons)]
        lines = [to_plain(one) for one in form_changes(changes_from_json(edits.changes)[:1], EN, GLOSSARY, reasons)]
        assert ("part of Russia" in lines[0]) == (address == 1)
    whole = [("kursk-oblast", "Kursk region"), ("sudzha", "수자")]
    assert heard == {1: whole, 2: whole, 3: whole[1:]}


def test_an_edit_that_is_undone_within_the_minute_and_a_draft_tell_nothing(any_stocked: Database) -> None:
    subscribe(any_stocked, Target(glossary=True))
    made = edit(any_stocked, add("Служба безпеки"))
    with any_stocked.write() as session:
        undo(session, made, actor="telegram:1", now=NOON + SECOND)
    edit(any_stocked, add("чернетка", status=FormStatus.DRAFT))
    assert fan_out_edits(any_stocked, GLOSSARY, NOON + BATCH) == 0
    assert told(any_stocked) == set()


def test_approving_forbidding_and_rejecting_are_told(any_stocked: Database) -> None:
    subscribe(any_stocked, Target(glossary=True))

    def change(session: Session) -> None:
        form(session, "투바").status = FormStatus.APPROVED
        form(session, "Kursk region").kind = FormKind.FORBIDDEN
        form(session, "국정원").status = FormStatus.REJECTED

    edit(any_stocked, change)
    assert fan_out_edits(any_stocked, GLOSSARY, NOON + BATCH) == 1
    assert told(any_stocked) == {
        ("tuva", "투바", FormState.PREFERRED),
        ("kursk-oblast", "Kursk region", FormState.FORBIDDEN),
        ("nis", "국정원", FormState.GONE),
    }


def test_changes_go_into_the_digest_of_who_wishes_for_one(any_stocked: Database) -> None:
    subscribe(any_stocked, SBU, pace=Pace.DAILY)
    edit(any_stocked, add("Служба безпеки"))
    fan_out_edits(any_stocked, GLOSSARY, NOON + BATCH)
    (delivery,) = written(any_stocked)
    assert delivery.status is DeliveryStatus.GATHERED


def test_what_was_changed_before_anybody_read_the_history_is_no_news(any_database: Database) -> None:
    stock(any_database)
    subscribe(any_database, Target(glossary=True))
    assert fan_out_edits(any_database, GLOSSARY, NOON + timedelta(days=1)) == 0
    assert told(any_database) == set()
