// One case of the fuzzer: what to compile, at which size. All of it follows from the case's seed.
#pragma once

#include "tuner/machine.h"
#include "tuner/shape.h"
#include "tuner/space.h"
#include "tuner/tables.h"

#include <cstdint>
#include <string>
#include <vector>

namespace haliclr::tuner {

struct FuzzCase {
    uint64_t seed;
    Kernel kernel; // draws and views: with a random recipe; views also size, precision and layout
    Shape shape;
    Values values; // of the schedule's tunables

    // "views, float16 channels_last, 6 views of 7x7 from ..., recipe ..., vector_width=8".
    std::string text() const;
};

// The seed of the run's case number `index`.
uint64_t case_seed(uint64_t run_seed, uint64_t index);

// Draws the generator first, then one of its operators, so that families with many kernels get no
// more cases than others. The rest does not depend on what there was to choose from: the same seed
// with only the drawn operator is the same case. Of the machine it depends on the back end and on
// the limits of vectors, threads a block and shared memory.
FuzzCase draw_case(uint64_t seed, const std::vector<Kernel> &operators, const Machine &machine);

} // namespace haliclr::tuner
