# A multi-tensor update is at most three launches: counts the entry points in the PTX of its kernels,
# each of which its host code launches once.
file(GLOB kernels ${FOLDER}/haliclr_lars*_cuda.device_code
    ${FOLDER}/haliclr_momentum_sgd*_cuda.device_code)
list(LENGTH kernels count)
if (NOT count EQUAL 9)
    message(FATAL_ERROR "${FOLDER}: ${count} kernels of multi-tensor updates: expected 9")
endif ()
foreach (kernel IN LISTS kernels)
    file(STRINGS ${kernel} entries REGEX "\\.visible \\.entry")
    list(LENGTH entries launches)
    if (launches EQUAL 0 OR launches GREATER 3)
        message(FATAL_ERROR "${kernel}: ${launches} launches a step: at most 3")
    endif ()
endforeach ()
