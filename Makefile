# Tocsin: every task. A fresh machine needs only make; `make help` lists the targets.
SHELL := /bin/bash
.DELETE_ON_ERROR:
V ?= 0
Q := $(if $(filter 1,$(V)),,@)

PREFIX ?= /usr/local
DESTDIR ?=
CC ?= cc
VARIANT ?=
B := build$(if $(VARIANT),/$(VARIANT))

CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla \
        -Wcast-qual -Wwrite-strings -Wpointer-arith -Wformat=2 -Wimplicit-fallthrough -Wswitch-enum
ifeq ($(WERROR),1)
WARN += -Werror
endif

PKGS := libhs icu-uc icu-i18n zlib libzstd yaml-0.1
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS = $(shell pkg-config --libs $(PKGS) 2>/dev/null)
# Faster inflaters, used where their headers are found. zlib alone: make ISAL=0 LIBDEFLATE=0.
ISAL ?= $(shell $(CC) -E -include isa-l.h -x c /dev/null >/dev/null 2>&1 && echo 1 || echo 0)
LIBDEFLATE ?= $(shell $(CC) -E -include libdeflate.h -x c /dev/null >/dev/null 2>&1 && echo 1 || echo 0)
# Codecs of inputs and of HTTP bodies, likewise. Without one: make BZIP2=0, and so on.
BZIP2 ?= $(shell $(CC) -E -include bzlib.h -x c /dev/null >/dev/null 2>&1 && echo 1 || echo 0)
LZMA ?= $(shell $(CC) -E -include lzma.h -x c /dev/null >/dev/null 2>&1 && echo 1 || echo 0)
LZ4 ?= $(shell $(CC) -E -include lz4frame.h -x c /dev/null >/dev/null 2>&1 && echo 1 || echo 0)
BROTLI ?= $(shell $(CC) -E -include brotli/decode.h -x c /dev/null >/dev/null 2>&1 && echo 1 || echo 0)
FEATURES := $(if $(filter 1,$(ISAL)),-DTCS_HAVE_ISAL=1) $(if $(filter 1,$(LIBDEFLATE)),-DTCS_HAVE_LIBDEFLATE=1) \
            $(if $(filter 1,$(BZIP2)),-DTCS_HAVE_BZIP2=1) $(if $(filter 1,$(LZMA)),-DTCS_HAVE_LZMA=1) \
            $(if $(filter 1,$(LZ4)),-DTCS_HAVE_LZ4=1) $(if $(filter 1,$(BROTLI)),-DTCS_HAVE_BROTLI=1)
FEATURE_LIBS := $(if $(filter 1,$(ISAL)),-lisal) $(if $(filter 1,$(LIBDEFLATE)),-ldeflate) \
                $(if $(filter 1,$(BZIP2)),-lbz2) $(if $(filter 1,$(LZMA)),-llzma) $(if $(filter 1,$(LZ4)),-llz4) \
                $(if $(filter 1,$(BROTLI)),-lbrotlidec -lbrotlicommon)
TEST_LIBS := -lcmocka $(if $(filter 1,$(BROTLI)),-lbrotlienc)

ALL_CPPFLAGS = -D_GNU_SOURCE -Iengine -Iengine/include $(FEATURES) $(PKG_CFLAGS) $(CPPFLAGS)
ALL_CFLAGS = -std=c17 -fPIC -fvisibility=hidden $(WARN) $(SANITIZE) $(CFLAGS)
ALL_LDFLAGS = $(SANITIZE) $(LDFLAGS)
ALL_LIBS = $(PKG_LIBS) $(FEATURE_LIBS) -lpthread -lm $(LDLIBS)
# STATIC=1: the program takes into itself those of its libraries that have an archive, and starts in half the time.
STATIC ?= 0
has_archive = $(and $(filter -l%,$(1)),$(findstring /,$(shell $(CC) -print-file-name=lib$(1:-l%=%).a)))
archive_of = $(if $(call has_archive,$(1)),-l:lib$(1:-l%=%).a,$(1))
STATIC_LIBS = -static-libgcc -Wl,--start-group $(foreach lib,$(PKG_LIBS) $(FEATURE_LIBS) -licudata -lstdc++,$(call archive_of,$(lib))) \
              -Wl,--end-group -lpthread -lm $(LDLIBS)
PROGRAM_LIBS = $(if $(filter 1,$(STATIC)),$(STATIC_LIBS),$(ALL_LIBS))

LIB_SRC := $(sort $(wildcard engine/base/*.c engine/input/*.c engine/match/*.c engine/rules/*.c engine/run/*.c \
                 engine/incidents/*.c))
CLI_SRC := $(sort $(wildcard engine/cli/*.c))
LIB_OBJ := $(LIB_SRC:%.c=$(B)/obj/%.o) $(B)/obj/gen/fold_tables.o
CLI_OBJ := $(CLI_SRC:%.c=$(B)/obj/%.o)
UNIT := $(patsubst tests/unit/%.c,$(B)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))

.PHONY: all
all: $(B)/tocsin $(B)/libtocsin.a $(B)/libtocsin.so $(B)/tocsin.db

-include $(sort $(wildcard mk/*.mk))

# ---- generated tables: ICU and OpenCC, once for all variants ----
OPENCC_DATA ?= /usr/share/opencc
DICTS := $(addprefix build/gen/,TSCharacters.txt HKVariants.txt TWVariants.txt)
build/gen/%.txt: $(OPENCC_DATA)/%.ocd2
	@mkdir -p $(@D)
	$(Q)opencc_dict -f ocd2 -t text -i $< -o $@ >/dev/null
build/gen/foldgen: engine/match/gen/foldgen.c engine/match/fold_table.h engine/match/props.h
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c17 -O2 -D_GNU_SOURCE -Iengine -Iengine/include $(PKG_CFLAGS) $< -o $@ $(PKG_LIBS)
build/gen/fold_tables.c: build/gen/foldgen $(DICTS) engine/match/han-exceptions.tsv
	@echo "  GEN     $@"
	$(Q)build/gen/foldgen $@ engine/match/han-exceptions.tsv $(DICTS)

# ---- objects, library, program ----
$(B)/obj/gen/fold_tables.o: build/gen/fold_tables.c
	@mkdir -p $(@D)
	@echo "  CC      $<"
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -c $< -o $@
$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC      $<"
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@
$(B)/libtocsin.a: $(LIB_OBJ)
	$(Q)rm -f $@ && ar rcs $@ $^
$(B)/libtocsin.so: $(LIB_OBJ)
	@echo "  LD      $@"
	$(Q)$(CC) -shared -Wl,-soname,libtocsin.so.0 $(ALL_LDFLAGS) $^ -o $@ $(ALL_LIBS)
$(B)/tocsin: $(CLI_OBJ) $(B)/libtocsin.a
	@echo "  LD      $@"
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -o $@ $(PROGRAM_LIBS)
-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d)

PATTERN_FILES := $(sort $(wildcard patterns/*.yaml patterns/*/*.yaml patterns/*.tsv))
$(B)/tocsin.db: $(B)/tocsin $(PATTERN_FILES)
	@echo "  DB      $@"
	$(Q)$(B)/tocsin compile patterns -o $@

$(B)/unit/%: tests/unit/%.c $(B)/libtocsin.a
	@mkdir -p $(@D)
	@echo "  CC      $<"
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -Itests/unit $< $(ALL_LDFLAGS) $(B)/libtocsin.a -o $@ $(TEST_LIBS) $(ALL_LIBS)

.PHONY: clean
clean:
	rm -rf build
