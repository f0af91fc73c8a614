// How many training images a data set has, and of what size, without reading them.
#pragma once

#include <cstdint>
#include <string>

namespace haliclr::trainer {

struct ImageCount {
    int64_t images;
    std::string source; // for people: "counted", "as published"
    // Of every image; zeros where only absent files would tell.
    int64_t height = 0, width = 0;
};

// Of the SPEC's files where they are there, by their sizes or headers; otherwise the published
// number. Throws UsageError for a SPEC of another form.
ImageCount count_training_images(const std::string &spec);

} // namespace haliclr::trainer
