"""What the stand-in says: the shapes of Rasa's answers and of its errors."""

import json
from typing import Any, Literal

Json = dict[str, Any]
Fault = Literal["slow", "error", "drop", "not JSON", "wrong shape", "huge"]

VERSION = "3.6.21"
BROKEN: dict[str, str] = {
    "not JSON": "<html>Bad Gateway</html>",
    "wrong shape": json.dumps([{"intent": "greet"}]),
    "huge": json.dumps({"text": "x" * (2 * 1024 * 1024)}),
}
_RANKING = 10


def answer(ranking: dict[str, float], entities: dict[str, str] | None = None, **more: Any) -> Json:
    """An answer of ``/model/parse`` but for the text; ``more`` are further keys, such as ``response_selector``."""
    best = sorted(ranking.items(), key=lambda each: -each[1])[:_RANKING]
    candidates = [{"name": name, "confidence": confidence} for name, confidence in best]
    found = [
        {"entity": entity, "value": value, "start": 0, "end": 1, "extractor": "RegexEntityExtractor"}
        for entity, value in (entities or {}).items()
    ]
    first = candidates[0] if candidates else {"name": None, "confidence": 0.0}
    return {"intent": first, "entities": found, "text_tokens": [], "intent_ranking": candidates, **more}


def error(code: int, reason: str, message: str) -> Json:
    """The body of an error."""
    return {
        "version": VERSION,
        "status": "failure",
        "message": message,
        "reason": reason,
        "details": {},
        "help": None,
        "code": code,
    }
