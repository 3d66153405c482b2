"""The one root of the errors that Lotse raises on purpose."""


class LotseError(Exception):
    """Something went wrong that can be said in the reader's own terms; ``str()`` is that sentence."""
