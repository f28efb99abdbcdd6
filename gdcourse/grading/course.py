"""Grade a whole folder: several sandboxes at once, one gradebook, one CSV."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from pathlib import Path

from . import by_hand, engine, identity
from .bubblewrap import Limits
from .exercise import Exercise
from .gradebook import Gradebook, fingerprint, write_csv
from .grader import Grader, Mark, ungraded, unread
from .notebook import BadNotebook, code_cells, read_bytes
from .submissions import Submission
from .workforce import workforce


@dataclass
class Summary:
    """What happened to each submission, in counts and marks."""

    marks: dict[str, list[Mark]] = field(default_factory=dict)
    recalled: int = 0
    unreadable: int = 0
    with_errors: int = 0
    engine_errors: int = 0


def grade_one(exercise: Exercise, data: bytes, limits: Limits) -> list[Mark]:
    """Grade the bytes of one notebook; a file that is no notebook gets no marks and the reason."""
    try:
        cells = code_cells(data)
    except BadNotebook as error:
        return unread(exercise, str(error))
    return Grader(exercise, cells, lambda: engine.shared().start(limits, cells)).marks()


def grade_all(
    exercise: Exercise,
    submissions: list[Submission],
    out: Path,
    limits: Limits,
    jobs: int = 1,
    advance: Callable[[str], None] = lambda student: None,
    scheduler: str = "",
) -> Summary:
    """Grade submissions that the gradebook beside `out` does not know yet, and write `out`.

    A failure of the grader itself is tried once more, then becomes an error in the rows of that
    student; it is not recorded, so that the next run tries again. `scheduler` is the address of a
    dask.distributed cluster that does the work; this process alone writes.
    """
    summary = Summary()
    order = [submission.student for submission in submissions]
    with Gradebook(out.with_suffix(".sqlite")) as book, workforce(jobs, scheduler) as (pool, room):
        running: dict[Future[list[Mark]], str] = {}
        sharing: dict[str, list[str]] = {}  # the students who handed in the same
        waiting = iter(submissions)
        while True:
            while len(running) < room and (submission := next(waiting, None)):
                data = _read(submission, exercise, summary)
                if data is None:
                    advance(submission.student)
                    continue
                key = fingerprint(exercise.version, repr(limits), data)
                marks = book.recall(key)
                if marks is not None:
                    summary.recalled += 1
                    summary.marks[submission.student] = marks
                    advance(submission.student)
                elif key in sharing:
                    sharing[key].append(submission.student)
                else:
                    sharing[key] = [submission.student]
                    running[pool.submit(_twice, exercise, data, limits)] = key
            if not running:
                break
            for task in wait(running, return_when=FIRST_COMPLETED).done:
                key = running.pop(task)
                marks = _collect(task, exercise, summary, book, key)
                for student in sharing.pop(key):
                    summary.marks[student] = marks
                    advance(student)
    summary.with_errors = sum(any(m.error for m in marks) for marks in summary.marks.values())
    summary.marks = identity.settle(exercise, summary.marks, identity.map_beside(out))
    summary.marks = by_hand.settle(exercise, summary.marks, by_hand.sheet(out))
    write_csv(out, ((student, mark) for student in order for mark in summary.marks[student]))
    return summary


def _read(submission: Submission, exercise: Exercise, summary: Summary) -> bytes | None:
    try:
        if submission.problem:
            raise BadNotebook(submission.problem)
        return read_bytes(submission.path)
    except BadNotebook as error:
        summary.unreadable += 1
        summary.marks[submission.student] = unread(exercise, str(error))
        return None


def _twice(exercise: Exercise, data: bytes, limits: Limits) -> list[Mark]:
    try:
        return grade_one(exercise, data, limits)
    except Exception:
        return grade_one(exercise, data, limits)


def _collect(
    task: Future[list[Mark]], exercise: Exercise, summary: Summary, book: Gradebook, key: str
) -> list[Mark]:
    try:
        marks = task.result()
    except Exception as error:
        summary.engine_errors += 1
        return ungraded(exercise, f"{type(error).__name__}: {error}")
    book.record(key, marks)
    return marks
