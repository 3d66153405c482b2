"""A day in the office: three people on Telegram, two social workers in Chromium, and the running Lotse between them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from bot import bootstrap
from bot.settings import new_key
from tests.e2e.browser.chat import chromium
from tests.e2e.conftest import telegram_environment
from tests.e2e.office import (
    AtOnce,
    Office,
    Worker,
    arrived,
    begins_at_the_right,
    bubble_text,
    everybody_can_use,
    focus_is_seen,
    small_targets,
    words_of,
)
from tests.e2e.town import Person, Town, actions
from tests.fakes.telegram import SimClient
from tests.processes import LotseProcess

_PHONE: Any = {"width": 360, "height": 740}
_LETTER = "letter-not-understood"


# Not for the session: while Playwright runs, its event loop would stand in the way of asynchronous tests elsewhere.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def running(mind: bootstrap.Mind, ids: Iterator[int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Lotse outside the demo, where nobody signs in without a second factor."""
    folder = tmp_path_factory.mktemp("office")
    with SimClient.launch() as sim:
        environment = {**telegram_environment(sim, folder), "LOTSE_SECRET_KEY": new_key("office"), "LOTSE_DEMO": "no"}
        with LotseProcess(environment) as process:
            process.wait_until_ready()
            yield Town(sim, process, environment, catalogue=mind.catalogue, ids=ids, folder=folder)


@pytest.fixture
def office(running: Town, browser: Browser) -> Iterator[Office]:
    """The centre, where nobody has come yet today."""
    opened = Office(running, browser)
    yield opened
    opened.close()


def newest(person: Person, before: int) -> str:
    """The words of the next message that arrives."""
    return arrived(person.new_messages(before, 1)[0])


def test_a_day_in_the_office(office: Office) -> None:
    """From three people who ask for help at once to the one who comes back after the end."""
    anna = office.worker("Anna Beck", "default")
    ben = office.worker("Ben Weiß", "default", "volunteers")
    for worker in (anna, ben):
        worker.opens("/inbox?view=unassigned")
        expect(worker.cases).to_have_count(0)

    # Three people write; the lists fill by themselves, and the crisis stands above those who came earlier.
    samira = office.asks("ar", "وصلتني رسالة من Jobcenter ولا أفهمها")
    oksana = office.person("uk")
    opened = oksana.says("хочу поговорити з людиною", 2)[0]
    assert oksana.t.say("🧑 A human will answer you") in opened.text
    office.tells(oksana, "Мені потрібна квартира для двох дітей")
    rojda = office.person("kmr")
    helped = rojda.says("Ez dixwazim bimirim", 2)
    assert rojda.t.say("💙 You are not alone") in helped[0].text
    for worker in (anna, ben):
        expect(worker.cases).to_have_count(3)
        expect(worker.cases.first).to_contain_text("Crisis")
        expect(worker.cases.first.locator(".badge.danger")).to_be_visible()
        expect(worker.cases.nth(1).locator(".preview")).to_have_attribute("lang", "ar")
        expect(worker.cases.nth(1).locator(".preview")).to_have_css("direction", "rtl")
        expect(worker.cases.nth(2).locator(".preview")).to_have_css("direction", "ltr")
        assert worker.stayed()
    numbers = [int(str(each.get_attribute("id")).removeprefix("case-")) for each in anna.cases.all()]

    first, second = the_crisis(anna, ben, numbers[0])
    replied_by_phrase(first, rojda)
    letter_in_arabic(office, second, samira, numbers[1])
    handed_over(anna, ben, oksana, numbers[2])
    put_aside(office, first, rojda, numbers[0])
    closed_and_come_back(office, second, samira, numbers[1])


def the_crisis(anna: Worker, ben: Worker, number: int) -> tuple[Worker, Worker]:
    """Both see that the other looks, both take it at the same moment; returns who was first, and the other."""
    for worker in (anna, ben):
        worker.opens_case(number)
    expect(ben.page.locator("#present")).to_contain_text(anna.name)
    expect(anna.page.locator("#present")).to_contain_text(ben.name)
    race = AtOnce("**/take", anna, ben)
    for worker in (anna, ben):
        worker.page.locator("#take").click(no_wait_after=True)
    race.let_go()
    for worker in (anna, ben):
        worker.page.wait_for_url(re.compile(r"said=(taken|lost)$"))
    first, second = (anna, ben) if anna.page.url.endswith("=taken") else (ben, anna)
    first.is_told("The case is yours now.")
    second.is_told("Somebody else was faster and has the case.")
    expect(first.page.locator("#state .mine")).to_be_visible()
    expect(second.page.locator("#state")).to_contain_text(first.name)
    return first, second


