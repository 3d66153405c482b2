"""What editors may see of a question holds nothing that names a person."""

from pathlib import Path

import pytest

from bot.errors import LotseError
from bot.understanding.redaction import NameList, redact

NAMES = NameList.read(Path(__file__).parents[2] / "nlu" / "names")
KNOWN = frozenset(
    [
        "wohngeld",
        "jobcenter",
        "ausländerbehörde",
        "aufenthaltstitel",
        "antrag",
        "termin",
        "kind",
        "kindergeld",
        "stuttgart",
        "deutsch",
        "kurs",
        "sprachkurs",
        "mann",
        "frau",
        "sohn",
        "tochter",
        "bruder",
        "mutter",
        "arzt",
        "brief",
        "geld",
        "wohnung",
        "schule",
        "fahrrad",
        "deutschkurs",
        "pass",
        "heim",
        "hilfe",
        "chef",
        "нужен",
        "нужна",
        "помощь",
        "квартира",
        "ребенок",
        "дитина",
        "допомога",
        "english",
        "german",
        "sucht",
        "arbeit",
        "krank",
        "wartet",
        "schule",
        "работает",
        "ищет",
        "працює",
        "шукає",
        "müssen",
        "lernen",
    ]
)

PERSONAL = {
    "de": [
        ("Ich heiße Mohamed Alsayed und suche eine Wohnung", "mohamed alsayed"),
        ("mein name ist fatima karimi, ich brauche termin", "fatima karimi"),
        ("Frau Schmidt vom Jobcenter hat meinen Antrag verloren", "schmidt"),
        ("Ich wohne Königstraße 12, 70173 Stuttgart, Tel 0711 1234567", "königstraße 12 70173 0711 1234567"),
        ("meine mail ist ali.reza@gmail.com oder @alireza99", "ali.reza gmail alireza99"),
        ("Mein Mann Tesfalem wartet auf den Aufenthaltstitel", "tesfalem"),
        ("IBAN DE89 3704 0044 0532 0130 00 stimmt nicht", "DE89 3704 0532"),
        ("Kann Herr Xylowski mir helfen", "xylowski"),
        ("meine tochter maria ist krank", "maria"),
        ("grüße, mohammad reza", "mohammad reza"),
        ("abdul", "abdul"),
        ("mein sohn qasimo hat keine schule", "qasimo"),
        ("mein sohn heißt ali", "ali"),
        ("mein bruder ali und meine schwester fatima", "ali fatima"),
        ("omar punkt alo at web punkt de", "omar alo"),
        ("ruf an null eins sieben sechs fünf fünf", "null eins sieben sechs fünf"),
    ],
    "en": [
        ("My name is Yonas Tesfay and I need a German course", "yonas tesfay"),
        ("i am ahmad from room 214", "ahmad 214"),
        ("call me +49 176 12345678 please", "176 12345678"),
        ("mr. okafor from the office said no", "okafor"),
        ("my case number is BX1234567", "bx1234567 1234567"),
        ("write to omar at gmail dot com", "omar gmail"),
        ("omar (at) gmail.com", "omar gmail"),
        ("my name is will smith", "will smith"),
        ("my son yousef is sick", "yousef"),
    ],
    "ar": [
        ("اسمي احمد الشاوي واريد موعد", "احمد الشاوي"),
        ("انا خالد من حلب رقمي ٠١٧٦١٢٣٤٥٦٧", "خالد ٠١٧٦١٢٣٤٥٦٧ 0176"),
        ("زوجي محمود عنده اقامة", "محمود"),
        ("ismi khaled alomar bedi maw3ed", "khaled alomar"),
        ("السيدة فاطمة قالت لازم ورقة", "فاطمة"),
        ("ابني علي ضاع", "علي"),
        ("اسمي علي واريد موعد", "علي"),
        ("زوجي محمود مريض", "محمود"),
    ],
    "fa": [
        ("نامم علیرضا احمدی است و کورس می‌خواهم", "علیرضا احمدی"),
        ("اسم من زهرا رضایی است", "زهرا رضایی"),
        ("شماره من ۰۱۷۶۱۲۳۴۵۶۷", "۰۱۷۶۱۲۳۴۵۶۷ 0176"),
        ("esme man reza karimi ast", "reza karimi"),
        ("آقای محمدی گفت نمی‌شود", "محمدی"),
        ("نام من علی است", "علی"),
        ("پسرم علی گم شده", "علی"),
        ("علی از کابل", "علی"),
        ("خواهرم زهرا مریض است", "زهرا"),
    ],
    "ps": [
        ("زما نوم نجیب الله دی", "نجیب"),
        ("نوم مې ملالۍ ده کورس غواړم", "ملالۍ"),
        ("ښاغلی کرزی راته وویل", "کرزی"),
        ("zama num gulab day kors ghwaram", "gulab"),
        ("زما شمېره ۰۱۷۶۵۵۵۴۴۳۳ ده", "۰۱۷۶۵۵۵۴۴۳۳"),
        ("زوی مې احمد ناروغ دی", "احمد"),
    ],
    "kmr": [
        ("navê min Şêxmûs e û ez kar dixwazim", "şêxmûs"),
        ("navê min rojda ye", "rojda"),
        ("ez Berîvan im ji Kobanê", "berîvan"),
        ("hevjînê min Xelîl nexweş e, 0176 9876543", "xelîl 9876543"),
        ("kurê min azad nexweş e", "azad"),
    ],
    "tr": [
        ("benim adım Ayşe Yılmaz, kursa gitmek istiyorum", "ayşe yılmaz"),
        ("adim mehmet oturum uzatma", "mehmet"),
        ("kocam Hüseyin işsiz kaldı", "hüseyin"),
        ("Ayşe'nin pasaportu yok", "ayşe"),
        ("numaram 0532 111 22 33", "0532 111"),
        ("kızım elif hasta", "elif"),
    ],
    "uk": [
        ("мене звати Оксана Шевченко, потрібна квартира", "оксана шевченко"),
        ("мій син Тарасик не ходить до школи", "тарасик"),
        ("мене звати іван потрібна робота", "іван"),
        ("mene zvaty olena, potribna robota", "olena"),
        ("вул. Лесі Українки 5 кв 3", "українки"),
        ("мій син діма хворіє", "діма"),
    ],
    "ru": [
        ("меня зовут Сергей Петров, как продлить паспорт", "сергей петров"),
        ("муж Ахмед ищет работу", "ахмед"),
        ("menya zovut svetlana, nuzhen kurs", "svetlana"),
        ("Олега забрали документы, телефон 89161234567", "олега 89161234567"),
        ("господин Штольц не отвечает", "штольц"),
        ("сын дима болеет", "дима"),
        ("ноль один семь шесть пять", "семь шесть"),
    ],
    "ti": [
        ("ስመይ ተስፋይ ሃይለ እዩ", "ተስፋይ"),
        ("ስመይ ሚካኤል ኮርስ ደልየ", "ሚካኤል"),
        ("ኣቶ ሰለሞን ኣይመለሰለይን", "ሰለሞን"),
        ("simey yonas kors delye", "yonas"),
        ("ዕድመይ ፴፭ ዓመት", "፴፭"),
        ("ወደይ ዮናስ ሓሚሙ", "ዮናስ"),
    ],
    "so": [
        ("magacaygu waa Cabdi Warsame koorso ayaan rabaa", "cabdi warsame"),
        ("magacaygu waa faadumo", "faadumo"),
        ("waxaa la i yiraahdaa maxamed", "maxamed"),
        ("walaalkay Guuleed wuxuu rabaa shaqo, 017612345678", "guuleed 0176"),
        ("wiilkayga axmed wuu jiran yahay", "axmed"),
    ],
    "fr": [
        ("je m'appelle Mamadou Diallo et je cherche un cours", "mamadou diallo"),
        ("moi c'est fatoumata", "fatoumata"),
        ("Madame Dupont ne répond pas à amadou@yahoo.fr", "dupont amadou yahoo"),
        ("j'habite 12 rue Mozart ou https://example.org/amadou", "mozart example"),
        ("mon fils Ousmane a 7 ans", "ousmane 7"),
        ("mon fils ibrahim est malade", "ibrahim"),
    ],
}

