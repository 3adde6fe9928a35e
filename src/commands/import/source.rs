//! Options for the fields of a source: presets, joined and renamed columns, replaced values.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::error::Failure;
use crate::import::{Deactivated, Fields, FileFormat, Interpretation, Preset, parse_quote};

/// Options for how the fields of a source become our columns.
#[derive(Debug, clap::Args)]
pub(super) struct SourceArgs {
    /// Format or source of the file; by default detected from the first bytes
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t, hide_short_help = true)]
    from: From,
    /// How the fields of a source become columns: a preset by name or a TOML file (rollbook import presets list)
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "from", hide_short_help = true)]
    preset: Option<String>,
    /// Save the input options, given and detected, to a file for --preset
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(super) save_preset: Option<PathBuf>,
    /// Replace a value: COLUMN is the name of our column
    #[arg(long, value_name = "COLUMN:THEIRS=OURS", value_parser = parse_value, hide_short_help = true)]
    map_value: Vec<(String, String, String)>,
    /// Ignore a column of the file, by name or number
    #[arg(long, value_name = "COLUMN", hide_short_help = true)]
    drop: Vec<String>,
    /// Number of lines before the header line
    #[arg(long, value_name = "LINES", hide_short_help = true)]
    skip: Option<u64>,
    /// Sheet of a workbook [default: the first]
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    sheet: Option<String>,
    /// Whether to find format, delimiter and header line in the file
    #[arg(long, value_enum, value_name = "WHEN", default_value_t, hide_short_help = true)]
    sniff: Sniff,
    /// What to do with events whose name the preset does not map
    #[arg(long, value_enum, value_name = "WHAT", default_value_t, hide_short_help = true)]
    unmapped: Unmapped,
    /// What to do with people who are deactivated in the source, by the preset
    #[arg(long, value_enum, value_name = "WHAT", default_value_t, hide_short_help = true)]
    deactivated: Deactivated,
    /// Remove blanks around values, in metadata too
    #[arg(long, hide_short_help = true)]
    trim: bool,
    /// Import test data of the source, as Stripe marks it by livemode
    #[arg(long, hide_short_help = true)]
    allow_test: bool,
}