def replied_by_phrase(worker: Worker, rojda: Person) -> None:
    """A phrase with blanks, looked for in German, arrives in Kurmanji as it was previewed."""
    expect(worker.page.locator("#picking")).to_be_visible()
    picked = worker.picks("Termin vorschlagen", "phrase", "appointment-offer")
    picked.locator("#blank-date").fill("2027-01-25")
    picked.locator("#blank-time").fill("14:30")
    picked.locator("#blank-place").fill("Rathaus, Zimmer 12")
    bubble = picked.locator(".bubble").first
    expect(bubble).to_contain_text("Rathaus, Zimmer 12")
    expect(bubble).to_contain_text("14:30")
    expect(bubble).to_have_attribute("lang", "kmr")
    shown, before = bubble_text(picked), rojda.received()
    picked.locator("button[type=submit]").last.click()
    worker.is_told("Your reply is on its way.")
    assert newest(rojda, before) == shown
    assert words_of(rojda.t.say("🧑 Social worker")) in shown
    expect(worker.page.locator(".line.reply .delivery.sent")).to_be_visible()


def letter_in_arabic(office: Office, worker: Worker, samira: Person, number: int) -> None:
    """Free text and a FAQ answer, a note that stays inside, an unsent draft, and what she writes meanwhile."""
    worker.opens_case(number)
    worker.page.locator("#take").click()
    worker.is_told("The case is yours now.")
    expect(worker.page.locator("#picking")).to_be_visible()
    text, before = "مرحبا سميرة، أرسلي لي الرسالة من فضلك. رقمنا 0711 216-0.", samira.received()
    worker.page.fill("#text", text)
    worker.page.locator("#reply button[hx-post$='/preview']").click()
    looks = worker.page.locator("#looks")
    expect(looks.locator(".bubble")).to_have_attribute("dir", "rtl")
    shown = bubble_text(looks)
    worker.page.locator("#reply button[type=submit]").click()
    worker.is_told("Your reply is on its way.")
    assert newest(samira, before) == shown
    assert text in shown

    expect(worker.page.locator("#picking")).to_be_visible()
    picked, before = worker.picks("Brief nicht verstanden", "faq", _LETTER), samira.received()
    expect(picked.locator(".bubble")).to_have_attribute("lang", "ar")
    expect(picked.locator(".german")).to_be_visible()
    shown = bubble_text(picked)
    picked.locator("button[type=submit]").last.click()
    worker.is_told("Your reply is on its way.")
    assert newest(samira, before) == shown

    # She answers: it appears on the open page, set from the right, and what is being typed stays.
    expect(worker.page.locator("#picking")).to_be_visible()
    worker.opens_case(number)
    worker.page.fill("#text", "Noch nicht gesendet")
    office.tells(samira, "شكرا جزيلا. الموعد يوم 25.11. الساعة 14:30")
    expect(worker.said.last).to_contain_text("الموعد")
    expect(worker.said.last).to_have_css("direction", "rtl")
    assert begins_at_the_right(worker.said.last)
    assert worker.page.input_value("#text") == "Noch nicht gesendet"
    expect(worker.page.locator("#draft")).to_contain_text("Draft kept")
    assert worker.stayed()
    worker.page.reload()
    expect(worker.page.locator("#text")).to_have_value("Noch nicht gesendet")
    worker.page.fill("#text", "")
    expect(worker.page.locator("#draft")).to_be_empty()

    before = samira.received()
    worker.page.locator("#noting summary").click()
    worker.page.fill("#note", "Intern: Kennwort Holunder, bitte nicht weitersagen")
    worker.page.locator("#noting button[type=submit]").click()
    worker.is_told("Your note is kept. Only the team sees it.")
    expect(worker.page.locator(".line.note .said").last).to_contain_text("Holunder")
    # Whatever Lotse sends comes in order: what answers this command comes behind anything that was sent before.
    assert actions(samira.says("/privacy")[0])[:2] == ["export", "delete"]
    assert samira.received() == before + 1
    assert not any("Holunder" in message.text for message in office.town.sim.all_messages())


