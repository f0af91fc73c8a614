// Counts images by headers and file sizes.
#include "trainer/data/image_count.h"

#include <filesystem>

#include "trainer/data/cifar.h"
#include "trainer/data/dataset.h"
#include "trainer/data/idx.h"
#include "trainer/data/spec.h"
#include "trainer/data/synthetic.h"
#include "trainer/errors.h"

namespace haliclr::trainer {

namespace fs = std::filesystem;

namespace {

constexpr int64_t fashion_mnist_images = 60'000;

ImageCount published(const std::string &name, int64_t images, int64_t height = 0,
                     int64_t width = 0) {
    return {images, name + " as published; its files are not there", height, width};
}

ImageCount count_fashion_mnist(const std::string &folder) {
    std::error_code ignored;
    const fs::path file = fashion_mnist_file(folder, Split::Train);
    if (!fs::exists(file, ignored)) {
        return published("Fashion-MNIST", fashion_mnist_images);
    }
    const auto shape = read_idx_shape(file, 3, "give an intact file, or --images N");
    return {shape[0], "Fashion-MNIST, counted", shape[1], shape[2]};
}

ImageCount count_cifar(const fs::path &folder, const CifarFormat &format) {
    std::error_code missing;
    const fs::path inner = folder / format.folder;
    const fs::path place = fs::is_directory(inner, missing) ? inner : folder;
    int64_t images = 0;
    for (const std::string &name : format.train_files) {
        const auto bytes = fs::file_size(place / name, missing);
        images += missing ? 0 : static_cast<int64_t>(bytes) / record_bytes(format);
    }
    const auto files = static_cast<int64_t>(format.train_files.size());
    return images > 0 ? ImageCount{images, format.name + ", counted", cifar_side, cifar_side}
                      : published(format.name, files * format.records_per_file_train, cifar_side,
                                  cifar_side);
}

} // namespace

ImageCount count_training_images(const std::string &spec) {
    const DataSpec parsed = parse_data_spec(spec);
    if (parsed.kind == "synthetic") {
        return {parsed.count, "synthetic", synthetic_side, synthetic_side};
    }
    if (parsed.kind == "fashion-mnist") {
        return count_fashion_mnist(parsed.argument);
    }
    return count_cifar(parsed.argument,
                       parsed.kind == "cifar10" ? cifar10_format() : cifar100_format());
}

} // namespace haliclr::trainer
