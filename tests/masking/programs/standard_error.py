"""sys.stderr, writelines and the buffer beneath."""

import sys

from planted import VALUE, cover_output

cover_output()
sys.stderr.writelines(["value ", VALUE, "\n"])
sys.stderr.buffer.write(VALUE.encode() + b"\n")
sys.stdout.buffer.write(VALUE[:9].encode())
sys.stdout.buffer.write(VALUE[9:].encode() + b"\n")
