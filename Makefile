# SPDX-License-Identifier: MIT
# fdmap: one Makefile, not recursive. Every flavour builds in build/<flavour>/.
# `make help` prints the targets.

CC ?= gcc
CFLAGS ?= -O2 -g
LDFLAGS ?=
AR ?= ar
PKG_CONFIG ?= pkg-config
FLAVOUR ?= release
WERROR ?= 0
V ?= 0

VERSION := $(shell sed -n 's/^\#define FDMAP_VERSION "\(.*\)"/\1/p' include/fdmap.h)
SOVERSION := 0

B := build/$(FLAVOUR)
Q := $(if $(filter 1,$(V)),,@)
comma := ,

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	-Wwrite-strings -Wformat=2 -Wswitch-enum -Wpointer-arith
ifeq ($(WERROR),1)
WARN += -Werror
endif

SAN_asan := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
SAN_tsan := -fsanitize=thread -fno-omit-frame-pointer
SAN_cov := --coverage -fprofile-update=atomic
SAN_fuzz := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
SAN := $(SAN_$(FLAVOUR))

# A static program brings what others load (src/os/static).
STATIC := $(filter static,$(FLAVOUR))

DEPS_CFLAGS := $(shell $(PKG_CONFIG) --cflags libmnl 2>/dev/null)
DEPS_LIBS := $(if $(STATIC),,$(shell $(PKG_CONFIG) --libs libmnl 2>/dev/null || echo -lmnl))

FDMAP_CFLAGS := -std=c17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Iinclude -Isrc -fPIC -pthread \
	-fvisibility=hidden -DFDMAP_STATIC=$(if $(STATIC),1,0) $(WARN) $(SAN) $(DEPS_CFLAGS)
FDMAP_LDFLAGS := -pthread $(SAN) $(if $(STATIC),-static-pie)

LIB_SRC := $(filter-out %.bpf.c $(if $(STATIC),src/os/nsscalls.c),$(wildcard src/base/*.c src/os/*.c src/model/*.c \
	src/proc/*.c src/bpf/*.c src/net/*.c src/kind/*.c src/field/*.c src/engine/*.c $(if $(STATIC),src/os/static/*.c)))
OUT_SRC := $(wildcard src/out/*.c)
CLI_SRC := $(wildcard src/cli/*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o)
OUT_OBJ := $(OUT_SRC:%.c=$(B)/%.o)
CLI_OBJ := $(CLI_SRC:%.c=$(B)/%.o)

UNIT_SRC := $(wildcard test/unit/test_*.c)
UNIT_BIN := $(UNIT_SRC:test/unit/%.c=$(B)/unit/%)
FUZZ_SRC := $(wildcard test/fuzz/fuzz_*.c)
FUZZ_REPLAY := $(FUZZ_SRC:test/fuzz/%.c=$(B)/replay/%)
FUZZ_BIN := $(FUZZ_SRC:test/fuzz/%.c=build/fuzz/bin/%)
TESTLIB_SRC := $(wildcard test/lib/*.c)
TESTLIB_OBJ := $(TESTLIB_SRC:%.c=$(B)/%.o)
# What the C library loads is no program; nor is what tests have loaded before it.
PRELOAD := step gate
TOOL_SRC := $(filter-out test/live/nss_%.c $(PRELOAD:%=test/live/%.c),$(wildcard test/live/*.c))
ZOO_SRC := $(wildcard test/live/zoo/*.c)
FAULT_SRC := $(wildcard test/live/fault/*.c)
BENCH_BIN := $(B)/bench/load $(B)/bench/clock
TOOL_BIN := $(TOOL_SRC:test/live/%.c=$(B)/live/%) $(B)/live/zoo $(B)/live/fault $(B)/parity/cast $(BENCH_BIN) \
	$(B)/live/libnss_hang.so.2 $(PRELOAD:%=$(B)/live/lib%.so)
# What is generated compiles only in its place, what programs of BPF share only for them.
HEADERS := $(filter-out src/bpf/prog.h src/bpf/sockput.h %.lskel.h,$(wildcard include/*.h src/*/*.h))

.PHONY: all
all: $(B)/fdmap $(B)/libfdmap.a $(B)/libfdmap.so ## the program and the library (default)

$(B)/fdmap: $(CLI_OBJ) $(OUT_OBJ) $(B)/libfdmap.a
	@echo "  LINK    $@"
	$(Q)$(CC) $(FDMAP_LDFLAGS) $(LDFLAGS) -o $@ $^ $(DEPS_LIBS)

