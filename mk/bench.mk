# Speed, beside the physical limit and peers: writes docs/benchmarks.md. ONLY=scan,peers for some sections, SIZE=1G for
# other corpora, RUNS=15 for more runs, COMPILE_TIMEOUT=600 to give up large lexicons earlier. bench-quick: two lines in
# under a minute.
.PHONY: bench bench-quick bench-deps bench-builds bench-programs
BENCH := build/bench
BENCH_PROGRAMS := $(addprefix $(B)/bench/,floor naive fold)
$(B)/bench/floor $(B)/bench/naive: $(B)/bench/%: bench/%.c bench/members.c bench/members.h
	@mkdir -p $(@D)
	@echo "  CC      $<"
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $< bench/members.c $(ALL_LDFLAGS) -o $@ $(ALL_LIBS)
$(B)/bench/fold: bench/fold.c $(B)/libtocsin.a
	@mkdir -p $(@D)
	@echo "  CC      $<"
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $< $(ALL_LDFLAGS) $(B)/libtocsin.a -o $@ $(ALL_LIBS)
bench-programs: $(BENCH_PROGRAMS)
# The tests run them.
build-tests: bench-programs
bench-deps: deps-test
	@bash mk/peers.sh bench $(BENCH)/venv bench/requirements.txt rg=ripgrep ugrep=ugrep zstd=zstd \
	    libreoffice-help-zh-cn libreoffice-help-zh-tw libreoffice-help-en-us debian-handbook
BENCH_RUN = LC_ALL=C.UTF-8 /usr/bin/python3 bench/run.py --tocsin $(B)/tocsin --programs $(B)/bench --work $(BENCH) \
            $(if $(SIZE),--size $(SIZE)) $(if $(RUNS),--runs $(RUNS)) \
            $(if $(COMPILE_TIMEOUT),--compile-timeout $(COMPILE_TIMEOUT))
# Builds with other libraries, for the section of that name.
bench-builds: deps-test
	@$(SUB) $(VARIANT_ZLIB) all
	@$(WITH_VECTORSCAN) all
bench: bench-deps all bench-programs $(if $(if $(ONLY),$(findstring builds,$(ONLY)),all),bench-builds)
	@$(BENCH_RUN) $(if $(ONLY),--only $(ONLY))
bench-quick: all bench-programs
	@$(BENCH_RUN) --quick
