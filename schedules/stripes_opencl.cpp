// Stripes on OpenCL devices.
#include "schedules/stripes_gpu.h"

namespace haliclr::schedules {

void stripe_sums_opencl(dsl::StripeSums &stripe, const StripesGpu &tuned) {
    stripes_gpu::sums(stripe, tuned);
}

void stripe_weights_opencl(dsl::StripeWeights &stripe, const StripesGpu &tuned) {
    stripes_gpu::weights(stripe, tuned);
}

void stripe_rows_opencl(dsl::StripeRows &rows, const StripesGpu &tuned) {
    stripes_gpu::rows(rows, tuned);
}

void stripe_gradient_opencl(dsl::StripeGradient &rows, const StripesGpu &tuned) {
    stripes_gpu::gradient(rows, tuned);
}

} // namespace haliclr::schedules
