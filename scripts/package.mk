# SPDX-License-Identifier: MIT
# What is given to others: a program that runs anywhere, a tarball, Debian packages.

.PHONY: static
static: ## build/static/fdmap, which needs no library; names come from plain files
	$(Q)$(MAKE) --no-print-directory FLAVOUR=static build/static/fdmap

TARBALL := build/dist/fdmap-$(VERSION).tar.gz

.PHONY: dist distcheck
dist: ## build/dist/fdmap-VERSION.tar.gz of what is committed; the same bytes each time
	$(Q)scripts/dist
distcheck: dist ## the tarball builds, passes check, installs, uninstalls, packs itself; NOCHECK=1: without check
	$(Q)NOCHECK=$(NOCHECK) scripts/distcheck $(TARBALL)

DEB_DIR ?= build/deb

.PHONY: deb
deb: dist ## Debian packages, in build/deb: fdmap, libfdmap0, libfdmap-dev
	$(Q)scripts/deb $(TARBALL) $(DEB_DIR)
	$(Q)ls $(DEB_DIR)/*.deb
