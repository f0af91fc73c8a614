// Bounds by the map of allocations, races by the history of each byte.
#include "tests/simulator/memory.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>

namespace haliclr::simulator {

namespace {

constexpr std::align_val_t alignment{256}; // as cudaMalloc's

std::string hexadecimal(uint64_t number) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(number));
    return text;
}

} // namespace

void Touched::add(const Place &other) {
    const bool first = place.launch != other.launch;
    const bool same_block = !first && place.block == other.block;
    const bool same_phase = same_block && place.phase == other.phase;
    // What came before the last barrier of its own block is ordered, and forgotten.
    const bool others = same_phase && place.thread != other.thread;
    const bool other_blocks = !first && !same_block;
    place = other;
    place.thread = others ? several : place.thread;
    place.block = other_blocks ? several : place.block;
}

const char *History::reads(const Place &place, bool read_only) {
    if (read.place == place && read_only == (read_only_in == place.launch)) {
        return nullptr; // whatever came since was checked against this
    }
    const bool agreed = agreed_in == place.launch;
    if (written.place.launch == place.launch && read_only) {
        return "reads as read-only what this launch writes";
    }
    if (!agreed && written.races_with(place)) {
        return "reads what another thread writes, with no barrier between";
    }
    read.add(place);
    read_only_in = read_only ? place.launch : read_only_in;
    return nullptr;
}

const char *History::writes(const Place &place, bool same_value) {
    if (read_only_in == place.launch) {
        return "writes what this launch reads as read-only";
    }
    // Tiles at an edge are shifted inwards and write some values twice, which changes nothing.
    const bool other_wrote = written.races_with(place);
    if (other_wrote && !same_value) {
        return "writes what another thread writes, with no barrier between";
    }
    if (!same_value && read.races_with(place)) {
        return "writes what another thread reads, with no barrier between";
    }
    agreed_in = other_wrote ? place.launch : same_value ? agreed_in : 0;
    written.add(place);
    return nullptr;
}

// Each part of an element takes its history over.
void Region::divide(size_t count) {
    if (element == 0) {
        element = count;
        histories.resize((extent + count - 1) / count);
        return;
    }
    std::vector<History> parts;
    for (size_t at = 0; at < extent; at += count) {
        parts.push_back(histories[at / element]);
    }
    element = count;
    histories = std::move(parts);
}

template <typename Check>
void Region::for_each(size_t at, int count, const Check &check) {
    const auto bytes_of_access = static_cast<size_t>(count);
    if (element == 0 || bytes_of_access < element) {
        divide(bytes_of_access);
    }
    for (size_t k = at / element; k * element < at + bytes_of_access; ++k) {
        if (const char *wrong = check(histories[k])) {
            throw std::runtime_error(wrong);
        }
    }
}

uint64_t Region::read(size_t at, int count, const Place &place, bool read_only) {
    for_each(at, count, [&](History &history) { return history.reads(place, read_only); });
    uint64_t value = 0;
    std::memcpy(&value, bytes + at, count);
    return value;
}

void Region::write(size_t at, int count, uint64_t value, const Place &place) {
    const bool same = std::memcmp(bytes + at, &value, count) == 0;
    for_each(at, count, [&](History &history) { return history.writes(place, same); });
    std::memcpy(bytes + at, &value, count);
}

DeviceMemory::~DeviceMemory() {
    for (const auto &[address, region] : regions) {
        ::operator delete(reinterpret_cast<void *>(address), alignment);
    }
}

// By the allocator itself, so that a sanitizer knows where the bytes end.
void *DeviceMemory::allocate(size_t size) {
    void *const bytes = ::operator new(std::max<size_t>(size, 1), alignment);
    std::memset(bytes, 0xff, size);
    const std::lock_guard lock(mutex);
    regions.try_emplace(reinterpret_cast<uint64_t>(bytes), static_cast<uint8_t *>(bytes), size);
    return bytes;
}

void DeviceMemory::release(void *bytes) {
    const std::lock_guard lock(mutex);
    if (regions.erase(reinterpret_cast<uint64_t>(bytes)) == 0) {
        throw std::runtime_error("memory is released that was not allocated");
    }
    ::operator delete(bytes, alignment);
}

DeviceMemory::Found DeviceMemory::find(uint64_t address, int count) {
    const std::lock_guard lock(mutex);
    const auto next = regions.upper_bound(address);
    if (next != regions.begin()) {
        auto &[begin, region] = *std::prev(next);
        if (address + count <= begin + region.size()) {
            return {region, address - begin};
        }
    }
    throw std::runtime_error("no allocation holds the address " + hexadecimal(address));
}

} // namespace haliclr::simulator
