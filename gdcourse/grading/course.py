"""Grade a whole folder: several sandboxes at once, one gradebook, one CSV."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from .bubblewrap import Limits
from .exercise import Exercise
from .gradebook import Gradebook, fingerprint, write_csv
from .grader import Grader, Mark, ungraded, unread
from .notebook import BadNotebook, code_cells, read_bytes
from .sandbox import Sandbox
from .submissions import Submission


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
    return Grader(exercise, cells, lambda: Sandbox(limits)).marks()


def grade_all(
    exercise: Exercise,
    submissions: list[Submission],
    out: Path,
    limits: Limits,
    jobs: int = 1,
    advance: Callable[[str], None] = lambda student: None,
) -> Summary:
    """Grade submissions that the gradebook beside `out` does not know yet, and write `out`.

    A failure of the grader itself is tried once more, then becomes an error in the rows of that
    student; it is not recorded, so that the next run tries again.
    """
    summary = Summary()
    order = [submission.student for submission in submissions]
    pool = ThreadPoolExecutor(jobs)
    with Gradebook(out.with_suffix(".sqlite")) as book:
        try:
            running: dict[Future[list[Mark]], tuple[str, str]] = {}
            waiting = iter(submissions)
            while True:
                while len(running) < 2 * jobs and (submission := next(waiting, None)):
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
                        continue
                    task = pool.submit(_twice, exercise, data, limits)
                    running[task] = (submission.student, key)
                if not running:
                    break
                for task in wait(running, return_when=FIRST_COMPLETED).done:
                    student, key = running.pop(task)
                    summary.marks[student] = _collect(task, exercise, summary, book, key)
                    advance(student)
        finally:
            pool.shutdown(cancel_futures=True)
    summary.with_errors = sum(any(m.error for m in marks) for marks in summary.marks.values())
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
