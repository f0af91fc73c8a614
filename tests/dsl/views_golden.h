// Golden vectors of the image operators: files of tests/golden, made by the scripts beside them.
#pragma once

#include "tests/dsl/views_case.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

namespace haliclr::tests {

struct GoldenCase {
    std::string name, recipe;
    int image = 0, size = 0;
    std::map<std::string, float> draws; // of the columns that are not neutral
    std::vector<float> values;          // (x, y, channel), the first fastest
};

struct GoldenFile {
    std::vector<ImageBatch> images; // one image each
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

inline ImageBatch golden_image(std::istream &size, const std::string &bytes) {
    std::string word;
    int width = 0, height = 0;
    size >> word >> width >> height;
    ImageBatch batch = random_images({{width, height}});
    std::istringstream stream(bytes);
    for (int i = 0; i < batch.bytes.width(); i++) {
        int value = -1;
        stream >> value;
        batch.bytes(i) = static_cast<uint8_t>(value);
    }
    return batch;
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
                                       const ImageBatch &image) {
    std::vector<float> row;
    for (const dsl::DrawColumnForm &column : sequence.columns) {
        row.push_back(column.neutral);
    }
    if (sequence.steps[0].name == "crop") { // the whole image
        row[2] = image.table(2, 0);
        row[3] = image.table(1, 0);
    }
    for (const auto &[column, value] : one.draws) {
        row.at(sequence.column_index(column)) = value;
    }
    return row;
}

} // namespace haliclr::tests
