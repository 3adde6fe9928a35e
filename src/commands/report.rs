use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use tempfile::TempPath;

use self::about::About;
use crate::context::{Command, Context};
use crate::db::Access;
use crate::error::{ExitStatus, Failure};
use crate::output::{Format, OutputFile};
use crate::report::{PEOPLE, Report, SECTIONS, TextWidth, to_csv, to_html, to_json, to_mail, to_text};
use crate::text::Quoted as _;

mod about;
mod chart;

/// Report on a month, a quarter or another period: a page, a message, text, JSON or CSV
///
/// The page is one file without scripts or addresses. Numbers of fewer than five people are hidden. Without a period, the
/// report is on the last month. SOURCE_DATE_EPOCH sets the time at which the report is made, so that the same data gives the
/// same bytes.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    chart: Option<One>,
    #[command(flatten)]
    about: About,
    /// Section to include; repeat for several [default: all]
    #[arg(long = "section", value_name = "NAME", value_parser = section_names(), hide_short_help = true)]
    sections: Vec<String>,
    /// File to write: .html, .eml, .txt, .json or .csv; - for standard output [default: text on standard output]
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, help_heading = "Output", hide_short_help = true)]
    overwrite: bool,
    /// Write a message with the page attached, to be sent by a mail program
    #[arg(long, help_heading = "Output", requires = "output")]
    email: bool,
    /// Open the page in a browser; without --output, it is a temporary file
    #[arg(long, help_heading = "Output", conflicts_with = "email")]
    web: bool,
}

#[derive(Debug, Subcommand)]
enum One {
    Chart(chart::Args),
}

fn section_names() -> clap::builder::PossibleValuesParser {
    SECTIONS.iter().map(|(name, _)| *name).collect::<Vec<_>>().into()
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn writes(&self, format: Format) -> bool {
        self.output.is_some() || kind_of(None, false, format).is_ok()
    }

    fn run(mut self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        if let Some(One::Chart(args)) = self.chart.take() {
            return args.run(ctx);
        }
        let page = if self.web { Some(self.page()?) } else { None };
        let path = page.as_ref().map(Page::path).or(self.output.as_deref());
        let kind = kind_of(path, self.email, ctx.out.format())?;
        let file = path.filter(|path| *path != Path::new("-"));
        check_file(file, self.overwrite || page.as_ref().is_some_and(Page::is_temporary), ctx)?;
        let mut scope = self.about.scope(ctx)?;
        if self.sections.iter().any(|name| name == PEOPLE) && !scope.shows_names {
            return Err(Failure::usage("--section people requires --with-names").into());
        }
        let (db, out) = ctx.open()?;
        let room = match file {
            Some(_) => TextWidth::FILE,
            None => TextWidth { prose: out.width(), table: out.table_width() },
        };
        let content = db.snapshot(|db| {
            db.scan()?;
            scope.users = self.about.population.users(&mut db.conn)?;
            let report = Report::build(&scope, &self.sections, db)?;
            Ok(match kind {
                Kind::Html => to_html(&report).into_bytes(),
                Kind::Mail => to_mail(&report),
                Kind::Json => to_json(&report)?,
                Kind::Csv => to_csv(&report, file.is_none() && std::io::stdout().is_terminal())?,
                Kind::Text => to_text(&report, room).into_bytes(),
            })
        })?;
        match page {
            None => write(file, self.overwrite, &content, out)?,
            Some(page) => {
                write(Some(page.path()), self.overwrite || page.is_temporary(), &content, out)?;
                page.open()?;
            }
        }
        Ok(ExitStatus::Done)
    }
}

/// A page to open in a browser.
enum Page {
    Named(PathBuf),
    /// Removed again, unless it is opened.
    Temporary(TempPath),
}

impl Page {
    fn path(&self) -> &Path {
        match self {
            Self::Named(path) => path,
            Self::Temporary(path) => path,
        }
    }

    const fn is_temporary(&self) -> bool {
        matches!(self, Self::Temporary(_))
    }

    fn open(self) -> anyhow::Result<()> {
        let path = match self {
            Self::Named(path) => path,
            Self::Temporary(path) => path.keep().context("cannot keep the temporary file")?,
        };
        open::that(&path).map_err(|_| {
            let failure = Failure::failed("cannot open a browser");
            failure.hint(format!("the page is {}", path.quoted())).into()
        })
    }
}

impl Args {
    fn page(&self) -> anyhow::Result<Page> {
        if let Some(path) = &self.output {
            let is_page = path.extension().is_some_and(|extension| extension == "html" || extension == "htm");
            return if is_page {
                Ok(Page::Named(path.clone()))
            } else {
                Err(Failure::usage(format!("--web --output {}: expected a file .html", path.quoted())).into())
            };
        }
        let file = tempfile::Builder::new().prefix("rollbook-report-").suffix(".html").tempfile();
        Ok(Page::Temporary(file.context("cannot create a temporary file")?.into_temp_path()))
    }
}

/// How a report is written.
#[derive(Clone, Copy)]
enum Kind {
    Html,
    Mail,
    Json,
    Csv,
    Text,
}

/// How a report is written, by the name of the file, or else by the format of the output.
fn kind_of(path: Option<&Path>, email: bool, format: Format) -> Result<Kind, Failure> {
    let file = path.filter(|path| *path != Path::new("-"));
    if email {
        return match file.filter(|file| file.extension().is_none_or(|extension| extension != "eml")) {
            Some(file) => Err(Failure::usage(format!("--email --output {}: expected a file .eml", file.quoted()))),
            None => Ok(Kind::Mail),
        };
    }
    let Some(path) = file else {
        return match format {
            Format::Table => Ok(Kind::Text),
            Format::Json => Ok(Kind::Json),
            Format::Csv => Ok(Kind::Csv),
            _ => Err(Failure::usage("a report has no such format; expected table, json or csv")),
        };
    };
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" | "htm" => Ok(Kind::Html),
        "eml" => Ok(Kind::Mail),
        "json" => Ok(Kind::Json),
        "csv" => Ok(Kind::Csv),
        "txt" => Ok(Kind::Text),
        _ => Err(Failure::usage(format!("--output {}: expected .html, .eml, .txt, .json or .csv", path.quoted()))),
    }
}

fn check_file(file: Option<&Path>, overwrite: bool, ctx: &Context) -> Result<(), Failure> {
    file.map_or(Ok(()), |path| ctx.in_use.check_output("--output", path, Some(overwrite)))
}

fn write(file: Option<&Path>, overwrite: bool, content: &[u8], out: &mut crate::output::Output) -> anyhow::Result<()> {
    let Some(path) = file else {
        return match std::str::from_utf8(content) {
            // On a terminal, with a pager.
            Ok(text) => out.document(text.strip_suffix('\n').unwrap_or(text)),
            Err(_) => out.write(|stdout| Ok(stdout.write_all(content)?)).map(drop),
        };
    };
    let file = OutputFile::create(path, overwrite)?;
    file.handle()?.write_all(content)?;
    file.finish()?;
    out.status(format_args!("wrote {}", path.quoted()));
    Ok(())
}
