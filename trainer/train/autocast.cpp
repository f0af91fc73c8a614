// Switches autocast on and off; the cache of cast weights lives for one scope.
#include "trainer/train/autocast.h"

#include <ATen/autocast_mode.h>

namespace haliclr::trainer {

Autocast::Autocast(const std::string &precision, at::Device device)
    : active(precision == "bf16"), device(device.type()) {
    if (active) {
        at::autocast::set_autocast_enabled(this->device, true);
        at::autocast::set_autocast_dtype(this->device, at::kBFloat16);
        at::autocast::increment_nesting();
    }
}

Autocast::~Autocast() {
    if (!active) {
        return;
    }
    if (at::autocast::decrement_nesting() == 0) {
        at::autocast::clear_cache();
    }
    at::autocast::set_autocast_enabled(device, false);
}

} // namespace haliclr::trainer
