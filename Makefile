# SPDX-License-Identifier: Apache-2.0
# The two commands of the README, and what developers run every day. Each says what it does.
SWIFT ?= swift
FLAGS := --explicit-target-dependency-import-check error

.PHONY: demo test build release lint format benchmark install clean

demo: release            ## build in release mode and open the dashboard on a simulated mesh
	@echo "meshtop: opening the demo (q quits)"
	@.build/release/meshtop demo

release:                 ## install what is missing and build in release mode
	@scripts/prepare build
	@echo "meshtop: building in release mode"
	@$(SWIFT) build -c release $(FLAGS) --static-swift-stdlib --product meshtop

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

lint:                    ## the formatting rules, as CI checks them
	@$(SWIFT) format lint --strict --recursive Sources Tests Benchmarks Package.swift

format:                  ## apply the formatting rules
	@$(SWIFT) format --in-place --recursive Sources Tests Benchmarks Package.swift

benchmark:               ## run the benchmarks in release mode
	@scripts/prepare build
	@$(SWIFT) build -c release $(FLAGS) --product meshtop-benchmarks
	@.build/release/meshtop-benchmarks

install: release         ## copy the binary to $(DESTDIR)$(PREFIX)/bin, as kubectl-meshtop too
	@install -D -m 755 .build/release/meshtop "$(DESTDIR)$(or $(PREFIX),/usr/local)/bin/meshtop"
	@ln -sf meshtop "$(DESTDIR)$(or $(PREFIX),/usr/local)/bin/kubectl-meshtop"

clean:
	@$(SWIFT) package clean
