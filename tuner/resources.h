// The resource model: which candidates cannot run, or cannot be fast, on a machine.
#pragma once

#include "tuner/machine.h"
#include "tuner/shape.h"
#include "tuner/space.h"
#include "tuner/tables.h"

#include <string>
#include <vector>

namespace haliclr::tuner {

// Why a candidate is not worth compiling, in one phrase; empty where it is. Values that the
// candidate lacks are the schedule's own.
std::string why_pruned(const Kernel &kernel, const Values &values, const Shape &shape,
                       const Machine &machine);

struct Pruned {
    Values values;
    std::string reason;
};

struct Candidates {
    std::vector<Values> legal; // the standard one is always among them
    std::vector<Pruned> pruned;
};

Candidates candidates_of(const Kernel &kernel, const Space &space, const Shape &shape,
                         const Machine &machine);

} // namespace haliclr::tuner
