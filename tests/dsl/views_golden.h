// Golden vectors of the image operators: files of tests/golden, made by the scripts beside them.
// Free of Halide, for the compiled kernels are compared with them too.
#pragma once

#include "dsl/view_sequence.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace haliclr::tests {

struct GoldenImage {
    int width = 0, height = 0;
    std::vector<uint8_t> bytes; // RGB, row by row
};

struct GoldenCase {
    std::string name, recipe;
    int image = 0, size = 0;
    std::map<std::string, float> draws; // of the columns that are not neutral
    std::vector<float> values;          // (x, y, channel), the first fastest
};

struct GoldenFile {
    std::vector<GoldenImage> images;
    std::vector<GoldenCase> cases;
};

inline std::vector<std::string> fields_of(const std::string &line) {
    std::vector<std::string> fields(1);
    for (char c : line) {
        if (c == '\t') {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    return fields;
}

inline GoldenImage golden_image(std::istream &size, const std::string &bytes) {
    std::string word;
    GoldenImage image;
    size >> word >> image.width >> image.height;
    std::istringstream stream(bytes);
    for (int value; stream >> value;) {
        image.bytes.push_back(static_cast<uint8_t>(value));
    }
    return image;
}

inline GoldenCase golden_case(const std::vector<std::string> &fields, const std::string &values) {
    GoldenCase found{
        fields.at(0), fields.at(3), std::stoi(fields.at(1)), std::stoi(fields.at(2)), {}, {}};
    std::istringstream draws(fields.at(4));
    for (std::string one; draws >> one;) {
        const size_t equals = one.find('=');
        found.draws[one.substr(0, equals)] = std::stof(one.substr(equals + 1));
    }
    std::istringstream stream(values);
    for (double millionths; stream >> millionths;) {
        found.values.push_back(static_cast<float>(millionths * 1e-6));
    }
    return found;
}

inline GoldenFile read_golden(const std::string &name) {
    const auto folder = std::filesystem::path(__FILE__).parent_path().parent_path() / "golden";
    std::ifstream file(folder / name);
    std::string line, values;
    if (!std::getline(file, line)) {
        throw std::runtime_error("cannot read " + (folder / name).string());
    }
    GoldenFile golden;
    while (std::getline(file, line) && std::getline(file, values)) {
        if (line.starts_with("image ")) {
            std::istringstream size(line);
            golden.images.push_back(golden_image(size, values));
        } else {
            golden.cases.push_back(golden_case(fields_of(line), values));
        }
    }
    return golden;
}

// The row of draws of a case in a sequence: what it does not name is neutral.
inline std::vector<float> golden_draws(const GoldenCase &one, const dsl::ViewSequence &sequence,
                                       const GoldenImage &image) {
    std::vector<float> row;
    for (const dsl::DrawColumnForm &column : sequence.columns) {
        row.push_back(column.neutral);
    }
    if (sequence.steps[0].name == "crop") { // the whole image
        row[2] = static_cast<float>(image.width);
        row[3] = static_cast<float>(image.height);
    }
    for (const auto &[column, value] : one.draws) {
        row.at(sequence.column_index(column)) = value;
    }
    return row;
}

// The case's largest difference from a view's values; infinite where one of them is no number.
inline double golden_difference(const GoldenCase &one, const float *view) {
    double worst = 0;
    for (size_t i = 0; i < one.values.size(); i++) {
        const double error = std::abs(view[i] - one.values[i]);
        worst = std::max(worst, std::isnan(error) ? INFINITY : error);
    }
    return worst;
}

// Whether one of three sequences that every build compiles carries the recipe. The compiled kernels
// are compared with these cases; the schedules, compiled in the test, with the others.
inline bool is_carried_by_every_build(const std::string &recipe) {
    static const char *const sequences[] = {
        dsl::stock_recipe,
        "crop(0.08, 1) | flip | rotate | jitter(0.8, 0.8, 0.8, 0.2) | grey@0.2 | equalize | "
        "blur(0.1, 2) | sobel | solarize(0.5) | noise(0.1, 0.3) | cutout(0.02, 0.33) | "
        "normalize(imagenet)",
        "simclr: crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2) | grey | blur(0.1, 2)"};
    return std::any_of(std::begin(sequences), std::end(sequences), [&](const char *text) {
        return dsl::strengths_of(dsl::parse_recipe(recipe),
                                 dsl::sequence_of(dsl::parse_recipe(text)))
            .has_value();
    });
}

} // namespace haliclr::tests
