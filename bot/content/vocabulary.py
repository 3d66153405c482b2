"""The words that content and training data share: intents, and the canonical values of entities."""

DISTRICT_NAMES = {
    "mitte": "Mitte",
    "nord": "Nord",
    "ost": "Ost",
    "sued": "Süd",
    "west": "West",
    "bad-cannstatt": "Bad Cannstatt",
    "birkach": "Birkach",
    "botnang": "Botnang",
    "degerloch": "Degerloch",
    "feuerbach": "Feuerbach",
    "hedelfingen": "Hedelfingen",
    "moehringen": "Möhringen",
    "muehlhausen": "Mühlhausen",
    "muenster": "Münster",
    "obertuerkheim": "Obertürkheim",
    "plieningen": "Plieningen",
    "sillenbuch": "Sillenbuch",
    "stammheim": "Stammheim",
    "untertuerkheim": "Untertürkheim",
    "vaihingen": "Vaihingen",
    "wangen": "Wangen",
    "weilimdorf": "Weilimdorf",
    "zuffenhausen": "Zuffenhausen",
}
"""The 23 districts of Stuttgart by the names that stand on their signs, inner ones first."""

DISTRICTS = list(DISTRICT_NAMES)

INTENTS = [
    "greet",
    "thank",
    "goodbye",
    "help",
    "change_language",
    "find_course",
    "find_sport",
    "find_office",
    "find_appointment",
    "talk_to_human",
    "emergency",
    "crisis",
    "delete_my_data",
    "complaint",
    "out_of_scope",
]

ENTITIES: dict[str, list[str]] = {
    "level": ["alpha", "A1", "A2", "B1", "B2", "C1"],
    "time_of_day": ["morning", "afternoon", "evening"],
    "weekday": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "mode": ["online", "in_person"],
    "childcare": ["yes"],
    "free": ["yes"],
    "audience": ["women", "men", "children", "teens", "seniors", "families"],
    "district": DISTRICTS,
    "sport": [
        "football",
        "swimming",
        "cycling",
        "martial-arts",
        "boxing",
        "yoga",
        "dance",
        "gymnastics",
        "fitness",
        "volleyball",
        "basketball",
        "handball",
        "running",
        "cricket",
        "table-tennis",
        "tennis",
        "climbing",
        "chess",
    ],
    "office": [
        "foreigners-office",
        "asylum-office",
        "jobcenter",
        "social-welfare-office",
        "citizens-office",
        "youth-office",
        "health-office",
        "employment-agency",
        "welcome-center",
        "training-campus",
        "driving-licence-office",
    ],
}
"""Entities with a closed list of values."""

OPEN_ENTITIES = frozenset({"age", "date"})
"""Entities whose values are computed: an age in years, an ISO 8601 day or interval."""
