# SPDX-License-Identifier: Apache-2.0
# The two commands of the README, and what developers run every day. Each says what it does.
SWIFT ?= swift
FLAGS := --explicit-target-dependency-import-check error
# A release has no debug information, which is a tenth of the compiler's time and is never loaded. What ships has no symbols either, and one copy of
# functions that are the same.
RELEASE := $(FLAGS) -Xswiftc -gnone
SHIPPED := -Xlinker -s -Xlinker --icf=all

.PHONY: demo test quick sanitize soak build release lint format benchmark install clean

demo: release            ## build in release mode and open the dashboard on a simulated mesh
	@echo "meshtop: opening the demo (q quits)"
	@.build/release/meshtop demo

release:                 ## install what is missing and build in release mode
	@scripts/prepare build
	@echo "meshtop: building in release mode"
	@$(SWIFT) build -c release $(RELEASE) $(SHIPPED) --static-swift-stdlib --product meshtop

build:                   ## build everything for debugging
	@scripts/prepare build
	@$(SWIFT) build $(FLAGS) --build-tests

test:                    ## install what is missing and run all tests
	@scripts/prepare test
	@echo "meshtop: building the tests"
	@$(SWIFT) build $(FLAGS) --build-tests
	@echo "meshtop: running the tests"
	@$(SWIFT) test --skip-build --skip EndToEnd
	@echo "meshtop: running the tests with real terminals and clusters, which need the machine for themselves"
	@$(SWIFT) test --skip-build --filter EndToEnd

quick:                   ## what one runs between two edits: all unit tests but the slow ones
	@$(SWIFT) build $(FLAGS) --build-tests
	@MESHTOP_QUICK=1 $(SWIFT) test --skip-build --skip EndToEnd

sanitize:                ## the quick tests under the thread sanitizer, then under the address sanitizer
	@for kind in thread address; do \
	    echo "meshtop: building for the $$kind sanitizer"; \
	    $(SWIFT) build $(FLAGS) --build-tests --sanitize $$kind --scratch-path .build/$$kind || exit 1; \
	    MESHTOP_QUICK=1 TSAN_OPTIONS=halt_on_error=1 ASAN_OPTIONS=detect_leaks=0 \
	        $(SWIFT) test --skip-build --sanitize $$kind --scratch-path .build/$$kind --skip EndToEnd || exit 1; \
	done

soak: release            ## 25 minutes of trouble; fails when memory, descriptors or threads grow
	@python3 Benchmarks/soak.py

lint:                    ## the formatting rules, as CI checks them
	@$(SWIFT) format lint --strict --recursive Sources Tests Benchmarks Package.swift

format:                  ## apply the formatting rules
	@$(SWIFT) format --in-place --recursive Sources Tests Benchmarks Package.swift

benchmark:               ## run the benchmarks in release mode
	@scripts/prepare build
	@$(SWIFT) build -c release $(RELEASE) --product meshtop-benchmarks
	@.build/release/meshtop-benchmarks

install: release         ## copy the binary to $(DESTDIR)$(PREFIX)/bin, as kubectl-meshtop too
	@install -D -m 755 .build/release/meshtop "$(DESTDIR)$(or $(PREFIX),/usr/local)/bin/meshtop"
	@ln -sf meshtop "$(DESTDIR)$(or $(PREFIX),/usr/local)/bin/kubectl-meshtop"

clean:
	@$(SWIFT) package clean
