//! Completions in the shell: commands and options, and from the database the values that an argument can have.
//!
//! The shell runs this program with `$COMPLETE`; what `completions/` has are the few lines that make it do so.

use std::ffi::OsStr;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Nullable, Text};

use super::deferred::whole_command;
use crate::commands::{LISTED_COLUMNS, TOPICS};
use crate::db::{Access, Database, folded};
use crate::import::BUILT_IN;
use crate::models::{Champion, ImportRun, ParkedEvent, Role, StageStep, User, UserAction};
use crate::output::{HistoryRow, Record as _, visible};
use crate::selection::containing;
use crate::settings::{Settings, config, database_options, keys};

/// How long a person waits for completions at most.
const PATIENCE: Duration = Duration::from_millis(500);

/// The most candidates of one kind.
const LIMIT: usize = 50;

/// The actions that are looked at for courses and cohorts: those that are used now.
const RECENT: usize = 20_000;

/// What an argument names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Users,
    UsersAndRoles,
    Records,
    Cohorts,
    Courses,
    ActionConsumers,
    UserConsumers,
    Runs,
    Operations,
    Profiles,
    Topics,
    Settings,
    Presets,
    Zones,
    Columns(&'static [&'static str]),
}

impl Source {
    /// The columns of what a command lists.
    fn columns(path: &str) -> Option<&'static [&'static str]> {
        match path {
            "users list" => Some(LISTED_COLUMNS),
            "users show" => Some(User::COLUMNS),
            "actions list" | "actions show" => Some(UserAction::COLUMNS),
            "champions list" => Some(Champion::COLUMNS),
            "champions history" => Some(StageStep::COLUMNS),
            "import history" => Some(ImportRun::COLUMNS),
            "import parked" => Some(ParkedEvent::COLUMNS),
            "audit list" | "audit show" | "users history" => Some(HistoryRow::COLUMNS),
            _ => None,
        }
    }
}

/// The commands, with what completes their arguments.
#[must_use]
pub fn command() -> Command {
    let words = Words::of_shell();
    let root = whole_command();
    with_profiles(with_completers(root, "", words.is_option()), &words)
}

/// The command line that is being typed.
struct Words {
    /// With the name of the program.
    all: Vec<String>,
    /// The number of the word to complete.
    current: usize,
}

impl Words {
    /// As the shell gives it: the words after `--`, and their number in a variable where it is not the last.
    fn of_shell() -> Self {
        let words = std::env::args_os().skip_while(|arg| arg != "--").skip(1);
        let all: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
        let current = std::env::var("_CLAP_COMPLETE_INDEX").ok().and_then(|index| index.parse().ok());
        Self { current: current.unwrap_or_else(|| all.len().saturating_sub(1)), all }
    }

    /// Whether an option is being typed.
    fn is_option(&self) -> bool {
        self.all.get(self.current).is_some_and(|word| word.starts_with('-'))
    }

    /// The first argument, if it names a profile.
    fn profile(&self) -> Option<&str> {
        self.all.get(1).map(String::as_str).filter(|word| word.starts_with('@'))
    }
}

/// Adds `@NAME` as the first argument, before any command.
fn with_profiles(root: Command, words: &Words) -> Command {
    let Some(typed) = words.profile() else { return root };
    if words.current == 1 {
        let profiles = config::read().map(|config| config.profiles).unwrap_or_default();
        let names = profiles.keys().map(|name| format!("@{name}")).filter(|name| is_plain(name));
        return root.subcommands(names.map(Command::new));
    }
    let inner = root.clone().name(typed.to_owned());
    root.subcommand(inner)
}

