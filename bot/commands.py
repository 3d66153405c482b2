"""What the verbs of the command line do."""

import argparse
import asyncio
import json
import logging
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bot import bootstrap, rasa, settings
from bot.check import Judge
from bot.check import run as run_check
from bot.content import load_or_last_good, rasa_export
from bot.content.scaffold import new_faq
from bot.content.stamps import stamp
from bot.errors import LotseError
from bot.escalation import replies
from bot.evaluation import engines, report
from bot.evaluation.reading import read_lines
from bot.evaluation.running import evaluate as measure
from bot.i18n import Texts
from bot.learning import encoder_of, training_inputs
from bot.messages import Understanding, well_formed
from bot.progress import ProgressBar
from bot.storage import audit, incoming, schema
from bot.storage import cases as case_store
from bot.storage import questions as question_store
from bot.storage import rekey as rekeying
from bot.storage.crypto import Vault
from bot.storage.database import Database
from bot.understanding.calibration import Calibration
from bot.understanding.examples import read_synonyms
from bot.understanding.guarded import Guarded
from bot.understanding.interpreter import Interpreter
from bot.understanding.normalise import clean_utterance
from bot.understanding.rasa import RasaInterpreter

T = TypeVar("T")


def run(_: argparse.Namespace) -> int:
    """``lotse run``."""
    known = _start()
    mind = bootstrap.think(known, ProgressBar("Preparing the understanding"))

    def announce(address: str, way_in: str) -> None:
        print(f"Web chat:     {address}/")
        print(f"Staff pages:  {address}/inbox/login")
        if way_in:
            print(f"              for you, once: {way_in}")
        if known.telegram_token:
            print(f"Telegram:     {known.telegram_mode} at {known.telegram_api_url}")
        else:
            print("Telegram:     ask @BotFather for a bot, then set LOTSE_TELEGRAM_TOKEN and start again.")
        print("Stop with Ctrl+C.", flush=True)

    bootstrap.use_fast_loop()(bootstrap.run(known, mind, announce))
    return 0


def prepare(_: argparse.Namespace) -> int:
    """``lotse prepare``."""
    bootstrap.think(_start(), ProgressBar("Preparing the understanding"), apart=False)
    return 0


def examples(_: argparse.Namespace) -> int:
    """``lotse examples``."""
    for example in training_inputs(_start()).examples:
        row = {"lang": example.language, "text": clean_utterance(example.text), "label": example.intent}
        print(json.dumps(row, ensure_ascii=False))
    return 0


def chat(given: argparse.Namespace) -> int:
    """``lotse chat``."""
    known = _start()
    mind = bootstrap.think(known, ProgressBar("Preparing the understanding"))

    async def talk() -> None:
        async with bootstrap.terminal(known, mind, given.language, ProgressBar("Measuring Rasa")) as channel:
            if given.script:
                await channel.script(_lines(given.script), sys.stdout)
            else:
                await channel.talk(sys.stdout)

    asyncio.run(talk())
    return 0


def understand(_: argparse.Namespace) -> int:
    """``lotse understand``."""
    known = _start()
    mind = bootstrap.think(known, ProgressBar("Preparing the understanding"))
    if known.rasa_url:
        asyncio.run(_understand_with_rasa(known, mind))
    else:
        asyncio.run(_understand_all(mind.guarded))
    return 0


async def _understand_with_rasa(known: settings.Settings, mind: bootstrap.Mind) -> None:
    """Through Rasa; say at the end how many lines it did not answer, and why."""
    reasons: Counter[str] = Counter()
    standby = bootstrap.with_rasa(known, mind, lambda reason: reasons.update([reason]))
    try:
        await standby.renew(ProgressBar("Measuring Rasa"), rasa.AT_ONCE)
        await _understand_all(Guarded(standby, mind.safety))
    finally:
        await standby.close()
    if reasons:
        why = ", ".join(f"{reason}: {number}" for reason, number in reasons.most_common())
        print(f"lotse: {reasons.total()} lines were answered by the embedded interpreter ({why}).", file=sys.stderr)


async def _understand_all(interpreter: Interpreter) -> None:
    for line in _lines("-"):
        words = line.strip("\r\n")
        if not words.strip():
            continue
        text, language = _utterance(words)
        print(json.dumps(_as_json(text, await interpreter.understand(text, language)), ensure_ascii=False), flush=True)


