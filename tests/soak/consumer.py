"""The consumer, which writes the stacks of all its threads to its log at SIGUSR1, so that a stall can be explained."""

import faulthandler
import runpy
import signal

faulthandler.register(signal.SIGUSR1, all_threads=True)
runpy.run_module("chalicelib.consumer", run_name="__main__", alter_sys=True)
