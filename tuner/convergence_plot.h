// How each search converged, as a picture.
#pragma once

#include "tuner/tune.h"

#include <filesystem>
#include <vector>

namespace haliclr::tuner {

// An SVG with a panel an operator: a dot a candidate in the order of trying, the best so far as a
// line, the schedule's own values dashed. Throws a UsageError where it cannot be written.
void write_convergence_plot(const std::filesystem::path &file, const std::vector<Tuning> &tunings);

} // namespace haliclr::tuner
