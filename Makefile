# What a contributor and CI run; each target installs what it needs.

.PHONY: build test lint completions examples bench bench-startup bench-read bench-import

build:
	cargo build --release --locked

# Every test, on SQLite and on a throw-away PostgreSQL server.
test:
	tests/with-postgres cargo test --locked

lint:
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --locked --no-deps --document-private-items
	cargo test --locked --test generated

# Writes anew what is generated from the code; `make lint` fails when it is not current.
completions examples:
	ROLLBOOK_WRITE_GENERATED=1 cargo test --locked --test generated

# Everything that is measured: whole commands against their peers, on both engines.
bench: bench-startup bench-read bench-import

# Needs the peers that it measures against: Debian's sqlite3.
bench-startup:
	cargo bench --locked --bench startup

# Reading five million actions; some ten minutes, and 6 GB in the temporary directory.
bench-read:
	tests/with-postgres cargo bench --locked --bench peers -- read

# The import; some twenty minutes, and 8 GB in the temporary directory.
bench-import:
	tests/with-postgres cargo bench --locked --bench peers -- import
