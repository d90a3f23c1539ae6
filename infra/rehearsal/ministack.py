"""Runs MiniStack out of another environment's packages: `python ministack.py DIRECTORY`.

A program by itself, for the Python of infra/rehearsal/runtime.py. The path is set in this process alone: the functions
are processes of the same Python, and do not see MiniStack's packages.
"""

import runpy
import sys

sys.path.insert(0, sys.argv.pop())
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
