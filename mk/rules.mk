# Random sets of rules by the thousand: scan, scan --no-sieve and the oracle agree on N of them, and each operator under
# each other, each option of a term, --min-score and labels were among them. Another SEED gives others.
.PHONY: invariant-rules
invariant-rules: all
	@LC_ALL=C.UTF-8 /usr/bin/python3 tests/oracle/invariant.py --tocsin $(abspath $(B)/tocsin) --rules $(or $(N),3000) \
	    --seed $(or $(SEED),1) $(if $(KEEP),--keep "$(KEEP)")
