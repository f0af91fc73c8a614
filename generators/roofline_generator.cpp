// Kernels `roofline_copy`, `roofline_chains` and `roofline_products`: the device's memory,
// arithmetic and, on CUDA, tensor cores at their limits.
#include <optional>
#include <stdexcept>

#include "dsl/roofline.h"
#include "schedules/roofline.h"

namespace {

using Halide::Target;
namespace dsl = haliclr::dsl;
namespace schedules = haliclr::schedules;

// The schedule of the target's back end.
template <typename Algorithm>
void schedule_for(const Target &target, Algorithm &algorithm) {
    if (target.has_feature(Target::CUDA)) {
        schedules::roofline_cuda(algorithm);
    } else if (target.has_feature(Target::OpenCL)) {
        schedules::roofline_opencl(algorithm);
    } else {
        schedules::roofline_cpu(algorithm, target.natural_vector_size<float>());
    }
}

class RooflineCopyGenerator : public Halide::Generator<RooflineCopyGenerator> {
public:
    Input<Buffer<float, 1>> source{"source"};
    Output<Buffer<float, 1>> target_{"target_"};

    void generate() {
        copy.emplace(source);
        target_ = copy->target;
    }

    void schedule() {
        source.dim(0).set_min(0);
        target_.dim(0).set_bounds(0, source.dim(0).extent());
        schedule_for(get_target(), *copy);
    }

private:
    std::optional<haliclr::dsl::RooflineCopy> copy;
};

class RooflineChainsGenerator : public Halide::Generator<RooflineChainsGenerator> {
public:
    Input<Buffer<float, 1>> start{"start"};
    Input<float> factor{"factor"}, addend{"addend"};
    Input<int> rounds{"rounds"};
    Output<Buffer<float, 1>> total{"total"};

    void generate() {
        chains.emplace(start, factor, addend, rounds);
        total = chains->total;
    }

    void schedule() {
        start.dim(0).set_min(0);
        total.dim(0).set_bounds(0, start.dim(0).extent());
        schedule_for(get_target(), *chains);
    }

private:
    std::optional<haliclr::dsl::RooflineChains> chains;
};

class RooflineProductsGenerator : public Halide::Generator<RooflineProductsGenerator> {
public:
    GeneratorParam<dsl::TensorType> tensor{
        "tensor",
        dsl::TensorType::tf32,
        {{"tf32", dsl::TensorType::tf32}, {"bf16", dsl::TensorType::bf16}}};
    Input<Buffer<float, 2>> start{"start"}; // (32, warps)
    Input<int> rounds{"rounds"};
    Output<Buffer<float, 2>> total{"total"}; // the same

    void generate() {
        products.emplace(start, rounds, dsl::TensorCore{tensor, dsl::Lanes::device});
        total = products->total;
    }

    void schedule() {
        if (!get_target().has_feature(Target::CUDA)) {
            throw std::invalid_argument("[roofline] products: tensor cores are CUDA's");
        }
        start.dim(0).set_bounds(0, dsl::roofline_lanes);
        start.dim(1).set_min(0);
        total.dim(0).set_bounds(0, dsl::roofline_lanes);
        total.dim(1).set_bounds(0, start.dim(1).extent());
        schedules::roofline_cuda(*products);
    }

private:
    std::optional<dsl::RooflineProducts> products;
};

} // namespace

HALIDE_REGISTER_GENERATOR(RooflineCopyGenerator, roofline_copy)
HALIDE_REGISTER_GENERATOR(RooflineChainsGenerator, roofline_chains)
HALIDE_REGISTER_GENERATOR(RooflineProductsGenerator, roofline_products)
