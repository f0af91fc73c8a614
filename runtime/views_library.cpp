// The torch operators haliclr::view_columns, view_draws and views, for Python and C++ users of
// LibTorch.
#include "runtime/ops/views.h"

#include <torch/library.h>

namespace haliclr::runtime {
namespace {

at::Tensor draw_views(c10::string_view recipe, const at::Tensor &table, const at::Tensor &ids,
                      int64_t seed, int64_t epoch) {
    return view_draws(std::string(recipe), table, ids, seed, epoch);
}

at::Tensor make_views(c10::string_view recipe, const at::Tensor &bytes, const at::Tensor &table,
                      const at::Tensor &draws, int64_t size, std::optional<at::ScalarType> dtype,
                      bool channels_last) {
    return views(std::string(recipe), bytes, table, draws, size, dtype, channels_last);
}

// Shapes alone, for fake tensors.
namespace shapes {

at::Tensor view_draws(c10::string_view recipe, const at::Tensor &table, const at::Tensor &, int64_t,
                      int64_t) {
    const auto columns = static_cast<int64_t>(view_columns(std::string(recipe)).size());
    return at::empty_symint({table.sym_size(0) * 2, columns}, table.options().dtype(at::kFloat));
}

at::Tensor views(c10::string_view, const at::Tensor &, const at::Tensor &, const at::Tensor &draws,
                 int64_t size, std::optional<at::ScalarType> dtype, bool channels_last) {
    const auto format =
        channels_last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
    return at::empty_symint({draws.sym_size(0), 3, size, size},
                            draws.options().dtype(dtype.value_or(at::kFloat)), format);
}

} // namespace shapes

} // namespace

TORCH_LIBRARY_FRAGMENT(haliclr, library) {
    const std::vector<at::Tag> tags{at::Tag::pt2_compliant_tag};
    library.def("view_columns(str recipe) -> str[]",
                [](c10::string_view recipe) { return view_columns(std::string(recipe)); });
    library.def(
        "view_draws(str recipe, Tensor image_table, Tensor ids, int seed, int epoch) -> Tensor",
        tags);
    library.def("views(str recipe, Tensor bytes, Tensor image_table, Tensor draws, int size, *, "
                "ScalarType? dtype=None, bool channels_last=False) -> Tensor",
                tags);
}

TORCH_LIBRARY_IMPL(haliclr, CompositeExplicitAutograd, library) {
    library.impl("view_draws", draw_views);
    library.impl("views", make_views);
}

TORCH_LIBRARY_IMPL(haliclr, Meta, library) {
    library.impl("view_draws", shapes::view_draws);
    library.impl("views", shapes::views);
}

} // namespace haliclr::runtime
