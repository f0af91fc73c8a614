// Memory of kernels on the host. Each thread keeps the large blocks that its kernels give back: the
// system would clear their pages anew at each call.
#pragma once

namespace haliclr::runtime {

void install_memory_pool();

} // namespace haliclr::runtime
