//! Generates the benchmark data, which is identical on every machine.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::Result;

/// The number of users.
const USERS: u64 = 20_000;

/// The first of them.
pub const FIRST_USER: &str = "usr_000000";

/// The generated files, in a temporary directory.
pub struct Data {
    folder: tempfile::TempDir,
    rows: usize,
}

/// Marsaglia's xorshift64 generator: random enough for test data, and without a dependency.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        let n = self.below(choices.len() as u64);
        choices[usize::try_from(n).unwrap_or(0)]
    }
}

impl Data {
    /// Writes `users`; `events` with `rows` rows; `half` with every second row of `events`; `many` with 5 × `rows`
    /// other rows; and `more` with `rows` / 10 other rows.
    pub fn generate(rows: usize) -> Result<Self> {
        let data = Self::of_users(rows)?;
        data.events("events", rows, 1, USERS)?;
        data.events("many", 5 * rows, 2, USERS)?;
        data.events("more", rows / 10, 3, USERS)?;
        Ok(data)
    }

    /// Writes one more file of events, and returns its path.
    pub fn add_events(&self, name: &str, rows: usize, seed: u64) -> Result<PathBuf> {
        self.events(name, rows, seed, USERS)?;
        std::fs::remove_file(self.path_with_keys(name))?;
        Ok(self.path(name))
    }

    /// Writes a file of events of the first user.
    pub fn add_events_of_one(&self, name: &str, rows: usize) -> Result<()> {
        self.events(name, rows, 4, 1)?;
        Ok(std::fs::remove_file(self.path_with_keys(name))?)
    }

    /// As [`Self::generate`], with the users alone.
    pub fn of_users(rows: usize) -> Result<Self> {
        let data = Self { folder: tempfile::tempdir()?, rows };
        data.users()?;
        Ok(data)
    }

    fn users(&self) -> Result<()> {
        let mut users = BufWriter::new(File::create(self.path("users"))?);
        writeln!(users, "id,email,name")?;
        for i in 0..USERS {
            writeln!(users, "usr_{i:06},u{i}@example.com,User {i}")?;
        }
        Ok(users.flush()?)
    }

    fn events(&self, name: &str, rows: usize, seed: u64, users: u64) -> Result<()> {
        let header = "user_id,enrollment_id,action_type,target_type,target_id,metadata,source_system,source_event_id";
        let create =
            |path: PathBuf| -> Result<BufWriter<File>> { Ok(BufWriter::with_capacity(1 << 20, File::create(path)?)) };
        let mut plain = create(self.path(name))?;
        writeln!(plain, "{header},occurred_at")?;
        // For a plain copy: it needs the columns without a default (id, key), and SQLite stores times in one format
        // only.
        let mut with_keys = create(self.path_with_keys(name))?;
        writeln!(with_keys, "id,{header},idempotency_key,occurred_at")?;
        let mut half = if name == "events" { Some(create(self.path("half"))?) } else { None };
        if let Some(half) = &mut half {
            writeln!(half, "{header},occurred_at")?;
        }

        let actions = ["viewed_module", "started_module", "completed_module", "answered_question", "enrolled"];
        let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ seed);
        for i in 0..rows {
            let user = random.below(users);
            let action = random.one_of(&actions);
            let target = random.below(100);
            let target =
                if action == "enrolled" { format!("course,crs_{target}") } else { format!("module,mod_{target}") };
            let content = format!(
                r#"usr_{user:06},enr_{user:06},{action},{target},"{{""duration_sec"": {}, ""device"": ""{}""}}",segment"#,
                random.below(600),
                random.one_of(&["ios", "web", "android"]),
            );
            let event = format!("evt_{:016x}", random.below(u64::MAX));
            let time = format!(
                "2026-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                1 + random.below(10),
                1 + random.below(28),
                random.below(24),
                random.below(60),
                random.below(60)
            );
            writeln!(plain, "{content},{event},{time}")?;
            if let Some(half) = &mut half
                && i % 2 == 0
            {
                writeln!(half, "{content},{event},{time}")?;
            }
            let time = time.trim_end_matches('Z');
            writeln!(with_keys, "act_{seed}{i:025},{content},{event},user_action:segment:{event},{time}.000000Z")?;
        }
        if let Some(mut half) = half {
            half.flush()?;
        }
        with_keys.flush()?;
        Ok(plain.flush()?)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.csv"))
    }

    pub fn path_with_keys(&self, name: &str) -> PathBuf {
        self.path(&format!("{name}_with_keys"))
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The number of rows in a file of events.
    pub fn rows(&self, name: &str) -> usize {
        match name {
            "half" => self.rows.div_ceil(2),
            "many" => 5 * self.rows,
            "more" => self.rows / 10,
            _ => self.rows,
        }
    }
}
