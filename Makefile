# Targets for contributors and CI; those that use tests/with-postgres install PostgreSQL if it is missing.

.PHONY: test-citus bench-growth test-parquet docs package deny fuzz mutants torture build test test-browser lint completions examples bench bench-startup bench-read bench-import bench-people

build:
	cargo build --release --locked

# Runs all tests, on SQLite and on a temporary PostgreSQL server.
test:
	tests/with-postgres cargo test --locked --features png

# Looks at the report in Chromium, which it installs if it is missing; so does it axe-core, from npm.
test-browser:
	tests/with-browser cargo test --locked --test browser

# Runs the tests of the command line with PostgreSQL, and those of a distributed log, on a temporary Citus cluster, whose source
# it needs: see tests/with-citus. Those of pgbouncer, of the standby and of the other server have servers of their own in make test.
test-citus:
	tests/with-citus cargo test --locked --features png --test cli -- --skip ::sqlite --skip pooler --skip standby --skip other_server \
		--test-threads 3
	tests/with-citus cargo test --locked --features png --test citus -- --test-threads 1

lint:
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo clippy --locked --features png --test torture --test browser --test citus -- -D warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --locked --no-deps --document-private-items
	cargo test --locked --test generated

# Regenerates the files that are generated from the code; `make lint` fails if they are not current.
completions examples:
	ROLLBOOK_WRITE_GENERATED=1 cargo test --locked --test generated

# Builds the documentation as a book in target/book, with mdbook, which it installs if it is missing.
docs:
	command -v mdbook >/dev/null || cargo install --locked mdbook
	mdbook build docs

# Reads exported Parquet files with DuckDB, from PyPI.
test-parquet:
	tests/parquet-duckdb

# Builds the Debian package, installs it, runs it and removes it. Needs root.
package:
	tests/package

# Checks licences, sources and bans of all dependencies with cargo-deny, which it installs if it is missing.
deny:
	command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
	cargo deny check licenses bans sources

# Runs all benchmarks: whole commands on both engines, compared with other programs.
bench: bench-startup bench-read bench-import

# Requires the sqlite3 shell for the comparison (Debian package sqlite3).
bench-startup:
	cargo bench --locked --bench startup

# Reads five million actions; takes about ten minutes, and 6 GB in the temporary directory.
bench-read:
	tests/with-postgres cargo bench --locked --bench peers -- read

# Imports actions; takes about twenty minutes, and 8 GB in the temporary directory.
bench-import:
	tests/with-postgres cargo bench --locked --bench peers -- import

# Merges and erases a person with a million actions; takes about five minutes.
bench-people:
	tests/with-postgres cargo bench --locked --bench peers -- people

# Imports and reads 1, 5 and 10 million actions on SQLite, PostgreSQL, Citus and as Parquet; takes about an hour, and 20 GB in
# the temporary directory. It needs the source of Citus, as test-citus does.
bench-growth:
	tests/with-citus cargo bench --locked --bench peers -- growth

# Feeds random input to the reader of files, times and metadata: ten minutes each. Requires cargo-fuzz and a C++ compiler;
# works with the stable compiler.
FUZZ_SECONDS ?= 600
fuzz:
	for target in csv json xlsx presets reading times metadata; do \
		mkdir -p fuzz/target/corpus/$$target; \
		cargo fuzz run --sanitizer none $$target fuzz/target/corpus/$$target fuzz/corpus/$$target -- \
			-max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=2048 || exit 1; \
	done

# Kills, full and failing disks, cut connections, many writers: takes about twenty minutes.
torture:
	tests/with-postgres cargo test --locked --test torture -- --nocapture --test-threads 2

# Changes the rules one at a time, and runs the tests that must notice. Requires cargo-mutants; takes hours.
mutants:
	tests/with-postgres cargo mutants --timeout 900 -- --test cli
