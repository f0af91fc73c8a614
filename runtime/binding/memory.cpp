// Halide's malloc and free over a cache of large blocks.
#include "runtime/binding/memory.h"

#include <HalideRuntime.h>

#include <cstdlib>
#include <vector>

namespace haliclr::runtime {
namespace {

constexpr size_t alignment = 128; // at least a vector's; the block's size lies in front of it
constexpr size_t smallest_kept = 64 << 10;
constexpr size_t most_kept = 64 << 20; // bytes of one thread

struct Block {
    size_t bytes;
};

Block *block_of(void *memory) {
    return reinterpret_cast<Block *>(static_cast<char *>(memory) - alignment);
}

// Blocks that were given back, the latest last.
class Pool {
public:
    ~Pool() {
        for (void *memory : kept) {
            std::free(block_of(memory));
        }
    }

    // The smallest that is large enough and not twice too large, or null.
    void *take(size_t bytes) {
        size_t best = kept.size();
        for (size_t i = 0; i < kept.size(); ++i) {
            const size_t size = block_of(kept[i])->bytes;
            const bool fits = size >= bytes && size <= 2 * bytes;
            best = fits && (best == kept.size() || size < block_of(kept[best])->bytes) ? i : best;
        }
        if (best == kept.size()) {
            return nullptr;
        }
        void *memory = kept[best];
        kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(best));
        total -= block_of(memory)->bytes;
        return memory;
    }

    // Whether the block is kept.
    bool keep(void *memory) {
        const size_t bytes = block_of(memory)->bytes;
        if (bytes < smallest_kept || bytes > most_kept) {
            return false;
        }
        while (total + bytes > most_kept) {
            total -= block_of(kept.front())->bytes;
            std::free(block_of(kept.front()));
            kept.erase(kept.begin());
        }
        kept.push_back(memory);
        total += bytes;
        return true;
    }

private:
    std::vector<void *> kept;
    size_t total = 0;
};

thread_local Pool pool;

void *allocate(void *, size_t bytes) {
    if (bytes >= smallest_kept) {
        if (void *memory = pool.take(bytes)) {
            return memory;
        }
    }
    // One more alignment behind: vectors may reach beyond the last value.
    const size_t whole = (bytes + alignment - 1) / alignment * alignment + 2 * alignment;
    void *block = std::aligned_alloc(alignment, whole);
    if (!block) {
        return nullptr;
    }
    static_cast<Block *>(block)->bytes = bytes;
    return static_cast<char *>(block) + alignment;
}

void release(void *, void *memory) {
    if (memory && !pool.keep(memory)) {
        std::free(block_of(memory));
    }
}

} // namespace

void install_memory_pool() {
    halide_set_custom_malloc(allocate);
    halide_set_custom_free(release);
}

} // namespace haliclr::runtime
