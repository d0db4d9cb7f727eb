"""What an article is: address, hash, language, dateline."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.articles import (
    ArticleDraft,
    EmptyArticleError,
    UnsupportedLanguageError,
    accept,
    believable,
    canonical_url,
    content_hash,
    dateline,
    detect_language,
)
from translations.languages import Language

NOW = datetime(2025, 1, 15, 12, tzinfo=UTC)

TEXTS = {
    "en": "The security service said that two soldiers had been taken prisoner near Kursk and brought to the capital.",
    "uk": "Служба безпеки повідомила, що двох військових узяли в полон на Курщині й доправили до столиці.",
    "ru": "Служба безопасности сообщила, что двух военных взяли в плен под Курском и доставили в столицу.",
    "ko": "보안국은 쿠르스크 인근에서 병사 두 명을 생포해 수도로 이송했다고 밝혔다.",
}
OTHERS = {
    "be": "Служба бяспекі паведаміла, што двух вайскоўцаў узялі ў палон каля Курска і даставілі ў сталіцу.",
    "pl": "Służba bezpieczeństwa poinformowała, że dwóch żołnierzy wzięto do niewoli i przewieziono do stolicy.",
    "bg": "Службата за сигурност съобщи, че двама войници са били пленени край Курск и отведени в столицата.",
    "sr": "Служба безбедности је саопштила да су два војника заробљена код Курска и пребачена у престоницу.",
    "mk": "Службата за безбедност соопшти дека двајца војници се заробени кај Курск и однесени во главниот град.",
    "kk": "Қауіпсіздік қызметі екі сарбаздың тұтқынға түсіп, астанаға жеткізілгенін хабарлады.",
    "mn": "Аюулгүй байдлын алба хоёр цэргийг олзолж, нийслэлд авчирсан гэж мэдэгдлээ.",
    "de": "Der Sicherheitsdienst teilte mit, zwei Soldaten seien gefangen und in die Hauptstadt gebracht worden.",
    "fr": "Le service de sécurité a indiqué que deux soldats avaient été capturés et conduits dans la capitale.",
    "es": "El servicio de seguridad informó de que dos soldados fueron capturados y llevados a la capital.",
    "it": "Il servizio di sicurezza ha riferito che due soldati sono stati catturati e portati nella capitale.",
    "pt": "O serviço de segurança informou que dois soldados foram capturados e levados para a capital.",
    "ro": "Serviciul de securitate a anunțat că doi soldați au fost capturați și duși în capitală.",
    "hu": "A biztonsági szolgálat közölte, hogy két katonát elfogtak és a fővárosba szállítottak.",
    "cs": "Bezpečnostní služba oznámila, že dva vojáci byli zajati u Kurska a převezeni do hlavního města.",
    "tr": "Güvenlik servisi iki askerin Kursk yakınlarında yakalanıp başkente getirildiğini açıkladı.",
    "ja": "保安局は、クルスク付近で兵士二人を捕虜にし、首都に移送したと発表した。",
    "zh": "安全局表示，两名士兵在库尔斯克附近被俘，并被送往首都。",
    "ar": "أعلن جهاز الأمن أسر جنديين قرب كورسك ونقلهما إلى العاصمة.",
    "el": "Η υπηρεσία ασφαλείας ανακοίνωσε ότι δύο στρατιώτες αιχμαλωτίστηκαν και μεταφέρθηκαν στην πρωτεύουσα.",
}


def draft(text: str, title: str = "", published: datetime | None = None) -> ArticleDraft:
    return ArticleDraft("https://paper.example/1", title, text, published, NOW, "Paper")


@pytest.mark.parametrize("code", TEXTS)
def test_an_article_in_one_of_the_four_languages_is_accepted(code: str) -> None:
    article = accept(draft(TEXTS[code]))
    assert article.language == code
    assert article.content_hash == content_hash("", TEXTS[code])
    assert article.retrieved == NOW


@pytest.mark.parametrize("code", OTHERS)
def test_an_article_in_another_language_is_refused_by_its_name(code: str) -> None:
    with pytest.raises(UnsupportedLanguageError) as caught:
        accept(draft(OTHERS[code]))
    assert caught.value.language == code
    assert str(caught.value).startswith("https://paper.example/1 is in ")
    assert str(caught.value).endswith(".")


def test_the_message_names_the_language() -> None:
    with pytest.raises(UnsupportedLanguageError, match="is in Belarusian;"):
        accept(draft(OTHERS["be"]))


@pytest.mark.parametrize("text", ["СБУ", "SBU captured", "NIS", "2025", "https://paper.example/ @name", ""])
def test_a_few_letters_are_no_evidence_of_a_language(text: str) -> None:
    assert detect_language(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Two soldiers were captured.", "en"),
        ("Київ", "uk"),
        ("Двух солдат взяли в плен", "ru"),
        ("У Києві заявили, що 300 військових КНДР загинули.", "uk"),
        ("На Сумщині двоє загиблих", "uk"),
        ("В Киеве заявили, что двое раненых в больнице", "ru"),
        ("Беларускія сілавікі затрымалі двух чалавек у Мінску.", "be"),
        ("북한군 포로", "ko"),
        ("국정원 NIS, SBU Kyiv", "ko"),
        ("Zelensky wrote on Telegram: «Це тільки початок», and Kyiv confirmed it on the same evening.", "en"),
        ("Зеленський назвав це «Black Sea Grain Initiative» і подякував президентові Туреччини.", "uk"),
    ],
)
def test_short_and_mixed_text_is_told(text: str, code: str) -> None:
    assert detect_language(text) == code


@pytest.mark.parametrize("text", ["", " \n", "12 — 34, 2025"])
def test_an_article_without_words_is_refused(text: str) -> None:
    with pytest.raises(EmptyArticleError, match="no words"):
        accept(draft(text, title="Title"))


def test_hangul_spelt_in_parts_is_composed() -> None:
    parts = unicodedata.normalize("NFD", TEXTS["ko"])
    assert len(parts) > len(TEXTS["ko"])
    article = accept(draft(parts))
    assert article.text == TEXTS["ko"]
    assert article.language is Language.KO


@pytest.mark.parametrize(
    ("published", "kept"),
    [
        (NOW - timedelta(days=900), True),
        (NOW + timedelta(hours=20), True),
        (NOW + timedelta(hours=25), False),
        (NOW + timedelta(days=900), False),
        (datetime(1970, 1, 1, tzinfo=UTC), False),
        (datetime(1, 1, 1, tzinfo=UTC), False),
    ],
)
def test_a_time_of_publication_that_cannot_be_true_is_unknown(published: datetime, kept: bool) -> None:
    assert believable(published, NOW) == (published if kept else None)
    assert accept(draft(TEXTS["en"], published=published)).published == (published if kept else None)


def test_a_hash_follows_the_words_and_not_the_blanks() -> None:
    first = content_hash("Два роки", "Перший рядок.\nДругий рядок.")
    assert len(first) == 64
    assert content_hash("Два  роки ", "Перший рядок. \n\n Другий рядок.") == first
    assert content_hash("Два роки", "Перший рядок. Другий рядок!") != first
    assert content_hash("Два роки Перший", "рядок.\nДругий рядок.") != first


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://WWW.Paper.Example:80/A/b?id=7#top", "http://www.paper.example/A/b?id=7"),
        ("https://paper.example", "https://paper.example/"),
        ("https://paper.example./a?", "https://paper.example/a"),
        ("https://paper.example/a?utm_source=x&id=7&UTM_Medium=y&fbclid=z", "https://paper.example/a?id=7"),
        ("https://paper.example/a?b=2&a=1&a=0", "https://paper.example/a?b=2&a=1&a=0"),
        ("https://paper.example/%7euser/%d0%9a", "https://paper.example/~user/%D0%9A"),
        ("https://новини.укр/новина", "https://xn--b1amarcd.xn--j1amh/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B0"),
        ("https://paper.example/기사?쪽=2", "https://paper.example/%EA%B8%B0%EC%82%AC?%EC%AA%BD=2"),
        ("https://paper.example:8443/a", "https://paper.example:8443/a"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("https://paper.example/a%2Fb?q=a%26b", "https://paper.example/a%2Fb?q=a%26b"),
        ("https://paper.example/feed#exonym-item-0a1b", "https://paper.example/feed#exonym-item-0a1b"),
        ("file:///home/ann/%D0%9D.txt", "file:///home/ann/%D0%9D.txt"),
        (" https://paper.example/a ", "https://paper.example/a"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_an_address_has_one_canonical_form(url: str, expected: str) -> None:
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://paper.example/a", "https://paper.example/a/"),
        ("https://paper.example/a", "https://m.paper.example/a"),
        ("https://paper.example/a", "https://paper.example/A"),
        ("https://paper.example/a?id=1", "https://paper.example/a?id=2"),
        ("https://paper.example/a", "https://paper.example/amp/a"),
    ],
)
def test_addresses_that_may_be_two_pages_stay_two(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Wednesday 15 January 2025 05:07 GMT"),
        ("en", "Harbour town mourns\nAnn Lee\n15 Jan 2025, 5.07am\nComments"),
        ("en", "KYIV, Jan. 15, 2025 - Two soldiers were taken prisoner, the service said."),
        ("en", "SEOUL, South Korea (Harbour Wire) January 15, 2025 — Two soldiers were taken prisoner."),
        ("en", "By Ann Lee and Tom Park | January 15th, 2025"),
        ("en", "2025-01-15"),
        ("en", "Updated 16 January 2025\nPublished 15 January 2025"),
        ("uk", "15 січня 2025"),
        ("uk", "Опубліковано: 15.01.2025, 14:05"),
        ("uk", "КИЇВ, 15 січня 2025 року — Двох військових узяли в полон."),
        ("uk", "Середа, 15 січня 2025 року, 14:05"),
        ("ru", "15 января 2025 года"),
        ("ru", "МОСКВА, 15 января 2025 года. /ВОЛНА/. Двух военных взяли в плен."),
        ("ru", "Обновлено: 16 января 2025\n15 янв. 2025 в 10:30"),
        ("ko", "2025년 1월 15일"),
        ("ko", "입력 2025.01.15. 오전 9:30 수정 2025.01.16. 오후 1:00"),
        ("ko", "2025년 1월 15일 수요일 | 김하늘 기자"),
        ("ko", "(서울=바다통신) 2025년 1월 15일 = 병사 두 명이 생포됐다."),
    ],
)
def test_a_text_gives_its_own_date_near_the_top(language: str, text: str) -> None:
    assert dateline(text, Language(language)) == date(2025, 1, 15)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The army announced on Saturday, January 11, that it had captured two soldiers."),
        ("en", "The treaty was signed on 15 January 2020 in Seoul - the first of its kind."),
        ("en", "The prisoners, captured on January 9, are held in Kyiv."),
        ("en", "KYIV, Jan. 12 - Two soldiers were taken prisoner."),
        ("en", "Sailings resume.\n" * 20 + "15 January 2025"),
        ("en", "31 February 2025"),
        ("uk", "Закон ухвалили 15 січня 2020 року, і відтоді його двічі змінювали."),
        ("uk", "У неділю, 12 січня, президент подякував бійцям."),
        ("ru", "Договор подписали 15 января 2020 года в столице, и с тех пор он не менялся."),
        ("ru", "Заседание пройдёт 20 января."),
        ("ko", "정부는 2020년 1월 15일 서울에서 조약에 서명했다고 밝힌 바 있으며 이후 개정은 없었다."),
        ("ko", "11일 생포된 병사들은 키이우로 이송됐다."),
        ("en", ""),
    ],
)
def test_a_date_within_a_sentence_or_without_a_year_is_no_dateline(language: str, text: str) -> None:
    assert dateline(text, Language(language)) is None


def test_the_text_s_own_dateline_counts_where_the_source_gave_no_time() -> None:
    text = f"KYIV, January 14, 2025 — Two soldiers were shown to journalists.\n\n{TEXTS['en']}"
    draft = ArticleDraft("https://news.example/a", "Two soldiers", text, None, NOW, "News")
    assert accept(draft).published == datetime(2025, 1, 14, tzinfo=UTC)
    told = datetime(2025, 1, 14, 9, 30, tzinfo=UTC)
    assert accept(ArticleDraft(draft.url, draft.title, text, told, NOW, "News")).published == told


@pytest.mark.parametrize(
    "text",
    [
        "The SBU detained 12 men in Kharkiv.",
        "SBU detained a spy in Kyiv",
        "Two killed in Kharkiv strike",
        "The men died.",
        "SBU detained courier in Kharkiv",
        "NIS says Kim Jong Un visited Sinuiju",
    ],
)
def test_a_brief_of_a_line_is_english_by_its_small_words(text: str) -> None:
    assert detect_language(text) == "en"


@pytest.mark.parametrize(
    "text",
    [
        "W Kijowie zatrzymano szpiega, podaje SBU",
        "Il presidente ucraino arriva a Parigi",
        "Ukraine: zwei Soldaten aus Nordkorea gefangen, sagt Kiew",
        "President Zelenskyj krävde mer hjälp",
        "Twee doden na aanval op de stad",
        "Presidentti vieraili eilen rintamalla Ukrainassa",
        "El presidente viajó a Madrid",
        "SBU zadržela v Charkově dva muže",
    ],
)
def test_a_brief_in_another_language_is_not_taken_for_english(text: str) -> None:
    assert detect_language(text) != "en"
