"""Spellings made by rule where no pair was collected: official romanisation, and Russian forms turned Ukrainian.

Registers list names in Cyrillic only; the state romanises them by a published table, and that is how they reach
English text. Foreign names are scarce in Ukrainian data and plentiful in Russian: `ukrainian_from_russian` respells
those by the rules of the 2019 orthography and gives up where the Russian letter does not tell the Ukrainian one.
`corpus` weighs what comes from here below what was collected.
"""

from __future__ import annotations

import re

# Resolution 55 of the Cabinet of Ministers of Ukraine, 2010: plain, and at the beginning of a word.
_UKRAINIAN = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "y",
    "і": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "є": "ie", "ї": "i", "й": "i",
    "ю": "iu", "я": "ia", "ь": "", "'": "",
}  # fmt: skip
_UKRAINIAN_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
# Newspapers' habits beside the table: Zelenskyy, Yermak, Oliynyk.
_UKRAINIAN_PRESS = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}

# BGN/PCGN 1947 for Russian, simplified as newspapers do (no apostrophe for the soft sign).
_RUSSIAN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ы": "y", "э": "e", "ю": "yu", "я": "ya",
    "ё": "yo", "ь": "", "ъ": "",
}  # fmt: skip


def romanised_ukrainian(name: str, *, press: bool = False) -> str:
    """A Ukrainian name in Latin letters by the official table (Zelenskyi) or the press (Zelenskyy)."""
    letters = []
    lowered = name.lower().replace("зг", "zgh")  # the table's exception, so that it is not read as ж
    for i, c in enumerate(lowered):
        first = i == 0 or lowered[i - 1] in " -"
        if first and c in _UKRAINIAN_FIRST:
            letters.append(_UKRAINIAN_FIRST[c])
        elif press and c in _UKRAINIAN_PRESS:
            letters.append(_UKRAINIAN_PRESS[c])
        else:
            letters.append(_UKRAINIAN.get(c, c))
    return _capitals("".join(letters))


def romanised_russian(name: str) -> str:
    """A Russian name in Latin letters as English newspapers spell it: Песков is Peskov, Юрьев is Yuryev."""
    lowered = name.lower()
    letters = []
    for i, c in enumerate(lowered):
        before = lowered[i - 1] if i else " "
        if c == "е" and before in " -аеёиоуыэюяьъ":
            letters.append("ye")
        elif c == "й" and before in "иы" and i == len(lowered) - 1:
            continue  # -ий and -ый end in one y
        elif c == "и" and lowered[i:] == "ий":
            letters.append("y")
        else:
            letters.append(_RUSSIAN.get(c, c))
    return _capitals("".join(letters))


def _capitals(word: str) -> str:
    return re.sub(r"(^|[ -])(\w)", lambda m: m[1] + m[2].upper(), word)


_VOWELS = "аеёиоуыэюяіїє"
_SLAVIC = re.compile(
    r"(ов|ев|ёв|ин|ын|[сц]к[иао][йя]|[оеё]ва|ина|ына|енко|чук|юк|ук|ович|евич|ич|ный|ная|ой|ая|ий|ый)$"
)
_JAPANESE = re.compile(r"((?:[kgsztdnhbpmyrwjf]|sh|ch|ts|[kgnhbpmr]y)?[aiueoōūāēī]|n)+")
_CHINESE = re.compile(
    r"((?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:[aoeiuü]|ai|ei|ao|ou|ia|ie|iao|iu|ua|uo|uai|ui|üe)(?:ng?|r)?){1,2}"
)
_KOREAN = re.compile(
    r"(?:[bcdghjkmnprsty]|ch|[bcghkmp]y|kk|tt|pp|jj)?(?:ae|eo|eu|oe|ye|yeo|ya|yo|yu|wa|we|wo|wi|ui|oo|ee|[aeiou])(?:ng|[nmklptr])?"
)


