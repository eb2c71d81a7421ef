# Somscope: build, test and measure. Everything needs Go; the browser tests need
# Chromium too, which `make test` installs where it may.

GO       ?= go
FUZZTIME ?= 30s
ADDR     ?=

# Only for the tests: the checker of accessibility, by its exact version.
AXE_VERSION := 4.14.1
AXE         := .cache/axe/node_modules/axe-core/axe.min.js

.DEFAULT_GOAL := serve
.PHONY: serve dev build test lint unit e2e bench accuracy fuzz clean chromium axe

serve: ## build the site, serve it on localhost and print the address
	$(GO) run ./cmd/build -serve $(if $(ADDR),-addr $(ADDR))

dev: ## serve an unminified build, made anew when a source changes
	$(GO) run ./cmd/build -dev $(if $(ADDR),-addr $(ADDR))

build: ## write dist/
	$(GO) run ./cmd/build

# The order is that of cost: a slip in formatting is told before anything slow.
test: chromium axe lint build unit e2e

lint: .cache/bin/staticcheck
	@unformatted=$$(gofmt -l cmd decoder wasm); if [ -n "$$unformatted" ]; then \
		echo "gofmt has something to say about:" >&2; echo "$$unformatted" >&2; exit 1; fi
	$(GO) vet ./...
	GOOS=js GOARCH=wasm $(GO) vet ./...
	.cache/bin/staticcheck ./...
	GOOS=js GOARCH=wasm .cache/bin/staticcheck ./...

# Built for this machine first: `go tool` under GOOS=js would build it for js.
.cache/bin/staticcheck: go.mod go.sum
	$(GO) build -o $@ honnef.co/go/tools/cmd/staticcheck

# Results are never taken from the cache: tests read captures outside of the
# project, whose changes Go does not see.
unit:
	$(GO) test -count=1 -p 2 -timeout 15m $$($(GO) list ./... | grep -v '/wasm/e2e$$')

e2e:
	SOMSCOPE_DIST=$(CURDIR)/dist SOMSCOPE_AXE=$(CURDIR)/$(AXE) $(GO) test -count=1 -timeout 20m ./wasm/e2e

bench: chromium build ## figures beside their targets, ratios against a floor run beside them
	$(GO) test -run '^$$' -bench . -benchmem -timeout 20m ./decoder/...
	SOMSCOPE_DIST=$(CURDIR)/dist SOMSCOPE_BENCH=1 $(GO) test -count=1 -timeout 30m -run '^TestBench' -v ./wasm/e2e

accuracy: ## who finds Skype in the captures of SOMSCOPE_CAPTURES (Somscope and the published detectors), and which codecs its calls fit
	$(GO) test -count=1 -run '^(TestAccuracy|TestWorkingPoints)$$' -v ./decoder

fuzz: ## every fuzz target for FUZZTIME
	@grep -rlE '^func Fuzz[A-Z]' --include='*_test.go' cmd decoder wasm | xargs -n 1 dirname | sort -u | while read -r dir; do \
		grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$$dir"/*_test.go | sed 's/^func //' | sort -u | while read -r target; do \
			echo "== ./$$dir $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "./$$dir" || exit 1; \
		done || exit 1; \
	done

clean:
	rm -rf dist .cache

# A browser that is there already is taken, whatever it is called. Where none
# is and none can be installed, the browser tests say so themselves: they skip,
# or fail where CI=true asks for them.
chromium:
	@for name in "$$SOMSCOPE_CHROMIUM" chromium chromium-browser google-chrome google-chrome-stable; do \
		if [ -n "$$name" ] && command -v "$$name" >/dev/null 2>&1; then exit 0; fi; \
	done; \
	if ! command -v apt-get >/dev/null 2>&1; then \
		echo "There is no Chromium here, and no apt-get to install it with: please install it by hand, or name one in SOMSCOPE_CHROMIUM." >&2; \
	elif [ "$$(id -u)" != 0 ]; then \
		echo "There is no Chromium here, and installing it takes root: sudo apt-get install chromium" >&2; \
	else \
		echo "installing Chromium for the browser tests"; \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -q && apt-get install -q -y --no-install-recommends chromium || \
			echo "Chromium could not be installed; the browser tests will say what that means." >&2; \
	fi

axe:
	@if [ -f $(AXE) ] && [ "$$(cat .cache/axe/version 2>/dev/null)" = $(AXE_VERSION) ]; then exit 0; fi; \
	if ! command -v npm >/dev/null 2>&1; then \
		echo "There is no npm here: the check of accessibility has no axe-core and will say so." >&2; \
	else \
		echo "fetching axe-core $(AXE_VERSION) for the check of accessibility"; \
		mkdir -p .cache/axe && \
		npm install --prefix .cache/axe --no-save --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error axe-core@$(AXE_VERSION) && \
		echo $(AXE_VERSION) > .cache/axe/version || \
			echo "axe-core could not be fetched; the check of accessibility will say what that means." >&2; \
	fi
