"""traceback.print_exc and pprint."""

import pprint
import traceback

from planted import VALUE, cover_output

cover_output()
try:
    raise ValueError(VALUE)
except ValueError:
    traceback.print_exc()
pprint.pprint({"deep": [{"token": VALUE}]})
