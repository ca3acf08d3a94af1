"""Another program's output, through the filter."""

import os
import subprocess
import sys

import planted

code = "import os, sys; v = os.environ['PLANTED_VALUE']; print(v); sys.stdout.flush(); os.write(1, v.encode() * 3)"
child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
if planted.BARE:
    os.write(1, child.stdout.read())
else:
    from pixie_secrets.known_values import KNOWN
    from pixie_secrets.known_values.stream import run_filter

    run_filter(KNOWN, child.stdout.fileno(), 1)
child.wait()
child.stdout.close()
