"""A person at the web chat, from the first click to the end of a case."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.i18n import Texts
from tests.e2e.browser.chat import MENU, Chat, free_port, visit
from tests.e2e.browser.conftest import Command, NewPerson
from tests.processes import LotseProcess

TALKS = {
    "ar": ("العربية", "كيف أفتح حسابًا بنكيًا؟", "rtl"),
    "de": ("Deutsch", "Wie kann ich ein Konto eröffnen?", "ltr"),
}


def newest_case(staff: Command) -> str:
    """The number of the case that was opened last."""
    cases = [json.loads(line) for line in staff("cases", "--json").splitlines()]
    return str(max(case["id"] for case in cases))


def ask_for_human(chat: Chat, t: Texts) -> None:
    """Ask for a human, and answer all questions."""
    chat.write("/human")
    chat.shows(t.say("🧑 A human will answer you"))


@pytest.mark.parametrize("language", TALKS)
def test_the_first_talk_from_language_to_the_end_of_a_case(language: str, person: NewPerson, staff: Command) -> None:
    """Language, menu, question, answer, "did not help", human, consent, district, staff's reply, end."""
    name, question, direction = TALKS[language]
    t, chat = Texts(language), person("en")
    chat.begin(name)
    chat.write(question)
    chat.shows(t.say("Not yet checked by the city."))
    answer = chat.newest
    expect(answer).to_have_attribute("lang", language)
    expect(answer).to_have_attribute("dir", direction)
    expect(answer.get_by_role("heading", level=2)).to_be_visible()
    chat.tap(t.say("👎 This did not help"))
    chat.shows(t.say("I am sorry that this did not help.")[:-1])
    chat.tap(t.say("🧑 Talk to a human"))
    chat.shows(t.say("🧑 A human will answer you"))
    chat.tap(t.say("Yes, they may"))
    chat.shows(t.say("In which part of Stuttgart do you live? Then the right person can answer you sooner."))
    chat.tap("Bad Cannstatt")
    chat.shows(t.say("Thank you. If you want to add something, write it now. The social worker will read it."))
    number = newest_case(staff)
    assert "bad-cannstatt" in staff("cases", number)
    assert question in staff("cases", number)
    staff("reply", number, "Guten Tag, ich kümmere mich darum.")
    chat.shows("Guten Tag, ich kümmere mich darum.")
    expect(chat.newest).to_have_class(re.compile("staff"))
    expect(chat.newest).to_contain_text(t.say("Social worker"))
    chat.tap(t.say("↩ End this and go back to Lotse"))
    chat.shows(t.say("The talk with the social worker is closed. I am here again. What do you need?"))
    chat.is_quiet()


def test_the_page_follows_the_language_of_the_talk(person: NewPerson) -> None:
    """All labels, the title, language and direction change with the choice, and survive a reload."""
    chat = person("de")
    chat.begin("العربية")
    for _ in range(2):
        t = Texts("ar")
        expect(chat.html).to_have_attribute("lang", "ar")
        expect(chat.html).to_have_attribute("dir", "rtl")
        expect(chat.page).to_have_title(t.say("Lotse: answers for refugees in Stuttgart"))
        expect(chat.field).to_have_attribute("placeholder", t.say("Your message"))
        expect(chat.page.get_by_role("button", name=t.say("Send"), exact=True)).to_be_visible()
        expect(chat.page.get_by_role("link", name=t.say("Emergency: 112"))).to_be_visible()
        expect(chat.page.locator("nav")).to_contain_text(t.say("Language"))
        expect(chat.page.get_by_role("log", name=t.say("Talk with Lotse"))).to_be_visible()
        chat.page.reload()
        expect(chat.newest.locator(".buttons button")).to_have_count(MENU)


def test_a_reload_keeps_the_talk_of_the_tab(person: NewPerson) -> None:
    """Nothing is lost, nothing is shown or said twice."""
    chat = person()
    chat.begin("Deutsch")
    before = chat.text_of_all()
    chat.page.reload()
    chat.write("/privacy")
    chat.shows(Texts("de").say("🔒 What Lotse keeps about you"))
    assert chat.text_of_all()[: len(before)] == before
    expect(chat.messages).to_have_count(len(before) + 2)


