// Kernel `lars`: one LARS step in place over flat buffers.
#include "dsl/lars.h"
#include "schedules/lars.h"

#include <optional>

namespace {

using Halide::Float;

class LarsGenerator : public Halide::Generator<LarsGenerator> {
public:
    GeneratorParam<int> chunk_size{"chunk_size", haliclr::dsl::lars_chunk};
    GeneratorParam<int> chunks_per_task{"chunks_per_task", 32};
    GeneratorParam<int> chunks_per_block{"chunks_per_block", 8};
    GeneratorParam<int> threads{"threads", 256};

    Input<Buffer<float, 1>> params{"params"};               // total
    Input<Buffer<float, 1>> grads{"grads"};                 // total
    Input<Buffer<float, 1>> momenta{"momenta"};             // total
    Input<Buffer<int32_t, 1>> chunk_tensor{"chunk_tensor"}; // chunks
    Input<Buffer<int32_t, 2>> tensors{"tensors"};           // (3, tensors + 1)
    Input<float> trust{"trust"};
    Input<float> weight_decay{"weight_decay"};
    Input<float> momentum{"momentum"};
    Input<float> gain{"gain"};
    Input<float> rate{"rate"};
    // (total) twice: params and momenta, in place where given the same memory.
    Output<Func> stepped{"stepped", {Float(32), Float(32)}, 1};

    void generate() {
        haliclr::dsl::LarsInputs inputs{params,
                                        grads,
                                        momenta,
                                        chunk_tensor,
                                        tensors,
                                        params.dim(0).extent(),
                                        chunk_tensor.dim(0).extent(),
                                        tensors.dim(1).extent() - 1};
        lars.emplace(inputs, haliclr::dsl::LarsScalars{trust, weight_decay, momentum, gain, rate},
                     chunk_size);
        stepped = lars->step;
    }

    void schedule() {
        set_shapes();
        const Halide::Target target = get_target();
        if (target.has_feature(Halide::Target::CUDA)) {
            haliclr::schedules::lars_cuda(*lars, {chunks_per_block, threads, chunk_size});
        } else if (target.has_feature(Halide::Target::OpenCL)) {
            haliclr::schedules::lars_opencl(*lars, {chunks_per_block, threads, chunk_size});
        } else {
            haliclr::schedules::lars_cpu(
                *lars, {natural_vector_size<float>(), chunks_per_task, chunk_size});
        }
    }

private:
    // Indices start at 0, so that an element's chunk is known at each loop over chunks.
    void set_shapes() {
        params.dim(0).set_min(0);
        for (auto *input : {&grads, &momenta}) {
            input->dim(0).set_bounds(0, params.dim(0).extent());
        }
        chunk_tensor.dim(0).set_min(0);
        tensors.dim(0).set_bounds(0, haliclr::dsl::lars_tensor_columns).dim(1).set_min(0);
        // The second output has the extent of the first.
        Func(stepped).output_buffers()[0].dim(0).set_bounds(0, params.dim(0).extent());
    }

    std::optional<haliclr::dsl::Lars> lars;
};

} // namespace

HALIDE_REGISTER_GENERATOR(LarsGenerator, lars)
