"""A file of phrases and a file of queues that are right in every way, for tests to break."""

from pathlib import Path

from bot.content import made_from_phrase
from tests.content.sample import write

PHRASES = "phrases/appointment.yaml"
QUEUES = "queues.yaml"
GERMAN = "Ihr Termin ist am: {date}, {time}. Ort: {place}. Minuten: {minutes}"

_TEXTS = {
    "en": "Your appointment is on: {date}, {time}. Place: {place}. Minutes: {minutes}",
    "ar": "موعدكم: {date}، {time}. المكان: {place}. الدقائق: {minutes}",
    "uk": "Ваша зустріч: {date}, {time}. Місце: {place}. Хвилини: {minutes}",
    "ti": "ቆጸራኹም፦ {date}፣ {time}። ቦታ፦ {place}። ደቓይቕ፦ {minutes}",
}

_QUEUES = """\
queues:
  sport-mentors:
    name: {de: Sportpaten, en: Sport mentors}
    themes: [sport_mentor]
    office_hours: "Mo-Fr 09:00-17:00"
    first_reply_minutes: 960
  volunteers:
    name: {de: Freundeskreise, en: Volunteer circles}
    office_hours: "Mo-Fr 09:00-17:00"
    first_reply_minutes: 960
  east:
    name: {de: Team Ost, en: Team East}
    districts: [ost, wangen]
    languages: [ar, uk]
    themes: [money]
    shelters: [Musterstraße 1]
    office_hours: "Mo-Th 08:00-16:00"
    first_reply_minutes: 120
    lead: true
  default:
    name: {de: Alle, en: Everybody}
    office_hours: "Mo-Fr 09:00-17:00"
    first_reply_minutes: 240
"""


def write_phrases(content: Path) -> Path:
    """Write the phrases of one group below a content directory and return the file."""
    stamp = made_from_phrase(GERMAN)
    texts = "".join(
        f'      {code}:\n        made_from: {stamp}\n        text: "{text}"\n        review: null\n'
        for code, text in _TEXTS.items()
    )
    write(
        content / PHRASES,
        f"""group: appointment
name: {{de: Termine, en: Appointments}}
phrases:
  appointment-confirm:
    blanks: {{date: date, time: time, place: text, minutes: number}}
    keywords: [Termin, bestätigen, zusagen]
    texts:
      de:
        text: "{GERMAN}"
        review: null
{texts}""",
    )
    return content / PHRASES


def write_queues(content: Path) -> Path:
    """Write the queues below a content directory and return the file."""
    write(content / QUEUES, _QUEUES)
    return content / QUEUES
