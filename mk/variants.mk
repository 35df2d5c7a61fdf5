# The same tests with other libraries, each in a folder of its own under build/: docs/building.md.
.PHONY: test-clang test-zlib test-bare test-vectorscan
VARIANT_SUITES := unit cli patterns invariant
test-clang: deps-test
	@if ! command -v clang >/dev/null; then echo "clang: skip - there is no clang"; exit 0; fi; \
	$(SUB) VARIANT=clang CC=clang WERROR=1 build-tests && BUILD=build/clang bash tests/run.sh $(VARIANT_SUITES)
# zlib is the one inflater.
VARIANT_ZLIB = VARIANT=zlib ISAL=0 LIBDEFLATE=0
test-zlib: deps-test
	@$(SUB) $(VARIANT_ZLIB) build-tests
	@BUILD=build/zlib bash tests/run.sh $(VARIANT_SUITES)
# Not one optional library.
test-bare: deps-test
	@$(SUB) VARIANT=bare ISAL=0 LIBDEFLATE=0 BZIP2=0 LZMA=0 LZ4=0 BROTLI=0 build-tests
	@BUILD=build/bare bash tests/run.sh $(VARIANT_SUITES)
# Vectorscan where Hyperscan is installed. VECTORSCAN is the prefix of one of your own; otherwise it is Debian's, unpacked.
VECTORSCAN ?= build/libvectorscan
WITH_VECTORSCAN = if ! why=$$(bash mk/vectorscan.sh "$(VECTORSCAN)"); then echo "vectorscan: skip - $$why"; exit 0; fi; \
	PKG_CONFIG_PATH="$(abspath $(VECTORSCAN))/lib/pkgconfig" $(SUB) VARIANT=vectorscan \
	    LDFLAGS="-Wl,-rpath,$(abspath $(VECTORSCAN))/lib"
test-vectorscan: deps-test
	@$(WITH_VECTORSCAN) build-tests && \
	build/vectorscan/tocsin --version | sed -n 2p && BUILD=build/vectorscan bash tests/run.sh $(VARIANT_SUITES)
