#!/usr/bin/env python3
"""Starts a platform server and writes down what goes between it and mprun.

    record.py FOLDER -- COMMAND...

In the folder a file for each process: `> LINE` came from mprun, `< LINE` from
the server. What is written on stdout is passed on as it comes.
"""

import os
import subprocess
import sys
import threading


def main():
    split = sys.argv.index("--")
    path = os.path.join(sys.argv[1], f"{os.getpid()}.lines")
    lock = threading.Lock()
    server = subprocess.Popen(sys.argv[split + 1:], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    with open(path, "wb", buffering=0) as log:

        def note(mark, line):
            with lock:
                log.write(mark + line)

        def pass_on():
            try:
                for line in sys.stdin.buffer:
                    note(b"> ", line)
                    server.stdin.write(line)
                    server.stdin.flush()
                server.stdin.close()
            except BrokenPipeError:
                pass

        threading.Thread(target=pass_on, daemon=True).start()
        for line in server.stdout:
            note(b"< ", line)
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
    status = server.wait()
    os._exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main()
