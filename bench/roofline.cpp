// The rates of LibTorch's own matrix product and copy stand for the machine's.
#include "bench/roofline.h"

#include "bench/measure.h"

#include <torch/torch.h>

namespace haliclr::bench {

Roofline measure_roofline() {
    constexpr int64_t side = 2048;
    constexpr int64_t copied = 64 << 20;
    const at::Tensor a = at::rand({side, side}), b = at::rand({side, side});
    at::Tensor product = at::empty({side, side});
    const at::Tensor source = at::rand({copied});
    at::Tensor target = at::empty({copied});

    const auto times = measure_interleaved({{"matrix product", [&] { at::mm_out(product, a, b); }},
                                            {"copy", [&] { target.copy_(source); }}},
                                           5, 1.0);
    return {2.0 * side * side * side / times[0].fastest / 1e6,
            2.0 * 4 * copied / times[1].fastest / 1e6};
}

} // namespace haliclr::bench
