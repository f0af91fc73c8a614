// The tunables of a kernel and the values to try: schedules/tunables.json read for one machine.
#pragma once

#include "tuner/machine.h"
#include "tuner/tables.h"

#include <map>
#include <string>
#include <vector>

namespace haliclr::tuner {

// Tunable -> value. Every candidate names all tunables of its space.
using Values = std::map<std::string, int>;

// "images_per_task=4 vector_width=8"; "no tunables" where empty.
std::string to_text(const Values &values);

struct Tunable {
    std::string name;
    std::vector<int> values; // ascending, the standard one among them
    int standard;            // what the schedule takes without a record
};

struct Space {
    std::vector<Tunable> tunables;

    Values standard() const;
    std::vector<Values> all() const;
    // What a record holds: the values that differ from the standard ones.
    Values differing(const Values &values) const;
    // Whether all these tunables exist.
    bool knows(const Values &record) const;
    // The candidate of a record, whose further tunables have their standard values.
    Values completed(const Values &record) const;
};

// Kernels that share a layout in memory must agree on block_rows, so it is not tunable for them.
Space space_of(const Kernel &kernel, const Machine &machine);

// Whether thread_rows is tunable for a kernel of views: not where they are made in shared memory.
bool goes_by_tiles(const Kernel &kernel);
// Whether blur_rows is: where some of such views are blurred.
bool blurs_by_tiles(const Kernel &kernel);

// What 0 stands for: the schedule's own value on this machine.
int schedule_value(const std::string &generator, const std::string &tunable,
                   const Machine &machine);

} // namespace haliclr::tuner