def test_a_restart_in_the_middle_of_a_talk_loses_nothing(browser: Browser, tmp_path: Path, mind: object) -> None:
    """What is written while the server is away is answered, once."""
    assert mind
    environment = {"LOTSE_DATABASE_URL": f"sqlite:///{tmp_path}/lotse.db", "LOTSE_PORT": str(free_port())}
    process = LotseProcess(environment).start()
    context, chat = visit(browser, process.url)
    try:
        chat.begin("Deutsch")
        process.stop()
        expect(chat.page.locator("#state")).to_have_text(
            Texts("de").say("The connection is interrupted. I am trying again …")
        )
        chat.write("Wie kann ich ein Konto eröffnen?")
        process.start()
        chat.shows("Bankkonto eröffnen")
        chat.write("/privacy")
        chat.shows(Texts("de").say("🔒 What Lotse keeps about you"))
        expect(chat.page.locator(".own")).to_have_count(3)
        expect(chat.replies).to_have_count(4)
        chat.is_quiet()
    finally:
        context.close()
        process.stop()


def test_people_do_not_see_each_others_messages(person: NewPerson) -> None:
    """Two browsers, two talks."""
    one, other = person(), person("ar")
    one.begin("Deutsch")
    other.begin("العربية")
    one.write("/privacy")
    one.shows(Texts("de").say("🔒 What Lotse keeps about you"))
    other.write("/help")
    expect(other.messages).to_have_count(5)
    assert not any(Texts("de").say("🔒 What Lotse keeps about you") in text for text in other.text_of_all())
    expect(one.messages).to_have_count(5)


def test_a_reply_waits_while_the_page_is_closed(person: NewPerson, staff: Command) -> None:
    """It is there when the page is opened again in the same browser."""
    chat = person()
    chat.begin("Deutsch")
    ask_for_human(chat, Texts("de"))
    chat.tap(Texts("de").say("I do not want to say"))
    chat.shows(
        Texts("de").say("Thank you. If you want to add something, write it now. The social worker will read it.")
    )
    number = newest_case(staff)
    context = chat.page.context
    chat.page.close()
    staff("reply", number, "Kommen Sie morgen vorbei.")
    again = Chat(context.new_page(), chat.url)
    again.open()
    again.shows("Kommen Sie morgen vorbei.")


def test_the_export_is_a_json_file(person: NewPerson) -> None:
    """One tap downloads everything that is stored."""
    chat = person()
    chat.begin("Deutsch")
    chat.write("/export")
    link = chat.page.get_by_role("link", name=Texts("de").say("Download the file"))
    with chat.page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "lotse-export.json"
    assert isinstance(json.loads(download.value.path().read_text()), dict)


def test_deleting_empties_the_page_too(person: NewPerson) -> None:
    """The tab forgets the talk, and a new one can begin."""
    chat = person()
    chat.begin("Deutsch")
    chat.write("Wie kann ich ein Konto eröffnen?")
    chat.shows("Bankkonto eröffnen")
    chat.write("/delete")
    chat.shows(
        Texts("de").say("Everything that I had stored about you is deleted. You can write to me again at any time.")
    )
    expect(chat.messages).to_have_count(1)
    assert chat.page.evaluate("sessionStorage.length") == 0
    chat.is_quiet()
    chat.page.reload()
    chat.shows(Texts("de").say("👋 Welcome to Lotse!"))
    chat.tap("Deutsch")
    expect(chat.newest.locator(".buttons button")).to_have_count(MENU)


def test_a_late_confirmation_does_not_bring_a_deleted_talk_back(person: NewPerson) -> None:
    """The answer may arrive before the page hears that its own message did: then nothing is written down again."""
    chat = person()
    chat.begin("Deutsch")
    chat.page.evaluate("""() => {
        const released = new Promise((resolve) => { window.release = resolve; });
        const ordinary = window.fetch;
        window.fetch = async (path, ...rest) => {
            const answer = await ordinary(path, ...rest);
            if (path === "/chat/messages") await released;
            return answer;
        };
    }""")
    chat.write("/delete")
    expect(chat.messages).to_have_count(1)
    chat.page.evaluate("async () => { window.release(); await new Promise((done) => setTimeout(done, 100)); }")
    assert chat.page.evaluate("sessionStorage.length") == 0


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(person: NewPerson) -> None:
    """HttpOnly and SameSite."""
    chat = person()
    chat.open()
    [cookie] = chat.page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")


