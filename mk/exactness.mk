# Tocsin beside rg, ugrep and two libraries, spelling by spelling: writes docs/exactness.md. A minute or two of CPU.
.PHONY: exactness exactness-deps
EXACTNESS := build/exactness
exactness-deps: deps-test
	@bash mk/peers.sh exactness $(EXACTNESS)/venv tests/exactness/requirements.txt rg=ripgrep ugrep=ugrep
exactness: exactness-deps all
	@LC_ALL=C.UTF-8 /usr/bin/python3 tests/exactness/exactness.py report --tocsin $(B)/tocsin \
	    --venv $(EXACTNESS)/venv --work $(EXACTNESS) -o docs/exactness.md
	@echo "exactness: docs/exactness.md is written"
