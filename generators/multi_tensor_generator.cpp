// Kernels of multi-tensor updates: one step in place over flat buffers, for each rule.
#include "dsl/multi_tensor.h"
#include "schedules/multi_tensor.h"

#include <optional>

namespace {

using haliclr::dsl::multi_tensor_chunk;
using haliclr::dsl::multi_tensor_columns;
using haliclr::dsl::multi_tensor_scalars;
using haliclr::dsl::Precision;

class MultiTensorGenerator : public Halide::Generator<MultiTensorGenerator> {
public:
    GeneratorParam<std::string> rule{"rule", "lars"};
    GeneratorParam<bool> carry{"carry", false};
    GeneratorParam<Precision> gradient{"gradient",
                                       Precision::float32,
                                       {{"float32", Precision::float32},
                                        {"bfloat16", Precision::bfloat16},
                                        {"float16", Precision::float16}}};
    GeneratorParam<int> chunk_size{"chunk_size", multi_tensor_chunk};
    GeneratorParam<int> chunks_per_task{"chunks_per_task", 32};
    GeneratorParam<int> chunks_per_block{"chunks_per_block", 8};
    GeneratorParam<int> threads{"threads", 128};

    Input<Buffer<float, 2>> params{"params"};               // (chunk, chunks)
    Input<Buffer<void, 2>> grads{"grads"};                  // (chunk, chunks), stored as `gradient`
    Input<Buffer<float, 2>> momenta{"momenta"};             // (chunk, chunks)
    Input<Buffer<float, 1>> carried{"carried"};             // chunks
    Input<Buffer<int32_t, 1>> chunk_tensor{"chunk_tensor"}; // chunks
    Input<Buffer<int32_t, 2>> tensors{"tensors"};           // (3, tensors + 1)
    Input<float[multi_tensor_scalars]> scalars{"scalars"};
    // (chunk, chunks) twice: params and momenta, in place where given the same memory; a third time
    // stored as `gradient` where that is not float32.
    Output<Func> step{"step", 2};
    Output<Func> weight_squares{"weight_squares", Float(32), 1}; // chunks; may be `carried`
    Output<Func> verdict{"verdict", Float(32), 2};               // (columns, tensors)

    void configure() { grads.set_type(haliclr::dsl::storage_type(gradient)); }

    void generate() {
        const haliclr::dsl::MultiTensorInputs inputs{params,
                                                     grads,
                                                     momenta,
                                                     carried,
                                                     chunk_tensor,
                                                     tensors,
                                                     chunk_tensor.dim(0).extent(),
                                                     tensors.dim(1).extent() - 1};
        std::vector<Expr> values;
        for (int i = 0; i < multi_tensor_scalars; ++i) {
            values.emplace_back(scalars[i]);
        }
        update.emplace(inputs, haliclr::dsl::multi_tensor_rule(rule, values),
                       haliclr::dsl::MultiTensorForm{chunk_size, carry, gradient});
        step = update->step;
        weight_squares = update->weight_squares;
        verdict = update->verdict;
    }

    void schedule() {
        set_shapes();
        if (using_autoscheduler()) {
            return;
        }
        const Halide::Target target = get_target();
        if (target.has_feature(Halide::Target::CUDA)) {
            haliclr::schedules::multi_tensor_cuda(*update, {chunks_per_block, threads, chunk_size});
        } else if (target.has_feature(Halide::Target::OpenCL)) {
            haliclr::schedules::multi_tensor_opencl(*update,
                                                    {chunks_per_block, threads, chunk_size});
        } else {
            haliclr::schedules::multi_tensor_cpu(
                *update, {natural_vector_size<float>(), chunks_per_task, chunk_size});
        }
    }

private:
    // Whole chunks from index 0, so that no loop within a chunk needs a condition.
    void set_shapes() {
        const Expr chunks = chunk_tensor.dim(0).extent();
        auto whole = [&](auto &buffer) {
            buffer.dim(0).set_bounds(0, chunk_size).dim(1).set_bounds(0, chunks);
            buffer.dim(1).set_stride(chunk_size);
        };
        whole(params);
        whole(grads);
        whole(momenta);
        chunk_tensor.dim(0).set_min(0);
        carried.dim(0).set_bounds(0, chunks);
        tensors.dim(0).set_bounds(0, multi_tensor_columns).dim(1).set_min(0);
        // The further buffers of a tuple have the extents of the first.
        auto outputs = Func(step).output_buffers();
        whole(outputs[0]);
        for (auto &output : outputs) {
            output.dim(1).set_stride(chunk_size);
        }
        Func(weight_squares).output_buffer().dim(0).set_bounds(0, chunks);
        Func(verdict)
            .output_buffer()
            .dim(0)
            .set_bounds(0, update->columns)
            .dim(1)
            .set_bounds(0, tensors.dim(1).extent() - 1);
    }

    std::optional<haliclr::dsl::MultiTensor> update;
};

} // namespace

HALIDE_REGISTER_GENERATOR(MultiTensorGenerator, multi_tensor)
