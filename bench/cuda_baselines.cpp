// Opens the library of hand-written CUDA kernels and calls it.
#include "bench/cuda_baselines.h"

#include "bench/cuda/baselines.h"
#include "trainer/errors.h"

#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <dlfcn.h>

#include <filesystem>
#include <type_traits>

namespace haliclr::bench {

namespace {

struct Library {
    std::string problem;
    decltype(&haliclr_cuda_ntxent_workspace) ntxent_workspace = nullptr;
    decltype(&haliclr_cuda_ntxent) ntxent = nullptr;
    decltype(&haliclr_cuda_lars_chunk) lars_chunk = nullptr;
    decltype(&haliclr_cuda_lars) lars = nullptr;
    decltype(&haliclr_cuda_views_workspace) views_workspace = nullptr;
    decltype(&haliclr_cuda_views) views = nullptr;
};

Library open_library() {
    std::error_code unknown;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", unknown);
    const std::string file = (self.parent_path() / "libhaliclr_cuda_baselines.so").string();
    void *const opened = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (opened == nullptr) {
        return {dlerror()};
    }
    Library library;
    const auto find = [&](auto &function, const char *name) {
        function =
            reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(opened, name));
        if (function == nullptr) {
            library.problem = file + " lacks " + name + ": build it again";
        }
    };
    find(library.ntxent_workspace, "haliclr_cuda_ntxent_workspace");
    find(library.ntxent, "haliclr_cuda_ntxent");
    find(library.lars_chunk, "haliclr_cuda_lars_chunk");
    find(library.lars, "haliclr_cuda_lars");
    find(library.views_workspace, "haliclr_cuda_views_workspace");
    find(library.views, "haliclr_cuda_views");
    return library;
}

const Library &library() {
    static const Library opened = open_library();
    return opened;
}

void *current_stream(at::Device device) {
    return c10::impl::VirtualGuardImpl(at::kCUDA).getStream(device).native_handle();
}

void require_success(const char *function, int error) {
    if (error != 0) {
        throw trainer::Error("[bench] " + std::string(function) +
                             ": the hand-written CUDA kernels failed with cudaError_t " +
                             std::to_string(error));
    }
}

// The loss; the gradient too where `gradient` is a tensor.
at::Tensor ntxent(const at::Tensor &z, double temperature, const at::Tensor &gradient) {
    const c10::DeviceGuard guard(z.device());
    const at::Tensor input = z.detach();
    const int rows = static_cast<int>(input.size(0));
    const at::Tensor loss = at::empty({}, input.options());
    const at::Tensor workspace = at::empty({library().ntxent_workspace(rows)}, input.options());
    const HaliclrNtxent problem = {input.const_data_ptr<float>(),
                                   rows,
                                   static_cast<float>(temperature),
                                   loss.mutable_data_ptr<float>(),
                                   gradient.defined() ? gradient.mutable_data_ptr<float>()
                                                      : nullptr,
                                   workspace.mutable_data_ptr<float>()};
    require_success("ntxent", library().ntxent(&problem, current_stream(z.device())));
    return loss;
}

// The bytes of plain structs, on the device.
template <typename Struct>
at::Tensor on_device(std::vector<Struct> &values, at::Device device) {
    const auto bytes = static_cast<int64_t>(values.size() * sizeof(Struct));
    return at::from_blob(values.data(), {bytes}, at::kByte).to(device);
}

} // namespace

const std::string &cuda_baselines_problem() {
    return library().problem;
}

at::Tensor cuda_ntxent_loss(const at::Tensor &z, double temperature) {
    return ntxent(z, temperature, {});
}

at::Tensor cuda_ntxent_gradient(const at::Tensor &z, double temperature) {
    at::Tensor gradient = at::empty_like(z);
    ntxent(z, temperature, gradient);
    return gradient;
}

at::Tensor cuda_views(const at::Tensor &bytes, const at::Tensor &image_table,
                      const at::Tensor &draws, int64_t size) {
    const c10::DeviceGuard guard(draws.device());
    const auto views = static_cast<int>(draws.size(0)), side = static_cast<int>(size);
    const at::Tensor result = at::empty({views, 3, size, size}, draws.options());
    const at::Tensor workspace =
        at::empty({library().views_workspace(views, side)}, draws.options());
    const HaliclrViews problem = {bytes.const_data_ptr<uint8_t>(),
                                  image_table.const_data_ptr<int32_t>(),
                                  draws.const_data_ptr<float>(),
                                  static_cast<int>(image_table.size(0)),
                                  views,
                                  side,
                                  result.mutable_data_ptr<float>(),
                                  workspace.mutable_data_ptr<float>()};
    require_success("views", library().views(&problem, current_stream(draws.device())));
    return result;
}

CudaLars::CudaLars(const Model &given) : model(given) {
    const int64_t size = library().lars_chunk();
    std::vector<HaliclrLarsTensor> tensor_table;
    std::vector<HaliclrLarsChunk> chunk_table;
    for (size_t i = 0; i < model.params.size(); ++i) {
        const int64_t count = model.params[i].numel();
        const auto first_chunk = static_cast<int>(chunk_table.size());
        for (int64_t first = 0; first < count; first += size) {
            chunk_table.push_back({static_cast<int>(i), first});
        }
        tensor_table.push_back({model.params[i].data_ptr<float>(), model.grads[i].data_ptr<float>(),
                                model.momenta[i].data_ptr<float>(), count, first_chunk,
                                static_cast<int>(chunk_table.size()) - first_chunk});
    }
    const at::Device device = model.params.front().device();
    tensors = on_device(tensor_table, device);
    chunks = on_device(chunk_table, device);
    workspace = at::empty({static_cast<int64_t>(2 * chunk_table.size())},
                          at::TensorOptions(device).dtype(at::kFloat));
}

void CudaLars::step(const LarsRates &rates) {
    const c10::DeviceGuard guard(workspace.device());
    const HaliclrLars problem = {
        reinterpret_cast<const HaliclrLarsTensor *>(tensors.const_data_ptr<uint8_t>()),
        reinterpret_cast<const HaliclrLarsChunk *>(chunks.const_data_ptr<uint8_t>()),
        static_cast<int>(workspace.numel() / 2),
        static_cast<float>(rates.rate),
        static_cast<float>(rates.momentum),
        static_cast<float>(rates.weight_decay),
        static_cast<float>(rates.trust),
        rates.separate,
        workspace.mutable_data_ptr<float>()};
    require_success("lars", library().lars(&problem, current_stream(workspace.device())));
}

} // namespace haliclr::bench
