# The first minute: from nothing to flagged articles. Make is called again after the installation, because what this
# one knows of compilers and libraries was found out before it.
.PHONY: demo
demo: deps
	@$(MAKE) -s --no-print-directory $(PARALLEL) all
	@bash mk/demo.sh "$(B)"
