// The torch operators of the gathered form (runtime/ops/gathered.h), for any process group.
#include "runtime/ops/gathered.h"

#include <torch/library.h>

#include <string>
#include <tuple>

namespace haliclr::runtime {
namespace {

using Two = std::tuple<at::Tensor, at::Tensor>;

Two forward_rows(const at::Tensor &z_all, int64_t rank, int64_t ranks, c10::string_view loss,
                 double temperature, double margin, bool semi_hard) {
    GatheredForward part =
        gathered_forward(z_all, {rank, ranks}, {std::string(loss), temperature, margin, semi_hard});
    return {part.statistics, part.row_state};
}

at::Tensor backward_rows(const at::Tensor &z_all, const at::Tensor &row_states,
                         const at::Tensor &gradient, int64_t rank, int64_t ranks,
                         c10::string_view loss, double temperature, double margin, bool semi_hard) {
    return gathered_backward(z_all, row_states, gradient, {rank, ranks},
                             {std::string(loss), temperature, margin, semi_hard});
}

at::Tensor ordered(const at::Tensor &rows, int64_t ranks, int64_t dim) {
    const at::Tensor result = global_order(rows, ranks, dim);
    return result.is_alias_of(rows) ? result.clone() : result; // an operator returns new memory
}

// Shapes alone, for fake tensors.
namespace shapes {

Two forward_rows(const at::Tensor &z_all, int64_t, int64_t ranks, c10::string_view, double, double,
                 bool) {
    const auto options = z_all.options().dtype(at::kFloat);
    return {at::empty({3}, options), at::empty_symint({3, z_all.sym_size(0) / ranks}, options)};
}

at::Tensor backward_rows(const at::Tensor &z_all, const at::Tensor &, const at::Tensor &, int64_t,
                         int64_t ranks, c10::string_view, double, double, bool) {
    return at::empty_symint({z_all.sym_size(0) / ranks, z_all.sym_size(1)}, z_all.options());
}

at::Tensor ordered(const at::Tensor &rows, int64_t, int64_t) {
    return at::empty_symint(rows.sym_sizes(), rows.options());
}

} // namespace shapes

} // namespace

TORCH_LIBRARY_FRAGMENT(haliclr, library) {
    const std::vector<at::Tag> tags{at::Tag::pt2_compliant_tag};
    library.def("pairwise_gathered_forward(Tensor z_all, int rank, int ranks, str loss, *, "
                "float temperature=0.5, float margin=0.4, bool semi_hard=False) -> "
                "(Tensor statistics, Tensor row_state)",
                tags);
    library.def("pairwise_gathered_backward(Tensor z_all, Tensor row_states, Tensor gradient, "
                "int rank, int ranks, str loss, *, float temperature=0.5, float margin=0.4, "
                "bool semi_hard=False) -> Tensor",
                tags);
    library.def("gathered_order(Tensor rows, int ranks, int dim=0) -> Tensor", tags);
}

TORCH_LIBRARY_IMPL(haliclr, CompositeExplicitAutograd, library) {
    library.impl("pairwise_gathered_forward", forward_rows);
    library.impl("pairwise_gathered_backward", backward_rows);
    library.impl("gathered_order", ordered);
}

TORCH_LIBRARY_IMPL(haliclr, Meta, library) {
    library.impl("pairwise_gathered_forward", shapes::forward_rows);
    library.impl("pairwise_gathered_backward", shapes::backward_rows);
    library.impl("gathered_order", shapes::ordered);
}

} // namespace haliclr::runtime
