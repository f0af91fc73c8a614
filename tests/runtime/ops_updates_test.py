"""The updates as a Python user meets them: python ops_updates_test.py path/to/libhaliclr_ops.so"""

import copy

import torch

from ops_case import haliclr, haliclr_module, refused, run


def test_lars_step():
    for form in ("simclr", "pytorch"):
        w, g, v = torch.randn(3, 50, 31).unbind()
        w, v = w.clone(), v.clone()
        u = g.double() + 0.1 * w.double()
        ratio = 0.02 * w.double().norm() / u.norm()
        inside, outside = (0.3, 1.0) if form == "simclr" else (1.0, 0.3)
        next_v = 0.9 * v.double() + inside * ratio * u
        next_w = w.double() - outside * next_v
        haliclr.lars_step([w], [g], [v], [True], 0.3, 0.9, 0.1, 0.02, form)
        torch.testing.assert_close(w.double(), next_w, rtol=1e-5, atol=1e-6)
        torch.testing.assert_close(v.double(), next_v, rtol=1e-5, atol=1e-6)


def lars_reference(w, g, v, lr, m, d, trust, form, denominator, nesterov, clip):
    w, g, v = w.double(), g.double(), v.double()
    u = g + d * w
    if form == "larc":
        local = trust * w.norm() / (g.norm() + d * w.norm() + 1e-8)
        push = (min(local / lr, 1) if clip else local) * u
    else:
        under = u.norm() if denominator == "joint" else g.norm() + d * w.norm()
        ratio = trust * w.norm() / under
        push = (min(ratio, 1) if clip else ratio) * u
    inside, outside = (lr, 1.0) if form == "simclr" else (1.0, lr)
    v = m * v + inside * push
    return w - outside * (m * v + inside * push if nesterov else v), v


def test_lars_update_in_every_form():
    for form in ("simclr", "pytorch", "larc"):
        for denominator in ("joint", "separate"):
            for nesterov in (False, True):
                for clip in (False, True):
                    w, g, v = (t.clone() for t in torch.randn(3, 50, 31).unbind())
                    numbers = (0.3, 0.9, 0.1, 5.0 if clip else 0.02, form)
                    choices = dict(denominator=denominator, nesterov=nesterov, clip=clip)
                    next_w, next_v = lars_reference(w, g, v, *numbers, **choices)
                    haliclr.lars_update([w], [g], [v], [True], *numbers, **choices)
                    torch.testing.assert_close(w.double(), next_w, rtol=1e-5, atol=1e-6)
                    torch.testing.assert_close(v.double(), next_v, rtol=1e-5, atol=1e-6)


def test_momentum_sgd_equals_torch():
    for nesterov in (False, True):
        params = [torch.randn(7, 5), torch.randn(3000)]
        theirs = [p.clone().requires_grad_() for p in params]
        momenta = [torch.zeros_like(p) for p in params]
        sgd = torch.optim.SGD(theirs, lr=0.3, momentum=0.9, weight_decay=0.1, nesterov=nesterov)
        for _ in range(3):
            grads = [torch.randn_like(p) for p in params]
            for p, g in zip(theirs, grads):
                p.grad = g.clone()
            sgd.step()
            haliclr.momentum_sgd_step(params, grads, momenta, [True, True], 0.3, 0.9, 0.1,
                                      nesterov=nesterov)
        for ours, p in zip(params, theirs):
            torch.testing.assert_close(ours, p.detach(), rtol=1e-5, atol=1e-6)


def test_masters():
    for dtype in (torch.bfloat16, torch.float16):
        w, v = torch.randn(2, 2000).unbind()
        w, v, g = w.clone(), v.clone(), torch.randn(2000).to(dtype)
        low = torch.zeros_like(g)
        numbers = (0.3, 0.9, 0.1, 0.02, "simclr")
        next_w, _ = lars_reference(w, g, v, *numbers, "joint", False, False)
        haliclr.lars_update_masters([w], [g], [v], [low], [True], *numbers)
        torch.testing.assert_close(w.double(), next_w, rtol=1e-5, atol=1e-6)
        assert torch.equal(low, w.to(dtype))


