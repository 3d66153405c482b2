"""What editors write: files in content/ -> a frozen catalogue."""

from bot.content.last_good import Loaded, load_or_last_good
from bot.content.model import (
    Address,
    Booking,
    Card,
    Catalogue,
    Contact,
    FaqEntry,
    FaqText,
    Group,
    HandoverSettings,
    Language,
    Link,
    Service,
    Source,
    Team,
    examples,
    made_from,
)
from bot.content.problems import ContentError, Problem, Severity
from bot.content.reading import Reading, content_files, load, read

__all__ = [
    "Address",
    "Booking",
    "Card",
    "Catalogue",
    "Contact",
    "ContentError",
    "FaqEntry",
    "FaqText",
    "Group",
    "HandoverSettings",
    "Language",
    "Link",
    "Loaded",
    "Problem",
    "Reading",
    "Service",
    "Severity",
    "Source",
    "Team",
    "content_files",
    "examples",
    "load",
    "load_or_last_good",
    "made_from",
    "read",
]
