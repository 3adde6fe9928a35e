//! The command tree, and the dispatch of each command to its module.

use clap::Subcommand;

use crate::context::Context;
use crate::error::ExitStatus;

mod actions;
mod audit;
mod champions;
mod check;
mod db;
mod doctor;
mod help;
mod import;
mod migrate;
mod report;
mod users;

/// The command groups of the program.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "the help of a group is the doc comment of the group's own type")]
pub enum Commands {
    #[command(subcommand, alias = "user")]
    Users(users::Users),
    #[command(subcommand, alias = "action")]
    Actions(actions::Actions),
    #[command(subcommand, alias = "champion")]
    Champions(champions::Champions),
    #[command(subcommand)]
    Import(import::Import),
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    #[command(subcommand)]
    Audit(audit::Audit),
    #[command(subcommand)]
    Db(db::Databases),
    Doctor(doctor::Args),
    Check(check::Args),
    Report(Box<report::Args>),
    Help(help::Args),
}

impl Commands {
    /// Prints the help, if that is the command. It needs no database, nor a configuration that can be read.
    pub(crate) fn print_help(&self) -> Option<anyhow::Result<ExitStatus>> {
        match self {
            Self::Help(args) => Some(args.print()),
            _ => None,
        }
    }

    pub(crate) fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        match self {
            Self::Users(args) => args.run(ctx),
            Self::Actions(args) => args.run(ctx),
            Self::Champions(args) => args.run(ctx),
            Self::Import(args) => args.run(ctx),
            Self::Migrate(args) => args.run(ctx),
            Self::Audit(args) => args.run(ctx),
            Self::Db(args) => args.run(ctx),
            Self::Doctor(args) => ctx.run(args),
            Self::Check(args) => ctx.run(args),
            Self::Report(args) => ctx.run(*args),
            Self::Help(args) => args.print(),
        }
    }
}
