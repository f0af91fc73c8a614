// The known word nearest to a mistyped one, for error messages.
#pragma once

#include <string>
#include <vector>

namespace haliclr::trainer {

// The fewest letters to insert and delete, so that "batch" is nearer to "batch_size" than to
// "epochs"; the first of equals. "" where no word is known.
std::string nearest(const std::string &word, const std::vector<std::string> &known);

} // namespace haliclr::trainer
