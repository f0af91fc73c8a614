// Small tensors that are the same at every step: made, and copied to their device, once.
#pragma once

#include <c10/core/Device.h>

#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace haliclr::runtime {

// Values by device and key. Safe to share among threads; forgets everything when it grows too
// large.
template <typename Key, typename Value>
class DeviceCache {
public:
    // The value of the key on the device; make(key, device) is called where there is none yet.
    template <typename Make>
    Value get(at::Device device, const Key &key, const Make &make) {
        const std::lock_guard lock(mutex);
        const auto place = std::make_pair(device.str(), key);
        const auto found = known.find(place);
        if (found != known.end()) {
            return found->second;
        }
        if (known.size() >= most) {
            known.clear();
        }
        return known.emplace(place, make(key, device)).first->second;
    }

private:
    static constexpr size_t most = 1024;
    std::mutex mutex;
    std::map<std::pair<std::string, Key>, Value> known;
};

} // namespace haliclr::runtime
