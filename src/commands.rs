//! The command tree, and the dispatch of each command to its module.

use clap::Subcommand;

use crate::cli::Deferred;
use crate::context::Context;
use crate::error::ExitStatus;
use crate::settings::{Global, switch};

pub use completions::Shell;
pub use help::TOPICS;
pub(crate) use users::LISTED_COLUMNS;

mod actions;
mod audit;
mod champions;
mod check;
mod completions;
pub(crate) mod config;
mod db;
mod doctor;
mod feed;
mod help;
mod import;
mod init;
mod man;
mod metrics;
mod migrate;
mod report;
mod users;

/// The command groups of the program.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "the help of a group is the doc comment of the group's own type")]
pub enum Commands {
    #[command(subcommand, alias = "user")]
    Users(Deferred<users::Users>),
    #[command(subcommand, alias = "action")]
    Actions(Deferred<actions::Actions>),
    #[command(subcommand, alias = "champion")]
    Champions(Deferred<champions::Champions>),
    #[command(subcommand)]
    Import(Deferred<import::Import>),
    #[command(subcommand)]
    Migrate(Deferred<migrate::Migrate>),
    #[command(subcommand)]
    Audit(Deferred<audit::Audit>),
    #[command(subcommand)]
    Db(Deferred<db::Databases>),
    Doctor(doctor::Args),
    Check(check::Args),
    Report(Box<report::Args>),
    #[command(subcommand)]
    Config(Deferred<config::Config>),
    Init(init::Args),
    Metrics(metrics::Args),
    Completions(completions::Args),
    Man(man::Args),
    Help(help::Args),
}

impl Commands {
    /// Runs a command that needs no database. `tree` makes the tree of all commands, with their help.
    pub(crate) fn run_without_database(
        &self,
        global: &Global,
        tree: fn() -> clap::Command,
    ) -> Option<anyhow::Result<ExitStatus>> {
        match self {
            Self::Help(args) => Some(
                switch(global.no_pager, "ROLLBOOK_NO_PAGER")
                    .map_or_else(|error| Err(error.into()), |no_pager| args.print(tree(), no_pager)),
            ),
            Self::Config(command) => Some(command.0.run(global)),
            Self::Completions(args) => Some(args.print()),
            Self::Man(args) => Some(args.write(tree())),
            _ => None,
        }
    }

    pub(crate) fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        match self {
            Self::Users(args) => args.0.run(ctx),
            Self::Actions(args) => args.0.run(ctx),
            Self::Champions(args) => args.0.run(ctx),
            Self::Import(args) => args.0.run(ctx),
            Self::Migrate(args) => args.0.run(ctx),
            Self::Audit(args) => args.0.run(ctx),
            Self::Db(args) => args.0.run(ctx),
            Self::Doctor(args) => ctx.run(args),
            Self::Check(args) => ctx.run(args),
            Self::Report(args) => ctx.run(*args),
            Self::Init(args) => ctx.run(args),
            Self::Metrics(args) => ctx.run(args),
            // They have run without a database.
            Self::Config(_) | Self::Completions(_) | Self::Man(_) | Self::Help(_) => Ok(ExitStatus::Done),
        }
    }
}