def test_a_message_that_cannot_be_sent_is_marked_and_can_be_sent_again(person: NewPerson) -> None:
    """The person is told in their language."""
    chat, t = person(), Texts("ar")
    chat.begin("العربية")
    chat.page.route("**/chat/messages", lambda route: route.fulfill(status=422))
    chat.write("/privacy")
    failed = chat.page.locator(".own.failed")
    expect(failed).to_contain_text(t.say("Your message did not arrive. Please send it again."))
    expect(chat.page.locator("#state")).to_have_text(t.say("Your message did not arrive. Please send it again."))
    chat.page.unroute("**/chat/messages")
    chat.errors.clear()
    failed.get_by_role("button", name=t.say("Send")).click()
    chat.shows(t.say("🔒 What Lotse keeps about you"))
    expect(failed).to_have_count(0)


def test_a_message_that_a_reload_interrupts_is_sent_after_it(person: NewPerson) -> None:
    """What is shown in the talk arrives."""
    chat = person()
    chat.begin("Deutsch")
    chat.page.route("**/chat/messages", lambda _: None)
    chat.write("/privacy")
    expect(chat.page.locator(".own")).to_have_count(2)
    chat.page.unroute("**/chat/messages")
    chat.page.reload()
    chat.shows(Texts("de").say("🔒 What Lotse keeps about you"))
    expect(chat.page.locator(".own")).to_have_count(2)


def test_a_lost_cookie_is_replaced(person: NewPerson) -> None:
    """Somebody who clears their cookies can go on writing."""
    chat = person()
    chat.begin("Deutsch")
    chat.page.context.clear_cookies()
    chat.write("/privacy")
    expect(chat.page.locator("[data-unsent]")).to_have_count(0)
    chat.page.reload()
    chat.shows(Texts("de").say("🔒 What Lotse keeps about you"))
    chat.errors.clear()


def test_a_message_that_is_too_long_stays_in_the_field(person: NewPerson) -> None:
    """It is not cut in silence."""
    chat = person()
    chat.begin("Deutsch")
    chat.write("a" * 4097)
    expect(chat.page.locator("#state")).to_contain_text("4096")
    expect(chat.field).to_have_value("a" * 4097)


XSS = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"


def test_what_people_write_is_shown_as_text(person: NewPerson, staff: Command) -> None:
    """Neither a person's words nor a social worker's become markup."""
    chat = person()
    chat.begin("Deutsch")
    ask_for_human(chat, Texts("de"))
    chat.write(XSS)
    expect(chat.page.locator(".own").last).to_contain_text(XSS)
    staff("reply", newest_case(staff), XSS)
    chat.shows(XSS)
    chat.page.reload()
    chat.shows(XSS)
    assert chat.page.locator("#talk img, #talk script").count() == 0
    assert chat.page.title() != "broken"


def test_without_javascript_the_page_says_so(person: NewPerson) -> None:
    """And shows nothing that does not work, but the emergency number."""
    chat = person(java_script_enabled=False)
    chat.open()
    expect(
        chat.page.get_by_text(
            Texts("de").say("This page needs JavaScript. Please switch it on, or use Lotse on Telegram.")
        )
    ).to_be_visible()
    expect(chat.field).to_be_hidden()
    expect(chat.page.get_by_role("link", name="112")).to_be_visible()


def test_the_staffs_door_is_a_page(person: NewPerson) -> None:
    """It asks who comes, and says nothing else."""
    chat = person()
    chat.page.goto(f"{chat.url}/inbox/login")
    expect(chat.page.get_by_role("heading", level=1)).to_be_visible()
    expect(chat.page.locator("input[type=password]")).to_be_visible()
