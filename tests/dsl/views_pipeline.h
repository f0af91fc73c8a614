// The views algorithm of a recipe, compiled once for any image, draws and size, and run on golden
// cases.
#pragma once

#include "tests/dsl/views_case.h"
#include "tests/dsl/views_golden.h"

#include <functional>
#include <string>

namespace haliclr::tests {

using ViewsSchedule = std::function<void(dsl::Views &)>;

class ViewsPipeline {
public:
    ViewsPipeline(const std::string &recipe, dsl::SourceReading reading,
                  const ViewsSchedule &schedule, Halide::Target target)
        : target(std::move(target)), sequence(dsl::sequence_of(dsl::parse_recipe(recipe))),
          views(sequence, bytes, bytes.dim(0).extent(), table, 1, draws, size,
                dsl::Precision::float32, dsl::ViewLayout::channels_first, reading) {
        Halide::OutputImageParam output = views.views.output_buffer();
        output.dim(0).set_bounds(0, size);
        output.dim(1).set_bounds(0, size);
        output.dim(2).set_bounds(0, 3);
        schedule(views);
    }

    // The largest difference from the case's values.
    double difference(const GoldenCase &one, const GoldenImage &image) {
        std::vector<uint8_t> pixels = image.bytes;
        std::vector<int32_t> entry = {0, image.height, image.width};
        std::vector<float> row = golden_draws(one, sequence, image);
        bytes.set(host(pixels.data(), {static_cast<int>(pixels.size())}));
        table.set(host(entry.data(), {3, 1}));
        draws.set(host(row.data(), {static_cast<int>(row.size()), 1}));
        size.set(one.size);
        Halide::Buffer<float> result(one.size, one.size, 3, 1);
        views.views.realize(result, target);
        result.copy_to_host();
        return result.number_of_elements() == one.values.size()
                   ? golden_difference(one, result.begin())
                   : INFINITY;
    }

private:
    template <typename T>
    static Halide::Buffer<T> host(T *values, const std::vector<int> &extents) {
        Halide::Buffer<T> buffer(values, extents);
        buffer.set_host_dirty();
        return buffer;
    }

    const Halide::Target target;
    const dsl::ViewSequence sequence;
    Halide::ImageParam bytes{Halide::UInt(8), 1}, table{Halide::Int(32), 2};
    Halide::ImageParam draws{Halide::Float(32), 2};
    Halide::Param<int> size;
    dsl::Views views;
};

} // namespace haliclr::tests
