//! The bulk import: from the bytes of a file to rows in the tables.
//!
//! A [`Source`] is opened and decoded ([`decode`]), and its format ([`formats`]) turns it into records. Each record is
//! checked and becomes a row of its kind ([`kinds`]), or is rejected. That happens on a thread of its own ([`reader`]), ahead
//! of the thread that writes: there the rows are looked up and added batch by batch, each with one verdict, and a
//! [`Report`] counts and remembers. [`driver`] runs it all; [`history`] records what was imported.
//!
//! All files of one import are one transaction, unless `--commit-every` makes it many ([`commit_every`]).

mod check;
mod check_file;
mod commit_every;
mod decode;
mod dialect;
mod driver;
mod embedded_options;
mod encoding;
mod encodings;
mod failure;
mod file_format;
mod file_kind;
mod formats;
mod history;
mod interpretation;
mod journal;
mod kinds;
mod look_ahead;
mod mapping;
mod metadata;
mod one_transaction;
mod options;
mod output_files;
mod preset;
mod progress;
mod reader;
mod record;
mod rejects;
mod repeats;
mod report;
mod report_table;
mod running;
mod saved_preset;
mod source;
mod summary;
mod template;
mod transcoder;
mod verdict_text;

pub use check_file::{CheckedRows, check_file};
pub use dialect::{Dialect, DialectArgs, Quote, parse_quote};
pub use driver::run;
pub use embedded_options::EmbeddedOptions;
pub use file_format::FileFormat;
pub use file_kind::FileKind;
pub use formats::REASON_COLUMNS;
pub use interpretation::{Deactivated, Interpretation};
pub use options::{
    OnConflict, OnError, Options, Progress, parse_encoding, parse_filled_pair, parse_pair, parse_size, parse_time_span,
};
pub use preset::{BUILT_IN, Constant, Fields, Preset};
pub use report::Report;
pub use source::Source;
