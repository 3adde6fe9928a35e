//! The option that says whether tables draw bars.

use clap::ValueEnum;

use super::Output;

/// The option of commands whose tables can draw bars.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct ChartArg {
    /// When to draw a chart beside the numbers; auto is on a terminal
    #[arg(long, value_enum, default_value_t = Chart::Auto, value_name = "WHEN", hide_short_help = true)]
    chart: Chart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Chart {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl ChartArg {
    /// Has the output draw bars, or not.
    pub fn apply(self, out: &mut Output) {
        match self.chart {
            Chart::Auto => {}
            Chart::Always => out.draw_charts(true),
            Chart::Never => out.draw_charts(false),
        }
    }
}