# Given names that Ukrainian newsrooms put into Ukrainian whatever the passport says.
_GIVEN = {
    "владимир": "Володимир", "сергей": "Сергій", "дмитрий": "Дмитро", "николай": "Микола",
    "александр": "Олександр", "алексей": "Олексій", "андрей": "Андрій", "евгений": "Євген",
    "евгения": "Євгенія", "михаил": "Михайло", "павел": "Павло", "игорь": "Ігор", "виктор": "Віктор",
    "юрий": "Юрій", "василий": "Василь", "григорий": "Григорій", "екатерина": "Катерина", "елена": "Олена",
    "ирина": "Ірина", "наталья": "Наталія", "наталия": "Наталія", "татьяна": "Тетяна", "мария": "Марія",
    "юлия": "Юлія", "анастасия": "Анастасія", "дарья": "Дарія", "ксения": "Ксенія", "кирилл": "Кирило",
    "никита": "Микита", "станислав": "Станіслав", "вячеслав": "В'ячеслав", "валерий": "Валерій",
    "геннадий": "Геннадій", "виталий": "Віталій", "анатолий": "Анатолій", "константин": "Костянтин",
    "иван": "Іван", "пётр": "Петро", "фёдор": "Федір", "илья": "Ілля", "арсений": "Арсеній",
    "аркадий": "Аркадій", "леонид": "Леонід", "глеб": "Гліб", "яков": "Яків", "олег": "Олег", "борис": "Борис",
    "максим": "Максим", "денис": "Денис", "руслан": "Руслан", "тарас": "Тарас", "ярослав": "Ярослав",
    "всеволод": "Всеволод", "ольга": "Ольга", "людмила": "Людмила", "светлана": "Світлана", "галина": "Галина",
    "тимофей": "Тимофій", "матвей": "Матвій", "валентин": "Валентин", "валентина": "Валентина",
    "александра": "Олександра", "алёна": "Альона", "оксана": "Оксана", "артём": "Артем", "семён": "Семен",
    "егор": "Єгор", "вадим": "Вадим", "эдуард": "Едуард", "владислав": "Владислав", "святослав": "Святослав",
    "ростислав": "Ростислав",
}  # fmt: skip


def ukrainian_from_russian(source: str, russian: str) -> str | None:
    """A foreign name's Russian form respelt in Ukrainian, or None where its letters do not decide.

    Args:
        source: the name in English or its own Latin letters; tells h from kh and w from v.
        russian: its Russian form, one word.
    """
    word, latin = russian.lower().replace("’", "'"), source.lower()
    if word in _GIVEN:
        return _GIVEN[word]
    if _SLAVIC.search(word):
        return None
    eastern = any(p.fullmatch(latin) for p in (_JAPANESE, _CHINESE, _KOREAN))
    if "х" in word and not eastern:
        breath = re.sub(r"[kcgsztpr]h|x|j", "", latin)
        if "h" in breath and re.search(r"[kc]h|x|j", latin):
            return None  # which х is which is not told
        if "h" in breath:
            word = word.replace("х", "г")
    if "w" in latin:
        word = re.sub(r"(^|[^аеёиоуыэюя])у(?=[аеиоыэ])", r"\1в", word)
    word = re.sub(r"^е", "є" if latin[:1] in "yji" or latin[:2] == "ie" else "е", word)
    word = re.sub(r"(?<=[бпвмфгкхржчш])ь?ью", "'ю", word)
    word = re.sub(r"(?<=[бпвмфгкхржчш])[ьъ](?=[яюеёи])", "'", word)
    word = re.sub(r"ъ(?=[яюеё])", "'", word)
    word = re.sub(rf"(?<=[{_VOWELS}'ь])е", "є", word)
    word = re.sub(rf"(?<=[{_VOWELS}])й[еэ](?!$)", "є", word)  # Mayer: Майер, Маєр
    word = re.sub(r"(?<=[жчшщ])ё", "о", word)
    word = re.sub(rf"(^|(?<=[{_VOWELS}'ь]))ё", "йо", word)
    # Bird, Goethe: Берд, Гете; Björn, Ryota: Бьорн, Рьота.
    word = word.replace("ё", "ьо" if eastern or re.search("[jyi][oöø]", latin) else "е")
    word = re.sub(rf"(?<=[{_VOWELS}'])и", "ї", word.replace("ьи", "ьї").replace("ии", "ії"))
    word = word.replace("ыи", "иї").replace("и", "і").replace("ы", "и").replace("э", "е").replace("ъ", "")
    return _capitals(word)


def settled_ukrainian(word: str) -> str | None:
    """A collected Ukrainian form as newspapers write it, or None where it is a transliteration of Russian.

    ґ is written г in foreign names by most newsrooms (the orthography allows both); є after a consonant belongs to
    -єв and a few roots, elsewhere it betrays a Russian е (Алєксєєнко for Олексієнко).
    """
    word = word.replace("ґ", "г").replace("Ґ", "Г").replace("’", "'")
    if re.search(rf"[^{_VOWELS}'ьй -]є(?!в(а|ич|ича)?$|єв|йч)", word[1:].lower()):
        return None
    return word
