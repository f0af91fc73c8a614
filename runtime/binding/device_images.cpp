// Choice among the images of a kernel.
#include "runtime/binding/device_images.h"

#include "runtime/binding/text_hash.h"

#include <algorithm>
#include <set>

namespace haliclr::runtime {

std::vector<int> image_chips(std::span<const DeviceImage> images) {
    std::set<int> chips;
    for (const DeviceImage &image : images) {
        chips.insert(image.chip);
    }
    chips.erase(0);
    return {chips.begin(), chips.end()};
}

std::vector<const DeviceImage *> images_for(std::span<const DeviceImage> images,
                                            std::string_view text, int chip) {
    const uint64_t hash = text_hash(text), size = without_ending(text).size();
    std::vector<const DeviceImage *> found;
    for (const DeviceImage &image : images) {
        const bool runs = image.chip == 0 || (image.chip / 10 == chip / 10 && image.chip <= chip);
        if (image.text_hash == hash && image.text_size == size && runs) {
            found.push_back(&image);
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const DeviceImage *a, const DeviceImage *b) { return a->chip > b->chip; });
    return found;
}

} // namespace haliclr::runtime
