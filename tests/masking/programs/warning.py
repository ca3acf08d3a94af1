"""warnings.warn, and captured by logging."""

import logging
import warnings

from planted import VALUE

warnings.warn(f"weak: {VALUE}")
logging.captureWarnings(True)
warnings.warn(f"weak again: {VALUE}")
