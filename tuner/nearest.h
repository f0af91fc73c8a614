// The known word nearest to a mistyped one, for error messages.
#pragma once

#include <string>
#include <vector>

namespace haliclr::tuner {

// The fewest letters to insert and delete; the first of equals. "" where no word is known.
std::string nearest(const std::string &word, const std::vector<std::string> &known);

} // namespace haliclr::tuner
