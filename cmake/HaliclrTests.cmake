# haliclr_add_test(NAME LAYER layer SOURCES file ... LIBRARIES lib ...)
# One GoogleTest executable; each of its cases is a CTest test with the layer as label, so that a case
# that skips (no GPU, no OpenCL device) is reported as skipped and never as passed.
include(GoogleTest)
function(haliclr_add_test name)
    cmake_parse_arguments(test "TORCH" "LAYER" "SOURCES;LIBRARIES" ${ARGN})
    set(target ${test_LAYER}_${name})
    add_executable(${target} ${test_SOURCES})
    target_link_libraries(${target} PRIVATE haliclr_options ${test_LIBRARIES} GTest::gtest_main)
    if (test_TORCH)
        haliclr_use_torch(${target})
    endif ()
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/bin)
    gtest_discover_tests(${target} TEST_PREFIX ${test_LAYER}. DISCOVERY_MODE PRE_TEST
        DISCOVERY_TIMEOUT 120 PROPERTIES LABELS ${test_LAYER} TIMEOUT 600
        # Tests that share cores would otherwise spin while they wait for each other.
        ENVIRONMENT OMP_WAIT_POLICY=passive)
endfunction()
