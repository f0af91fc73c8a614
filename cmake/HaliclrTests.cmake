# haliclr_add_test(NAME [TORCH|TENSORS|HALIDE] LAYER layer SOURCES file ... LIBRARIES lib ... [GPU_CASES filter])
# One GoogleTest executable; each of its cases is a CTest test with the layer as label, so that a case
# that skips (no GPU, no OpenCL device) is reported as skipped and never as passed. Cases that the filter
# names need a GPU: they carry the label gpu too, and run under compute-sanitizer (tests/gpu).
include(GoogleTest)
function(haliclr_add_test name)
    cmake_parse_arguments(test "TORCH;TENSORS;HALIDE" "LAYER;GPU_CASES" "SOURCES;LIBRARIES" ${ARGN})
    set(target ${test_LAYER}_${name})
    add_executable(${target} ${test_SOURCES})
    target_link_libraries(${target} PRIVATE haliclr_options ${test_LIBRARIES} GTest::gtest_main)
    if (test_TORCH)
        haliclr_use_torch(${target})
    elseif (test_TENSORS)
        haliclr_use_tensors(${target})
    elseif (test_HALIDE)
        haliclr_use_halide(${target})
    endif ()
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/bin)
    set(others)
    if (test_GPU_CASES)
        haliclr_discover(${target} ${test_LAYER} "${test_LAYER}\\;gpu" ${test_GPU_CASES})
        set(others "-${test_GPU_CASES}")
        set_property(GLOBAL APPEND PROPERTY HALICLR_GPU_TESTS "${target} ${test_GPU_CASES}")
    endif ()
    haliclr_discover(${target} ${test_LAYER} ${test_LAYER} "${others}")
endfunction()

function(haliclr_discover target layer labels filter)
    gtest_discover_tests(${target} TEST_PREFIX ${layer}. TEST_FILTER "${filter}"
        DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 120 PROPERTIES LABELS "${labels}" TIMEOUT 600
        # Tests that share cores would otherwise spin while they wait for each other.
        ENVIRONMENT OMP_WAIT_POLICY=passive)
endfunction()
