"""The doctor: watches a training and names what is wrong with it."""

from collections import deque
from collections.abc import Callable
from typing import Any, final

from .finding import Diagnosis
from .thresholds import limit

DENSE = 10  # steps at the start that are all sampled
FIRST, LAST = 3, 6  # sampled batches that are kept, to compare and to try things on


@final
class Doctor:
    """Watch a PyTorch training at next to no cost, and name the one cause of its failure.

    Call `step` after the optimizer's step and `diagnose` whenever you like. The run is left as it
    is: parameters, random numbers and the optimizer's state are bit for bit the same.

    Args:
        model: the module that is trained.
        optimizer: a torch optimizer over its parameters; TorchOptimizer is one.
        loss_fn: (outputs, targets) -> scalar; enables the trials of diagnose(probe=True).
        every: steps between samples, >= 1; the first ten steps are all sampled. 1 is thorough.

    Raises:
        TypeError: model or optimizer is something else.
        ValueError: they have no parameter in common.

    >>> import torch
    >>> model = torch.nn.Linear(3, 1)
    >>> doctor = Doctor(model, torch.optim.SGD(model.parameters(), lr=0.1))
    >>> print(doctor.diagnose())
    Too early to tell: 0 steps, 20 are needed.

    Book: clinic/the-doctor.
    """

    def __init__(
        self,
        model: Any,
        optimizer: Any,
        loss_fn: Callable[[Any, Any], Any] | None = None,
        *,
        every: int = 20,
    ):
        import torch

        from .probes import Probe
        from .vitals import Vitals

        if not isinstance(model, torch.nn.Module):
            raise TypeError(f"Doctor.model must be a torch.nn.Module; got {type(model).__name__}")
        optimizer = getattr(optimizer, "optimizer", optimizer)  # of a wrapper
        if not isinstance(optimizer, torch.optim.Optimizer):
            raise TypeError(
                f"Doctor.optimizer must be a torch.optim.Optimizer; got {type(optimizer).__name__}"
            )
        if isinstance(every, bool) or not isinstance(every, int) or every < 1:
            raise ValueError(f"Doctor.every must be a whole number, 1 or more; got {every!r}")
        if loss_fn is not None and not callable(loss_fn):
            raise TypeError(f"Doctor.loss_fn must be callable; got {loss_fn!r}")
        held = {id(p) for group in optimizer.param_groups for p in group["params"]}
        if not any(id(p) in held for p in model.parameters()):
            raise ValueError(
                "Doctor: model and optimizer do not belong together: the optimizer holds none of "
                "the model's parameters. Make the optimizer of model.parameters(), after the model "
                "was moved or copied"
            )
        self.model, self.optimizer, self.loss_fn, self.every = model, optimizer, loss_fn, every
        self.vitals = Vitals()
        self._first: list[tuple[Any, Any, Any, Any]] = []
        self._last: deque[tuple[Any, Any, Any, Any]] = deque(maxlen=LAST)
        self.start = {name: p.detach().clone() for name, p in model.state_dict().items()}
        self.start_optimizer = _settings(optimizer)
        self.first_outputs: Any = None
        self._probe: Any = Probe(model, optimizer)
        self._probe.arm()
        self._closed = False

    def step(self, loss: Any, targets: Any = None) -> None:
        """Look at a training step that has just been made.

        Args:
            loss: the scalar that was differentiated, a tensor or a float.
            targets: what the outputs were compared with; enables checks of outputs against them.

        Raises:
            RuntimeError: no gradient has been computed since the last call.
            ValueError: the loss is not one number.
        """
        if self._closed:
            raise RuntimeError("Doctor.step after close: make a new Doctor")
        if getattr(loss, "ndim", 0) and loss.numel() != 1:
            raise ValueError(
                f"Doctor.step takes one number as loss; got shape {tuple(loss.shape)}. "
                "Give the mean that you call backward() on"
            )
        probe = self._probe
        if not probe.stepped and not any(p.grad is not None for p in probe.parameters):
            raise RuntimeError(
                "Doctor.step: no gradient and no optimizer step since the last call. "
                "Call it after loss.backward() and optimizer.step()"
            )
        fresh, probe.stepped = probe.stepped, False
        self.vitals.add_loss(loss.detach() if hasattr(loss, "detach") else float(loss))
        vector = probe.take()
        if vector is not None:
            self.vitals.add_sample(vector)
            if probe.inputs is not None and targets is not None:
                kept = loss.detach() if hasattr(loss, "detach") else loss
                outputs = None if probe.outputs is None else probe.outputs.detach()
                batch = (probe.inputs, outputs, targets, kept)
                (self._first if len(self._first) < FIRST else self._last).append(batch)
            if self.first_outputs is None and probe.outputs is not None:
                self.first_outputs = probe.outputs.detach()
            probe.inputs = probe.outputs = None
        upcoming = self.vitals.steps
        if upcoming < DENSE or upcoming % self.every == 0:
            probe.arm(fresh)

    def validation(self, loss: Any) -> None:
        """Enter a validation loss, as often as there is one."""
        self.vitals.validations.append((self.vitals.steps, float(loss)))

    def diagnose(self, probe: bool = False, seconds: float = 20.0) -> Diagnosis:
        """Name the cause of what is wrong, with at most two supporting findings.

        Args:
            probe: run short trials on copies of model and optimizer, from the run's own start:
                a larger and a smaller rate, scaled inputs, shuffled labels, one batch by heart.
                They need loss_fn, and targets given to `step`.
            seconds: the trials' budget.
        """
        from .chart import Chart
        from .findings import examine

        if self.vitals.steps < limit("early"):
            return Diagnosis((), self.vitals.steps, early=True)
        chart = Chart(self)
        if probe:
            from .trials import run_trials

            chart.trials = run_trials(self, chart, seconds)
        return examine(chart)

    def close(self) -> None:
        """Take every hook off the model and the optimizer."""
        self._probe.close()
        self._closed = True

    @property
    def batches(self) -> list[tuple[Any, Any, Any, Any]]:
        """Return (inputs, outputs, targets, loss) of the first and the last sampled steps."""
        return [*self._first, *self._last]

    def start_of(self, name: str) -> Any:
        """Return a parameter as it was when the doctor came, or None."""
        return self.start.get(name)

    def _reopen(self) -> None:
        """Put the hooks back after the model has been copied without them."""
        self._probe.open()

    def __enter__(self) -> "Doctor":
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()


def _settings(optimizer: Any) -> list[dict[str, Any]]:
    """Return the optimizer's settings, group by group, without its parameters."""
    return [{k: v for k, v in group.items() if k != "params"} for group in optimizer.param_groups]
