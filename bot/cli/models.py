"""The Argos packages: `exonym models ...`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import AsJson
from bot.cli.printing import (
    language_of,
    print_json,
    print_line,
    print_table,
    progress_bar,
)
from bot.errors import BotError
from bot.settings import load_settings

if TYPE_CHECKING:
    from translations.engine import InstalledPackage


group = typer.Typer(help="The Argos packages that translate names and sentences.", no_args_is_help=True)


@group.command("list")
def models_list(as_json: AsJson = False) -> None:
    """List the Argos packages that are installed, and what is wrong with those that cannot be used."""
    from translations.engine import Engine
    from translations.packages import PackageError, ensure_bundled, package_problems

    settings = load_settings()
    failure = None
    try:
        ensure_bundled(settings.packages_dir)
    except PackageError as error:  # what is there is listed all the same
        failure = error
    problems = package_problems(settings.packages_dir)
    unusable = {one.path for one in problems}
    packages = [
        {
            "source": str(one.source),
            "target": str(one.target),
            "purpose": one.purpose,
            "version": one.version,
            "label": one.label,
            "path": str(one.path),
        }
        for one in Engine(settings.packages_dir).packages()
        if one.path not in unusable
    ]
    broken = [
        {"name": one.path.name, "path": str(one.path), "problem": one.problem, "advice": one.advice} for one in problems
    ]
    if as_json:
        print_json({"packages": packages, "broken": broken})
    else:
        print_table(
            f"{len(packages)} packages",
            ("from", "to", "for", "version", "folder"),
            ((one["source"], one["target"], one["purpose"], one["version"], one["path"]) for one in packages),
        )
        for one in broken:
            print_line(f"Broken: {one['name']}. {one['problem']} {one['advice']}")
    if failure is not None:
        raise failure


@group.command("install")
def models_install(
    bundled: Annotated[bool, typer.Option("--bundled", help="The name packages that come with the project.")] = False,
    file: Annotated[Path | None, typer.Option("--file", help="An .argosmodel file.")] = None,
    index: Annotated[str | None, typer.Option("--index", help="Another index than the official Argos one.")] = None,
    source: Annotated[str, typer.Option("--from", help="The language to translate from.")] = "en",
    to: Annotated[
        str | None,
        typer.Option("--to", help="The languages to translate to, by commas; all that --index has if not given."),
    ] = None,
) -> None:
    """Install packages: the bundled ones, one from a file, or those of an index (with --to or --index)."""
    from translations.packages import (
        ARGOS_INDEX,
        PackageError,
        ensure_bundled,
        install_file,
        install_from_index,
        offered_targets,
    )

    from_index = index is not None or to is not None
    if sum((bundled, file is not None, from_index)) != 1:
        raise typer.BadParameter("say one of --bundled, --file FILE, --to LANGUAGE or --index URL.")
    folder = load_settings().packages_dir
    installed: list[InstalledPackage] = []
    failures: list[str] = []
    if bundled:
        installed += ensure_bundled(folder)
    elif file is not None:
        installed.append(install_file(file, folder))
    else:
        index, origin = index or ARGOS_INDEX, language_of(source)
        targets = tuple(map(language_of, to.split(","))) if to is not None else offered_targets(index, origin)
        if not targets or origin in targets:
            message = f"The index {index} has no package from {origin.english_name} to another of our languages."
            raise BotError(message if not targets else f"{origin.english_name} needs no package into itself.")
        for target in targets:
            with progress_bar(f"{origin} to {target}", download=True) as progress:
                try:
                    installed.append(install_from_index(index, origin, target, folder, progress))
                except PackageError as error:  # the other languages' packages are wanted all the same
                    failures.append(str(error))
    for package in installed:
        print_line(f"Installed {package.label} for {package.purpose} in {package.path}.")
    if failures:
        raise BotError(" ".join(failures))
    if not installed:
        print_line("Everything was installed already.")


@group.command("remove")
def models_remove(name: Annotated[str, typer.Argument(help="A package's folder, as listed.")]) -> None:
    """Remove a package; bundled ones come back when they are needed."""
    from translations.packages import remove

    print_line(f"Removed {remove(name, load_settings().packages_dir)}.")
