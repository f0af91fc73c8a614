# LibTorch from the torch wheel, or from LIBTORCH_ROOT (a folder with include/ and lib/). The package's
# own CMake files insist on nvcc and a CUDA toolkit; these targets need neither.
#   LibTorch::cpu  headers, torch_cpu and c10. The CUDA half is opened at run time (see docs/runtime.md).
file(GLOB LibTorch_wheels ${HALICLR_VENV}/lib/python3*/site-packages/torch)
set(LibTorch_hints ${LIBTORCH_ROOT} $ENV{LIBTORCH_ROOT} ${LibTorch_wheels})
find_path(LibTorch_INCLUDE_DIR torch/library.h HINTS ${LibTorch_hints}
    PATH_SUFFIXES include NO_DEFAULT_PATH)
find_library(LibTorch_CPU_LIBRARY torch_cpu HINTS ${LibTorch_hints} PATH_SUFFIXES lib NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 HINTS ${LibTorch_hints} PATH_SUFFIXES lib NO_DEFAULT_PATH)
find_library(LibTorch_CUDA_LIBRARY torch_cuda HINTS ${LibTorch_hints} PATH_SUFFIXES lib
    NO_DEFAULT_PATH)
if (LibTorch_INCLUDE_DIR)
    file(STRINGS ${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h LibTorch_version_lines
        REGEX "#define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
    string(REGEX REPLACE "[^0-9;]" "" LibTorch_VERSION "${LibTorch_version_lines}")
    string(REPLACE ";" "." LibTorch_VERSION "${LibTorch_VERSION}")
endif ()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
    REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
    VERSION_VAR LibTorch_VERSION
    REASON_FAILURE_MESSAGE "run scripts/setup first, or set LIBTORCH_ROOT to a LibTorch 2.11 folder")

if (LibTorch_FOUND AND NOT TARGET LibTorch::cpu)
    add_library(LibTorch::c10 SHARED IMPORTED)
    set_target_properties(LibTorch::c10 PROPERTIES IMPORTED_LOCATION ${LibTorch_C10_LIBRARY})
    add_library(LibTorch::cpu SHARED IMPORTED)
    set_target_properties(LibTorch::cpu PROPERTIES
        IMPORTED_LOCATION ${LibTorch_CPU_LIBRARY} INTERFACE_LINK_LIBRARIES LibTorch::c10)
    target_include_directories(LibTorch::cpu SYSTEM INTERFACE
        ${LibTorch_INCLUDE_DIR} ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include)
    # libtorch_cpu.so itself needs libgomp and friends that lie beside it.
    get_filename_component(LibTorch_LIBRARY_DIR ${LibTorch_CPU_LIBRARY} DIRECTORY)
    target_link_options(LibTorch::cpu INTERFACE
        -Wl,-rpath,${LibTorch_LIBRARY_DIR} -Wl,--unresolved-symbols=ignore-in-shared-libs)
endif ()
