// Whether an exception means that memory ran out, in whichever form it comes.
#pragma once

#include <c10/util/Exception.h>

#include <new>
#include <string>

namespace haliclr::trainer {

inline bool is_out_of_memory(const std::exception &error) {
    if (dynamic_cast<const c10::OutOfMemoryError *>(&error) != nullptr ||
        dynamic_cast<const std::bad_alloc *>(&error) != nullptr) {
        return true;
    }
    // LibTorch's CPU allocator has no exception type of its own.
    const auto *torch = dynamic_cast<const c10::Error *>(&error);
    return torch != nullptr &&
           std::string(torch->what_without_backtrace()).find("can't allocate memory") !=
               std::string::npos;
}

} // namespace haliclr::trainer
