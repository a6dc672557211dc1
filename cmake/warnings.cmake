# mprun_settings: what every target of ours is compiled with. Third-party
# headers come in through PkgConfig targets (SYSTEM) and stay silent.
add_library(mprun_settings INTERFACE)
target_compile_definitions(mprun_settings INTERFACE _GNU_SOURCE)
target_include_directories(mprun_settings INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(mprun_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
  -Wwrite-strings -Wpointer-arith -Wundef -Wimplicit-fallthrough)
if(MPRUN_WERROR)
  target_compile_options(mprun_settings INTERFACE -Werror)
endif()
if(MPRUN_SANITIZE)
  target_compile_options(mprun_settings INTERFACE
    -fsanitize=${MPRUN_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(mprun_settings INTERFACE -fsanitize=${MPRUN_SANITIZE})
endif()
if(MPRUN_FUZZ)
  target_compile_options(mprun_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(MPRUN_COVERAGE)
  target_compile_options(mprun_settings INTERFACE --coverage)
  target_link_options(mprun_settings INTERFACE --coverage)
endif()

# The product's own code also sees the list of banned functions.
add_library(mprun_product INTERFACE)
target_link_libraries(mprun_product INTERFACE mprun_settings)
target_compile_options(mprun_product INTERFACE
  -include ${PROJECT_SOURCE_DIR}/gherkin/banned.h)
