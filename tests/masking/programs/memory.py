"""MemoryHandler, flushed late."""

import logging
import logging.handlers

from planted import VALUE

memory = logging.handlers.MemoryHandler(10, target=logging.FileHandler("app.log"))
logging.getLogger().addHandler(memory)
logging.warning("value %s", VALUE)
print(memory.buffer[0].args)
memory.close()
