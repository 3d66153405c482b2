"""A strict stand-in of an OpenID provider, over real HTTP."""

from tests.fakes.oidc.server import CLIENT_ID, CLIENT_SECRET, FakeProvider

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "FakeProvider"]
