// Shapes, types, numbers and overlaps of a LARS step.
#include "runtime/ops/lars_check.h"

#include "runtime/binding/errors.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

namespace haliclr::runtime {
namespace {

const std::string op = "lars_step";

std::string place(const char *list, size_t index) {
    return c10::str(list, "[", index, "]");
}

void check_tensor(const at::Tensor &tensor, const std::string &name, const at::Tensor &param,
                  const at::Tensor &first) {
    require(tensor.defined(), op, name,
            ": undefined: give every parameter a gradient and a momentum");
    require(tensor.scalar_type() == at::kFloat, op, name, ": dtype ",
            c10::toString(tensor.scalar_type()), ": keep float32 tensors for the update");
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

void check_overlaps(const LarsLists &lists) {
    std::vector<Range> ranges;
    add_ranges(ranges, lists.params, "params", true);
    add_ranges(ranges, lists.momenta, "momenta", true);
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

void check_lars_lists(const LarsLists &lists) {
    const size_t count = lists.params.size();
    require(lists.grads.size() == count && lists.momenta.size() == count &&
                lists.adapt.size() == count,
            op, "params, grads, momenta, adapt: ", count, ", ", lists.grads.size(), ", ",
            lists.momenta.size(), ", ", lists.adapt.size(), " entries: give equally long lists");
    for (size_t i = 0; i < count; ++i) {
        check_tensor(lists.params[i], place("params", i), lists.params[i], lists.params[0]);
        check_tensor(lists.grads[i], place("grads", i), lists.params[i], lists.params[0]);
        check_tensor(lists.momenta[i], place("momenta", i), lists.params[i], lists.params[0]);
    }
    check_overlaps(lists);
}

void check_lars_numbers(double lr, double momentum, double weight_decay, double trust) {
    auto check = [](const char *name, double value) {
        require(std::isfinite(value) && value >= 0, op, name, ": ", value,
                ": give a finite number that is not negative");
    };
    check("lr", lr);
    check("momentum", momentum);
    check("weight_decay", weight_decay);
    check("trust", trust);
}

} // namespace haliclr::runtime