/// Adds the completers. Options are offered where one is being typed, or nothing else can stand.
fn with_completers(mut command: Command, path: &str, offers_options: bool) -> Command {
    // Not one by one: that would change the order of the positional ones.
    command = command.disable_help_flag(!offers_options).mut_args(|argument| {
        let hidden = argument.is_hide_set() || !(offers_options || argument.is_positional());
        let argument = argument.hide(hidden);
        match source_of(&argument, path) {
            None => argument,
            Some(source) => argument.add(ArgValueCompleter::new(move |current: &OsStr| candidates(source, current))),
        }
    });
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    for name in names {
        let path = format!("{path} {name}");
        command = command.mut_subcommand(&name, |command| with_completers(command, path.trim_start(), offers_options));
    }
    command
}

/// What the argument of the command at a path names, by its identifier.
fn source_of(argument: &Arg, path: &str) -> Option<Source> {
    match (argument.get_id().as_str(), path) {
        ("records" | "users" | "record" | "user", path) if path.starts_with("champions") => Some(Source::Records),
        ("user" | "users" | "from" | "into", _) => Some(Source::Users),
        ("arguments", "users roles add" | "users roles remove" | "users roles toggle" | "users roles set") => {
            Some(Source::UsersAndRoles)
        }
        ("cohort" | "cohorts" | "to_cohort" | "enrolled_in", _) => Some(Source::Cohorts),
        ("course" | "courses", _) => Some(Source::Courses),
        ("consumer", path) if path.starts_with("users") => Some(Source::UserConsumers),
        ("consumer", _) => Some(Source::ActionConsumers),
        ("run" | "import_run", _) => Some(Source::Runs),
        ("operation", path) if path.starts_with("audit") => Some(Source::Operations),
        ("profile" | "confirm_profile", _) => Some(Source::Profiles),
        ("names", "help") => Some(Source::Topics),
        ("key", path) if path.starts_with("config") => Some(Source::Settings),
        ("name", "import presets show") | ("preset", _) => Some(Source::Presets),
        ("tz" | "assume_tz", _) => Some(Source::Zones),
        ("columns" | "json", path) => Source::columns(path).map(Source::Columns),
        _ => None,
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    value: String,
    #[diesel(sql_type = Nullable<Text>)]
    about: Option<String>,
}

/// The candidates that start with what was typed; without a database that can be read, none.
fn candidates(source: Source, current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = current.to_str() else { return Vec::new() };
    // Of a list with commas, the last one is typed.
    let (before, typed) = match typed.rfind(',').filter(|_| matches!(source, Source::Columns(_))) {
        Some(comma) => typed.split_at(comma + 1),
        None => ("", typed),
    };
    let typed = typed.to_owned();
    let mut found = Vec::new();
    if source == Source::UsersAndRoles {
        let roles = Role::ALL.iter().map(|role| role.as_str()).filter(|role| role.starts_with(&typed));
        found.extend(roles.map(|role| Found { value: role.to_owned(), about: Some("role".to_owned()) }));
    }
    if let Some(known) = known_values(source) {
        let known = known.into_iter().filter(|value| value.starts_with(&typed));
        found.extend(known.map(|value| Found { value, about: None }));
    } else {
        // A server that does not answer must not hold up the shell: the thread ends with the process.
        let (send, receive) = channel();
        thread::spawn(move || send.send(look_up(source, &typed).unwrap_or_default()));
        found.extend(receive.recv_timeout(PATIENCE).unwrap_or_default());
    }
    let candidate = |Found { value, about }: Found| {
        let about = about.map(|about| visible(&about).into_owned().into());
        is_plain(&value).then(|| CompletionCandidate::new(format!("{before}{value}")).help(about))
    };
    found.into_iter().filter_map(candidate).collect()
}

/// Whether neither a terminal nor a shell would interpret anything of it: else it is not offered.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && visible(text) == text && !text.contains(char::is_whitespace)
}

