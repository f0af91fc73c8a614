# The script that runs compute-sanitizer, over stand-ins for it: it must fail, skip and pass where due.
# usage: cmake -DFOLDER=<scratch folder> -P sanitize_test.cmake
cmake_minimum_required(VERSION 3.25)

function(expect name script expected_status expected_text)
    set(sanitizer)
    if (script)
        set(sanitizer ${FOLDER}/${name})
        file(WRITE ${sanitizer} "#!/bin/sh\n${script}\n")
        file(CHMOD ${sanitizer} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
    endif ()
    execute_process(COMMAND ${CMAKE_COMMAND} -DSANITIZER=${sanitizer} -DTOOL=racecheck
            "-DPROGRAMS=a */cuda;b */cuda" -P ${CMAKE_CURRENT_LIST_DIR}/sanitize.cmake
        RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
    if (status EQUAL 0 AND NOT expected_status EQUAL 0 OR expected_status EQUAL 0 AND NOT status EQUAL 0)
        message(FATAL_ERROR "${name}: status ${status}: ${text}")
    endif ()
    if (expected_text STREQUAL "nothing" AND text MATCHES "SKIPPED")
        message(FATAL_ERROR "${name}: skipped: ${text}")
    elseif (NOT expected_text STREQUAL "nothing" AND NOT text MATCHES "${expected_text}")
        message(FATAL_ERROR "${name}: expected '${expected_text}': ${text}")
    endif ()
endfunction()

expect(absent "" 0 "SKIPPED: no compute-sanitizer")
expect(passes "echo '[       OK ] A.B/cuda'" 0 nothing)
expect(no_gpu "echo '[  SKIPPED ] A.B/cuda'" 0 "SKIPPED: no case ran")
expect(races "echo '[       OK ] A.B/cuda'; echo 'ERROR: Race reported'; exit 9" 1 "Race reported")
# The second program's failure counts too, and the tool is passed on.
expect(second "test \"$2\" = racecheck || exit 3; test \"$7\" = a && echo '[       OK ]' || exit 9" 1
    "racecheck of b")