HARMLESS = [
    "wie beantrage ich wohngeld",
    "Wie beantrage ich Wohngeld in Stuttgart?",
    "Mein Kind braucht Hilfe",
    "meine frau sucht arbeit",
    "how do i get a german course",
    "كيف اجدد الاقامة",
    "چطور کورس آلمانی پیدا کنم",
    "څنګه د ژبې کورس ومومم",
    "ez kursa almanî dixwazim",
    "oturum iznimi nasıl uzatırım",
    "де знайти роботу",
    "как найти квартиру",
    "ኮርስ ጀርመን ኣበይ ይርከብ",
    "sidee ku helaa koorso jarmal ah",
    "comment prolonger mon titre de séjour",
    "mein sohn ist krank",
    "meine tochter braucht einen kindergartenplatz",
    "wie ist mein name auf dem briefkasten",
    "ich habe zwei kinder, drei und vier jahre",
    "look at this point",
    "my friend said this",
    "mon frère se marie",
    "ابني مريض",
    "الكتاب على الطاولة",
    "پسرم مریض است",
    "مادرم عملیات داره",
    "زوی مې ناروغ دی",
    "kurê min nexweş e",
    "navê min e",
    "kızım hasta",
    "мій син хворіє",
    "мой сын болеет",
    "Жена живет здесь",
    "ወደይ ሓሚሙ",
    "wiilkaygu waa jiran yahay",
]


