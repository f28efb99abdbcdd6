"""The doctor: watches a training and names what is wrong with it."""

from collections.abc import Callable
from typing import Any, final

from .finding import Diagnosis
from .thresholds import limit

DENSE = 10  # steps at the start that are all sampled
EVERY = 20  # and then one in so many


@final
class Doctor:
    """Watch a PyTorch training at next to no cost, and name the one cause of its failure.

    Call `step` after the optimizer's step and `diagnose` whenever you like. The run is left as it
    is: parameters, random numbers and the optimizer's state are bit for bit the same.

    Args:
        model: the module that is trained, as you call it: plain, compiled or parallel.
        optimizer: a torch optimizer over its parameters; TorchOptimizer is one.
        loss_fn: (outputs, targets) -> scalar; enables the trials of diagnose(probe=True).
        every: steps between samples, >= 1; the first ten steps are all sampled. 1 is thorough.

    Raises:
        TypeError: model, optimizer or loss_fn is something else.
        ValueError: model and optimizer have no parameter in common; every is below 1.

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
        every: int = EVERY,
    ):
        from .batches import Batches
        from .patient import admit, as_number, settings, silent_rank, state
        from .probes import Probe
        from .vitals import Vitals

        optimizer = admit(model, optimizer, loss_fn, every)
        self.optimizer, self.loss_fn, self.every = optimizer, loss_fn, every
        self.vitals, self._kept, self._number = Vitals(), Batches(), as_number
        self._probe: Any = Probe(model, optimizer)
        self.model = self._probe.model
        self.start = state(self.model)
        self.start_optimizer = settings(optimizer)
        self.first_outputs: Any = None
        self._closed = False
        self._kept_in = 0
        self._silent: str = silent_rank()
        if self._silent:
            self._probe.close()
        else:
            self._probe.arm()

    def step(
        self, loss: Any, targets: Any = None, *, outputs: Any = None, inputs: Any = None
    ) -> None:
        """Look at a training step that has just been made.

        Args:
            loss: the scalar that was differentiated, a tensor or a float.
            targets: what the outputs were compared with; enables checks of outputs against them.
            outputs, inputs: what was compared, and from what it came, where that is not what the
                model returned and was given.

        Raises:
            TypeError: the loss is no number.  ValueError: the loss is several numbers.
            RuntimeError: no gradient has been computed since the last call, or it is closed.
        """
        if self._closed:
            raise RuntimeError("Doctor.step after close: make a new Doctor for a new training")
        number, probe = self._number(loss, "Doctor.step"), self._probe
        if self._silent:
            self.vitals.steps += 1
            return
        if not probe.stepped and all(p.grad is None for p in probe.parameters):
            raise RuntimeError(
                "Doctor.step: no gradient and no optimizer step since the last call. "
                "Call it after loss.backward() and optimizer.step()"
            )
        fresh, probe.stepped = probe.stepped, False
        self.vitals.add_loss(number)
        if outputs is not None:
            probe.outputs, probe.inputs = outputs, probe.inputs or ((), {})
        if inputs is not None:
            probe.inputs = ((inputs,), {})
        sample = probe.take()
        if sample is not None:
            self._keep(sample, targets, number)
        if probe.inputs is not None:
            probe.forget_batch()
        upcoming = self.vitals.steps
        if upcoming < DENSE or upcoming % self.every == 0:
            probe.arm(fresh)
        elif sample is not None:
            probe.disarm()

    def _keep(self, sample: Any, targets: Any, loss: Any) -> None:
        probe = self._probe
        self.vitals.add_sample(sample)
        if getattr(probe.outputs, "ndim", 0) and self.first_outputs is None:
            self.first_outputs = probe.outputs.detach()[:256].clone()
        # One in each EVERY steps; with accumulation not every step can be sampled.
        block = self.vitals.steps // EVERY
        due = not self._kept.last or block > self._kept_in
        if due and probe.inputs is not None:
            self._kept_in = block
            self._kept.add(probe.inputs, probe.outputs, targets, loss)

    def validation(self, loss: Any) -> None:
        """Enter a validation loss, as often as there is one."""
        self.vitals.add_validation(float(self._number(loss, "Doctor.validation")))

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

        if self._silent:
            return Diagnosis((), self.vitals.steps, notes=(self._silent,), early=True)
        if self.vitals.steps < limit("early"):
            return Diagnosis((), self.vitals.steps, early=True)
        chart = Chart(self)
        if probe:
            from .trials import run_trials

            chart.trials = run_trials(self, chart, seconds)
        return examine(chart)

    def vital_signs(self) -> Any:
        """Return what was measured at the sampled steps as a Run, for `plots.loss`.

        Its signals: loss, gradient_norm, and update_ratio, a step's length over the weights'.
        """
        from .chart import Chart

        return Chart(self).run()

    def write_tensorboard(self, folder: Any) -> None:
        """Write the vital signs and the diagnosis for TensorBoard, into a folder of event files.

        Raises:
            ModuleNotFoundError: tensorboard is not installed.
        """
        from .adapters.tensorboard import write

        write(self, folder)

    def close(self) -> None:
        """Take every hook off the model and the optimizer."""
        self._probe.close()
        self._closed = True

    @property
    def batches(self) -> list[tuple[Any, Any, Any, Any]]:
        """Return (inputs, outputs, targets, loss) of the first and the last sampled steps."""
        return self._kept.all()

    @property
    def too_large(self) -> bool:
        """Were batches too large to keep?"""
        return self._kept.too_large

    def start_of(self, name: str) -> Any:
        """Return a parameter as it was when the doctor came, or None."""
        return self.start.get(name)

    def _reopen(self) -> None:
        """Put the hooks back after the model has been copied without them."""
        if not self._closed:
            self._probe.open()
            self._probe.arm(fresh=False)

    def __enter__(self) -> "Doctor":
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()
