"""sys.exit with a message."""

import sys

from planted import VALUE, cover_output

cover_output()
sys.exit(f"cannot use {VALUE}")
