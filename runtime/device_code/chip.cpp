// Limits of chips, and NVIDIA's rules of allocation.
#include "runtime/device_code/chip.h"

#include <algorithm>
#include <array>

namespace haliclr::device_code {
namespace {

constexpr int kib = 1024;

constexpr std::array<Chip, 11> chips{{
    {80, 2048, 32, 164 * kib, 163 * kib},
    {86, 1536, 16, 100 * kib, 99 * kib},
    {87, 1536, 16, 164 * kib, 163 * kib},
    {88, 1536, 16, 100 * kib, 99 * kib},
    {89, 1536, 24, 100 * kib, 99 * kib},
    {90, 2048, 32, 228 * kib, 227 * kib},
    {100, 2048, 32, 228 * kib, 227 * kib},
    {103, 2048, 32, 228 * kib, 227 * kib},
    {110, 1536, 24, 228 * kib, 227 * kib},
    {120, 1536, 24, 100 * kib, 99 * kib},
    {121, 1536, 24, 100 * kib, 99 * kib},
}};

constexpr int warp = 32;
constexpr int quarters = 4;              // of an SM, each with its own registers
constexpr int register_unit = 256;       // a warp's registers are given in such pieces
constexpr int shared_unit = 128;         // bytes
constexpr int reserved_shared = 1 * kib; // of each block, for the system

constexpr int round_up(int value, int unit) {
    return (value + unit - 1) / unit * unit;
}

} // namespace

const Chip &chip_of(int number) {
    const Chip *found = &chips.front();
    for (const Chip &chip : chips) {
        if (chip.number / 10 == number / 10 && chip.number <= number) {
            found = &chip;
        }
    }
    return *found;
}

int resident_blocks(const Chip &chip, const BlockShape &block) {
    const int warps = round_up(block.threads, warp) / warp;
    if (block.threads > most_threads_a_block || block.shared_bytes > chip.shared_a_block) {
        return 0;
    }
    const int warp_registers = round_up(std::max(block.registers, 1) * warp, register_unit);
    const int warps_by_registers = registers_an_sm / quarters / warp_registers * quarters;
    const int shared = round_up(block.shared_bytes + reserved_shared, shared_unit);
    return std::min({chip.blocks_an_sm, chip.threads_an_sm / warp / warps,
                     warps_by_registers / warps, chip.shared_an_sm / shared});
}

} // namespace haliclr::device_code