@pytest.mark.parametrize(
    ("text", "personal"),
    [pytest.param(*case, id=f"{lang}-{n}") for lang in PERSONAL for n, case in enumerate(PERSONAL[lang])],
)
def test_nothing_personal_is_left(text: str, personal: str) -> None:
    """No name, number, address or account survives, in any language or script."""
    cleaned = redact(text, NAMES, KNOWN).casefold()
    assert not [part for part in personal.casefold().split() if part in cleaned], cleaned


@pytest.mark.parametrize("text", HARMLESS)
def test_a_question_without_personal_data_stays_as_it_is(text: str) -> None:
    """Editors can read what was asked."""
    assert redact(text, NAMES, KNOWN) == text


def test_the_rest_of_a_sentence_with_a_name_stays_readable() -> None:
    """Only the name goes; what the question is about stays."""
    assert (
        redact("Ich heiße Mohamed Alsayed und suche eine Wohnung", NAMES, KNOWN) == "Ich heiße … und suche eine Wohnung"
    )


def test_only_the_name_after_a_relative_goes() -> None:
    """Who is ill or lost stays, and what happened; a sign ends the name."""
    assert redact("meine tochter maria ist krank", NAMES, KNOWN) == "meine tochter … ist krank"
    assert redact("پسرم علی گم شده", NAMES, KNOWN) == "پسرم … گم شده"
    assert redact("grüße mohammad reza, danke", NAMES, KNOWN) == "grüße …, danke"


def test_a_text_in_capitals_is_no_row_of_names() -> None:
    """Who shouts is still read, and a listed name still goes."""
    assert redact("ICH BRAUCHE DRINGEND GELD MOHAMED", NAMES, KNOWN) == "ICH BRAUCHE DRINGEND GELD …"


def test_digits_of_all_scripts_become_number_signs() -> None:
    """ASCII, Arabic, Persian and Ge'ez numerals look the same afterwards."""
    assert redact("kurs b1 ٣ ۴ ፭", NAMES, KNOWN) == "kurs b# # # #"


def test_the_result_is_short_visible_and_has_single_spaces() -> None:
    """Controls, directions and lone surrogates vanish, and 300 characters are the most."""
    cleaned = redact("wo \u202e ist\n\n das\x00 \ud800amt " * 100, NAMES, KNOWN)
    assert len(cleaned) <= 300
    assert cleaned.startswith("wo ist das amt wo ist")


def test_a_directory_without_names_is_refused(tmp_path: Path) -> None:
    """A lost list of names must not go unnoticed."""
    with pytest.raises(LotseError, match=r"nlu/names"):
        NameList.read(tmp_path)


def test_the_list_has_names_of_all_communities() -> None:
    """At least 1,500 names stand in the list, in native scripts and in Latin letters."""
    assert len(NAMES.always | NAMES.capital) >= 1500
    assert all(
        NAMES.has(name) for name in ("Mohamed", "محمد", "رضایی", "Оксана", "ተስፋይ", "Warsame", "Berivan", "diallo")
    )
