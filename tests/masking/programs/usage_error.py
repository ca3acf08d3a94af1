"""argparse, which quotes the wrong argument."""

import argparse

from planted import VALUE, cover_output

cover_output()
parser = argparse.ArgumentParser()
parser.add_argument("--level", type=int)
parser.parse_args(["--level", VALUE])
