# From recipes to the kernels of their sequences of operators, and the table of them for the runtime.
#
#   haliclr_add_recipe("text" NAME suffix [SIZES side ...] [TYPES type ...] [LAYOUTS layout ...] [ONLY_SIZES])
#
# Kernels: haliclr_draws<suffix>, and haliclr_views<suffix> for any size (unless ONLY_SIZES is given) and for
# each of SIZES, in each type (float32 if none is given) and layout (channels_first). generated/kernels/haliclr_recipes.h
# includes their headers and lists them as HALICLR_RECIPE(text, draws, views ...).

function(haliclr_add_recipe recipe)
    cmake_parse_arguments(recipe "ONLY_SIZES" "NAME" "SIZES;TYPES;LAYOUTS" ${ARGN})
    if (NOT recipe_TYPES)
        set(recipe_TYPES float32)
    endif ()
    if (NOT recipe_LAYOUTS)
        set(recipe_LAYOUTS channels_first)
    endif ()
    haliclr_add_kernel(draws draws${recipe_NAME} GENERATOR draws PARAMS "recipe=${recipe}")
    set(kernels draws${recipe_NAME})
    set(entry "HALICLR_RECIPE(\"${recipe}\", draws${recipe_NAME}")
    if (NOT recipe_ONLY_SIZES)
        list(PREPEND recipe_SIZES 0)
    endif ()
    foreach (size IN LISTS recipe_SIZES)
        foreach (type IN LISTS recipe_TYPES)
            foreach (layout IN LISTS recipe_LAYOUTS)
                set(kernel views${recipe_NAME}_${size}_${type}_${layout})
                string(REPLACE "_0_" "_" kernel ${kernel})
                string(REPLACE "_float32" "" kernel ${kernel})
                string(REPLACE "_channels_first" "" kernel ${kernel})
                haliclr_add_kernel(views ${kernel} GENERATOR views
                    PARAMS "recipe=${recipe}" size=${size} precision=${type} layout=${layout})
                list(APPEND kernels ${kernel})
                string(APPEND entry ",\n    HALICLR_VIEWS(${kernel}, ${size}, ${type}, ${layout})")
            endforeach ()
        endforeach ()
    endforeach ()
    set_property(GLOBAL APPEND PROPERTY HALICLR_RECIPE_KERNELS ${kernels})
    set_property(GLOBAL APPEND_STRING PROPERTY HALICLR_RECIPE_ENTRIES "${entry})\n")
endfunction()

function(haliclr_finish_recipes)
    get_property(kernels GLOBAL PROPERTY HALICLR_RECIPE_KERNELS)
    get_property(entries GLOBAL PROPERTY HALICLR_RECIPE_ENTRIES)
    set(includes)
    foreach (kernel IN LISTS kernels)
        foreach (backend IN LISTS HALICLR_BACKENDS)
            string(APPEND includes "#include \"haliclr_${kernel}_${backend}.h\"\n")
        endforeach ()
    endforeach ()
    if (HALICLR_SPECIALIZATION)
        string(APPEND includes "#include \"haliclr_left_out.h\"\n")
    endif ()
    file(CONFIGURE OUTPUT ${HALICLR_GENERATED}/kernels/haliclr_recipes.h @ONLY CONTENT
"// The compiled recipes. Made by cmake/HaliclrRecipes.cmake.
#ifndef HALICLR_RECIPE
@includes@#else
@entries@#endif
")
endfunction()
