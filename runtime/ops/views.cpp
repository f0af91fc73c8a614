// Checks and kernel calls of the recipe's operators.
#include "runtime/ops/views.h"

#include "runtime/ops/device_cache.h"
#include "runtime/ops/view_kernels.h"
#include "runtime/specialization.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace haliclr::runtime {
namespace {

constexpr int64_t fields = 3;
constexpr int64_t widest = 65535; // pixels of a row, as the kernels have it
constexpr int64_t largest = std::numeric_limits<int32_t>::max();

void check_dtype(const std::string &op, const char *argument, const at::Tensor &tensor,
                 at::ScalarType expected) {
    require(tensor.scalar_type() == expected, op, argument, ": dtype ",
            c10::toString(tensor.scalar_type()), ": convert it to ", c10::toString(expected));
}

void check_table(const std::string &op, const at::Tensor &table) {
    require(table.dim() == 2 && table.size(1) == fields, op, "image_table: shape ", table.sizes(),
            ": give [N, 3] = (offset, height, width)");
    check_dtype(op, "image_table", table, at::kInt);
}

void check_same_device(const std::string &op, const char *argument, const at::Tensor &tensor,
                       const char *other, const at::Tensor &reference) {
    require(tensor.device() == reference.device(), op, argument, ": on ", tensor.device().str(),
            ", but ", other, " is on ", reference.device().str(), ": move them together");
}

// Every image must lie inside the bytes, and have the size that the kernels were built for.
void check_images(const at::Tensor &table, int64_t bytes) {
    const ImageSize &only = fixed_image_size();
    const auto rows = table.accessor<int32_t, 2>();
    for (int64_t n = 0; n < table.size(0); ++n) {
        const int64_t offset = rows[n][0], height = rows[n][1], width = rows[n][2];
        const bool inside = offset >= 0 && height >= 1 && width >= 1 && width <= widest &&
                            height <= largest / (fields * width) &&
                            offset + height * width * fields <= bytes;
        require(inside, "views", "image_table: row ", n, " = (", offset, ", ", height, ", ", width,
                "): needs bytes ", offset, " up to ", offset + height * width * fields, " of ",
                bytes, " and at most ", widest, " columns: correct the offset or the size");
        require(only.height == 0 || (height == only.height && width == only.width), "views",
                "image_table: row ", n, " is an image of ", to_text({height, width}),
                ", and this binary was built for images of ", to_text(only),
                ": run the generic binary");
    }
}

void check_size(const dsl::ViewSequence &sequence, int64_t size) {
    require(size >= 1 && size <= 4096, "views", "size: ", size, ": give 1 to 4096 pixels");
    const int64_t only = sequence.fixed_side();
    require(only == 0 || size == only, "views", "size: ", size, ": the recipe makes views of ",
            only, " pixels: give that size");
}

void check_view_arguments(const dsl::ViewSequence &sequence, const at::Tensor &bytes,
                          const at::Tensor &table, const at::Tensor &draws, int64_t size) {
    const std::string op = "views";
    require(bytes.dim() == 1, op, "bytes: shape ", bytes.sizes(), ": give a 1-D tensor");
    check_dtype(op, "bytes", bytes, at::kByte);
    check_table(op, table);
    const auto columns = static_cast<int64_t>(sequence.columns.size());
    require(draws.dim() == 2 && draws.size(1) == columns, op, "draws: shape ", draws.sizes(),
            ": give [V, ", columns, "], as view_draws does");
    check_dtype(op, "draws", draws, at::kFloat);
    const int64_t images = table.size(0), rows = draws.size(0);
    require(images == 0 ? rows == 0 : rows % images == 0, op, "draws: ", rows, " rows for ", images,
            " images: give a multiple of the images");
    check_size(sequence, size);
    require(rows == 0 || bytes.numel() >= fields, op, "bytes: ", bytes.numel(), " for ", rows,
            " views: give the images' pixels");
    require(rows * fields * size * size <= largest, op, "draws: ", rows, " views of ", size,
            " pixels exceed 2^31 elements: use a smaller batch");
    check_same_device(op, "image_table", table, "bytes", bytes);
    check_same_device(op, "draws", draws, "bytes", bytes);
}

// For draws on the CPU: kernels may read outside their tables for a NaN.
void check_numbers(const at::Tensor &draws) {
    const at::Tensor rows = draws.contiguous();
    const float *const values = rows.const_data_ptr<float>();
    const float *const end = values + rows.numel();
    const float *const nan =
        std::find_if(values, end, [](float value) { return std::isnan(value); });
    require(nan == end, "views", "draws: NaN in row ", (nan - values) / rows.size(1), ", column ",
            (nan - values) % rows.size(1), ": give numbers");
}

// [2, numbers]. Copying them to a GPU at each step would make the host wait.
at::Tensor strengths_on(at::Device device, const std::vector<float> &numbers) {
    static DeviceCache<std::vector<float>, at::Tensor> known;
    return known.get(device, numbers, [](const std::vector<float> &values, at::Device on) {
        return at::tensor(values).view({2, -1}).to(on);
    });
}

// An empty tensor as the kernel writes it.
at::Tensor result_of(const ViewsKernel &kernel, int64_t views, int64_t size,
                     const at::Tensor &like) {
    const auto stored = kernel.type == at::kFloat ? at::kFloat : at::kUInt16;
    const auto shape = kernel.channels_last ? std::vector<int64_t>{views, size, size, fields}
                                            : std::vector<int64_t>{views, fields, size, size};
    return at::empty(shape, like.options().dtype(stored));
}

// The same memory as [V, 3, size, size] of the kernel's type.
at::Tensor as_views(const ViewsKernel &kernel, const at::Tensor &written) {
    const at::Tensor typed = kernel.type == at::kFloat ? written : written.view(kernel.type);
    return kernel.channels_last ? typed.permute({0, 3, 1, 2}) : typed;
}

} // namespace

