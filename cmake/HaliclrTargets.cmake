# What every target of ours shares: warnings, and the precompiled LibTorch header.
add_library(haliclr_options INTERFACE)
target_include_directories(haliclr_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(haliclr_options INTERFACE -Wall -Wextra -Wno-unused-parameter)
# g++ 12 sees overlapping copies in every `"text" + string` (GCC bug 105651).
if (CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(haliclr_options INTERFACE -Wno-restrict)
endif ()
target_compile_definitions(haliclr_options INTERFACE HALICLR_VERSION="${PROJECT_VERSION}")

# torch/torch.h takes 25 s to compile; it is compiled once, and every target below shares the result.
file(CONFIGURE OUTPUT torch_pch.cpp CONTENT "// Carries the precompiled header.\n")
add_library(haliclr_torch_pch OBJECT EXCLUDE_FROM_ALL ${CMAKE_CURRENT_BINARY_DIR}/torch_pch.cpp)
target_link_libraries(haliclr_torch_pch PRIVATE haliclr_options LibTorch::cpu)
target_precompile_headers(haliclr_torch_pch PRIVATE <torch/torch.h>)

# haliclr_use_torch(target): LibTorch's headers and libraries, and the precompiled torch/torch.h.
function(haliclr_use_torch target)
    target_link_libraries(${target} PUBLIC haliclr_options LibTorch::cpu)
    target_precompile_headers(${target} REUSE_FROM haliclr_torch_pch)
    # Executables would compile with -fPIE, for which the header made with -fPIC does not fit.
    get_target_property(type ${target} TYPE)
    if (type STREQUAL "EXECUTABLE")
        set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
        target_compile_options(${target} PRIVATE -fPIC)
    endif ()
endfunction()
