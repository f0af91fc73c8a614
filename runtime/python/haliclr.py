"""HaliCLR's optimizers for PyTorch: flat storage of a module, and LARS over it in one kernel call.

Lies beside libhaliclr_ops.so and loads it; the other operators are at torch.ops.haliclr.
"""

from pathlib import Path
from typing import NamedTuple

import torch

torch.ops.load_library(str(Path(__file__).resolve().parent / "libhaliclr_ops.so"))
ops = torch.ops.haliclr

CHUNK = 1024  # elements: a tensor starts at a multiple of it within a flat buffer


class Flat(NamedTuple):
    """Views into flat buffers, in the order of module.named_parameters()."""

    names: list
    params: list  # the module's own parameters
    masters: list  # float32: the parameters' data themselves, or what bfloat16 and float16 ones copy
    grads: list  # each parameter's .grad; set it to zero with zero_(), do not drop it
    momenta: list  # float32


def flatten(module):
    """Moves the parameters of a module into flat buffers; they keep their identity and values.

    Operators then step all of them in place in one kernel call:
        flat = flatten(module)
        ops.lars_update(flat.masters, flat.grads, flat.momenta, adapt, 0.3, 0.9, 1e-6, 0.001,
                        "simclr")
    """
    named = list(module.named_parameters())
    if not named:
        raise ValueError("[flatten] module: no parameters: give one that has some")
    first = named[0][1]
    for name, param in named:
        if param.dtype != first.dtype or param.device != first.device:
            raise ValueError(f"[flatten] {name}: {param.dtype} on {param.device}, but the first is "
                             f"{first.dtype} on {first.device}: give all one type and device")
        if param.dtype not in (torch.float32, torch.bfloat16, torch.float16):
            raise ValueError(f"[flatten] {name}: {param.dtype}: use float32, bfloat16 or float16")
    starts, total = [], 0
    for _, param in named:
        starts.append(total)
        total += -(-param.numel() // CHUNK) * CHUNK

    def views(dtype):
        buffer = torch.zeros(total, dtype=dtype, device=first.device)
        return [buffer.as_strided(param.shape, param.stride(), start)
                for (_, param), start in zip(named, starts)]

    low = first.dtype != torch.float32
    values, grads, momenta = views(first.dtype), views(first.dtype), views(torch.float32)
    masters = views(torch.float32) if low else values
    with torch.no_grad():
        for (_, param), value, master, grad in zip(named, values, masters, grads):
            master.copy_(param)
            value.copy_(param)
            if param.grad is not None:
                grad.copy_(param.grad)
            param.data = value
            param.grad = grad
    return Flat([name for name, _ in named], [param for _, param in named], masters, grads, momenta)


class Lars(torch.optim.Optimizer):
    """LARS over a module. Forms, denominators and clipping: docs/lars.md.

    adapt(name, param) says whether a parameter gets weight decay and the trust ratio; by default
    biases and the scales and shifts of normalisation (one dimension) do not.
    """

    def __init__(self, module, lr, momentum=0.9, weight_decay=1e-6, trust=0.001, form="simclr",
                 denominator="joint", nesterov=False, clip=False,
                 adapt=lambda name, param: param.dim() > 1):
        self.flat = flatten(module)
        self.adapt = [bool(adapt(name, param))
                      for name, param in zip(self.flat.names, self.flat.params)]
        super().__init__(self.flat.params, dict(
            lr=lr, momentum=momentum, weight_decay=weight_decay, trust=trust, form=form,
            denominator=denominator, nesterov=nesterov, clip=clip))
        self._keep_state()

    def _kept(self):
        """What state_dict() holds of each parameter: views into the flat buffers."""
        for master, velocity in zip(self.flat.masters, self.flat.momenta):
            kept = {"momentum_buffer": velocity}
            if self.flat.params[0].dtype != torch.float32:
                kept["master"] = master
            yield kept

    def _keep_state(self):
        for param, kept in zip(self.flat.params, self._kept()):
            self.state[param] = kept

    def zero_grad(self, set_to_none=False):
        """Sets the gradients to zero in place; they stay in flat storage whatever set_to_none."""
        for param, grad in zip(self.flat.params, self.flat.grads):
            grad.zero_()
            param.grad = grad

    @torch.no_grad()
    def _gather(self):
        for param, grad in zip(self.flat.params, self.flat.grads):
            if param.grad is None:
                grad.zero_()
            elif param.grad.data_ptr() != grad.data_ptr():
                grad.copy_(param.grad)
            param.grad = grad

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        self._gather()
        group = self.param_groups[0]
        lists = (self.flat.masters, self.flat.grads, self.flat.momenta)
        numbers = (self.adapt, group["lr"], group["momentum"], group["weight_decay"],
                   group["trust"], group["form"])
        choices = {key: group[key] for key in ("denominator", "nesterov", "clip")}
        if self.flat.params[0].dtype == torch.float32:
            ops.lars_update(*lists, *numbers, **choices)
        else:
            ops.lars_update_masters(*lists, [param.data for param in self.flat.params], *numbers,
                                    **choices)
        return loss

    @torch.no_grad()
    def load_state_dict(self, state_dict):
        super().load_state_dict(state_dict)
        # From the dict itself, as torch rounds what it loads to the parameters' type.
        for index, kept in enumerate(self._kept()):
            for name, tensor in kept.items():
                tensor.copy_(state_dict["state"][index][name])
        self._keep_state()
