"""The verbs of the command line; reads as a table of contents."""

import argparse
import sys
from collections.abc import Callable, Sequence

from bot import commands
from bot.errors import LotseError
from bot.evaluation.engines import LOTSE, NAMES, RASA
from bot.inbox import commands as about_staff
from bot.offers import commands as about_offers


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit status: 0 fine, 1 problems found, 2 it cannot be done."""
    parser = _parser()
    given = parser.parse_args(arguments)
    verb: Callable[[argparse.Namespace], int] = given.verb
    try:
        return verb(given)
    except LotseError as error:
        print(f"lotse: {error}", file=sys.stderr)  # noqa: T201 - the command line speaks by printing
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lotse", description="A messaging assistant for refugees in Stuttgart.")
    # Of the verbs that do not say otherwise.
    parser.set_defaults(verb=commands.offers)
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def verb(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=text, description=text)
        added.set_defaults(verb=run)
        return added

    verb("run", commands.run, "Start everything: web chat, Telegram, staff's door.")

    verb("prepare", commands.prepare, "Prepare the understanding without starting anything.")

    chat = verb("chat", commands.chat, "Talk in the terminal.")
    chat.add_argument("--script", metavar="FILE", help="read lines from FILE (- is standard input), print JSON replies")
    chat.add_argument("--language", default="", help="the language that the person's own app is set to")

    verb("examples", commands.examples, "Print all training examples as JSON lines, as the encoder sees them.")
    verb("understand", commands.understand, "Read utterances, one a line, and print what was understood as JSON.")

    evaluate = verb("evaluate", commands.evaluate, "Measure the understanding on labelled utterances.")
    evaluate.add_argument("files", nargs="+", metavar="FILE", help='JSON lines {"lang", "text", "label", "entities"}')
    evaluate.add_argument("--json", action="store_true", help="print everything as one JSON object")
    evaluate.add_argument(
        "--errors", metavar="FILE", help="write wrongly understood lines to FILE; it holds the test's texts"
    )
    evaluate.add_argument(
        "--compare", metavar="NAME[,NAME…]", default="", help=f"set engines side by side: {', '.join(NAMES)}"
    )

    evaluate.add_argument("--engine", choices=(LOTSE, RASA), default=LOTSE, help="which one (default: %(default)s)")

    verb("calibrate", commands.calibrate, "Measure what Rasa's confidences are worth, and show it.")

    check = verb("check", commands.check, "Check content, catalogues and training data.")
    check.add_argument("--format", choices=("text", "json", "github"), default="text")

    new = verb("new", commands.new, "Start a new FAQ entry for an editor to fill in.")
    new.add_argument("kind", choices=("faq",))
    new.add_argument("topic", metavar="TOPIC", help="its id, which is the file's name too, such as bank-account")
    new.add_argument("--group", default="", help="the group of the menu, as in content/groups.yaml")
    new.add_argument("--title", default="", help="the German title")

    export = verb("export", commands.offers, "Write training data for Rasa, or the offers for others.")
    _add_exports(export.add_subparsers(required=True, metavar="rasa|offers"))
    about_offers.add_verbs(verbs)

    translated = verb("translated", commands.translated, "Mark translations as made from the present German text.")
    translated.add_argument("name", metavar="TOPIC", help="a topic, a card or a phrase")
    translated.add_argument("languages", metavar="LANGUAGE", nargs="*", help="without any: those never marked before")

    cases = verb("cases", commands.cases, "List open cases, or show one with its transcript.")
    cases.add_argument("number", type=int, nargs="?")
    cases.add_argument("--all", action="store_true", help="closed cases too")
    cases.add_argument("--json", action="store_true", help="print one JSON object a case")

    reply = verb("reply", commands.reply, "Answer the person of a case.")
    reply.add_argument("number", type=int)
    reply.add_argument("text", nargs="?", help="the answer; without it, it is read from standard input")

    close = verb("close", commands.close, "Close a case; the bot takes over again.")
    close.add_argument("number", type=int)

    about_staff.add_verbs(verb("staff", commands.staff, "Accounts of the staff, and links that let them in."))

    verb("questions", commands.questions, "List questions that found no answer, by week and language.")

    aside = verb("set-aside", commands.set_aside, "List messages that could not be worked on.")
    aside.add_argument("--retry", type=int, metavar="NUMBER", help="put one back into the queue")

    key = verb("key", commands.key, "Make a new secret for LOTSE_SECRET_KEY.")
    key.add_argument("name", nargs="?", default="1", help="its name, up to 16 small letters, digits and dashes")

    verb("rekey", commands.rekey, "Seal everything stored with the newest key of LOTSE_SECRET_KEY.")
    return parser


def _add_exports(things: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    project = things.add_parser("rasa", help="the FAQ topics and look-up tables, as a Rasa project reads them")
    project.add_argument("--folder", help="where to; without it, var/rasa/training")
    project.set_defaults(verb=commands.export)
    about_offers.add_export(things)


if __name__ == "__main__":
    sys.exit(main())
