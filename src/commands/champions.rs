use clap::Subcommand;

use crate::context::Context;
use crate::error::ExitStatus;

mod board;
mod change;
mod history;
mod list;
mod nominate;
mod note;
mod show;
mod standing;
mod stats;
mod steps;
mod suggest;
mod withdraw;

/// Manage the champion pipeline: candidate, selected, champion, alumni
#[derive(Debug, Subcommand)]
pub enum Champions {
    Nominate(nominate::Args),
    Advance(steps::Advance),
    Retire(steps::Retire),
    Move(steps::Move),
    #[command(visible_alias = "rm")]
    Withdraw(withdraw::Args),
    Note(note::Args),
    #[command(visible_alias = "ls")]
    List(list::Args),
    Show(show::Args),
    History(history::Args),
    Board(board::Args),
    Stats(stats::Args),
    Suggest(suggest::Args),
}

impl Champions {
    pub(super) fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        match self {
            Self::Nominate(args) => ctx.run(args),
            Self::Advance(args) => ctx.run(args),
            Self::Retire(args) => ctx.run(args),
            Self::Move(args) => ctx.run(args),
            Self::Withdraw(args) => ctx.run(args),
            Self::Note(args) => ctx.run(args),
            Self::List(args) => ctx.run(args),
            Self::Show(args) => ctx.run(args),
            Self::History(args) => ctx.run(args),
            Self::Board(args) => ctx.run(args),
            Self::Stats(args) => ctx.run(args),
            Self::Suggest(args) => ctx.run(args),
        }
    }
}
