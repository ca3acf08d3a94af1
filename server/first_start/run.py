"""The program itself, inside its environment.

The package runs from the plugin's own folder, so an update takes effect without installing anything anew. `-I` keeps
this script's folder off the path; the one above it is where the package is.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from pixie_secrets.__main__ import main

sys.exit(main())
