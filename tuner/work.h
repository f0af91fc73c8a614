// What a problem costs by any schedule.
#pragma once

#include <string>

namespace haliclr::tuner {

// The least that any schedule of a problem does, by dsl/*_work.h; 0: not counted.
struct Work {
    double bytes = 0; // read and written
    std::string bytes_of;
    double flop = 0; // two a multiply-add
    std::string flop_of;
    std::string factors = "fp32"; // or tf32 or bf16, on tensor cores
};

} // namespace haliclr::tuner
