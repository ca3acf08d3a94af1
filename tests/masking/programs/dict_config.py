"""logging.config.dictConfig, which replaces everything."""

import logging
import logging.config

from planted import VALUE

logging.config.dictConfig(
    {
        "version": 1,
        "formatters": {"long": {"format": "%(levelname)s|%(name)s|%(message)s"}},
        "handlers": {"file": {"class": "logging.FileHandler", "filename": "app.log", "formatter": "long"}},
        "loggers": {"app": {"handlers": ["file"], "level": "DEBUG", "propagate": False}},
    }
)
logging.getLogger("app.worker").debug("value %s", VALUE)
