# Data, evaluation and reports: tests of the library, then of the built command.
find_package(nlohmann_json REQUIRED)
find_package(ZLIB REQUIRED)

foreach (name IN ITEMS idx cifar dataset order knn plan report tensorboard)
    haliclr_add_test(${name} TENSORS LAYER trainer SOURCES ${name}_test.cpp LIBRARIES haliclr_trainer)
endforeach ()
haliclr_add_test(linear TORCH LAYER trainer SOURCES linear_test.cpp LIBRARIES haliclr_trainer)

haliclr_add_test(cli_data LAYER trainer SOURCES cli_data_test.cpp
    LIBRARIES nlohmann_json::nlohmann_json ZLIB::ZLIB)
target_compile_definitions(trainer_cli_data PRIVATE HALICLR_COMMAND="$<TARGET_FILE:haliclr>")
add_dependencies(trainer_cli_data haliclr)
