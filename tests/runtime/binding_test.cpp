// Tensors as Halide buffers, the choice of a back end, and failures inside kernels.
#include "runtime/binding/buffer.h"
#include "runtime/binding/call.h"
#include "runtime/ops/kernels.h"
#include "tests/runtime/backends.h"

#include <ATen/ATen.h>

namespace haliclr::runtime {
namespace {

using Access = TensorBuffer::Access;

TEST(TensorBuffer, ReversesDimensionsAndKeepsStridesAndOffset) {
    const at::Tensor whole = at::arange(60, at::kFloat).view({5, 4, 3});
    const at::Tensor part = whole.slice(0, 1, 4).slice(1, 1, 3); // [3, 2, 3], strides 12, 3, 1
    ErrorSink errors;
    TensorBuffer buffer("op", "part", part, Backend::cpu, Access::read, errors);
    const halide_buffer_t &found = *buffer.get();
    ASSERT_EQ(found.dimensions, 3);
    const int extents[] = {3, 2, 3}, strides[] = {1, 3, 12};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(found.dim[i].min, 0);
        EXPECT_EQ(found.dim[i].extent, extents[i]);
        EXPECT_EQ(found.dim[i].stride, strides[i]);
    }
    EXPECT_EQ(*reinterpret_cast<const float *>(found.host), part[0][0][0].item<float>());
    EXPECT_EQ(found.host, static_cast<const void *>(part.const_data_ptr()));
    EXPECT_TRUE(found.type == halide_type_of<float>());
}

TEST(TensorBuffer, RefusesWhatKernelsCannotRead) {
    ErrorSink errors;
    auto bind = [&](const at::Tensor &tensor) {
        TensorBuffer buffer("op", "x", tensor, Backend::cpu, Access::read, errors);
    };
    EXPECT_REFUSED(bind(at::zeros({3}, at::kDouble)), "[op] x: dtype Double", "convert");
    EXPECT_REFUSED(bind(at::zeros({3, 4}).t()), "[op] x: strides [1, 4]", ".contiguous()");
    EXPECT_REFUSED(bind(at::zeros({1, 1, 1, 1, 2})), "[op] x: 5 dimensions", "at most 4");
    EXPECT_REFUSED(bind(at::zeros({2, 2}).to_sparse()), "[op] x: layout Sparse", "dense");
    EXPECT_REFUSED(bind(at::empty({1}, at::kByte).expand({1LL << 31, 1})), "[op] x: shape", "2^31");
    EXPECT_REFUSED(bind(at::empty({3}, at::device(at::kMeta))), "[op] x: on meta", "move it");
}

TEST(Backend, FollowsTheDeviceUnlessForced) {
    EXPECT_EQ(backend_for("ntxent", at::kCPU), "cpu");
    EXPECT_EQ(backend_for("ntxent", at::kCUDA), "cuda");
    const ForcedBackend forced("cpu");
    EXPECT_EQ(backend_for("ntxent", at::kCPU), "cpu");
    EXPECT_REFUSED(backend_for("ntxent", at::kCUDA), "[ntxent] HALICLR_BACKEND=cpu", "cuda",
                   "unset");
}

TEST(Backend, RefusesUnknownNamesAndDevices) {
    EXPECT_REFUSED(backend_for("views", at::kMeta), "[views] device meta", "move the tensors");
    const ForcedBackend forced("metal");
    EXPECT_REFUSED(backend_for("views", at::kCPU), "[views] HALICLR_BACKEND=metal",
                   "cpu, cuda or opencl");
    for (const OperatorInfo &info : describe_backends()) {
        EXPECT_EQ(info.backend, "none");
        EXPECT_NE(info.reason.find("metal"), std::string::npos);
    }
}

TEST(Backend, DescribesEveryOperator) {
    const auto list = describe_backends();
    ASSERT_EQ(list.size(), 4u);
    for (const OperatorInfo &info : list) {
        EXPECT_TRUE(info.backend == "cpu" || info.backend == "cuda") << info.backend;
        EXPECT_FALSE(info.reason.empty());
    }
}

// A kernel that refuses its arguments returns; the process goes on and the text reaches the caller.
TEST(KernelCall, HalideErrorsBecomeExceptions) {
    const at::Tensor z = at::ones({4, 3}), unit = at::empty({4, 32});
    const at::Tensor inverse_norms = at::empty({2}); // 4 needed
    KernelCall call("unit_rows", at::kCPU);
    const int status = kernels::unit_rows.cpu(call.context(), call.read("z", z),
                                              call.write("inverse_norms", inverse_norms),
                                              call.write("unit", unit));
    EXPECT_NE(status, 0);
    EXPECT_REFUSED(call.finish(status), "[unit_rows] the cpu kernel failed", "inverse_norms");
}

} // namespace
} // namespace haliclr::runtime
