"""Run a student's cells and functions inside the sandbox; nothing here is secret or trusted.

The sandbox hands this text to `python -c`, so it imports nothing of gdcourse.
Requests arrive as JSON lines on standard input and replies leave on standard output:

    {"do": "run", "cells": [[number, source], ...]}
        -> {"cell": number} before each cell, then {"errors": {number: message}}
    {"do": "call", "name": ..., "returns": ..., "read_only": ..., "cases": [[argument, ...], ...]}
        ("do": "read" takes the value of a variable instead of calling a function)
        -> {"answers": [{"answer": ...} or {"error": ...}, ...]}
"""

import builtins
import ctypes
import json
import os
import platform
import random
import resource
import struct
import sys

# The kernel's name of the machine, and its numbers of shmget semget msgget mq_open memfd_create
# memfd_secret (no limit counts what these reserve) and of add_key request_key keyctl
# io_uring_setup userfaultfd bpf perf_event_open (which nobody needs here).
FORBIDDEN = {
    "x86_64": (0xC000003E, 29, 64, 68, 240, 319, 447, 248, 249, 250, 425, 323, 321, 298),
    "aarch64": (0xC00000B7, 194, 190, 186, 180, 279, 447, 217, 218, 219, 425, 282, 280, 241),
}


def limit(limits):
    """Set the limits that no student code can raise again, and no core dump."""
    for name, value in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if platform.machine() in FORBIDDEN:
        forbid(*FORBIDDEN[platform.machine()])


def forbid(machine, *calls):
    """Let the kernel refuse these system calls from now on, by a seccomp filter."""
    load, equal, at_least, give, kill = 0x20, 0x15, 0x35, 0x06, 0x80000000
    steps = [(load, 0, 0, 4), (equal, 1, 0, machine), (give, 0, 0, kill), (load, 0, 0, 0)]
    tests = [(at_least, 0x40000000), *((equal, call) for call in calls)]
    steps += [(test, len(tests) - n, 0, value) for n, (test, value) in enumerate(tests)]
    steps += [(give, 0, 0, 0x7FFF0000), (give, 0, 0, 0x00050001)]  # allow; not permitted
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.c_char_p(program), 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel takes no seccomp filter")


def take_over(requests, replies):
    """Keep the two pipes to the grader; give student code empty standard streams."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)
    return os.fdopen(requests, "r", encoding="utf-8"), os.fdopen(replies, "w", encoding="utf-8")


class Notebook:
    """Stand in for otter's: here the grader checks, not the notebook."""

    def __init__(self, *args, **kwargs):
        pass

    def __getattr__(self, name):
        return lambda *args, **kwargs: None


def seed():
    """Start the shared generators at the same place for everybody: chance decides no mark."""
    random.seed(0)
    try:
        import numpy as np
    except ImportError:
        return
    np.random.seed(0)


def describe(error):
    """Return type and message of an exception in one short line."""
    try:
        text = " ".join(str(error).split())[:300]
    except BaseException:
        text = "(its message cannot be read)"
    return f"{type(error).__name__}: {text}"


def compiled(source, number):
    """Compile a cell; leave out lines that only a notebook understands (%magic, !shell, name?)."""
    name = f"<cell {number}>"
    try:
        return compile(source, name, "exec")
    except SyntaxError:
        lines = []
        for line in source.splitlines():
            text = line.strip()
            only_notebook = text.startswith(("%", "!", "?")) or text.endswith("?")
            lines.append(line.replace(text, "pass") if only_notebook else line)
        return compile("\n".join(lines), name, "exec")


def decode(value, read_only):
    """Turn an argument from the wire into a number, a text, a list or a NumPy array."""
    if isinstance(value, dict) and "shape" in value:
        import numpy as np

        array = np.array(value["array"], dtype=value["dtype"]).reshape(value["shape"])
        array.flags.writeable = not read_only
        return array
    return value


def encode(value, returns, name):
    """Turn what the student returned into plain data of the kind that was asked for."""
    kind = type(value).__name__
    if returns == "text":
        if isinstance(value, str):
            return str(value)
        raise TypeError(f"{name} must give a text (str); it gave {kind}")
    import numpy as np

    if value is None or isinstance(value, (str, bytes, bool)) or callable(value):
        raise TypeError(f"{name} must give {a_or_an(returns)}; it gave {kind}")
    array = np.asarray(value, dtype=float)
    if returns == "number":
        if array.size != 1:
            raise TypeError(f"{name} must give one number; it gave shape {array.shape}")
        return float(array.reshape(()))
    return {"array": array.ravel().tolist(), "shape": list(array.shape)}


def a_or_an(noun):
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def run(cells, namespace, reply):
    """Execute cells in one namespace; a cell that raises does not stop the next."""
    errors = {}
    for number, source in cells:
        reply({"cell": number})
        try:
            exec(compiled(source, number), namespace)
        except BaseException as error:
            errors[number] = describe(error)
    return {"errors": errors}


def call(request, namespace):
    """Call a student's function on every case; one that raises does not stop the next."""
    name, answers = request["name"], []
    for arguments in request["cases"]:
        try:
            if name not in namespace:
                raise NameError(f"{name} is not defined")
            value = namespace[name]
            if request["do"] == "call":
                value = value(*[decode(a, request["read_only"]) for a in arguments])
            answers.append({"answer": encode(value, request["returns"], name)})
        except BaseException as error:
            answers.append({"error": describe(error)})
    return {"answers": answers}


def serve(requests, replies):
    """Answer requests until the grader sends no more."""
    otter = sys.modules["otter"] = type(sys)("otter")
    vars(otter)["Notebook"] = Notebook
    seed()

    def reply(message):
        replies.write(json.dumps(message) + "\n")
        replies.flush()

    worker = os.getpid()
    namespace = {"__name__": "__main__", "__builtins__": builtins}
    reply({"ready": True})
    for line in requests:
        request = json.loads(line)
        if request["do"] == "run":
            done = run(request["cells"], namespace, reply)
        else:
            done = call(request, namespace)
        if os.getpid() != worker:  # a child that the student forked: it has nothing to say
            os._exit(0)
        reply(done)


def main():
    limit(json.loads(sys.argv[1]))
    sys.argv[1:] = []
    serve(*take_over(os.dup(0), os.dup(1)))


if __name__ == "__main__":
    main()
