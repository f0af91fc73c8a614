"""One LARS step over a ResNet-50 with its head, beside lightly's optimizer and LibTorch composites.

All compute v := m v + ratio (g + d w), w := w - lr v (our form "pytorch"). lightly divides by
|g| + d |w| where we divide by |g + d w|, and adds 1e-8; at the paper's weight decay of 1e-6 the two
agree within the tolerance, so that is the decay used. Tensors of one dimension are neither decayed
nor adapted; lightly leaves out both where a group's weight decay is 0. Momenta and parameters after
three steps are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from compare import (Candidate, Problem, checked_difference, copy_of, fail, measure,
                     need, parser_of, prepare, write_json)

torch = need("torch")
Tensor = Any

RATE, MOMENTUM, WEIGHT_DECAY, TRUST = 0.3, 0.9, 1e-6, 0.001
CHUNK = 1024  # a tensor starts at a multiple of this in flat storage (docs/lars.md)
STEPS_COMPARED = 3
MOMENTUM_TOLERANCE, PARAMETER_TOLERANCE = 1e-5, 1e-6
BYTES_A_PARAMETER = 24  # read g for its norm; read w, g and v; write w and v
PEERS = ["lightly", "foreach", "per-tensor", "sgd"]


def resnet50_shapes() -> list[tuple[int, ...]]:
    """Convolutions and normalisations of a ResNet-50's four stages, and the head 2048-2048-128."""
    shapes: list[tuple[int, ...]] = [(64, 3, 7, 7), (64,), (64,)]
    channels = 64
    for stage, blocks in enumerate((3, 4, 6, 3)):
        width = 64 << stage
        out = 4 * width
        for block in range(blocks):
            for shape in ((width, channels, 1, 1), (width, width, 3, 3), (out, width, 1, 1)):
                shapes += [shape, shape[:1], shape[:1]]
            if block == 0:
                shapes += [(out, channels, 1, 1), (out,), (out,)]
            channels = out
    return shapes + [(2048, 2048), (2048,), (128, 2048), (128,)]


@dataclass
class Model:
    """Lists of one length."""

    params: list[Tensor]
    grads: list[Tensor]
    momenta: list[Tensor]

    @property
    def adapt(self) -> list[bool]:
        return [param.dim() > 1 for param in self.params]

    def copy(self) -> Model:
        return Model(*([tensor.clone() for tensor in tensors]
                       for tensors in (self.params, self.grads, self.momenta)))


