// Kernel calls of NT-Xent; temperatures below the kernels' range go to the exact stripes.
#include "runtime/ops/ntxent.h"

#include "dsl/pairwise_limits.h"
#include "runtime/ops/kernels.h"
#include "runtime/ops/ntxent_stripes.h"

#include <torch/torch.h>

#include <cmath>

namespace haliclr::runtime {
namespace {

bool below_kernel_range(double temperature) {
    return temperature < static_cast<double>(dsl::smallest_ntxent_temperature);
}

float inverse(double temperature) {
    return static_cast<float>(1.0 / temperature);
}

} // namespace

void check_ntxent_arguments(const at::Tensor &z, double temperature) {
    const std::string op = "ntxent";
    require(z.layout() == at::kStrided, op, "z: layout ", c10::str(z.layout()),
            ": give a dense tensor");
    require(z.dim() == 2, op, "z: shape ", z.sizes(), ": give [2N, D], one row a view");
    require(z.size(0) >= 2 && z.size(0) % 2 == 0, op, "z: ", z.size(0),
            " rows: give two views of each image, an even number of rows of at least 2");
    require(z.size(1) >= 1, op, "z: shape ", z.sizes(), ": give at least one column");
    const at::ScalarType type = z.scalar_type();
    require(type == at::kFloat || type == at::kHalf || type == at::kBFloat16, op, "z: dtype ",
            c10::toString(type), ": convert it to float32, float16 or bfloat16");
    require(std::isfinite(temperature) && temperature > 0, op, "temperature: ", temperature,
            ": give a positive finite number, such as 0.5");
}

NtXentForward ntxent_forward(const at::Tensor &z, double temperature) {
    choose_backend("ntxent", z.device()); // the stripes refuse a wrong HALICLR_BACKEND too
    if (below_kernel_range(temperature)) {
        return ntxent_stripes_forward(z, temperature);
    }
    NtXentForward result{at::empty({3}, z.options()), at::empty({z.size(0)}, z.options()),
                         at::empty({z.size(0)}, z.options())};
    KernelCall call("ntxent", z.device());
    call.finish(kernels::ntxent_forward.on(call.backend())(
        call.context(), call.read("z", z), inverse(temperature),
        call.write("statistics", result.statistics), call.write("sums", result.sums),
        call.write("inverse_norms", result.inverse_norms)));
    return result;
}

at::Tensor ntxent_backward(const at::Tensor &z, const at::Tensor &sums,
                           const at::Tensor &inverse_norms, const at::Tensor &gradient,
                           double temperature) {
    if (below_kernel_range(temperature)) {
        return ntxent_stripes_backward(z, gradient, temperature);
    }
    at::Tensor dz = at::empty_like(z, at::MemoryFormat::Contiguous);
    // Reading a gradient on a GPU would make the host wait; there it is multiplied in afterwards.
    const bool on_cpu = gradient.is_cpu();
    const float scale = on_cpu ? gradient.item<float>() : 1.0f;
    KernelCall call("ntxent", z.device());
    call.finish(kernels::ntxent_backward.on(call.backend())(
        call.context(), call.read("z", z), call.read("sums", sums),
        call.read("inverse_norms", inverse_norms), inverse(temperature), scale,
        call.write("dz", dz)));
    return on_cpu ? dz : dz.mul_(gradient);
}

} // namespace haliclr::runtime
