// Sets of sectors and of words, request by request.
#include "tests/simulator/traffic.h"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <set>

namespace haliclr::simulator {

namespace {

constexpr uint64_t sector_bytes = 32, line_bytes = 128, word_bytes = 4, banks = 32;

// Words, or sectors, that hold the bytes of all lanes.
std::set<uint64_t> units(const std::vector<uint64_t> &addresses, int bytes, uint64_t unit) {
    std::set<uint64_t> found;
    for (const uint64_t address : addresses) {
        for (uint64_t at = address / unit; at * unit < address + bytes; ++at) {
            found.insert(at);
        }
    }
    return found;
}

int64_t quotient_up(size_t a, uint64_t b) {
    return static_cast<int64_t>((a + b - 1) / b);
}

} // namespace

// Lanes that read one word share it. Vectors go in parts of as many lanes as fill the banks.
int64_t Traffic::passes(const std::vector<uint64_t> &addresses, int bytes) {
    const size_t words = std::max<size_t>(1, static_cast<size_t>(bytes) / word_bytes);
    const size_t lanes = std::max<size_t>(1, banks / words);
    int64_t all = 0;
    for (size_t first = 0; first < addresses.size(); first += lanes) {
        const size_t end = std::min(first + lanes, addresses.size());
        const std::vector<uint64_t> part(addresses.begin() + static_cast<ptrdiff_t>(first),
                                         addresses.begin() + static_cast<ptrdiff_t>(end));
        std::vector<int64_t> of_bank(banks);
        for (const uint64_t word : units(part, bytes, word_bytes)) {
            ++of_bank[word % banks];
        }
        all += *std::max_element(of_bank.begin(), of_bank.end());
    }
    return all;
}

void Traffic::touch(const Function &function, const Instruction &instruction, int lane,
                    uint64_t address) {
    const auto number = static_cast<size_t>(&instruction - function.instructions.data());
    const int elements = static_cast<int>(instruction.operands.size()) - 1;
    totals.try_emplace(number, Total{instruction.opcode, instruction.space == Space::shared,
                                     instruction.bytes * elements});
    const size_t occurrence = occurrences[{number, static_cast<size_t>(lane)}]++;
    requests[{number, occurrence}].push_back(address);
}

void Traffic::end_of_warp() {
    for (const auto &[request, addresses] : requests) {
        Total &total = totals.at(request.instruction);
        const size_t needed = units(addresses, total.bytes, 1).size();
        const auto count = [&](uint64_t unit) {
            return static_cast<int64_t>(units(addresses, total.bytes, unit).size());
        };
        ++total.requests;
        total.taken += total.is_shared ? passes(addresses, total.bytes) : count(sector_bytes);
        total.lines += total.is_shared ? 0 : count(line_bytes);
        total.needed += quotient_up(needed, total.is_shared ? banks * word_bytes : sector_bytes);
    }
    requests.clear();
    occurrences.clear();
}

void Traffic::write(std::ostream &out, const std::vector<int> &lines) const {
    constexpr int64_t least_percent = 5;
    int64_t all[2] = {0, 0}, requests = 0, cache_lines = 0;
    for (const auto &[number, total] : totals) {
        all[total.is_shared] += total.taken;
        requests += total.is_shared ? 0 : total.requests;
        cache_lines += total.lines;
    }
    out << "             device memory: " << requests << " requests, " << cache_lines << " lines, "
        << all[0] << " sectors; shared memory: " << all[1] << " passes\n";
    for (const auto &[number, total] : totals) {
        const int64_t percent = 100 * total.taken / all[total.is_shared];
        if (percent < least_percent || 2 * total.taken < 3 * total.needed) {
            continue;
        }
        const auto of_request = [&, count = total.requests](int64_t sum) {
            return static_cast<double>(sum) / static_cast<double>(count);
        };
        out << "             line " << lines[number] << ", " << total.opcode << ": "
            << of_request(total.taken) << (total.is_shared ? " passes" : " sectors")
            << " a request where " << of_request(total.needed) << " would do, " << percent
            << "% of them all\n";
    }
}

} // namespace haliclr::simulator
