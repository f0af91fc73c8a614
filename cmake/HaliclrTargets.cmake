# What every target of ours shares: warnings, and the precompiled headers of LibTorch and Halide.
add_library(haliclr_options INTERFACE)
target_include_directories(haliclr_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(haliclr_options INTERFACE -Wall -Wextra -Wno-unused-parameter)
# g++ 12 sees overlapping and endless copies in every `"text" + string` (GCC bug 105651), and at -O1
# reads past the end where a string is compared with a longer literal.
if (CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(haliclr_options INTERFACE
        -Wno-restrict -Wno-stringop-overread -Wno-stringop-overflow -Wno-array-bounds)
endif ()
target_compile_definitions(haliclr_options INTERFACE HALICLR_VERSION="${PROJECT_VERSION}")

# torch/torch.h takes 25 s to compile, and where it is precompiled every file still instantiates its
# modules' templates, in 4 s; ATen/ATen.h takes 10 s and 1, Halide.h 2 s and nothing. Each is precompiled
# once, for the targets that ask for it.
function(haliclr_precompile name header library)
    file(CONFIGURE OUTPUT ${name}.cpp CONTENT "// Carries the precompiled header.\n")
    add_library(haliclr_${name} OBJECT EXCLUDE_FROM_ALL ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
    target_link_libraries(haliclr_${name} PRIVATE haliclr_options ${library})
    target_precompile_headers(haliclr_${name} PRIVATE ${header})
endfunction()
haliclr_precompile(torch_pch <torch/torch.h> LibTorch::cpu)
haliclr_precompile(tensor_pch <ATen/ATen.h> LibTorch::cpu)
haliclr_precompile(halide_pch <Halide.h> Halide::Halide)

# Headers and libraries, and the precompiled header:
#   haliclr_use_torch(target)    all of LibTorch: modules, optimizers
#   haliclr_use_tensors(target)  tensors and their operators
#   haliclr_use_halide(target)   Halide
function(haliclr_use_torch target)
    haliclr_use(${target} LibTorch::cpu haliclr_torch_pch)
endfunction()
function(haliclr_use_tensors target)
    haliclr_use(${target} LibTorch::cpu haliclr_tensor_pch)
endfunction()
function(haliclr_use_halide target)
    haliclr_use(${target} Halide::Halide haliclr_halide_pch)
endfunction()

function(haliclr_use target library carrier)
    target_link_libraries(${target} PUBLIC haliclr_options ${library})
    target_precompile_headers(${target} REUSE_FROM ${carrier})
    # Executables would compile with -fPIE, for which the header made with -fPIC does not fit.
    get_target_property(type ${target} TYPE)
    if (type STREQUAL "EXECUTABLE")
        set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
        target_compile_options(${target} PRIVATE -fPIC)
    endif ()
endfunction()

# haliclr_without_headers(file ...): sources of such a target that include nothing of the library.
function(haliclr_without_headers)
    set_source_files_properties(${ARGN} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
