// One step of an update, in place, over tensors of the sizes that a ResNet's stages have.
#include "dsl/multi_tensor_layout.h"
#include "dsl/update_work.h"
#include "tuner/problems/families.h"

#include <array>
#include <vector>

namespace haliclr::tuner {

namespace {

using Halide::Buffer;

constexpr int chunk = dsl::multi_tensor_chunk;
constexpr int verdict_columns_of_lars = 3, verdict_columns_of_momentum = 2;

// A convolution of 3x3, its normalisation's two vectors, and so on, until there are enough.
std::vector<int> resnet_sizes(int parameters) {
    constexpr std::array<int, 6> pattern = {3 * 3 * 256 * 256, 256, 256, 64 * 256, 1024, 1024};
    std::vector<int> sizes;
    int chunks = 0;
    for (size_t t = 0; chunks * chunk < parameters; ++t) {
        sizes.push_back(std::min(pattern[t % pattern.size()], parameters - chunks * chunk));
        chunks += (sizes.back() + chunk - 1) / chunk;
    }
    return sizes;
}

std::vector<int32_t> tensor_table(const std::vector<int> &sizes) {
    std::vector<int32_t> table;
    int chunks = 0;
    for (const int size : sizes) {
        table.insert(table.end(), {chunks, size, size > 1024});
        chunks += (size + chunk - 1) / chunk;
    }
    table.insert(table.end(), {chunks, 0, 0});
    return table;
}

template <typename T>
Buffer<> bits_of(const Buffer<float> &values) {
    Buffer<uint16_t> bits(values.width(), values.height());
    bits.for_each_element([&](int i, int c) { bits(i, c) = T(values(i, c)).to_bits(); });
    return bits;
}

Buffer<> gradients(const std::string &type, int chunks, uint64_t seed) {
    Buffer<float> values(chunk, chunks);
    fill(values, seed, -1, 1);
    return type == "bfloat16"  ? bits_of<Halide::bfloat16_t>(values)
           : type == "float16" ? bits_of<Halide::float16_t>(values)
                               : Buffer<>(values);
}

class UpdateProblem : public Problem {
public:
    UpdateProblem(const Kernel &kernel, const Shape &shape, uint64_t seed)
        : is_lars(kernel.param("rule") == "lars"), is_carried(kernel.param("carry") == "true"),
          seed(seed), table_values(tensor_table(
                          shape.tensors.empty() ? resnet_sizes(shape.parameters) : shape.tensors)),
          tensors(table_values.data(), dsl::multi_tensor_columns,
                  static_cast<int>(table_values.size()) / dsl::multi_tensor_columns),
          chunks(tensors(0, tensors.height() - 1)), params(chunk, chunks), momenta(chunk, chunks),
          carried(chunks), grads(gradients(kernel.param("gradient", "float32"), chunks, seed + 2)),
          chunk_tensor(chunks), sums(chunks),
          verdict(is_lars ? verdict_columns_of_lars : verdict_columns_of_momentum,
                  tensors.height() - 1) {
        for (int t = 0; t + 1 < tensors.height(); ++t) {
            for (int c = tensors(0, t); c < tensors(0, t + 1); ++c) {
                chunk_tensor(c) = t;
            }
        }
        format.of_bits =
            kernel.param("gradient") == "bfloat16" ? Halide::BFloat(16) : Halide::Float(16);
        carried.fill(chunk / 3.0f);
        input("grads", grads);
        input("carried", carried);
        input("chunk_tensor", chunk_tensor);
        input("tensors", tensors);
        restore();
        output("step", params);
        compared.push_back(momenta);
        if (grads.type() != Halide::Float(32)) {
            copies = Buffer<>(grads.type(), {chunk, chunks});
            compared.push_back(copies);
        }
        output("weight_squares", sums);
        output("verdict", verdict);
    }

    void restore() override {
        fill(params, seed, -1, 1);
        fill(momenta, seed + 1, -1, 1);
        input("params", params);
        input("momenta", momenta);
    }

    int call(const Halide::Callable &kernel) override {
        return is_lars ? call_with(kernel, {1e-3f, 1e-6f, 0.9f, 1, 1, 0, 1e-6f, 0, 1e30f, 1, 0, 0})
                       : call_with(kernel, {1e-6f, 0.9f, 1e-4f, 1, 0});
    }

    Work work() const override {
        const int gradient = grads.type().bytes();
        const int bytes = dsl::update_bytes({.gradient = gradient,
                                             .copy = copies.defined() ? gradient : 0,
                                             .reads_weight_for_norm = is_lars && !is_carried});
        return {bytes * static_cast<double>(params.number_of_elements()),
                std::to_string(bytes) + " bytes a parameter", 0, ""};
    }

private:
    using Scalars = std::array<float, dsl::multi_tensor_scalars>;
    const bool is_lars, is_carried;
    const uint64_t seed;
    std::vector<int32_t> table_values;
    Buffer<int32_t> tensors;
    const int chunks;
    Buffer<float> params, momenta, carried;
    Buffer<> grads, copies;
    Buffer<int32_t> chunk_tensor;
    Buffer<float> sums, verdict;

    int call_with(const Halide::Callable &kernel, const Scalars &s) {
        if (copies.defined()) {
            return kernel(params, grads, momenta, carried, chunk_tensor, tensors, s[0], s[1], s[2],
                          s[3], s[4], s[5], s[6], s[7], s[8], s[9], s[10], s[11], params, momenta,
                          copies, sums, verdict);
        }
        return kernel(params, grads, momenta, carried, chunk_tensor, tensors, s[0], s[1], s[2],
                      s[3], s[4], s[5], s[6], s[7], s[8], s[9], s[10], s[11], params, momenta, sums,
                      verdict);
    }
};

} // namespace

std::unique_ptr<Problem> update_problem(const Kernel &kernel, const Shape &shape, uint64_t seed) {
    return std::make_unique<UpdateProblem>(kernel, shape, seed);
}

} // namespace haliclr::tuner
