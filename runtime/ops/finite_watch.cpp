// Results of CUDA steps: an asynchronous copy and an event each.
#include "runtime/ops/finite_watch.h"

#include "runtime/binding/cuda.h"
#include "runtime/ops/multi_tensor.h"

#include <ATen/ATen.h>
#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <deque>
#include <mutex>

namespace haliclr::runtime {
namespace {

struct Pending {
    std::string op;
    at::Tensor finite; // pinned host memory
    std::vector<std::string> gradients;
    c10::Event done;
};

struct Watch {
    std::mutex mutex;
    std::deque<Pending> pending; // oldest first
};

Watch &watch() {
    static auto *const only = new Watch; // outlives the CUDA runtime's own clean-up
    return *only;
}

void judge(const Pending &step) {
    const auto finite = step.finite.accessor<float, 1>();
    for (int64_t i = 0; i < finite.size(0); ++i) {
        if (finite[i] == 0.0f) {
            throw NonFiniteGradient(
                c10::str("[", step.op, "] ", step.gradients[static_cast<size_t>(i)],
                         " was not finite in an earlier step", not_finite_remedy));
        }
    }
}

void drain(bool wait) {
    Watch &all = watch();
    const std::lock_guard lock(all.mutex);
    while (!all.pending.empty()) {
        Pending &oldest = all.pending.front();
        if (wait) {
            oldest.done.synchronize();
        } else if (!oldest.done.query()) {
            return;
        }
        const Pending step = std::move(oldest);
        all.pending.pop_front();
        judge(step);
    }
}

} // namespace

void watch_update(const std::string &op, const at::Tensor &finite,
                  std::vector<std::string> gradients) {
    if (cuda_stream_is_capturing()) {
        return;
    }
    at::Tensor host =
        at::empty(finite.sizes(), at::device(at::kCPU).dtype(at::kFloat).pinned_memory(true));
    host.copy_(finite, /*non_blocking=*/true);
    c10::Event done(finite.device().type());
    done.record(c10::impl::VirtualGuardImpl(finite.device().type()).getStream(finite.device()));
    Watch &all = watch();
    const std::lock_guard lock(all.mutex);
    all.pending.push_back({op, std::move(host), std::move(gradients), std::move(done)});
}

void poll_updates() {
    if (!cuda_stream_is_capturing()) {
        drain(/*wait=*/false);
    }
}

void check_updates() {
    drain(/*wait=*/true);
}

} // namespace haliclr::runtime
