"""What staff call a person whose name they do not know: a colour, something from outdoors, and a number.

German in every language of the pages, for it is a name. It comes from the number of the case alone, so it says
nothing about the person, and the next tens of thousands of cases have other ones.
"""

# All nouns are feminine, so that one form of each adjective fits them; none is a nickname for people.
_COLOURS = ("Blaue", "Grüne", "Gelbe", "Goldene", "Silberne", "Violette", "Bunte", "Himmelblaue", "Orangene", "Rosige")
_NOUNS = (
    *("Möwe", "Amsel", "Lerche", "Meise", "Schwalbe", "Drossel", "Libelle", "Nachtigall"),
    *("Linde", "Birke", "Eiche", "Buche", "Tanne", "Pappel", "Ulme", "Zeder"),
    *("Tulpe", "Nelke", "Aster", "Primel", "Lilie", "Dahlie", "Iris", "Kamille"),
    *("Wolke", "Welle", "Insel", "Muschel", "Laterne", "Glocke", "Feder", "Quelle"),
)
_FIRST, _LAST = 10, 99
_NUMBERS = _LAST - _FIRST + 1
KINDS = len(_COLOURS) * len(_NOUNS) * _NUMBERS
# Without a factor in common with KINDS, so that each number leads elsewhere and neighbours lie far apart.
_STRIDE = 17_393


def pseudonym(number: int) -> str:
    """The pseudonym of a case; no two of ``KINDS`` cases in a row share one."""
    rest, last = divmod(number * _STRIDE % KINDS, _NUMBERS)
    colour, noun = divmod(rest, len(_NOUNS))
    return f"{_COLOURS[colour]} {_NOUNS[noun]} {_FIRST + last}"
