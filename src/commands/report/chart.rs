use std::path::{Path, PathBuf};

use super::{About, check_file, section_names, write};
use crate::chart::standalone;
use crate::context::Context;
use crate::error::{ExitStatus, Failure};
use crate::report::Report;
use crate::text::Quoted as _;

/// Write one chart of the report as a picture
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Section whose chart is drawn
    #[arg(value_name = "NAME", value_parser = section_names())]
    name: String,
    #[command(flatten)]
    about: About,
    /// File to write, .svg or .png; - for SVG on standard output
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: PathBuf,
    /// Replace the file if it exists
    #[arg(long, help_heading = "Output", hide_short_help = true)]
    overwrite: bool,
    /// Title above the chart [default: that of the section and the period]
    #[arg(long, value_name = "TEXT", help_heading = "Output", hide_short_help = true)]
    title: Option<String>,
    /// Width in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 960, value_parser = clap::value_parser!(u32).range(100..=8000), help_heading = "Output", hide_short_help = true)]
    width: u32,
    /// Height in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 540, value_parser = clap::value_parser!(u32).range(100..=8000), help_heading = "Output", hide_short_help = true)]
    height: u32,
}

impl Args {
    pub(super) fn run(mut self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let file = Some(self.output.as_path()).filter(|path| *path != Path::new("-"));
        let picture = Picture::of(file)?;
        check_file(file, self.overwrite, ctx)?;
        let mut scope = self.about.scope(ctx)?;
        let (db, out) = ctx.open()?;
        let names = [self.name.clone()];
        let drawn = db.snapshot(|db| {
            db.scan()?;
            scope.users = self.about.population.users(&mut db.conn)?;
            let report = Report::build(&scope, &names, db)?;
            Ok(report.sections.first().and_then(|section| Some((section.drawn()?, section.title))))
        })?;
        let Some((chart, title)) = drawn else {
            return Err(
                Failure::failed(format!("there is nothing to draw of {} in {}", self.name, scope.period)).into()
            );
        };
        let title = self.title.unwrap_or_else(|| format!("{title}, {}", scope.period));
        let svg = standalone(&chart, &title, (self.width, self.height));
        let content = match picture {
            Picture::Svg => svg.into_bytes(),
            #[cfg(feature = "png")]
            Picture::Png => crate::chart::png(&svg)?,
        };
        write(file, self.overwrite, &content, out)?;
        Ok(ExitStatus::Done)
    }
}

/// How a chart is written.
enum Picture {
    Svg,
    #[cfg(feature = "png")]
    Png,
}

impl Picture {
    /// By the name of the file.
    fn of(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = file else { return Ok(Self::Svg) };
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("svg") => Ok(Self::Svg),
            #[cfg(feature = "png")]
            Some("png") => Ok(Self::Png),
            #[cfg(not(feature = "png"))]
            Some("png") => {
                Err(Failure::usage(format!("--output {}: this program was built without PNG", path.quoted()))
                    .hint("name a file like weeks.svg, or build with --features png"))
            }
            _ => Err(Failure::usage(format!("--output {}: expected .svg or .png", path.quoted()))
                .hint("name a file like weeks.svg, or - for standard output")),
        }
    }
}