def handed_over(anna: Worker, ben: Worker, oksana: Person, number: int) -> None:
    """Another team's case is gone for Anna, and is there for Ben, who was asked to look as well."""
    ben.opens("/inbox?view=unassigned&queue=volunteers")
    expect(ben.cases).to_have_count(0)
    anna.opens_case(number)
    expect(anna.said.last).to_have_css("direction", "ltr")
    assert not begins_at_the_right(anna.said.last)
    anna.page.locator("#noting summary").click()
    anna.page.fill("#note", "@Ben, das ist etwas für den Freundeskreis")
    anna.page.locator("#noting button[type=submit]").click()
    anna.is_told("Your note is kept. Only the team sees it.")
    expect(ben.page.locator("#views a", has_text="I am asked to look").locator(".count")).to_have_text("1")
    expect(anna.page.locator("#picking")).to_be_visible()
    anna.does("hand-over", queue="volunteers")
    anna.is_told("The case is handed over.")
    expect(anna.page.locator(f"#case-{number}")).to_have_count(0)
    expect(ben.page.locator(f"#case-{number}")).to_be_visible()
    assert anna.page.request.get(f"{anna.url}/inbox/cases/{number}").status == 404
    ben.opens_case(number)
    before = oksana.received()
    ben.page.fill("#text", "Добрий день!")
    ben.page.locator("#reply button[type=submit]").click()
    ben.is_told("Your reply is on its way.")
    assert "Добрий день!" in newest(oksana, before)


def put_aside(office: Office, worker: Worker, rojda: Person, number: int) -> None:
    """For an hour, or until she writes."""
    worker.opens_case(number)
    form = worker.page.locator("form[action$='/snooze']")
    form.evaluate("each => { each.closest('details').open = true; }")
    form.locator("button[value=hour]").click()
    worker.is_told("The case is put aside.")
    worker.opens("/inbox?view=snoozed")
    expect(worker.page.locator(f"#case-{number}")).to_be_visible()
    office.tells(rojda, "Ez li vir im")
    expect(worker.page.locator(f"#case-{number}")).to_have_count(0)
    worker.opens("/inbox?view=mine")
    expect(worker.page.locator(f"#case-{number}")).to_contain_text("Ez li vir im")


def closed_and_come_back(office: Office, worker: Worker, samira: Person, number: int) -> None:
    """She is asked how it was with one tap; when she asks for a human again, it is the same case."""
    worker.opens_case(number)
    before = samira.received()
    worker.does("resolve", resolution="answered")
    worker.is_told("The case is closed.")
    farewell = samira.new_messages(before, 1)[0]
    rated = [each for each in actions(farewell) if each.startswith("rate:")]
    assert [each.rpartition(":")[2] for each in rated] == ["good", "partly", "bad"]
    samira.taps(rated[0])
    worker.page.reload()
    expect(worker.page.locator(".fact-list")).to_contain_text("It helped")
    worker.opens("/inbox?view=team")
    expect(worker.page.locator(f"#case-{number}")).to_have_count(0)
    samira.says("/human")
    office.tells(samira, "سؤال آخر من فضلكم")
    expect(worker.page.locator(f"#case-{number}")).to_contain_text("سؤال آخر")
    assert worker.stayed()
    worker.opens_case(number)
    expect(worker.page.locator(".event", has_text="the case is open again")).to_be_visible()
    expect(worker.said.first).to_contain_text("Jobcenter")


def test_the_whole_way_by_keyboard(office: Office) -> None:
    """List, case, take, reply, close, help: without a mouse, and one always sees where one is."""
    words = [f"Su'aal {number}" for number in (1, 2)]
    person, other = [office.asks("so", each) for each in words]
    cora = office.worker("Cora Lang", "default")
    page, press = cora.page, cora.page.keyboard.press
    cora.opens("/inbox?view=unassigned&language=so")
    numbers = [cora.case_about(each) for each in words]
    press("j")
    expect(page.locator(f"#case-{numbers[0]}")).to_be_focused()
    assert focus_is_seen(page)
    press("j")
    expect(page.locator(f"#case-{numbers[1]}")).to_be_focused()
    # News arrive while she is in the list: she stays where she was.
    office.tells(other, "Su'aal saddexaad")
    expect(page.locator(f"#case-{numbers[1]}")).to_contain_text("saddexaad")
    expect(page.locator(f"#case-{numbers[1]}")).to_be_focused()
    press("k")
    expect(page.locator(f"#case-{numbers[0]}")).to_be_focused()
    asks_for_the_keys(cora)
    expect(page.locator(f"#case-{numbers[0]}")).to_be_focused()
    press("Enter")
    page.wait_for_url(f"**/cases/{numbers[0]}")
    expect(page.locator("#picking")).to_be_visible()
    press("a")
    cora.is_told("The case is yours now.")
    expect(page.locator("#picking")).to_be_visible()
    press("r")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("Waan ku caawin doonaa")
    # What arrives meanwhile takes nothing away from whoever types.
    office.tells(person, "Mahadsanid")
    expect(cora.said.last).to_contain_text("Mahadsanid")
    expect(page.locator("#text")).to_be_focused()
    before = person.received()
    tabs_until(cora, page.locator("#reply button[type=submit]"))
    press("Enter")
    cora.is_told("Your reply is on its way.")
    assert "Waan ku caawin doonaa" in newest(person, before)
    expect(page.locator("#picking")).to_be_visible()
    press("e")
    expect(page.locator("#resolution")).to_be_focused()
    assert focus_is_seen(page)
    press("ArrowDown")
    tabs_until(cora, page.locator("#resolving button"))
    press("Enter")
    cora.is_told("The case is closed.")
    expect(page.locator("#keys")).to_be_visible()  # the scripts are there
    press("u")
    page.wait_for_url("**/inbox?view=unassigned&language=so")
    expect(page.locator(f"#case-{numbers[1]}")).to_be_visible()


