"""The stand-in's groups, topics and reactions refuse what Telegram refuses."""

import pytest
from telegram import Bot
from telegram.error import BadRequest

from tests.fakes.calls import PERSON
from tests.fakes.telegram import FakeTelegram, SimError

GROUP = -1005550001
RIGHTS = ["can_manage_topics", "can_delete_messages"]


@pytest.fixture
def forum(fake: FakeTelegram, bot: Bot) -> Bot:
    """A bot that may do everything in a forum."""
    fake.add_chat(GROUP, forum=True, rights=RIGHTS)
    return bot


async def test_a_topic_comes_and_goes_with_its_messages(fake: FakeTelegram, forum: Bot) -> None:
    """Whoever writes there afterwards is refused."""
    topic = await forum.create_forum_topic(GROUP, "Blaue Möwe 27")
    sent = await forum.send_message(GROUP, "a", message_thread_id=topic.message_thread_id)
    assert sent.is_topic_message
    fake.delete_topic(GROUP, topic.message_thread_id)
    assert not fake.messages(GROUP)
    with pytest.raises(BadRequest, match="thread not found"):
        await forum.send_message(GROUP, "a", message_thread_id=topic.message_thread_id)
    with pytest.raises(BadRequest, match="Topic_id_invalid"):
        await forum.close_forum_topic(GROUP, topic.message_thread_id)
    with pytest.raises(SimError):
        fake.send_text(GROUP, "a", sender=PERSON, thread=topic.message_thread_id)


async def test_only_administrators_write_in_a_closed_topic(fake: FakeTelegram, forum: Bot) -> None:
    """Closing twice is an error."""
    topic = await forum.create_forum_topic(GROUP, "a")
    await forum.close_forum_topic(GROUP, topic.message_thread_id)
    with pytest.raises(BadRequest, match="Topic_not_modified"):
        await forum.close_forum_topic(GROUP, topic.message_thread_id)
    await forum.send_message(GROUP, "a", message_thread_id=topic.message_thread_id)
    with pytest.raises(SimError, match="TOPIC_CLOSED"):
        fake.send_text(GROUP, "a", sender=PERSON, thread=topic.message_thread_id)
    await forum.reopen_forum_topic(GROUP, topic.message_thread_id)
    fake.send_text(GROUP, "a", sender=PERSON, thread=topic.message_thread_id)


async def test_topics_need_a_forum_and_the_right(fake: FakeTelegram, forum: Bot) -> None:
    """The bot can ask whether it has both."""
    fake.change_chat(GROUP, rights=["can_delete_messages"])
    with pytest.raises(BadRequest, match="enough rights"):
        await forum.create_forum_topic(GROUP, "a")
    me = await forum.get_chat_member(GROUP, forum.id)
    assert (me.status, me.to_dict()["can_manage_topics"]) == ("administrator", False)
    fake.change_chat(GROUP, forum=False)
    with pytest.raises(BadRequest, match="not a forum"):
        await forum.create_forum_topic(GROUP, "a")
    assert not (await forum.get_chat(GROUP)).is_forum


async def test_a_bot_reacts_with_one_known_emoji(fake: FakeTelegram, forum: Bot) -> None:
    """To a message that is there."""
    message = fake.send_text(GROUP, "a", sender=PERSON)
    await forum.set_message_reaction(GROUP, message, "👀")
    await forum.set_message_reaction(GROUP, message, "👍")
    assert fake.history[GROUP][message].reactions == ["👍"]
    unknown = [{"type": "emoji", "emoji": "✅"}]
    values = {"chat_id": GROUP, "message_id": message, "reaction": unknown}
    with pytest.raises(BadRequest, match="Reaction_invalid"):
        await forum.do_api_request("setMessageReaction", values)
    with pytest.raises(BadRequest, match="Reactions_too_many"):
        await forum.set_message_reaction(GROUP, message, ["👍", "👀"])
    with pytest.raises(BadRequest, match="to react not found"):
        await forum.set_message_reaction(GROUP, 4711, "👍")
