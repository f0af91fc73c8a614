# Halide 21 from its Python wheel, or from HALIDE_ROOT (a folder with include/ and lib64/ or lib/).
# The wheel's own CMake package asks for CMake 3.28, newer than Debian 12's; these targets do not.
#   Halide::Halide     the compiler (dsl, schedules, generators, tuner)
#   Halide::Generator  the main() of generator executables
#   Halide::Runtime    headers that generated code needs
file(GLOB Halide_wheels ${HALICLR_VENV}/lib/python3*/site-packages/halide)
find_path(Halide_INCLUDE_DIR Halide.h
    HINTS ${HALIDE_ROOT} $ENV{HALIDE_ROOT} ${Halide_wheels} PATH_SUFFIXES include NO_DEFAULT_PATH)
find_library(Halide_LIBRARY Halide
    HINTS ${HALIDE_ROOT} $ENV{HALIDE_ROOT} ${Halide_wheels} PATH_SUFFIXES lib64 lib NO_DEFAULT_PATH)
find_library(Halide_GENGEN_LIBRARY Halide_GenGen
    HINTS ${HALIDE_ROOT} $ENV{HALIDE_ROOT} ${Halide_wheels} PATH_SUFFIXES lib64 lib NO_DEFAULT_PATH)
if (Halide_INCLUDE_DIR)
    file(STRINGS ${Halide_INCLUDE_DIR}/HalideRuntime.h Halide_version_lines
        REGEX "#define HALIDE_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
    string(REGEX REPLACE "[^0-9;]" "" Halide_VERSION "${Halide_version_lines}")
    string(REPLACE ";" "." Halide_VERSION "${Halide_VERSION}")
endif ()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Halide
    REQUIRED_VARS Halide_LIBRARY Halide_GENGEN_LIBRARY Halide_INCLUDE_DIR VERSION_VAR Halide_VERSION
    REASON_FAILURE_MESSAGE "run scripts/setup first, or set HALIDE_ROOT to a Halide 21 folder")

if (Halide_FOUND AND NOT TARGET Halide::Halide)
    add_library(Halide::Runtime INTERFACE IMPORTED)
    target_include_directories(Halide::Runtime SYSTEM INTERFACE ${Halide_INCLUDE_DIR})
    add_library(Halide::Halide SHARED IMPORTED)
    set_target_properties(Halide::Halide PROPERTIES
        IMPORTED_LOCATION ${Halide_LIBRARY}
        INTERFACE_COMPILE_DEFINITIONS "HALIDE_ENABLE_RTTI;HALIDE_WITH_EXCEPTIONS"
        INTERFACE_LINK_LIBRARIES "Halide::Runtime;Threads::Threads;${CMAKE_DL_LIBS}")
    add_library(Halide::Generator INTERFACE IMPORTED)
    target_link_libraries(Halide::Generator INTERFACE Halide::Halide
        -Wl,--whole-archive ${Halide_GENGEN_LIBRARY} -Wl,--no-whole-archive)
endif ()
