"""All offers at one moment, and how a button names one of them."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from bot.offers.districts import Districts
from bot.offers.index import Index, build
from bot.offers.model import KINDS, Kind, Offer

_KEY_BYTES = 5


def key_of(offer_id: str) -> str:
    """Return 8 letters and digits that stand for the id of an offer: a button has no room for the id itself."""
    digest = hashlib.blake2b(offer_id.encode(), digest_size=_KEY_BYTES).digest()
    return base64.b32encode(digest).decode().lower()


@dataclass(frozen=True, slots=True)
class Stock:
    """The offers, their index, and the districts; never changed, but replaced by a newer one."""

    index: Index
    districts: Districts
    by_key: Mapping[str, Offer]
    by_id: Mapping[str, Offer]

    @classmethod
    def of(cls, offers: Iterable[Offer], districts: Districts) -> Self:
        """Index these offers."""
        index = build(offers, districts)
        by_id = {offer.id: offer for offer in index.offers}
        return cls(index, districts, {key_of(id_): offer for id_, offer in by_id.items()}, by_id)

    def has(self, kind: Kind) -> bool:
        """Say whether there is any offer of this kind."""
        return bool((self.index.columns["kind"] == KINDS.index(kind)).any())
