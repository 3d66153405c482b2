"""Addresses and numbers that are written in words: "omar at gmail dot com", "null eins sieben sechs"."""

import re

from bot.understanding.introductions import plain

LEAST_DIGITS = 4  # words in a row; fewer are an age or a number of children

_AT = (
    r"(?:\s+(?:at|ät|ett|arobase|собака|ат|آت|ات|ایت|إت)\s+"
    r"|\s*[(\[{<]\s*(?:at|ät|@)\s*[)\]}>]\s*)"
)
_DOT = (
    r"(?:\s+(?:dot|punkt|point|nokta|точка|крапка|نقطة|نقطه|دوت|دات|ነጥቢ|dhibic)\s+"
    r"|\s*[(\[{<]\s*(?:dot|punkt|\.)\s*[)\]}>]\s*|\.)"
)
_LOCAL = rf"(?<!\w)[\w+-]{{1,64}}(?:{_DOT}[\w+-]{{1,64}}){{0,3}}"
_END = r"(?:com|de|net|org|fr|ru|ua|info|eu|me|ir|tr|co|af|at|ch|ком|ру|нет|юа|کام|كوم|دي)\b"
_PROVIDER = (
    r"(?:gmail|googlemail|yahoo|hotmail|outlook|gmx|icloud|web|live|yandex|proton(?:mail)?|ukr|rambler|"
    r"جیمیل|جيميل|гмейл|джимейл)\b"
)
MAIL_IN_WORDS = (rf"{_LOCAL}{_AT}[\w-]{{1,63}}{_DOT}{_END}", rf"{_LOCAL}{_AT}{_PROVIDER}")

_DIGIT_WORDS = """
null eins ein zwei zwo drei vier fünf sechs sieben acht neun zehn elf zwölf
zero oh one two three four five six seven eight nine ten eleven twelve double triple doppel plus
zéro un deux trois quatre cinq six sept huit neuf dix onze douze
صفر واحد اثنين اتنين تنين ثنين ثلاثة تلاتة تلات اربعة اربع خمسة خمس ستة سته ست سبعة سبع ثمانية تمانية تمان تسعة تسع عشرة
sifr wahad tnen tlate arba3a khamse sitte sab3a tmanye tis3a
یک دو سه چهار پنج شش شیش هفت هشت نه ده sefr yek do se chahar char panj shesh shish haft hasht noh
یو دوه درې څلور پنځه شپږ اووه اوه اته نهه لس yaw dwa dre tsalor pinza shpag uwa ata naha
sifir yek du sê çar pênc şeş heft heşt neh deh sıfır bir iki üç dört beş altı yedi sekiz dokuz on
нуль один два три чотири пять п'ять шість сім вісім девять дев'ять десять
ноль один два три четыре пять шесть семь восемь девять
nul odyn dva try chotyry pyat shist sim visim devyat nol odin tri chetyre shest sem vosem
ዜሮ ባዶ ሓደ ክልተ ሰለስተ ኣርባዕተ ሓሙሽተ ሽዱሽተ ሸውዓተ ሸሞንተ ትሽዓተ ዓሰርተ
zero bado hade kilte selesteen arbate hamushte shidushte showate shemonte tishate
eber hal kow laba saddex sadex afar shan lix toddoba todoba siddeed sided sagaal toban
"""
_LONG_NUMBER = re.compile(
    r"(?:ein|zwei|drei|vier|fünf|fuenf|sechs|sieben|acht|neun)und(?:zwan|drei|vier|fünf|fuenf|sech|sieb|acht|neun)\w{0,2}zig"
    r"|(?:zwan|vier|fünf|sech|sieb|acht|neun)zig|dreißig|dreissig|\w{0,12}hundert\w{0,20}"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|vingt|trente|quarante|cinquante|soixante|quatre"
)


_DIGITS = frozenset(plain(word) for word in _DIGIT_WORDS.split())
_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W\d_]+)*")
_APART = re.compile(r"[\s,.\-–/+]*")


def without_long_numbers(text: str, hidden: str) -> str:
    """Return ``text`` with ``hidden`` where at least four words for digits stand in a row, digits among them or not."""
    row: list[re.Match[str]] = []
    rows = [row]
    for match in _WORD.finditer(text):
        follows = not row or _APART.fullmatch(text, row[-1].end(), match.start())
        if not (_is_number(match[0]) and follows):
            rows.append(row := [])
        if _is_number(match[0]):
            row.append(match)
    for row in reversed(rows):
        if len(row) >= LEAST_DIGITS and sum(not match[0].isdecimal() for match in row) >= LEAST_DIGITS - 1:
            text = text[: row[0].start()] + hidden + text[row[-1].end() :]
    return text


def _is_number(word: str) -> bool:
    if word.isdecimal():
        return len(word) <= LEAST_DIGITS
    return plain(word) in _DIGITS or _LONG_NUMBER.fullmatch(word.casefold()) is not None
