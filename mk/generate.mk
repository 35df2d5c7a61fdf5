# corpora/generate: the generator of large corpora, with the base of the library.
GENERATE_OBJ := $(patsubst %.c,$(B)/obj/%.o,$(sort $(wildcard corpora/generator/*.c)))
.PHONY: generate
generate: $(B)/generate
$(B)/generate: $(GENERATE_OBJ) $(B)/obj/engine/cli/options.o $(B)/libtocsin.a
	@echo "  LD      $@"
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -o $@ $(ALL_LIBS)
-include $(GENERATE_OBJ:.o=.d)
