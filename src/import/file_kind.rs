//! What the rows of a file are.

/// The kind of rows in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FileKind {
    /// Users
    Users,
    /// Actions, as events from a source system
    Actions,
    /// Champion records
    Champions,
}

impl FileKind {
    /// Every kind, in the order in which a directory is imported: people come before what they did.
    pub const ALL: [Self; 3] = [Self::Users, Self::Actions, Self::Champions];

    /// The plural noun; also the name of the kind's file in a directory, without `.csv`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Actions => "actions",
            Self::Champions => "champions",
        }
    }
}
