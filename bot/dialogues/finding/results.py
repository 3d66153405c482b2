"""Lists of offers: what a search found, what a person keeps, and news for those who asked for them."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.conversation import OfferKind, Search
from bot.dialogues.finding.words import (
    DOT,
    LINE,
    PLACES,
    TITLE,
    cut,
    district_name,
    kind_name,
    missed_line,
    offers_counted,
    price_line,
    reason_line,
    search_again,
    times_line,
    too_late,
    value_label,
    wish_label,
)
from bot.i18n import Texts, embed, format_list
from bot.menu import human, main_menu, neighbour_buttons
from bot.messages import Button, Reply
from bot.offers.model import KINDS, Offer
from bot.offers.ranking import Results
from bot.offers.reasons import Hit
from bot.offers.relaxing import Relaxation
from bot.offers.stock import key_of
from bot.offers.wishes import Wishes, WishName, given

Rows = tuple[tuple[Button, ...], ...]

RELAXATIONS_SHOWN: Final = 3
SAVED_SHOWN: Final = 10
LABEL: Final = 60
"""Letters on a button; a longer title is cut."""

_NO_FILTERS: Final[frozenset[WishName]] = frozenset({"kind", "near"})


def results_page(
    results: Results,
    wishes: Wishes,
    search: Search,
    t: Texts,
    today: date,
    *,
    shown: int,
    relaxed: Sequence[Relaxation],
) -> Reply:
    """Return some offers, best first, with what one can do about them.

    Args:
        results: the offers of this page, and how many there are in all.
        wishes: what they were searched by.
        search: the search whose buttons stand below; its number goes into them.
        t: the person's texts.
        today: days that are past are not named.
        shown: how many offers earlier pages showed: 0 on the first one; numbers go on from there.
        relaxed: what leaving out a wish, or some, would give; said only where nothing meets all wishes.
    """
    helpful = list(relaxed[:RELAXATIONS_SHOWN]) if not results.exact and not shown else []
    lines = [*_opening(results, t, shown), *[_relaxation(each, wishes, search, t) for each in helpful]]
    if results.hits and not results.exact and not shown:
        lines += ["", t.say("These come close:")]
    for place, hit in enumerate(results.hits, shown + 1):
        lines += ["", *_lines(hit, t, place, today), *_missed(hit, wishes, t)]
    if results.hits and not shown and _may_be_sorted(wishes, search):
        lines += ["", _location_hint(t)]
    return Reply(
        title=_title(results, search, t),
        text="\n".join(lines).strip(),
        language=t.language,
        buttons=(
            *_offer_buttons([hit.offer for hit in results.hits], t, shown),
            *_more(results, search, t, shown),
            *_relaxation_buttons(helpful, wishes, search, t),
            *_filter_buttons(wishes, search, t, {each.key for each in helpful}),
            *_last_rows(results, wishes, search, t),
        ),
    )


def behind_the_nearest(search: Search, t: Texts) -> Reply:
    """Return what to do behind the last of the nearest offers: what else there is has no order by distance."""
    return Reply(
        t.say("These were the nearest. You can send your location again, or change your wishes."),
        t.language,
        buttons=(
            (Button(t.say("🔍 Change my wishes"), action=f"filters:{search.number}"),),
            (Button(t.say("↩ Back"), action=f"results:{search.number}"), main_menu(t)),
        ),
    )


def saved_page(
    offers: Sequence[Offer],
    gone: int,
    watches: Sequence[tuple[int, str]],
    t: Texts,
    today: date,
) -> Reply:
    """Return the offers that a person keeps, and what they want to be told about.

    Args:
        offers: the kept offers that still exist.
        gone: how many kept offers do not exist any more.
        watches: the number of each watch, and what it is about in the person's language.
        t: the person's texts.
        today: the day on which offers are over, or their registration closed.
    """
    lines = [] if offers else [t.say("You have not saved anything.")]
    for place, offer in enumerate(offers[:SAVED_SHOWN], 1):
        lines += [*_heading(offer, t, place, late=too_late(offer, t, today)), ""]
    if len(offers) > SAVED_SHOWN:
        lines.append(t.say("I show the first %(number)d. Remove some, then you see the others.", number=SAVED_SHOWN))
    if gone:
        lines.append(
            t.say_count(
                "%(number)d offer that you saved does not exist any more.",
                "%(number)d offers that you saved do not exist any more.",
                gone,
            )
        )
    if watches:
        lines += [
            "",
            t.say("I tell you when there is something new:"),
            *[f"• {cut(about, LABEL)}" for _, about in watches],
        ]
    late = {offer.kind for offer in offers[:SAVED_SHOWN] if too_late(offer, t, today)}
    stops = [(Button(cut(f"🔕 {about}", LABEL), action=f"unwatch:{number}"),) for number, about in watches]
    if len(watches) > 1:
        stops.append((Button(t.say("🔕 Stop all news"), action="unwatch"),))
    return Reply(
        title=t.say("⭐ Saved"),
        text="\n".join(lines).strip(),
        language=t.language,
        buttons=(
            *_offer_buttons(offers[:SAVED_SHOWN], t, 0),
            *[(search_again(kind, t),) for kind in KINDS if kind in late],
            *stops,
            (main_menu(t),),
        ),
    )


def news_page(hits: Sequence[Hit], watch_number: int, t: Texts, *, more: int) -> Reply:
    """Return new offers for somebody who asked to be told; ``more`` counts those that are not in ``hits``."""
    lines: list[str] = [t.say("You wanted to know about this.")]
    for place, hit in enumerate(hits, 1):
        lines += ["", *_lines(hit, t, place)]
    rows = [*_offer_buttons([hit.offer for hit in hits], t, 0)]
    if more:
        rows.append((Button(t.say("Show all"), action=f"news:{watch_number}"),))
    rows.append((Button(t.say("🔕 Stop telling me"), action=f"unwatch:{watch_number}"),))
    return Reply(
        title=t.say("🔔 Something new for you"),
        text="\n".join(lines),
        language=t.language,
        buttons=(*rows, (main_menu(t),)),
    )


def example_mark(t: Texts) -> str:
    """Return what marks an invented offer."""
    return t.say("🧪 Example, not a real offer")


def _title(results: Results, search: Search, t: Texts) -> str:
    sign = kind_name(search.kind, t).partition(" ")[0]
    if results.exact:
        return f"{sign} {offers_counted(search.kind, results.exact, t)}"
    return kind_name(search.kind, t)


def _opening(results: Results, t: Texts, shown: int) -> list[str]:
    if shown:
        return [] if results.hits else [t.say("There are no more.")]
    if not results.total:
        return [t.say("I have found nothing that fits.")]
    if not results.exact:
        return [t.say("Nothing meets all your wishes.")]
    close = results.total - results.exact
    if not close:
        return []
    return [t.say_count("%(number)d more comes close.", "%(number)d more come close.", close)]


def _relaxation(each: Relaxation, wishes: Wishes, search: Search, t: Texts) -> str:
    return f"• {_without(each, wishes, search, t)}"


def _without(each: Relaxation, wishes: Wishes, search: Search, t: Texts) -> str:
    longest = LABEL // (len(each.names) + 1)
    wish = format_list([cut(wish_label(name, wishes, t), longest) for name in each.names], t.language)
    if each.exact:
        return t.say("Without “%(wish)s”: %(offers)s", wish=wish, offers=offers_counted(search.kind, each.exact, t))
    # Translators: these offers do not meet all other wishes either.
    return t.say(
        "Without “%(wish)s”, close to your wishes: %(offers)s",
        wish=wish,
        offers=offers_counted(search.kind, each.total, t),
    )


def _heading(offer: Offer, t: Texts, place: int, today: date | None = None, late: str = "") -> list[str]:
    lines = [f"{place}. {embed(cut(offer.title_in(t.language), TITLE), t.language)}"]
    if late:
        lines.append(late)
    if offer.sample:
        lines.append(example_mark(t))
    if times := times_line(offer, t, today):
        lines.append(f"🕒 {times}")
    return lines


def _lines(hit: Hit, t: Texts, place: int, today: date | None = None) -> list[str]:
    lines = _heading(hit.offer, t, place, today)
    if where := _where(hit, t):
        lines.append(f"📍 {where}")
    price = price_line(hit.offer, t)
    if price and not hit.offer.price.free:
        lines.append(f"💶 {price}")
    if reasons := reason_line(hit, t):
        lines.append(cut(f"✓ {reasons}", LINE))
    return lines


def _where(hit: Hit, t: Texts) -> str:
    """Return the part of the city, unless the reasons name it, and that one may take part from home."""
    offer = hit.offer
    named = any(reason.name in PLACES or reason.name == "distance" for reason in hit.reasons)
    district = district_name(offer.place.district, t) if offer.place and offer.place.district and not named else ""
    online = any(reason.name == "online" for reason in hit.reasons)
    home = value_label("modes", "online", t) if offer.online and not online else ""
    return DOT.join(part for part in (district, home) if part)


def _missed(hit: Hit, wishes: Wishes, t: Texts) -> list[str]:
    line = missed_line(hit, wishes, t)
    return [cut(line, LINE)] if line else []


def _may_be_sorted(wishes: Wishes, search: Search) -> bool:
    """Say whether a location would help: it has not been sent, and one has to go there."""
    return wishes.near is None and not search.found and "online" not in wishes.modes


def _location_hint(t: Texts) -> str:
    return t.say("📎 In Telegram you can send me your location. Then the nearest come first. I do not keep it.")


def _offer_buttons(offers: Sequence[Offer], t: Texts, shown: int) -> Rows:
    return tuple(
        (Button(cut(f"{place}. {offer.title_in(t.language)}", LABEL), action=f"offer:{key_of(offer.id)}"),)
        for place, offer in enumerate(offers, shown + 1)
    )


def _more(results: Results, search: Search, t: Texts, shown: int) -> Rows:
    rest = results.total - shown - len(results.hits)
    return ((Button(t.say("⬇ Show more"), action=f"more:{search.number}"),),) if rest > 0 and results.hits else ()


def _relaxation_buttons(helpful: Sequence[Relaxation], wishes: Wishes, search: Search, t: Texts) -> Rows:
    return tuple(
        (Button(_without(each, wishes, search, t), action=f"unwish:{search.number}:{each.key}"),) for each in helpful
    )


def _filter_buttons(wishes: Wishes, search: Search, t: Texts, elsewhere: set[str]) -> Rows:
    """Return the wishes as filters that can be taken off, two a row."""
    buttons = [
        Button(cut(f"✕ {wish_label(name, wishes, t)}", LABEL), action=f"unwish:{search.number}:{name}")
        for name in given(wishes)
        if name not in _NO_FILTERS | elsewhere
    ]
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


def _last_rows(results: Results, wishes: Wishes, search: Search, t: Texts) -> Rows:
    rows: list[tuple[Button, ...]] = [
        (Button(t.say("🔍 Change my wishes"), action=f"filters:{search.number}"),),
        (Button(t.say("🔔 Tell me when a new one appears"), action=f"watch-new:{search.number}"),),
    ]
    district = next(iter(wishes.districts), "") if len(wishes.districts) == 1 else ""
    rows += [(button,) for button in neighbour_buttons(search.kind, t, district)]
    if not results.total:
        rows.append((human(t),))
    return (*rows, (official(search.kind, t), main_menu(t)))


def official(kind: OfferKind, t: Texts) -> Button:
    """Leads to what the city says about courses, sport or groups."""
    return Button(t.say("🔗 Official pages"), action=f"official:{kind}")
