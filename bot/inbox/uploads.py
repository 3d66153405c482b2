"""Files that staff send: taken from a form, cleaned, and shown as they will arrive."""

import asyncio
import base64
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartParser

from bot.channels.files import IMAGES
from bot.escalation.files import CASE_LIMIT, LARGEST, MOST, MOST_TOGETHER, FileRefusedError, clean, thumbnail
from bot.storage import attachments
from bot.storage.attachments import File
from bot.storage.database import Database

FILE_FORM: Final = MOST_TOGETHER + 256 * 1024
"""Bytes of a form with files and a reply."""

MOST_PARTS: Final = 5 * MOST
"""Files of a form that are counted at all; more is no form of ours."""

FIELD: Final = "files"

# A form is never larger than what ``gate`` lets through. What people send each other must not lie on a disk unsealed.
MultiPartParser.spool_max_size = FILE_FORM
# A large picture takes two hundred megabytes while it is drawn anew.
_cleaning = asyncio.Lock()


@dataclass(frozen=True, slots=True)
class Arriving:
    """A file as it will arrive: its name, type and bytes, and a small picture of it (a data URL) if it is one.

    ``problem`` is why it will not (see ``escalation.files``).
    """

    filename: str
    media_type: str = ""
    size: int = 0
    picture: str = ""
    problem: str = ""


async def taken(form: FormData, database: Database, case: int) -> list[File]:
    """The files of a form, cleaned; all or none.

    Raises:
        FileRefusedError: one of them is not let through, or they are too many for one reply or for this case.
    """
    uploads = _uploads(form)
    if len(uploads) > MOST or sum(each.size or 0 for each in uploads) > MOST_TOGETHER:
        raise FileRefusedError("many")
    files = [await _cleaned(each) for each in uploads]
    if files and await attachments.size_of(database, case) + sum(len(file.content) for file in files) > CASE_LIMIT:
        raise FileRefusedError("full")
    return files


async def arriving(form: FormData) -> list[Arriving]:
    """What would become of each file of a form."""
    found: list[Arriving] = []
    for upload in _uploads(form)[: MOST + 1]:
        if len(found) == MOST:
            found.append(Arriving(upload.filename or "", problem="many"))
            break
        try:
            file = await _cleaned(upload)
        except FileRefusedError as refused:
            found.append(Arriving(upload.filename or "", problem=refused.problem))
        else:
            picture = await _picture(file) if file.media_type in IMAGES else ""
            found.append(Arriving(file.filename, file.media_type, len(file.content), picture))
    return found


def _uploads(form: FormData) -> list[UploadFile]:
    """Without the empty one of a field in which nothing was chosen."""
    return [each for each in form.getlist(FIELD) if isinstance(each, UploadFile) and (each.filename or each.size)]


async def _cleaned(upload: UploadFile) -> File:
    await upload.seek(0)
    content = await upload.read(LARGEST + 1)
    async with _cleaning:
        return await asyncio.to_thread(clean, upload.filename or "", content)


async def _picture(file: File) -> str:
    small = await asyncio.to_thread(thumbnail, file.content)
    return f"data:image/jpeg;base64,{base64.b64encode(small).decode()}"
