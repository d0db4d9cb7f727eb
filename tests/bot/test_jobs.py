"""Jobs: one that fails runs again and stops no other, and stopping lets what is at work come to its end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.clock import utc_now
from bot.health import Health
from bot.jobs import Jobs, fill_forms
from bot.knowledge import KnowledgeKeeper
from bot.settings import Settings
from bot.workspace import Workspace
from glossary.database import Database
from glossary.editing import add_entity
from glossary.store import load_glossary
from glossary.words import EntityType
from tests.glossary.test_forms import NOW, RU, Dictionary
from translations.names import NameForm


async def test_a_job_that_fails_runs_again_and_stops_no_other() -> None:
    health = Health(utc_now)
    jobs = Jobs(health)
    failed, worked = asyncio.Semaphore(0), asyncio.Semaphore(0)

    async def fail() -> None:
        failed.release()
        raise RuntimeError("the feed is on fire")

    async def work() -> None:
        worked.release()

    jobs.add("fail", fail, 0.01)
    jobs.add("work", work, 0.01)
    jobs.start()
    for _ in range(3):
        await failed.acquire()
        await worked.acquire()
    await jobs.stop()
    assert health.jobs["fail"].error == "the feed is on fire"
    assert health.jobs["work"].error is None


async def test_stopping_waits_for_what_is_at_work_and_starts_nothing_new() -> None:
    jobs = Jobs(Health(utc_now))
    started, may_end = asyncio.Event(), asyncio.Event()
    ended = 0

    async def work() -> None:
        nonlocal ended
        started.set()
        await may_end.wait()
        ended += 1

    jobs.add("work", work, 0.01)
    jobs.start()
    await started.wait()
    stopping = asyncio.create_task(jobs.stop())
    await asyncio.sleep(0)  # lets `stop` begin; nothing is waited for
    assert not stopping.done()
    may_end.set()
    await stopping
    assert ended == 1


async def test_a_job_that_does_not_end_is_cancelled_when_patience_is_out() -> None:
    jobs = Jobs(Health(utc_now))
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    jobs.add("work", work, 60)
    jobs.start()
    await started.wait()
    await jobs.stop(patience=0)
    assert cancelled.is_set()


def drafted(text: str, model: str) -> NameForm:
    return NameForm(RU, text, "argos", model, 0.9, "draft", ())


def test_the_job_fills_what_is_missing_renews_what_is_old_and_then_asks_nothing(
    any_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(Settings(data_dir=tmp_path), any_database, KnowledgeKeeper(any_database))
    with any_database.write() as session:
        add_entity(session, name="Oskil", type=EntityType.PLACE, actor="editor", now=NOW)
    first = Dictionary("exonym-en_ru 1.0", drafted("Оскал", "exonym-en_ru 1.0"))
    newer = Dictionary("exonym-en_ru 2.0", drafted("Оскол", "exonym-en_ru 2.0"))
    for translator in (first, first, newer, newer):
        monkeypatch.setattr("bot.workspace.open_translator", lambda _settings, one=translator: one)
        fill_forms(workspace)
    assert [name for name, _, _ in first.asked] == ["Oskil"]
    assert [name for name, _, _ in newer.asked] == ["Oskil"]
    with any_database.read() as session:
        (form,) = load_glossary(session)["oskil"].forms_in(RU)
    assert (form.text, form.model) == ("Оскол", "exonym-en_ru 2.0")
