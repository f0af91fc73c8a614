// Shapes, types, numbers and overlaps of a multi-tensor update.
#include "runtime/ops/multi_tensor_check.h"

#include "runtime/binding/errors.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace haliclr::runtime {
namespace {

std::string place(const char *list, size_t index) {
    return c10::str(list, "[", index, "]");
}

struct Expectation {
    const std::string &op;
    const at::Tensor &param, &first;
    at::ScalarType type;
};

void check_tensor(const at::Tensor &tensor, const std::string &name, const Expectation &expected) {
    const auto &[op, param, first, type] = expected;
    require(tensor.defined(), op, name,
            ": undefined: give every parameter a gradient and a momentum");
    require(tensor.scalar_type() == type, op, name, ": dtype ", c10::toString(tensor.scalar_type()),
            ": keep ",
            type == at::kFloat ? "float32 tensors for the update"
                               : "gradients and copies of one type, bfloat16 or float16");
    require(tensor.device() == first.device(), op, name, ": on ", tensor.device().str(),
            ", but params[0] is on ", first.device().str(), ": move them together");
    require(tensor.sizes() == param.sizes(), op, name, ": shape ", tensor.sizes(),
            ", but its parameter has ", param.sizes(), ": give equal shapes");
    require(tensor.is_non_overlapping_and_dense(), op, name, ": strides ", tensor.strides(),
            ": not dense: call .contiguous() first");
    require(tensor.numel() <= 1 || tensor.strides() == param.strides(), op, name, ": strides ",
            tensor.strides(), ", but its parameter has ", param.strides(),
            ": give both one memory format");
}

struct Range {
    const char *begin, *end;
    bool written;
    std::string name;
};

void add_ranges(std::vector<Range> &ranges, at::TensorList list, const char *name, bool written) {
    for (size_t i = 0; i < list.size(); ++i) {
        if (list[i].numel() > 0) {
            const auto *begin = static_cast<const char *>(list[i].const_data_ptr());
            ranges.push_back({begin, begin + list[i].nbytes(), written, place(name, i)});
        }
    }
}

void check_overlaps(const std::string &op, const UpdateLists &lists) {
    std::vector<Range> ranges;
    add_ranges(ranges, lists.params, "params", true);
    add_ranges(ranges, lists.momenta, "momenta", true);
    add_ranges(ranges, lists.copies, "copies", true);
    add_ranges(ranges, lists.grads, "grads", false);
    std::sort(ranges.begin(), ranges.end(),
              [](const Range &a, const Range &b) { return a.begin < b.begin; });
    const Range *reach = nullptr, *written_reach = nullptr; // the ranges so far that end last
    for (const Range &range : ranges) {
        const Range *other = range.written ? reach : written_reach;
        require(other == nullptr || other->end <= range.begin, op, range.name,
                ": shares memory with ", other == nullptr ? "" : other->name,
                ": give each its own");
        if (reach == nullptr || range.end > reach->end) {
            reach = &range;
        }
        if (range.written && (written_reach == nullptr || range.end > written_reach->end)) {
            written_reach = &range;
        }
    }
}

} // namespace

void check_update_lists(const std::string &op, const UpdateLists &lists) {
    const size_t count = lists.params.size();
    require(lists.grads.size() == count && lists.momenta.size() == count &&
                lists.adapt.size() == count,
            op, "params, grads, momenta, adapt: ", count, ", ", lists.grads.size(), ", ",
            lists.momenta.size(), ", ", lists.adapt.size(), " entries: give equally long lists");
    require(lists.copies.empty() || lists.copies.size() == count, op,
            "copies: ", lists.copies.size(), " entries, but ", count,
            " parameters: give equally long lists");
    for (size_t i = 0; i < count; ++i) {
        const Expectation full{op, lists.params[i], lists.params[0], at::kFloat};
        check_tensor(lists.params[i], place("params", i), full);
        check_tensor(lists.momenta[i], place("momenta", i), full);
        if (lists.copies.empty()) {
            check_tensor(lists.grads[i], place("grads", i), full);
            continue;
        }
        Expectation low = full;
        low.type = lists.copies[0].defined() && lists.copies[0].scalar_type() == at::kHalf
                       ? at::kHalf
                       : at::kBFloat16;
        check_tensor(lists.copies[i], place("copies", i), low);
        check_tensor(lists.grads[i], place("grads", i), low);
    }
    check_overlaps(op, lists);
}

void check_update_number(const std::string &op, const char *name, double value) {
    require(std::isfinite(value) && value >= 0, op, name, ": ", value,
            ": give a finite number that is not negative");
}

} // namespace haliclr::runtime
