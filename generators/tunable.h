// Tunables of generators whose schedules have defaults of their own.
#pragma once

namespace haliclr {

// 0 stands for the default that `value` holds.
inline void set_if_given(int &value, int given) {
    if (given != 0) {
        value = given;
    }
}

} // namespace haliclr
