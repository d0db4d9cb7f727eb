"""What chats follow: each target once however often it is asked for, and nothing lost when a chat moves or leaves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, select

from bot.events import Reason
from bot.models import Channel, Chat, DeliveryStatus, Subscription
from bot.subscriptions import (
    Followed,
    Outcome,
    Target,
    UnknownTargetError,
    ensure_chat,
    find_chat,
    follow,
    list_subscriptions,
    mark_blocked,
    move_chat,
    unfollow,
    unfollow_all,
    unfollow_id,
)
from glossary.database import Database
from glossary.words import EntityType
from tests.bot.samples import EN, KO, NOON, SOME_12000, UK, read_delivery, stock, write_delivery, write_figure
from translations.languages import Language

SBU = Target(slug="sbu")


@pytest.fixture
def any_stocked(any_database: Database) -> Database:
    """The glossary, on each database that we support."""
    stock(any_database)
    return any_database


def chat(session: Session, address: int = 42, language: Language = EN) -> int:
    return ensure_chat(session, Channel.TELEGRAM, address, language=language, now=NOON).id or 0


def followed(session: Session, address: int = 42, topic: int = 0) -> list[Target]:
    return [one.target for one in list_subscriptions(session, chat(session, address), topic)]


def test_to_follow_twice_is_once(any_stocked: Database) -> None:
    with any_stocked.write() as session:
        figure = Target(figure_id=write_figure(session, SOME_12000))
        targets = [SBU, figure, Target(type=EntityType.ORG)]
        outcomes = [follow(session, chat(session), 0, target, now=NOON) for target in [*targets, *targets]]
    assert outcomes == [Outcome.NEW] * 3 + [Outcome.SAME] * 3
    with any_stocked.read() as session:
        assert followed(session) == targets


def test_plain_following_is_mentions_and_figures_and_parts_at_once(stocked: Database) -> None:
    with stocked.write() as session:
        follow(session, chat(session), 0, SBU, now=NOON)
        (one,) = list_subscriptions(session, chat(session), 0)
    assert one == Followed(one.id, SBU, mentions=True, figures=True, parts=True)


def test_other_wishes_replace_those_of_the_same_subscription(stocked: Database) -> None:
    with stocked.write() as session:
        follow(session, chat(session), 0, SBU, now=NOON)
        assert follow(session, chat(session), 0, SBU, now=NOON, figures=False) is Outcome.CHANGED
        (one,) = list_subscriptions(session, chat(session), 0)
    assert not one.figures


def test_two_taps_at_once_are_one_subscription(any_stocked: Database) -> None:
    def tap(_: int) -> Outcome:
        with any_stocked.write() as session:
            return follow(session, chat(session), 0, SBU, now=NOON)

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(tap, range(4)))
    assert outcomes == [Outcome.NEW] + [Outcome.SAME] * 3
    with any_stocked.read() as session:
        assert len(session.exec(select(Subscription)).all()) == 1
        assert len(session.exec(select(Chat)).all()) == 1


def test_topics_of_a_group_follow_apart(stocked: Database) -> None:
    with stocked.write() as session:
        follow(session, chat(session, -7), 3, SBU, now=NOON)
        follow(session, chat(session, -7), 4, Target(slug="nis"), now=NOON)
        assert followed(session, -7, 3) == [SBU]
        assert followed(session, -7, 4) == [Target(slug="nis")]
        assert followed(session, -7) == []


def test_what_is_not_there_cannot_be_followed(any_stocked: Database) -> None:
    with any_stocked.write() as session:
        with pytest.raises(UnknownTargetError, match="no-such-entry"):
            follow(session, chat(session), 0, Target(slug="no-such-entry"), now=NOON)
        with pytest.raises(UnknownTargetError):
            follow(session, chat(session), 0, Target(figure_id=999), now=NOON)
        assert followed(session) == []


def test_a_target_is_exactly_one_thing() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Target()
    with pytest.raises(ValueError, match="exactly one"):
        Target(slug="sbu", type=EntityType.ORG)


def test_to_stop_what_is_not_followed_does_nothing(stocked: Database) -> None:
    with stocked.write() as session:
        follow(session, chat(session), 0, SBU, now=NOON)
        assert not unfollow(session, chat(session), 0, Target(slug="nis"))
        assert unfollow(session, chat(session), 0, SBU)
        assert not unfollow(session, chat(session), 0, SBU)
        assert followed(session) == []


def test_a_subscription_is_stopped_by_its_id_only_where_it_belongs(stocked: Database) -> None:
    with stocked.write() as session:
        follow(session, chat(session), 0, SBU, now=NOON)
        (one,) = list_subscriptions(session, chat(session), 0)
        assert unfollow_id(session, chat(session, 43), 0, one.id) is None
        assert unfollow_id(session, chat(session), 5, one.id) is None
        assert unfollow_id(session, chat(session), 0, one.id) == SBU
        assert unfollow_id(session, chat(session), 0, one.id) is None


def test_to_stop_all_leaves_other_chats_and_topics(stocked: Database) -> None:
    with stocked.write() as session:
        follow(session, chat(session), 0, SBU, now=NOON)
        follow(session, chat(session), 0, Target(slug="nis"), now=NOON)
        follow(session, chat(session), 5, SBU, now=NOON)
        follow(session, chat(session, 43), 0, SBU, now=NOON)
        assert unfollow_all(session, chat(session), 0) == 2
        assert (followed(session), followed(session, 42, 5), followed(session, 43)) == ([], [SBU], [SBU])


def test_who_stops_following_gets_nothing_of_it_that_waits(any_stocked: Database) -> None:
    with any_stocked.write() as session:
        for target in (SBU, Target(slug="nis")):
            follow(session, chat(session), 0, target, now=NOON)
        sbu, nis = (one.id for one in list_subscriptions(session, chat(session), 0))
    of_sbu, of_nis = Reason(sbu, slug="sbu"), Reason(nis, slug="nis")
    alone = write_delivery(any_stocked, 42, reasons=[of_sbu])
    both = write_delivery(any_stocked, 42, reasons=[of_sbu, of_nis])
    sent = write_delivery(any_stocked, 42, reasons=[of_sbu], status=DeliveryStatus.SENT)
    with any_stocked.write() as session:
        unfollow(session, chat(session), 0, SBU)
    assert read_delivery(any_stocked, alone).status is DeliveryStatus.CANCELLED
    assert read_delivery(any_stocked, both).status is DeliveryStatus.PENDING
    assert [one["slug"] for one in read_delivery(any_stocked, both).reasons] == ["nis"]
    assert read_delivery(any_stocked, sent).status is DeliveryStatus.SENT
    with any_stocked.write() as session:
        unfollow_all(session, chat(session), 0)
    assert read_delivery(any_stocked, both).status is DeliveryStatus.CANCELLED


def test_a_chat_keeps_its_language_and_takes_its_new_title(stocked: Database) -> None:
    with stocked.write() as session:
        ensure_chat(session, Channel.TELEGRAM, 42, language=KO, now=NOON, title="편집국")
        again = ensure_chat(session, Channel.TELEGRAM, 42, language=UK, now=NOON, title="Редакція")
        assert (again.language, again.title) == (KO, "Редакція")
        assert ensure_chat(session, Channel.TELEGRAM, 42, language=UK, now=NOON).title == "Редакція"


def test_a_chat_that_speaks_again_is_reachable_and_finds_its_subscriptions(any_stocked: Database) -> None:
    waiting = write_delivery(any_stocked)
    with any_stocked.write() as session:
        follow(session, chat(session), 0, SBU, now=NOON)
        blocked = find_chat(session, Channel.TELEGRAM, 42)
        assert blocked is not None
        assert mark_blocked(session, blocked, NOON) == 1
    assert read_delivery(any_stocked, waiting).status is DeliveryStatus.CANCELLED
    with any_stocked.write() as session:
        assert ensure_chat(session, Channel.TELEGRAM, 42, language=EN, now=NOON).blocked_at is None
        assert followed(session) == [SBU]


def test_a_group_takes_what_it_follows_to_its_new_address(stocked: Database) -> None:
    with stocked.write() as session:
        follow(session, chat(session, -7), 0, SBU, now=NOON)
        move_chat(session, Channel.TELEGRAM, -7, -1007)
        move_chat(session, Channel.TELEGRAM, -7, -1007)
        assert find_chat(session, Channel.TELEGRAM, -7) is None
        assert followed(session, -1007) == [SBU]


def test_a_group_that_spoke_at_its_new_address_already_is_joined_with_its_old_self(any_stocked: Database) -> None:
    waiting = write_delivery(any_stocked, -7)
    with any_stocked.write() as session:
        for target in (SBU, Target(slug="nis")):
            follow(session, chat(session, -7), 0, target, now=NOON)
        follow(session, chat(session, -1007), 0, SBU, now=NOON)
        move_chat(session, Channel.TELEGRAM, -7, -1007)
    with any_stocked.read() as session:
        assert followed(session, -1007) == [SBU, Target(slug="nis")] or followed(session, -1007) == [
            Target(slug="nis"),
            SBU,
        ]
        assert find_chat(session, Channel.TELEGRAM, -7) is None
        moved = find_chat(session, Channel.TELEGRAM, -1007)
        assert moved is not None
        assert read_delivery(any_stocked, waiting).chat_id == moved.id
