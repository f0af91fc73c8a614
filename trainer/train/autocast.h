// LibTorch's automatic mixed precision, for the length of a scope.
#pragma once

#include <c10/core/Device.h>

#include <string>

namespace haliclr::trainer {

// precision: fp32 (does nothing) | bf16.
class Autocast {
public:
    Autocast(const std::string &precision, at::Device device);
    ~Autocast();
    Autocast(const Autocast &) = delete;
    Autocast &operator=(const Autocast &) = delete;

private:
    bool active;
    at::DeviceType device;
};

} // namespace haliclr::trainer
