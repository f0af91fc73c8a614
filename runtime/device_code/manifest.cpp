// The list of kernels, and files as text.
#include "runtime/device_code/manifest.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace haliclr::device_code {
namespace {

void read_line(const std::string &line, std::vector<Kernel> &kernels) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    if (kind == "kernel") {
        Kernel &kernel = kernels.emplace_back();
        words >> kernel.name >> kernel.embedded >> kernel.ptx >> kernel.statement;
    } else if (kind == "image" && !kernels.empty()) {
        Image &image = kernels.back().images.emplace_back();
        words >> image.chip >> image.cubin >> image.ptxas_output;
    } else {
        throw std::runtime_error("a line that starts with '" + kind + "'");
    }
    if (!words) {
        throw std::runtime_error("too few words in '" + line + "'");
    }
}

} // namespace

std::vector<Kernel> read_manifest(const std::string &file) {
    std::vector<Kernel> kernels;
    std::istringstream lines(read_file(file));
    for (std::string line; std::getline(lines, line);) {
        try {
            read_line(line, kernels);
        } catch (const std::runtime_error &error) {
            throw std::runtime_error(file + ": " + error.what() + ": configure again");
        }
    }
    return kernels;
}

std::string read_file(const std::string &file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    // Copying nothing, as of a build without CUDA kernels, counts as a failure of the stream.
    const bool is_empty =
        stream && stream.peek() == std::ifstream::traits_type::eof() && !stream.bad();
    if (!is_empty) {
        text << stream.rdbuf();
    }
    if (!stream || !text) {
        throw std::runtime_error(file + ": cannot be read: build its target again");
    }
    return text.str();
}

void write_file(const std::string &file, const std::string &text) {
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    if (!stream.flush()) {
        throw std::runtime_error(file + ": cannot be written: is the disk full?");
    }
}

} // namespace haliclr::device_code
