"""A small trained interpreter that all tests of understanding share."""

from collections.abc import Sequence

import numpy as np
import pytest

from bot.understanding.embedded import EmbeddedInterpreter
from bot.understanding.encoder import Vectors
from bot.understanding.examples import Example, Synonym
from bot.understanding.ngrams import Ngrams
from bot.understanding.training import prepare

_LINES = {
    "greet": ["de: hallo", "de: guten tag", "en: hello", "en: hi there", "ar: مرحبا", "uk: привіт", "tr: merhaba"],
    "thank": ["de: vielen dank", "de: danke", "en: thank you", "ar: شكرا", "uk: дякую", "tr: teşekkürler"],
    "find_course": [
        "de: ich suche einen deutschkurs",
        "de: wo kann ich deutsch lernen",
        "de: ich möchte einen sprachkurs besuchen",
        "en: i want to learn german",
        "en: is there a german course for beginners",
        "ar: اريد ان اتعلم الالمانية",
        "ar: ابحث عن دورة لغة المانية",
        "uk: хочу вивчати німецьку мову",
        "uk: де є курси німецької мови",
        "tr: almanca öğrenmek istiyorum",
        "tr: almanca kursu arıyorum",
    ],
    "faq/bank-account": [
        "de: wie kann ich ein konto bei der bank eröffnen",
        "de: die bank gibt mir kein konto",
        "en: how do i open a bank account",
        "en: the bank refuses to give me an account",
        "ar: كيف افتح حساب في البنك",
        "ar: البنك رفض فتح حساب لي",
        "uk: як відкрити рахунок у банку",
        "uk: банк не відкриває мені рахунок",
        "tr: banka hesabı nasıl açılır",
        "tr: banka bana hesap açmıyor",
    ],
    "faq/see-doctor": [
        "de: ich bin krank und brauche einen arzt",
        "de: wo finde ich eine ärztin",
        "en: i am ill and need a doctor",
        "en: where can i find a doctor",
        "ar: انا مريض واحتاج الى طبيب",
        "ar: اين اجد طبيبا",
        "uk: я хворий мені потрібен лікар",
        "uk: де знайти лікаря",
        "tr: hastayım doktora ihtiyacım var",
        "tr: nerede doktor bulabilirim",
    ],
    "out_of_scope": [
        "de: wie wird das wetter morgen",
        "de: wer hat das spiel gewonnen",
        "en: tell me a joke",
        "en: what is the capital of france",
        "ar: احكي لي نكتة",
        "uk: розкажи анекдот",
        "tr: bana bir fıkra anlat",
    ],
}
EXAMPLES = [
    Example(line.partition(": ")[2], line.partition(": ")[0], intent)
    for intent, lines in _LINES.items()
    for line in lines
]
SYNONYMS = {
    "de": [
        Synonym("Jobcenter", "office", "jobcenter"),
        Synonym("Ausländerbehörde", "office", "foreigners-office"),
        Synonym("Bad Cannstatt", "district", "bad-cannstatt"),
        Synonym("Wangen", "district", "wangen"),
        Synonym("Fußball", "sport", "football"),
        Synonym("Frauen", "audience", "women"),
        Synonym("so", "weekday", "sun"),
    ],
    "en": [Synonym("women", "audience", "women"), Synonym("football", "sport", "football")],
    "ar": [Synonym("نساء", "audience", "women"), Synonym("كرة القدم", "sport", "football")],
    "uk": [Synonym("футбол", "sport", "football"), Synonym("школа танців", "sport", "dance")],
    "so": [Synonym("kubadda cagta", "sport", "football")],
}
LANGUAGE_TEXTS = [
    ("мне нужен врач и я хочу учить немецкий язык", "ru"),
    ("где находится учреждение и когда оно открыто", "ru"),
    ("спасибо большое, я ищу работу и квартиру", "ru"),
    ("ya hochu uchit nemetskiy yazyk gde kursy", "ru"),
    ("من دکتر می‌خواهم و دنبال کلاس آلمانی هستم", "fa"),
    ("چطور می‌توانم حساب بانکی باز کنم", "fa"),
    ("کجا می‌توانم زبان آلمانی یاد بگیرم", "fa"),
    ("زه ډاکټر ته اړتیا لرم", "ps"),
    ("زه غواړم جرمني ژبه زده کړم چیرته کورس دی", "ps"),
    ("bdi at3allam almani wein fi kurs", "ar"),
    ("ana mareed w bdi doctor bokra", "ar"),
    ("كيف بقدر افتح حساب وين المكتب", "ar"),
]


class SpellingEncoder:
    """A second encoder, quick and without weights: n-grams, hashed into a vector."""

    dimension = 128

    def __init__(self, name: str = "spelling") -> None:
        self.fingerprint = name
        self.encoded: list[str] = []
        self._ngrams = Ngrams(2, 4, self.dimension)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors [texts, 128]."""
        self.encoded.extend(texts)
        vectors = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in zip(vectors, texts, strict=True):
            ids, counts = self._ngrams.of_text(text)
            row[ids] += counts
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


@pytest.fixture
def encoder() -> SpellingEncoder:
    """An encoder that remembers what it was given."""
    return SpellingEncoder()


@pytest.fixture(scope="session")
def interpreter(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedInterpreter:
    """An interpreter trained on a few sentences in five languages."""
    return prepare(EXAMPLES, SYNONYMS, LANGUAGE_TEXTS, SpellingEncoder(), tmp_path_factory.mktemp("understanding"))
