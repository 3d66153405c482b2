"""Bot API methods about groups: what the bot may do there, topics of forums, and reactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.errors import bad_request
from tests.fakes.telegram.methods import Params, method
from tests.fakes.telegram.text import check_unicode
from tests.fakes.telegram.values import Topic

if TYPE_CHECKING:
    from tests.fakes.telegram.values import Chat
    from tests.fakes.telegram.world import World

_NAME_LIMIT = 128
_TOPIC = {"chat_id": "chat!", "message_thread_id": "int!"}
_RIGHTS = (
    *("can_manage_chat", "can_manage_topics", "can_manage_video_chats", "can_delete_messages", "can_restrict_members"),
    *("can_promote_members", "can_change_info", "can_invite_users", "can_pin_messages", "can_post_stories"),
    *("can_edit_stories", "can_delete_stories"),
)
# Some of those that Telegram lets bots set.
_EMOJIS = frozenset(["👍", "👎", "❤", "🔥", "👏", "🤔", "🎉", "🙏", "👌", "👀", "✍", "🤝", "🫡", "💯", "⚡", "😢"])


@method("getChat", chat_id="chat!")
def get_chat(world: World, params: Params) -> Any:
    """The chat, with what only this method tells."""
    chat = world.find_chat(params["chat_id"])
    return {**chat.as_json(), "accent_color_id": 0, "max_reaction_count": 11}


@method("getChatMember", chat_id="chat!", user_id="int!")
def get_chat_member(world: World, params: Params) -> Any:
    """Somebody in a chat; only of the bot is known what it may do."""
    chat = world.writable_chat(params["chat_id"])
    if params["user_id"] != world.bot["id"]:
        person = world.people.get(params["user_id"])
        if person is None:
            raise bad_request("PARTICIPANT_ID_INVALID")
        return {"user": person, "status": "member"}
    if not chat.rights:
        return {"user": world.bot, "status": "member"}
    rights = {name: name in chat.rights for name in _RIGHTS}
    return {"user": world.bot, "status": "administrator", "can_be_edited": False, "is_anonymous": False, **rights}


def _forum(world: World, params: Params, right: str, wanted: str) -> Chat:
    chat = world.writable_chat(params["chat_id"])
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    if right not in chat.rights:
        raise bad_request(f"not enough rights to {wanted}")
    return chat


def _topic(chat: Chat, params: Params) -> Topic:
    found = chat.topics.get(params["message_thread_id"])
    if found is None:
        raise bad_request("TOPIC_ID_INVALID")
    return found


@method("createForumTopic", chat_id="chat!", name="str!", icon_color="int", icon_custom_emoji_id="str")
def create_forum_topic(world: World, params: Params) -> Any:
    """A new topic; its number is that of the notice that it was made."""
    chat = _forum(world, params, "can_manage_topics", "create a topic")
    name = params["name"].strip()
    check_unicode(name)
    if not 1 <= len(name) <= _NAME_LIMIT:
        raise bad_request("TOPIC_TITLE_INVALID")
    topic = Topic(world.next_message_id(chat), name)
    chat.topics[topic.number] = topic
    world.changed.wake()
    return {"message_thread_id": topic.number, "name": topic.name, "icon_color": 7322096}


@method("closeForumTopic", **_TOPIC)
def close_forum_topic(world: World, params: Params) -> Any:
    """Only administrators write there now."""
    return _set_closed(world, params, closed=True)


@method("reopenForumTopic", **_TOPIC)
def reopen_forum_topic(world: World, params: Params) -> Any:
    """The way back."""
    return _set_closed(world, params, closed=False)


def _set_closed(world: World, params: Params, *, closed: bool) -> bool:
    chat = _forum(world, params, "can_manage_topics", "close or reopen the topic")
    topic = _topic(chat, params)
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    world.changed.wake()
    return True


@method("deleteForumTopic", **_TOPIC)
def delete_forum_topic(world: World, params: Params) -> Any:
    """A topic and all its messages."""
    chat = _forum(world, params, "can_delete_messages", "delete the topic")
    world.remove_topic(chat.id, _topic(chat, params).number)
    return True


@method("setMessageReaction", chat_id="chat!", message_id="int!", reaction="array", is_big="bool")
def set_message_reaction(world: World, params: Params) -> Any:
    """The bot's reaction to a message, in place of the one before; a bot has one at most."""
    chat = world.writable_chat(params["chat_id"])
    message = world.find_message(chat.id, params["message_id"])
    if message is None:
        raise bad_request("message to react not found")
    reactions = params.get("reaction") or []
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in reactions:
        if not isinstance(reaction, dict) or set(reaction) != {"type", "emoji"} or reaction["type"] != "emoji":
            raise bad_request("can't parse reaction type")
        if reaction["emoji"] not in _EMOJIS:
            raise bad_request("REACTION_INVALID")
    message.reactions = [reaction["emoji"] for reaction in reactions]
    world.changed.wake()
    return True
