# corpora/generate: the generator of large corpora, with the base of the library.
GENERATE_OBJ := $(patsubst %.c,$(B)/obj/%.o,$(sort $(wildcard corpora/generator/*.c)))
.PHONY: generate
generate: $(B)/generate
$(B)/generate: $(GENERATE_OBJ) $(B)/obj/engine/cli/options.o $(B)/libtocsin.a
	@echo "  LD      $@"
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -o $@ $(ALL_LIBS)
-include $(GENERATE_OBJ:.o=.d)
# The tests need it, and the long form of its own test.
build-tests: $(B)/generate
.PHONY: generate-check
generate-check: $(B)/generate all
	@TOCSIN=$(abspath $(B)/tocsin) DOCS=20000 WARC_DOCS=20000 bash tests/cli/generate.sh
