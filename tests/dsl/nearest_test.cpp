// The known word nearest to a typing error.
#include "dsl/nearest.h"

#include <gtest/gtest.h>

namespace haliclr {
namespace {

TEST(Nearest, TakesTheFewestInsertionsAndDeletions) {
    EXPECT_EQ(nearest("view", {"lars", "views", "views_32"}), "views");
    EXPECT_EQ(nearest("ntxent_foward", {"ntxent_backward", "ntxent_forward"}), "ntxent_forward");
    EXPECT_EQ(nearest("batch", {"epochs", "batch_size"}), "batch_size");
    EXPECT_EQ(nearest("x", {}), "");
}

} // namespace
} // namespace haliclr
