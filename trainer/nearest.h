// The known word that is closest to an unknown one, for error messages.
#pragma once

#include <string>
#include <vector>

namespace haliclr::trainer {

// By edit distance (insertions, deletions, substitutions); the earliest of equals. known is not
// empty.
std::string nearest(const std::string &word, const std::vector<std::string> &known);

} // namespace haliclr::trainer
