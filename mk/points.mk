# What each code point is to the sieve: the table of docs/code-points.md, and the test over all of them, no stride.
.PHONY: points points-all
points: $(B)/unit/test_code_points
	@$< --table
points-all: $(B)/unit/test_code_points
	@$(RUN) points
