# docs/han-classes.md: what the classes of Han characters join, and what it costs. WORDS is jieba's dict.txt.
.PHONY: classes
WORDS ?= /usr/lib/python3/dist-packages/jieba/dict.txt
classes: all
	@[ -d "$(TOCSIN_DATA)/headlines" ] || \
	    { echo "classes: TOCSIN_DATA must name the folder that holds headlines/" >&2; exit 2; }
	@[ -f "$(WORDS)" ] || { echo "classes: $(WORDS) is missing: install python3-jieba, or WORDS=dict.txt" >&2; exit 2; }
	$(Q)/usr/bin/python3 tests/classes.py "$(B)/tocsin" "$(TOCSIN_DATA)" "$(WORDS)" >"$(B)/han-classes.md"
	@mv "$(B)/han-classes.md" docs/han-classes.md