# The list of members is rebuilt as a whole, so that a removed source leaves nothing behind.
$(B)/libfdmap.a: $(LIB_OBJ)
	@echo "  AR      $@"
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# What a sanitizer's calls are defined in is the program's.
LIB_MAP := src/libfdmap.map
LIB_LDFLAGS := -Wl,-soname,libfdmap.so.$(SOVERSION) -Wl,--version-script=$(LIB_MAP) $(if $(SAN),,-Wl$(comma)-z$(comma)defs)
$(B)/libfdmap.so: $(LIB_OBJ) $(LIB_MAP)
	@echo "  LINK    $@"
	$(Q)$(CC) -shared $(LIB_LDFLAGS) $(FDMAP_LDFLAGS) $(LDFLAGS) -o $@ $(LIB_OBJ) $(DEPS_LIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC      $@"
	$(Q)$(CC) $(FDMAP_CFLAGS) $(if $(filter test/%,$<),-I. ,)$(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Scripts for shells stand in the program as they are, but for their licence.
SHELL_TEXT := $(wildcard src/cli/complete.*sh)
SHELL_TEXT_H := $(SHELL_TEXT:%=$(B)/%.h)
$(B)/src/cli/complete.%.h: src/cli/complete.%
	@mkdir -p $(@D)
	$(Q)sed -e 1d -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' $< >$@
$(B)/src/cli/completescript.o: $(SHELL_TEXT_H)
$(B)/src/cli/completescript.o: CPPFLAGS += -I$(B)/src

$(B)/unit/%: $(B)/test/unit/%.o $(TESTLIB_OBJ) $(OUT_OBJ) $(filter-out $(B)/src/cli/main.o,$(CLI_OBJ)) $(B)/libfdmap.a
	@mkdir -p $(@D)
	@echo "  LINK    $@"
	$(Q)$(CC) $(FDMAP_LDFLAGS) $(LDFLAGS) -o $@ $^ $(DEPS_LIBS) $(UNIT_LIBS) $(shell $(PKG_CONFIG) --libs check)

# What our reader of processes is compared with; nothing else is linked with it.
$(B)/unit/test_source: UNIT_LIBS = $(shell $(PKG_CONFIG) --libs libproc2 2>/dev/null || echo -lproc2)
$(B)/test/unit/test_source.o: CPPFLAGS += $(shell $(PKG_CONFIG) --cflags libproc2 2>/dev/null)

$(B)/replay/%: $(B)/test/fuzz/%.o $(B)/test/fuzz/replay.o $(OUT_OBJ) $(filter-out $(B)/src/cli/main.o,$(CLI_OBJ)) $(B)/libfdmap.a
	@mkdir -p $(@D)
	@echo "  LINK    $@"
	$(Q)$(CC) $(FDMAP_LDFLAGS) $(LDFLAGS) -o $@ $^ $(DEPS_LIBS)

# The zoo is many files, every other tool one.
$(B)/live/zoo: $(ZOO_SRC:%.c=$(B)/%.o)
	@mkdir -p $(@D)
	@echo "  LINK    $@"
	$(Q)$(CC) $(FDMAP_LDFLAGS) $(LDFLAGS) -o $@ $^ -lrt

# The program itself, whose calls go through ours; a sanitizer keeps its own allocator.
FAULT_ALLOC := $(if $(SAN),malloc calloc realloc reallocarray strdup strndup vasprintf regcomp)
FAULT_WRAP := $(shell sed -n 's/^CALL.[^,]*, \([a-z_0-9]*\),.*/\1/p' test/live/fault/calls.c) \
	read syscall $(FAULT_ALLOC)
$(FAULT_SRC:%.c=$(B)/%.o): CPPFLAGS += $(if $(SAN),-DFAULT_WRAP_ALLOC,-fno-builtin)
$(B)/test/live/fault/main.o: src/cli/main.c
	@mkdir -p $(@D)
	@echo "  CC      $@"
	$(Q)$(CC) $(FDMAP_CFLAGS) $(CPPFLAGS) $(CFLAGS) -Dmain=fault_main -Wno-missing-prototypes -MMD -MP -c -o $@ $<
$(B)/live/fault: $(FAULT_SRC:%.c=$(B)/%.o) $(B)/test/live/fault/main.o $(OUT_OBJ) \
		$(filter-out $(B)/src/cli/main.o,$(CLI_OBJ)) $(B)/libfdmap.a
	@mkdir -p $(@D)
	@echo "  LINK    $@"
	$(Q)$(CC) $(FDMAP_LDFLAGS) $(LDFLAGS) $(addprefix -Wl$(comma)--wrap=,$(FAULT_WRAP)) -o $@ $^ $(DEPS_LIBS)

$(B)/parity/%: $(B)/test/parity/%.o
	@mkdir -p $(@D)
	@echo "  LINK    $@"
	$(Q)$(CC) $(FDMAP_LDFLAGS) $(LDFLAGS) -o $@ $^ -lrt

$(B)/bench/load: $(B)/test/bench/load.o $(B)/test/bench/mix.o
	@mkdir -p $(@D)
	@echo "  LINK    $@"
	$(Q)$(CC) $(FDMAP_LDFLAGS) $(LDFLAGS) -o $@ $^

$(B)/bench/%: $(B)/test/bench/%.o
	@mkdir -p $(@D)
	@echo "  LINK    $@"
	$(Q)$(CC) $(FDMAP_LDFLAGS) $(LDFLAGS) -o $@ $^

# It looks at the library's own.
$(B)/live/bpfseen: $(B)/test/live/bpfseen.o $(B)/libfdmap.a
	@mkdir -p $(@D)
	@echo "  LINK    $@"
	$(Q)$(CC) $(FDMAP_LDFLAGS) $(LDFLAGS) -o $@ $^ $(DEPS_LIBS)

# Other programs load it, too: it is made for none of the sanitizers.
$(B)/live/libnss_%.so.2: test/live/nss_%.c
	@mkdir -p $(@D)
	@echo "  LINK    $@"
	$(Q)$(CC) -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -fPIC -shared -Wl,-soname,$(@F) -o $@ $<

$(PRELOAD:%=$(B)/live/lib%.so): $(B)/live/lib%.so: test/live/%.c
	@mkdir -p $(@D)
	@echo "  LINK    $@"
	$(Q)$(CC) -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -fPIC -shared -o $@ $<

$(B)/live/%: $(B)/test/live/%.o
	@mkdir -p $(@D)
	@echo "  LINK    $@"
	$(Q)$(CC) $(FDMAP_LDFLAGS) $(LDFLAGS) -o $@ $^ -lrt

.PHONY: bench
bench: all $(BENCH_BIN) ## what scripts/bench needs

# Built with FLAVOUR=fuzz CC=clang only; `make fuzz` says so.
build/fuzz/bin/%: $(B)/test/fuzz/%.o $(OUT_OBJ) $(filter-out $(B)/src/cli/main.o,$(CLI_OBJ)) $(B)/libfdmap.a
	@mkdir -p $(@D)
	@echo "  LINK    $@"
	$(Q)$(CC) $(subst fuzzer-no-link,fuzzer,$(FDMAP_LDFLAGS)) $(LDFLAGS) -o $@ $^ $(DEPS_LIBS)

.PHONY: debug asan tsan cov
debug: ## flavour without optimisation
	$(Q)$(MAKE) FLAVOUR=debug CFLAGS="-O0 -g3"
asan: ## flavour with address and undefined behaviour sanitizers
	$(Q)$(MAKE) FLAVOUR=asan CFLAGS="-O1 -g"
tsan: ## flavour with the thread sanitizer
	$(Q)$(MAKE) FLAVOUR=tsan CFLAGS="-O1 -g"
# Live tests that reach what trees do not: other engines, namespaces, what hangs.
COV_LIVE ?= 77* 87* 97*
cov: ## which lines the tests run; fails below 90 %
	$(Q)$(MAKE) FLAVOUR=cov CFLAGS="-O0 -g" tests
	$(Q)find build/cov -name '*.gcda' -delete
	$(Q)export GCOV_ERROR_FILE=/dev/null; test/run --build build/cov unit golden || exit 1; \
		for c in $(foreach c,$(COV_LIVE),'$(c)'); do test/run --build build/cov --case "$$c" live; done; \
		scripts/coverage build/cov --least 90

.PHONY: tests check check-unit check-replay check-golden check-live check-parity check-all
tests: all $(UNIT_BIN) $(FUZZ_REPLAY) $(TOOL_BIN) ## build everything the tests run
check: tests ## unit, golden, cost and corpus replay (FLAVOUR=asan for another build)
	$(Q)test/run --build $(B) unit replay golden
check-unit: tests ## unit and cost tests only
	$(Q)test/run --build $(B) unit
check-replay: tests ## the parsers' corpora only
	$(Q)test/run --build $(B) replay
check-golden: tests ## recorded trees only
	$(Q)test/run --build $(B) golden
check-live: tests ## this machine, with real servers where they are installed
	$(Q)test/run --build $(B) live
check-parity: tests ## lsof and fdmap side by side, where lsof is installed
	$(Q)test/run --build $(B) parity
check-all: tests ## all rings
	$(Q)test/run --build $(B) unit replay golden live parity

.PHONY: golden-accept
golden-accept: all ## rewrite the goldens from what is printed now
	$(Q)test/run --build $(B) --accept golden

.PHONY: fuzz fuzz-bins
make_fuzz = $(Q)$(MAKE) --no-print-directory FLAVOUR=fuzz CC=clang CFLAGS="-O1 -g"
fuzz: ## build the fuzz targets (clang); scripts/fuzz runs them all
	$(make_fuzz) fuzz-bins
fuzz-bins: $(FUZZ_BIN)
fuzz-%: ## run one fuzz target for TIME seconds (60)
	$(make_fuzz) build/fuzz/bin/fuzz_$*
	$(Q)mkdir -p build/fuzz/corpus/$*
	build/fuzz/bin/fuzz_$* -max_total_time=$(or $(TIME),60) -timeout=10 build/fuzz/corpus/$* test/fuzz/corpus/$*

.PHONY: abi
abi: ## is the library one that programs built with the last release can use?
	$(Q)scripts/check-abi

.PHONY: lint hdrcheck
lint: hdrcheck all ## headers, layers, symbols, registries, fuzz targets, versions, list of files, shell, manuals
	$(Q)scripts/check-layers
	$(Q)scripts/check-symbols $(B)/libfdmap.so
	$(Q)scripts/check-registry $(B)/fdmap
	$(Q)scripts/check-fuzz
	$(Q)scripts/check-version
	$(Q)scripts/check-map
	$(Q)if command -v shellcheck >/dev/null; then shellcheck -x $$(scripts/list-shell); fi
	$(Q)if command -v shellcheck >/dev/null; then $(B)/fdmap --completion=bash | shellcheck -s bash -; fi
	$(Q)if command -v zsh >/dev/null; then $(B)/fdmap --completion=zsh | zsh -n /dev/stdin; fi
	$(Q)if command -v fish >/dev/null; then $(B)/fdmap --completion=fish | fish -N --no-execute /dev/stdin; fi
	$(Q)if command -v mandoc >/dev/null; then mandoc -T lint -W warning $(wildcard docs/*.[1-9]); fi
hdrcheck: ## every header compiles alone
	$(Q)for h in $(HEADERS); do \
		$(CC) $(FDMAP_CFLAGS) -fsyntax-only -x c $$h || exit 1; done

# The programs are kept compiled, so that neither clang nor bpftool is needed to build.
BPF_OUT ?= src/bpf
.PHONY: bpf-regen
bpf-regen: ## compile the BPF programs anew (clang 14, bpftool 7.1), into BPF_OUT
	$(Q)scripts/bpf-regen $(BPF_OUT)

.PHONY: format format-check
format: ## clang-format all sources
	$(Q)clang-format -i $$(git ls-files '*.c' '*.h' ':!*.lskel.h')
format-check: ## say what clang-format would change
	$(Q)clang-format --dry-run --Werror $$(git ls-files '*.c' '*.h' ':!*.lskel.h')

.PHONY: compile_commands
compile_commands: ## build/compile_commands.json
	$(Q)mkdir -p build && $(MAKE) -n -B V=1 all | awk -v d="$(CURDIR)" \
		'/ -c -o /{f=$$NF; c=$$0; gsub(/\\/,"\\\\",c); gsub(/"/,"\\\"",c); \
		printf "%s{\"directory\":\"%s\",\"file\":\"%s\",\"command\":\"%s\"}", (n++?",\n":"[\n"), d, f, c} \
		END{print "\n]"}' > build/compile_commands.json


# The program prints them. Where it cannot run, since it was built for another machine: COMPLETION=0.
COMPLETIONS := $(B)/completion/fdmap.bash $(B)/completion/_fdmap $(B)/completion/fdmap.fish
.PHONY: completion
completion: $(COMPLETIONS) ## what makes bash, zsh and fish complete words
complete_with = $(Q)mkdir -p $(@D) && $(B)/fdmap --completion=$(1) >$@.new && mv $@.new $@
$(B)/completion/fdmap.bash: $(B)/fdmap
	$(call complete_with,bash)
$(B)/completion/_fdmap: $(B)/fdmap
	$(call complete_with,zsh)
$(B)/completion/fdmap.fish: $(B)/fdmap
	$(call complete_with,fish)

include scripts/install.mk
include scripts/package.mk

.PHONY: clean help
clean: ## remove build/
	rm -rf build
help: ## print these lines
	@sed -n 's/^\([a-z][a-z%-]*\):.*## \(.*\)/\1\t\2/p' Makefile scripts/*.mk | awk -F'\t' '{printf "  %-18s %s\n", $$1, $$2}'

.SECONDARY:
-include $(LIB_OBJ:.o=.d) $(OUT_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(wildcard $(B)/test/*/*.d $(B)/test/*/*/*.d)