def _utterance(line: str) -> tuple[str, str | None]:
    """Plain text, or an object with text and language."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return line, None
    if isinstance(values, dict) and isinstance(values.get("text"), str):
        language = values.get("language")
        return well_formed(values["text"]), language if isinstance(language, str) and language else None
    return line, None


def _as_json(text: str, meant: Understanding) -> dict[str, object]:
    return {
        "text": text,
        "language": meant.language,
        "intent": meant.intent,
        "confidence": round(meant.confidence, 4),
        "ranking": [{"intent": each.intent, "confidence": round(each.confidence, 4)} for each in meant.ranking],
        "entities": {name: list(values) for name, values in meant.entities.items()},
        "band": meant.band,
    }


def evaluate(given: argparse.Namespace) -> int:
    """``lotse evaluate``."""
    known = _start()
    names = engines.names_of(given.compare, known.rasa_url, given.engine)
    lines = read_lines(Path(file) for file in given.files)
    errors = _writable(given.errors) if given.errors else None
    mind = bootstrap.think(known, ProgressBar("Preparing the understanding"))
    own: dict[str, Callable[[], Interpreter]] = {
        engines.LOTSE: lambda: mind.interpreter,
        engines.RASA: lambda: engines.Alone(_measured(known, mind)[0]),
    }
    found = measure(given.engine, Guarded(own[given.engine](), mind.safety), lines, ProgressBar("Evaluating"))
    if errors:
        errors.write_text("".join(f"{line}\n" for line in report.error_lines(found)), encoding="utf-8")
    compared = []
    if names:
        inputs = training_inputs(known)
        parts = inputs.encoder, inputs.cache, own, ProgressBar
        workshop = engines.Workshop(inputs.examples, *parts, heldout=inputs.heldout)
        compared = [found, *engines.compare(names, workshop, mind.safety, lines)]
    print((report.as_json if given.json else report.as_text)(found, compared, engines.NOTES))
    return 0


def _writable(file: str) -> Path:
    """Say at once, not after minutes, that a file cannot be written."""
    path = Path(file)
    try:
        path.touch()
    except OSError as error:
        raise LotseError(f"{file} cannot be written: {error.strerror}.") from error
    return path


def calibrate(_: argparse.Namespace) -> int:
    """``lotse calibrate``."""
    known = _start()
    if not known.rasa_url:
        raise engines.no_rasa()
    mind = bootstrap.think(known, ProgressBar("Preparing the understanding"))
    found = _measured(known, mind)[1]
    print(f"sure    from {found.bands.sure:.2f} on, at least {found.bands.margin:.2f} before the second")
    print(f"unsure  from {found.bands.unsure:.3f} on")
    if found.right is not None and found.covers is not None:
        print(f"Of the {found.utterances} held-out utterances, sure covers {found.covers:.1%} of those in scope;")
        print(f"of all that are sure, {found.right:.1%} have the right intent.")
    return 0


def _measured(known: settings.Settings, mind: bootstrap.Mind) -> tuple[RasaInterpreter, Calibration]:
    return rasa.measured(known, mind.catalogue, mind.interpreter, mind.heldout, ProgressBar("Measuring Rasa"))


def check(given: argparse.Namespace) -> int:
    """``lotse check``."""
    known = settings.load()
    judge = Judge(encoder_of(known), known.var / "understanding", ProgressBar("Comparing examples"))
    report = run_check(known.root, today=datetime.now(UTC).date(), content=known.content, judge=judge)
    print({"text": report.text, "json": report.json, "github": report.github}[given.format]())
    return 1 if report.errors else 0


def new(given: argparse.Namespace) -> int:
    """``lotse new faq``."""
    today = datetime.now(UTC).date()
    print(new_faq(settings.load().content, given.topic, group=given.group, title=given.title, today=today))
    return 0


def export(given: argparse.Namespace) -> int:
    """``lotse export rasa``."""
    known = _start()
    nlu, folder = known.root / "nlu", Path(given.folder) if given.folder else known.var / "rasa" / "training"
    catalogue = load_or_last_good(known.content, known.var / "content").catalogue
    done = rasa_export.export(catalogue, read_synonyms(nlu / "data"), nlu / "domain.yml", folder)
    print(f"{folder}: {done.topics} topics, {done.examples} examples, {done.forms} forms of entities.")
    return 0


def offers(given: argparse.Namespace) -> int:
    """``lotse template``, ``lotse import``, ``lotse export offers``."""
    verb: Callable[[argparse.Namespace, Path], int] = given.run
    return verb(given, settings.load().content)


def translated(given: argparse.Namespace) -> int:
    """``lotse translated``."""
    marked = stamp(settings.load().content, given.name, given.languages)
    print(f"Made from the present German text: {', '.join(marked) or 'nothing new; name the languages to mark again'}.")
    return 0


def cases(given: argparse.Namespace) -> int:
    """``lotse cases``."""
    return _with_database(lambda database, vault: _show_cases(database, vault, given))


async def _show_cases(database: Database, vault: Vault, given: argparse.Namespace) -> int:
    await audit.note_command(database, "cases", case=given.number)
    if given.number is not None:
        found = [await case_store.read_case(database, vault, given.number)]
    else:
        found = await case_store.list_cases(database, vault, closed=given.all)
    for case in found:
        if given.json:
            print(json.dumps(asdict(case), ensure_ascii=False, default=str))
        else:
            print(case_line(case))
            for message in case.messages:
                state = f" [{message.delivery}]" if message.delivery else ""
                print(f"  {message.at:%Y-%m-%d %H:%M} {message.author}{state}: {message.text}")
    if not found:
        print("No open cases.", file=sys.stderr)
    return 0


_REASONS = {
    "asked": "asks for a human",
    "crisis": "crisis",
    "emergency": "emergency",
    "no_answer": "found no answer",
    "not_helped": "was not helped",
    "sport_mentor": "asks for a sport mentor",
    "volunteer_circle": "asks for a volunteer circle",
}


def case_line(case: case_store.Case) -> str:
    """A case on one line: what it is about, for whom, and what the person said about themselves."""
    place = ", ".join(part for part in (case.district, case.shelter) if part)
    consent = {None: "not asked", True: "given", False: "refused"}[case.consent]
    parts = [
        f"case {case.id}",
        case.status,
        _REASONS.get(case.reason, case.reason),
        *([f"for {case.queue.replace('-', ' ')}"] if case.queue else []),
        f"language {case.language}",
        case.channel,
        f"since {case.opened_at:%Y-%m-%d %H:%M} UTC",
        f"consent {consent}",
        *([f"place {place}"] if place else []),
    ]
    return " · ".join(parts)


def reply(given: argparse.Namespace) -> int:
    """``lotse reply``."""
    text = (given.text if given.text is not None else sys.stdin.read()).strip()
    if not text:
        raise LotseError("The answer is empty. Write it behind the number, or send it on standard input.")

    async def answer(database: Database, vault: Vault) -> int:
        language, handover = await case_store.addressee(database, vault, given.number)
        await audit.note_command(database, "reply", case=given.number)
        sent_as = replies.from_staff(text, Texts(language or "de"), handover)
        await case_store.reply(database, vault, given.number, text, *sent_as)
        print(f"The answer to case {given.number} is on its way.")
        return 0

    return _with_database(answer)


def close(given: argparse.Namespace) -> int:
    """``lotse close``."""

    async def end(database: Database, vault: Vault) -> int:
        language, handover = await case_store.addressee(database, vault, given.number)
        farewell = replies.closed_by_staff(Texts(language or "de"), handover)
        await audit.note_command(database, "close", case=given.number)
        await case_store.close(database, vault, given.number, farewell)
        days = settings.load().transcript_days
        print(f"Case {given.number} is closed; its transcript is erased after {days} days.")
        return 0

    return _with_database(end)


def staff(given: argparse.Namespace) -> int:
    """``lotse staff``."""
    return _with_database(lambda database, _vault: given.work(given, settings.load(), database))


def questions(_: argparse.Namespace) -> int:
    """``lotse questions``."""

    async def show(database: Database, _vault: Vault) -> int:
        for week, language, text, number in await question_store.list_questions(database):
            print(f"{week}\t{language}\t{number}\t{text}")
        return 0

    return _with_database(show)


def set_aside(given: argparse.Namespace) -> int:
    """``lotse set-aside``."""

    async def show(database: Database, _vault: Vault) -> int:
        if given.retry is not None:
            if not await incoming.retry_set_aside(database, given.retry):
                raise LotseError(f"No message {given.retry} was set aside.")
            print(f"Message {given.retry} is in the queue again.")
            return 0
        for number, channel, when, problem in await incoming.set_aside_messages(database):
            print(f"{number}\t{channel}\t{when:%Y-%m-%d %H:%M} UTC\t{problem}")
        return 0

    return _with_database(show)


def key(given: argparse.Namespace) -> int:
    """``lotse key``."""
    print(settings.new_key(given.name))
    return 0


def rekey(_: argparse.Namespace) -> int:
    """``lotse rekey``."""

    async def seal(database: Database, vault: Vault) -> int:
        await audit.note_command(database, "rekey")
        changed = await rekeying.rekey(database, vault)
        print(f"{changed} values are sealed with the key {vault.current!r}. Older keys may be dropped.")
        return 0

    return _with_database(seal)


def _start() -> settings.Settings:
    """Settings, and logs that hold no secrets: the HTTP client would write addresses with the bot's token."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("bot").setLevel(logging.INFO)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Even as a critical error the library writes whole updates, with names and texts.
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
    return settings.load()


def _with_database(work: Callable[[Database, Vault], Awaitable[int]]) -> int:
    known = _start()

    async def inside() -> int:
        database, vault = Database(known.database_url), Vault(known.keys)
        try:
            await schema.prepare(database, vault)
            return await work(database, vault)
        finally:
            await database.close()

    return asyncio.run(inside())


def _lines(file: str) -> Iterator[str]:
    """Lines of a file or of standard input; what is not UTF-8 is shown as replacement characters."""
    if file == "-":
        yield from (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
        return
    try:
        with Path(file).open("rb") as opened:
            yield from (line.decode("utf-8", "replace") for line in opened)
    except OSError as error:
        raise LotseError(f"{file} cannot be read: {error.strerror}.") from error
