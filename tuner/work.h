// What a problem costs by any schedule.
#pragma once

#include <string>

namespace haliclr::tuner {

// What multiplies: a device's fp32 units, or its tensor cores with factors of a type.
enum class Arithmetic { fp32, tf32, bf16 };

// The least that any schedule of a problem does, by dsl/*_work.h; 0: not counted.
struct Work {
    double bytes = 0; // read and written
    std::string bytes_of;
    double flop = 0; // two a multiply-add
    std::string flop_of;
    Arithmetic arithmetic = Arithmetic::fp32;
};

} // namespace haliclr::tuner
