# Tests, sanitizers, lint, installation. `make test` is what CI runs; it ends with one line of totals.
.PHONY: test run-tests test-unit test-cli test-all asan ubsan tsan valgrind lint invariant build-tests
SUB = $(MAKE) -s --no-print-directory $(PARALLEL)
RUN = BUILD="$(B)" bash tests/run.sh

# The same objects as `make`, but warnings are errors where something has to be compiled.
test: deps-test
	@$(SUB) WERROR=1 build-tests
	@$(RUN) unit fuzz-regress cli oracle patterns invariant lint
test-unit: deps-test
	@$(SUB) build-tests
	@$(RUN) unit
test-cli: deps-test
	@$(SUB) all
	@$(RUN) cli
invariant: all
	@TOCSIN=$(abspath $(B)/tocsin) LC_ALL=C.UTF-8 N=$(N) bash tests/invariant.sh
# Recall and false flags on labelled headlines, and their curve docs/eval.svg: TOCSIN_DATA=DIR make eval
.PHONY: eval
eval: all
	@if [ -d "$(TOCSIN_DATA)/headlines" ]; then /usr/bin/python3 tests/eval.py --svg docs/eval.svg $(B)/tocsin "$(TOCSIN_DATA)"; \
	else echo "eval: skipped: TOCSIN_DATA does not name the folder that holds headlines/"; fi
lint: $(B)/libtocsin.so
	@$(RUN) lint
build-tests: all $(UNIT) $(B)/unit/replay_fuzz_sieve

# Saved inputs of the fuzz target, without a fuzzer; part of make test.
.PHONY: fuzz fuzz-regress
$(B)/unit/replay_fuzz_sieve: tests/fuzz/fuzz_sieve.c tests/fuzz/replay.c $(B)/libtocsin.a
	@mkdir -p $(@D)
	@echo "  CC      $<"
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) tests/fuzz/fuzz_sieve.c tests/fuzz/replay.c $(ALL_LDFLAGS) $(B)/libtocsin.a \
	    -o $@ $(ALL_LIBS)
fuzz-regress: $(B)/unit/replay_fuzz_sieve
	@$(RUN) fuzz-regress

