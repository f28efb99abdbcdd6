"""Fork a sealed worker for each submission from a process that has imported the libraries once.

Text for `python -c` inside one outer bubblewrap: it imports nothing of gdcourse. No student's code
runs in the zygote, and it never sees a submission: on the socket at standard input arrive limits
and three descriptors (requests, replies, control), which it hands to a keeper and closes.

The keeper makes new namespaces of all kinds, a /tmp and a /proc of their own and a root that
cannot be left; its child, the first process there, gives up all power and runs worker.py. The
keeper stays outside, out of sight: it kills when the control socket closes, and says how it ended.
"""

import contextlib
import ctypes
import fcntl
import gc
import importlib
import json
import os
import platform
import re
import resource
import select
import signal
import socket
import sys
import types

NEW_NAMESPACES = 0x7E020000  # user, mount, uts, ipc, process, network, cgroup
NOSUID_NODEV, READ_ONLY_NOEXEC, BIND, ALL_BELOW, PRIVATE = 2 | 4, 1 | 8, 0x1000, 0x4000, 0x40000
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 24, 38, 47
JOIN_SESSION_KEYRING = 1
KEYCTL = {"x86_64": 250, "aarch64": 219}
libc = ctypes.CDLL(None, use_errno=True)


def require(result, what):
    """Raise what the C library says when a call of its failed."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def mount(source, target, kind, flags, options):
    texts = [text.encode() if text else None for text in (source, target, kind, options)]
    require(libc.mount(*texts[:3], flags, texts[3]), f"mount {target}")


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def leave_the_world(tmp_bytes):
    """Enter new namespaces, with an empty /tmp and /proc and the read-only system around them."""
    user, group = os.getuid(), os.getgid()
    require(libc.unshare(NEW_NAMESPACES), "new namespaces")
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"{user} {user} 1")
    write("/proc/self/gid_map", f"{group} {group} 1")
    mount(None, "/", None, ALL_BELOW | PRIVATE, None)
    room = f"size={tmp_bytes},nr_inodes=10000,mode=0700"
    mount("tmpfs", "/tmp", "tmpfs", NOSUID_NODEV, room)
    mount("tmpfs", "/proc", "tmpfs", NOSUID_NODEV | READ_ONLY_NOEXEC, "size=4k,mode=0555")
    # Whoever is in a chroot can make no user namespace, and so never gets power back.
    mount("/", "/proc", None, BIND | ALL_BELOW, None)
    os.chroot("/proc")
    os.chdir("/tmp")


def give_up_power():
    """Drop every capability for good; leave the session and the keys of whoever started this."""
    os.setsid()
    if number := KEYCTL.get(platform.machine()):
        libc.syscall(number, JOIN_SESSION_KEYRING, None, 0, 0, 0)
    require(libc.prctl(PR_CAP_AMBIENT, 4, 0, 0, 0), "ambient capabilities")
    for capability in range(64):
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:
            break  # the kernel knows no more
    version_3, nothing = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    require(libc.capset(version_3, nothing), "drop capabilities")
    require(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")
    require(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "die with the keeper")


def keep(order, descriptors, worker):
    """Run one worker in a world of its own, until it ends or the grader lets go of `control`."""
    requests, replies, control = descriptors
    talk = socket.socket(fileno=control)
    talk.send(b"keeper")  # the kernel adds this process's number as the grader knows it
    with open("/proc/self/oom_score_adj", "r+b", buffering=0) as score:
        usual = score.read()
        score.write(b"1000")  # when memory runs out, the student's process goes first
        leave_the_world(order["tmp"])
        alive, kept = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(kept)
            become_worker(order["limits"], requests, replies, alive, worker)
        score.seek(0)
        score.write(usual)
    for descriptor in (requests, replies, alive):
        os.close(descriptor)
    ended = os.pidfd_open(child)
    if control in select.select([ended, control], [], [])[0]:
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    talk.send(f"ended {status}".encode())


def become_worker(limits, requests, replies, alive, worker):
    """Seal this process, keep the two pipes alone, and answer requests until the end."""
    try:
        give_up_power()
        if select.select([alive], [], [], 0)[0]:
            return  # the keeper is gone already
        # First out of the way of each other, then to the numbers where all else ends.
        requests, replies = (fcntl.fcntl(d, fcntl.F_DUPFD, 64) for d in (requests, replies))
        requests, replies = os.dup2(requests, 3), os.dup2(replies, 4)
        os.closerange(5, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        worker.limit(limits)
        worker.serve(*worker.take_over(requests, replies))
    finally:
        os._exit(1)


def serve(grader, worker):
    """Answer each order with a keeper; end when the grader does."""
    with open("/proc/self/statm") as file:
        base = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers are nobody's to wait for
    gc.collect()
    gc.freeze()
    grader.send(b"ready")
    while True:
        try:
            text, descriptors, _, _ = socket.recv_fds(grader, 4096, 3)
        except ConnectionResetError:
            return
        if not text:
            return
        order = json.loads(text)
        order["limits"]["AS"] += base  # the libraries count for nobody
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            grader.close()
            control = socket.socket(fileno=os.dup(descriptors[2]))
            try:
                require(
                    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "die with the zygote"
                )
                keep(order, descriptors, worker)
            except BaseException as error:
                control.send(f"failed {error}".encode())
            os._exit(0)
        for descriptor in descriptors:
            os.close(descriptor)


def check_the_kernel():
    """Older kernels count the processes of all students together, or cannot watch one end."""
    found = re.match(r"(\d+)\.(\d+)", os.uname().release)
    if found and (int(found[1]), int(found[2])) < (5, 14):
        raise SystemExit(f"Linux {found[0]} is older than 5.14")
    os.close(os.pidfd_open(os.getpid()))


def main():
    check_the_kernel()
    text, libraries = sys.argv[1], sys.argv[2:]
    sys.argv[1:] = []
    grader = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    worker = types.ModuleType("worker")
    exec(compile(text, "<worker>", "exec"), vars(worker))
    for library in libraries:
        with contextlib.suppress(ImportError):  # the student's own import will say so
            importlib.import_module(library)
    serve(grader, worker)


if __name__ == "__main__":
    main()