/// A format or a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum From {
    /// By the first bytes of the file
    #[default]
    Auto,
    /// Delimited text with a header line
    Csv,
    /// JSON objects, one a line or in an array
    Jsonl,
    /// Excel workbook
    Xlsx,
    /// Preset segment
    Segment,
    /// Preset stripe
    Stripe,
    /// Preset xapi
    Xapi,
    /// Preset cloudevents
    Cloudevents,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Sniff {
    /// Find what is not given
    #[default]
    Auto,
    /// Read the file as it is given: comma, header on the first line
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Unmapped {
    /// Reject them
    #[default]
    Reject,
    /// Skip and count them
    Skip,
}

fn parse_value(text: &str) -> Result<(String, String, String), String> {
    let parts = text.split_once(':').and_then(|(column, pair)| Some((column, pair.rsplit_once('=')?)));
    match parts {
        Some((column, (theirs, ours))) if !column.is_empty() && !theirs.is_empty() => {
            Ok((column.trim().to_owned(), theirs.to_owned(), ours.to_owned()))
        }
        _ => Err("expected COLUMN:THEIRS=OURS, e.g. roles:Lehrer=teacher".to_owned()),
    }
}

impl SourceArgs {
    /// The preset that is named.
    pub(super) fn preset_name(&self) -> Option<&str> {
        let by_source = match self.from {
            From::Segment => Some("segment"),
            From::Stripe => Some("stripe"),
            From::Xapi => Some("xapi"),
            From::Cloudevents => Some("cloudevents"),
            From::Auto | From::Csv | From::Jsonl | From::Xlsx => None,
        };
        self.preset.as_deref().or(by_source)
    }

    /// Whether any option is given that a file of rejected rows brings itself.
    pub(super) fn is_given(&self) -> bool {
        self.preset_name().is_some()
            || !self.map_value.is_empty()
            || !self.drop.is_empty()
            || self.unmapped == Unmapped::Skip
            || self.deactivated != Deactivated::Skip
            || self.trim
            || self.allow_test
    }

    /// The interpretation with these options and those of the preset; what is given on the command line prevails.
    pub(super) fn apply(&self, interpretation: Interpretation) -> anyhow::Result<Interpretation> {
        let mut preset = self.preset_name().map(Preset::load).transpose()?.unwrap_or_default();
        let format = match self.from {
            From::Auto => preset.format,
            From::Csv => Some(FileFormat::Csv),
            From::Xlsx => Some(FileFormat::Xlsx),
            From::Jsonl | From::Segment | From::Stripe | From::Xapi | From::Cloudevents => Some(FileFormat::Json),
        };
        let mut map = interpretation.map.clone();
        let joined: Vec<String> = map.keys().filter(|theirs| theirs.contains('+')).cloned().collect();
        let mut fields = Vec::new();
        for theirs in joined {
            let ours = map.remove(&theirs).unwrap_or_default();
            fields.extend(theirs.split('+').map(|field| field.trim().to_owned()));
            let template: Vec<String> = theirs.split('+').map(|field| format!("{{{}}}", field.trim())).collect();
            preset.columns.insert(ours, Fields::One(template.join(" ")));
        }
        // A column that is not there is an error, as with --map.
        map.extend(self.drop.iter().map(|column| (column.clone(), "_".to_owned())));
        let mut set = interpretation.set.clone();
        if format == Some(FileFormat::Json) && !preset.is_empty() {
            if let Some(ours) = map.values().find(|ours| set.contains_key(*ours)) {
                return Err(Failure::usage(format!("--map and --set both give {ours}: remove one of them")).into());
            }
            // Members are found by path: a renamed one is a field of the preset.
            let (dropped, renamed): (Vec<_>, Vec<_>) =
                std::mem::take(&mut map).into_iter().partition(|(_, ours)| ours == "_");
            preset.read.ignore.extend(dropped.into_iter().map(|(theirs, _)| theirs));
            preset.columns.extend(renamed.into_iter().map(|(theirs, ours)| (ours, Fields::One(theirs))));
            preset.always.extend(std::mem::take(&mut set));
        }
        for (column, theirs, ours) in &self.map_value {
            preset.values.entry(column.clone()).or_default().insert(theirs.clone(), ours.clone());
            // A column whose values are replaced is read by the preset; a renamed one by its name in the file.
            let theirs = map.iter().find(|(_, ours)| *ours == column).map(|(theirs, _)| theirs.clone());
            if let Some(theirs) = &theirs {
                map.remove(theirs);
            }
            let field = Fields::One(theirs.unwrap_or_else(|| column.clone()));
            preset.columns.entry(column.clone()).or_insert(field);
        }
        let read = preset.read.clone();
        let mut dialect = interpretation.dialect;
        let mut dialect_given = interpretation.dialect_given;
        let mut delimiter_given = interpretation.delimiter_given;
        if let Some(delimiter) = read.delimiter.filter(|_| !dialect_given) {
            dialect.delimiter = u8::try_from(delimiter)
                .map_err(|_| Failure::usage(format!("the preset's delimiter {delimiter:?} is not one byte")))?;
            (dialect_given, delimiter_given) = (true, true);
        }
        if !interpretation.dialect_given {
            if let Some(quote) = &read.quote {
                let problem = |problem| Failure::usage(format!("the preset's quote {quote:?}: {problem}"));
                dialect.quote = parse_quote(quote).map_err(problem)?;
            }
            dialect.escapes |= read.escapes == Some(true);
        }
        let given = |ours: Vec<_>, preset: Vec<_>| if ours.is_empty() { preset } else { ours };
        let default = Interpretation::default();
        Ok(Interpretation {
            format,
            skips_unmapped: self.unmapped == Unmapped::Skip,
            allows_test: self.allow_test,
            deactivated: self.deactivated,
            trims: self.trim || read.trim == Some(true),
            sniff: self.sniff == Sniff::Auto,
            skip_lines: self.skip.or(read.skip),
            sheet: self.sheet.clone().or(read.sheet),
            source_system: interpretation.source_system.or(read.source_system),
            map,
            joined: fields,
            set,
            dialect,
            dialect_given,
            delimiter_given,
            nulls: if interpretation.nulls == default.nulls && !read.null.is_empty() {
                read.null
            } else {
                interpretation.nulls
            },
            time_formats: given(interpretation.time_formats, read.time_format),
            assume_tz: interpretation.assume_tz.or(read.assume_tz),
            encoding: interpretation.encoding.or(read.encoding),
            decimal: if interpretation.decimal_given {
                interpretation.decimal
            } else {
                read.decimal.unwrap_or(default.decimal)
            },
            decimal_given: interpretation.decimal_given || read.decimal.is_some(),
            preset,
            ..interpretation
        })
    }
}
