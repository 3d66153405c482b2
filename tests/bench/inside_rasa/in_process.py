"""Times Rasa's parsing without HTTP; runs in Rasa's own environment (Python 3.10).

Argument: the model; standard input: JSON lines with a text. Prints the median and the 95th percentile in milliseconds.
"""

import asyncio
import json
import sys
import time

from rasa.core.agent import Agent


async def main() -> None:
    """Parse every text once."""
    agent = Agent.load(sys.argv[1])
    texts = [json.loads(line)["text"] for line in sys.stdin]
    await agent.parse_message("Aufwärmen vor der Messung")
    taken = []
    for text in texts:
        begun = time.perf_counter()
        await agent.parse_message(text.lstrip("/"))
        taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    sys.stdout.write(json.dumps([taken[len(taken) // 2], taken[int(len(taken) * 0.95)]]) + "\n")


asyncio.run(main())
