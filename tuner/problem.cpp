// From a kernel's generator to its problem.
#include "tuner/problem.h"

#include "dsl/multi_tensor_layout.h"
#include "tuner/errors.h"
#include "tuner/problems/families.h"

#include <algorithm>
#include <stdexcept>

namespace haliclr::tuner {

Work Problem::work() const {
    double bytes = 0;
    for (const auto &[name, buffer] : buffers) {
        bytes += static_cast<double>(buffer.size_in_bytes());
    }
    return {bytes, "inputs + outputs", 0, ""};
}

void Problem::run(const Halide::Callable &kernel, int calls) {
    for (int i = 0; i < calls; ++i) {
        if (const int error = call(kernel); error != 0) {
            throw std::runtime_error("the kernel ended with error " + std::to_string(error));
        }
    }
    for (Halide::Buffer<> buffer : compared) {
        if (buffer.has_device_allocation()) {
            buffer.device_sync();
        }
    }
}

std::unique_ptr<Problem> make_problem(const Kernel &kernel, const Shape &shape,
                                      const Machine &machine, const Inputs &inputs, uint64_t seed) {
    const std::string &generator = kernel.generator;
    if (generator == "draws") {
        return draws_problem(kernel, shape);
    }
    if (generator == "views") {
        return views_problem(kernel, shape, inputs, seed);
    }
    if (generator == "unit_rows" || generator.starts_with("pairwise")) {
        return pairwise_problem(kernel, shape, machine, seed);
    }
    if (generator.starts_with("stripe")) {
        return stripes_problem(kernel, shape, seed);
    }
    if (generator == "multi_tensor") {
        return update_problem(kernel, shape, seed);
    }
    throw UsageError("operator " + kernel.name + ": the tuner has no problem for the generator " +
                     generator + "; add one to tuner/problems");
}

std::string description(const Kernel &kernel, const Shape &shape) {
    const auto square = [](int side) { return std::to_string(side) + "x" + std::to_string(side); };
    const std::string &generator = kernel.generator;
    if (generator == "draws") {
        return "draws of " + std::to_string(2 * shape.images) + " views" +
               (shape.image_sizes.empty() ? "" : " from images of " + image_sizes(shape));
    }
    if (generator == "views") {
        return std::to_string(2 * shape.images) + " views of " + square(view_side(kernel, shape)) +
               " from images of " + image_sizes(shape);
    }
    if (generator == "multi_tensor") {
        std::string sizes;
        for (const int size : shape.tensors) {
            sizes += (sizes.empty() ? " in tensors of " : ", ") + std::to_string(size);
        }
        return std::to_string(shape.parameters) + " parameters" + sizes;
    }
    const std::string stripe =
        generator.starts_with("stripe") && generator != "stripe_gradient" ? ", one stripe" : "";
    return "M = " + std::to_string(shape.rows) + ", D = " + std::to_string(shape.columns) + stripe;
}

Shape odd_shape(const Kernel &kernel, const Shape &shape) {
    Shape odd = shape;
    odd.images = std::min(5, shape.images);
    if (!odd.image_sizes.empty()) {
        odd.image_sizes.resize(static_cast<size_t>(odd.images));
    }
    odd.size = 21;
    odd.rows = 202;
    odd.columns = 45;
    odd.parameters = 7 * dsl::multi_tensor_chunk;
    return odd;
}

} // namespace haliclr::tuner