# New inputs stay in build/fuzz/corpus; one that fails is written to build/fuzz/. FUZZ_SECONDS=600 make fuzz
FUZZ_SECONDS ?= 60
$(B)/fuzz_sieve: tests/fuzz/fuzz_sieve.c $(B)/libtocsin.a
	@echo "  LD      $@"
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $< -fsanitize=fuzzer $(ALL_LDFLAGS) $(B)/libtocsin.a -o $@ $(ALL_LIBS)
fuzz:
	@$(SUB) VARIANT=fuzz CC=clang CFLAGS="-O1 -g" \
	    SANITIZE="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" build/fuzz/fuzz_sieve
	@mkdir -p build/fuzz/corpus && cp -n tests/fuzz/corpus/* build/fuzz/corpus/ && \
	    tar -C build/fuzz/corpus -xzkf tests/fuzz/found.tar.gz 2>/dev/null || true
	build/fuzz/fuzz_sieve -dict=tests/fuzz/words.dict -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=build/fuzz/ \
	    build/fuzz/corpus

# Each sanitizer has its own folder under build/, so that none needs a clean. sanitize NAME,FLAGS,SUITES
define sanitize
	@if ! echo 'int main(void) { return 0; }' | $(CC) $(2) -x c - -o /dev/null 2>/dev/null; then \
	    echo "$(1): skip - $(CC) has no $(2)"; exit 0; fi; \
	$(SUB) VARIANT=$(1) SANITIZE="$(2)" CFLAGS="-O1 -g" build-tests && \
	BUILD=build/$(1) bash tests/run.sh $(3)
endef
asan: export ASAN_OPTIONS ?= detect_stack_use_after_return=1
asan: deps-test
	$(call sanitize,asan,-fsanitize=address -fno-omit-frame-pointer,unit cli patterns invariant)
ubsan: export UBSAN_OPTIONS ?= print_stacktrace=1
ubsan: deps-test
	$(call sanitize,ubsan,-fsanitize=undefined -fno-sanitize-recover=all,unit cli patterns invariant)
tsan: export TSAN_OPTIONS ?= halt_on_error=1
tsan: deps-test
	$(call sanitize,tsan,-fsanitize=thread,unit cli patterns invariant)
# "Possibly lost" is what libraries keep by pointers into the middle of it: ICU's registry of transliterators.
valgrind: deps-test
	@if ! command -v valgrind >/dev/null; then echo "valgrind: skip - there is no valgrind"; exit 0; fi; \
	$(SUB) build-tests && \
	BUILD="$(B)" UNDER="valgrind -q --error-exitcode=99 --leak-check=full \
	    --show-leak-kinds=definite --errors-for-leak-kinds=definite" bash tests/run.sh unit
# Everything, one part after the other; the last line is the sum.
test-all: deps-test
	@MAKE='$(SUB)' bash mk/test-all.sh

# ---- installation ----
BINDIR := $(DESTDIR)$(PREFIX)/bin
LIBDIR := $(DESTDIR)$(PREFIX)/lib
INCLUDEDIR := $(DESTDIR)$(PREFIX)/include
SHAREDIR := $(DESTDIR)$(PREFIX)/share/tocsin
PKGCONFIGDIR := $(LIBDIR)/pkgconfig

.PHONY: install uninstall help
install: all
	install -d $(BINDIR) $(LIBDIR) $(INCLUDEDIR) $(SHAREDIR) $(PKGCONFIGDIR)
	install -m 755 $(B)/tocsin $(BINDIR)/tocsin
	install -m 755 $(B)/libtocsin.so $(LIBDIR)/libtocsin.so.0
	ln -sf libtocsin.so.0 $(LIBDIR)/libtocsin.so
	install -m 644 $(B)/libtocsin.a $(LIBDIR)/libtocsin.a
	install -m 644 engine/include/tocsin.h $(INCLUDEDIR)/tocsin.h
	install -m 644 $(B)/tocsin.db $(SHAREDIR)/tocsin.db
	printf '%s\n' 'Name: tocsin' 'Description: multilingual keyword matching over news corpora' "Version: $$($(B)/tocsin --version | sed -n 's/^tocsin //p')" \
	    'Cflags: -I$(PREFIX)/include' 'Libs: -L$(PREFIX)/lib -ltocsin' 'Libs.private: $(ALL_LIBS)' >$(PKGCONFIGDIR)/tocsin.pc
	cd patterns && find . -name '*.yaml' -exec install -D -m 644 {} $(abspath $(SHAREDIR))/patterns/{} \;
uninstall:
	rm -f $(BINDIR)/tocsin $(LIBDIR)/libtocsin.so.0 $(LIBDIR)/libtocsin.so $(LIBDIR)/libtocsin.a $(INCLUDEDIR)/tocsin.h \
	    $(PKGCONFIGDIR)/tocsin.pc
	rm -rf $(SHAREDIR)

help:
	@echo "make               build the program, the library and the database in build/"
	@echo "make demo          install what is missing, build, and scan the sample corpus"
	@echo "make test          what CI runs; ends with one line of totals"
	@echo "make test-unit     unit tests only; test-cli: end-to-end tests only"
	@echo "make test-all      test, test-clang, test-zlib, test-bare, test-vectorscan, asan, ubsan, tsan, valgrind, points-all,"
	@echo "                   invariant-rules (each is a target too); an hour or more, ends with the sum of all"
	@echo "make fuzz          fuzz the sieve with clang for FUZZ_SECONDS=60; fuzz-regress: the saved inputs only"
	@echo "make invariant     scan, scan --no-sieve and the oracle agree on N=400 random documents, and on TOCSIN_DATA"
	@echo "make invariant-rules  the same on N=300 random sets of rules only"
	@echo "make eval          recall and false flags on labelled headlines, with the curve (TOCSIN_DATA=DIR)"
	@echo "make exactness     what Tocsin and other tools find and miss; writes docs/exactness.md"
	@echo "make classes       Han classes whose members are words of their own; points: what each code point is to the sieve"
	@echo "make bench         beside inflating alone and beside other tools; writes docs/benchmarks.md; bench-quick: under a minute"
	@echo "make generate      the generator of large corpora (corpora/generate)"
	@echo "make lint          include order, banned functions, exported symbols"
	@echo "make deps          install what building needs (deps-test: what testing needs)"
	@echo "make install       to DESTDIR and PREFIX ($(PREFIX)); uninstall: the reverse"
	@echo "make clean         remove build/"
	@echo "Variables: CC CFLAGS CPPFLAGS LDFLAGS PREFIX DESTDIR V=1 WERROR=1 VARIANT=name ISAL=0 LIBDEFLATE=0 ... (docs/building.md)"
