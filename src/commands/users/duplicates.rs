use crate::analytics::{LikelyDuplicates, Likeness, duplicates};
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::ExitStatus;
use crate::models::User;
use crate::output::{ArrangeArgs, Record, plural};

/// List likely duplicates: users who may be one person, and could be merged
///
/// Compares email addresses and names, ignoring case, accents and letters that look alike; in addresses, also dots and +tags
/// before the @. The exit code is 0 whether there are any or not; rollbook check exits with 1.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Fields to compare
    #[arg(long, value_enum, value_delimiter = ',', default_value = "email,name")]
    by: Vec<Likeness>,
    #[command(flatten, next_help_heading = "Output")]
    arrange: ArrangeArgs,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        self.arrange.check::<LikelyDuplicates>()?;
        let (db, out) = ctx.open()?;
        let found = duplicates(&User::everybody(&mut db.conn)?, &self.by);
        self.arrange.print(&found, out)?;
        if found.is_empty() {
            out.status("no likely duplicates");
        } else {
            let groups = plural(found.len() as u64, "likely duplicate");
            out.status(format_args!("{groups}; merge two users: rollbook users merge FROM INTO"));
        }
        Ok(ExitStatus::Done)
    }
}

impl Record for LikelyDuplicates {
    const COLUMNS: &'static [&'static str] = &["by", "ids", "emails", "names"];
    const TABLE: &'static [&'static str] = Self::COLUMNS;

    fn cells(&self) -> Vec<String> {
        let by = if self.by == Likeness::Email { "email" } else { "name" };
        vec![by.to_owned(), self.ids.join(", "), self.emails.join(", "), self.names.join(", ")]
    }

    fn id(&self) -> &str {
        self.ids.first().map_or("", String::as_str)
    }
}