/// The values that need no database.
fn known_values(source: Source) -> Option<Vec<String>> {
    let owned = |text: &str| text.to_owned();
    match source {
        Source::Profiles => {
            Some(config::read().map(|config| config.profiles).unwrap_or_default().into_keys().collect())
        }
        Source::Topics => {
            let root = whole_command();
            let commands = root.get_subcommands().map(Command::get_name);
            Some(TOPICS.iter().map(|(name, _)| *name).chain(["options"]).chain(commands).map(owned).collect())
        }
        Source::Columns(columns) => Some(columns.iter().copied().map(owned).collect()),
        Source::Settings => Some(keys().chain(["default_profile".to_owned()]).collect()),
        Source::Presets => Some(BUILT_IN.iter().map(|(name, _)| owned(name)).collect()),
        Source::Zones => Some(chrono_tz::TZ_VARIANTS.iter().map(|zone| owned(zone.name())).collect()),
        _ => None,
    }
}

/// Looks up the values in the database that the command line would use, reading only.
fn look_up(source: Source, typed: &str) -> anyhow::Result<Vec<Found>> {
    let settings = Settings::new(&database_options(std::env::args_os()), &config::read()?)?;
    let mut db = Database::to_read(settings.url.value).open(Access::Read)?;
    let starts = containing(typed);
    let starts = starts.strip_prefix('%').unwrap_or(&starts);
    let engine = db.conn.engine();
    let is_start = |column: &str| format!("{} LIKE $1 ESCAPE '\\'", engine.folded(column));
    let recent = |target: &str| {
        format!(
            "SELECT DISTINCT target_id AS value, NULL AS about FROM (SELECT target_type, target_id FROM user_action \
             ORDER BY position DESC LIMIT {RECENT}) AS recent WHERE target_type = '{target}' AND {}",
            is_start("target_id")
        )
    };
    let statement = match source {
        Source::Users | Source::UsersAndRoles => format!(
            "SELECT email AS value, name AS about FROM \"user\" WHERE erased_at IS NULL AND ({} OR {}) \
             UNION SELECT id, name FROM \"user\" WHERE erased_at IS NULL AND {}",
            is_start("email"),
            is_start("name"),
            is_start("id")
        ),
        Source::Records => format!(
            "SELECT c.id AS value, u.name AS about FROM champion c JOIN \"user\" u ON u.id = c.user_id WHERE {} \
             UNION SELECT u.email, u.name FROM champion c JOIN \"user\" u ON u.id = c.user_id \
             WHERE u.erased_at IS NULL AND ({} OR {})",
            is_start("c.id"),
            is_start("u.email"),
            is_start("u.name")
        ),
        Source::Cohorts => format!(
            "SELECT DISTINCT cohort_id AS value, NULL AS about FROM champion WHERE cohort_id IS NOT NULL AND {} UNION {}",
            is_start("cohort_id"),
            recent("cohort")
        ),
        Source::Courses => recent("course"),
        Source::ActionConsumers | Source::UserConsumers => {
            let feed = if source == Source::UserConsumers { "users" } else { "actions" };
            let is_start = is_start("consumer");
            format!("SELECT consumer AS value, NULL AS about FROM feed_cursor WHERE feed = '{feed}' AND {is_start}")
        }
        Source::Runs => {
            format!("SELECT id AS value, file_name AS about FROM import_run WHERE {}", is_start("id"))
        }
        Source::Operations => format!("SELECT id AS value, result AS about FROM operation WHERE {}", is_start("id")),
        Source::Profiles | Source::Topics | Source::Settings | Source::Presets | Source::Zones | Source::Columns(_) => {
            return Ok(Vec::new());
        }
    };
    // Ids that the program makes are in order of time.
    let order = if matches!(source, Source::Runs | Source::Operations) { "DESC" } else { "ASC" };
    let statement = format!("{statement} ORDER BY 1 {order} LIMIT {LIMIT}");
    let found: Vec<Found> = sql_query(statement).bind::<Text, _>(starts).load(&mut db.conn)?;
    // A name that was typed finds its owner, whose address the shell would drop: only what starts with it is offered.
    let typed = folded(typed);
    Ok(found.into_iter().filter(|found| folded(&found.value).starts_with(&typed)).collect())
}
