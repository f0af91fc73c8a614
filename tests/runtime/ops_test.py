"""Views, errors and schemas of the torch operators: python ops_test.py path/to/libhaliclr_ops.so"""

import torch

from ops_case import RECIPE, haliclr, images, refused, run


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
    run(dict(globals()))
