//! One record of a file, in any format, with its fields by our column names.

/// What a format knows of the record that it has read last.
pub(super) trait RecordFields {
    /// The field of a column, by its number in [`Columns::names`]; `None` if the file has no such column.
    fn field(&self, column: usize) -> Option<&str>;

    /// The n-th of the columns `metadata.<key>`: key and value.
    fn metadata(&self, n: usize) -> Option<(&str, &str)>;

    /// Whether the person loses the roles, being deactivated in the source.
    fn loses_roles(&self) -> bool;
}

/// A record that is well formed; its fields are not checked yet.
#[derive(Clone, Copy)]
pub(super) struct Record<'a>(pub(super) &'a dyn RecordFields);

impl<'a> Record<'a> {
    /// The fields, in the order of [`Columns::names`]; `None` where the file has no such column.
    pub(super) fn fields<const N: usize>(&self) -> [Option<&'a str>; N] {
        std::array::from_fn(|column| self.0.field(column))
    }

    /// Whether the person loses the roles, being deactivated in the source.
    pub(super) fn loses_roles(&self) -> bool {
        self.0.loses_roles()
    }

    /// The keys and values of the columns `metadata.<key>`.
    pub(super) fn metadata(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let fields = self.0;
        (0..).map_while(move |n| fields.metadata(n))
    }
}

/// The columns that a file of one kind may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    /// Their names, in the order in which [`Record::fields`] returns them.
    pub(super) names: &'static [&'static str],
    /// The required columns, each with its alternatives.
    pub(super) required: &'static [&'static [&'static str]],
    /// Whether columns `metadata.<key>` are allowed too.
    pub(super) metadata: bool,
}

/// The start of the names of metadata columns.
pub(super) const METADATA: &str = "metadata.";

/// The name of a column in lower case, without surrounding blanks; a metadata key keeps its case.
pub(super) fn normal(name: &str) -> String {
    let name = name.trim_start_matches('\u{feff}').trim();
    match name.get(..METADATA.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(METADATA) => format!("{METADATA}{}", &name[METADATA.len()..]),
        _ => name.to_lowercase(),
    }
}
