//! The report in a real browser: `make test-browser`. Pictures of it are kept in `target/browser`.

#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

const POLICY: &str =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">";
const DARK: &str = "--blink-settings=preferredColorScheme=0";

fn required(variable: &str) -> String {
    std::env::var(variable).expect("run `make test-browser`, or `tests/with-browser cargo test --test browser`")
}

fn browser(args: &[&str]) -> String {
    let profile = TempDir::new().unwrap();
    let output = Command::new("timeout")
        .args([
            "120",
            &required("ROLLBOOK_TEST_CHROMIUM"),
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
        ])
        .args(["--allow-file-access-from-files", &format!("--user-data-dir={}", profile.path().display())])
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn pictures() -> PathBuf {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/browser");
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

fn rollbook(dir: &Path, args: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_rollbook"))
        .args(args)
        .current_dir(dir)
        .env("ROLLBOOK_DATABASE_URL", format!("sqlite:{}", dir.join("test.db").display()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A report of the sample cohort.
fn report_of_the_sample(dir: &Path) -> PathBuf {
    rollbook(dir, &["import", "all", concat!(env!("CARGO_MANIFEST_DIR"), "/examples/spring-cohort")]);
    rollbook(dir, &["report", "--since", "2026-03-01", "--until", "2026-06-01", "-o", "report.html"]);
    dir.join("report.html")
}

/// What is wrong with a page in a window of this width.
fn problems(page: &Path, width: u32, dark: bool) -> Value {
    let text = std::fs::read_to_string(page).unwrap();
    assert!(text.contains(POLICY));
    let axe = std::fs::read_to_string(required("ROLLBOOK_TEST_AXE")).unwrap();
    let scripts = format!("<script>{axe}</script><script>{}</script></body>", include_str!("check.js"));
    // The policy would forbid the test's own script.
    let checked = text.replace(POLICY, "").replace("</body>", &scripts);
    let dir = page.parent().unwrap();
    std::fs::write(dir.join("checked.html"), checked).unwrap();
    let frame = format!(
        "<!DOCTYPE html><body><pre id=\"result\"></pre><iframe src=\"checked.html\" width=\"{width}\" height=\"3000\" style=\"border:0\"></iframe>\
         <script>addEventListener('message', event => document.getElementById('result').textContent = 'RESULT' + event.data + 'END')</script>"
    );
    std::fs::write(dir.join("frame.html"), frame).unwrap();
    let url = format!("file://{}", dir.join("frame.html").display());
    let mut args = vec!["--window-size=1400,3200", "--virtual-time-budget=20000", "--dump-dom"];
    args.extend(dark.then_some(DARK));
    args.push(&url);
    let dom = browser(&args);
    let result =
        dom.split_once("RESULT").and_then(|(_, rest)| rest.split_once("END")).unwrap_or_else(|| panic!("{dom}")).0;
    let result = result.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    serde_json::from_str(&result).unwrap_or_else(|error| panic!("{error}: {result}"))
}

fn check(page: &Path, charts: u64) {
    for (width, dark) in [(1280, false), (1280, true), (400, false), (400, true)] {
        let found = problems(page, width, dark);
        assert_eq!(found["problems"], serde_json::json!([]), "{width} dark {dark}");
        assert_eq!((&found["charts"], &found["scheme"]), (&charts.into(), &dark.into()), "{width}");
    }
}

#[test]
fn nothing_of_the_report_is_clipped_or_hidden_at_any_width() {
    let dir = TempDir::new().unwrap();
    let page = report_of_the_sample(dir.path());
    check(&page, 8);
    let url = format!("file://{}", page.display());
    for (name, size, scheme) in
        [("light.png", "1280,2300", ""), ("dark.png", "1280,2300", DARK), ("phone.png", "500,4600", "")]
    {
        let path = pictures().join(name);
        let picture = format!("--screenshot={}", path.display());
        let size = format!("--window-size={size}");
        let args: Vec<&str> =
            [picture.as_str(), &size, scheme, &url].into_iter().filter(|arg| !arg.is_empty()).collect();
        browser(&args);
        assert!(std::fs::metadata(&path).unwrap().len() > 50_000, "{name}");
    }
}

#[test]
fn report_prints_on_a_few_pages() {
    let dir = TempDir::new().unwrap();
    let page = report_of_the_sample(dir.path());
    let path = pictures().join("report.pdf");
    let pdf = format!("--print-to-pdf={}", path.display());
    browser(&[&pdf, "--no-pdf-header-footer", &format!("file://{}", page.display())]);
    let pdf = std::fs::read(&path).unwrap();
    let text = String::from_utf8_lossy(&pdf);
    let pages = text.matches("/Type /Page\n").count();
    assert!((1..=3).contains(&pages), "{pages} pages");
}

#[test]
fn names_of_any_kind_stay_in_their_place() {
    let dir = TempDir::new().unwrap();
    let names = [
        "<script>alert(1)</script>".to_owned(),
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{5e2}\u{5d5}\u{5dc}\u{5dd}".to_owned(),
        "W".repeat(200),
        "漢字".repeat(60),
        "a\u{301}".repeat(60),
        "🎓".repeat(40),
    ];
    let mut users = "id,email,name,origin,created_at\n".to_owned();
    let mut actions = "user_id,action_type,target_type,target_id,occurred_at\n".to_owned();
    for n in 0..60 {
        let name = &names[n % names.len()];
        writeln!(users, "u{n},u{n}@example.com,User {n},{name},2026-05-0{}T00:00:00Z", 1 + n % 9).unwrap();
        let target: String =
            format!("{}{}", ["c", "course-with-a-very-long-name-that-goes-on-and-on-", "ü"][n % 3], n % 5);
        writeln!(actions, "u{n},enrolled,course,{target},2026-05-1{}T08:00:00Z", n % 10).unwrap();
        writeln!(actions, "u{n},completed_course,course,{target},2026-05-2{}T08:00:00Z", n % 10).unwrap();
    }
    std::fs::write(dir.path().join("users.csv"), users).unwrap();
    std::fs::write(dir.path().join("actions.csv"), actions).unwrap();
    rollbook(dir.path(), &["import", "all", "."]);
    rollbook(dir.path(), &["report", "--month", "2026-05", "--small-numbers", "-o", "report.html"]);
    check(&dir.path().join("report.html"), 6);
}
