// Encodes a picture with libspng into memory, then writes the file in one go.
#include "trainer/report/png.h"

#include <cstdlib>
#include <fstream>
#include <memory>

#include <ATen/ATen.h>
#include <spng.h>

#include "trainer/errors.h"

namespace haliclr::trainer {

namespace {

[[noreturn]] void fail(const std::filesystem::path &file, const std::string &reason) {
    throw UsageError("[png] cannot write " + file.string() + ": " + reason +
                     "; choose a file in a folder that exists and is writable");
}

struct FreeContext {
    void operator()(spng_ctx *context) const { spng_ctx_free(context); }
};

struct FreeBytes {
    void operator()(void *bytes) const { std::free(bytes); }
};

} // namespace

void write_png(const std::filesystem::path &file, const at::Tensor &rgb) {
    TORCH_CHECK(rgb.dim() == 3 && rgb.size(2) == 3 && rgb.scalar_type() == at::kByte,
                "[png] expected uint8 [height, width, 3], got ", rgb.scalar_type(), " ",
                rgb.sizes());
    const at::Tensor pixels = rgb.cpu().contiguous();
    const std::unique_ptr<spng_ctx, FreeContext> context(spng_ctx_new(SPNG_CTX_ENCODER));
    spng_ihdr header{};
    header.width = pixels.size(1);
    header.height = pixels.size(0);
    header.color_type = SPNG_COLOR_TYPE_TRUECOLOR;
    header.bit_depth = 8;
    spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1);
    int error = spng_set_ihdr(context.get(), &header);
    if (error == 0) {
        error = spng_encode_image(context.get(), pixels.const_data_ptr(), pixels.numel(),
                                  SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
    }
    size_t length = 0;
    const std::unique_ptr<void, FreeBytes> bytes(
        error == 0 ? spng_get_png_buffer(context.get(), &length, &error) : nullptr);
    if (!bytes) {
        fail(file, spng_strerror(error));
    }
    std::ofstream stream(file, std::ios::binary);
    if (!stream.write(static_cast<const char *>(bytes.get()), length).flush()) {
        fail(file, "the file cannot be opened or the disk is full");
    }
}

} // namespace haliclr::trainer
