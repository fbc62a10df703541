"""Runs MiniStack, and ends it together with the process that started it.

The starter holds the other end of standard input. However it goes (a normal end, a failed test, Ctrl-C, `kill -9`),
the pipe closes, and then the cloud, the Node processes of the handlers and their temporary files go as well. No handler of a
signal in the starter could promise that.
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading


def end_with_starter() -> None:
    sys.stdin.buffer.read()
    shutil.rmtree(tempfile.gettempdir(), ignore_errors=True)
    if os.name == "nt":
        subprocess.call(["taskkill", "/T", "/F", "/PID", str(os.getpid())])
    else:
        os.killpg(0, signal.SIGKILL)


if os.name != "nt" and os.getpgrp() != os.getpid():
    sys.exit("run_ministack.py ends its whole process group: it must be started as the leader of its own")

threading.Thread(target=end_with_starter, daemon=True).start()

# Not before the watch: the import takes a while.
import ministack_repairs  # noqa: E402
from ministack.app import main  # noqa: E402

ministack_repairs.apply()
main()
