// Dispatches a data SPEC to its reader.
#include "trainer/data/dataset.h"

#include <filesystem>

#include <ATen/ATen.h>

#include "runtime/specialization.h"
#include "trainer/data/cifar.h"
#include "trainer/data/idx.h"
#include "trainer/data/spec.h"
#include "trainer/data/synthetic.h"
#include "trainer/errors.h"

namespace haliclr::trainer {

namespace {

// Where Debian's package dataset-fashion-mnist installs its files.
const char *const fashion_mnist_folder = "/usr/share/datasets/fashion-mnist";

std::string stem_of(Split split) {
    return split == Split::Train ? "train" : "t10k";
}

PackedImages fashion_mnist(const std::string &folder, Split split) {
    const std::filesystem::path images = fashion_mnist_file(folder, split);
    const std::string remedy = "install it (sudo apt-get install dataset-fashion-mnist), or pass "
                               "fashion-mnist:DIR with the "
                               "folder of the four files";
    return read_idx_images(
        images, images.parent_path() / (stem_of(split) + "-labels-idx1-ubyte.gz"), remedy);
}

std::string describe(const std::string &name, Split split, size_t count) {
    return name + ", " + std::to_string(count) +
           (split == Split::Train ? " training images" : " test images");
}

void require_built_for(const PackedImages &images, const std::string &name) {
    const char *const only = runtime::fixed_value("image size");
    const std::string size = runtime::to_text({images.height, images.width});
    if (only != nullptr && size != only) {
        throw UsageError(runtime::not_built_for("image size", "and " + name + " has " + size));
    }
}

ImageSet described(const PackedImages &images, const std::string &name, Split split) {
    require_built_for(images, name);
    return image_set(images, describe(name, split, images.labels.size()));
}

} // namespace

std::filesystem::path fashion_mnist_file(const std::string &folder, Split split) {
    return std::filesystem::path(folder.empty() ? fashion_mnist_folder : folder) /
           (stem_of(split) + "-images-idx3-ubyte.gz");
}

ImageSet load_images(const std::string &spec, Split split) {
    const DataSpec parsed = parse_data_spec(spec);
    if (parsed.kind == "fashion-mnist") {
        return described(fashion_mnist(parsed.argument, split), "Fashion-MNIST", split);
    }
    if (parsed.kind == "synthetic") {
        return described(synthetic_images(parsed.count, split), "synthetic images", split);
    }
    const CifarFormat &format = parsed.kind == "cifar10" ? cifar10_format() : cifar100_format();
    return described(read_cifar(parsed.argument, format, split), format.name, split);
}

ImageSet first_images(ImageSet set, int64_t count) {
    if (count < 1) {
        throw UsageError("[data] the number of images is " + std::to_string(count) +
                         ", expected 1 or more");
    }
    if (count >= set.size()) {
        return set;
    }
    const int64_t next_offset = set.image_table[count][0].item<int64_t>();
    set.description += ", the first " + std::to_string(count);
    set.bytes = set.bytes.narrow(0, 0, next_offset);
    set.image_table = set.image_table.narrow(0, 0, count);
    set.labels = set.labels.narrow(0, 0, count);
    return set;
}

} // namespace haliclr::trainer
