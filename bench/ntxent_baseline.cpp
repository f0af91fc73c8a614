// The usual composite, operator by operator.
#include "bench/ntxent_baseline.h"

#include <torch/torch.h>

namespace haliclr::bench {

at::Tensor eager_ntxent(const at::Tensor &z, double temperature) {
    const int64_t rows = z.size(0);
    const at::Tensor unit =
        torch::nn::functional::normalize(z, torch::nn::functional::NormalizeFuncOptions().dim(1));
    at::Tensor similarity = at::matmul(unit, unit.t()) / temperature;
    similarity = similarity.masked_fill(at::eye(rows, z.options().dtype(at::kBool)),
                                        -std::numeric_limits<float>::infinity());
    const at::Tensor index = at::arange(rows, z.options().dtype(at::kLong));
    return at::cross_entropy_loss(similarity, (index + rows / 2).remainder(rows));
}

} // namespace haliclr::bench
