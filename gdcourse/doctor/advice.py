"""What to do about each symptom, and the page that explains it."""

from typing import Final

ADVICE: Final[dict[str, tuple[str, str]]] = {
    "nonfinite": (
        "find the first operation that fails: torch.autograd.set_detect_anomaly(True); "
        "use losses that take logits, and check the data with torch.isfinite(x).all()",
        "failures/numbers-that-run-out",
    ),
    "vanishing-gradients": (
        "give each layer's input unit spread: nn.BatchNorm1d or residual connections; ReLU only "
        "together with nn.init.kaiming_normal_",
        "failures/deep-classifier",
    ),
    "exploding-gradients": (
        "torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0) before optimizer.step(); "
        "start recurrent weights with nn.init.orthogonal_",
        "failures/text-generator",
    ),
    "dead-relu": (
        "standardise the inputs and lower the learning rate; nn.init.kaiming_normal_; "
        "nn.LeakyReLU keeps a gradient",
        "failures/stuck-disease-model",
    ),
    "saturation": (
        "standardise the inputs, start with smaller weights (nn.init.xavier_normal_), or use ReLU",
        "failures/deep-classifier",
    ),
    "learning-rate-too-high": (
        "for group in optimizer.param_groups: group['lr'] /= 10",
        "foundations/learning-rate",
    ),
    "learning-rate-too-low": (
        "for group in optimizer.param_groups: group['lr'] *= 10",
        "foundations/learning-rate",
    ),
    "oscillation": (
        "a smaller learning rate, a larger batch, or less momentum; then a schedule that falls",
        "foundations/batch-size",
    ),
    "plateau": (
        "start from other, random weights; look at the gradient norm and the Hessian before you "
        "blame a local minimum",
        "failures/stuck-disease-model",
    ),
    "poor-initialization": (
        "nn.init.kaiming_normal_(layer.weight) for ReLU, xavier_normal_ for tanh; biases at zero",
        "failures/doomed-start",
    ),
    "input-scale": (
        "x = (x - x_train.mean(0)) / x_train.std(0), with the training data's statistics",
        "foundations/conditioning",
    ),
    "target-scale": (
        "train on (y - y_train.mean()) / y_train.std(), and undo it in the prediction",
        "failures/crawling-regression",
    ),
    "wrong-output-activation": (
        "let the last layer give plain numbers: logits for CrossEntropyLoss and BCEWithLogitsLoss, "
        "no activation for regression",
        "failures/silent-mistakes",
    ),
    "wrong-loss": (
        "CrossEntropyLoss for classes, BCEWithLogitsLoss for yes or no, MSELoss for numbers; the "
        "mean over the batch, not the sum",
        "failures/silent-mistakes",
    ),
    "shape-mismatch": (
        "give both the same shape: loss_fn(model(x).squeeze(-1), y)",
        "failures/silent-mistakes",
    ),
    "label-mismatch": (
        "print a few inputs with their labels; shuffle both with the same order",
        "failures/silent-mistakes",
    ),
    "ascent": (
        "minimise: loss.backward() on the loss itself, not on -loss, and maximize=False",
        "failures/silent-mistakes",
    ),
    "overfitting": (
        "keep the weights of the best validation; more data, augmentation, or weight decay",
        "failures/memorising-model",
    ),
    "over-regularized": (
        "lower weight_decay or the dropout rate tenfold",
        "failures/memorising-model",
    ),
    "untrained-parameters": (
        "give the optimizer model.parameters() after all layers exist; no .detach(), .item() or "
        "no_grad between them and the loss",
        "failures/silent-mistakes",
    ),
    "stale-gradients": (
        "optimizer.zero_grad() once before every loss.backward()",
        "failures/silent-mistakes",
    ),
    "missing-nonlinearity": (
        "put nn.ReLU() between the linear layers",
        "failures/silent-mistakes",
    ),
}
