"""An asyncio task whose exception nobody asked for, and a callback that fails in the event loop."""

import asyncio
import gc

from planted import VALUE


async def fail():
    raise ValueError(VALUE)


def fail_at_once():
    raise RuntimeError(VALUE)


async def main():
    asyncio.get_running_loop().call_soon(fail_at_once)
    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    gc.collect()


asyncio.run(main())
