# Every target installs what is missing first; once it is there, none needs a network.

SWIFT_FLAGS := --explicit-target-dependency-import-check error
SOURCES     := Sources Tests Examples/CustomFamily benchmarks/speed/Sources Package.swift

.PHONY: run test check lint format build release example dependencies clean

# The leaderboard on the built-in market. Arguments go in ARGS: make run ARGS="--profile standard"
run: release
	.build/release/qbench run $(ARGS)

# One thread an operation, as in workers: tests run side by side already.
test: export OMP_NUM_THREADS = 1
test: export OPENBLAS_NUM_THREADS = 1
test: dependencies
	swift test $(SWIFT_FLAGS)

# What CI runs, in this order.
check: lint build test release
	Scripts/smoke
	Scripts/example $(SWIFT_FLAGS)

lint:
	swift format lint --strict --parallel --recursive $(SOURCES)

format:
	swift format --in-place --parallel --recursive $(SOURCES)

build: dependencies
	swift build --build-tests $(SWIFT_FLAGS)

release: dependencies
	swift build -c release --product qbench $(SWIFT_FLAGS)

# A family of another package, beside those of qbench.
example: release
	Scripts/example $(SWIFT_FLAGS)

dependencies:
	@Scripts/install-dependencies

clean:
	rm -rf .build
