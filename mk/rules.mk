# Random sets of rules by the thousand: scan, scan --no-sieve and the oracle agree on N of them, and each operator under
# each other, each option of a term, --min-score and labels were among them. Another SEED gives others.
.PHONY: invariant-rules
invariant-rules: all
	@N="$(N)" SEED="$(SEED)" KEEP="$(KEEP)" $(RUN) rules
