use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use tempfile::TempDir;

use crate::context::{Command, Context};
use crate::db::types::Timestamp;
use crate::db::{Access, AnyConnection, Db};
use crate::error::{ExitStatus, Failure};
use crate::interrupt::Leftover;
use crate::models::{AuditEvent, Champion, FormerEmail, ParkedEvent, Subject, User, UserAction};
use crate::output::{
    CsvWriter, Format, HistoryRow, JsonWriter, OutputFile, Record, Settings, TableStyle, Writer, directory_of,
    json_value,
};
use crate::schema::{audit_event, champion, user, user_action};
use crate::selection::find_person;
use crate::selection::paging::{PAGE, Rows};
use crate::text::{Quoted as _, shell_quoted};

mod fields;
mod page;

use super::names::PersonNames;
use fields::PARTS;
use page::Page;

/// Export all data about a user: the user, champion records, audit trail, actions and parked events
///
/// Writes one JSON document, which says what each field means; with --html a page that the person can read; or with
/// --format csv a directory of CSV files that only their owner can read.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// User, by id or email
    user: String,
    /// File to create, or - for standard output [default: -]; with --format csv, directory to create
    #[arg(long, short, value_name = "FILE|DIR")]
    output: Option<PathBuf>,
    /// Write a page for people instead, without scripts
    #[arg(long)]
    html: bool,
}

impl Command for Args {
    fn access(&self) -> Access {
        Access::Read
    }

    fn writes(&self, format: Format) -> bool {
        let is_directory = !self.html && self.output.as_ref().is_some_and(|path| path != Path::new("-"));
        format.is_document() || format.is_csv() && is_directory
    }

    fn run(self, ctx: &mut Context) -> anyhow::Result<ExitStatus> {
        let args = Self { output: self.output.filter(|path| *path != Path::new("-")), ..self };
        let clock = ctx.clock;
        if let Some(path) = args.output.as_ref().filter(|path| ctx.out.format().is_csv() && path.exists()) {
            let failure = Failure::usage(format!("--output {} already exists", path.quoted()));
            return Err(failure.hint("name a directory that does not exist").into());
        }
        if let Some(path) = &args.output {
            ctx.in_use.check_output("--output", path, None)?;
        }
        let (db, out) = ctx.open()?;
        db.snapshot(|db| {
            let person = Person::find(&args.user, db)?;
            let format = out.format();
            let write = |out: &mut dyn Write, db: &mut Db| {
                if args.html { person.write_page(out, clock.now(), db) } else { person.write_document(out, db) }
            };
            match &args.output {
                _ if args.html && format.is_csv() => {
                    Err(Failure::usage("--html cannot be combined with --format csv").into())
                }
                Some(directory) if format.is_csv() => person.write_directory(directory, db),
                None if format.is_csv() => {
                    let failure = Failure::usage("--format csv writes several files: a directory is required");
                    Err(failure
                        .hint(format!("rollbook users export {} --format csv --output DIR", shell_quoted(&args.user)))
                        .into())
                }
                _ if !format.is_document() => {
                    Err(Failure::usage("users export supports only --format json and csv").into())
                }
                Some(file) => {
                    let output = OutputFile::create(file, false)?;
                    let mut buffer = BufWriter::new(output.handle()?);
                    write(&mut buffer, db)?;
                    buffer.flush().with_context(|| format!("cannot write {}", file.quoted()))?;
                    output.finish()
                }
                None => out.write(|out| write(out, db)).map(drop),
            }
        })?;
        if let Some(path) = &args.output {
            out.status(format_args!("written to {}", path.quoted()));
        }
        Ok(ExitStatus::Done)
    }
}

/// The user to export, with the ids of the user and of all users merged into it, and all addresses.
struct Person {
    user: User,
    ids: Vec<String>,
    emails: Vec<String>,
}

impl Person {
    fn find(user: &str, db: &mut Db) -> anyhow::Result<Self> {
        let user = find_person(user, &mut db.conn)?;
        let merged = user::table.select(user::id).filter(user::merged_into.eq(&user.id)).order(user::id);
        let mut ids: Vec<String> = merged.load(&mut db.conn)?;
        ids.insert(0, user.id.clone());
        let emails = PersonNames::of(&user, db)?.emails().to_vec();
        Ok(Self { user, ids, emails })
    }

    fn write_document(&self, out: &mut dyn Write, db: &mut Db) -> anyhow::Result<()> {
        let conn = &mut db.conn;
        write!(out, "{{\"fields\": ")?;
        let fields: BTreeMap<&str, BTreeMap<&str, &str>> =
            PARTS.iter().map(|(part, fields)| (*part, fields.iter().copied().collect())).collect();
        json_value(out, &fields)?;
        write!(out, ", \"user\": ")?;
        json_value(out, &self.user)?;
        write!(out, ", \"former_emails\": ")?;
        write_records(JsonWriter::new(out, None), FormerEmail::of(&self.user.id, conn)?.into_iter().map(Ok))?;
        write!(out, ", \"champions\": ")?;
        write_records(JsonWriter::new(out, None), self.champions(conn))?;
        write!(out, ", \"audit\": ")?;
        write_records(JsonWriter::new(out, None), self.audit(conn))?;
        write!(out, ", \"actions\": ")?;
        write_records(JsonWriter::new(out, None), self.actions(conn))?;
        write!(out, ", \"parked_events\": ")?;
        write_records(JsonWriter::new(out, None), self.parked_events(conn))?;
        writeln!(out, "}}")?;
        out.flush()?;
        Ok(())
    }

