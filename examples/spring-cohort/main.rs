//! Generates the example data: one spring term of a fictional learning community.
//!
//! `cargo run --example spring-cohort -- DIRECTORY` writes `users.csv`, `actions.csv` and `champions.csv` to the
//! directory (by default the one of this file), always with the same bytes.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::{env, error, fs};

use chrono::{DateTime, Duration, SecondsFormat, TimeZone as _, Utc};
use serde_json::{Value, json};

type Time = DateTime<Utc>;

/// The number of students besides Maya.
const STUDENTS: usize = 320;
const MODULES: usize = 10;

const NAMES: &[&str] = &[
    "Amara Okafor",
    "Björn Åkesson",
    "Chloé Lefèvre",
    "David Ben-Ami",
    "Ελένη Παπαδοπούλου",
    "Fatima Zahra Idrissi",
    "Grzegorz Żółkiewski",
    "陈美玲",
    "Иван Петров",
    "José Ñáñez",
    "加藤 さくら",
    "Lina Haddad",
    "مريم العلي",
    "Nguyễn Thị Hoa",
    "O'Neil Murphy",
    "प्रिया शर्मा",
    "Quentin \"Q\" Dubois",
    "Rosa de la Cruz",
    "Søren Kjær",
    "김지우",
    "Umut Çelik",
    "Valentina Rossi",
    "William Smith, Jr.",
    "Ximena Fuentes",
    "Yael Cohen",
    "Zoë van Dijk",
    "อรุณี สุขใจ",
    "Հայկ Սարգսյան",
    "თამარ ბერიძე",
    "Ada Nwosu",
];
const ORIGINS: &[&str] = &["signup-form", "invite", "partner-site", "campus-fair", "referral"];
const DEVICES: &[&str] = &["ios", "android", "web"];
const TITLES: &[&str] = &[
    "Stuck on exercise 3",
    "¿Cómo se instala?",
    "Study group for week 4?",
    "Thanks, everybody 🎉",
    "Задача про графы",
    "=SUM(A1:A9) in my notes",
    "Quoting \"quotes\", and commas",
];
const NOTES: &[&str] = &[
    "Answers newcomers within the hour.",
    "Runs the Thursday study group.\nWould like to mentor in autumn.",
    "Kind, patient; asks good questions.",
    "",
];

/// A small random number generator (xorshift): the data must not change with the version of a library.
struct Dice(Cell<u64>);

impl Dice {
    fn below(&self, n: u64) -> u64 {
        let mut state = self.0.get();
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.0.set(state);
        state % n
    }

