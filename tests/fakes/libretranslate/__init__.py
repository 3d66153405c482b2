"""A strict stand-in of a LibreTranslate server, over real HTTP."""

from tests.fakes.libretranslate.server import KEY, FakeLibreTranslate

__all__ = ["KEY", "FakeLibreTranslate"]
