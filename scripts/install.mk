# SPDX-License-Identifier: MIT
# What is installed where: one list for each part, from which both install and uninstall are made.

PREFIX ?= $(or $(prefix),/usr/local)
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
DOCDIR ?= $(DATADIR)/doc/fdmap
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig
BASHCOMPDIR ?= $(DATADIR)/bash-completion/completions
ZSHCOMPDIR ?= $(DATADIR)/zsh/site-functions
FISHCOMPDIR ?= $(DATADIR)/fish/vendor_completions.d
DESTDIR ?=
INSTALL ?= install
LSOF ?= 0

# Each entry is MODE:FILE:PLACE, link:TARGET:PLACE, or pc::PLACE for fdmap.pc, which is written in its place.
files_into = $(foreach file,$(2),$(1):$(file):$(3)/$(notdir $(file)))
manuals = $(foreach section,$(1),$(call files_into,644,$(wildcard docs/*.$(section)),$(MANDIR)/man$(section)))

INSTALL_PARTS := program completion library devel doc
INSTALL_program = $(call files_into,755,$(B)/fdmap,$(BINDIR)) $(call manuals,1 5 7 8)
# The program prints them, and may be for another machine: COMPLETION=0.
COMPLETION ?= 1
INSTALL_completion = $(if $(filter 1,$(COMPLETION)),644:$(B)/completion/fdmap.bash:$(BASHCOMPDIR)/fdmap \
	$(call files_into,644,$(B)/completion/_fdmap,$(ZSHCOMPDIR)) \
	$(call files_into,644,$(B)/completion/fdmap.fish,$(FISHCOMPDIR)))
INSTALL_library = 644:$(B)/libfdmap.so:$(LIBDIR)/libfdmap.so.$(VERSION) \
	link:libfdmap.so.$(VERSION):$(LIBDIR)/libfdmap.so.$(SOVERSION)
INSTALL_devel = $(call files_into,644,$(B)/libfdmap.a,$(LIBDIR)) \
	link:libfdmap.so.$(SOVERSION):$(LIBDIR)/libfdmap.so \
	pc::$(PKGCONFIGDIR)/fdmap.pc \
	$(call files_into,644,include/fdmap.h,$(INCLUDEDIR)) \
	$(call manuals,3) $(call files_into,644,$(wildcard docs/examples/*),$(DOCDIR)/examples)
INSTALL_doc = $(call files_into,644,README.md $(wildcard NEWS.md docs/*.md docs/*.json),$(DOCDIR))

# What is below the prefix moves with it; only who links the archive needs libmnl's own files.
below_prefix = $(patsubst $(PREFIX)/%,$${prefix}/%,$(1))
PC_LINES = 'prefix=$(PREFIX)' 'libdir=$(call below_prefix,$(LIBDIR))' \
	'includedir=$(call below_prefix,$(INCLUDEDIR))' '' \
	'Name: fdmap' 'Description: what every Linux process has open' 'Version: $(VERSION)' \
	'Libs: -L$${libdir} -lfdmap' 'Libs.private: $(strip $(DEPS_LIBS)) -pthread' 'Cflags: -I$${includedir}'

# Another lsof is neither replaced nor removed.
lsof_links = link:fdmap:$(BINDIR)/lsof link:fdmap.1:$(MANDIR)/man1/lsof.1

# Each of the entries: $$mode, $$from, and $$to, where it goes to.
for_each_entry = $(Q)set -e; for entry in $(1); do \
		mode=$${entry%%:*}; from=$${entry\#*:}; to="$(DESTDIR)$${from\#*:}"; from=$${from%%:*}; $(2); done
put_entry = echo "  INSTALL $$to"; $(INSTALL) -d "$${to%/*}"; \
	case "$$mode" in \
	link) ln -sf "$$from" "$$to" ;; \
	pc) $(INSTALL) -m 644 /dev/null "$$to"; printf '%s\n' $(PC_LINES) >"$$to" ;; \
	*) $(INSTALL) -m "$$mode" "$$from" "$$to" ;; \
	esac
put_lsof = if [ "$$(readlink "$$to")" != "$$from" ]; then $(INSTALL) -d "$${to%/*}"; ln -s "$$from" "$$to"; fi
remove_entry = rm -f "$$to"
remove_lsof = if [ "$$(readlink "$$to")" = "$$from" ]; then rm -f "$$to"; fi

.PHONY: install uninstall $(INSTALL_PARTS:%=install-%) $(INSTALL_PARTS:%=uninstall-%)
install: $(INSTALL_PARTS:%=install-%) ## program, library, manuals; PREFIX, DESTDIR, BINDIR...; LSOF=1: also as lsof
ifeq ($(LSOF),1)
	$(call for_each_entry,$(lsof_links),$(put_lsof))
endif
uninstall: $(INSTALL_PARTS:%=uninstall-%) ## remove what install put there
	$(call for_each_entry,$(lsof_links),$(remove_lsof))
	$(Q)for dir in "$(DESTDIR)$(DOCDIR)/examples" "$(DESTDIR)$(DOCDIR)"; do \
		if [ -d "$$dir" ]; then rmdir --ignore-fail-on-non-empty "$$dir"; fi; done

install-program: $(B)/fdmap ## the program alone; likewise -completion, -library, -devel, -doc
install-completion: $(if $(filter 1,$(COMPLETION)),$(COMPLETIONS))
install-library: $(B)/libfdmap.so
install-devel: $(B)/libfdmap.a
$(INSTALL_PARTS:%=install-%): install-%:
	$(call for_each_entry,$(INSTALL_$*),$(put_entry))
$(INSTALL_PARTS:%=uninstall-%): uninstall-%:
	$(call for_each_entry,$(INSTALL_$*),$(remove_entry))