    fn chance(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&self, from: &[&'a str]) -> &'a str {
        let n = self.below(from.len() as u64);
        from[usize::try_from(n).unwrap_or(0)]
    }

    fn minutes(&self, low: i64, high: i64) -> Duration {
        Duration::minutes(low + i64::try_from(self.below((high - low).unsigned_abs())).unwrap_or(0))
    }

    fn hex(&self) -> String {
        format!("{:08x}{:04x}", self.below(1 << 32), self.below(1 << 16))
    }
}

struct Action {
    id: &'static str,
    user: String,
    enrollment: String,
    kind: &'static str,
    target: (&'static str, String),
    metadata: Value,
    source: &'static str,
    event: String,
    key: String,
    at: String,
    order: Time,
}

fn main() -> Result<(), Box<dyn error::Error>> {
    let folder = env::args_os()
        .nth(1)
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/spring-cohort"), PathBuf::from);
    fs::create_dir_all(&folder)?;
    write(&folder)
}

/// Writes the three files to a directory.
///
/// # Errors
/// When a file cannot be written.
pub fn write(folder: &Path) -> Result<(), Box<dyn error::Error>> {
    let dice = Dice(Cell::new(0x2026_0304_1422));
    write_users(folder, &dice)?;
    write_actions(folder, &dice)?;
    write_champions(folder, &dice)
}

fn time(month: u32, day: u32) -> Time {
    Utc.with_ymd_and_hms(2026, month, day, 9, 0, 0).single().unwrap_or_default()
}

fn printed(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn student(i: usize) -> String {
    format!("usr_{i:03}")
}

/// The stage of a student in the pipeline; most students are not in it.
fn stage(i: usize) -> Option<&'static str> {
    match i % 10 {
        3 if i < 120 => Some("candidate"),
        5 if i < 90 => Some("selected"),
        7 if i < 100 => Some("champion"),
        9 if i < 60 => Some("alumni"),
        _ => None,
    }
}

fn write_users(folder: &Path, dice: &Dice) -> Result<(), Box<dyn error::Error>> {
    let mut csv = csv::Writer::from_path(folder.join("users.csv"))?;
    csv.write_record(["id", "email", "name", "origin", "profile_img", "roles", "created_at"])?;
    csv.write_record([
        "usr_42_maya",
        "maya.chen@example.com",
        "Maya Chen",
        "signup-form",
        "https://cdn.afh.example/u/42.jpg",
        "student,champion",
        "2026-03-04T14:22:00Z",
    ])?;
    for (i, (name, roles)) in [
        ("Ines Albrecht", "admin,superadmin"),
        ("Tomasz Nowak", "admin"),
        ("Grace Hopper-Lee", "teacher,admin"),
        ("Dr. Samir Rahman", "teacher"),
        ("Keiko 田中", "teacher"),
        ("Olu Adeyemi", "teacher"),
    ]
    .into_iter()
    .enumerate()
    {
        let created = printed(time(1, 10) + dice.minutes(0, 9000));
        csv.write_record([
            &format!("usr_staff_{i}"),
            &format!("staff{i}@example.com"),
            name,
            "staff",
            "",
            roles,
            &created,
        ])?;
    }
    for i in 0..STUDENTS {
        let roles = if stage(i) == Some("champion") { "student,champion" } else { "student" };
        let picture = if dice.chance(40) { format!("https://cdn.afh.example/u/{i}.jpg") } else { String::new() };
        let created = printed(time(2, 1) + dice.minutes(0, 50_000));
        let name = NAMES.get(i).map_or_else(|| format!("{} {i}", dice.pick(NAMES)), ToString::to_string);
        let email = format!("student{i:03}@{}", dice.pick(&["example.com", "example.org", "mail.example"]));
        csv.write_record([&student(i), &email, &name, dice.pick(ORIGINS), &picture, roles, &created])?;
    }
    Ok(csv.flush()?)
}

fn write_actions(folder: &Path, dice: &Dice) -> Result<(), Box<dyn error::Error>> {
    let mut actions = vec![Action {
        id: "act_2026_03_15_001",
        user: "usr_42_maya".to_owned(),
        enrollment: "enr_01_april_maya".to_owned(),
        kind: "viewed_module",
        target: ("module", "mod_01_day1".to_owned()),
        metadata: json!({"duration_sec": 92, "device": "ios"}),
        source: "segment",
        event: "evt_seg_8f2a91".to_owned(),
        key: "user_action:segment:evt_seg_8f2a91".to_owned(),
        at: "2026-03-15T08:14:00Z".to_owned(),
        order: Utc.with_ymd_and_hms(2026, 3, 15, 8, 14, 0).single().unwrap_or_default(),
    }];
    for i in 0..STUDENTS {
        term_of(i, dice, &mut actions);
    }
    actions.sort_by_key(|action| action.order);

    let mut csv = csv::Writer::from_path(folder.join("actions.csv"))?;
    csv.write_record([
        "id",
        "user_id",
        "enrollment_id",
        "action_type",
        "target_type",
        "target_id",
        "metadata",
        "source_system",
        "source_event_id",
        "idempotency_key",
        "occurred_at",
    ])?;
    for action in actions {
        let (target_type, target_id) = action.target;
        let metadata = if action.metadata.is_null() { String::new() } else { action.metadata.to_string() };
        csv.write_record([
            action.id,
            &action.user,
            &action.enrollment,
            action.kind,
            target_type,
            &target_id,
            &metadata,
            action.source,
            &action.event,
            &action.key,
            &action.at,
        ])?;
    }
    Ok(csv.flush()?)
}

/// Adds the actions of one student during the term.
fn term_of(i: usize, dice: &Dice, actions: &mut Vec<Action>) {
    let enrollment = format!("enr_{i:03}_spring");
    let mut now = time(3, 9) + dice.minutes(0, 9000);
    let mut act = |at: Time, kind, target, metadata| {
        let (source, event) = origin(kind, dice);
        // The forum's webhooks send their own time zone.
        let at_text = if source == "webhook" {
            (at + Duration::hours(2)).format("%Y-%m-%dT%H:%M:%S+02:00").to_string()
        } else {
            printed(at)
        };
        actions.push(Action {
            id: "",
            user: student(i),
            enrollment: enrollment.clone(),
            kind,
            target,
            metadata,
            source,
            event,
            key: String::new(),
            at: at_text,
            order: at,
        });
    };
    let price = json!({"payment": {"amount": 4900, "currency": "EUR", "coupon": dice.chance(20).then_some("SPRING")}});
    act(now, "enrolled", ("course", "crs_rust_101".to_owned()), price);
    now += Duration::minutes(3);
    act(now, "enrolled", ("cohort", "coh_2026_spring".to_owned()), Value::Null);
    for module in 1..=MODULES {
        let id = format!("mod_{module:02}");
        now += dice.minutes(600, 14_000);
        let seen = json!({"duration_sec": dice.below(900), "device": dice.pick(DEVICES)});
        act(now, "viewed_module", ("module", id.clone()), seen);
        let block = json!({"scroll": dice.below(100), "device": dice.pick(DEVICES)});
        act(now + Duration::minutes(4), "viewed_module", ("content_block", format!("{id}_b{}", dice.below(6))), block);
        now += dice.minutes(5, 90);
        act(now, "started_module", ("module", id.clone()), json!({}));
        for question in 0..dice.below(4) {
            now += dice.minutes(2, 30);
            let score = f64::from(u32::try_from(dice.below(101)).unwrap_or(0)) / 100.0;
            let answer = json!({"score": score, "attempts": 1 + dice.below(3), "answers": ["a", "c"]});
            act(now, "answered_question", ("question", format!("{id}_q{question}")), answer);
        }
        if dice.chance(12) {
            now += dice.minutes(1, 60);
            let title = json!({"title": dice.pick(TITLES), "tags": []});
            act(now, "posted_thread", ("forum", "frm_help".to_owned()), title);
        }
        if dice.chance(25) {
            now += dice.minutes(1, 60);
            let target = match dice.below(2) {
                0 => ("thread", format!("thr_{}", dice.below(300))),
                _ => ("post", format!("pst_{}", dice.below(900))),
            };
            act(now, "posted_reply", target, json!({"words": dice.below(200), "edited": dice.chance(10)}));
        }
        if dice.chance(4) {
            now += dice.minutes(100, 4000);
            act(now, "unenrolled", ("cohort", "coh_2026_spring".to_owned()), json!({"reason": "no time ⏳"}));
            return;
        }
        now += dice.minutes(30, 600);
        act(now, "completed_module", ("module", id), json!({"minutes": dice.below(240)}));
    }
    now += Duration::minutes(1);
    act(now, "completed_course", ("course", "crs_rust_101".to_owned()), json!({"grade": dice.pick(&["A", "B", "C"])}));
}

/// The source system of this kind of action, and the event id; scheduled jobs and manual entries have no event id.
fn origin(kind: &str, dice: &Dice) -> (&'static str, String) {
    match kind {
        "enrolled" if dice.chance(90) => ("stripe", format!("evt_1{}", dice.hex())),
        "enrolled" => ("manual", String::new()),
        "viewed_module" => ("segment", format!("evt_seg_{}", dice.hex())),
        "posted_thread" | "posted_reply" => ("webhook", format!("whk_{}", dice.hex())),
        "completed_course" => ("cron_worker", String::new()),
        "unenrolled" if dice.chance(50) => ("", String::new()),
        _ => ("app", format!("app_{}", dice.hex())),
    }
}

fn write_champions(folder: &Path, dice: &Dice) -> Result<(), Box<dyn error::Error>> {
    let mut csv = csv::Writer::from_path(folder.join("champions.csv"))?;
    csv.write_record([
        "id",
        "user_id",
        "cohort_id",
        "stage",
        "notes",
        "selected_at",
        "became_champion_at",
        "created_at",
    ])?;
    csv.write_record([
        "ch_07_maya",
        "usr_42_maya",
        "",
        "champion",
        "Strong forum presence; volunteered to mentor.",
        "2026-04-01T10:00:00Z",
        "2026-04-20T10:00:00Z",
        "2026-03-28T16:40:00Z",
    ])?;
    for (i, stage) in (0..STUDENTS).filter_map(|i| stage(i).map(|stage| (i, stage))) {
        let created = time(3, 20) + dice.minutes(0, 20_000);
        let selected = created + dice.minutes(1500, 20_000);
        let champion = selected + dice.minutes(5000, 40_000);
        let stamps = match stage {
            "candidate" => [String::new(), String::new()],
            "selected" => [printed(selected), String::new()],
            _ => [printed(selected), printed(champion)],
        };
        let cohort = if dice.chance(70) { "coh_2026_spring" } else { "" };
        let [selected, champion] = &stamps;
        csv.write_record([
            &format!("ch_{i:03}"),
            &student(i),
            cohort,
            stage,
            dice.pick(NOTES),
            selected,
            champion,
            &printed(created),
        ])?;
    }
    Ok(csv.flush()?)
}