    /// Writes a page that the person can read.
    fn write_page(&self, out: &mut dyn Write, now: Timestamp, db: &mut Db) -> anyhow::Result<()> {
        let conn = &mut db.conn;
        let mut page = Page::begin(&self.user.name, now, out)?;
        page.part("user", "The account", [Ok(self.user.clone())].into_iter())?;
        let former = FormerEmail::of(&self.user.id, conn)?;
        page.part("former_emails", "Former email addresses", former.into_iter().map(Ok))?;
        page.part("champions", "Champion records", self.champions(conn))?;
        page.part("audit", "Changes by administrators", self.audit(conn))?;
        page.part("actions", "Actions", self.actions(conn))?;
        page.part("parked_events", "Events that are not recorded yet", self.parked_events(conn))?;
        page.end()
    }

    /// Writes a temporary directory beside `directory` and renames it: a failed export leaves no partial directory.
    fn write_directory(&self, directory: &Path, db: &mut Db) -> anyhow::Result<()> {
        let mode = fs::Permissions::from_mode(0o700);
        let temporary = tempfile::Builder::new().permissions(mode).tempdir_in(directory_of(directory))?;
        let _leftover = Leftover::new(temporary.path());
        let conn = &mut db.conn;
        write_file(&temporary, "user.csv", [Ok(self.user.clone())].into_iter())?;
        write_file(&temporary, "former_emails.csv", FormerEmail::of(&self.user.id, conn)?.into_iter().map(Ok))?;
        write_file(&temporary, "champions.csv", self.champions(conn))?;
        write_file(&temporary, "audit.csv", self.audit(conn))?;
        write_file(&temporary, "actions.csv", self.actions(conn))?;
        write_file(&temporary, "parked_events.csv", self.parked_events(conn))?;
        fs::rename(temporary.path(), directory).with_context(|| format!("cannot create {}", directory.quoted()))?;
        drop(temporary.keep()); // It has another name now.
        Ok(())
    }

    fn parked_events<'a>(
        &'a self,
        conn: &'a mut AnyConnection,
    ) -> impl Iterator<Item = anyhow::Result<ParkedEvent>> + 'a {
        Rows::new(PAGE, move |last: Option<&ParkedEvent>, limit| {
            let after = last.map_or("", |event| &event.key);
            Ok(ParkedEvent::page_of_user(&self.ids, &self.emails, after, limit, conn)?)
        })
    }

    fn champions<'a>(&'a self, conn: &'a mut AnyConnection) -> impl Iterator<Item = anyhow::Result<Champion>> + 'a {
        Rows::new(PAGE, move |last: Option<&Champion>, limit| {
            Ok(champion::table
                .select(Champion::as_select())
                .filter(champion::user_id.eq(&self.user.id))
                .filter(champion::id.gt(last.map_or("", |record| &record.id)))
                .order(champion::id)
                .limit(limit)
                .load(conn)?)
        })
    }

    fn audit<'a>(&'a self, conn: &'a mut AnyConnection) -> impl Iterator<Item = anyhow::Result<HistoryRow>> + 'a {
        let events = Rows::new(PAGE, move |last: Option<&AuditEvent>, limit| {
            let of_user = audit_event::subject_kind.eq(Subject::User).and(audit_event::subject_id.eq_any(&self.ids));
            // Raw SQL: diesel has no JSON operators that both engines support.
            let whose = sql::<Text>("coalesce(after ->> 'user_id', before ->> 'user_id', '')");
            let of_champion = audit_event::subject_kind.eq(Subject::Champion).and(whose.eq_any(&self.ids));
            Ok(audit_event::table
                .select(AuditEvent::as_select())
                .filter(of_user.or(of_champion))
                .filter(audit_event::position.gt(last.map_or(0, |event| event.position)))
                .order(audit_event::position)
                .limit(limit)
                .load(conn)?)
        });
        events.map(|event| Ok(HistoryRow::from(&event?)))
    }

    fn actions<'a>(&'a self, conn: &'a mut AnyConnection) -> impl Iterator<Item = anyhow::Result<UserAction>> + 'a {
        Rows::new(PAGE, move |last: Option<&UserAction>, limit| {
            let mut actions = user_action::table
                .select(UserAction::as_select())
                .filter(user_action::user_id.eq(&self.user.id))
                .order((user_action::occurred_at, user_action::position))
                .limit(limit)
                .into_boxed();
            if let Some(last) = last {
                let time = last.event.occurred_at;
                actions = actions.filter(user_action::occurred_at.ge(time));
                actions = actions.filter(user_action::occurred_at.gt(time).or(user_action::position.gt(last.position)));
            }
            Ok(actions.load(conn)?)
        })
    }
}

fn write_file<R: Record>(
    directory: &TempDir,
    name: &str,
    records: impl Iterator<Item = anyhow::Result<R>>,
) -> anyhow::Result<()> {
    let path = directory.path().join(name);
    let file: File = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    let mut file = BufWriter::new(file);
    let settings = Settings::new(TableStyle::plain(chrono_tz::Tz::UTC));
    write_records(CsvWriter::new(&mut file, settings), records)?;
    file.into_inner().map_err(|error| anyhow::Error::from(error.into_error()))?.sync_all()?;
    Ok(())
}

fn write_records<R: Record>(
    mut writer: impl Writer<R>,
    records: impl Iterator<Item = anyhow::Result<R>>,
) -> anyhow::Result<()> {
    writer.begin()?;
    for record in records {
        writer.row(&record?)?;
    }
    writer.end().map(drop)
}