def network():
    return torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8),
                               torch.nn.Flatten(), torch.nn.Linear(8 * 36, 5))


def test_flatten_keeps_the_module():
    model = network()
    model(torch.randn(2, 3, 8, 8)).sum().backward()
    twin = copy.deepcopy(model)
    before = [p.detach().clone() for p in model.parameters()]
    grads = [p.grad.clone() for p in model.parameters()]
    flat = haliclr_module.flatten(model)
    assert flat.names == [name for name, _ in model.named_parameters()]
    assert all(a is b for a, b in zip(flat.params, model.parameters()))
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters()))
    assert all(torch.equal(a, p.grad) for a, p in zip(grads, model.parameters()))
    assert len({p.untyped_storage().data_ptr() for p in flat.params}) == 1
    adapt = [p.dim() > 1 for p in flat.params]
    numbers = (0.3, 0.9, 0.1, 0.02, "simclr")
    haliclr.lars_update(flat.masters, flat.grads, flat.momenta, adapt, *numbers)
    plain = list(twin.parameters())
    haliclr.lars_update(plain, grads, [torch.zeros_like(p) for p in plain], adapt, *numbers)
    assert all(torch.equal(a, b) for a, b in zip(plain, model.parameters()))
    refused(lambda: haliclr_module.flatten(torch.nn.Flatten()), "[flatten] module: no parameters")
    refused(lambda: haliclr_module.flatten(network().double()), "[flatten] 0.weight", "float64")


def test_lars_optimizer_trains_and_resumes():
    images, labels = torch.randn(32, 3, 8, 8), torch.randint(0, 5, (32,))
    for dtype in (torch.float32, torch.bfloat16):
        model = network().to(dtype)
        optimizer = haliclr_module.Lars(model, lr=0.5, trust=0.1)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 20)

        def loss_of():
            return torch.nn.functional.cross_entropy(model(images.to(dtype)).float(), labels)

        first = loss_of().item()
        for step in range(15):
            model.zero_grad(set_to_none=step % 2 == 0)  # dropped gradients are found again
            loss_of().backward()
            optimizer.step()
            schedule.step()
        assert loss_of().item() < 0.5 * first
        saved = copy.deepcopy(optimizer.state_dict())
        flat = optimizer.flat
        kept = [tensor.clone() for tensor in flat.momenta + flat.masters]
        for velocity in flat.momenta:
            velocity.zero_()
        if dtype != torch.float32:
            for master in flat.masters:
                master.zero_()
        optimizer.load_state_dict(saved)
        assert all(torch.equal(a, b) for a, b in zip(kept, flat.momenta + flat.masters))
        state = [optimizer.state[p]["momentum_buffer"] for p in optimizer.flat.params]
        assert all(a is b for a, b in zip(state, optimizer.flat.momenta))


def test_non_finite_gradients():
    for bad in (torch.inf, -torch.inf, torch.nan):
        params, momenta = [torch.ones(3), torch.ones(5)], [torch.ones(3), torch.ones(5)]
        grads = [torch.ones(3), torch.tensor([0.0, 1.0, bad, 2.0, 3.0])]
        numbers = ([True, False], 0.1, 0.9, 0.0)
        for call in (lambda: haliclr.lars_update(params, grads, momenta, *numbers, 0.001, "simclr"),
                     lambda: haliclr.momentum_sgd_step(params, grads, momenta, *numbers)):
            refused(call, "grads[1] is not finite: nothing was updated")
        assert all(t.eq(1).all() for t in params + momenta)
    haliclr.check_updates()  # nothing is pending on the CPU


def test_lars_tells_autograd_of_its_change():
    w = torch.randn(5, requires_grad=True)
    loss = (w ** 2).sum()
    haliclr.lars_step([w], [torch.ones(5)], [torch.zeros(5)], [True], 0.1, 0.9, 0, 0.001, "simclr")
    refused(loss.backward, "modified by an inplace operation")


if __name__ == "__main__":
    run(dict(globals()))
