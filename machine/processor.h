// What the CPU is.
#pragma once

#include <string>
#include <vector>

namespace haliclr {

// Its model name; empty where the system does not tell.
std::string processor_name();

// As tuned records name it: "AMD EPYC", or "AMD EPYC, AVX-512" where it has that. Virtual machines
// give CPUs of several generations one name, and what is fast depends on the width of their
// vectors.
std::string processor_device();

// Those of its instruction sets that decide which variant of a kernel runs.
std::vector<std::string> instruction_sets();

// Those that code for a target with these features of Halide's ("-avx-avx2-f16c-fma-sse41") needs
// and this CPU lacks.
std::vector<std::string> missing_instruction_sets(const std::string &features);

// A device's name as the name of its file in schedules/tuned: small letters, digits and hyphens;
// "AMD EPYC" gives "amd-epyc".
std::string slug_of(const std::string &device);

} // namespace haliclr
