"""The command line as scripts use it: JSON on stdout alone, one sentence on stderr, exit statuses."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from glossary.database import Database
from tests.bot.command import Run

ARTICLE = """Detained courier led investigators to a flat in Kharkiv

KYIV, January 14, 2025 — The SBU detained a courier in Kharkiv on Tuesday, the agency said.

Some 12,000 North Korean troops are in Kursk Oblast, according to the SBU, and at least 300 have been killed."""


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "courier.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


class TestAnalyze:
    def test_it_prints_what_the_design_promises_and_stores_nothing(
        self, bare: Run, article: Path, tmp_path: Path
    ) -> None:
        ran = bare("analyze", str(article), "--json")
        assert (ran.status, ran.err) == (0, "")
        told = ran.json
        assert (told["language"], told["published"]) == ("en", "2025-01-14")
        assert all(ARTICLE[one["start"] : one["end"]] == one["surface"] for one in told["mentions"] + told["figures"])
        sbu = next(one for one in told["mentions"] if one["surface"] == "SBU")
        assert sbu["entity"] == {"slug": "sbu", "name": "Security Service of Ukraine"}
        assert (sbu["type"], sbu["via"], sbu["certain"]) == ("ORG", "exact", True)
        personnel = next(one for one in told["figures"] if one["measure"] == "personnel")
        assert {name: personnel[name] for name in ("value", "low", "high", "bound", "unit", "said", "scope")} == {
            "value": 12_000,
            "low": 10_800,
            "high": 13_200,
            "bound": "about",
            "unit": "people",
            "said": "12,000",
            "scope": "total",
        }
        assert personnel["subject"] == {"slug": "north-korea", "name": "North Korea"}
        assert personnel["claimant"] == {"slug": "sbu", "name": "Security Service of Ukraine"}
        assert not (tmp_path / "data").exists()

    def test_it_reads_standard_input(self, bare: Run) -> None:
        ran = bare(
            "analyze", "-", "--json", "--published", "2025-01-20", stdin="СБУ затримала кур’єра в Харкові.".encode()
        )
        assert (ran.json["language"], ran.json["published"]) == ("uk", "2025-01-20")
        assert {one["entity"]["slug"] for one in ran.json["mentions"]} == {"sbu", "kharkiv"}

    def test_without_a_date_of_its_own_a_text_has_none(self, bare: Run) -> None:
        ran = bare("analyze", "-", "--json", stdin=b"The SBU detained a courier in Kharkiv, the agency said.")
        assert ran.json["published"] is None

    def test_a_table_is_printed_for_people(self, bare: Run, article: Path) -> None:
        ran = bare("analyze", str(article))
        assert "Security Service of Ukraine" in ran.out
        assert "10,800 to 13,200 people" in ran.out

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "empty"),
            (b"\x89PNG\r\n\x1a\n" + bytes(500), "image"),
            ("Dzień dobry, pogoda jest ładna.".encode(), "--lang"),
        ],
    )
    def test_what_cannot_be_read_is_one_sentence(self, bare: Run, tmp_path: Path, content: bytes, said: str) -> None:
        path = tmp_path / "bad.txt"
        path.write_bytes(content)
        ran = bare("analyze", str(path), "--json")
        assert (ran.status, ran.out) == (1, "")
        assert said in ran.err
        assert ran.err.count("\n") == 1

    def test_a_missing_file_is_one_sentence(self, bare: Run) -> None:
        ran = bare("analyze", "none.txt")
        assert (ran.status, ran.err) == (1, "none.txt cannot be read: No such file or directory.\n")

    def test_a_text_in_another_language_is_called_so(self, bare: Run) -> None:
        text = "Le président français a rencontré hier soir le ministre allemand pour parler du budget."
        ran = bare("analyze", "-", stdin=text.encode())
        assert (ran.status, ran.err.split(";")[0]) == (1, "The text's language seems to be 'fr'")

    def test_a_closed_standard_input_is_an_empty_one(self, bare: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", None)
        ran = bare("analyze", "-")
        assert (ran.status, ran.err) == (1, "standard input is empty.\n")

    def test_a_narrow_terminal_gets_whole_words(
        self, bare: Run, article: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "30")
        ran = bare("analyze", str(article))
        assert "entity: Security Service of Ukraine" in ran.out.splitlines()

    def test_wrong_usage_is_status_two(self, bare: Run) -> None:
        assert bare("analyze").status == 2
        assert bare("analyze", "x.txt", "--lang", "fr").status == 2
        assert bare("nothing").status == 2


class TestIngest:
    def test_each_article_once(self, exonym: Run, article: Path) -> None:
        (first,) = exonym("ingest", str(article), "--json").lines
        assert (first["status"], first["language"], first["error"]) == ("new", "en", None)
        assert first["mentions"] > 0
        assert {change["relation"] for change in first["changes"]} == {"first"}
        assert {"figure", "relation", "before", "after"} <= set(first["changes"][0])
        (second,) = exonym("ingest", str(article), "--json").lines
        assert (second["status"], second["changes"]) == ("duplicate", [])

    def test_one_that_cannot_be_read_stops_no_other(self, exonym: Run, article: Path) -> None:
        ran = exonym("ingest", "none.txt", str(article), "--json")
        assert [line["status"] for line in ran.lines] == ["failed", "new"]
        assert ran.lines[0]["error"]
        assert (ran.status, ran.err) == (1, "1 of 2 could not be read.\n")

    @pytest.mark.parametrize("address", ["", " ", "ftp://news.example/feed", "file:///etc/hostname"])
    def test_what_is_no_address_is_not_taken_for_a_folder(self, exonym: Run, article: Path, address: str) -> None:
        assert article.parent == Path.cwd()  # which an empty path would mean
        (line,) = exonym("ingest", address, "--json").lines
        assert (line["status"], "does not exist" in line["error"]) == ("failed", False)
        added = exonym("sources", "add", address)
        assert (added.status, added.err.count("\n")) == (1, 1)

    def test_the_figures_are_known_then(self, exonym: Run, article: Path) -> None:
        exonym("ingest", str(article), "--json")
        figures = {one["measure"]: one for one in exonym("figures", "--json").json}
        assert set(figures) == {"personnel", "killed"}
        personnel = figures["personnel"]
        assert personnel["current"]["value"] == 12_000
        assert personnel["range"] == [10_800, 13_200]
        (statement,) = personnel["statements"]
        assert statement["claimant"]["slug"] == "sbu"
        assert statement["sentence"].startswith("Some 12,000")
        assert [one["id"] for one in exonym("figures", "nis", "--json").json] == []

    def test_a_first_use_makes_the_database_and_its_glossary(self, bare: Run, article: Path, tmp_path: Path) -> None:
        (told,) = bare("ingest", str(article), "--json").lines
        assert told["status"] == "new"
        assert (tmp_path / "data" / "exonym.sqlite3").exists()


class TestGlossary:
    def test_an_entity_is_shown_by_any_of_its_names(self, exonym: Run) -> None:
        for name in ("sbu", "СБУ", "우크라이나 보안국"):
            shown = exonym("glossary", "show", name, "--json").json
            assert shown["slug"] == "sbu"
        preferred = {one["language"]: one["text"] for one in shown["forms"] if one["preferred"]}
        assert preferred == {
            "en": "Security Service of Ukraine",
            "uk": "Служба безпеки України",
            "ru": "Служба безопасности Украины",
            "ko": "우크라이나 보안국",
        }

    def test_a_name_is_printed_to_the_letter(self, exonym: Run) -> None:
        assert exonym("glossary", "add", "Tower [red]Seven[/red] :fire:", "--type", "PLACE").status == 0
        shown = exonym("glossary", "show", "tower-red-seven-red-fire").out
        assert shown.startswith("Tower [red]Seven[/red] :fire:  PLACE")

    def test_without_anybody_to_ask_nothing_is_imported(self, exonym: Run, tmp_path: Path) -> None:
        (tmp_path / "new.csv").write_text("slug,type,en,uk\n,PLACE,Lysianka Yar,Лисянка Яр\n", encoding="utf-8")
        ran = exonym("glossary", "import", "new.csv", stdin=b"")
        assert (ran.status, ran.out.strip()) == (1, "1 new, 0 changed, 0 unchanged, 0 in conflict.")
        assert "--yes" in ran.err
        assert exonym("glossary", "show", "lysianka-yar").status == 1

    def test_an_unknown_name_suggests_near_ones(self, exonym: Run) -> None:
        ran = exonym("glossary", "show", "Zelenski")
        assert ran.status == 1
        assert "volodymyr-zelensky" in ran.err

    def test_the_csv_has_the_forms_in_four_languages(self, exonym: Run, tmp_path: Path) -> None:
        assert exonym("glossary", "export", "--format", "csv", "-o", "out.csv").status == 0
        rows = {row["slug"]: row for row in csv.DictReader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines())}
        assert rows["nis"]["uk"] == "Національна розвідувальна служба"
        assert (rows["nis"]["ru_acronym"], rows["nis"]["ko"]) == ("НРС", "국가정보원")
        for slug in ("sbu", "nis", "tuva", "kursk-oblast", "ukraine", "north-korea", "volodymyr-zelensky"):
            assert all(rows[slug][language] for language in ("en", "uk", "ru", "ko")), slug

    def test_an_export_imports_back_as_no_change(self, exonym: Run) -> None:
        for format_ in ("csv", "tbx", "json"):
            exonym("glossary", "export", "--format", format_, "-o", f"out.{format_}")
            ran = exonym("glossary", "import", f"out.{format_}", "--dry-run")
            assert "0 new, 0 changed" in ran.out, format_

    def test_what_is_added_can_be_undone(self, exonym: Run) -> None:
        forms = ("--uk", "Горлівська вежа", "--ru", "Горловская башня", "--ko", "호를리우카 탑")
        added = exonym("glossary", "add", "Horlivka Tower", "--type", "PLACE", *forms, "--json")
        assert added.json["slug"] == "horlivka-tower"
        change = exonym("glossary", "history", "--limit", "1", "--json").json[0]["change"]
        assert exonym("glossary", "undo", change).status == 0
        assert exonym("glossary", "show", "horlivka-tower").status == 1

    def test_a_form_that_entities_share_is_told_when_it_is_entered_and_listed_by_check(self, exonym: Run) -> None:
        refused = exonym("glossary", "add", "Sudzha", "--type", "PLACE")
        assert refused.status == 1
        assert "already stands for Sudzha (sudzha)" in refused.err
        added = exonym("glossary", "add", "Sudzha", "--type", "PLACE", "--weak")
        assert "“Sudzha” (en) stands for Sudzha (sudzha), Sudzha (sudzha-2)" in added.out
        assert "“Sudzha” (en)" in exonym("glossary", "check").out
        shared = {(one["language"], one["text"]): one for one in exonym("glossary", "check", "--json").json}
        assert shared["en", "Sudzha"]["weak"] == ["sudzha-2"]

    def test_undoing_nothing_is_one_sentence(self, exonym: Run) -> None:
        ran = exonym("glossary", "undo", "none")
        assert ran.status == 1
        assert ran.err.count("\n") == 1


class TestTranslate:
    def test_the_glossary_answers_first(self, exonym: Run) -> None:
        (told,) = exonym("translate", "SBU", "--json").json
        assert {one["language"]: (one["text"], one["source"]) for one in told["forms"]}["uk"] == ("СБУ", "glossary")

    def test_an_unknown_language_is_one_sentence(self, exonym: Run) -> None:
        ran = exonym("translate", "Sudzha", "--to", "fr")
        assert (ran.status, ran.out) == (1, "")
        assert "'fr' is not one of our languages" in ran.err

    def test_no_language_is_wrong_usage(self, exonym: Run) -> None:
        assert exonym("translate", "Sudzha", "--to", ",").status == 2

    def test_a_language_said_twice_is_answered_once(self, exonym: Run) -> None:
        (told,) = exonym("translate", "SBU", "--to", "uk,UK", "--json").json
        assert [one["language"] for one in told["forms"]] == ["uk"]


class TestFailures:
    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("nonsense", "EXONYM_DATABASE_URL"),
            ("postgresql://host:port/name", "EXONYM_DATABASE_URL"),
            ("sqlite:////proc/none/exonym.sqlite3", "cannot be opened"),
        ],
    )
    def test_a_database_that_cannot_be_is_one_sentence(
        self, bare: Run, monkeypatch: pytest.MonkeyPatch, url: str, said: str
    ) -> None:
        monkeypatch.setenv("EXONYM_DATABASE_URL", url)
        ran = bare("sources", "list", "--json")
        assert (ran.status, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert said in ran.err

    @pytest.mark.parametrize("command", [("sources", "list"), ("analyze", "courier.txt"), ("figures", "--json")])
    def test_a_file_that_is_no_database_is_one_sentence(
        self, bare: Run, article: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
    ) -> None:
        broken = article.with_name("broken.sqlite3")
        broken.write_bytes(b"This is a letter, and no database. " * 100)
        monkeypatch.setenv("EXONYM_DATABASE_URL", f"sqlite:///{broken}")
        ran = bare(*command)
        assert (ran.status, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert "file is not a database" in ran.err

    def test_a_path_with_a_line_break_is_told_on_one_line(self, bare: Run) -> None:
        assert bare("analyze", "no\nsuch.txt").err == "no such.txt cannot be read: No such file or directory.\n"

    def test_a_full_disk_is_one_sentence(self, exonym: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            monkeypatch.setattr(sys, "stdout", full)
            ran = exonym("sources", "list", "--json")
        assert (ran.status, ran.err) == (1, "The answer cannot be written: No space left on device.\n")

    def test_what_nobody_foresaw_is_one_sentence_and_a_traceback_for_those_who_ask(
        self, exonym: Run, article: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            message = "a list index\nout of range"
            raise IndexError(message)

        monkeypatch.setattr("bot.analysis.analyze_text", fail)
        quiet = exonym("analyze", str(article))
        assert (quiet.status, quiet.err.count("\n"), "Traceback" in quiet.err) == (1, 1, False)
        assert "Traceback" in exonym("--verbose", "analyze", str(article)).err

    def test_a_setting_that_cannot_be_used_is_named(self, bare: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EXONYM_ADMINS", "mira,7")
        ran = bare("sources", "list")
        said = "EXONYM_ADMINS cannot be used: it must hold Telegram user ids, numbers separated by commas.\n"
        assert (ran.status, ran.err) == (1, said)


class TestUpkeep:
    def test_a_backup_is_a_whole_database(self, exonym: Run, tmp_path: Path) -> None:
        assert exonym("db", "backup", "copy.sqlite3").status == 0
        copy = Database(f"sqlite:///{tmp_path / 'copy.sqlite3'}")
        with copy.read() as session:
            assert session.connection().exec_driver_sql("SELECT count(*) FROM entity").scalar_one() > 200
        copy.dispose()
        again = exonym("db", "backup", "copy.sqlite3")
        assert (again.status, again.err) == (1, "copy.sqlite3 exists already; name a new file.\n")

    def test_a_source_can_be_added_listed_and_removed(self, exonym: Run, tmp_path: Path) -> None:
        (tmp_path / "inbox").mkdir()
        assert exonym("sources", "add", "inbox", "--name", "Inbox").status == 0
        (source,) = exonym("sources", "list", "--json").json
        assert (source["name"], source["kind"], source["address"]) == ("Inbox", "folder", str(tmp_path / "inbox"))
        assert exonym("sources", "remove", str(source["id"])).status == 0
        assert exonym("sources", "list", "--json").json == []
        assert exonym("sources", "remove", "7").status == 1
        assert exonym("sources", "remove", "99999999999999999999").status == 2

    def test_doctor_says_what_is_there(self, exonym: Run) -> None:
        findings = {one["check"]: one for one in exonym("doctor", "--json").json}
        assert findings["glossary"]["ok"]
        assert findings["spaCy's English model"]["ok"]

    def test_doctor_goes_on_where_packages_cannot_be_unpacked(
        self, exonym: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("EXONYM_DATA_DIR", str(tmp_path / "file"))
        ran = exonym("doctor", "--json")
        findings = {one["check"]: one["ok"] for one in ran.json}
        assert (findings["data folder"], findings["packages"]) == (False, False)
        assert "Telegram" in findings
        assert (ran.status, ran.err.count("\n")) == (1, 1)

    def test_models_are_listed(self, exonym: Run) -> None:
        assert {"packages", "broken"} == set(exonym("models", "list", "--json").json)