std::vector<std::string> view_columns(const std::string &recipe) {
    std::vector<std::string> names;
    for (const dsl::DrawColumnForm &column : carried(recipe).compiled->sequence.columns) {
        names.push_back(column.name);
    }
    return names;
}

void check_view_size(const std::string &recipe, int64_t size) {
    check_size(carried(recipe).compiled->sequence, size);
}

at::Tensor view_draws(const std::string &recipe, const at::Tensor &image_table,
                      const at::Tensor &ids, int64_t seed, int64_t epoch) {
    const std::string op = "view_draws";
    const CarriedRecipe &what = carried(recipe);
    check_table(op, image_table);
    const int64_t images = image_table.size(0);
    require(ids.dim() == 1 && ids.size(0) == images, op, "ids: shape ", ids.sizes(), " for ",
            images, " images: give one id an image");
    check_dtype(op, "ids", ids, at::kLong);
    check_same_device(op, "ids", ids, "image_table", image_table);
    require(epoch >= 0 && epoch <= std::numeric_limits<uint32_t>::max(), op, "epoch: ", epoch,
            ": give 0 to 2^32 - 1");

    if (image_table.is_cpu() && images > 0) {
        const int64_t least = image_table.slice(1, 1).min().item<int64_t>();
        require(least >= 1, op, "image_table: a height or width of ", least,
                ": give at least 1 pixel");
    }
    const auto columns = static_cast<int64_t>(what.compiled->sequence.columns.size());
    at::Tensor draws = at::empty({2 * images, columns}, image_table.options().dtype(at::kFloat));
    if (images == 0) {
        return draws;
    }
    const at::Tensor strengths = strengths_on(image_table.device(), what.strengths);
    const auto key = static_cast<uint64_t>(seed);
    KernelCall call(op, image_table.device());
    call.finish(what.compiled->draws.on(call.backend())(
        call.context(), call.read("image_table", image_table), call.read("ids", ids),
        call.read("strengths", strengths), static_cast<uint32_t>(key),
        static_cast<uint32_t>(key >> 32), static_cast<uint32_t>(epoch),
        call.write("draws", draws)));
    return draws;
}

at::Tensor plain_draws(const at::Tensor &image_table) {
    check_table("plain_draws", image_table);
    const at::Tensor height = image_table.select(1, 1).to(at::kFloat);
    const at::Tensor width = image_table.select(1, 2).to(at::kFloat);
    const at::Tensor side = at::minimum(height, width);
    const dsl::ViewSequence &sequence = carried(plain_recipe).compiled->sequence;
    std::vector<float> neutral;
    for (const dsl::DrawColumnForm &column : sequence.columns) {
        neutral.push_back(column.neutral);
    }
    at::Tensor draws = at::tensor(neutral).to(side.device()).repeat({image_table.size(0), 1});
    const auto set = [&](const char *column, const at::Tensor &values) {
        draws.select(1, sequence.column_index(column)).copy_(values);
    };
    set("crop_x", at::round((width - side) / 2));
    set("crop_y", at::round((height - side) / 2));
    set("crop_width", side);
    set("crop_height", side);
    return draws;
}

at::Tensor views(const std::string &recipe, const at::Tensor &bytes, const at::Tensor &image_table,
                 const at::Tensor &draws, int64_t size, std::optional<at::ScalarType> dtype,
                 bool channels_last) {
    const CompiledRecipe &compiled = *carried(recipe).compiled;
    check_view_arguments(compiled.sequence, bytes, image_table, draws, size);
    const at::ScalarType type = dtype.value_or(at::kFloat);
    require(at::isFloatingType(type), "views", "dtype: ", c10::toString(type),
            ": give a floating-point type");
    if (image_table.is_cpu()) {
        check_images(image_table, bytes.numel());
    }
    if (draws.is_cpu() && draws.numel() > 0) {
        check_numbers(draws);
    }
    const ViewsKernel &kernel = nearest_kernel(compiled, size, type, channels_last);
    at::Tensor pixels = result_of(kernel, draws.size(0), size, draws);
    if (pixels.numel() > 0) {
        KernelCall call("views", bytes.device());
        // A launch has at most this many blocks in y and z; a block a view has its views in x.
        constexpr int64_t most_cuda_views = 65535;
        const bool block_a_view = compiled.is_stock && kernel.size > 0;
        require(call.backend() != Backend::cuda || block_a_view || draws.size(0) <= most_cuda_views,
                "views", "draws: ", draws.size(0), " views: the cuda kernel takes at most ",
                most_cuda_views, ": use a smaller batch");
        call.finish(kernel.run.on(call.backend())(
            call.context(), call.read("bytes", bytes), call.read("image_table", image_table),
            call.read("draws", draws), static_cast<int32_t>(size), call.write("views", pixels)));
    }
    const auto format =
        channels_last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
    return as_views(kernel, pixels).to(type, false, false, format);
}

} // namespace haliclr::runtime
