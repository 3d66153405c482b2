"""Rasa as Lotse uses it: it knows the content's topics, its confidences are measured, and somebody stands by."""

import asyncio
from collections.abc import Callable, Sequence

from bot.content.model import Catalogue
from bot.content.vocabulary import ENTITIES
from bot.errors import LotseError
from bot.settings import Settings
from bot.understanding.calibration import Calibration, Calibrator, Progress
from bot.understanding.embedded import EmbeddedInterpreter
from bot.understanding.examples import Example
from bot.understanding.interpreter import InterpreterUnavailable
from bot.understanding.rasa import RasaInterpreter, RasaServer
from bot.understanding.standby import Standby

AT_ONCE = 4  # utterances that are measured side by side while a person waits for it


def standby_of(
    settings: Settings,
    catalogue: Catalogue,
    embedded: EmbeddedInterpreter,
    heldout: Sequence[Example],
    on_fallback: Callable[[str], None],
) -> Standby:
    """Return Rasa with the embedded interpreter on standby; ``on_fallback`` is told each time it had to answer."""
    calibrator = Calibrator(heldout, settings.var / "rasa")
    return Standby(_interpreter(settings, catalogue, embedded), embedded, calibrator.calibrate, on_fallback)


def measured(
    settings: Settings,
    catalogue: Catalogue,
    embedded: EmbeddedInterpreter,
    heldout: Sequence[Example],
    progress: Progress,
) -> tuple[RasaInterpreter, Calibration]:
    """Return Rasa alone, ready to be asked, and what its confidences are worth.

    Raises:
        LotseError: Rasa gives no answer, or its model knows none of the topics.
    """
    # Nobody waits for these answers, and one that comes late must not spoil thousands.
    engine = _interpreter(settings, catalogue, embedded, patience=10)

    async def measure() -> Calibration:
        try:
            await engine.check()
            return await Calibrator(heldout, settings.var / "rasa").calibrate(engine, progress, AT_ONCE)
        except InterpreterUnavailable as error:
            raise LotseError(f"{_REMEDIES.get(error.reason, _REMEDY)} ({error})") from None
        finally:
            await engine.close()

    calibration = asyncio.run(measure())
    engine.bands = calibration.bands
    return engine, calibration


_REMEDY = "Rasa gives no answer that can be used. Look at its log."
_REMEDIES = {
    "unreachable": "There is no Rasa at LOTSE_RASA_URL. Start it (`make rasa`), or correct the address.",
    "refused": "Rasa refuses the token. Set LOTSE_RASA_TOKEN to the one it was started with.",
    "no model": "Rasa has loaded no model. Train one (`make rasa-model`), and start Rasa with it.",
    "wrong model": "The model of Rasa does not know the topics of this content. Train it anew (`make rasa-model`).",
}


def _interpreter(
    settings: Settings, catalogue: Catalogue, embedded: EmbeddedInterpreter, patience: int = 1
) -> RasaInterpreter:
    topics = [f"faq/{topic}" for topic in catalogue.faq]
    server = RasaServer(settings.rasa_url, settings.rasa_token, patience)
    return RasaInterpreter(server, embedded, topics, ENTITIES)
