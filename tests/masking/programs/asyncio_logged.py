"""logger.exception in an asyncio task."""

import asyncio
import logging

from planted import VALUE

logging.basicConfig()


async def work(token):
    try:
        raise ValueError(token)
    except ValueError:
        logging.getLogger("work").exception("task failed for %s", token)


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(work(VALUE), name=VALUE)


asyncio.run(main())
