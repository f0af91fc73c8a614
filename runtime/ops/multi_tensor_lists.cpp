// Multi-tensor updates over lists: in place where they lie flat, else through flat scratch memory.
#include "runtime/ops/multi_tensor.h"
#include "runtime/ops/multi_tensor_check.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace haliclr::runtime {
namespace {

constexpr int64_t chunk = dsl::multi_tensor_chunk;

// The elements of a dense tensor in the order of memory, whatever its strides.
at::Tensor as_flat(const at::Tensor &tensor) {
    return tensor.detach().as_strided({tensor.numel()}, {1});
}

int64_t chunks_of(at::TensorList list) {
    int64_t chunks = 0;
    for (const at::Tensor &tensor : list) {
        chunks += runtime::chunks_of(tensor.numel());
    }
    return chunks;
}

// Whether every tensor of a list starts on the chunk after the one before it, within one storage
// that holds the last chunk whole.
bool lies_flat(at::TensorList list) {
    int64_t expected = list[0].storage_offset();
    for (const at::Tensor &tensor : list) {
        if (!tensor.storage().is_alias_of(list[0].storage()) ||
            tensor.storage_offset() != expected) {
            return false;
        }
        expected += runtime::chunks_of(tensor.numel()) * chunk;
    }
    const auto item = static_cast<int64_t>(list[0].element_size());
    return expected * item <= static_cast<int64_t>(list[0].storage().nbytes());
}

// A list as whole chunks: its own memory, or scratch.
class FlatList {
public:
    FlatList(at::TensorList given, bool in_place) : list(given), chunks(chunks_of(given)) {
        if (list.empty()) {
            return;
        }
        if (in_place) {
            memory = list[0].detach().as_strided({chunks, chunk}, {chunk, 1});
            return;
        }
        memory = at::empty({chunks, chunk}, list[0].options().requires_grad(false));
        int64_t offset = 0;
        for (const at::Tensor &tensor : list) {
            outside.push_back(as_flat(tensor));
            inside.push_back(memory.view(-1).narrow(0, offset, tensor.numel()));
            offset += runtime::chunks_of(tensor.numel()) * chunk;
        }
        at::_foreach_copy_(inside, outside);
    }

    const at::Tensor &buffer() const { return memory; }
    void bring_home() {
        if (!outside.empty()) {
            at::_foreach_copy_(outside, inside);
        }
    }

private:
    at::TensorList list;
    int64_t chunks;
    at::Tensor memory;
    std::vector<at::Tensor> inside, outside;
};

std::string place(const char *list, size_t index) {
    return c10::str(list, "[", index, "]");
}

} // namespace

void update_lists(const Update &update, const UpdateLists &lists) {
    check_update_lists(update.op, lists);
    if (lists.params.empty()) {
        return;
    }
    // Autograd must notice that tensors it may have saved change.
    for (const at::TensorList list : {lists.params, lists.momenta, lists.copies}) {
        for (const at::Tensor &tensor : list) {
            tensor.unsafeGetTensorImpl()->bump_version();
        }
    }
    const at::NoGradGuard no_grad;
    const bool in_place = lies_flat(lists.params) && lies_flat(lists.grads) &&
                          lies_flat(lists.momenta) &&
                          (lists.copies.empty() || lies_flat(lists.copies));
    FlatList params(lists.params, in_place), grads(lists.grads, in_place);
    FlatList momenta(lists.momenta, in_place), copies(lists.copies, in_place);
    UpdateLayout layout;
    for (size_t i = 0; i < lists.params.size(); ++i) {
        layout.emplace_back(lists.params[i].numel(), lists.adapt[i]);
    }
    const at::Tensor sums = at::empty({params.buffer().size(0)}, params.buffer().options());
    const UpdateNames names{
        [](size_t i) { return place("grads", i); }, [](size_t i) { return place("params", i); },
        [&](size_t i) { return std::make_pair(lists.grads[i], lists.params[i]); }};
    update_flat(update, {params.buffer(), grads.buffer(), momenta.buffer(), copies.buffer(), sums},
                layout, names);
    params.bring_home();
    momenta.bring_home();
    copies.bring_home();
}

} // namespace haliclr::runtime
