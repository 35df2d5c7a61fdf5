# What Tocsin is built with. `make deps` installs it; goals that compile say in one line what is missing.
.PHONY: deps deps-test
deps:
	@CC="$(CC)" OPENCC_DATA="$(OPENCC_DATA)" bash mk/deps.sh install build
deps-test:
	@CC="$(CC)" OPENCC_DATA="$(OPENCC_DATA)" bash mk/deps.sh install test

# These look after themselves: they compile nothing, or call make again once all is there.
WITHOUT_BUILD := deps deps-test demo test test-unit test-cli test-all test-clang test-zlib test-bare \
                 test-vectorscan asan ubsan tsan valgrind clean help
ifneq ($(filter-out $(WITHOUT_BUILD),$(or $(MAKECMDGOALS),all)),)
MISSING := $(shell CC="$(CC)" OPENCC_DATA="$(OPENCC_DATA)" bash mk/deps.sh check)
ifneq ($(MISSING),)
$(error $(MISSING))
endif
endif

# For make that make calls: all cores, unless the user chose.
PARALLEL = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))
