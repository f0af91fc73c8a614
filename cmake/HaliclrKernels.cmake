# From an operator's algorithm and schedules to compiled kernels for every back end.
#
#   haliclr_add_operator(op [formula ...])   dsl/{op,formula ...}.cpp, schedules/op_*.cpp, its generator
#   haliclr_add_kernel(op kernel [GENERATOR g] [BACKENDS b ...] [PARAMS key=value ...] [IN_PLACE] [UNTUNED])
#                                            haliclr_<kernel>_<back end>(). IN_PLACE: an
#   output may be an input. UNTUNED: the tuner does not know the kernel.
#
# Values of tunables come from schedules/tuned/<device>.json, then generic.json, then the schedule.

include(HaliclrTuned)
include(HaliclrPairwiseModes)
include(HaliclrPtx)
include(HaliclrDeviceCode)

set(HALICLR_GENERATED ${CMAKE_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${HALICLR_GENERATED}/kernels)
haliclr_write_pairwise_modes(${HALICLR_GENERATED}/kernels/haliclr_pairwise_modes.h)

# One cpu kernel carries code for each instruction set and picks at run time; the last is the baseline.
if (CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    set(HALICLR_HOST x86-64-linux)
    set(HALICLR_CPU_FEATURES
        -avx-avx2-avx512-avx512_skylake-f16c-fma-sse41 -avx-avx2-f16c-fma-sse41 -sse41)
elseif (CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    set(HALICLR_HOST arm-64-linux)
    set(HALICLR_CPU_FEATURES " ")
else ()
    message(FATAL_ERROR "No kernels for the processor ${CMAKE_SYSTEM_PROCESSOR}: "
        "x86_64 and aarch64 are supported")
endif ()
set(HALICLR_KERNEL_FEATURES user_context-no_runtime)
set(HALICLR_RUNTIME_FEATURES user_context-cuda-cuda_capability_80-opencl)
# Halide's own feature makes the kernels check their addresses; GPUs have no such check. One instruction
# set is enough, as the checks take the compiler six times as long. Generators leave their memory to the
# system, which is no leak worth an error, and are faster without a memory of what they freed.
set(HALICLR_GENERATE)
if (HALICLR_SANITIZE)
    string(APPEND HALICLR_KERNEL_FEATURES -asan)
    string(APPEND HALICLR_RUNTIME_FEATURES -asan)
    list(GET HALICLR_CPU_FEATURES -1 HALICLR_CPU_FEATURES)
    set(HALICLR_GENERATE ${CMAKE_COMMAND} -E env
        ASAN_OPTIONS=detect_leaks=0:malloc_context_size=0:quarantine_size_mb=0)
endif ()

function(haliclr_backend_target result backend)
    set(targets)
    if (backend STREQUAL "cpu")
        foreach (features IN LISTS HALICLR_CPU_FEATURES)
            string(STRIP "${features}" features)
            list(APPEND targets ${HALICLR_HOST}${features}-${HALICLR_KERNEL_FEATURES})
        endforeach ()
    elseif (backend STREQUAL "cuda")
        set(targets ${HALICLR_HOST}-cuda-cuda_capability_80-${HALICLR_KERNEL_FEATURES})
    elseif (backend STREQUAL "opencl")
        set(targets ${HALICLR_HOST}-opencl-${HALICLR_KERNEL_FEATURES})
    else ()
        message(FATAL_ERROR "HALICLR_BACKENDS: unknown back end '${backend}'; "
            "use some of cpu, cuda, opencl")
    endif ()
    string(REPLACE ";" "," targets "${targets}")
    set(${result} ${targets} PARENT_SCOPE)
endfunction()

# Layers of one operator. Each is a target of its own, so that touching a schedule rebuilds one operator.
function(haliclr_add_operator operator)
    list(TRANSFORM ARGV REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/dsl/\\1.cpp" OUTPUT_VARIABLE algorithms)
    add_library(haliclr_${operator}_dsl STATIC ${algorithms})
    target_link_libraries(haliclr_${operator}_dsl PUBLIC haliclr_vocabulary)
    haliclr_use_halide(haliclr_${operator}_dsl)
    set(schedules)
    foreach (backend IN ITEMS cpu cuda opencl)
        list(APPEND schedules ${PROJECT_SOURCE_DIR}/schedules/${operator}_${backend}.cpp)
    endforeach ()
    if (EXISTS ${PROJECT_SOURCE_DIR}/schedules/${operator}_gpu.cpp)
        list(APPEND schedules ${PROJECT_SOURCE_DIR}/schedules/${operator}_gpu.cpp)
    endif ()
    add_library(haliclr_${operator}_schedules STATIC ${schedules})
    target_link_libraries(haliclr_${operator}_schedules PUBLIC haliclr_${operator}_dsl)
    haliclr_use_halide(haliclr_${operator}_schedules)
    # An object library, as the tuner links the generators too.
    add_library(haliclr_${operator}_generator OBJECT
        ${PROJECT_SOURCE_DIR}/generators/${operator}_generator.cpp)
    target_link_libraries(haliclr_${operator}_generator PUBLIC haliclr_${operator}_schedules)
    haliclr_use_halide(haliclr_${operator}_generator)
    add_executable(${operator}.generator ${PROJECT_SOURCE_DIR}/generators/warnings.cpp)
    set_target_properties(${operator}.generator PROPERTIES LINKER_LANGUAGE CXX)
    target_link_libraries(${operator}.generator PRIVATE
        haliclr_${operator}_generator Halide::Generator)
endfunction()

function(haliclr_add_kernel operator kernel)
    if (HALICLR_KERNELS_LEFT_OUT AND kernel MATCHES "${HALICLR_KERNELS_LEFT_OUT}")
        return ()
    endif ()
    cmake_parse_arguments(kernel "IN_PLACE;UNTUNED" "GENERATOR" "BACKENDS;PARAMS" ${ARGN})
    if (NOT kernel_GENERATOR)
        set(kernel_GENERATOR ${kernel})
    endif ()
    set(backends ${HALICLR_BACKENDS})
    set(possible cpu cuda opencl)
    if (kernel_BACKENDS)
        set(possible ${kernel_BACKENDS})
        list(JOIN possible "|" pattern)
        list(FILTER backends INCLUDE REGEX "^(${pattern})$")
    endif ()
    if (HALICLR_SPECIALIZATION)
        haliclr_specialize_kernel(backends kernel_PARAMS ${operator} ${kernel} ${kernel_GENERATOR} "${possible}")
    endif ()
    set(in_place)
    set(is_in_place false)
    if (kernel_IN_PLACE)
        set(in_place --in-place)
        set(is_in_place true)
    endif ()
    if (NOT kernel_UNTUNED)
        list(TRANSFORM kernel_PARAMS REPLACE "^([^=]+)=(.*)$" "{\"\\1\", \"\\2\"}"
            OUTPUT_VARIABLE params)
        list(JOIN params ", " params)
        list(JOIN possible "\", \"" possible)
        set_property(GLOBAL APPEND_STRING PROPERTY HALICLR_KERNEL_TABLE
            "    {\"${kernel}\", \"${kernel_GENERATOR}\", {${params}}, ${is_in_place}, {\"${possible}\"}},\n")
    endif ()
    foreach (backend IN LISTS backends)
        set(name haliclr_${kernel}_${backend})
        set(folder ${HALICLR_GENERATED}/kernels)
        haliclr_backend_target(target ${backend})
        haliclr_tuned_params(tuned ${kernel} ${backend} ${kernel_GENERATOR})
        set(outputs ${folder}/${name}.a ${folder}/${name}.h)
        set(emit static_library,c_header)
        if (backend STREQUAL "cuda")
            # The statement tells the threads and the shared memory of each launch.
            list(APPEND outputs ${folder}/${name}.device_code ${folder}/${name}.stmt)
            string(APPEND emit ,device_code,stmt)
        endif ()
        add_custom_command(OUTPUT ${outputs}
            COMMAND ${HALICLR_GENERATE} $<TARGET_FILE:${operator}.generator> -g ${kernel_GENERATOR} -f ${name} -n ${name} -o ${folder}
                -e ${emit} target=${target} ${kernel_PARAMS} ${tuned}
            DEPENDS ${operator}.generator
            COMMENT "Kernel ${name}" VERBATIM)
        set_property(GLOBAL APPEND PROPERTY HALICLR_ARCHIVES ${folder}/${name}.a)
        set_property(GLOBAL APPEND PROPERTY HALICLR_KERNEL_FILES ${outputs})
        if (backend STREQUAL "cuda")
            haliclr_expand_ptx(${name} ${in_place})
            haliclr_add_device_code(${name})
            set_property(GLOBAL APPEND PROPERTY HALICLR_CUDA_KERNELS ${name})
        endif ()
    endforeach ()
    set_property(GLOBAL APPEND PROPERTY HALICLR_GENERATORS ${operator}.generator)
endfunction()

# haliclr_add_update(name key=value ...): the kernels of one multi-tensor update, by gradient type.
function(haliclr_add_update name)
    foreach (type IN ITEMS "" _bfloat16 _float16)
        string(REPLACE "_" "" gradient "${type}")
        if (NOT gradient)
            set(gradient float32)
        endif ()
        haliclr_add_kernel(multi_tensor ${name}${type} GENERATOR multi_tensor IN_PLACE
            PARAMS ${ARGN} gradient=${gradient})
    endforeach ()
endfunction()

# The table of runtime/binding/cuda_kernels.h.
function(haliclr_write_cuda_kernels)
    get_property(names GLOBAL PROPERTY HALICLR_CUDA_KERNELS)
    set(declarations)
    set(entries)
    foreach (name IN LISTS names)
        string(APPEND declarations "int ${name}_argv(void **);\n"
            "const halide_filter_metadata_t *${name}_metadata();\n")
        string(APPEND entries "        {\"${name}\", ${name}_argv, ${name}_metadata},\n")
    endforeach ()
    file(CONFIGURE OUTPUT ${HALICLR_GENERATED}/cuda_kernels.cpp @ONLY CONTENT
"// Made by cmake/HaliclrKernels.cmake.
#include \"runtime/binding/cuda_kernels.h\"

#include <vector>

extern \"C\" {
@declarations@}

namespace haliclr::runtime {

std::span<const CudaKernel> cuda_kernels() {
    static const std::vector<CudaKernel> all = {
@entries@    };
    return all;
}

} // namespace haliclr::runtime
")
endfunction()

# haliclr_kernels: every generated archive, its header folder and one Halide runtime for them all.
function(haliclr_finish_kernels)
    haliclr_write_cuda_kernels()
    get_property(archives GLOBAL PROPERTY HALICLR_ARCHIVES)
    get_property(files GLOBAL PROPERTY HALICLR_KERNEL_FILES)
    get_property(generators GLOBAL PROPERTY HALICLR_GENERATORS)
    list(GET generators 0 generator)
    set(runtime ${HALICLR_GENERATED}/haliclr_halide_runtime.a)
    add_custom_command(OUTPUT ${runtime}
        COMMAND ${HALICLR_GENERATE} $<TARGET_FILE:${generator}> -r haliclr_halide_runtime -o ${HALICLR_GENERATED} -e static_library
            target=${HALICLR_HOST}-${HALICLR_RUNTIME_FEATURES}
        DEPENDS ${generator} COMMENT "Halide runtime" VERBATIM)
    add_custom_target(haliclr_kernel_files ALL DEPENDS ${files} ${runtime})
    add_library(haliclr_kernels INTERFACE)
    add_dependencies(haliclr_kernels haliclr_kernel_files)
    target_include_directories(haliclr_kernels SYSTEM INTERFACE ${HALICLR_GENERATED})
    target_link_libraries(haliclr_kernels INTERFACE
        ${archives} ${runtime} Halide::Runtime Threads::Threads ${CMAKE_DL_LIBS})
endfunction()
