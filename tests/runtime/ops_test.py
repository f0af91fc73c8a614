"""The torch operators as a Python user meets them: python ops_test.py path/to/libhaliclr_ops.so"""

import copy
import os
import sys

import torch

sys.path.insert(0, os.path.dirname(sys.argv[1]))
import haliclr as haliclr_module  # loads the library that lies beside it

haliclr = torch.ops.haliclr
RECIPE = "crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | blur(0.1, 2)@0.5"


def reference_loss(z, temperature):
    rows = z.shape[0]
    unit = torch.nn.functional.normalize(z, eps=1e-12)
    self = torch.eye(rows, dtype=torch.bool)
    logits = (unit @ unit.T / temperature).masked_fill(self, -torch.inf)
    target = (torch.arange(rows) + rows // 2) % rows
    return torch.nn.functional.cross_entropy(logits, target)


def images(count=5):
    sizes = [(7 + 3 * n, 20 - 2 * n) for n in range(count)]
    rows, offset = [], 0
    for height, width in sizes:
        rows.append((offset, height, width))
        offset += height * width * 3
    data = torch.randint(0, 256, (offset,), dtype=torch.uint8)
    return data, torch.tensor(rows, dtype=torch.int32), torch.arange(count)


def refused(call, *parts):
    try:
        call()
    except (ValueError, RuntimeError) as error:
        text = str(error)
        missing = [part for part in parts if part not in text]
        assert not missing, f"{missing} not in: {text}"
        return
    raise AssertionError(f"not refused: {parts}")


def test_ntxent_equals_torch():
    for rows, columns, temperature in [(2, 3, 0.5), (14, 5, 0.1), (66, 33, 1.0), (38, 8, 0.01)]:
        z = torch.randn(rows, columns, requires_grad=True)
        loss, accuracy, entropy = haliclr.ntxent(z, temperature)
        (2 * loss).backward()
        assert accuracy.dtype == entropy.dtype == torch.float32
        assert not accuracy.requires_grad and not entropy.requires_grad
        exact = z.detach().double().requires_grad_()
        expected = reference_loss(exact, temperature)
        (2 * expected).backward()
        torch.testing.assert_close(loss.double(), expected.detach(), rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(z.grad.double(), exact.grad, rtol=1e-4, atol=2e-6)


def test_ntxent_gradient_by_central_differences():
    z = torch.randn(6, 4, requires_grad=True)
    haliclr.ntxent(z, 0.5)[0].backward()
    step = 1e-2
    for index in range(z.numel()):
        move = torch.zeros(z.numel())
        move[index] = step
        with torch.no_grad():
            up, down = (haliclr.ntxent(z + sign * move.view_as(z), 0.5)[0] for sign in (1, -1))
        slope = (up - down) / (2 * step)
        torch.testing.assert_close(z.grad.flatten()[index], slope, rtol=2e-2, atol=2e-3)


def test_ntxent_half_and_inference():
    for dtype in (torch.float16, torch.bfloat16):
        z = torch.randn(8, 4, dtype=dtype, requires_grad=True)
        haliclr.ntxent(z, 0.5)[0].backward()
        assert z.grad.dtype == dtype
    z = torch.randn(8, 4)
    with torch.inference_mode():
        inside = haliclr.ntxent(z, 0.5)
    assert all(torch.equal(a, b) for a, b in zip(inside, haliclr.ntxent(z, 0.5)))


def test_no_second_derivative():
    z = torch.randn(8, 4, requires_grad=True)
    loss = haliclr.ntxent(z, 0.5)[0]
    refused(lambda: torch.autograd.grad(loss, z, create_graph=True), "[ntxent] create_graph=True")


def test_other_losses():
    for loss in ("nt_logistic", "margin_triplet"):
        for mode in ("recompute", "store"):
            z = torch.randn(66, 33, requires_grad=True)
            value, accuracy, active = haliclr.pairwise_loss(
                z, loss, temperature=0.2, margin=0.4, semi_hard=True, mode=mode)
            value.backward()
            assert torch.isfinite(z.grad).all() and 0 <= active <= 1
    z = torch.randn(66, 33)
    assert torch.equal(haliclr.pairwise_loss(z, "ntxent", temperature=0.3)[0],
                       haliclr.ntxent(z, 0.3)[0])


def test_not_finite_rows_are_named():
    for temperature in (0.5, 0.01):
        z = torch.randn(10, 4)
        z[7, 2], z[9, 0] = torch.nan, torch.inf
        for rows in (z, z.clone().requires_grad_()):
            refused(lambda: haliclr.ntxent(rows, temperature), "[ntxent] z: row 7", "of 2")


def test_pairwise_loss_in_mode_hybrid():
    for loss in ("ntxent", "nt_logistic", "margin_triplet"):
        z = torch.randn(70, 20)
        results = []
        for mode in ("recompute", "hybrid"):
            leaf = z.clone().requires_grad_()
            value, _, _ = haliclr.pairwise_loss(leaf, loss, mode=mode, hybrid_stripe_bytes=9000)
            value.backward()
            results.append((value.detach(), leaf.grad))
        for found, expected in zip(*results):
            torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)
    refused(lambda: haliclr.pairwise_loss(z, "ntxent", mode="hybrid", precision="bf16"),
            "[ntxent] precision: 'bf16'", "CUDA")


def test_gathered_ranks_equal_the_whole():
    for loss in ("ntxent", "nt_logistic", "margin_triplet"):
        for ranks in (1, 2, 4):
            z = torch.randn(2 * ranks * 5, 12, requires_grad=True)
            whole = haliclr.pairwise_loss(z, loss)
            whole[0].backward()
            parts = [haliclr.pairwise_gathered_forward(z.detach(), rank, ranks, loss)
                     for rank in range(ranks)]
            mean = torch.stack([statistics for statistics, _ in parts]).mean(0)
            torch.testing.assert_close(mean, torch.stack(whole).detach(), rtol=1e-5, atol=1e-5)
            states = haliclr.gathered_order(torch.cat([s for _, s in parts], 1), ranks, 1)
            gradients = [haliclr.pairwise_gathered_backward(z.detach(), states, torch.ones(()),
                                                            rank, ranks, loss)
                         for rank in range(ranks)]
            dz = haliclr.gathered_order(torch.cat(gradients), ranks)
            torch.testing.assert_close(dz, z.grad, rtol=1e-4, atol=1e-6)


def test_views():
    data, table, ids = images()
    columns = haliclr.view_columns(RECIPE)
    draws = haliclr.view_draws(RECIPE, table, ids, 7, 0)
    assert draws.shape == (10, len(columns)) and columns[:2] == ["crop_x", "crop_y"]
    views = haliclr.views(RECIPE, data, table, draws, 32)
    assert views.shape == (10, 3, 32, 32) and views.min() >= 0 and views.max() <= 1
    half = haliclr.views(RECIPE, data, table, draws, 32, dtype=torch.float16, channels_last=True)
    assert half.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(half, views.half())
    one = haliclr.view_draws(RECIPE, table[3:4], ids[3:4], 7, 0)
    assert torch.equal(one, draws[[3, 8]])


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


def test_errors():
    data, table, ids = images()
    draws = haliclr.view_draws(RECIPE, table, ids, 7, 0)
    refused(lambda: haliclr.ntxent(torch.randn(3, 4), 0.5), "[ntxent] z: 3 rows", "even")
    refused(lambda: haliclr.ntxent(torch.randn(4, 4).t(), 0.5), "[ntxent] z: strides", "contiguous")
    refused(lambda: haliclr.ntxent(torch.randn(4, 4), 0.0), "[ntxent] temperature: 0")
    refused(lambda: haliclr.ntxent(torch.randn(4, 4).to_sparse(), 0.5), "[ntxent] z: layout")
    refused(lambda: haliclr.views("twirl", data, table, draws, 32), "[recipe]", "twirl")
    refused(lambda: haliclr.views(RECIPE, data[:99], table, draws, 32),
            "[views] image_table: row 0")
    w = torch.zeros(3)
    g, v = w.clone(), w.clone()
    step = haliclr.lars_step
    refused(lambda: step([w], [g], [w], [True], 0.1, 0.9, 0, 0.001, "simclr"),
            "[lars_step]", "shares memory")
    refused(lambda: step([w], [g], [v], [True], 0.1, 0.9, 0, 0.001, "adam"),
            "[lars_step] form: 'adam'")
    update = haliclr.lars_update
    refused(lambda: update([w], [g], [v], [True], 0.1, 0.9, 0, 0.001, "larc", denominator="sum"),
            "[lars_update] denominator: 'sum'", "joint")
    refused(lambda: update([w], [g], [v], [True], -0.1, 0.9, 0, 0.001, "larc"),
            "[lars_update] lr: -0.1")
    refused(lambda: update([w], [g, g], [v], [True], 0.1, 0.9, 0, 0.001, "larc"),
            "[lars_update]", "1, 2, 1, 1 entries")
    refused(lambda: haliclr.momentum_sgd_step([w], [g], [torch.zeros(6)[::2]], [True], 0.1, 0.9, 0),
            "[momentum_sgd_step] momenta[0]: strides [2]")
    refused(lambda: haliclr.lars_update_masters([w], [g], [v], [], [True], 0.1, 0.9, 0, 0.001,
                                                "larc"),
            "[lars_update] copies: 0 entries")


def test_lars_tells_autograd_of_its_change():
    w = torch.randn(5, requires_grad=True)
    loss = (w ** 2).sum()
    haliclr.lars_step([w], [torch.ones(5)], [torch.zeros(5)], [True], 0.1, 0.9, 0, 0.001, "simclr")
    refused(loss.backward, "modified by an inplace operation")


def test_opcheck():
    data, table, ids = images()
    draws = haliclr.view_draws(RECIPE, table, ids, 7, 0)
    check = torch.library.opcheck
    check(haliclr.view_draws.default, (RECIPE, table, ids, 7, 0))
    check(haliclr.views.default, (RECIPE, data, table, draws, 16))
    check(haliclr.ntxent.default, (torch.randn(8, 4), 0.5))
    check(haliclr.ntxent.default, (torch.randn(8, 4, requires_grad=True), 0.5))
    for mode in ("recompute", "store"):
        z = torch.randn(8, 4, requires_grad=True)
        check(haliclr.pairwise_loss.default, (z, "nt_logistic"), {"mode": mode})
    z = torch.randn(8, 4, requires_grad=True)
    check(haliclr.pairwise_loss.default, (z, "ntxent"), {"mode": "store16"})
    z = torch.randn(12, 4)
    for loss in ("ntxent", "margin_triplet"):
        check(haliclr.pairwise_loss.default, (z.clone().requires_grad_(), loss),
              {"mode": "hybrid"})
        _, state = haliclr.pairwise_gathered_forward(z, 0, 1, loss)
        check(haliclr.pairwise_gathered_forward.default, (z, 1, 2, loss))
        check(haliclr.pairwise_gathered_backward.default,
              (z, state, torch.ones(()), 1, 3, loss), {"semi_hard": loss != "ntxent"})
    check(haliclr.pairwise_gathered_forward.default, (z, 0, 2, "ntxent"), {"temperature": 0.01})
    check(haliclr.gathered_order.default, (z, 3))
    check(haliclr.gathered_order.default, (z, 1, 0))
    w, g, v = (torch.randn(5) for _ in range(3))
    check(haliclr.lars_step.default, ([w], [g], [v], [True], 0.1, 0.9, 1e-4, 0.001, "simclr"))
    check(haliclr.lars_update.default, ([w], [g], [v], [True], 0.1, 0.9, 1e-4, 0.001, "larc"),
          {"denominator": "separate", "nesterov": True, "clip": True})
    check(haliclr.momentum_sgd_step.default, ([w], [g], [v], [True], 0.1, 0.9, 1e-4))
    check(haliclr.lars_update_masters.default,
          ([w], [g.half()], [v], [w.half()], [True], 0.1, 0.9, 1e-4, 0.001, "simclr"))


if __name__ == "__main__":
    torch.manual_seed(0)
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: passed")
