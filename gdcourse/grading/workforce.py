"""Who grades: threads of this process, or the workers of a dask.distributed cluster."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

from .errors import UserError


@contextmanager
def workforce(jobs: int, scheduler: str = "") -> Iterator[tuple[Executor, int]]:
    """Give an executor, and how many submissions it may hold at once.

    Each worker of a cluster seals its own sandboxes, so it needs bubblewrap and this package.

    Raises:
        UserError: no cluster answers at that address.
    """
    if not scheduler:
        with ThreadPoolExecutor(jobs) as pool:
            try:
                yield pool, 2 * jobs
            finally:
                pool.shutdown(cancel_futures=True)
        return
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise UserError('--scheduler needs dask: pip install "gdcourse[grade-cluster]"') from error
    try:
        client = Client(scheduler, timeout=10)
    except (OSError, ValueError) as error:
        raise UserError(f"--scheduler: no dask scheduler answers at {scheduler!r}") from error
    with client:
        client.wait_for_workers(1, timeout=60)
        threads = sum(client.nthreads().values())
        # Impure: dask takes two equal calls for one, and would keep the results of the last run.
        yield client.get_executor(pure=False), 4 * threads