def flat_views(shapes: list[tuple[int, ...]], device: str) -> list[Tensor]:
    """Views of one buffer, each starting on a chunk."""
    sizes = [math.prod(shape) for shape in shapes]
    padded = [-(-size // CHUNK) * CHUNK for size in sizes]
    flat = torch.zeros(sum(padded), device=device)
    return [part[:size].view(shape)
            for part, size, shape in zip(flat.split(padded), sizes, shapes)]


def flat_model(device: str) -> Model:
    shapes = resnet50_shapes()
    model = Model(*(flat_views(shapes, device) for _ in range(3)))
    for tensor in (*model.params, *model.grads):
        tensor.normal_()
    return model


def our_step(model: Model) -> Callable[[], object]:
    lists = (model.params, model.grads, model.momenta, model.adapt)
    return lambda: torch.ops.haliclr.lars_step(*lists, RATE, MOMENTUM, WEIGHT_DECAY, TRUST,
                                               "pytorch")


def groups_of(model: Model) -> list[dict[str, Any]]:
    """Two parameter groups whose parameters are the model's tensors."""
    params = []
    for tensor, grad in zip(model.params, model.grads):
        tensor.requires_grad_().grad = grad
        params.append(tensor)
    adapted = [p for p, adapts in zip(params, model.adapt) if adapts]
    plain = [p for p, adapts in zip(params, model.adapt) if not adapts]
    return [{"params": adapted, "weight_decay": WEIGHT_DECAY}, {"params": plain, "weight_decay": 0}]


def lightly_step(model: Model) -> Callable[[], object]:
    lars = need("lightly.utils.lars", "lightly", "lightly").LARS
    optimizer = lars(groups_of(model), lr=RATE, momentum=MOMENTUM, trust_coefficient=TRUST)

    def step() -> None:
        optimizer.step()
        model.momenta = [optimizer.state[param]["momentum_buffer"] for param in model.params]

    return step


def sgd_step(model: Model) -> Callable[[], object]:
    """Momentum SGD without LARS: what the update alone costs in one fused kernel a tensor."""
    return torch.optim.SGD(groups_of(model), lr=RATE, momentum=MOMENTUM, fused=True).step


def trust_ratio(param_norm: Tensor, decayed_norm: Tensor) -> Tensor:
    usable = (param_norm > 0) & (decayed_norm > 0)
    return torch.where(usable, TRUST * param_norm / decayed_norm, torch.ones_like(param_norm))


def per_tensor_step(model: Model) -> Callable[[], object]:
    adapt = model.adapt

    @torch.no_grad()
    def step() -> None:
        for param, grad, momentum, adapts in zip(model.params, model.grads, model.momenta, adapt):
            update = grad
            if adapts:
                update = grad + WEIGHT_DECAY * param
                update = update * trust_ratio(param.norm(), update.norm())
            momentum.mul_(MOMENTUM).add_(update)
            param.sub_(momentum, alpha=RATE)

    return step


def foreach_step(model: Model) -> Callable[[], object]:
    adapted = [i for i, adapts in enumerate(model.adapt) if adapts]

    @torch.no_grad()
    def step() -> None:
        params = [model.params[i] for i in adapted]
        updates = torch._foreach_add([model.grads[i] for i in adapted], params, alpha=WEIGHT_DECAY)
        ratio = trust_ratio(torch.stack(torch._foreach_norm(params)),
                            torch.stack(torch._foreach_norm(updates)))
        torch._foreach_mul_(updates, ratio.unbind())
        every = list(model.grads)
        for i, update in zip(adapted, updates):
            every[i] = update
        torch._foreach_mul_(model.momenta, MOMENTUM)
        torch._foreach_add_(model.momenta, every)
        torch._foreach_add_(model.params, model.momenta, alpha=-RATE)

    return step


TITLES = {"lightly": "lightly LARS", "foreach": "LibTorch foreach",
          "per-tensor": "LibTorch per tensor", "sgd": "LibTorch fused SGD (not LARS: a floor)"}
STEPS: dict[str, Callable[[Model], Callable[[], object]]] = {
    "lightly": lightly_step, "foreach": foreach_step, "per-tensor": per_tensor_step,
    "sgd": sgd_step}


def compare_models(peer: str, ours: Model, theirs: Model) -> float:
    """The largest difference of any tensor, relative to that tensor's largest value."""
    largest = 0.0
    for kind, tolerance in (("momenta", MOMENTUM_TOLERANCE), ("params", PARAMETER_TOLERANCE)):
        for i, (a, b) in enumerate(zip(getattr(ours, kind), getattr(theirs, kind))):
            what = f"{kind} of {TITLES[peer]}, tensor {i} of {tuple(a.shape)},"
            largest = max(largest, checked_difference(what, a, b.detach(), tolerance))
    return largest


def synchronised(step: Callable[[], object], device: str) -> Callable[[], object]:
    if device == "cpu":
        return step

    def work() -> None:
        step()
        torch.cuda.synchronize()

    return work


def candidates_of(options: argparse.Namespace) -> list[Candidate]:
    ours = flat_model(options.device)
    peers = [peer for peer in PEERS if peer not in options.skip]
    models = {peer: ours.copy() for peer in peers}
    step = synchronised(our_step(ours), options.device)
    candidates = [Candidate("haliclr", step, difference=0.0)]
    for _ in range(STEPS_COMPARED):
        step()
    for peer in peers:
        work = synchronised(STEPS[peer](models[peer]), options.device)
        for _ in range(STEPS_COMPARED):
            work()
        difference = None if peer == "sgd" else compare_models(peer, ours, models[peer])
        candidates.append(Candidate(TITLES[peer], work, difference=difference))
    return candidates


def problem_of(parameters: int, tensors: int) -> Problem:
    name = f"ResNet-50 with head, {tensors} tensors, {parameters} parameters"
    bound = f"a copy of {BYTES_A_PARAMETER} bytes a parameter, the fastest"
    return Problem("lars", name, "parameters", parameters, bound=bound)


def parse() -> argparse.Namespace:
    parser = parser_of(__doc__, PEERS)
    parser.add_argument("--device", default="cpu", help="cpu (default) or cuda")
    return parser.parse_args()


def main() -> int:
    options = parse()
    prepare(options)
    if options.device != "cpu" and not torch.cuda.is_available():
        fail(f"--device: {options.device}: LibTorch sees no such device here")
    print(f"lars: {options.threads} threads, torch {torch.__version__}")
    shapes = resnet50_shapes()
    parameters = sum(math.prod(shape) for shape in shapes)
    candidates = candidates_of(options)
    candidates.append(copy_of(BYTES_A_PARAMETER * parameters / 1e6, options.device))
    rows = measure(problem_of(parameters, len(shapes)), candidates, options)
    write_json(options, rows, torch=torch.__version__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
