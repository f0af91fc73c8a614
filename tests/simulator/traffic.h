// What the lanes of a warp ask memory for together: sectors of 32 bytes of device memory, the lines
// of 128 bytes in which they lie, of which the first-level cache gives one at a time, and passes
// over the banks of shared memory, of which each gives one word of 32 bits a pass.
#pragma once

#include "tests/simulator/program.h"

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace haliclr::simulator {

// Of one function. Accesses of lanes belong together that are their instruction's nth since the
// last barrier, which is so where lanes take the same branches.
class Traffic {
public:
    // By the current warp.
    void touch(const Function &function, const Instruction &instruction, int lane,
               uint64_t address);
    // The warp has come to a barrier, a product or its end.
    void end_of_warp();

    // What the function takes, then a line an instruction that takes at least a twentieth of the
    // sectors or passes of the function, and half more than its bytes need:
    //
    //     device memory: 1920 requests, 3840 lines, 7680 sectors; shared memory: 960 passes
    //     line 1989, ld.shared.b32: 32.0 passes a request where 1.0 would do, 27% of them all
    void write(std::ostream &out, const std::vector<int> &lines) const;

private:
    struct Total {
        std::string opcode;
        bool is_shared;
        int bytes; // of a lane
        int64_t requests = 0, taken = 0, needed = 0, lines = 0;
    };
    struct Request {
        size_t instruction, occurrence;
        auto operator<=>(const Request &) const = default;
    };

    std::map<size_t, Total> totals; // by instruction
    std::map<Request, std::vector<uint64_t>> requests;
    std::map<Request, size_t> occurrences; // of an instruction by a lane, as far as it came

    static int64_t passes(const std::vector<uint64_t> &addresses, int bytes);
};

} // namespace haliclr::simulator
