// Shuffles with Fisher-Yates over SplitMix64: std::shuffle differs between standard libraries.
#include "trainer/data/order.h"

#include <numeric>
#include <utility>

#include "trainer/data/splitmix64.h"

namespace haliclr::trainer {

std::vector<int64_t> epoch_order(uint64_t seed, uint64_t epoch, int64_t count) {
    // Hashing the seed first keeps (seed, epoch + 1) and (seed + 1, epoch) apart.
    SplitMix64 random(SplitMix64(seed).next() + epoch);
    random = SplitMix64(random.next());
    std::vector<int64_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    for (int64_t last = count - 1; last > 0; last--) {
        std::swap(order[last], order[random.below(last + 1)]);
    }
    return order;
}

} // namespace haliclr::trainer
