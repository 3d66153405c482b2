"""Words between "not" and what is refused, by language.

"Not ON A Saturday", "nicht FÜR Frauen", "cumartesi GÜNÜ olmasın".
"""

from collections.abc import Mapping
from typing import Final

from bot.understanding.normalise import key_of


def _read(lines: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    return {language: frozenset(key_of(word) for word in line.split()) for language, line in lines.items()}


PREPOSITIONS: Final = _read(
    {
        "ar": "في على يوم أيام ل ب بحي حي fi youm yom la",
        "de": "in im am an auf für fuer bei beim der die das den dem ein eine einen einem",
        "en": "in on at for the a an any",
        "fa": "در برای روز روزهای روزها توی تو محله را dar baraye rooz ruz",
        "fr": "à a au aux en dans pour le la les l de du des un une sur",
        "kmr": "li di de bo ji roja rojên taxa",
        "ps": "په پر د کې کي ورځ ورځو لپاره دپاره ته",
        "ru": "в во на по для v vo na po dlja dlya",
        "so": "ku ka u ee loogu talagalay maalinta degmada xaafadda",
        "ti": "ኣብ ናይ መዓልቲ ከባቢ ab",
        "tr": "için icin günü gunu günleri gunleri saatleri semtinde içinde",
        "uk": "в у во на по для v u na po dlja dlya",
    }
)
"""Prepositions, articles, and words for a day or a part of the city."""

ONLY: Final = _read(
    {
        "ar": "فقط بس حصرا faqat bas",
        "de": "nur bloß ausschließlich",
        "en": "only just exclusively",
        "fa": "فقط تنها faghat faqat",
        "fr": "seulement uniquement exclusivement que",
        "kmr": "tenê bi",
        "ps": "یوازې يوازې فقط",
        "ru": "только лишь исключительно tolko",
        "so": "oo keliya kaliya kali",
        "ti": "ጥራይ ጥራሕ tray",
        "tr": "sadece yalnızca yalnız sırf",
        "uk": "лише тільки виключно lyshe tilky",
    }
)
"""What is "not only for women" is not for women alone; "not only in the evening" still wishes for the evening."""
