"""Runs MiniStack from the packages of another environment: `python ministack.py DIRECTORY`.

This is a stand-alone program for the Python of infra/rehearsal/runtime.py. The path is set only in this process, so
the functions, which are processes of the same Python, do not see MiniStack's packages.
"""

import runpy
import sys

sys.path.insert(0, sys.argv.pop())
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