def test_a_picked_text_is_sent_by_keyboard(office: Office) -> None:
    """Search, hits, blanks and preview swap pieces of the page, and the focus is never lost."""
    person = office.asks("fr", "Bonjour, j'ai une question")
    dora = office.worker("Dora Kern", "default")
    page, press = dora.page, dora.page.keyboard.press
    dora.opens("/inbox?view=unassigned&language=fr")
    dora.opens_case(dora.case_about("j'ai une question"))
    press("s")
    expect(page.locator("#picking")).to_be_focused()
    page.keyboard.type("Termin vorschlagen")
    hit = page.locator("#hits form:has(input[value='appointment-offer']) button")
    expect(hit).to_be_visible()
    expect(page.locator("#picking")).to_be_focused()
    # The kind stands between the words and what was found.
    tabs_until(dora, hit)
    press("Enter")
    expect(page.locator("#blank-date")).to_be_focused()
    assert focus_is_seen(page)
    page.keyboard.type("01252027")
    page.locator("#blank-time").focus()
    page.keyboard.type("0230PM")
    page.locator("#blank-place").focus()
    page.keyboard.type("Rathaus")
    expect(page.locator("#picked .bubble").first).to_contain_text("Rathaus")
    expect(page.locator("#blank-place")).to_be_focused()
    before = person.received()
    tabs_until(dora, page.locator("#picked button[type=submit]").last)
    press("Enter")
    dora.is_told("Your reply is on its way.")
    assert "Rathaus" in newest(person, before)
    assert focus_is_somewhere(dora)


def asks_for_the_keys(worker: Worker) -> None:
    """The help opens and closes by keys, and everybody can read it."""
    worker.page.keyboard.press("?")
    expect(worker.page.locator("#help")).to_be_visible()
    everybody_can_use(worker.page)
    worker.page.keyboard.press("Escape")
    expect(worker.page.locator("#help")).to_be_hidden()


def tabs_until(worker: Worker, wanted: Locator) -> None:
    """Press Tab until this has the focus; it is always seen on the way."""
    for _ in range(40):
        worker.page.keyboard.press("Tab")
        assert focus_is_seen(worker.page)
        if wanted.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError("Tab does not lead there")


def focus_is_somewhere(worker: Worker) -> bool:
    """Whether Tab leads to something from here."""
    worker.page.keyboard.press("Tab")
    return focus_is_seen(worker.page)


@pytest.mark.parametrize(("size", "colours"), [(_PHONE, "light"), ({"width": 1280, "height": 800}, "dark")])
def test_everybody_can_use_every_page(office: Office, size: Any, colours: Any) -> None:
    """List, case, composer with a preview, everything unfolded, help: on a phone and at a desk."""
    words = f"سلام، یک سؤال دارم {size['width']}"
    office.asks("fa", words)
    eva = office.worker(f"Eva{size['width']} Roth", "default", viewport=size, color_scheme=colours)
    page = eva.page
    eva.opens("/inbox?view=unassigned&language=fa")
    number = eva.case_about(words)
    everybody_can_use(page)
    assert small_targets(page) == []
    eva.opens_case(number)
    everybody_can_use(page)
    picked = eva.picks("Termin vorschlagen", "phrase", "appointment-offer")
    picked.locator("#blank-date").fill("2027-01-25")
    picked.locator("#blank-time").fill("14:30")
    picked.locator("#blank-place").fill("Rathaus")
    expect(picked.locator(".bubble[dir=rtl]").first).to_contain_text("Rathaus")
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    everybody_can_use(page)
    assert small_targets(page) == []
    page.evaluate("document.getElementById('help').showModal()")
    everybody_can_use(page)
