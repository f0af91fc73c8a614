// kNN on features whose neighbours are known.
#include "trainer/eval/knn.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "trainer/data/dataset.h"
#include "trainer/errors.h"
#include "trainer/eval/protocol.h"

namespace haliclr::trainer {
namespace {

// Unit vectors at these angles in degrees, each scaled differently: cosine ignores length.
at::Tensor directions(const std::vector<double> &degrees) {
    at::Tensor rows = at::empty({static_cast<int64_t>(degrees.size()), 2});
    for (size_t i = 0; i < degrees.size(); i++) {
        const double angle = degrees[i] * M_PI / 180;
        rows[i][0] = (i + 1) * std::cos(angle);
        rows[i][1] = (i + 1) * std::sin(angle);
    }
    return rows;
}

at::Tensor classes(const std::vector<int64_t> &values) {
    return at::tensor(values, at::kLong);
}

TEST(Knn, OneNeighbourDecidesAlone) {
    const at::Tensor found = knn_classes(directions({0, 40, 90, 180}), classes({2, 0, 1, 2}),
                                         directions({30, 80, 10, 200}), {.neighbours = 1});
    EXPECT_TRUE(found.equal(classes({0, 1, 2, 2}))) << found;
}

// Around 0 degrees: class 1 at 10; class 0 at 60 and at 61. Similarities 0.985, 0.5 and 0.485: with
// temperature 0.1 the near one outweighs both, with temperature 10 the two win.
TEST(Knn, TemperatureWeighsTheVotes) {
    const at::Tensor train = directions({10, 60, 61}), labels = classes({1, 0, 0});
    const at::Tensor test = directions({0});
    EXPECT_EQ(knn_classes(train, labels, test, {3, 0.1, 8}).item<int64_t>(), 1);
    EXPECT_EQ(knn_classes(train, labels, test, {3, 10, 8}).item<int64_t>(), 0);
}

TEST(Knn, MoreNeighboursThanFeaturesMeansAll) {
    EXPECT_EQ(knn_classes(directions({0, 90}), classes({1, 0}), directions({80}), {200, 0.1, 256})
                  .item<int64_t>(),
              0);
}

TEST(Knn, BlocksDoNotMatterAndATinyTemperatureIsFinite) {
    at::manual_seed(5);
    const at::Tensor train = at::randn({101, 7}), test = at::randn({53, 7});
    const at::Tensor labels = at::randint(0, 4, {101}, at::kLong);
    const at::Tensor whole = knn_classes(train, labels, test, {20, 0.1, 1000});
    EXPECT_TRUE(whole.equal(knn_classes(train, labels, test, {20, 0.1, 1})));
    EXPECT_TRUE(whole.equal(knn_classes(train, labels, test, {20, 0.1, 13})));
    const at::Tensor nearest = knn_classes(train, labels, test, {1, 0.1, 64});
    EXPECT_TRUE(nearest.equal(knn_classes(train, labels, test, {20, 1e-7, 64})));
}

TEST(Accuracy, IsAShareInPercent) {
    EXPECT_DOUBLE_EQ(accuracy_percent(classes({1, 2, 3, 4}), classes({1, 0, 3, 4})), 75);
}

TEST(Protocol, RefusesImagesWithoutLabels) {
    ImageSet images = load_images("synthetic:4", Split::Test);
    require_labels(images);
    images.labels = images.labels.clone();
    images.labels[2] = -1;
    EXPECT_THROW(require_labels(images), DataError);
}

} // namespace
} // namespace haliclr::trainer
