// Applies kNN and linear evaluation to one set of features.
#include "trainer/eval/protocol.h"

#include <ATen/ATen.h>

#include "trainer/errors.h"

namespace haliclr::trainer {

void require_labels(const ImageSet &images) {
    if (images.labels.numel() == 0 || images.labels.min().item<int64_t>() < 0) {
        throw DataError("[eval] " + images.description +
                        ": not every image has a label; evaluate on labelled images");
    }
}

Accuracy evaluate(const std::string &name, const at::Tensor &train, const at::Tensor &test,
                  const ImageSet &train_images, const ImageSet &test_images,
                  const Protocol &protocol) {
    const at::Tensor train_labels = train_images.labels.to(train.device());
    const at::Tensor test_labels = test_images.labels.to(test.device());
    Accuracy accuracy{name, train.size(1), std::nullopt, std::nullopt};
    if (protocol.with_knn) {
        accuracy.knn =
            accuracy_percent(knn_classes(train, train_labels, test, protocol.knn), test_labels);
    }
    if (protocol.with_linear) {
        const LinearClassifier classifier = fit_linear(train, train_labels, protocol.linear);
        accuracy.linear = accuracy_percent(linear_classes(classifier, test), test_labels);
    }
    return accuracy;
}

} // namespace haliclr::trainer
