// The evaluation that every set of features goes through alike.
#pragma once

#include <optional>
#include <string>

#include "trainer/data/dataset.h"
#include "trainer/eval/knn.h"
#include "trainer/eval/linear.h"

namespace haliclr::trainer {

struct Protocol {
    bool with_knn = true;
    bool with_linear = true;
    KnnOptions knn;
    LinearOptions linear;
};

struct Accuracy {
    std::string features; // raw | untrained | trained
    int64_t dimensions = 0;
    std::optional<double> knn; // percent of the test images
    std::optional<double> linear;
};

// Throws DataError unless each image of both sets has a label.
void require_labels(const ImageSet &images);

// train: float32 [N, D], test: float32 [M, D], features of the two sets in their order.
Accuracy evaluate(const std::string &name, const at::Tensor &train, const at::Tensor &test,
                  const ImageSet &train_images, const ImageSet &test_images,
                  const Protocol &protocol);

} // namespace haliclr::trainer
