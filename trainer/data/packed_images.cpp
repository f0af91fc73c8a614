// Packs images of one size into the tensors of an ImageSet.
#include "trainer/data/packed_images.h"

#include <limits>

#include <ATen/ATen.h>

#include "trainer/errors.h"

namespace haliclr::trainer {

namespace {

template <typename T>
at::Tensor copy_of(const std::vector<T> &values, at::ScalarType type) {
    return at::from_blob(const_cast<T *>(values.data()), {static_cast<int64_t>(values.size())},
                         type)
        .clone();
}

} // namespace

ImageSet image_set(const PackedImages &images, const std::string &description) {
    const auto count = static_cast<int64_t>(images.labels.size());
    const int64_t image_bytes = images.height * images.width * 3;
    // Offsets in the table are int32, as the compiled kernels read them.
    if (count * image_bytes > std::numeric_limits<int32_t>::max()) {
        throw DataError(description + ": " + std::to_string(count * image_bytes) +
                        " bytes of pixels exceed the 2 GiB that one image table addresses; "
                        "use fewer or smaller images");
    }
    at::Tensor table = at::empty({count, 3}, at::kInt);
    table.select(1, 0).copy_(at::arange(count, at::kLong) * image_bytes);
    table.select(1, 1).fill_(images.height);
    table.select(1, 2).fill_(images.width);
    return {copy_of(images.pixels, at::kByte), table, copy_of(images.labels, at::kLong),
            description};
}

} // namespace haliclr::trainer
