"""The stand-in as a process: `python -m tests.fakes.telegram --port N --token T` prints its address and stays."""

from __future__ import annotations

import argparse

import uvloop

from tests.fakes.telegram.server import FakeTelegram
from tests.fakes.telegram.world import DEFAULT_TOKEN


async def _serve(port: int, token: str) -> None:
    async with FakeTelegram(token, port=port) as fake:
        print(fake.url, flush=True)  # noqa: T201  # the line is what the starting process waits for
        await fake.serve_forever()


def main() -> None:
    """Read the arguments and serve until a signal."""
    parser = argparse.ArgumentParser(description="A stand-in of Telegram's Bot API on a loopback port.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", default=DEFAULT_TOKEN)
    arguments = parser.parse_args()
    try:
        uvloop.run(_serve(arguments.port, arguments.token))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
