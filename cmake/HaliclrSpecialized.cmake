# A binary specialized to one configuration, as `haliclr build` describes it in HALICLR_SPECIALIZATION:
#
#   HALICLR_GENERIC_BUILD    the build folder whose libraries, objects and generators are reused
#   HALICLR_BACKENDS, HALICLR_CPU_FEATURES, HALICLR_TUNED_DEVICE   one back end, one instruction set, records
#   HALICLR_ONLY_RECIPES, HALICLR_ONLY_SIZE   what views are made of
#   HALICLR_KEPT_KERNELS     the others that are made; those left out refuse when they are called
#   HALICLR_FIXED_<generator>   key=value pairs that its kernels get
#   HALICLR_OUTPUT           where the binary goes; specialization.cpp lies beside the description
#
# Only runtime/ops/view_kernels.cpp, with the table of recipes, is compiled again.
include(${HALICLR_SPECIALIZATION})
include(${HALICLR_GENERIC_BUILD}/haliclr_parts.cmake)

# haliclr_specialize_kernel(result params operator kernel generator possible): for which back ends in `result` the
# kernel is made, none where it is left out, and the fixed values among its parameters. possible: the back
# ends that it has in the generic build.
function(haliclr_specialize_kernel result params operator kernel generator possible)
    set(kept ${${result}})
    set(model ${kernel})
    if (operator MATCHES "^(draws|views)$")
        set(model ${operator}) # any recipe's has these arguments
    elseif (NOT kernel IN_LIST HALICLR_KEPT_KERNELS AND NOT operator STREQUAL "roofline")
        set(kept)
    endif ()
    list(GET possible 0 declared)
    foreach (backend IN LISTS possible)
        if (NOT backend IN_LIST kept)
            haliclr_leave_out(${kernel} ${backend} ${model}_${declared})
        endif ()
    endforeach ()
    set(${result} ${kept} PARENT_SCOPE)
    set(${params} ${${params}} ${HALICLR_FIXED_${generator}} PARENT_SCOPE)
endfunction()

# A function in the kernel's place, with the arguments of the model's, that reports what it stands for.
function(haliclr_leave_out kernel backend model)
    set(header ${HALICLR_PART_HEADERS}/haliclr_${model}.h)
    file(STRINGS ${header} line REGEX "^int haliclr_${model}\\(")
    if (NOT line MATCHES "\\(([^()]*)\\)")
        message(FATAL_ERROR "${header} declares no haliclr_${model}: build the generic binary again")
    endif ()
    set(function "haliclr_${kernel}_${backend}(${CMAKE_MATCH_1})")
    set_property(GLOBAL APPEND_STRING PROPERTY HALICLR_LEFT_OUT_DECLARATIONS "int ${function};\n")
    set_property(GLOBAL APPEND_STRING PROPERTY HALICLR_LEFT_OUT_DEFINITIONS
        "int ${function} {\n    return left_out(__user_context, \"${kernel}\", \"${backend}\");\n}\n")
endfunction()

function(haliclr_write_left_out)
    get_property(declarations GLOBAL PROPERTY HALICLR_LEFT_OUT_DECLARATIONS)
    get_property(definitions GLOBAL PROPERTY HALICLR_LEFT_OUT_DEFINITIONS)
    file(CONFIGURE OUTPUT ${HALICLR_GENERATED}/kernels/haliclr_left_out.h @ONLY CONTENT
"// Kernels that this binary does without. Made by cmake/HaliclrSpecialized.cmake.
#pragma once
#include <cstdint>
struct halide_buffer_t;
extern \"C\" {
@declarations@}
")
    file(CONFIGURE OUTPUT ${HALICLR_GENERATED}/haliclr_left_out.cpp @ONLY CONTENT
"// Made by cmake/HaliclrSpecialized.cmake.
#include \"kernels/haliclr_left_out.h\"

#include <HalideRuntime.h>

#include <string>

namespace {

int left_out(const void *context, const char *kernel, const char *backend) {
    const std::string text = std::string(\"this binary was built without the \") + backend + \" kernel \" +
        kernel + \", which its configuration does not use: take the generic binary for this\";
    halide_error(const_cast<void *>(context), text.c_str());
    return halide_error_code_generic_error;
}

} // namespace

extern \"C\" {
@definitions@}
")
endfunction()

foreach (program IN ITEMS draws.generator views.generator unit_rows.generator pairwise.generator
        stripes.generator multi_tensor.generator roofline.generator haliclr_expand_ptx write_resource_report write_image_table)
    add_executable(${program} IMPORTED)
    set_target_properties(${program} PROPERTIES
        IMPORTED_LOCATION ${HALICLR_PART_PROGRAMS}/${program})
endforeach ()
set(suffix "")
foreach (recipe IN LISTS HALICLR_ONLY_RECIPES)
    haliclr_add_recipe("${recipe}" NAME "${suffix}" ONLY_SIZES SIZES ${HALICLR_ONLY_SIZE}
        LAYOUTS channels_first channels_last)
    set(suffix _evaluation)
endforeach ()
haliclr_finish_recipes()
include(${PROJECT_SOURCE_DIR}/generators/kernels.cmake)
haliclr_finish_kernels()
haliclr_write_left_out()
haliclr_finish_device_code()

cmake_path(GET HALICLR_SPECIALIZATION PARENT_PATH folder)
add_executable(haliclr ${HALICLR_PART_OBJECTS} ${folder}/specialization.cpp
    ${HALICLR_GENERATED}/haliclr_left_out.cpp ${HALICLR_GENERATED}/cuda_kernels.cpp
    ${PROJECT_SOURCE_DIR}/runtime/ops/view_kernels.cpp)
target_link_libraries(haliclr PRIVATE haliclr_options ${HALICLR_PART_LIBRARIES} haliclr_device_code haliclr_kernels
    LibTorch::cpu PkgConfig::spng ZLIB::ZLIB ${HALICLR_GOMP})
set_target_properties(haliclr PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${HALICLR_OUTPUT})
