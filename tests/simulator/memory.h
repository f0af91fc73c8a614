// Memory of the simulated device, which is the host's: each allocation is known, and each of its
// elements remembers who touched it last in a launch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace haliclr::simulator {

// A thread at some point of a launch. Barriers divide the work of a block into phases.
struct Place {
    uint32_t launch; // counted from 1
    int32_t block;
    int16_t thread, phase;

    bool operator==(const Place &) const = default;
};

// Who read or wrote an element last, in the launch that it names.
struct Touched {
    // Threads of one block; or blocks: more than one of them did.
    static constexpr int16_t several = -1;

    Place place{};

    // Whether nothing orders that access before one at `other`: another block's, or another
    // thread's since the last barrier.
    bool races_with(const Place &other) const {
        return place.launch == other.launch &&
               (place.block != other.block ||
                (place.phase == other.phase && place.thread != other.thread));
    }
    void add(const Place &other);
};

struct History {
    Touched written, read;
    uint32_t read_only_in = 0; // a launch that read it as if nothing wrote it
    uint32_t agreed_in = 0;    // a launch in which several threads wrote the same value

    // Empty, or what is wrong.
    const char *reads(const Place &place, bool read_only);
    const char *writes(const Place &place, bool same_value);
};

// Bytes from an address on, and their history, which begins with the first access. The bytes are
// not owned.
class Region {
public:
    Region(uint8_t *bytes, size_t size) : bytes(bytes), extent(size) {}

    size_t size() const { return extent; }
    // Both throw std::runtime_error where the access races with another one. `at`: from the
    // region's begin; inside it, and a multiple of `count`.
    uint64_t read(size_t at, int count, const Place &place, bool read_only);
    void write(size_t at, int count, uint64_t value, const Place &place);

private:
    uint8_t *bytes;
    size_t extent;
    size_t element = 0; // bytes that share a history: the smallest access so far
    std::vector<History> histories;

    void divide(size_t count);
    // Calls check(history) for each element of an access, until one is wrong.
    template <typename Check>
    void for_each(size_t at, int count, const Check &check);
};

// May be used by several threads, but not for one allocation at a time.
class DeviceMemory {
public:
    DeviceMemory() = default;
    ~DeviceMemory();
    DeviceMemory(const DeviceMemory &) = delete;
    DeviceMemory &operator=(const DeviceMemory &) = delete;

    // The bytes have all bits set, NaN as a float, so that reading what nobody wrote shows.
    void *allocate(size_t size);
    void release(void *bytes);

    // The region that holds all of [address, address + count), and where in it. Throws
    // std::runtime_error for any other address.
    struct Found {
        Region &region;
        size_t at;
    };
    Found find(uint64_t address, int count);

private:
    std::mutex mutex;
    std::map<uint64_t, Region> regions; // which stay where they are
};

} // namespace haliclr::simulator
